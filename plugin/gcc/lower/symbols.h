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

#endif
