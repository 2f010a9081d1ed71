/* execute-walk.c - the ways through a program: values, memory, calls, branches; locks are execute.c's.
 *
 * SPDX-License-Identifier: MIT
 */

#include "execute.h"
#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

static long long in_type(long long value, struct lockprog_type type)
{
	int shift = 64 - type.bits;

	if (!type.bits || shift <= 0)
		return value;
	return type.is_signed ? (long long)((uint64_t)value << shift) >> shift : (long long)((uint64_t)value << shift >> shift);
}

/* Any value of TYPE.  Of those that its bits make one, only one is tried. */
static long long any_value(struct lockprog_type type)
{
	long long numbers[highest - lowest + 1];
	int n = 0;

	for (long long number = lowest; number <= highest; number++) {
		bool is_twice = false;

		for (int i = 0; i < n; i++)
			is_twice |= numbers[i] == in_type(number, type);
		if (!is_twice)
			numbers[n++] = in_type(number, type);
	}
	return numbers[choose(n)];
}

void set(int value, long long number)
{
	top()->values[value] = in_type(number, top()->function->values[value].type);
	top()->has_value[value] = true;
	top()->origins[value] = ORIGIN_UNKNOWN;
}

enum origin origin_of(int value)
{
	return top()->function->values[value].expr == LOCKPROG_CONST ? ORIGIN_TEXT : top()->origins[value];
}

/* The number of VALUE, which decides about something.  The reference has any IRQL where the driver has DISPATCH_LEVEL. */
static long long ask(int value);

long long look(int value)
{
	const struct lockprog_value *v = &top()->function->values[value];

	if (v->expr == LOCKPROG_CONST)
		return in_type(v->constant, v->type);
	if (v->expr == LOCKPROG_OBJECT)
		return OBJECT_ADDRESS(v->object);
	if (!top()->has_value[value])
		set(value, any_value(v->type));
	return top()->values[value];
}

static long long ask(int value)
{
	is_narrow |= origin_of(value) == ORIGIN_NESTED;
	return look(value);
}

static struct cell *cell_at(long long address, int class_)
{
	for (int c = 0; c < n_cells; c++)
		if (cells[c].address == address && cells[c].class_ == class_)
			return &cells[c];
	if (n_cells == MAX_CELLS)
		abort();
	cells[n_cells] = (struct cell){ .address = address, .class_ = class_ };
	return &cells[n_cells++];
}

static void run_load(int value, const struct lockprog_value *v)
{
	struct cell *cell = cell_at(look(v->a), v->class_);

	if (!cell->is_known) {
		cell->value = any_value(v->type);
		cell->is_known = true;
		cell->origin = ORIGIN_UNKNOWN;
	}
	set(value, cell->value);
	top()->origins[value] = cell->origin;
}

static long long compute(enum lockprog_expr expr, long long a, long long b)
{
	switch (expr) {
	case LOCKPROG_COPY: return a;
	case LOCKPROG_ADD: return a + b;
	case LOCKPROG_SUB: return a - b;
	case LOCKPROG_MUL: return a * b;
	case LOCKPROG_AND: return a & b;
	case LOCKPROG_OR: return a | b;
	case LOCKPROG_XOR: return a ^ b;
	case LOCKPROG_SHL: return b < 0 || b > 63 ? 0 : (long long)((uint64_t)a << b);
	case LOCKPROG_SHR: return b < 0 || b > 63 ? 0 : a >> b;
	case LOCKPROG_NOT: return ~a;
	case LOCKPROG_NEG: return -a;
	case LOCKPROG_EQ: return a == b;
	case LOCKPROG_NE: return a != b;
	case LOCKPROG_LT: return a < b;
	case LOCKPROG_LE: return a <= b;
	case LOCKPROG_GT: return a > b;
	case LOCKPROG_GE: return a >= b;
	default: abort();
	}
}

