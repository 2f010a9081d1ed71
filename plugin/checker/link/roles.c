/* roles.c - callbacks that one file defines and another registers.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/roles.h"

#include "lockprog/alloc.h"
#include "runtime/rule.h"

static void add_parameter(struct link_parameters *parameters, struct link_parameter parameter)
{
	for (int i = 0; i < parameters->n; i++)
		if (parameters->list[i].function == parameter.function &&
		    parameters->list[i].number == parameter.number)
			return;
	parameters->list = alloc_grow(parameters->list, parameters->n, &parameters->max,
				      sizeof *parameters->list);
	parameters->list[parameters->n++] = parameter;
}

/* The function that states which lock FUNCTION is entered with in ROLE, which file F
 * gives it: that of its own file, which may see more, or of F.  NULL: neither does. */
static const struct lockprog_function *entry_of(const struct link_maps *m, int function,
						const struct lockprog_role *role, int f)
{
	int number = maps_function(m, m->result->origins[function].input, role->entry);

	if (number < 0)
		number = maps_function(m, f, role->entry);
	return number >= 0 && m->unit->functions[number]->is_external ? m->unit->functions[number]
								      : NULL;
}

/* File F uses function number NUMBER as a callback of ROLE.  If it has a role of its own,
 * it keeps that, and the IRQL at its entry is the lower one. */
static void give(struct link_maps *m, int number, const struct lockprog_role *role, int f)
{
	struct lockprog_function *function = m->unit->functions[number];

	function->is_at_dispatch &= role->is_at_dispatch;
	if (function->role || function->is_external)
		return;
	if (role->entry) {
		function->entry = entry_of(m, number, role, f);
		if (!function->entry) {
			notes_add_text(&m->result->notes,
				       "the lock that '%s' is entered with as '%s' has no meaning "
				       "in '%s'; it is not checked as a callback",
				       function->name, role->name, m->names.files[f].unit->name);
			return;
		}
	}
	function->role = role->name;
	function->enters_with_cancel_lock = role->enters_with_cancel_lock;
	function->is_at_dispatch = role->is_at_dispatch;
	function->is_alone = spinrule_runs_alone(role->name);
}

static void add_missing(struct link_result *result, const char *name)
{
	for (int i = 0; i < result->n_missing; i++)
		if (result->missing[i] == name)
			return;
	result->missing = alloc_grow(result->missing, result->n_missing, &result->max_missing,
				     sizeof *result->missing);
	result->missing[result->n_missing++] = name;
}

void roles_give(struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;

	for (int s = 0; s < unit->n_symbols; s++) {
		const struct lockprog_symbol *symbol = &unit->symbols[s];
		int number;

		if (!symbol->role.name)
			continue;
		number = maps_function(m, f, symbol->name);
		if (number >= 0)
			give(m, number, &symbol->role, f);
		else if (symbol->is_taken)
			add_missing(m->result, symbol->name);
	}
	for (int i = 0; i < unit->n_parameters; i++) {
		const struct lockprog_role_parameter *parameter = &unit->parameters[i];
		int number = maps_function(m, f, parameter->function);

		if (number >= 0)
			add_parameter(&m->parameters,
				      (struct link_parameter){ number, parameter->number,
							       parameter->role, f });
	}
}

/* The value that V copies. */
static const struct lockprog_value *copied(const struct lockprog_function *function, int v)
{
	const struct lockprog_value *value = &function->values[v];

	for (int i = 0; i < 8 && value->expr == LOCKPROG_COPY; i++)
		value = &function->values[value->a];
	return value;
}

/* CALLER hands over V as what PARAMETER describes. */
static void hand_over(struct link_maps *m, struct link_parameter parameter, int caller, int v)
{
	const struct lockprog_value *value = copied(m->unit->functions[caller], v);

	if (value->expr == LOCKPROG_OBJECT && m->function_of[value->object] >= 0) {
		give(m, m->function_of[value->object], &parameter.role, parameter.file);
	} else if (value->expr == LOCKPROG_PARAM) {
		parameter.function = caller;
		parameter.number = (int)value->constant;
		add_parameter(&m->parameters, parameter);
	}
}

void roles_hand_over(struct link_maps *m, struct link_parameter parameter, int caller)
{
	const struct lockprog_function *function = m->unit->functions[caller];

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_CALL && op->callee == parameter.function &&
			    parameter.number < op->n_args && op->args[parameter.number] >= 0)
				hand_over(m, parameter, caller, op->args[parameter.number]);
		}
}
