/* sym.c - symbolic values, shared when they are made.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/sym.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "lockprog/work.h"

const struct lockprog_type sym_truth_type = { 1, false, false };

void sym_init(struct sym_table *table)
{
	static unsigned numbers;

	*table = (struct sym_table){ .number = ++numbers, .n_slots = 256 };
	table->slots = alloc_zeroed(table->n_slots * sizeof *table->slots);
}

void sym_free(struct sym_table *table)
{
	free(table->nodes);
	free(table->slots);
}

long long sym_wrap(struct lockprog_type type, long long value)
{
	int shift = 64 - type.bits;

	if (shift <= 0)
		return value;
	if (type.is_signed)
		return (long long)((unsigned long long)value << shift) >> shift;
	return (long long)(((unsigned long long)value << shift) >> shift);
}

static unsigned hash_of(const struct sym *sym)
{
	unsigned hash = sym->kind * 31u + sym->expr;

	hash = hash * 0x9E3779B1u + (unsigned)sym->a;
	hash = hash * 0x9E3779B1u + (unsigned)sym->b;
	hash = hash * 0x9E3779B1u + (unsigned)sym->constant + (unsigned)(sym->constant >> 32);
	hash = hash * 0x9E3779B1u + sym->type.bits * 4u + sym->type.is_signed * 2u +
	       sym->type.is_pointer;
	hash = hash * 0x9E3779B1u + (unsigned)((uintptr_t)sym->op >> 3);
	return hash ^ hash >> 15;
}

static bool same(const struct sym *x, const struct sym *y)
{
	return x->kind == y->kind && x->expr == y->expr && x->op == y->op && x->a == y->a &&
	       x->b == y->b && x->constant == y->constant && x->type.bits == y->type.bits &&
	       x->type.is_signed == y->type.is_signed && x->type.is_pointer == y->type.is_pointer;
}

static int *slot_of(struct sym_table *table, const struct sym *sym)
{
	unsigned i = hash_of(sym) & (table->n_slots - 1);

	while (table->slots[i] && !same(&table->nodes[table->slots[i] - 1], sym))
		i = (i + 1) & (table->n_slots - 1);
	return &table->slots[i];
}

static int intern(struct sym_table *table, struct sym sym)
{
	int *slot = slot_of(table, &sym);

	/* Operands exist before the expressions that contain them. */
	assert(sym.kind != SYM_OP || (sym.a >= 0 && sym.a < table->n && sym.b < table->n));
	assert(sym.kind != SYM_INITIAL || (sym.a >= 0 && sym.a < table->n && sym.b >= 0));
	assert(sym.type.bits >= 1 && sym.type.bits <= 64);
	if (*slot)
		return *slot - 1;
	switch (sym.kind) {
	case SYM_CONST:
		break;
	case SYM_LEAF:
	case SYM_OBJECT:
		sym.atoms = sym.operands = 1ull << (hash_of(&sym) & 63);
		break;
	case SYM_INITIAL:
		sym.operands = 1ull << (hash_of(&sym) & 63);
		sym.atoms = sym.operands | table->nodes[sym.a].atoms;
		sym.depth = table->nodes[sym.a].depth + 1;
		break;
	case SYM_OP:
		sym.depth = table->nodes[sym.a].depth + 1;
		if (sym.b >= 0 && table->nodes[sym.b].depth >= sym.depth)
			sym.depth = table->nodes[sym.b].depth + 1;
		sym.atoms =
			table->nodes[sym.a].atoms | (sym.b >= 0 ? table->nodes[sym.b].atoms : 0);
		sym.operands = table->nodes[sym.a].operands |
			       (sym.b >= 0 ? table->nodes[sym.b].operands : 0);
		break;
	}
	table->nodes = alloc_grow(table->nodes, table->n, &table->max, sizeof *table->nodes);
	table->nodes[table->n] = sym;
	*slot = ++table->n;
	if (2 * table->n > table->n_slots) {
		free(table->slots);
		table->n_slots *= 2;
		table->slots = alloc_zeroed(table->n_slots * sizeof *table->slots);
		for (int i = 0; i < table->n; i++)
			*slot_of(table, &table->nodes[i]) = i + 1;
	}
	return table->n - 1;
}

int sym_const(struct sym_table *table, struct lockprog_type type, long long constant)
{
	return intern(table, (struct sym){ .kind = SYM_CONST,
					   .type = type,
					   .constant = sym_wrap(type, constant),
					   .a = -1,
					   .b = -1 });
}

int sym_leaf(struct sym_table *table, struct lockprog_type type, int function, int value)
{
	return intern(table,
		      (struct sym){ .kind = SYM_LEAF, .type = type, .a = value, .b = function });
}

