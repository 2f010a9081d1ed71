/* table.h - tables of one's own: rows like those of ddi.def, from files.
 *
 *     # name            what     columns
 *     pthread_spin_lock acquire  lock=1 release=pthread_spin_unlock
 *
 * docs/tables.md has the columns.  A row lives as long as the process, and is found by
 * spinrule_ddi_by_name () from then on; it has its text, so a lock program that uses it
 * can carry it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCKPROG_TABLE_H
#define LOCKPROG_TABLE_H

#include <stdbool.h>

#include "runtime/rule.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Add the rows of the file PATH.  On an error returns false and sets *ERROR to
 * "path:line:column: what" (malloc'ed, the caller frees). */
bool table_read(const char *path, char **error);

/* The row whose text is TEXT, which is added if it is new; NULL if TEXT is no row. */
const struct spinrule_ddi *table_row(const char *text);

/* The DDI that a lock program names by NAME, which is its name or the text of its row; or
 * NULL. */
const struct spinrule_ddi *table_find(const char *name);

/* What a lock program names DDI by. */
static inline const char *table_name(const struct spinrule_ddi *ddi)
{
	return ddi->row ? ddi->row : ddi->name;
}

#ifdef __cplusplus
}
#endif

#endif
