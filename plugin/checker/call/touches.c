/* touches.c - what calls of a function do to memory and locks, whatever path they take.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/touches.h"

#include <stdlib.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "shape/endless.h"
#include "shape/root.h"
#include "walk/irql.h"

/* What addresses may be based on: parameters, a bit each, together with OTHERWISE for
 * anything else but variables of the function's frame. */
struct bases {
	const struct lockprog_unit *unit;
	const struct lockprog_function *function;
	unsigned long long otherwise, bits;
	/* PHIs that were followed: once is enough, and they may come back to
	 * themselves. */
	int n_phis, phis[TOUCHES_MAX_PHIS];
};

/* Add what V may be based on to BASES.  DEPTH: how many PHIs and indexes to follow. */
static void add_bases(struct bases *bases, int v, int depth)
{
	const struct lockprog_value *value;

	v = root_of(bases->function, v, ROOT_OFFSETS, NULL);
	if (v < 0 || depth == 0) {
		bases->bits |= bases->otherwise;
		return;
	}
	value = &bases->function->values[v];
	switch (value->expr) {
	case LOCKPROG_PARAM:
		bases->bits |=
			value->constant < 64 ? 1ull << value->constant : bases->otherwise;
		break;
	case LOCKPROG_OBJECT:
		if (!bases->unit->objects[value->object].is_local)
			bases->bits |= bases->otherwise;
		break;
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
		add_bases(bases, value->a, depth - 1);
		break;
	case LOCKPROG_OPAQUE:
		if (!strcmp(value->op, LOCKPROG_EACH))
			add_bases(bases, value->a, depth - 1);
		else
			bases->bits |= bases->otherwise;
		break;
	case LOCKPROG_PHI:
		for (int i = 0; i < bases->n_phis; i++)
			if (bases->phis[i] == v)
				return;
		if (bases->n_phis == TOUCHES_MAX_PHIS) {
			bases->bits |= bases->otherwise;
			break;
		}
		bases->phis[bases->n_phis++] = v;
		for (int i = 0; i < value->n_phi && bases->bits != ~0ull; i++)
			add_bases(bases, value->phi[i].value, depth - 1);
		break;
	default:
		bases->bits |= bases->otherwise;
		break;
	}
}

static unsigned long long params_of(const struct lockprog_unit *unit,
				    const struct lockprog_function *function, int v,
				    unsigned long long otherwise)
{
	struct bases bases = { .unit = unit, .function = function, .otherwise = otherwise };

	add_bases(&bases, v, TOUCHES_MAX_DEPTH);
	return bases.bits;
}

/* The pointer parameters of FUNCTION that OP passes to functions whose bodies are not
 * visible. */
static unsigned long long passed_to_unseen_by(const struct lockprog_unit *unit,
					      const struct summary *summaries,
					      const struct lockprog_function *function,
					      const struct lockprog_op *op)
{
	unsigned long long bits = 0;

	for (int i = 0; i < op->n_args; i++)
		if (op->callee < 0 || (i < 64 && summaries[op->callee].writes.to_unseen >> i & 1))
			bits |= params_of(unit, function, op->args[i], 0);
	return bits;
}

/* The pointer parameters of FUNCTION through which it reads numbers of the size of an
 * IRQL that OP passes by value to functions whose bodies are not visible. */
static unsigned long long irqls_passed_by(const struct lockprog_unit *unit,
					  const struct summary *summaries,
					  const struct lockprog_function *function,
					  const struct lockprog_op *op)
{
	const struct writes *writes = op->callee < 0 ? NULL : &summaries[op->callee].writes;
	unsigned long long bits = 0;

	for (int i = 0; i < op->n_args; i++) {
		int v = root_of(function, op->args[i], ROOT_COPIES, NULL);
		const struct lockprog_value *value = v < 0 ? NULL : &function->values[v];
		const bool is_passed = !writes || (i < 64 && writes->to_unseen >> i & 1);

		if (writes && i < 64 && writes->irqls_to_unseen >> i & 1)
			bits |= params_of(unit, function, op->args[i], 0);
		if (is_passed && value && value->expr == LOCKPROG_LOAD &&
		    !value->type.is_pointer && value->type.bits == irql_type.bits)
			bits |= params_of(unit, function, value->a, 0);
	}
	return bits;
}

/* The pointer that OP follows, apart from offsets, or -1. */
static int pointer_of(const struct lockprog_function *function, const struct lockprog_op *op)
{
	int v = -1;

	if (op->kind == LOCKPROG_DEFINE && function->values[op->value].expr == LOCKPROG_LOAD)
		v = function->values[op->value].a;
	else if (op->kind == LOCKPROG_STORE || op->kind == LOCKPROG_LOCKOP)
		v = op->address;
	return root_of(function, v, ROOT_SUMS, NULL);
}

