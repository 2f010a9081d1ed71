/* roles.c - callbacks that one file defines and another registers.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/roles.h"

#include "lockprog/alloc.h"
#include "runtime/rule.h"

void roles_add_parameter(struct link_parameters *parameters, struct link_parameter parameter)
{
	for (int i = 0; i < parameters->n; i++)
		if (parameters->list[i].function == parameter.function &&
		    parameters->list[i].number == parameter.number)
			return;
	parameters->list = alloc_grow(parameters->list, parameters->n, &parameters->max,
				      sizeof *parameters->list);
	parameters->list[parameters->n++] = parameter;
}

void roles_give(struct lockprog_function *function, const char *role,
		bool enters_with_cancel_lock)
{
	if (function->role || function->is_external)
		return;
	function->role = role;
	function->enters_with_cancel_lock = enters_with_cancel_lock;
	function->is_alone = spinrule_runs_alone(role);
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
static void hand_over(struct lockprog_unit *unit, struct link_parameters *parameters,
		      struct link_parameter parameter, const int *function_of, int caller, int v)
{
	const struct lockprog_value *value = copied(unit->functions[caller], v);

	if (value->expr == LOCKPROG_OBJECT && function_of[value->object] >= 0) {
		roles_give(unit->functions[function_of[value->object]], parameter.role,
			   parameter.enters_with_cancel_lock);
	} else if (value->expr == LOCKPROG_PARAM) {
		parameter.function = caller;
		parameter.number = (int)value->constant;
		roles_add_parameter(parameters, parameter);
	}
}

void roles_hand_over(struct lockprog_unit *unit, struct link_parameters *parameters,
		     struct link_parameter parameter, const int *function_of, int caller)
{
	const struct lockprog_function *function = unit->functions[caller];

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_CALL && op->callee == parameter.function &&
			    parameter.number < op->n_args && op->args[parameter.number] >= 0)
				hand_over(unit, parameters, parameter, function_of, caller,
					  op->args[parameter.number]);
		}
}
