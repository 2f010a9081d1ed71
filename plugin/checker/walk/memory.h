/* memory.h - what memory holds on one path: the one place that knows what may have
 * changed.
 *
 * A cell is an address and a class.  What a cell holds is certain, or likely: code that
 * is not seen, or a store through a pointer that may lead there, could have changed it
 * since.  A value that is read again then gets a new name (a leaf), and LIKELY remembers
 * which value it most likely still is.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MEMORY_H
#define MEMORY_H

#include "lockprog/lockprog.h"
#include "value/class-set.h"
#include "value/sym.h"

struct state;
struct walk;

struct cell {
	int address, class_, node;
	bool is_stale;		/* NODE is only likely */
};

struct likely { int atom, node; };	/* ATOM may well still be NODE */

/* Who may have written to memory that no class in a set names. */
enum unseen {
	UNSEEN_DATA = 1,	/* other threads: classes whose lifetime is SHARED */
	/* Functions of the driver: classes whose lifetime is DRIVER, or shorter. */
	UNSEEN_DRIVER = 2,
	UNSEEN_ALL = 4		/* every class, whatever its lifetime */
};

struct memory {
	int n_cells, max_cells;
	struct cell *cells;		/* sorted by address, class */
	int n_likely, max_likely;
	struct likely *likely;		/* sorted by atom */
	/* Classes whose cells no longer hold what they did at entry. */
	struct class_set written;
	/* Most likely still do: a callee writes to them somewhere. */
	struct class_set maybe_written;
	unsigned unseen;		/* enum unseen, a bit each */
};

void memory_copy(struct memory *to, const struct memory *from);
void memory_free(struct memory *memory);
long memory_size(const struct memory *memory);	/* bytes */
bool memory_equal(const struct memory *x, const struct memory *y);

/* Keep in MEMORY what holds in OTHER too. */
void memory_join(struct memory *memory, const struct memory *other);

/* What the cell at ADDRESS holds: its node, or -1.  *IS_STALE: it is only likely. */
int memory_cell(const struct memory *memory, int address, int class_, bool *is_stale);
void memory_set(struct memory *memory, int address, int class_, int node, bool is_stale);

/* Forget cells of CLASS_ (-1: all) that may be the one at ADDRESS (-1: any). */
void memory_drop(struct memory *memory, const struct sym_table *table, int class_, int address);

/* Keep the cells for which KEEP is true; the classes of the others count as written. */
void memory_filter(struct memory *memory, bool keep(const struct cell *cell, void *data),
		   void *data);

/* Cells of CLASS_ (-1: of every class) no longer hold what they did at entry. */
void memory_mark_written(struct memory *memory, int class_);
bool memory_is_written(const struct memory *memory, int class_);

/* True if a cell of CLASS_ that nothing seen wrote to since entry may hold another value
 * all the same. */
bool memory_is_doubtful(const struct memory *memory, const struct lockprog_unit *unit, int class_);

/* Code that is not seen ran: other threads while a lock was waited for, or functions of
 * the driver. */
void memory_unseen(struct memory *memory, const struct lockprog_unit *unit, bool by_driver);

/* The cell of CLASS_ at ADDRESS gets NODE; nodes, or -1 where they are not known. */
void memory_store(struct memory *memory, const struct lockprog_unit *unit,
		  const struct sym_table *table, int class_, int address, int node);

/* What a call of a function writes to, whatever path it takes. */
struct writes {
	struct class_set classes;
	unsigned unseen;		/* enum unseen */
	/* A bit for each pointer parameter that goes on to functions that are not
	 * seen. */
	unsigned long long handed;
};

/* A call with WRITES happened. */
void memory_call(struct memory *memory, const struct lockprog_unit *unit,
		 const struct writes *writes);

/* A call of a function of which nothing is known happened. */
void memory_call_unknown(struct memory *memory);

/* Objects of the caller's whose bits in HANDED are set, by OP's arguments, may hold
 * anything. */
void memory_forget_handed(struct walk *walk, struct state *state, const struct lockprog_op *op,
			  unsigned long long handed);

/* What the cell at ADDRESS holds in STATE, as a value of TYPE: a node.  Value V stands
 * for it where that is not known; it is bound to nothing. */
int memory_read(struct walk *walk, struct state *state, int address, int class_,
		struct lockprog_type type, int v);

/* The same without a name for what is not known: -1 then. */
int memory_peek(const struct walk *walk, const struct state *state, int address, int class_,
		struct lockprog_type type);

/* ATOM may well still be NODE. */
void memory_add_likely(struct memory *memory, int atom, int node);

/* What NODE is if all that most likely did not change did not. */
int memory_likely(const struct memory *memory, struct sym_table *table, int node);

/* The same, one change back. */
int memory_likely_once(const struct memory *memory, struct sym_table *table, int node);

/* True if a cell or a likely value is expressed with ATOM. */
bool memory_mentions(const struct memory *memory, const struct sym_table *table, int atom);

/* Write BY wherever ATOM is. */
void memory_rename(struct memory *memory, struct sym_table *table, int atom, int by);

/* Forget what is expressed with ATOM. */
void memory_forget_atom(struct memory *memory, const struct sym_table *table, int atom);

/* Invariants: sorted, known classes. */
void memory_check(const struct memory *memory, const struct lockprog_unit *unit,
		  const struct sym_table *table);

#endif
