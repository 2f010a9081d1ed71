/* slice.c - which branches, values and memory of a function decide about its locks.
 *
 * A branch is decisive if one of its edges always leads to a block that matters and
 * another may avoid it (control dependence), or if it leaves a loop, since not every loop
 * ends.  A block matters if it has a lock operation, a call that may have one, or a store
 * to memory whose value matters, if it is a return or ends in a decisive branch, or if it
 * leads to a needed PHI.  Values are needed if decisive branches or lock operations use
 * them.  The slicer repeats these steps until nothing changes.  It drops all branches
 * that are not decisive, and a walk learns nothing from them: on either edge, the locks
 * are the same.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/slice.h"

#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "shape/root.h"
#include "shape/tokens.h"
#include "runtime/rule.h"

struct slicer {
	struct flow *flow;
	const struct lockprog_unit *unit;
	const struct slice_wants *wants;
	bool *matters;		/* block */
	const struct lockprog_op **calls;	/* value: the call that returns it, or NULL */
	/* Block: its immediate postdominator; the exit is number n_blocks; -1 none. */
	int *post;
	/* Block: how many blocks that matter are among it and its postdominators. */
	int *depth;
	int *order;		/* blocks, the exit first, each after its immediate postdominator */
	int n_order;
	bool changed;
	struct tokens *tokens;
	int n, max, *pending;	/* values */
};

/* ---- postdominators (Cooper, Harvey and Kennedy) ---- */

/* N counts the blocks; number n_blocks is the exit. */
static int meet(const int *post, const int *rank, int x, int y)
{
	while (x != y) {
		while (rank[x] > rank[y])
			x = post[x];
		while (rank[y] > rank[x])
			y = post[y];
	}
	return x;
}

/* Returns false if some block leads to no end. */
static bool find_postdominators(struct slicer *s)
{
	const struct flow *flow = s->flow;
	const struct lockprog_function *function = flow->function;
	int n = function->n_blocks, n_seen = 0, n_stack = 0;
	int *rank = alloc_zeroed((n + 1) * sizeof *rank),
	    *stack = alloc_zeroed((n + 1) * sizeof *stack);
	int *next = alloc_zeroed((n + 1) * sizeof *next),
	    *finished = alloc_zeroed((n + 1) * sizeof *finished);
	bool *seen = alloc_zeroed(n + 1), changed = true;

	for (int b = 0; b <= n; b++)
		s->post[b] = -1;
	/* Depth-first against the edges, from each end. */
	for (int i = 0; i < flow->n_reached; i++) {
		int end = flow->order[i];

		if (function->blocks[end].n_succ || seen[end])
			continue;
		stack[n_stack++] = end;
		seen[end] = true;
		while (n_stack) {
			int b = stack[n_stack - 1];

			if (next[b] < flow->n_preds[b]) {
				int from = flow->preds[b][next[b]++];

				if (!seen[from] && flow->rank[from] >= 0) {
					seen[from] = true;
					stack[n_stack++] = from;
				}
				continue;
			}
			finished[n_seen++] = b;
			n_stack--;
		}
	}
	rank[n] = 0;
	s->order[0] = n;
	s->n_order = 1;
	for (int i = n_seen; i-- > 0;) {
		rank[finished[i]] = s->n_order;
		s->order[s->n_order++] = finished[i];
	}
	s->post[n] = n;
	while (changed) {
		changed = false;
		for (int i = 1; i < s->n_order; i++) {
			const struct lockprog_block *block = &function->blocks[s->order[i]];
			int made = block->n_succ ? -1 : n;

			for (int succ = 0; succ < block->n_succ; succ++) {
				int to = block->succ[succ].block;

				if (s->post[to] >= 0)
					made = made < 0 ? to : meet(s->post, rank, made, to);
			}
			if (made >= 0 && made != s->post[s->order[i]]) {
				s->post[s->order[i]] = made;
				changed = true;
			}
		}
	}
	free(rank);
	free(stack);
	free(next);
	free(finished);
	free(seen);
	return n_seen == flow->n_reached;
}

/* ---- what is needed ---- */

static void need(struct slicer *s, int v)
{
	if (v < 0 || s->flow->is_needed[v])
		return;
	s->flow->is_needed[v] = true;
	s->changed = true;
	s->pending = alloc_grow(s->pending, s->n, &s->max, sizeof *s->pending);
	s->pending[s->n++] = v;
}

static void mark_block(struct slicer *s, int b)
{
	if (!s->matters[b])
		s->changed = s->matters[b] = true;
}

