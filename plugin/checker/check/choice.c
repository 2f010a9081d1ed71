/* choice.c - calls through pointers to functions of the unit, for the check.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/choice.h"

#include <stdlib.h>
#include <string.h>

#include "check/checker.h"
#include "check/order.h"
#include "limits.h"
#include "lockprog/alloc.h"

/* ---- which calls ---- */

struct search {
	const struct lockprog_unit *unit;
	bool *has_locks;	/* function: it, or a function that it calls, has lock calls */
	int *component;		/* function: those of one number call each other */
	int caller;
	bool has_changed;
};

static void see_callee(int callee, void *data)
{
	struct search *search = data;

	if (search->has_locks[callee] && !search->has_locks[search->caller])
		search->has_locks[search->caller] = search->has_changed = true;
}

static bool is_through_pointer(const struct lockprog_op *op)
{
	return op->kind == LOCKPROG_CALL && op->callee < 0 && op->n_targets > 0 &&
	       op->n_targets <= CHOICE_MAX_TARGETS;
}

/* True if some call of UNIT leads through a pointer to functions of the unit. */
static bool has_pointers(const struct lockprog_unit *unit)
{
	for (int f = 0; f < unit->n_functions; f++)
		for (int b = 0; b < unit->functions[f]->n_blocks; b++)
			for (int i = 0; i < unit->functions[f]->blocks[b].n_ops; i++)
				if (is_through_pointer(&unit->functions[f]->blocks[b].ops[i]))
					return true;
	return false;
}

/* Find the functions that have lock calls, themselves or in what they call. */
static void find_locks(struct search *search)
{
	const struct lockprog_unit *unit = search->unit;
	struct order order = order_of(unit);

	search->has_locks = alloc_zeroed(unit->n_functions);
	search->component = alloc_zeroed(unit->n_functions * sizeof *search->component);
	for (int c = 0; c < order.n_components; c++)
		for (int k = 0; k < order.components[c].n; k++) {
			const int f = order.functions[order.components[c].first + k];

			search->component[f] = c;
			search->has_locks[f] = lockprog_has_op(unit->functions[f], LOCKPROG_LOCKOP);
		}
	/* The order has callees first; what a cycle hides is found in another round. */
	do {
		search->has_changed = false;
		for (int k = 0; k < unit->n_functions; k++) {
			const int f = order.functions[k];
			const struct lockprog_function *function = unit->functions[f];

			search->caller = f;
			for (int b = 0; b < function->n_blocks && !search->has_locks[f]; b++)
				for (int i = 0; i < function->blocks[b].n_ops; i++)
					order_each_callee(&function->blocks[b].ops[i], see_callee,
							  search);
		}
	} while (search->has_changed);
	order_free(&order);
}

/* True if OP of CALLER is to be a call of a choice function. */
static bool needs_choice(const struct search *search, int caller, const struct lockprog_op *op)
{
	bool has_locks = false;

	if (!is_through_pointer(op))
		return false;
	for (int t = 0; t < op->n_targets; t++) {
		const int f = op->targets[t].function;

		if (f < 0 || search->component[f] == search->component[caller])
			return false;
		has_locks |= search->has_locks[f];
	}
	return has_locks;
}

/* ---- the view ---- */

/* The value that is parameter number K of FUNCTION, or NULL. */
static const struct lockprog_value *param_of(const struct lockprog_function *function, int k)
{
	for (int v = 0; v < function->n_values; v++)
		if (function->values[v].expr == LOCKPROG_PARAM && function->values[v].constant == k)
			return &function->values[v];
	return NULL;
}

/* The name of a function that OP may call: the first one in the alphabet behind AFTER,
 * which may be NULL.  Files of a driver are linked in any order. */
static const char *next_name(const struct lockprog_op *op, const char *after)
{
	const char *next = NULL;

	for (int t = 0; t < op->n_targets; t++) {
		const char *name = op->targets[t].name;

		if ((!after || strcmp(name, after) > 0) && (!next || strcmp(name, next) < 0))
			next = name;
	}
	return next;
}

/* The words for the functions that OP may call. */
static const char *words_of(const struct lockprog_op *op)
{
	const char *first = next_name(op, NULL), *second = next_name(op, first), *shared;
	char *words = !second ? alloc_text("%s", first)
			      : alloc_text("%s' or '%s", first,
					   op->n_targets > 2 ? "another function" : second);

	shared = lockprog_string(words);
	free(words);
	return shared;
}

/* Add a block to FUNCTION that calls the target NUMBER of OP and returns its result. */
static void add_way(struct lockprog_function *function, const struct lockprog_unit *unit,
		    const struct lockprog_op *op, int t, const int *params)
{
	const struct lockprog_function *target = unit->functions[op->targets[t].function];
	const int block = lockprog_add_block(function);
	/* Where pointers are cast, the results of the others may have another type: what
	 * such a one returns is unknown. */
	const int result = target->result.bits && target->result.bits == function->result.bits
				   ? lockprog_add_value(function, NULL, NULL, target->result,
							LOCKPROG_UNKNOWN, -1, -1)
				   : -1;
	struct lockprog_op *call = lockprog_add_op(function, block, LOCKPROG_CALL, op->place);

	call->text = op->targets[t].name;
	call->callee = op->targets[t].function;
	call->value = result;
	call->lock_args = op->lock_args;
	call->n_args = op->n_args;
	call->args = alloc_copy(params, op->n_args, sizeof *params);
	function->blocks[block].exit = LOCKPROG_RETURN;
	function->blocks[block].value = result;
	lockprog_add_edge(function, 0, block);
}

