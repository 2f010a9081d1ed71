/* symbol.c - what a unit keeps for the linker, and operations that hold only
 * without a callee's program.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/lockprog.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

void lockprog_add_symbol(struct lockprog_unit *unit, const struct lockprog_symbol *symbol)
{
	unit->symbols = alloc_grow(unit->symbols, unit->n_symbols, &unit->max_symbols,
				   sizeof *unit->symbols);
	unit->symbols[unit->n_symbols++] = *symbol;
}

void lockprog_add_kept(struct lockprog_unit *unit, const char *function, const char *type)
{
	unit->kept = alloc_grow(unit->kept, unit->n_kept, &unit->max_kept, sizeof *unit->kept);
	unit->kept[unit->n_kept++] = (struct lockprog_kept){ function, type };
}

void lockprog_add_conversion(struct lockprog_unit *unit, const char *from, const char *to)
{
	unit->conversions = alloc_grow(unit->conversions, unit->n_conversions,
				       &unit->max_conversions, sizeof *unit->conversions);
	unit->conversions[unit->n_conversions++] = (struct lockprog_conversion){ from, to };
}

void lockprog_add_role_parameter(struct lockprog_unit *unit,
				 const struct lockprog_role_parameter *parameter)
{
	unit->parameters = alloc_grow(unit->parameters, unit->n_parameters, &unit->max_parameters,
				      sizeof *unit->parameters);
	unit->parameters[unit->n_parameters++] = *parameter;
}

void lockprog_add_silenced(struct lockprog_unit *unit, const struct lockprog_silenced *silenced)
{
	unit->silenced = alloc_grow(unit->silenced, unit->n_silenced, &unit->max_silenced,
				    sizeof *unit->silenced);
	unit->silenced[unit->n_silenced++] = *silenced;
}

void lockprog_add_stays(struct lockprog_unit *unit, const char *name, int number)
{
	unit->stays = alloc_grow(unit->stays, unit->n_stays, &unit->max_stays,
				 sizeof *unit->stays);
	unit->stays[unit->n_stays++] = (struct lockprog_stays){ .name = name, .number = number };
}

void lockprog_add_need(struct lockprog_unit *unit, const char *function, int number)
{
	struct lockprog_stays *stays = &unit->stays[unit->n_stays - 1];

	stays->needs = alloc_grow(stays->needs, stays->n_needs, &stays->max_needs,
				  sizeof *stays->needs);
	stays->needs[stays->n_needs++] = (struct lockprog_need){ function, number };
}

/* True if a call of CALLEE by name in BLOCK finds a function with a program. */
static bool is_seen(const struct lockprog_unit *unit, const struct lockprog_block *block,
		    const char *callee)
{
	for (int i = 0; i < block->n_ops; i++) {
		const struct lockprog_op *op = &block->ops[i];

		if (op->kind == LOCKPROG_CALL && op->callee >= 0 && op->text == callee)
			return !unit->functions[op->callee]->is_external;
	}
	return false;
}

/* The callee without whose program OP holds. */
static const char *unless_callee(const struct lockprog_op *op)
{
	return op->kind == LOCKPROG_LOCKOP ? op->written : op->text;
}

static void settle_block(const struct lockprog_unit *unit, struct lockprog_block *block)
{
	int n = 0;

	for (int i = 0; i < block->n_ops; i++) {
		struct lockprog_op op = block->ops[i];

		if (op.unless_seen && is_seen(unit, block, unless_callee(&op)))
			continue;
		if (op.unless_seen && op.kind != LOCKPROG_LOCKOP)
			op.text = NULL;
		op.unless_seen = false;
		/* Calls stay where is_seen finds them until the end. */
		block->ops[n++] = op;
	}
	block->n_ops = n;
}

void lockprog_settle_function(const struct lockprog_unit *unit, struct lockprog_function *function)
{
	for (int b = 0; b < function->n_blocks; b++)
		settle_block(unit, &function->blocks[b]);
}

void lockprog_settle(struct lockprog_unit *unit)
{
	for (int f = 0; f < unit->n_functions; f++)
		lockprog_settle_function(unit, unit->functions[f]);
}
