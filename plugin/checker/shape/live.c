/* live.c - what is used later.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/live.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "shape/slice.h"

/* ---- what is live ---- */

struct liveness {
	struct flow *flow;
	int *def_block;		/* value: block of its definition, -1 */
	bool *is_phi;
	int *mark;		/* block: the last value that was found live at its start */
	int *max;
	int *pending;
	int n_pending, max_pending;
};

/* V is used in BLOCK, or on an edge out of it: mark V live at the start of each block
 * between its definition and this use.  A PHI is defined on the edges into its block. */
static void use(struct liveness *live, int v, int block)
{
	struct flow *flow = live->flow;
	int def = live->def_block[v];

	if (def < 0 || flow->rank[block] < 0)
		return;
	live->n_pending = 0;
	live->pending = alloc_grow(live->pending, live->n_pending, &live->max_pending,
				   sizeof *live->pending);
	live->pending[live->n_pending++] = block;
	while (live->n_pending) {
		int b = live->pending[--live->n_pending];

		if (live->mark[b] == v)
			continue;
		if (b == def && !live->is_phi[v])
			continue;
		live->mark[b] = v;
		flow->live[b] = alloc_grow(flow->live[b], flow->n_live[b], &live->max[b],
					   sizeof **flow->live);
		assert(!flow->n_live[b] || flow->live[b][flow->n_live[b] - 1] < v);
		flow->live[b][flow->n_live[b]++] = v;
		if (b == def)
			continue;
		for (int i = 0; i < flow->n_preds[b]; i++) {
			live->pending = alloc_grow(live->pending, live->n_pending,
						   &live->max_pending, sizeof *live->pending);
			live->pending[live->n_pending++] = flow->preds[b][i];
		}
	}
}

struct value_use { int value, block; };

/* Mark what is live because of the N USES, value by value. */
static void use_all(struct liveness *live, const struct value_use *uses, int n)
{
	const int n_values = live->flow->function->n_values;
	int *next = alloc_zeroed((n_values + 1) * sizeof *next);
	int *blocks = alloc_zeroed(n * sizeof *blocks);

	for (int i = 0; i < n; i++)
		next[uses[i].value + 1]++;
	for (int v = 0; v < n_values; v++)
		next[v + 1] += next[v];
	for (int i = 0; i < n; i++)
		blocks[next[uses[i].value]++] = uses[i].block;
	/* The uses of a value end where those of the next one began. */
	for (int v = 0, i = 0; v < n_values; v++)
		for (; i < next[v]; i++)
			use(live, v, blocks[i]);
	free(next);
	free(blocks);
}

static void find_live(struct flow *flow)
{
	const struct lockprog_function *function = flow->function;
	struct liveness live = { .flow = flow };
	struct value_use *uses = NULL;
	int n_uses = 0, max_uses = 0;

	live.def_block = alloc_zeroed(function->n_values * sizeof *live.def_block);
	live.is_phi = alloc_zeroed(function->n_values);
	live.mark = alloc_zeroed(function->n_blocks * sizeof *live.mark);
	live.max = alloc_zeroed(function->n_blocks * sizeof *live.max);
	for (int v = 0; v < function->n_values; v++) {
		/* Parameters are live at the start of the entry, as PHIs are at the start
		 * of their block. */
		live.def_block[v] = function->values[v].expr == LOCKPROG_PARAM ? 0 : -1;
		live.is_phi[v] = function->values[v].expr == LOCKPROG_PHI ||
				 function->values[v].expr == LOCKPROG_PARAM;
	}
	for (int b = 0; b < function->n_blocks; b++) {
		live.mark[b] = -1;
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind != LOCKPROG_STORE && op->value >= 0)
				live.def_block[op->value] = b;
		}
	}
