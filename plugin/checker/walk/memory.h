/* memory.h - what memory holds on one path.  With memory-calls.h the only code that
 * decides what may have changed.
 *
 * A cell is an address and a class.  The content of a cell is certain, or likely if code
 * that is not visible, or a store through a pointer that may lead there, could have
 * changed it since.  A value that is read again then gets a new name (a leaf), and LIKELY
 * maps it to the value that it most likely still is.
 *
 * A variable that was written as a whole has one cell for all of a class that have no
 * cell of their own.  It says nothing once a cell of the class has been lost.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MEMORY_H
#define MEMORY_H

#include "lockprog/lockprog.h"
#include "value/class-set.h"
#include "value/sym.h"

struct cell {
	int address, class_, node;
	/* NODE is only likely: code that is not visible may have changed the cell, or a
	 * store or callee may have. */
	bool is_unseen, is_overwritten;
	/* The address of the stores that may have; -1 if it is not known or not one. */
	int by;
	/* It stands for each cell of CLASS_ in a variable that has no cell of its own. */
	bool is_each;
	/* Of an outcome: only code that is not visible may have changed it since the
	 * entry. */
	bool is_left_alone;
	/* Of an outcome: NODE is what memory held that is not of the cell's object, and
	 * that code that is not visible may have changed before it was read. */
	bool is_from_elsewhere;
};

static inline bool memory_is_stale(const struct cell *cell)
{
	return cell->is_unseen || cell->is_overwritten;
}

struct likely {
	int atom, node; /* ATOM is likely to be still NODE */
	/* The class of the cell, if no operation of the program may have changed it
	 * since; or -1. */
	int class_;
};

/* Code that may have written to memory besides the classes in a set. */
enum unseen {
	UNSEEN_DATA = 1,	/* other threads: classes whose lifetime is SHARED */
	/* Functions of the driver: classes with lifetime DRIVER or shorter. */
	UNSEEN_DRIVER = 2,
	UNSEEN_ALL = 4,		/* every class, whatever its lifetime */
	/* The thread may run on another processor now: PROCESSOR, and data that the
	 * processor's registers lead to. */
	UNSEEN_MOVED = 8
};

struct memory {
	int n_cells, max_cells;
	struct cell *cells;		/* sorted by address, class */
	int n_likely, max_likely;
	struct likely *likely;		/* sorted by atom */
	/* Classes whose cells no longer hold what they held at entry. */
	struct class_set written;
	/* Classes whose cells most likely still do: a callee writes to some cell of
	 * them. */
	struct class_set maybe_written;
	unsigned unseen;		/* enum unseen, a bit each */
	bool has_each;			/* there may be a cell with IS_EACH */
};

void memory_copy(struct memory *to, const struct memory *from);
void memory_free(struct memory *memory);
long memory_size(const struct memory *memory);	/* bytes */
bool memory_equal(const struct memory *x, const struct memory *y);

/* True if the N cells at X and at Y are the same. */
bool memory_same_cells(const struct cell *x, const struct cell *y, int n);

/* Keep in MEMORY only what holds in OTHER too. */
void memory_join(struct memory *memory, const struct memory *other);

/* True if MEMORY has a cell that stands for each of CLASS_ in a variable. */
bool memory_has_each(const struct memory *memory, int class_);

/* The content of the cell at ADDRESS: its node, or -1.  *IS_STALE: it is only likely. */
int memory_cell(const struct memory *memory, int address, int class_, bool *is_stale);

/* The same of a cell at ADDRESS that has none of its own, from the one that stands for
 * each in its variable. */
int memory_each(const struct memory *memory, const struct sym_table *table, int address,
		int class_, bool *is_stale);

struct cell *memory_set(struct memory *memory, int address, int class_, int node);

/* X and Y are the same content of a cell: make X only as certain as both are. */
void memory_join_cells(struct cell *x, const struct cell *y);

/* A store to ADDRESS, or to one that is not known (-1), may have changed CELL, whose
 * node is still most likely. */
void memory_mark_overwritten(struct cell *cell, int address);

/* Forget cells of CLASS_ (-1: all) that may be the one at ADDRESS (-1: any). */
void memory_drop(struct memory *memory, const struct sym_table *table, int class_, int address);

/* Keep only the cells for which KEEP is true; the classes of the others count as
 * written. */
void memory_filter(struct memory *memory, bool keep(const struct cell *cell, void *data),
		   void *data);

/* Cells of CLASS_ (-1: of every class) no longer hold what they held at entry. */
void memory_mark_written(struct memory *memory, int class_);
bool memory_is_written(const struct memory *memory, int class_);

/* Store NODE in the cell of CLASS_ at ADDRESS; -1 where a node is unknown. */
void memory_store(struct memory *memory, const struct lockprog_unit *unit,
		  const struct sym_table *table, int class_, int address, int node);

/* True if code that is not visible, as UNSEEN describes, may have written to the cell of
 * CLASS_ at ADDRESS.  Other threads leave alone what a register of the processor leads
 * to, as long as this thread stays there. */
bool memory_may_change(const struct memory *memory, const struct lockprog_unit *unit,
		       const struct sym_table *table, unsigned unseen, int class_, int address);

/* True if the cell of CLASS_ at ADDRESS may have changed since entry although no
 * operation of the program wrote to it. */
bool memory_is_doubtful(const struct memory *memory, const struct lockprog_unit *unit,
			const struct sym_table *table, int class_, int address);

/* True if no operation of the program may have changed the cell at ADDRESS since it was
 * read, or since the entry. */
bool memory_is_left_alone(const struct memory *memory, int address, int class_);

/* Note that ATOM is likely to be still NODE. */
void memory_add_likely(struct memory *memory, int atom, int node, int class_);

/* NODE with LIKELY taken as certain; NODE itself where that is as deep already as
 * definitions are allowed to be: nothing is named by a deeper one. */
int memory_replace_likely(struct sym_table *table, int node, const struct likely *likely);

/* NODE with the likely values taken as certain that only code that is not visible may
 * have changed. */
int memory_likely_unseen(const struct memory *memory, struct sym_table *table, int node);

/* NODE with all likely values taken as certain. */
int memory_likely(const struct memory *memory, struct sym_table *table, int node);

/* The same, one change back. */
int memory_likely_once(const struct memory *memory, struct sym_table *table, int node);

/* True if a cell or a likely value is expressed with ATOM. */
bool memory_mentions(const struct memory *memory, const struct sym_table *table, int atom);

/* Replace ATOM by BY everywhere. */
void memory_rename(struct memory *memory, struct sym_table *table, int atom, int by);

/* ATOM is equal to BY, which does not contain it: replace it everywhere. */
void memory_unite(struct memory *memory, struct sym_table *table, int atom, int by);

/* Forget everything that is expressed with ATOM. */
void memory_forget_atom(struct memory *memory, const struct sym_table *table, int atom);

/* Invariants: sorted, known classes. */
void memory_check(const struct memory *memory, const struct lockprog_unit *unit,
		  const struct sym_table *table);

#endif