static void mark_branch(struct slicer *s, int b)
{
	const struct lockprog_block *block = &s->flow->function->blocks[b];

	if (s->flow->is_decisive[b])
		return;
	s->flow->is_decisive[b] = s->changed = true;
	mark_block(s, b);
	if (block->exit == LOCKPROG_IF || block->exit == LOCKPROG_SWITCH)
		need(s, block->value);
}

/* Mark the operands of needed values as needed. */
static void need_parts(struct slicer *s)
{
	while (s->n) {
		const struct lockprog_value *value = &s->flow->function->values[s->pending[--s->n]];

		need(s, value->a);
		need(s, value->b);
		if (value->expr == LOCKPROG_LOAD) {
			s->changed |= !s->flow->is_read[value->class_];
			s->flow->is_read[value->class_] = true;
			s->flow->is_read_elsewhere[value->class_] |=
				!flow_is_own(s->flow, value->a);
		}
		for (int i = 0; i < value->n_phi; i++) {
			need(s, value->phi[i].value);
			/* The edge by which the path reaches the PHI matters. */
			mark_block(s, value->phi[i].block);
			if (s->flow->function->blocks[value->phi[i].block].n_succ > 1)
				mark_branch(s, value->phi[i].block);
		}
	}
}

static void need_operands(struct slicer *s, const struct lockprog_op *op)
{
	need(s, op->address);
	need(s, op->handle);
	if (flow_gives_irql(op))
		need(s, op->irql);
	for (int i = 0; i < op->n_args; i++)
		need(s, op->args[i]);
}

static void read_class(struct slicer *s, int c)
{
	s->changed |= !s->flow->is_read[c];
	s->flow->is_read[c] = s->flow->is_read_elsewhere[c] = true;
}

/* Mark memory of class C as read, if callers can see it. */
static void read_seen(struct slicer *s, int c)
{
	if (!s->flow->is_read[c] && !lockprog_class_is_private(&s->unit->classes[c]))
		read_class(s, c);
}

/* Mark all memory that callers can see as read. */
static void read_all(struct slicer *s)
{
	for (int c = 0; c < s->flow->n_classes; c++)
		read_seen(s, c);
}

/* Mark as needed what the summary of OP's callee is expressed with. */
static void need_what_is_asked(struct slicer *s, const struct lockprog_op *op, bool is_common)
{
	const struct class_set *classes =
		s->wants->call_uses_memory(s->wants->data, op, is_common);

	for (int i = 0; i < op->n_args; i++)
		if (s->wants->call_uses_argument(s->wants->data, op, i, is_common))
			need(s, op->args[i]);
	if (!classes)
		read_all(s);
	else
		CLASS_SET_EACH(class_, classes)
			read_seen(s, class_);
}

/* True if OP sets the IRQL, which may be needed after a release that left it alone. */
static bool sets_irql(const struct slicer *s, const struct lockprog_op *op)
{
	const struct lockprog_class *class_;

	if (!s->tokens->any || op->class_ < 0)
		return false;
	class_ = &s->unit->classes[op->class_];
	return class_->lifetime == LOCKPROG_SYSTEM && lockprog_class_is_irql(class_);
}

static void look_at_call(struct slicer *s, int b, int i)
{
	const struct lockprog_op *op = &s->flow->function->blocks[b].ops[i];
	bool is_looked_at;

	/* Locks passed to a function whose body is not visible. */
	for (int k = 0; k < op->n_args && k < 64; k++)
		if (op->lock_args >> k & 1) {
			need(s, op->args[k]);
			mark_block(s, b);
		}
	/* What was passed to other functions may show a caller which locks are held. */
	if (op->callee < 0 && s->wants->is_full)
		need_operands(s, op);
	/* Who gets the saved IRQL may release the lock. */
	if (s->tokens->any && op->callee < 0 && !op->is_system)
		for (int k = 0; k < op->n_args; k++)
			if (tokens_may_be(s->tokens, op->args[k]))
				need(s, op->args[k]);
	for (int k = 0; k < op->n_args; k++)
		if (op->args[k] >= 0 && s->tokens->is_saved[op->args[k]]) {
			need(s, op->args[k]);
			mark_block(s, b);
		}
	is_looked_at = (op->value >= 0 && s->flow->is_needed[op->value]) ||
		       (op->callee >= 0 && s->wants->call_concerns(s->wants->data, op, s->flow));
	if (!is_looked_at && !tokens_may_release(s->tokens, b, i) &&
	    !s->wants->call_matters(s->wants->data, op))
		return;
	mark_block(s, b);
	/* What the callee may write to. */
	for (int k = 0; k < op->n_args && is_looked_at; k++)
		if (op->args[k] >= 0 && flow_is_own(s->flow, op->args[k]))
			need(s, op->args[k]);
	if (op->callee >= 0)
		/* The outcome does not matter if nothing uses what the call returns or
		 * writes. */
		need_what_is_asked(s, op,
				   !is_looked_at && s->wants->call_is_common(s->wants->data, op));
	else
		need_operands(s, op);
}