/* The pointer parameters that BLOCK follows: they are not null at its end. */
static unsigned long long followed_in(const struct lockprog_function *function,
				      const struct lockprog_block *block)
{
	unsigned long long bits = 0;

	for (int i = 0; i < block->n_ops; i++) {
		int v = pointer_of(function, &block->ops[i]);

		if (v >= 0 && function->values[v].expr == LOCKPROG_PARAM &&
		    function->values[v].constant < 64)
			bits |= 1ull << function->values[v].constant;
	}
	return bits;
}

/* The parameters that FUNCTION follows on each path to a return. */
static unsigned long long always_followed(const struct lockprog_function *function)
{
	struct flow *flow = flow_new(function);
	unsigned long long *before = alloc_zeroed((function->n_blocks + 1) * sizeof *before),
			   at_returns = ~0ull;
	bool changed = true;

	for (int b = 1; b < function->n_blocks; b++)
		before[b] = ~0ull;
	while (changed) {
		changed = false;
		for (int rank = 0; rank < flow->n_reached; rank++) {
			int b = flow->order[rank];
			const struct lockprog_block *block = &function->blocks[b];
			unsigned long long after = before[b] | followed_in(function, block);

			for (int succ = 0; succ < block->n_succ; succ++) {
				unsigned long long *to = &before[block->succ[succ].block];

				changed |= (*to & after) != *to;
				*to &= after;
			}
		}
	}
	for (int rank = 0; rank < flow->n_reached; rank++) {
		const struct lockprog_block *block = &function->blocks[flow->order[rank]];

		if (block->exit == LOCKPROG_RETURN)
			at_returns &= before[flow->order[rank]] | followed_in(function, block);
	}
	free(before);
	flow_free(flow);
	return at_returns;
}

bool touches_is_total(const struct lockprog_function *function, const struct summary *summaries)
{
	struct flow *flow = flow_new(function);
	bool is_total = true;

	for (int rank = 0; rank < flow->n_reached && is_total; rank++) {
		const struct lockprog_block *block = &function->blocks[flow->order[rank]];

		is_total = block->n_succ || block->exit == LOCKPROG_RETURN;
		for (int i = 0; i < block->n_ops && is_total; i++)
			is_total = block->ops[i].kind != LOCKPROG_CALL ||
				   block->ops[i].callee < 0 ||
				   summaries[block->ops[i].callee].is_total;
	}
	for (int l = 0; l < flow->loops.n && is_total; l++)
		is_total = !endless_may_be(flow, l);
	flow_free(flow);
	return is_total;
}

bool touches_breaks_off(const struct lockprog_function *function,
			const struct summary *summaries)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_CALL && op->callee >= 0 &&
			    summaries[op->callee].breaks_off)
				return true;
		}
	return false;
}

/* What a store at the address V goes through: parameters, a bit each; 0 for a variable of
 * the function's frame, all bits for anything else. */
static unsigned long long written_through(const struct lockprog_unit *unit,
					  const struct lockprog_function *function, int v)
{
	return params_of(unit, function, v, ~0ull);
}

static void add_write(struct summary *summary, int class_, unsigned long long through)
{
	if (!through)
		return;
	class_set_add(&summary->writes.classes, class_);
	if (through == ~0ull)
		class_set_add(&summary->writes.elsewhere, class_);
	else
		summary->writes.through |= through;
}

/* FUNCTION, which SUMMARY is of, calls CALLEE's by OP: add the memory that the callee
 * touches. */
static void add_memory(const struct lockprog_unit *unit, const struct lockprog_function *function,
		       const struct lockprog_op *op, const struct summary *callee,
		       struct summary *summary)
{
	const struct writes *writes = &callee->writes;
	unsigned long long through = 0;

	for (int i = 0; i < 64; i++)
		if (writes->through >> i & 1)
			through |= i < op->n_args && op->args[i] >= 0
					   ? written_through(unit, function, op->args[i])
					   : ~0ull;
	class_set_add_all(&summary->writes.classes,
			  through ? &writes->classes : &writes->elsewhere);
	class_set_add_all(&summary->writes.elsewhere,
			  through == ~0ull ? &writes->classes : &writes->elsewhere);
	if (through != ~0ull)
		summary->writes.through |= through;
	summary->writes.unseen |= writes->unseen;
	class_set_add_all(&summary->loaded, &callee->loaded);
	class_set_add_all(&summary->followed, &callee->followed);
}

/* Add the class of the lock of OP, a lock operation or promise, to CLASSES. */
static void add_lock(const struct lockprog_function *function, const struct lockprog_op *op,
		     struct class_set *classes)
{
	const bool is_by_handle = op->kind == LOCKPROG_LOCKOP &&
				  op->ddi->op == SPINRULE_OP_RELEASE &&
				  spinrule_is_by_handle(op->ddi->group);

