/* slice.h - which branches, values and memory of a function decide about its locks; a
 * walk ignores the rest.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SLICE_H
#define SLICE_H

#include "shape/flow.h"
#include "value/class-set.h"

/* What the slicer needs to know about calls, and what matters besides locks. */
struct slice_wants {
	/* Callers learn under which conditions the function touches locks. */
	bool keeps_entry;
	bool is_full;		/* ... and what it returns and leaves in memory */
	bool has_result;	/* ... or only what it returns */
	/* ... or what it leaves in memory of these classes; or NULL */
	const struct class_set *memory;
	/* The call may change locks, or end the path. */
	bool (*call_matters)(const void *data, const struct lockprog_op *op);
	/* The call runs functions of the driver that are not seen; *HANDED gets the
	 * arguments that it hands to them, a bit each. */
	bool (*call_runs_unseen)(const void *data, const struct lockprog_op *op,
				 unsigned long long *handed);
	/* The classes (-1: unknown) of the locks with a token that the call leaves held;
	 * the caller frees the set. */
	struct class_set (*call_acquires)(const void *data, const struct lockprog_op *op);
	/* As in shape/belief.h. */
	void (*each_class)(const void *data, int callee,
			   void (*visit)(int class_, bool is_acquired, void *to), void *to);
	/* The call does the same to locks in all its outcomes, and returns whatever it is
	 * called with, as far as that matters. */
	bool (*call_is_common)(const void *data, const struct lockprog_op *op);
	/* The call may change memory that FLOW's function reads. */
	bool (*call_concerns)(const void *data, const struct lockprog_op *op,
			      const struct flow *flow);
	/* The callee reads memory of the classes IS_READ to compute its result. */
	bool (*call_computes_from)(const void *data, const struct lockprog_op *op,
				   const bool *is_read);

	/* The callee's summary is expressed with argument I, or with memory of the
	 * classes that are returned, NULL: of any.  IS_COMMON: only what all outcomes
	 * have in common counts. */
	bool (*call_uses_argument)(const void *data, const struct lockprog_op *op, int i,
				   bool is_common);
	const struct class_set *(*call_uses_memory)(const void *data, const struct lockprog_op *op,
						    bool is_common);
	const void *data;
};

/* Fill in FLOW's is_needed, is_decisive, and the classes that are read or compared.
 * WANTS NULL: everything matters. */
void slice_find(struct flow *flow, const struct lockprog_unit *unit,
		const struct slice_wants *wants);

#endif
