/* slice.h - which branches, values and memory of a function decide about its locks; the rest need not be looked at.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SLICE_H
#define SLICE_H

#include "flow.h"

/* What the slicer asks of calls, and what counts besides locks. */
struct slice_wants {
	bool is_full;		/* what is returned and left in memory counts too: somebody calls the function */
	bool (*call_matters)(const void *data, const struct lockprog_op *op);		/* it may change locks, or end the path */
	bool (*call_is_momentary)(const void *data, const struct lockprog_op *op);	/* ... but changes none for longer */
	bool (*call_changes)(const void *data, const struct lockprog_op *op, int class_);	/* memory of CLASS_ */
	const void *data;
};

/* Fill in FLOW's is_needed, is_decisive and is_read.  WANTS NULL: everything counts. */
void slice_find(struct flow *flow, const struct lockprog_unit *unit, const struct slice_wants *wants);

#endif
