/* usage.h - which cells the functions of a unit load, and which pointers lead to.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef USAGE_H
#define USAGE_H

#include "lower/cell.h"

/* Some function loads C; a pointer that some function follows may hold its address. */
void usage_note_load (const cell &c);
void usage_note_pointed_to (const cell &c);

/* Forget all, before the next unit. */
void usage_clear ();

/* All cells that pointers lead to. */
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