static void look_at_op(struct slicer *s, int b, int i)
{
	const struct lockprog_op *op = &s->flow->function->blocks[b].ops[i];

	switch (op->kind) {
	case LOCKPROG_DEFINE:
		return;
	case LOCKPROG_STORE:
	case LOCKPROG_CLOBBER:
		if (op->kind == LOCKPROG_STORE && op->value >= 0 &&
		    s->tokens->is_saved[op->value]) {
			need(s, op->address);
			need(s, op->value);
		}
		if (op->class_ >= 0 && !s->flow->is_read[op->class_] && !sets_irql(s, op))
			return;
		mark_block(s, b);
		need_operands(s, op);
		if (op->kind == LOCKPROG_STORE)
			need(s, op->value);
		return;
	case LOCKPROG_CALL:
		look_at_call(s, b, i);
		return;
	case LOCKPROG_LOCKOP:
	case LOCKPROG_ASSUME:
	case LOCKPROG_PROMISE:
		mark_block(s, b);
		need_operands(s, op);
		return;
	}
}

/* Mark branches of which one edge meets a block that matters before the edges join. */
static void find_decisive(struct slicer *s)
{
	const struct flow *flow = s->flow;
	int n = flow->function->n_blocks;

	s->depth[n] = 0;
	for (int i = 1; i < s->n_order; i++)
		s->depth[s->order[i]] = -1;
	/* If loops have several ends, a block's postdominator may come later in the
	 * order. */
	for (int i = 1; i < s->n_order; i++) {
		int b = s->order[i], top = b, count = 0;

		while (top != n && s->depth[top] < 0) {
			count += s->matters[top];
			top = s->post[top];
		}
		for (int at = b, total = count + s->depth[top]; at != top; at = s->post[at]) {
			s->depth[at] = total;
			total -= s->matters[at];
		}
	}
	for (int i = 0; i < flow->n_reached; i++) {
		int b = flow->order[i];
		const struct lockprog_block *block = &flow->function->blocks[b];

		if (block->n_succ < 2 || flow->is_decisive[b])
			continue;
		for (int succ = 0; succ < block->n_succ; succ++)
			if (s->depth[block->succ[succ].block] != s->depth[s->post[b]]) {
				mark_branch(s, b);
				break;
			}
	}
}

static bool is_constant(const struct slicer *s, int v)
{
	return v < 0 || s->flow->function->values[v].expr == LOCKPROG_CONST;
}

/* False if V is the result of a call, and this function uses nothing that restricts the
 * result. */
static bool is_about_something(const struct slicer *s, int v)
{
	const struct lockprog_function *function = s->flow->function;
	const struct lockprog_op *call;

	while (v >= 0 && !s->calls[v] && !is_constant(s, v) &&
	       is_constant(s, function->values[v].b) && function->values[v].a >= 0 &&
	       function->values[v].expr != LOCKPROG_LOAD)
		v = function->values[v].a;
	call = v >= 0 ? s->calls[v] : NULL;
	if (!call || s->flow->is_needed[v])
		return true;
	for (int i = 0; i < call->n_args; i++)
		if (call->args[i] >= 0 && s->flow->is_needed[call->args[i]])
			return true;
	return call->callee >= 0 && s->wants->call_computes_from(s->wants->data, call,
								 s->flow->is_read);
}

/* Mark branches that leave a loop: code behind a loop that never ends is never reached,
 * and the condition that ended the loop is known. */
static void mark_loop_exits(struct slicer *s)
{
	const struct flow *flow = s->flow;

	for (int l = 0; l < flow->loops.n; l++) {
		const struct loop *loop = &flow->loops.list[l];

		work_count(WORK_OF_OP * (unsigned long long)loop->n_blocks);
		for (int i = 0; i < loop->n_blocks; i++) {
			const struct lockprog_block *block =
				&flow->function->blocks[loop->blocks[i]];

			if (block->n_succ < 2 || flow->is_decisive[loop->blocks[i]])
				continue;
			for (int succ = 0; succ < block->n_succ; succ++)
				if (!loops_contain(flow, l, block->succ[succ].block) &&
				    is_about_something(s, block->value))
					mark_branch(s, loop->blocks[i]);
		}
	}
}

/* If an address is a needed value plus an offset, an access through it shows that the
 * value is not null. */
