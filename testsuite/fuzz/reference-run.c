/* reference-run.c - one state of the run, from operation to operation and along edges.
 *
 * SPDX-License-Identifier: MIT
 */

#include "reference.h"
#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- operations ---- */

static struct cell *cell_at(struct state *s, long long address, int class_)
{
	for (int c = 0; c < s->n_cells; c++)
		if (s->cells[c].address == address && s->cells[c].class_ == class_)
			return &s->cells[c];
	if (s->n_cells == MAX_CELLS)
		abort();
	s->cells[s->n_cells] = (struct cell){ .address = address, .class_ = class_ };
	return &s->cells[s->n_cells++];
}

static bool run_load(struct state *s, const struct lockprog_value *v, int value)
{
	struct cell *cell;
	long long address;

	if (!look(s, v->a, &address))
		return false;
	cell = cell_at(s, address, v->class_);
	if (!cell->is_known) {
		int index = (int)(cell - s->cells);

		/* What is read is what is there, so it is chosen now. */
		for (long long number = lowest; number <= highest; number++) {
			s->cells[index].is_known = true;
			s->cells[index].value = in_type(number, v->type);
			s->cells[index].origin = ORIGIN_UNKNOWN;
			push(s);
		}
		return false;
	}
	set(s, value, cell->value);
	s->origins[slot_of(s, value)] = cell->origin;
	return true;
}

/* Evaluate VALUE; false if S is done with. */
static bool run_define(struct state *s, int value)
{
	const struct lockprog_function *f = function_of(s);
	const struct lockprog_value *v = &f->values[value];
	struct lockprog_type type;
	long long a = 0, b = 0, number = 0;

	if (v->expr == LOCKPROG_PHI || v->expr == LOCKPROG_PARAM || v->expr == LOCKPROG_CONST || v->expr == LOCKPROG_OBJECT)
		return true;
	if (v->expr == LOCKPROG_UNKNOWN) {
		set_open(s, value, ORIGIN_UNKNOWN);
		return true;
	}
	if (v->expr == LOCKPROG_LOAD)
		return run_load(s, v, value);
	if (!look(s, v->a, &a) || (v->b >= 0 && !look(s, v->b, &b)))
		return false;
	/* Both are numbers of one type: as signed ones, or as unsigned ones that fit. */
	type = f->values[v->a].type;
	b = in_type(b, type);
	switch (v->expr) {
	case LOCKPROG_COPY: number = a; break;
	case LOCKPROG_ADD: number = a + b; break;
	case LOCKPROG_SUB: number = a - b; break;
	case LOCKPROG_MUL: number = a * b; break;
	case LOCKPROG_AND: number = a & b; break;
	case LOCKPROG_OR: number = a | b; break;
	case LOCKPROG_XOR: number = a ^ b; break;
	case LOCKPROG_SHL: number = b < 0 || b > 63 ? 0 : (long long)((unsigned long long)a << b); break;
	case LOCKPROG_SHR: number = b < 0 || b > 63 ? 0 : a >> b; break;
	case LOCKPROG_NOT: number = ~a; break;
	case LOCKPROG_NEG: number = -a; break;
	case LOCKPROG_EQ: number = a == b; break;
	case LOCKPROG_NE: number = a != b; break;
	case LOCKPROG_LT: number = a < b; break;
	case LOCKPROG_LE: number = a <= b; break;
	case LOCKPROG_GT: number = a > b; break;
	case LOCKPROG_GE: number = a >= b; break;
	default: abort();
	}
	if (v->expr >= LOCKPROG_ADD && v->expr <= LOCKPROG_MUL && type.is_signed && (number > FAR || number < -FAR)) {
		is_miscounted = true;
		return false;
	}
	set(s, value, number);
	if (v->expr == LOCKPROG_COPY)
		s->origins[slot_of(s, value)] = origin_of(s, v->a);
	else if ((origin_of(s, v->a) & ~ORIGIN_CALL) == ORIGIN_CONSTANT && (v->b < 0 || (origin_of(s, v->b) & ~ORIGIN_CALL) == ORIGIN_CONSTANT))
		s->origins[slot_of(s, value)] = ORIGIN_CONSTANT | ORIGIN_CALL;
	return true;
}

void enter(struct state *s, int function)
{
	const struct lockprog_function *f = unit->functions[function];

	if (s->n_slots + f->n_values > MAX_SLOTS) {
		fprintf(stderr, "reference: %s has too many values\n", f->name);
		exit(2);
	}
	s->frames[s->n_frames++] = (struct frame){ function, 0, 0, s->n_slots };
	memset(s->seen + s->n_slots, DEAD, (size_t)f->n_values);
	memset(s->origins + s->n_slots, ORIGIN_UNKNOWN, (size_t)f->n_values);
	memset(s->values + s->n_slots, 0, (size_t)f->n_values * sizeof s->values[0]);
	s->n_slots += f->n_values;
}

