/* address.c - whether two symbolic addresses differ, and whether they are in a function's
 * frame.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/address.h"

static bool is_own(const struct sym *sym)
{
	return sym->kind == SYM_OBJECT && (sym->is_local || sym->is_contained);
}

/* No memory is below this address: a lower constant is the number of a queued lock. */
#define FIRST_MEMORY 0x1000

static bool is_number(const struct sym *sym)
{
	return sym->kind == SYM_CONST && sym->constant >= 0 && sym->constant < FIRST_MEMORY;
}

bool address_is_each(const struct sym_table *table, int address)
{
	const struct sym *sym = sym_at(table, address);

	return sym->kind == SYM_OP && sym->expr == LOCKPROG_OPAQUE &&
	       !strcmp(sym->op, LOCKPROG_EACH);
}

int address_variable(const struct sym_table *table, int address)
{
	const struct sym *sym;
	long long offset;
	int base;

	/* A constant offset is kept outermost. */
	sym_split(table, address, &base, &offset);
	sym = sym_at(table, base);
	if (address_is_each(table, base))
		sym = sym_at(table, sym->a);
	while (sym->kind == SYM_OP && sym->expr == LOCKPROG_ADD && sym->type.is_pointer) {
		const struct sym *a = sym_at(table, sym->a), *b = sym_at(table, sym->b);

		if (a->type.is_pointer == b->type.is_pointer)
			return -1;
		sym = a->type.is_pointer ? a : b;
	}
	return sym->kind == SYM_OBJECT ? sym->a : -1;
}

bool address_is_distinct(const struct sym_table *table, int a, int class_a, int b, int class_b)
{
	int base_a, base_b, object_a, object_b;
	long long offset_a, offset_b;
	bool is_each_a, is_each_b;
	const struct sym *x, *y;

	if (a == b)
		return false;
	if (class_a >= 0 && class_b >= 0 && class_a != class_b)
		return true;
	sym_split(table, a, &base_a, &offset_a);
	sym_split(table, b, &base_b, &offset_b);
	is_each_a = address_is_each(table, base_a);
	is_each_b = address_is_each(table, base_b);
	if (is_each_a)
		base_a = sym_at(table, base_a)->a;
	if (is_each_b)
		base_b = sym_at(table, base_b)->a;
	if (base_a == base_b)
		return !is_each_a && !is_each_b && offset_a != offset_b;
	x = sym_at(table, base_a);
	y = sym_at(table, base_b);
	/* No pointer of the driver leads to the cancel lock. */
	if ((x->kind == SYM_OBJECT && x->a == SYM_CANCEL_LOCK) ||
	    (y->kind == SYM_OBJECT && y->a == SYM_CANCEL_LOCK))
		return true;
	if (is_number(x) || is_number(y))
		return true;
	if ((x->kind == SYM_OBJECT || x->kind == SYM_CONST) &&
	    (y->kind == SYM_OBJECT || y->kind == SYM_CONST))
		return true;
	/* A pointer from before the entry does not lead to a variable of the function's
	 * frame, nor one from elsewhere to a variable whose address stays here. */
	if ((is_own(x) && y->kind != SYM_OP) || (is_own(y) && x->kind != SYM_OP))
		return true;
	/* Arithmetic with a variable's address does not leave the variable. */
	object_a = address_variable(table, base_a);
	object_b = address_variable(table, base_b);
	return object_a >= 0 && object_b >= 0 && object_a != object_b;
}

int address_object(const struct sym_table *table, int address)
{
	const struct sym *sym = sym_at(table, address);
	int object;

	if (sym->kind == SYM_OBJECT)
		return address;
	if (sym->kind != SYM_OP)
		return -1;
	object = address_object(table, sym->a);
	return object >= 0 || sym->b < 0 ? object : address_object(table, sym->b);
}

bool address_is_contained(const struct sym_table *table, int address)
{
	int object = address_object(table, address);

	return object >= 0 && sym_at(table, object)->is_contained;
}

bool address_is_constant(const struct sym_table *table, int address)
{
	int object = address_object(table, address);

	return object >= 0 && sym_at(table, object)->is_constant;
}

bool address_has_local(const struct sym_table *table, int node)
{
	const struct sym *sym = sym_at(table, node);

	switch (sym->kind) {
	case SYM_OBJECT:
		return sym->is_local;
	case SYM_INITIAL:
		return address_has_local(table, sym->a);
	case SYM_OP:
		return address_has_local(table, sym->a) ||
		       (sym->b >= 0 && address_has_local(table, sym->b));
	case SYM_CONST:
	case SYM_LEAF:
		break;
	}
	return false;
}

bool address_is_local(const struct sym_table *table, int address)
{
	const struct sym *sym = sym_at(table, address);

	while (sym->kind == SYM_OP)
		sym = sym_at(table, sym->a);
	return sym->kind == SYM_OBJECT && sym->is_local;
}

bool address_is_beside(const struct sym_table *table, int address, int base)
{
	int other;
	long long offset;

	sym_split(table, address, &other, &offset);
	return other == base;
}