static void run_define(int value)
{
	const struct lockprog_function *f = top()->function;
	const struct lockprog_value *v = &f->values[value];
	long long a, b = 0, number;

	switch (v->expr) {
	case LOCKPROG_PHI: case LOCKPROG_PARAM: case LOCKPROG_CONST: case LOCKPROG_OBJECT:
		return;
	case LOCKPROG_UNKNOWN:
		/* Chosen when it is looked at. */
		top()->has_value[value] = false;
		top()->origins[value] = ORIGIN_UNKNOWN;
		return;
	case LOCKPROG_LOAD:
		run_load(value, v);
		return;
	default:
		break;
	}
	a = v->expr == LOCKPROG_COPY ? look(v->a) : ask(v->a);
	if (v->b >= 0)
		b = in_type(ask(v->b), f->values[v->a].type);
	number = compute(v->expr, a, b);
	is_cut = f->values[v->a].type.is_signed && v->expr >= LOCKPROG_ADD && v->expr <= LOCKPROG_MUL && (number > FAR || number < -FAR);
	set(value, number);
	if (v->expr == LOCKPROG_COPY || (origin_of(v->a) == ORIGIN_TEXT && (v->b < 0 || origin_of(v->b) == ORIGIN_TEXT)))
		top()->origins[value] = origin_of(v->a);
}

/* ---- ways through the program ---- */

/* What is handed to a function, or comes back from it. */
struct argument {
	bool is_there;
	long long number;
	enum origin origin;
};

static void run_function(const struct lockprog_function *f, const struct argument *arguments, int n_arguments, struct argument *result);

static void run_call(const struct lockprog_op *op)
{
	struct argument arguments[64] = { { 0 } }, result = { 0 };
	int callee = op->callee;

	if (op->n_targets && targets_of(unit, op) != TARGETS_NO_LOCKS)
		callee = op->targets[choose(op->n_targets)].function;
	for (int a = 0; a < op->n_args && a < 64; a++) {
		if (op->args[a] < 0)
			continue;
		if (callee < 0 && op->lock_args >> a & 1) {
			struct lock *lock = lock_at(look(op->args[a]));

			lock->is_known = false;
			/* Is it still held, when the next one is acquired? */
			is_narrow |= gives_irqls && lock->state == SPINRULE_STATE_HELD;
		} else if (callee >= 0) {
			arguments[a] = (struct argument){ true, look(op->args[a]), origin_of(op->args[a]) };
		}
	}
	if (op->value >= 0) {
		top()->has_value[op->value] = false;
		top()->origins[op->value] = ORIGIN_UNKNOWN;
	}
	if (callee < 0)
		return;
	if (n_frames == MAX_FRAMES) {
		is_cut = true;
		return;
	}
	run_function(unit->functions[callee], arguments, op->n_args, &result);
	if (op->value >= 0 && result.is_there && !is_done && !is_cut) {
		set(op->value, result.number);
		top()->origins[op->value] = result.origin;
	}
}

static void run_op(const struct lockprog_op *op)
{
	struct cell *cell;

	switch (op->kind) {
	case LOCKPROG_DEFINE:
		run_define(op->value);
		break;
	case LOCKPROG_LOCKOP:
		run_lockop(op);
		break;
	case LOCKPROG_STORE:
		cell = cell_at(look(op->address), op->class_);
		cell->is_known = op->value >= 0;
		if (op->value >= 0)
			cell->value = look(op->value);
		cell->origin = op->value >= 0 ? origin_of(op->value) : ORIGIN_UNKNOWN;
		break;
	case LOCKPROG_CLOBBER:
		for (int c = 0; c < n_cells; c++)
			cells[c].is_known = false;
		break;
	case LOCKPROG_CALL:
		run_call(op);
		break;
	case LOCKPROG_ASSUME:
		is_done |= !look(op->args[0]);
		break;
	case LOCKPROG_PROMISE:	/* none is generated */
		break;
	}
}

static void take(int to)
{
	const struct lockprog_function *f = top()->function;
	const struct lockprog_block *block = &f->blocks[to];
	long long numbers[64];
	enum origin origins[64];
	int phis[64], n = 0;

	for (int i = 0; i < block->n_ops && block->ops[i].kind == LOCKPROG_DEFINE; i++) {
		const struct lockprog_value *v = &f->values[block->ops[i].value];

		if (v->expr != LOCKPROG_PHI)
			break;
		for (int a = 0; a < v->n_phi; a++)
			if (v->phi[a].block == top()->block) {
				numbers[n] = look(v->phi[a].value);
				origins[n] = origin_of(v->phi[a].value);
				phis[n++] = block->ops[i].value;
				break;
			}
	}
	for (int i = 0; i < n; i++) {
		set(phis[i], numbers[i]);
		top()->origins[phis[i]] = origins[i];
	}
	top()->block = to;
}

