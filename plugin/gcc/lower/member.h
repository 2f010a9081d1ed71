/* member.h - words of objects: their classes, addresses, loads and stores.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MEMBER_H
#define MEMBER_H

#include "lower/cell.h"
#include "lower/function.h"

/* The number of C's class in the unit. */
int class_in_unit (lockprog_unit *unit, const cell &c);
int class_number (function_lowering &l, const cell &c);

/* The address of member M of what the pointer BASE points to, and of OBJECT. */
int member_at (function_lowering &l, int base, const member &m);
int member_address (function_lowering &l, tree object, const member &m);

/* Member M, which is at FROM, as a value; TEXT is how it is written, or NULL. */
int load_at (function_lowering &l, int from, const member &m, const char *text);

/* Member M of OBJECT, and of what the pointer BASE points to. */
int load_member (function_lowering &l, tree object, const member &m, const char *text);
int load_member_at (function_lowering &l, int base, const member &m);

/* Store VALUE, or something unknown for -1, in member M, which is at TO. */
void store_at (function_lowering &l, int to, const member &m, int value, lockprog_place place);

#endif
