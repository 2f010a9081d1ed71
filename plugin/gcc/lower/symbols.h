/* symbols.h - what the linker of lock programs needs to know of a translation unit:
 * names, roles, types.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SYMBOLS_H
#define SYMBOLS_H

#include "lockprog/lockprog.h"

/* Add the unit's functions and variables, and what it says about functions of other
 * files, to UNIT. */
void lower_symbols (lockprog_unit *unit);

/* What functions of TYPE take and return.  Types that may be called through one pointer
 * are equal. */
const char *function_type_name (tree type);

/* A digest of the layout of RECORD, a struct or union. */
const char *layout_of (tree record);

#endif