static void need_addresses(struct slicer *s)
{
	const struct lockprog_function *function = s->flow->function;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			bool is_load = op->kind == LOCKPROG_DEFINE &&
				       function->values[op->value].expr == LOCKPROG_LOAD;
			int v = is_load                      ? function->values[op->value].a
				: op->kind == LOCKPROG_STORE ? op->address
							     : -1;
			int root = v;

			while (root >= 0 && !s->flow->is_needed[root])
				root = root_step(function, root, ROOT_SUMS, NULL);
			if (root < 0)
				continue;
			for (; v != root; v = function->values[v].a) {
				s->flow->is_needed[v] = true;
				if (function->values[v].b >= 0)
					s->flow->is_needed[function->values[v].b] = true;
			}
		}
}

/* V is compared: mark the class of memory that it was loaded from. */
static void compare(struct flow *flow, int v)
{
	v = root_of(flow->function, v, ROOT_COPIES, NULL);
	if (v >= 0 && flow->function->values[v].expr == LOCKPROG_LOAD)
		flow->is_compared[flow->function->values[v].class_] = true;
}

static void find_compared(struct flow *flow)
{
	const struct lockprog_function *function = flow->function;

	for (int b = 0; b < function->n_blocks; b++)
		if (flow->is_decisive[b])
			compare(flow, function->blocks[b].value);
	for (int v = 0; v < function->n_values; v++)
		if (flow->is_needed[v] && function->values[v].expr >= LOCKPROG_EQ &&
		    function->values[v].expr <= LOCKPROG_GE) {
			compare(flow, function->values[v].a);
			compare(flow, function->values[v].b);
		}
}

void slice_find(struct flow *flow, const struct lockprog_unit *unit,
		const struct slice_wants *wants)
{
	const struct lockprog_function *function = flow->function;
	int n = function->n_blocks;
	struct slicer s = { .flow = flow, .unit = unit, .wants = wants };
	bool is_whole = !wants;

	if (wants) {
		s.matters = alloc_zeroed(n + 1);
		s.post = alloc_zeroed((n + 1) * sizeof *s.post);
		s.depth = alloc_zeroed((n + 1) * sizeof *s.depth);
		s.order = alloc_zeroed((n + 1) * sizeof *s.order);
		s.calls = alloc_zeroed((function->n_values + 1) * sizeof *s.calls);
		for (int b = 0; b < n; b++)
			for (int i = 0; i < function->blocks[b].n_ops; i++)
				if (function->blocks[b].ops[i].kind == LOCKPROG_CALL &&
				    function->blocks[b].ops[i].value >= 0)
					s.calls[function->blocks[b].ops[i].value] =
						&function->blocks[b].ops[i];
		s.tokens = tokens_find(flow, wants);
		is_whole = !find_postdominators(&s);
	}
	if (!is_whole) {
		for (int b = 0; b < n; b++) {
			if (flow->rank[b] < 0)
				continue;
			/* A return matters: it is where a claim of a lock still held is
			 * made. */
			if (function->blocks[b].exit == LOCKPROG_RETURN)
				mark_block(&s, b);
			if (function->blocks[b].value >= 0 &&
			    s.tokens->is_saved[function->blocks[b].value])
				need(&s, function->blocks[b].value);
			if ((wants->is_full || wants->has_result) &&
			    function->blocks[b].exit == LOCKPROG_RETURN)
				need(&s, function->blocks[b].value);
		}
		need(&s, function->cancel_irql);
		if (wants->is_full)
			read_all(&s);
		if (wants->memory)
			CLASS_SET_EACH(class_, wants->memory)
				read_class(&s, class_);
		s.changed = true;
	}
	for (int round = 0; s.changed && !is_whole; round++) {
		s.changed = false;
		for (int i = 0; i < flow->n_reached; i++) {
			const struct lockprog_block *block = &function->blocks[flow->order[i]];

			for (int k = 0; k < block->n_ops; k++)
				look_at_op(&s, flow->order[i], k);
		}
		need_parts(&s);
		mark_loop_exits(&s);
		find_decisive(&s);
		need_parts(&s);
		is_whole = round >= SLICE_MAX_ROUNDS;
	}
	if (is_whole) {
		memset(flow->is_needed, 1, function->n_values);
		memset(flow->is_decisive, 1, n);
		memset(flow->is_read, 1, flow->n_classes);
		memset(flow->is_read_elsewhere, 1, flow->n_classes);
	} else {
		need_addresses(&s);
	}
	find_compared(flow);
	free(s.matters);
	free(s.calls);
	tokens_free(s.tokens);
	free(s.post);
	free(s.depth);
	free(s.order);
	free(s.pending);
}
