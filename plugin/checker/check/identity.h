/* identity.h - what makes a violation the same one in another version of the source.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef IDENTITY_H
#define IDENTITY_H

#include "check/check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The code of the line at PLACE, "" if it is not found; malloc'ed. */
typedef char *identity_code(void *context, const struct lockprog_place *place);

/* What identifies VIOLATION on PATH, in the function whose source calls it FUNCTION;
 * malloc'ed.  It has no line numbers: code above may come and go. */
char *identity_make(const struct check_violation *violation, const struct check_path *path,
		    const char *function, identity_code *code, void *context);

#ifdef __cplusplus
}
#endif

#endif
