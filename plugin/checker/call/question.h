/* question.h - what a caller uses of a call, and whether the callee's summary has it.
 *
 * Most functions do the same to locks in all their outcomes.  A caller that uses neither
 * the result of such a function nor the memory that it writes need not distinguish the
 * outcomes: one state before the call is one state after it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef QUESTION_H
#define QUESTION_H

#include "call/summary.h"

/* True if the call OP of SUMMARY's function may change memory that FLOW's function
 * reads. */
bool question_concerns_memory(const struct summary *summary, const struct lockprog_op *op,
			      const struct flow *flow);

/* True if the summary of OP's callee has everything that WALK's function uses of the
 * call. */
bool question_is_answered(const struct walk *walk, const struct lockprog_op *op);

/* True if WALK's function uses something of the call OP that the callee's summary lacks,
 * or has not exactly, as it was made with little work. */
bool question_is_in_haste(const struct walk *walk, const struct lockprog_op *op);

/* Add to QUESTION what WALK's function uses of the call OP: the result, memory. */
void question_add_call(struct question *question, const struct walk *walk,
		       const struct lockprog_op *op);

/* True if WALK's function uses nothing that depends on the outcome of the call OP, as far
 * as the summary says. */
bool question_needs_common_only(const struct walk *walk, const struct lockprog_op *op);

#endif
