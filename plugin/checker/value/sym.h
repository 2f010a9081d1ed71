/* sym.h - symbolic values: a value of a lock program as an expression of unknown values.
 *
 * Nodes are shared: equal expressions have equal numbers, so two locks whose addresses
 * are written differently but are equal have the same number.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SYM_H
#define SYM_H

#include <assert.h>

#include "limits.h"
#include "lockprog/lockprog.h"

enum sym_kind {
	SYM_CONST,
	SYM_LEAF,	/* the value of one execution of a definition in one function */
	SYM_OBJECT,	/* the address of a variable */
	SYM_INITIAL,	/* what a cell held at the function's entry */
	SYM_OP
};

struct sym {
	enum sym_kind kind;
	enum lockprog_expr expr;	/* OP; COPY is a cast */
	const char *op;			/* OP by OPAQUE: what computes it, a shared string */
	struct lockprog_type type;
	/* OP: operands.  LEAF: value, function.  OBJECT: number.  INITIAL: address,
	 * class. */
	int a, b;
	long long constant;		/* CONST, in its type, sign- or zero-extended */
	bool is_local, is_contained, is_constant;	/* OBJECT */
	unsigned char depth;
	unsigned long long atoms;	/* a bit for each leaf, initial and object in it, by hash */
	/* The same for those that its value is computed from: without those that only say
	 * where memory is. */
	unsigned long long operands;
};

/* Of comparisons: 0 or 1. */
extern const struct lockprog_type sym_truth_type;

struct sym_table {
	unsigned number;		/* of the table; no other one has it */
	int n, max;
	struct sym *nodes;
	int n_slots;
	int *slots;
	struct learned *learned;	/* of learned.h, which frees it */
};

void sym_init(struct sym_table *table);
void sym_free(struct sym_table *table);

int sym_const(struct sym_table *table, struct lockprog_type type, long long constant);
int sym_leaf(struct sym_table *table, struct lockprog_type type, int function, int value);
/* Instead of an object's number: the one cancel lock. */
#define SYM_CANCEL_LOCK (-2)

int sym_cancel_lock(struct sym_table *table);
/* The address of OBJECT, whose number is NUMBER. */
int sym_object(struct sym_table *table, struct lockprog_type type, int number,
	       const struct lockprog_object *object);
int sym_initial(struct sym_table *table, struct lockprog_type type, int address, int class_);

/* A EXPR B in TYPE as it is; see sym_op (sym-op.h). */
int sym_plain(struct sym_table *table, enum lockprog_expr expr, struct lockprog_type type, int a,
	      int b);

/* The result of OP, a shared string, for A and B in TYPE: not equal to any other
 * expression. */
int sym_opaque(struct sym_table *table, const char *op, struct lockprog_type type, int a, int b);

/* sym_is_comparison: true if SYM compares two values.  sym_is_arithmetic: true if it
 * computes a number from others; addresses are not numbers. */
bool sym_is_comparison(const struct sym *sym);
bool sym_is_arithmetic(const struct sym *sym);

/* True if NODE is always 0 or 1. */
bool sym_is_truth(const struct sym_table *table, int node);

/* True if NODE is the address of a variable, or of a part of what a pointer points to. */
bool sym_is_never_null(const struct sym_table *table, int node);

/* True if ATOM (a leaf, an initial or an object) is a part of NODE. */
bool sym_contains(const struct sym_table *table, int node, int atom);

/* Split NODE into BASE + OFFSET. */
void sym_split(const struct sym_table *table, int node, int *base, long long *offset);

/* Call VISIT for each leaf and initial in NODE; returns true as soon as VISIT does. */
bool sym_any_atom(const struct sym_table *table, int node, bool visit(int atom, void *data),
		  void *data);

/* VALUE truncated to TYPE. */
long long sym_wrap(struct lockprog_type type, long long value);

static inline const struct sym *sym_at(const struct sym_table *table, int node)
{
	assert(node >= 0 && node < table->n);
	return &table->nodes[node];
}

/* True if NODE is as deep as definitions may be: nothing is expressed with it. */
static inline bool sym_is_deep(const struct sym_table *table, int node)
{
	return sym_at(table, node)->depth >= SYM_MAX_DEPTH;
}

#endif
