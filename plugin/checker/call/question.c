/* question.c - what a caller uses of a call, and whether the callee's summary has it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/question.h"


/* A callee cannot reach the calling function's own variables unless it gets the address
 * of one; if an earlier callee got the address, their values are only likely. */
static bool is_in_sight(const struct flow *flow, const struct lockprog_op *op, int class_)
{
	bool is_handed = flow->is_read_elsewhere[class_];

	if (!flow->is_read[class_])
		return false;
	for (int i = 0; i < op->n_args && !is_handed; i++)
		is_handed = op->args[i] >= 0 && flow_is_own(flow, op->args[i]);
	return is_handed;
}

bool question_concerns_memory(const struct summary *summary, const struct lockprog_op *op,
			      const struct flow *flow)
{
	const struct class_set *written = &summary->writes.classes;

	if (summary->writes.unseen & UNSEEN_ALL)
		return true;
	CLASS_SET_EACH(class_, written)
		if (is_in_sight(flow, op, class_))
			return true;
	return false;
}

/* True if WALK's function compares a pointer that SUMMARY's function follows: the caller
 * would learn that the pointer is not null. */
static bool follows_what_is_compared(const struct walk *walk, const struct summary *summary)
{
	CLASS_SET_EACH(class_, &summary->followed)
		if (walk->flow->is_compared[class_])
			return true;
	return false;
}

static bool looks_at_result(const struct walk *walk, const struct lockprog_op *op)
{
	return op->value >= 0 && walk->flow->is_needed[op->value];
}

/* True if WALK's function uses nothing that the call OP returns or leaves in memory. */
static bool looks_at_nothing(const struct walk *walk, const struct lockprog_op *op)
{
	const struct summary *summary = summary_of_call(walk, op);

	return !looks_at_result(walk, op) && !question_concerns_memory(summary, op, walk->flow) &&
	       !(summary->kind == SUMMARY_LIGHT && follows_what_is_compared(walk, summary));
}

void question_add_call(struct question *question, const struct walk *walk,
		       const struct lockprog_op *op)
{
	const struct summary *summary = summary_of_call(walk, op);
	const struct class_set *written = &summary->writes.classes;

	question->result |= looks_at_result(walk, op);
	CLASS_SET_EACH(class_, written)
		if (is_in_sight(walk->flow, op, class_))
			class_set_add(&question->memory, class_);
	CLASS_SET_EACH(class_, &summary->followed)
		if (walk->flow->is_compared[class_])
			class_set_add(&question->memory, class_);
}

/* True if ANSWERS has the result and the memory that ASKED needs. */
static bool covers(const struct question *answers, const struct question *asked)
{
	if (asked->result && !answers->result)
		return false;
	CLASS_SET_EACH(class_, &asked->memory)
		if (!class_set_has(&answers->memory, class_))
			return false;
	return true;
}

bool question_is_answered(const struct walk *walk, const struct lockprog_op *op)
{
	const struct summary *summary = summary_of_call(walk, op);
	struct question asked = { .result = false };
	bool is_answered;

	if (summary->kind != SUMMARY_LIGHT)
		return true;
	if (!summary->is_total && !summary->answers.end)
		return false;
	if (looks_at_nothing(walk, op))
		return true;
	question_add_call(&asked, walk, op);
	is_answered = covers(&summary->answers, &asked);
	class_set_free(&asked.memory);
	return is_answered;
}

bool question_is_in_haste(const struct walk *walk, const struct lockprog_op *op)
{
	const struct summary *summary = summary_of_call(walk, op);

	return summary->is_hasty && (!looks_at_nothing(walk, op) || !summary->is_total ||
				     summary->has_effects);
}

bool question_needs_common_only(const struct walk *walk, const struct lockprog_op *op)
{
	return summaries_of(walk)[op->callee].has_common &&
	       (looks_at_nothing(walk, op) || !question_is_answered(walk, op));
}