/* The number of the choice function for OP. */
static int choice_for(struct choices *choices, const struct lockprog_op *op)
{
	struct lockprog_unit *unit = &choices->unit;
	const struct lockprog_function *first = unit->functions[op->targets[0].function];
	struct lockprog_function *function = lockprog_add_function(unit, op->targets[0].name);
	int *params = alloc_zeroed((op->n_args + 1) * sizeof *params);

	function->number = unit->n_functions - 1;
	function->is_external = function->is_choice = true;
	function->place = op->place;
	function->result = first->result;
	function->n_params = op->n_args;
	for (int k = 0; k < op->n_args; k++) {
		const struct lockprog_value *param = param_of(first, k);

		params[k] = -1;
		if (!param)
			continue;
		params[k] = lockprog_add_value(function, NULL, param->text, param->type,
					       LOCKPROG_PARAM, -1, -1);
		function->values[params[k]].constant = k;
	}
	lockprog_add_block(function);
	function->blocks[0].exit = op->n_targets > 1 ? LOCKPROG_CHOICE : LOCKPROG_GOTO;
	for (int t = 0; t < op->n_targets; t++)
		add_way(function, unit, op, t, params);
	free(params);
	return function->number;
}

/* True if both may call the same functions with as many arguments. */
static bool is_same_choice(const struct lockprog_op *x, const struct lockprog_op *y)
{
	if (x->n_targets != y->n_targets || x->n_args != y->n_args || x->lock_args != y->lock_args)
		return false;
	for (int t = 0; t < x->n_targets; t++)
		if (x->targets[t].function != y->targets[t].function)
			return false;
	return true;
}

/* Function number F gets blocks of its own in CHOICES. */
static void copy_blocks(struct choices *choices, int f)
{
	struct lockprog_function *copy =
		alloc_copy(choices->unit.functions[f], 1, sizeof *copy);

	copy->blocks = alloc_copy(copy->blocks, copy->n_blocks, sizeof *copy->blocks);
	for (int b = 0; b < copy->n_blocks; b++)
		copy->blocks[b].ops = alloc_copy(copy->blocks[b].ops, copy->blocks[b].n_ops,
						 sizeof *copy->blocks[b].ops);
	choices->unit.functions[f] = copy;
	choices->is_copied[f] = true;
}

static void add_choices(struct choices *choices, const struct search *search, int f)
{
	const struct lockprog_function *before = search->unit->functions[f];

	for (int b = 0; b < before->n_blocks; b++)
		for (int i = 0; i < before->blocks[b].n_ops; i++) {
			const struct lockprog_op *by = &before->blocks[b].ops[i];
			struct lockprog_op *op;

			if (!needs_choice(search, f, by))
				continue;
			if (!choices->is_copied[f])
				copy_blocks(choices, f);
			op = &choices->unit.functions[f]->blocks[b].ops[i];
			op->callee = -1;
			for (int k = 0; k < choices->n_made && op->callee < 0; k++)
				if (is_same_choice(choices->made[k], by))
					op->callee = choices->n_before + k;
			if (op->callee < 0) {
				choices->made = alloc_grow(choices->made, choices->n_made,
							   &choices->max_made,
							   sizeof *choices->made);
				choices->made[choices->n_made++] = by;
				op->callee = choice_for(choices, by);
			}
			op->text = words_of(by);
		}
}

void choices_make(struct choices *choices, const struct lockprog_unit *unit)
{
	struct search search = { .unit = unit };

	*choices = (struct choices){ .unit = *unit, .of = unit, .n_before = unit->n_functions };
	if (!has_pointers(unit))
		return;
	find_locks(&search);
	choices->is_copied = alloc_zeroed(unit->n_functions);
	choices->unit.functions =
		alloc_copy(unit->functions, unit->n_functions, sizeof *unit->functions);
	choices->unit.max_functions = unit->n_functions;
	for (int f = 0; f < unit->n_functions; f++)
		add_choices(choices, &search, f);
	free(search.has_locks);
	free(search.component);
}

void choices_free(struct choices *choices)
{
	if (!choices->is_copied)
		return;
	for (int f = 0; f < choices->n_before; f++) {
		struct lockprog_function *copy = choices->unit.functions[f];

		if (!choices->is_copied[f])
			continue;
		for (int b = 0; b < copy->n_blocks; b++)
			free(copy->blocks[b].ops);
		free(copy->blocks);
		free(copy);
	}
	for (int f = choices->n_before; f < choices->unit.n_functions; f++)
		lockprog_free_function(choices->unit.functions[f]);
	free(choices->unit.functions);
	free(choices->is_copied);
	free(choices->made);
}

void choices_settle(struct choices *choices, const struct checker *checker, int f)
{
	const struct summary *summary = &checker->summaries[f];

	if (f < choices->n_before ||
	    (summary_is_known(summary) && !class_set_is_empty(&summary->changed)))
		return;
	for (int caller = 0; caller < choices->n_before; caller++) {
		struct lockprog_function *function = choices->unit.functions[caller];

		for (int b = 0; choices->is_copied[caller] && b < function->n_blocks; b++)
			for (int i = 0; i < function->blocks[b].n_ops; i++)
				if (function->blocks[b].ops[i].callee == f)
					function->blocks[b].ops[i] =
						choices->of->functions[caller]->blocks[b].ops[i];
	}
}