int sym_object(struct sym_table *table, struct lockprog_type type, int number,
	       const struct lockprog_object *object)
{
	return intern(table, (struct sym){ .kind = SYM_OBJECT,
					   .type = type,
					   .a = number,
					   .b = -1,
					   .is_local = object->is_local,
					   .is_contained = object->is_contained,
					   .is_constant = object->is_constant });
}

int sym_cancel_lock(struct sym_table *table)
{
	static const struct lockprog_type pointer = { 64, false, true };
	static const struct lockprog_object shared = { 0 };

	return sym_object(table, pointer, SYM_CANCEL_LOCK, &shared);
}

int sym_initial(struct sym_table *table, struct lockprog_type type, int address, int class_)
{
	return intern(table,
		      (struct sym){ .kind = SYM_INITIAL, .type = type, .a = address, .b = class_ });
}

bool sym_is_truth(const struct sym_table *table, int node)
{
	const struct sym *sym = &table->nodes[node];

	if (sym->kind == SYM_CONST)
		return sym->constant == 0 || sym->constant == 1;
	if (sym->type.bits == 1 && !sym->type.is_signed)
		return true;
	if (sym->kind != SYM_OP)
		return false;
	if (sym_is_comparison(sym))
		return true;
	if (sym->expr == LOCKPROG_COPY)
		return sym_is_truth(table, sym->a) && (sym->type.bits > 1 || !sym->type.is_signed);
	if (sym->expr == LOCKPROG_AND || sym->expr == LOCKPROG_OR || sym->expr == LOCKPROG_XOR)
		return sym_is_truth(table, sym->a) && sym_is_truth(table, sym->b);
	return false;
}

bool sym_is_never_null(const struct sym_table *table, int node)
{
	int base;
	long long offset;

	sym_split(table, node, &base, &offset);
	return table->nodes[base].kind == SYM_OBJECT ||
	       (offset && table->nodes[base].kind != SYM_CONST &&
		table->nodes[base].type.is_pointer);
}

void sym_split(const struct sym_table *table, int node, int *base, long long *offset)
{
	const struct sym *sym = &table->nodes[node];

	*base = node;
	*offset = 0;
	if (sym->kind == SYM_OP && sym->expr == LOCKPROG_ADD &&
	    table->nodes[sym->b].kind == SYM_CONST) {
		*base = sym->a;
		*offset = table->nodes[sym->b].constant;
		if (sym->type.bits == 64 || sym->type.is_signed)
			return;
		/* A 32-bit address: offsets are small and may be negative. */
		*offset = sym_wrap((struct lockprog_type){ sym->type.bits, true, false }, *offset);
	}
}

int sym_plain(struct sym_table *table, enum lockprog_expr expr, struct lockprog_type type, int a,
	      int b)
{
	return intern(table,
		      (struct sym){ .kind = SYM_OP, .expr = expr, .type = type, .a = a, .b = b });
}

int sym_opaque(struct sym_table *table, const char *op, struct lockprog_type type, int a, int b)
{
	return intern(table, (struct sym){ .kind = SYM_OP,
					   .expr = LOCKPROG_OPAQUE,
					   .op = op,
					   .type = type,
					   .a = a,
					   .b = b });
}

bool sym_contains(const struct sym_table *table, int node, int atom)
{
	const struct sym *sym = &table->nodes[node];

	if (node == atom)
		return true;
	if ((sym->atoms & table->nodes[atom].atoms) != table->nodes[atom].atoms)
		return false;
	/* A value may lie as many loads deep as the function has operations. */
	work_count(1);
	if (sym->kind == SYM_INITIAL)
		return sym_contains(table, sym->a, atom);
	if (sym->kind != SYM_OP)
		return false;
	return sym_contains(table, sym->a, atom) ||
	       (sym->b >= 0 && sym_contains(table, sym->b, atom));
}

bool sym_any_atom(const struct sym_table *table, int node, bool visit(int atom, void *data),
		  void *data)
{
	/* VISIT may add nodes, which moves the table. */
	const int a = table->nodes[node].a, b = table->nodes[node].b;

	switch (table->nodes[node].kind) {
	case SYM_CONST:
	case SYM_OBJECT:
		return false;
	case SYM_LEAF:
		return visit(node, data);
	case SYM_INITIAL:
		return visit(node, data) || sym_any_atom(table, a, visit, data);
	case SYM_OP:
		return sym_any_atom(table, a, visit, data) ||
		       (b >= 0 && sym_any_atom(table, b, visit, data));
	}
	return false;
}

bool sym_is_comparison(const struct sym *sym)
{
	return sym->kind == SYM_OP && (sym->expr == LOCKPROG_EQ || sym->expr == LOCKPROG_LT);
}

bool sym_is_arithmetic(const struct sym *sym)
{
	return sym->kind == SYM_OP && !sym_is_comparison(sym) && !sym->type.is_pointer;
}
