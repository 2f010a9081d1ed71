/* usage.h - what the functions of a unit do with memory: which locals are private, which
 * cells pointers lead to, what is loaded.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef USAGE_H
#define USAGE_H

#include "lower/cell.h"
#include "lower/contained.h"

/* Look at all function bodies.  FOR_LINK: functions of other files will be seen too.
 * Before the next unit forget what was found. */
void usage_begin (bool for_link);
void usage_end ();

/* True if functions of other files will be seen. */
bool usage_is_for_link ();

/* True if DECL is a local variable whose address goes nowhere. */
bool is_private_variable (tree decl);

/* True if DECL is a local variable, or hands a struct from one function to another, and
 * its address reaches only functions of the unit. */
bool is_contained_variable (tree decl);

/* What the linker needs to know about other addresses. */
const std::vector<stays> &usage_stays ();

/* True if what REF holds may change by itself: it is volatile, and others reach it. */
bool is_volatile (tree ref);

/* True if pointers that functions of the unit follow may hold the address of cells called
 * NAME. */
bool is_pointed_to (const char *name);

/* All these cells. */
void usage_pointed_to (std::vector<cell> *found);

/* True if some function loads cells called as C, or of C's class; or one of another file
 * may. */
bool is_loaded (const cell &c);

/* Every cell that some function loads and that may lie in an object of TYPE. */
void loaded_cells_in (tree type, std::vector<cell> *found);

/* Every cell that some function loads and that is, or lies in, private VARIABLE. */
void loaded_cells_of_variable (tree variable, std::vector<cell> *found);

/* Every other cell that some function loads and that lies in the union of WRITTEN. */
void overlapping_cells (const cell &written, std::vector<cell> *found);

#endif
