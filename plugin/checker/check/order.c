/* order.c - the order in which functions are checked.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/order.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

/* The progress of the visit of a function: the next operation, and its next callee (0:
 * the one by name). */
struct visit { int function, block, op, target, callee; };

/* Tarjan's strongly connected components. */
struct search {
	const struct lockprog_unit *unit;
	/* Function: it counts, and it does not come back; or NULL: all count, with all of
	 * their calls. */
	bool *is_within, *is_final;
	struct order *order;
	int next_index, *index, *low, *stack, n_stack, n_functions;
	bool *is_on_stack, *calls_itself;
	struct visit *visits;	/* without recursion, since call chains may be long */
	int n_visits, max_visits;
};

/* True if nothing follows operation I, a call of CALLEE, in BLOCK. */
static bool is_final_call(const struct search *search, const struct lockprog_block *block, int i,
			  int callee)
{
	return search->is_final[callee] ||
	       (i == block->n_ops - 1 && !block->n_succ && block->exit != LOCKPROG_RETURN);
}

/* The next callee of VISIT, or -1. */
static int next_call(const struct search *search, struct visit *visit)
{
	const struct lockprog_function *function = search->unit->functions[visit->function];

	for (; visit->block < function->n_blocks; visit->block++, visit->op = 0)
		while (visit->op < function->blocks[visit->block].n_ops) {
			const struct lockprog_op *op =
				&function->blocks[visit->block].ops[visit->op];

			if (op->kind == LOCKPROG_CALL && visit->target == 0 && op->callee >= 0)
				return ++visit->target, op->callee;
			while (op->kind == LOCKPROG_CALL && visit->target <= op->n_targets) {
				int t = visit->target++;

				if (t > 0 && op->targets[t - 1].function >= 0)
					return op->targets[t - 1].function;
			}
			visit->op++;
			visit->target = 0;
		}
	return -1;
}

/* The next callee of VISIT that counts, or -1. */
static int next_callee(const struct search *search, struct visit *visit)
{
	const struct lockprog_function *function = search->unit->functions[visit->function];
	int callee;

	do
		callee = next_call(search, visit);
	while (callee >= 0 && search->is_within &&
	       (!search->is_within[callee] ||
		is_final_call(search, &function->blocks[visit->block], visit->op, callee)));
	return callee;
}

static void enter(struct search *search, int f)
{
	search->index[f] = search->low[f] = ++search->next_index;
	search->stack[search->n_stack++] = f;
	search->is_on_stack[f] = true;
	search->visits = alloc_grow(search->visits, search->n_visits, &search->max_visits,
				    sizeof *search->visits);
	search->visits[search->n_visits++] = (struct visit){ .function = f, .callee = -1 };
}

/* F is the first visited function of a component, whose functions are on the stack from F
 * on. */
static void add_component(struct search *search, int f)
{
	struct component *component = &search->order->components[search->order->n_components++];
	int first = search->n_stack;

	do
		search->is_on_stack[search->stack[--first]] = false;
	while (search->stack[first] != f);
	component->first = search->n_functions;
	component->n = search->n_stack - first;
	component->is_cycle = component->n > 1 || search->calls_itself[f];
	for (int i = first; i < search->n_stack; i++)
		search->order->functions[search->n_functions++] = search->stack[i];
	search->n_stack = first;
}

static void visit_from(struct search *search, int root)
{
	enter(search, root);
	while (search->n_visits) {
		struct visit *visit = &search->visits[search->n_visits - 1];
		const int f = visit->function;
		int callee;

		if (visit->callee >= 0 && search->low[visit->callee] < search->low[f])
			search->low[f] = search->low[visit->callee];
		callee = visit->callee = next_callee(search, visit);
		if (callee >= 0 && !search->index[callee]) {
			enter(search, callee);
			continue;
		}
		visit->callee = -1;
		if (callee >= 0) {
			search->calls_itself[f] |= callee == f;
			if (search->is_on_stack[callee] && search->index[callee] < search->low[f])
				search->low[f] = search->index[callee];
			continue;
		}
		if (search->low[f] == search->index[f])
			add_component(search, f);
		search->n_visits--;
	}
}

/* The order of N FUNCTIONS of SEARCH's unit. */
static struct order make_order(struct search *search, const int *functions, int n)
{
	const int n_all = search->unit->n_functions;
	struct order order = { 0 };

	search->order = &order;
	order.components = alloc_zeroed(n * sizeof *order.components);
	order.functions = alloc_zeroed(n * sizeof *order.functions);
	search->index = alloc_zeroed(n_all * sizeof *search->index);
	search->low = alloc_zeroed(n_all * sizeof *search->low);
	search->stack = alloc_zeroed(n * sizeof *search->stack);
	search->is_on_stack = alloc_zeroed(n_all);
	search->calls_itself = alloc_zeroed(n_all);
	for (int i = 0; i < n; i++)
		if (!search->index[functions[i]])
			visit_from(search, functions[i]);
	free(search->index);
	free(search->low);
	free(search->stack);
	free(search->is_on_stack);
	free(search->calls_itself);
	free(search->visits);
	return order;
}

struct order order_of(const struct lockprog_unit *unit)
{
	const int n = unit->n_functions;
	struct search search = { .unit = unit };
	int *functions = alloc_zeroed((n + 1) * sizeof *functions);
	struct order order;

	for (int f = 0; f < n; f++)
		functions[f] = f;
	order = make_order(&search, functions, n);
	free(functions);
	return order;
}

struct order order_within(const struct lockprog_unit *unit, const struct order *whole, int c)
{
	const struct component *component = &whole->components[c];
	const int *functions = &whole->functions[component->first];
	struct search search = { .unit = unit,
				 .is_within = alloc_zeroed(unit->n_functions),
				 .is_final = alloc_zeroed(unit->n_functions) };
	struct order order;

	for (int i = 0; i < component->n; i++) {
		search.is_within[functions[i]] = true;
		search.is_final[functions[i]] = !lockprog_returns(unit->functions[functions[i]]);
	}
	order = make_order(&search, functions, component->n);
	free(search.is_within);
	free(search.is_final);
	return order;
}

void order_free(struct order *order)
{
	free(order->components);
	free(order->functions);
	*order = (struct order){ 0 };
}

void order_each_callee(const struct lockprog_op *op, void (*visit)(int callee, void *data),
		       void *data)
{
	if (op->kind != LOCKPROG_CALL)
		return;
	if (op->callee >= 0)
		visit(op->callee, data);
	for (int t = 0; t < op->n_targets; t++)
		if (op->targets[t].function >= 0)
			visit(op->targets[t].function, data);
}
