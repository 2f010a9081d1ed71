/* file.h - files that a user names for output: whole, or as they were.
 *
 * A full disk, a limit on the size of files or a second writer leaves a file as it was,
 * or with all of what was to be written.  Only regular files are written, the
 * null device, and what is the process's own standard output or error under a name.
 *
 * Functions return NULL, or why they failed: one line without an end, malloc'ed.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Add the SIZE bytes of TEXT, whole lines, to the end of FILE, which is made if there is
 * none. */
char *file_append(const char *file, const char *text, size_t size);

/* Make the SIZE bytes of TEXT the contents of FILE. */
char *file_replace(const char *file, const char *text, size_t size);

/* Read FILE, a regular file or the null device, into *TEXT, which ends in a zero and is
 * malloc'ed. */
char *file_read(const char *file, char **text, size_t *size);

/* A file that is changed depending on its contents, while no other process changes it. */
struct file_update {
	char *real;		/* its name without links */
	int fd;
	char *text;		/* the contents, and a zero behind them */
	size_t size;
	bool is_new, is_null;
};

/* Begin to change FILE; end with one of the others, whether that fails or not. */
char *file_begin(struct file_update *update, const char *file);
char *file_commit(struct file_update *update, const char *text, size_t size);
void file_cancel(struct file_update *update);

#ifdef __cplusplus
}
#endif

#endif
