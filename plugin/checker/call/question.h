/* question.h - what a caller looks at of a call, and whether the callee's summary says
 * it.
 *
 * Most functions do the same to locks whichever way they come back.  A caller that looks
 * neither at what such a one returns, nor at memory that it writes to, need not tell its
 * ways apart: a state goes on as one state.
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

/* True if the summary of OP's callee says all that WALK's function looks at. */
bool question_is_answered(const struct walk *walk, const struct lockprog_op *op);

/* Add to QUESTION what WALK's function looks at of the call OP: the result, memory. */
void question_add_call(struct question *question, const struct walk *walk,
		       const struct lockprog_op *op);

/* True if which way the call OP comes back makes no difference to what WALK's function
 * looks at, as far as the summary says that. */
bool question_needs_common_only(const struct walk *walk, const struct lockprog_op *op);

#endif
