/* lines.h - lines of the source, as it was named where it was compiled.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_LINES_H
#define DRIVER_LINES_H

#include "lockprog/lockprog.h"

/* Where source is found. */
struct lines_look {
	const char *root;	/* the folder that the user names, or NULL */
	const char *directory;	/* where the file was compiled, or NULL */
};

/* The line of PLACE without its end, or NULL; malloc'ed. */
char *lines_find(const struct lines_look *look, const struct lockprog_place *place);

/* The folder that FILE is relative to, or NULL: this process's own. */
const char *lines_folder(const struct lines_look *look, const char *file);

#endif