/* Nobody knows what a function of another file does with a handle that all can reach, nor, when it is called by a
 * callee, whether it was called. */
static void call_unseen(struct state *s)
{
	for (int l = 0; l < s->n_locks; l++)
		s->locks[l].is_doubtful |= s->locks[l].handle != NO_ADDRESS;
	s->handles_are_doubtful = true;
}

/* OP's callee, which is not seen, may do anything to a lock that it is handed.  False if S is done with. */
static bool hand_over_locks(struct state *s, const struct lockprog_op *op)
{
	long long address;

	for (int a = 0; a < op->n_args && a < 64; a++)
		if (op->lock_args >> a & 1 && op->args[a] >= 0) {
			struct lock *lock;

			if (!look(s, op->args[a], &address))
				return false;
			lock = lock_at(s, address);
			lock->state = SPINRULE_STATE_UNKNOWN;
			lock->depth = s->n_frames - 1;
		}
	return true;
}

/* Push S as it is when OP has called function number CALLEE. */
static void enter_callee(struct state *s, const struct lockprog_op *op, int number, const long long *arguments, const unsigned char *origins)
{
	const struct lockprog_function *callee = unit->functions[number];

	if (calls_elsewhere[number])
		call_unseen(s);
	enter(s, number);
	for (int v = 0; v < callee->n_values; v++) {
		long long n = callee->values[v].constant;

		if (callee->values[v].expr != LOCKPROG_PARAM)
			continue;
		if (n < op->n_args && op->args[n] >= 0) {
			set(s, v, arguments[n]);
			if (origins[n])
				s->origins[slot_of(s, v)] = origins[n] | ORIGIN_CALL;
		} else {
			set_open(s, v, ORIGIN_UNKNOWN);
		}
	}
	push(s);
}

/* OP is run when its arguments are known; then S is in the callee. */
static bool run_call(struct state *s, const struct lockprog_op *op)
{
	long long arguments[64];
	unsigned char origins[64];

	if (op->callee < 0 && (!op->n_targets || targets_of(unit, op) == TARGETS_NO_LOCKS)) {
		if (op->value >= 0)
			set_open(s, op->value, ORIGIN_UNKNOWN);
		call_unseen(s);
		if (op->n_targets) {
			static struct state as_it_is;

			/* What it is known to lead to leaves locks alone: who says so is right, too. */
			as_it_is = *s;
			as_it_is.is_guessed = true;
			top(&as_it_is)->op++;
			push(&as_it_is);
		}
		return hand_over_locks(s, op);
	}
	if (s->n_frames == MAX_FRAMES) {
		is_miscounted = true;
		return false;
	}
	for (int a = 0; a < op->n_args; a++)
		if (op->args[a] >= 0 && !look(s, op->args[a], &arguments[a]))
			return false;
	for (int a = 0; a < op->n_args && a < 64; a++)
		origins[a] = op->args[a] < 0 ? ORIGIN_UNKNOWN : origin_of(s, op->args[a]);
	top(s)->op++;
	if (op->callee >= 0) {
		enter_callee(s, op, op->callee, arguments, origins);
		return false;
	}
	/* Which of them is called, nobody knows. */
	for (int t = 0; t < op->n_targets; t++) {
		static struct state way;

		way = *s;
		way.is_guessed |= targets_of(unit, op) == TARGETS_DIFFER;
		enter_callee(&way, op, op->targets[t].function, arguments, origins);
	}
	if (targets_of(unit, op) == TARGETS_DIFFER) {
		s->is_guessed = true;
		if (hand_over_locks(s, op))
			push(s);
	}
	return false;
}

/* ---- edges ---- */

