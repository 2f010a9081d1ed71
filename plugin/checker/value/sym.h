/* sym.h - symbolic values: what a value of a lock program is, in terms of what nobody
 * knows.
 *
 * Nodes are shared: equal expressions have equal numbers, so two locks whose addresses
 * are written differently and mean the same are the same number.
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
	SYM_INITIAL,	/* what a cell held when the function was entered */
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
	bool is_local;			/* OBJECT */
	unsigned char depth;
	unsigned long long atoms;	/* a bit for each leaf, initial and object in it, by hash */
};

struct sym_table {
	int n, max;
	struct sym *nodes;
	int n_slots;
	int *slots;
};

void sym_init(struct sym_table *table);
void sym_free(struct sym_table *table);

int sym_const(struct sym_table *table, struct lockprog_type type, long long constant);
int sym_leaf(struct sym_table *table, struct lockprog_type type, int function, int value);
/* In the place of an object's number: the one cancel lock. */
#define SYM_CANCEL_LOCK (-2)

int sym_object(struct sym_table *table, int object, bool is_local);
int sym_initial(struct sym_table *table, struct lockprog_type type, int address, int class_);

/* A B by EXPR in TYPE, simplified; a cast of A for COPY. */
int sym_op(struct sym_table *table, enum lockprog_expr expr, struct lockprog_type type, int a,
	   int b);

/* What OP, a shared string, makes of A and B in TYPE: equal to nothing else. */
int sym_opaque(struct sym_table *table, const char *op, struct lockprog_type type, int a, int b);

/* What LIKE, an OP, makes of A and B instead of its own operands. */
int sym_same_op(struct sym_table *table, const struct sym *like, int a, int b);

/* True if NODE is 0 or 1 whatever its parts are. */
bool sym_is_truth(const struct sym_table *table, int node);

/* True if NODE is the address of a variable, or of something in what a pointer points
 * to. */
bool sym_is_never_null(const struct sym_table *table, int node);

/* True if ATOM (a leaf or an initial) is a part of NODE. */
bool sym_contains(const struct sym_table *table, int node, int atom);

/* NODE as BASE + OFFSET. */
void sym_split(const struct sym_table *table, int node, int *base, long long *offset);

/* NODE with ATOM replaced by BY. */
int sym_replace(struct sym_table *table, int node, int atom, int by);

/* Call VISIT for each leaf and initial in NODE; stop and return true when it does. */
bool sym_any_atom(const struct sym_table *table, int node, bool visit(int atom, void *data),
		  void *data);

/* VALUE cut down to TYPE. */
long long sym_wrap(struct lockprog_type type, long long value);

static inline const struct sym *sym_at(const struct sym_table *table, int node)
{
	assert(node >= 0 && node < table->n);
	return &table->nodes[node];
}

#endif