#define USE(V, B) do { \
		uses = alloc_grow(uses, n_uses, &max_uses, sizeof *uses); \
		uses[n_uses++] = (struct value_use){ V, B }; \
	} while (0)
	for (int b = 0; b < function->n_blocks; b++) {
		const struct lockprog_block *block = &function->blocks[b];

		if (flow->rank[b] < 0)
			continue;
		if (block->value >= 0)
			USE(block->value, b);
		for (int i = 0; i < block->n_ops; i++) {
			const struct lockprog_op *op = &block->ops[i];

			if (op->address >= 0)
				USE(op->address, b);
			if (op->handle >= 0)
				USE(op->handle, b);
			if (flow_gives_irql(op))
				USE(op->irql, b);
			if (op->kind == LOCKPROG_STORE && op->value >= 0)
				USE(op->value, b);
			for (int j = 0; j < op->n_args; j++)
				if (op->args[j] >= 0)
					USE(op->args[j], b);
			if (op->kind != LOCKPROG_DEFINE || !flow->is_needed[op->value])
				continue;
			const struct lockprog_value *value = &function->values[op->value];

			if (value->a >= 0)
				USE(value->a, b);
			if (value->b >= 0)
				USE(value->b, b);
			for (int j = 0; j < value->n_phi; j++)
				USE(value->phi[j].value, value->phi[j].block);
		}
	}
#undef USE
	use_all(&live, uses, n_uses);
	free(uses);
	free(live.def_block);
	free(live.is_phi);
	free(live.mark);
	free(live.max);
	free(live.pending);
}

