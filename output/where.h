/* where.h - files of the source as addresses, and columns as readers count them.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_WHERE_H
#define OUTPUT_WHERE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The root of the source tree that START, a file or folder, is in: the nearest folder
 * with ".git" or the like, else the folder of this process; malloc'ed. */
char *where_root(const char *start);

/* FILE in DIRECTORY (NULL: in the folder of this process) without links and dots;
 * malloc'ed. */
char *where_real(const char *file, const char *directory);

/* The address of REAL, a name by where_real.  In ROOT it is relative; *IS_INSIDE says so.
 * malloc'ed. */
char *where_address(const char *real, const char *root, bool *is_inside);

/* The number of the character in byte COLUMN of line LINE of REAL; COLUMN if that cannot
 * be read. */
int where_column(const char *real, int line, int column);

/* The number of the character behind the call that starts in byte COLUMN; 0 if none
 * starts there, or it ends in another line. */
int where_end(const char *real, int line, int column);

#ifdef __cplusplus
}
#endif

#endif
