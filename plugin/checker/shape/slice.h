/* slice.h - which branches, values and memory of a function decide about its locks; the
 * rest need not be looked at.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SLICE_H
#define SLICE_H

#include "shape/flow.h"

/* What the slicer asks of calls, and what counts besides locks. */
struct slice_wants {
	bool keeps_entry;	/* under which conditions locks are touched is told to callers */
	bool is_full;		/* ... and what is returned and left in memory */
	bool has_result;	/* ... or only what is returned */
	int n_classes;		/* ... or left in memory of these classes */
	const int *classes;
	/* It may change locks, or end the path. */
	bool (*call_matters)(const void *data, const struct lockprog_op *op);
	/* Alike, whichever way it comes back. */
	bool (*call_is_brief)(const void *data, const struct lockprog_op *op);
	/* Memory that is read. */
	bool (*call_concerns)(const void *data, const struct lockprog_op *op,
			      const struct flow *flow);
	/* Any of these to find its result. */
	bool (*call_looks_at)(const void *data, const struct lockprog_op *op, const bool *is_read);

	/* What it does is told in terms of argument I, or of memory of CLASS_; IS_BRIEF:
	 * what it does to locks on all ways. */
	bool (*call_asks)(const void *data, const struct lockprog_op *op, int i, bool is_brief);
	bool (*call_reads)(const void *data, const struct lockprog_op *op, int class_,
			   bool is_brief);
	const void *data;
};

/* Fill in FLOW's is_needed, is_decisive and what is read and compared.  WANTS NULL:
 * everything counts. */
void slice_find(struct flow *flow, const struct lockprog_unit *unit,
		const struct slice_wants *wants);

#endif
