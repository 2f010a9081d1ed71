/* live.h - what is used later in one function: values, and cells of memory.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LIVE_H
#define LIVE_H

#include "shape/flow.h"

/* All of struct flow for FUNCTION of UNIT.  WANTS selects what matters to the caller;
 * NULL: everything. */
struct slice_wants;
struct flow *live_new_flow(const struct lockprog_unit *unit,
			   const struct lockprog_function *function,
			   const struct slice_wants *wants);

/* True if VALUE is used from the start of BLOCK on. */
bool live_has_value(const struct flow *flow, int block, int value);

/* True if code from the start of BLOCK on names OBJECT, by its address. */
bool live_has_object(const struct flow *flow, int block, int object);

/* True if something may read a cell of CLASS_ from the start of BLOCK on. */
bool live_has_class(const struct flow *flow, int block, int class_);

/* True if something may read, from the start of BLOCK on, the cell of CLASS_ at parameter
 * or object ROOT (as in struct flow_load; -1: elsewhere) plus OFFSET. */
bool live_has_cell(const struct flow *flow, int block, int class_, int root, long long offset);

#endif
