/* usage.h - what the functions of a unit do with memory: which locals are private, which
 * addresses escape, what is loaded.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef USAGE_H
#define USAGE_H

#include "lower/cell.h"

/* Look at all function bodies.  Before the next unit forget what was found. */
void usage_begin ();
void usage_end ();

/* True if DECL is a local variable whose address does not escape. */
bool is_private_variable (tree decl);

/* The class of cells of unknown origin that cells of CLASS_NAME may be, since their
 * address escapes; or NULL. */
const char *escaped_as (const char *class_name);

/* True if some function loads cells of C's class. */
bool is_loaded (const cell &c);

/* Every cell that some function loads and that may lie in an object of TYPE. */
void loaded_cells_in (tree type, std::vector<cell> *found);

/* Every cell that some function loads and that is, or lies in, private VARIABLE. */
void loaded_cells_of_variable (tree variable, std::vector<cell> *found);

/* Every other cell that some function loads and that a store to WRITTEN may change. */
void overlapping_cells (const cell &written, std::vector<cell> *found);

#endif