static int case_of(const struct lockprog_block *block, long long number)
{
	for (int e = 0; e < block->n_succ; e++)
		for (int r = 0; r < block->succ[e].n_ranges; r++)
			if (number >= block->succ[e].ranges[r].low && number <= block->succ[e].ranges[r].high)
				return block->succ[e].block;
	for (int e = 0; e < block->n_succ; e++)
		if (block->succ[e].is_default)
			return block->succ[e].block;
	return -1;
}

/* Leave the block; false when the function returns, or the machine stops. */
static bool run_exit(struct argument *result)
{
	const struct lockprog_block *block = &top()->function->blocks[top()->block];
	int to = -1;

	switch (block->exit) {
	case LOCKPROG_GOTO:
		to = block->n_succ ? block->succ[0].block : -1;
		break;
	case LOCKPROG_CHOICE:
		to = block->succ[choose(block->n_succ)].block;
		break;
	case LOCKPROG_IF:
		to = block->succ[ask(block->value) ? 0 : 1].block;
		break;
	case LOCKPROG_SWITCH:
		to = case_of(block, ask(block->value));
		break;
	case LOCKPROG_RETURN:
		if (block->value >= 0)
			*result = (struct argument){ true, look(block->value), origin_of(block->value) };
		return false;
	}
	if (to < 0) {
		is_done = true;
		return false;
	}
	take(to);
	return true;
}

static void run_function(const struct lockprog_function *f, const struct argument *arguments, int n_arguments, struct argument *result)
{
	frames[n_frames] = (struct frame){ f, 0, value_store[n_frames], has_value_store[n_frames], origin_store[n_frames] };
	memset(has_value_store[n_frames], 0, (size_t)f->n_values);
	for (int v = 0; v < f->n_values; v++)
		origin_store[n_frames][v] = ORIGIN_UNKNOWN;
	n_frames++;
	for (int v = 0; v < f->n_values; v++)
		if (f->values[v].expr == LOCKPROG_PARAM && f->values[v].constant < n_arguments && arguments[f->values[v].constant].is_there) {
			set(v, arguments[f->values[v].constant].number);
			top()->origins[v] = arguments[f->values[v].constant].origin;
		}
	do {
		const struct lockprog_block *block = &f->blocks[top()->block];

		for (int i = 0; i < block->n_ops && !is_done && !is_cut; i++) {
			run_op(&block->ops[i]);
			if (++n_steps > MAX_STEPS)
				is_cut = true;
		}
		if (++n_steps > MAX_STEPS)
			is_cut = true;
	} while (!is_done && !is_cut && run_exit(result));
	if (!is_done && !is_cut && n_frames == 1 && root->role) {
		/* Left by the caller of this function, at the block that returned. */
		return;
	}
	if (!is_done && !is_cut)
		n_frames--;
}

/* One path of ROOT from its start. */
void run_path(void)
{
	struct argument result = { 0 }, arguments[64] = { { 0 } };
	unsigned mark = 0;

	n_locks = n_cells = n_frames = n_steps = n_reports = n_acquires = 0;
	is_cut = is_done = is_irql_odd = is_owed_by_rule = is_paid_unseen = false;
	at_choice = 0;
	start_owed();
	port_set_irql(PORT_PASSIVE_LEVEL);
	if (root->role)
		mark = spinrule_callback_enter(root->enters_with_cancel_lock, &site);
	if (root->enters_with_cancel_lock) {
		struct lock *lock = lock_at(CANCEL_ADDRESS);

		lock->state = SPINRULE_STATE_HELD;
		lock->group = SPINRULE_GROUP_CANCEL;
		lock->saved = -1;
		port_set_irql(PORT_DISPATCH_LEVEL);
	}
	/* Pointers are locks of their own. */
	for (int v = 0; v < root->n_values; v++)
		if (root->values[v].expr == LOCKPROG_PARAM && root->values[v].type.is_pointer && root->values[v].constant < 64)
			arguments[root->values[v].constant] =
				(struct argument){ true, PARAM_ADDRESS(root->values[v].constant), ORIGIN_UNKNOWN };
	run_function(root, arguments, 64, &result);
	if (root->role) {
		n_reports = 0;
		spinrule_callback_leave(mark, &site);
		if (!is_done && !is_cut)
			end_callback();
	}
	/* Whatever is left belongs to the next path's past. */
	callback_thread_ends(NULL);
	n_reports = 0;
	n_paths++;
}