bool live_has_value(const struct flow *flow, int block, int value)
{
	int low = 0, high = flow->n_live[block];

	while (low < high) {
		int middle = (low + high) / 2;

		if (flow->live[block][middle] == value)
			return true;
		if (flow->live[block][middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* ---- which variables are named later ---- */

/* True if V, an operand or -1, is the address of OBJECT. */
static bool is_address(const struct lockprog_function *function, int v, int object)
{
	return v >= 0 && function->values[v].expr == LOCKPROG_OBJECT &&
	       function->values[v].object == object;
}

/* True if OP has the address of OBJECT among its operands, except those of a PHI. */
static bool names_object(const struct flow *flow, const struct lockprog_op *op, int object)
{
	const struct lockprog_function *function = flow->function;
	bool names = is_address(function, op->address, object) ||
		     is_address(function, op->handle, object) ||
		     (flow_gives_irql(op) && is_address(function, op->irql, object));

	if (op->kind == LOCKPROG_STORE)
		names |= is_address(function, op->value, object);
	if (op->kind == LOCKPROG_DEFINE && flow->is_needed[op->value])
		names |= is_address(function, function->values[op->value].a, object) ||
			 is_address(function, function->values[op->value].b, object);
	for (int i = 0; i < op->n_args; i++)
		names |= is_address(function, op->args[i], object);
	return names;
}

bool live_has_object(const struct flow *flow, int block, int object)
{
	const struct lockprog_function *function = flow->function;
	const int *ends = flow->loops.last_before, from = flow->rank[block];

	for (int rank = 0; rank < flow->n_reached; rank++) {
		const struct lockprog_block *at = &function->blocks[flow->order[rank]];

		work_count(at->n_ops);
		for (int i = 0; i < at->n_ops; i++) {
			const struct lockprog_op *op = &at->ops[i];
			const struct lockprog_value *value =
				op->kind == LOCKPROG_DEFINE ? &function->values[op->value] : NULL;

			if (ends[rank] >= from && names_object(flow, op, object))
				return true;
			/* A PHI takes its operand at the end of the block before. */
			for (int k = 0; value && k < value->n_phi; k++)
				if (flow->rank[value->phi[k].block] >= 0 &&
				    ends[flow->rank[value->phi[k].block]] >= from &&
				    is_address(function, value->phi[k].value, object))
					return true;
		}
	}
	return false;
}

/* ---- which memory is read later ---- */

/* For each class, the one private variable that this function accesses as cells of it,
 * always as a whole.  NONE_YET: no access found; NOT_ONE: anything else. */
enum { NONE_YET = -1, NOT_ONE = -2 };

static int *find_whole_variables(const struct flow *flow, const struct lockprog_unit *unit)
{
	const struct lockprog_function *function = flow->function;
	int *variable = alloc_zeroed(flow->n_classes * sizeof *variable);

	for (int c = 0; c < flow->n_classes; c++)
		variable[c] = lockprog_class_is_private(&unit->classes[c]) ? NONE_YET : NOT_ONE;
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			bool is_load = op->kind == LOCKPROG_DEFINE &&
				       function->values[op->value].expr == LOCKPROG_LOAD;
			int class_ = is_load ? function->values[op->value].class_ : op->class_;
			int address = is_load ? function->values[op->value].a : op->address;

			if ((!is_load && op->kind != LOCKPROG_STORE) || class_ < 0)
				continue;
			if (address < 0 || function->values[address].expr != LOCKPROG_OBJECT ||
			    (variable[class_] != NONE_YET &&
			     variable[class_] != function->values[address].object))
				variable[class_] = NOT_ONE;
			else
				variable[class_] = function->values[address].object;
		}
	return variable;
}

#define WORD_BITS 64

static void set_bit(unsigned long long *row, int c)
{
	row[c / WORD_BITS] |= 1ull << c % WORD_BITS;
}

/* Update ROW, the classes that are read after block B, to those that are read from the
 * start of B on, going backwards through its operations.  Callees may read the classes
 * BY_CALLEES. */
static void read_in_block(const struct flow *flow, const int *variable,
			  const unsigned long long *by_callees, int b, unsigned long long *row)
{
	const struct lockprog_function *function = flow->function;

	for (int i = function->blocks[b].n_ops; i-- > 0; ) {
		const struct lockprog_op *op = &function->blocks[b].ops[i];

		/* The store overwrites the whole variable: nothing reads its value from
		 * before. */
		if (op->kind == LOCKPROG_STORE && op->class_ >= 0 && variable[op->class_] >= 0)
			row[op->class_ / WORD_BITS] &= ~(1ull << op->class_ % WORD_BITS);
		if (op->kind == LOCKPROG_CALL && op->callee >= 0)
			for (int w = 0; w < flow->n_words; w++)
				row[w] |= by_callees[w];
		if (op->kind == LOCKPROG_DEFINE && flow->is_needed[op->value] &&
		    function->values[op->value].expr == LOCKPROG_LOAD)
			set_bit(row, function->values[op->value].class_);
	}
}

static void find_loaded(struct flow *flow, const struct lockprog_unit *unit)
{
	const struct lockprog_function *function = flow->function;
	const size_t size = flow->n_words * sizeof *flow->is_loaded;
	int *variable = find_whole_variables(flow, unit);
	unsigned long long *after = alloc_zeroed(size), *by_callees = alloc_zeroed(size);
	bool changed = flow->n_classes > 0;

	for (int c = 0; c < flow->n_classes; c++)
		if (variable[c] == NOT_ONE)
			set_bit(by_callees, c);
	while (changed) {
		changed = false;
		for (int i = flow->n_reached; i-- > 0; ) {
			const struct lockprog_block *block = &function->blocks[flow->order[i]];
			unsigned long long *row =
				flow->is_loaded + (size_t)flow->order[i] * flow->n_words;

			memset(after, 0, size);
			for (int s = 0; s < block->n_succ; s++) {
				const unsigned long long *from =
					flow->is_loaded +
					(size_t)block->succ[s].block * flow->n_words;

				for (int w = 0; w < flow->n_words; w++)
					after[w] |= from[w];
			}
			read_in_block(flow, variable, by_callees, flow->order[i], after);
			if (memcmp(row, after, size)) {
				memcpy(row, after, size);
				changed = true;
			}
		}
	}
	free(variable);
	free(after);
	free(by_callees);
}

/* ---- which cells are read later ---- */

static int compare_loads(const void *a, const void *b)
{
	const struct flow_load *x = a, *y = b;

	if (x->class_ != y->class_)
		return x->class_ < y->class_ ? -1 : 1;
	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	/* The last one first. */
	return x->last > y->last ? -1 : x->last < y->last;
}

static void find_loads(struct flow *flow)
{
	const struct lockprog_function *function = flow->function;
	const int *ends = flow->loops.last_before;
	int n = 0;

	flow->last_call = -1;
	for (int c = 0; c < flow->n_classes; c++)
		flow->last_load[c] = -1;
	for (int rank = 0; rank < flow->n_reached; rank++) {
		const struct lockprog_block *block = &function->blocks[flow->order[rank]];

		for (int i = 0; i < block->n_ops; i++) {
			const struct lockprog_op *op = &block->ops[i];
			struct flow_load load = { .last = ends[rank] };

			if (op->kind == LOCKPROG_CALL && op->callee >= 0)
				flow->last_call =
					flow->last_call < ends[rank] ? ends[rank] : flow->last_call;
			if (op->kind != LOCKPROG_DEFINE || !flow->is_needed[op->value] ||
			    function->values[op->value].expr != LOCKPROG_LOAD)
				continue;
			load.class_ = function->values[op->value].class_;
			if (!flow_split_address(function, function->values[op->value].a, &load.root,
						&load.offset)) {
				if (flow->last_load[load.class_] < ends[rank])
					flow->last_load[load.class_] = ends[rank];
				continue;
			}
			flow->loads = alloc_grow(flow->loads, flow->n_loads, &flow->max_loads,
						 sizeof *flow->loads);
			flow->loads[flow->n_loads++] = load;
		}
	}
	if (flow->n_loads)
		qsort(flow->loads, flow->n_loads, sizeof *flow->loads, compare_loads);
	for (int i = 0; i < flow->n_loads; i++)
		if (!n || flow->loads[n - 1].class_ != flow->loads[i].class_ ||
		    flow->loads[n - 1].root != flow->loads[i].root ||
		    flow->loads[n - 1].offset != flow->loads[i].offset)
			flow->loads[n++] = flow->loads[i];
	flow->n_loads = n;
}

bool live_has_class(const struct flow *flow, int block, int class_)
{
	assert(class_ >= 0 && class_ < flow->n_classes);
	return flow->is_loaded[(size_t)block * flow->n_words + class_ / WORD_BITS] >>
		       class_ % WORD_BITS &
	       1;
}

bool live_has_cell(const struct flow *flow, int block, int class_, int root, long long offset)
{
	struct flow_load wanted = { class_, root, offset, 0 };
	int low = 0, high = flow->n_loads;

	assert(flow->rank[block] >= 0 && root < flow->function->n_values + flow->unit->n_objects);
	if (!live_has_class(flow, block, class_))
		return false;
	if (flow->rank[block] <= flow->last_load[class_] || flow->rank[block] <= flow->last_call)
		return true;
	if (root < 0)
		return false;
	while (low < high) {
		int middle = (low + high) / 2;
		const struct flow_load *load = &flow->loads[middle];

		wanted.last = load->last;
		if (compare_loads(load, &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < flow->n_loads && flow->loads[low].class_ == class_ &&
	       flow->loads[low].root == root && flow->loads[low].offset == offset &&
	       flow->rank[block] <= flow->loads[low].last;
}

struct flow *live_new_flow(const struct lockprog_unit *unit,
			   const struct lockprog_function *function,
			   const struct slice_wants *wants)
{
	struct flow *flow = flow_new(function);
	int n = function->n_blocks;

	flow->unit = unit;
	flow->is_needed = alloc_zeroed(function->n_values);
	flow->is_decisive = alloc_zeroed(n);
	flow->is_read = alloc_zeroed(unit->n_classes + 1);
	flow->is_read_elsewhere = alloc_zeroed(unit->n_classes + 1);
	flow->is_compared = alloc_zeroed(unit->n_classes + 1);
	flow->n_live = alloc_zeroed(n * sizeof *flow->n_live);
	flow->n_classes = unit->n_classes;
	flow->n_words = (flow->n_classes + WORD_BITS - 1) / WORD_BITS;
	flow->is_loaded = alloc_zeroed((size_t)n * flow->n_words * sizeof *flow->is_loaded);
	slice_find(flow, unit, wants);
	find_live(flow);
	find_loaded(flow, unit);
	flow->last_load = alloc_zeroed((flow->n_classes + 1) * sizeof *flow->last_load);
	find_loads(flow);
	return flow;
}
