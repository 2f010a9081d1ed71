/* address.h - whether two symbolic addresses differ, and whether they are in a function's
 * frame.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ADDRESS_H
#define ADDRESS_H

#include "value/sym.h"

/* True if the nodes A and B cannot be the address of one lock or cell.  CLASS_A and
 * CLASS_B are the classes of the locks or cells, or -1. */
bool address_is_distinct(const struct sym_table *table, int a, int class_a, int b, int class_b);

/* True if NODE is computed from the address of a variable of some function's frame. */
bool address_has_local(const struct sym_table *table, int node);

/* True if ADDRESS is in a variable of some function's frame, which ends when that
 * function returns. */
bool address_is_local(const struct sym_table *table, int address);

/* True if ADDRESS stands for each cell of a variable (LOCKPROG_EACH). */
bool address_is_each(const struct sym_table *table, int address);

/* The number of the variable that the cell at ADDRESS, or each of these, certainly lies
 * in; or -1. */
int address_variable(const struct sym_table *table, int address);

/* The node of a variable that ADDRESS is computed from, or -1. */
int address_object(const struct sym_table *table, int address);

/* True if ADDRESS lies in a variable that only functions of the unit can reach. */
bool address_is_contained(const struct sym_table *table, int address);

/* True if ADDRESS lies in a variable that no code writes to. */
bool address_is_constant(const struct sym_table *table, int address);

/* True if ADDRESS is BASE plus a constant. */
bool address_is_beside(const struct sym_table *table, int address, int base);

#endif