	if (op->address < 0)
		class_set_add(classes, LOST_CANCEL);
	else if (function->values[op->address].expr == LOCKPROG_CONST)
		class_set_add(classes, LOST_NUMBER);
	else
		class_set_add(classes, is_by_handle ? LOST_ANY : op->class_);
}

/* Add the classes of the locks that FUNCTION uses itself to CLASSES; ONLY_CHANGED: not of
 * those that it only uses for a moment. */
static void add_own_locks(const struct lockprog_function *function, bool only_changed,
			  struct class_set *classes)
{
	if (function->unknown)
		class_set_add(classes, LOST_ANY);
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_PROMISE ||
			    (op->kind == LOCKPROG_LOCKOP && op->ddi->op != SPINRULE_OP_LEAVE &&
			     !(only_changed && op->ddi->op == SPINRULE_OP_MOMENTARY)))
				add_lock(function, op, classes);
		}
}

void touches_reached(const struct lockprog_function *function, struct class_set *classes)
{
	add_own_locks(function, false, classes);
}

/* The outcomes of FUNCTION are unknown: add the classes of the locks that it may leave in
 * another state itself, or by what it calls, to those of SUMMARY. */
static void add_changed(const struct lockprog_function *function, const struct summary *summaries,
			struct summary *summary)
{
	add_own_locks(function, true, &summary->changed);
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind != LOCKPROG_CALL)
				continue;
			if (op->callee >= 0)
				class_set_add_all(&summary->changed,
						  &summaries[op->callee].changed);
			for (int t = 0; t < op->n_targets; t++)
				if (op->targets[t].function >= 0)
					class_set_add_all(
						&summary->changed,
						&summaries[op->targets[t].function].changed);
		}
}

void touches_find(const struct lockprog_unit *unit, int f, const struct summary *summaries,
		  struct summary *summary)
{
	const struct lockprog_function *function = unit->functions[f];

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			int pointer = pointer_of(function, op);

			if (pointer >= 0 && function->values[pointer].expr == LOCKPROG_LOAD)
				class_set_add(&summary->followed, function->values[pointer].class_);
			if (op->kind == LOCKPROG_DEFINE &&
			    function->values[op->value].expr == LOCKPROG_LOAD)
				class_set_add(&summary->loaded, function->values[op->value].class_);
			switch (op->kind) {
			case LOCKPROG_DEFINE:
			case LOCKPROG_ASSUME:
			case LOCKPROG_PROMISE:
				break;
			case LOCKPROG_STORE:
			case LOCKPROG_CLOBBER:
				if (op->class_ < 0)
					summary->writes.unseen |= UNSEEN_ALL;
				else if (!lockprog_class_is_private(&unit->classes[op->class_]))
					add_write(summary, op->class_,
						  op->kind == LOCKPROG_STORE
							  ? written_through(unit, function,
									    op->address)
							  : ~0ull);
				break;
			case LOCKPROG_LOCKOP:
				summary->writes.unseen |= UNSEEN_DATA;
				if (memory_lets_move(op->ddi))
					summary->writes.unseen |= UNSEEN_MOVED;
				break;
			case LOCKPROG_CALL:
				summary->writes.to_unseen |=
					passed_to_unseen_by(unit, summaries, function, op);
				summary->writes.irqls_to_unseen |=
					irqls_passed_by(unit, summaries, function, op);
				for (int t = 0; t < op->n_targets; t++)
					if (op->targets[t].function >= 0)
						add_memory(unit, function, op,
							   &summaries[op->targets[t].function],
							   summary);
				if (op->callee >= 0) {
					const struct summary *callee = &summaries[op->callee];

					add_memory(unit, function, op, callee, summary);
					summary->is_unsure |=
						callee->kind == SUMMARY_UNKNOWN
							? !class_set_is_empty(callee->reached)
							: callee->is_unsure;
				} else if (op->is_system)
					summary->writes.unseen |= UNSEEN_DATA | UNSEEN_MOVED;
				else
					summary->writes.unseen |=
						UNSEEN_DATA | UNSEEN_DRIVER | UNSEEN_MOVED;
				break;
			}
		}
	/* The memory that a function without a visible body writes is unknown. */
	if (function->is_external)
		summary->writes.unseen |= UNSEEN_DATA | UNSEEN_DRIVER | UNSEEN_MOVED;
	if (summary->kind == SUMMARY_UNKNOWN)
		add_changed(function, summaries, summary);
	if (summary->kind == SUMMARY_LIGHT)
		summary->followed_params = always_followed(function);
}