/* Leave the block along edge SUCC; false if S is done with. */
static bool take(struct state *s, int succ)
{
	const struct lockprog_function *f = function_of(s);
	int to = f->blocks[top(s)->block].succ[succ].block;
	const struct lockprog_block *block = &f->blocks[to];
	const bool *wanted = live[f->number] + to * f->n_values;
	struct frame *frame = top(s);
	long long numbers[64];
	unsigned char origins[64];
	int phis[64], n = 0;

	for (int i = 0; i < block->n_ops && block->ops[i].kind == LOCKPROG_DEFINE; i++) {
		const struct lockprog_value *v = &f->values[block->ops[i].value];
		bool is_there = false;

		if (v->expr != LOCKPROG_PHI)
			break;
		for (int a = 0; a < v->n_phi && !is_there; a++) {
			if (v->phi[a].block != frame->block)
				continue;
			if (!look(s, v->phi[a].value, &numbers[n]))
				return false;
			origins[n] = origin_of(s, v->phi[a].value);
			is_there = true;
		}
		if (!is_there) {
			fprintf(stderr, "reference: %s: '%s' has nothing for block %s\n", f->name, v->name, f->blocks[frame->block].name);
			exit(2);
		}
		phis[n++] = block->ops[i].value;
	}
	for (int i = 0; i < n; i++) {
		set(s, phis[i], numbers[i]);
		s->origins[slot_of(s, phis[i])] = origins[i];
	}
	for (int v = 0; v < f->n_values; v++)
		if (!wanted[v]) {
			s->seen[frame->slots + v] = DEAD;
			s->origins[frame->slots + v] = ORIGIN_UNKNOWN;
			s->values[frame->slots + v] = 0;
		}
	if (counts_paths && s->n_frames == 1)
		s->path = paths_step(s->path, frame->block, succ);
	frame->block = to;
	frame->op = 0;
	if (!is_old(s))
		return true;
	/* The callee may go round for ever: then that is where the path ends. */
	if (s->n_frames > 1)
		end_path(s, true);
	return false;
}

static bool come_back(struct state *s, bool has_result, long long result, unsigned char origin)
{
	struct frame *frame = top(s), *caller = frame - 1;
	const struct lockprog_op *op;

	s->n_slots = frame->slots;
	s->n_frames--;
	if (disagrees[s->frames[s->n_frames].function]) {
		for (int l = 0; l < s->n_locks; l++)
			s->locks[l].is_doubtful |= s->locks[l].depth > s->n_frames - 1;
		for (int p = 0; p < s->n_pending; p++)
			s->pending[p].is_doubtful = true;
	}
	for (int l = 0; l < s->n_locks; l++)
		if (s->locks[l].depth > s->n_frames - 1)
			s->locks[l].depth = s->n_frames - 1;
	if (s->n_frames == 1) {
		for (int p = 0; p < s->n_pending; p++)
			report(s, s->pending[p].violation, s->pending[p].address, s->pending[p].is_doubtful);
		if (s->is_over) {
			/* The last one made it so. */
			const bool is_doubtful = s->pending[s->n_pending - 1].is_doubtful;

			end_path(s, is_doubtful);
			if (!is_doubtful)
				return false;
			s->is_over = false;
			s->is_guessed = true;
		}
		s->n_pending = 0;
	}
	op = &unit->functions[caller->function]->blocks[caller->block].ops[caller->op - 1];
	if (op->value >= 0 && has_result) {
		set(s, op->value, result);
		if (origin)
			s->origins[slot_of(s, op->value)] = origin | ORIGIN_CALL;
	} else if (op->value >= 0) {
		set_open(s, op->value, ORIGIN_UNKNOWN);
	}
	return true;
}

/* Whether LOCK, which is held where S returns, was acquired by a routine that saved an IRQL, and nothing is left that
 * knows it: 1 maybe, 2 for sure. */
static int loses_irql(const struct state *s, const struct lock *lock, bool has_result)
{
	const struct lockprog_function *f = function_of(s);

	if (lock->state != SPINRULE_STATE_HELD || !(lock->saved & ORIGIN_ACQUIRE))
		return 0;
	for (int b = 0; b < f->n_blocks; b++)
		for (int i = 0; i < f->blocks[b].n_ops; i++)
			if (f->blocks[b].ops[i].kind == LOCKPROG_CALL || f->blocks[b].ops[i].kind == LOCKPROG_STORE)
				return 1;
	return has_result || s->n_lockops != 1 || lock->depth != 0 ? 1 : 2;
}

/* True if the function that S returns from may have handed a saved IRQL to another one. */
static bool may_hand_on(const struct state *s)
{
	const struct lockprog_function *f = function_of(s);

	for (int b = 0; b < f->n_blocks; b++)
		for (int i = 0; i < f->blocks[b].n_ops; i++)
			if (f->blocks[b].ops[i].kind == LOCKPROG_CALL && f->blocks[b].ops[i].n_args)
				return true;
	return false;
}

static void end_of_root(struct state *s, bool has_result, long long result)
{
	struct outcome outcome = { .block = s->frames[0].block, .has_result = has_result, .result = result, .path = s->path,
				   .n_locks = s->n_locks };

	memcpy(outcome.locks, s->locks, sizeof outcome.locks);
	for (int l = 0; l < s->n_locks; l++) {
		outcome.locks[l].loses_irql = loses_irql(s, &s->locks[l], has_result);
		outcome.locks[l].group = SPINRULE_GROUP_ANY;
		outcome.locks[l].saved = ORIGIN_UNKNOWN;
		outcome.locks[l].saved_number = -1;
		outcome.locks[l].handle = NO_ADDRESS;
		outcome.locks[l].was_given = false;
		outcome.locks[l].is_doubtful |= s->is_guessed;
	}
	report_owed(s, !is_callback() || may_hand_on(s));
	if (is_callback()) {
		for (int l = 0; l < s->n_locks; l++)
			if (s->locks[l].state == SPINRULE_STATE_HELD)
				report(s, SPINRULE_HELD_AT_RETURN, s->locks[l].address, s->locks[l].is_doubtful);
		end_path(s, false);
		return;
	}
	end_path(s, false);
	for (int i = 0; i < n_outcomes; i++)
		if (!memcmp(&outcomes[i], &outcome, sizeof outcome))
			return;
	if (n_outcomes == MAX_RESULTS)
		limit = true;
	else
		outcomes[n_outcomes++] = outcome;
}

/* Leave the block; false if S is done with. */
static bool run_exit(struct state *s)
{
	const struct lockprog_function *f = function_of(s);
	const struct lockprog_block *block = &f->blocks[top(s)->block];
	long long number = 0;
	int succ = -1;

	switch (block->exit) {
	case LOCKPROG_GOTO:
		if (!block->n_succ)
			end_path(s, false);
		return block->n_succ && take(s, 0);
	case LOCKPROG_CHOICE:
		for (int e = 0; e < block->n_succ; e++) {
			static struct state other;

			other = *s;
			if (take(&other, e))
				push(&other);
		}
		return false;
	case LOCKPROG_IF:
		if (!look(s, block->value, &number))
			return false;
		return take(s, number ? 0 : 1);
	case LOCKPROG_SWITCH:
		if (!look(s, block->value, &number))
			return false;
		for (int e = 0; e < block->n_succ; e++)
			for (int r = 0; r < block->succ[e].n_ranges; r++)
				if (number >= block->succ[e].ranges[r].low && number <= block->succ[e].ranges[r].high && succ < 0)
					succ = e;
		for (int e = 0; e < block->n_succ && succ < 0; e++)
			if (block->succ[e].is_default)
				succ = e;
		return succ >= 0 && take(s, succ);
	case LOCKPROG_RETURN:
		if (block->value >= 0 && !look(s, block->value, &number))
			return false;
		if (s->n_frames == 1) {
			end_of_root(s, block->value >= 0, number);
			return false;
		}
		return come_back(s, block->value >= 0, number, block->value >= 0 ? origin_of(s, block->value) : ORIGIN_UNKNOWN);
	}
	return false;
}

void run(struct state *s)
{
	for (;;) {
		const struct lockprog_block *block = &function_of(s)->blocks[top(s)->block];
		bool goes_on = true;

		if (top(s)->op == block->n_ops) {
			if (!run_exit(s))
				return;
			continue;
		}
		switch (block->ops[top(s)->op].kind) {
		case LOCKPROG_DEFINE:
			goes_on = run_define(s, block->ops[top(s)->op].value);
			break;
		case LOCKPROG_LOCKOP:
			goes_on = run_lockop(s, &block->ops[top(s)->op]);
			break;
		case LOCKPROG_STORE: {
			const struct lockprog_op *op = &block->ops[top(s)->op];
			long long address, number = 0;
			struct cell *cell;

			goes_on = look(s, op->address, &address) && (op->value < 0 || look(s, op->value, &number));
			if (!goes_on)
				break;
			cell = cell_at(s, address, op->class_);
			cell->is_known = op->value >= 0;
			cell->value = number;
			cell->origin = op->value >= 0 ? origin_of(s, op->value) : ORIGIN_UNKNOWN;
			break;
		}
		case LOCKPROG_CLOBBER:
			for (int c = 0; c < s->n_cells; c++)
				s->cells[c].is_known = false;
			break;
		case LOCKPROG_ASSUME: {
			long long number;

			goes_on = look(s, block->ops[top(s)->op].args[0], &number) && number != 0;
			break;
		}
		case LOCKPROG_PROMISE:	/* none is generated */
			break;
		case LOCKPROG_CALL:
			goes_on = run_call(s, &block->ops[top(s)->op]);
			break;
		}
		if (!goes_on)
			return;
		top(s)->op++;
	}
}
