/* memory.c - what memory holds on one path.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "value/address.h"
#include "value/sym-op.h"

/* ---- the whole ---- */

static void *copy_array(const void *from, int n, size_t size, int *max)
{
	*max = n;
	return alloc_copy(from, n, size);
}

void memory_copy(struct memory *to, const struct memory *from)
{
	*to = *from;
	to->cells = copy_array(from->cells, from->n_cells, sizeof *to->cells, &to->max_cells);
	to->likely = copy_array(from->likely, from->n_likely, sizeof *to->likely, &to->max_likely);
	to->written = class_set_copy(&from->written);
	to->maybe_written = class_set_copy(&from->maybe_written);
}

void memory_free(struct memory *memory)
{
	free(memory->cells);
	free(memory->likely);
	class_set_free(&memory->written);
	class_set_free(&memory->maybe_written);
}

long memory_size(const struct memory *memory)
{
	return memory->n_cells * sizeof *memory->cells + memory->n_likely * sizeof *memory->likely +
	       (memory->written.n + memory->maybe_written.n) * sizeof *memory->written.words;
}

bool memory_same_cells(const struct cell *x, const struct cell *y, int n)
{
	for (int i = 0; i < n; i++)
		if (x[i].address != y[i].address || x[i].class_ != y[i].class_ ||
		    x[i].node != y[i].node || x[i].is_unseen != y[i].is_unseen ||
		    x[i].is_overwritten != y[i].is_overwritten || x[i].by != y[i].by ||
		    x[i].is_each != y[i].is_each ||
		    x[i].is_left_alone != y[i].is_left_alone ||
		    x[i].is_from_elsewhere != y[i].is_from_elsewhere)
			return false;
	return true;
}

bool memory_equal(const struct memory *x, const struct memory *y)
{
	return x->n_likely == y->n_likely && x->unseen == y->unseen &&
	       class_set_equal(&x->written, &y->written) &&
	       class_set_equal(&x->maybe_written, &y->maybe_written) &&
	       (!x->n_likely || !memcmp(x->likely, y->likely, x->n_likely * sizeof *x->likely)) &&
	       x->n_cells == y->n_cells && memory_same_cells(x->cells, y->cells, x->n_cells);
}

static const struct likely *find_likely(const struct memory *memory, const struct likely *likely)
{
	for (int i = 0; i < memory->n_likely; i++)
		if (memory->likely[i].atom == likely->atom &&
		    memory->likely[i].node == likely->node)
			return &memory->likely[i];
	return NULL;
}

static int compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->class_ < y->class_ ? -1 : x->class_ > y->class_;
}

/* The index of the first cell that is not before the one of CLASS_ at ADDRESS. */
static int find_cell(const struct memory *memory, int address, int class_)
{
	struct cell wanted = { .address = address, .class_ = class_ };
	int low = 0, high = memory->n_cells;

	while (low < high) {
		int middle = (low + high) / 2;

		if (compare_cells(&memory->cells[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_cell(const struct memory *memory, int i, int address, int class_)
{
	return i < memory->n_cells && memory->cells[i].address == address &&
	       memory->cells[i].class_ == class_;
}

void memory_mark_overwritten(struct cell *cell, int address)
{
	cell->by = !cell->is_overwritten || cell->by == address ? address : -1;
	cell->is_overwritten = true;
}

/* What a cell of CLASS_ (-1: of any) holds, which is NODE, is no longer known: the one
 * that stands for each says it only if it is the same. */
static void lose_cell(struct memory *memory, int class_, int node)
{
	for (int i = 0; i < memory->n_cells && memory->has_each; i++) {
		struct cell *cell = &memory->cells[i];

		if (cell->is_each && (class_ < 0 || cell->class_ == class_) && cell->node != node)
			memory_mark_overwritten(cell, -1);
	}
}

void memory_join_cells(struct cell *x, const struct cell *y)
{
	if (y->is_overwritten)
		memory_mark_overwritten(x, y->by);
	x->is_unseen |= y->is_unseen;
	x->is_left_alone &= y->is_left_alone;
	x->is_from_elsewhere |= y->is_from_elsewhere;
}

void memory_join(struct memory *memory, const struct memory *other)
{
	bool is_stale;
	int n = 0;

	for (int i = 0; i < memory->n_cells; i++) {
		struct cell cell = memory->cells[i];
		int j = find_cell(other, cell.address, cell.class_);

		if (is_cell(other, j, cell.address, cell.class_) &&
		    other->cells[j].node == cell.node) {
			memory_join_cells(&cell, &other->cells[j]);
			memory->cells[n++] = cell;
		} else {
			memory_mark_written(memory, cell.class_);
			lose_cell(memory, cell.class_, cell.node);
		}
	}
	memory->n_cells = n;
	for (int i = 0; i < other->n_cells; i++)
		if (memory_cell(memory, other->cells[i].address, other->cells[i].class_,
				&is_stale) < 0) {
			memory_mark_written(memory, other->cells[i].class_);
			lose_cell(memory, other->cells[i].class_, other->cells[i].node);
		}
	CLASS_SET_EACH(class_, &other->written)
		memory_mark_written(memory, class_);
	class_set_add_all(&memory->maybe_written, &other->maybe_written);
	if (other->unseen & UNSEEN_ALL)
		memory_mark_written(memory, -1);
	memory->unseen |= other->unseen;
	n = 0;
	for (int i = 0; i < memory->n_likely; i++) {
		const struct likely *same = find_likely(other, &memory->likely[i]);

		if (!same)
			continue;
		memory->likely[n] = memory->likely[i];
		if (memory->likely[n].class_ != same->class_)
			memory->likely[n].class_ = -1;
		n++;
	}
	memory->n_likely = n;
}

/* ---- cells ---- */

int memory_cell(const struct memory *memory, int address, int class_, bool *is_stale)
{
	int i = find_cell(memory, address, class_);

	*is_stale = false;
	if (!is_cell(memory, i, address, class_))
		return -1;
	*is_stale = memory_is_stale(&memory->cells[i]);
	return memory->cells[i].node;
}

bool memory_has_each(const struct memory *memory, int class_)
{
	if (!memory->has_each)
		return false;
	for (int i = 0; i < memory->n_cells; i++)
		if (memory->cells[i].is_each && memory->cells[i].class_ == class_)
			return true;
	return false;
}

int memory_each(const struct memory *memory, const struct sym_table *table, int address,
		int class_, bool *is_stale)
{
	const struct cell *each = NULL;
	int variable = -1;

	for (int i = 0; i < memory->n_cells && memory->has_each && !each; i++) {
		const struct cell *cell = &memory->cells[i];

		if (!cell->is_each || cell->class_ != class_)
			continue;
		if (variable < 0)
			variable = address_variable(table, address);
		if (variable < 0)
			break;
		if (address_variable(table, cell->address) == variable)
			each = cell;
	}
	*is_stale = false;
	if (!each || each->is_overwritten)
		return -1;
	for (int i = 0; i < memory->n_cells; i++) {
		const struct cell *cell = &memory->cells[i];

		if (cell->class_ == class_ && cell->node != each->node &&
		    !address_is_distinct(table, cell->address, -1, address, -1))
			return -1;
	}
	*is_stale = each->is_unseen;
	return each->node;
}

struct cell *memory_set(struct memory *memory, int address, int class_, int node)
{
	int i = find_cell(memory, address, class_);

	assert(address >= 0 && class_ >= 0 && node >= 0);
	if (!is_cell(memory, i, address, class_)) {
		memory->cells = alloc_grow(memory->cells, memory->n_cells, &memory->max_cells,
					   sizeof *memory->cells);
		memmove(&memory->cells[i + 1], &memory->cells[i],
			(memory->n_cells - i) * sizeof *memory->cells);
		memory->n_cells++;
	}
	memset(&memory->cells[i], 0, sizeof memory->cells[i]);
	memory->cells[i].address = address;
	memory->cells[i].class_ = class_;
	memory->cells[i].node = node;
	memory->cells[i].by = -1;
	return &memory->cells[i];
}

void memory_drop(struct memory *memory, const struct sym_table *table, int class_, int address)
{
	int n = 0;

	for (int i = 0; i < memory->n_cells; i++) {
		const struct cell cell = memory->cells[i];

		if ((class_ < 0 || cell.class_ == class_) &&
		    (address < 0 || (!cell.is_each && !address_is_distinct(table, cell.address, -1,
									   address, -1)))) {
			if (cell.address != address)
				lose_cell(memory, cell.class_, cell.node);
			continue;
		}
		memory->cells[n++] = cell;
	}
	memory->n_cells = n;
}

void memory_filter(struct memory *memory, bool keep(const struct cell *cell, void *data),
		   void *data)
{
	int n = 0;

	for (int i = 0; i < memory->n_cells; i++)
		if (keep(&memory->cells[i], data)) {
			memory->cells[n++] = memory->cells[i];
		} else {
			const struct cell lost = memory->cells[i];

			memory_mark_written(memory, lost.class_);
			lose_cell(memory, lost.class_, lost.node);
		}
	memory->n_cells = n;
}

/* ---- who may have written ---- */

bool memory_is_written(const struct memory *memory, int class_)
{
	return (memory->unseen & UNSEEN_ALL) || class_set_has(&memory->written, class_);
}

void memory_mark_written(struct memory *memory, int class_)
{
	if (class_ >= 0 && !(memory->unseen & UNSEEN_ALL)) {
		class_set_add(&memory->written, class_);
	} else {
		memory->unseen |= UNSEEN_ALL;
		class_set_free(&memory->written);
	}
}

/* Store NODE in all cells of CLASS_ of the variable that ADDRESS stands for. */
static void store_each(struct memory *memory, const struct sym_table *table, int class_,
		       int address, int node)
{
	const int variable = address_variable(table, address);
	int n = 0;

	for (int i = 0; i < memory->n_cells; i++) {
		struct cell cell = memory->cells[i];

		if (cell.class_ == class_) {
			if (variable >= 0 && address_variable(table, cell.address) == variable)
				continue;
			if (!address_is_distinct(table, cell.address, -1, address, -1))
				memory_mark_overwritten(&cell, -1);
		}
		memory->cells[n++] = cell;
	}
	memory->n_cells = n;
	class_set_add(&memory->maybe_written, class_);
	memory_set(memory, address, class_, node)->is_each = true;
	memory->has_each = true;
}

void memory_store(struct memory *memory, const struct lockprog_unit *unit,
		  const struct sym_table *table, int class_, int address, int node)
{
	if (address >= 0 && class_ >= 0 && node >= 0 && address_is_each(table, address)) {
		store_each(memory, table, class_, address, node);
		if (lockprog_class_is_private(&unit->classes[class_]))
			memory_mark_written(memory, class_);
		return;
	}
	if (address < 0 || class_ < 0 || node < 0 ||
	    lockprog_class_is_private(&unit->classes[class_])) {
		memory_drop(memory, table, class_, address);
		memory_mark_written(memory, class_);
		if (address < 0 || node < 0)
			lose_cell(memory, class_, -1);
	} else {
		/* Most likely the store goes to another object than those that other
		 * pointers lead to. */
		for (int i = 0; i < memory->n_cells; i++)
			if (memory->cells[i].class_ == class_ && !memory->cells[i].is_each &&
			    !address_is_distinct(table, memory->cells[i].address, -1, address, -1))
				memory_mark_overwritten(&memory->cells[i], address);
		class_set_add(&memory->maybe_written, class_);
	}
	if (class_ >= 0 && address >= 0 && node >= 0)
		memory_set(memory, address, class_, node);
}

/* ---- what may have changed ---- */

/* True if code that is not visible, as UNSEEN describes, may have written to cells of
 * CLASS_. */
static bool may_write(unsigned unseen, const struct lockprog_class *class_)
{
	return !lockprog_class_survives(class_, unseen & UNSEEN_DATA, unseen & UNSEEN_DRIVER);
}

/* True if NODE was read from a register of the processor, or is there in MEMORY. */
static bool is_of_processor(const struct memory *memory, const struct lockprog_unit *unit,
			    const struct sym_table *table, int node)
{
	const struct sym *sym = sym_at(table, node);

	if (sym->kind == SYM_INITIAL)
		return lockprog_class_is_of_processor(&unit->classes[sym->b]);
	for (int i = 0; i < memory->n_cells; i++)
		if (memory->cells[i].node == node &&
		    lockprog_class_is_of_processor(&unit->classes[memory->cells[i].class_]))
			return true;
	return false;
}

bool memory_may_change(const struct memory *memory, const struct lockprog_unit *unit,
		       const struct sym_table *table, unsigned unseen, int class_, int address)
{
	const struct lockprog_class *of = &unit->classes[class_];
	long long offset;
	int base;

	if (lockprog_class_is_of_processor(of))
		return unseen & UNSEEN_MOVED;
	if (unit->has_processor) {
		sym_split(table, address, &base, &offset);
		if (is_of_processor(memory, unit, table, base))
			unseen = unseen & UNSEEN_MOVED ? unseen | UNSEEN_DATA
						       : unseen & ~UNSEEN_DATA;
	}
	return may_write(unseen, of) && !address_is_contained(table, address);
}

bool memory_is_doubtful(const struct memory *memory, const struct lockprog_unit *unit,
			const struct sym_table *table, int class_, int address)
{
	if (lockprog_class_is_private(&unit->classes[class_]))
		return false;
	return class_set_has(&memory->maybe_written, class_) ||
	       memory_may_change(memory, unit, table, memory->unseen, class_, address);
}

bool memory_is_left_alone(const struct memory *memory, int address, int class_)
{
	const int i = find_cell(memory, address, class_);

	return is_cell(memory, i, address, class_)
		       ? !memory->cells[i].is_overwritten
		       : !class_set_has(&memory->maybe_written, class_);
}

/* ---- what a value read again most likely is ---- */

void memory_add_likely(struct memory *memory, int atom, int node, int class_)
{
	int i = 0;

	while (i < memory->n_likely && memory->likely[i].atom < atom)
		i++;
	if (i == memory->n_likely || memory->likely[i].atom != atom) {
		memory->likely = alloc_grow(memory->likely, memory->n_likely, &memory->max_likely,
					    sizeof *memory->likely);
		memmove(&memory->likely[i + 1], &memory->likely[i],
			(memory->n_likely - i) * sizeof *memory->likely);
		memory->n_likely++;
	}
	memory->likely[i] = (struct likely){ atom, node, class_ };
}

int memory_replace_likely(struct sym_table *table, int node, const struct likely *likely)
{
	if (sym_is_deep(table, node))
		return node;
	return sym_replace(table, node, likely->atom, likely->node);
}

int memory_likely_unseen(const struct memory *memory, struct sym_table *table, int node)
{
	int before = -1;

	/* What an atom is likely to be is told by older ones. */
	for (int round = 0; round <= memory->n_likely && node != before; round++) {
		before = node;
		for (int i = 0; i < memory->n_likely; i++)
			if (memory->likely[i].class_ >= 0)
				node = memory_replace_likely(table, node, &memory->likely[i]);
	}
	return node;
}

/* A field is likely to hold what it held when the lock was acquired, unless an operation
 * of the program writes to it. */
int memory_likely_once(const struct memory *memory, struct sym_table *table, int node)
{
	int made = node;

	work_count(memory->n_likely);
	for (int i = 0; i < memory->n_likely; i++)
		if (sym_contains(table, node, memory->likely[i].atom))
			made = memory_replace_likely(table, made, &memory->likely[i]);
	return made;
}

int memory_likely(const struct memory *memory, struct sym_table *table, int node)
{
	int before = -1;

	for (int round = 0; round <= memory->n_likely && node != before; round++) {
		before = node;
		node = memory_likely_once(memory, table, node);
	}
	return node;
}

/* ---- atoms ---- */

static bool is_by(const struct sym_table *table, const struct cell *cell, int atom)
{
	return cell->by >= 0 && sym_contains(table, cell->by, atom);
}

bool memory_mentions(const struct memory *memory, const struct sym_table *table, int atom)
{
	for (int i = 0; i < memory->n_cells; i++)
		if (sym_contains(table, memory->cells[i].address, atom) ||
		    sym_contains(table, memory->cells[i].node, atom) ||
		    is_by(table, &memory->cells[i], atom))
			return true;
	for (int i = 0; i < memory->n_likely; i++)
		if (sym_contains(table, memory->likely[i].node, atom) ||
		    memory->likely[i].atom == atom)
			return true;
	return false;
}

void memory_rename(struct memory *memory, struct sym_table *table, int atom, int by)
{
	for (int i = 0; i < memory->n_cells; i++) {
		memory->cells[i].address = sym_replace(table, memory->cells[i].address, atom, by);
		memory->cells[i].node = sym_replace(table, memory->cells[i].node, atom, by);
		if (memory->cells[i].by >= 0)
			memory->cells[i].by = sym_replace(table, memory->cells[i].by, atom, by);
	}
	if (memory->n_cells)
		qsort(memory->cells, memory->n_cells, sizeof *memory->cells, compare_cells);
	for (int i = 0; i < memory->n_likely; i++) {
		memory->likely[i].node = sym_replace(table, memory->likely[i].node, atom, by);
		if (memory->likely[i].atom == atom)
			memory->likely[i].atom = by;
	}
}

/* Two cells of one class got one address: the content that is not stale is the later
 * one. */
static void unite_cells(struct memory *memory)
{
	int n = 0;

	for (int i = 0; i < memory->n_cells; i++) {
		struct cell *last = n ? &memory->cells[n - 1] : NULL;

		if (!last || compare_cells(last, &memory->cells[i]))
			memory->cells[n++] = memory->cells[i];
		else if (memory_is_stale(last))
			*last = memory->cells[i];
	}
	memory->n_cells = n;
}

void memory_unite(struct memory *memory, struct sym_table *table, int atom, int by)
{
	int n = 0;

	for (int i = 0; i < memory->n_likely; i++)
		if (memory->likely[i].atom != atom)
			memory->likely[n++] = memory->likely[i];
	memory->n_likely = n;
	memory_rename(memory, table, atom, by);
	unite_cells(memory);
	n = 0;
	for (int i = 0; i < memory->n_likely; i++)
		if (!sym_contains(table, memory->likely[i].node, memory->likely[i].atom))
			memory->likely[n++] = memory->likely[i];
	memory->n_likely = n;
}

struct forgetting {
	const struct sym_table *table;
	int atom;
};

static bool is_without_atom(const struct cell *cell, void *data)
{
	const struct forgetting *forgetting = data;

	return !sym_contains(forgetting->table, cell->address, forgetting->atom) &&
	       !sym_contains(forgetting->table, cell->node, forgetting->atom);
}

void memory_forget_atom(struct memory *memory, const struct sym_table *table, int atom)
{
	struct forgetting forgetting = { table, atom };
	int n = 0;

	for (int i = 0; i < memory->n_cells; i++)
		if (is_by(table, &memory->cells[i], atom))
			memory->cells[i].by = -1;
	memory_filter(memory, is_without_atom, &forgetting);
	for (int i = 0; i < memory->n_likely; i++)
		if (memory->likely[i].atom != atom &&
		    !sym_contains(table, memory->likely[i].node, atom))
			memory->likely[n++] = memory->likely[i];
	memory->n_likely = n;
}

void memory_check(const struct memory *memory, const struct lockprog_unit *unit,
		  const struct sym_table *table)
{
	for (int i = 0; i < memory->n_cells; i++) {
		const struct cell *cell = &memory->cells[i];

		(void)cell;
		assert(cell->class_ >= 0 && cell->class_ < unit->n_classes);
		assert(cell->address >= 0 && cell->address < table->n);
		assert(cell->node >= 0 && cell->node < table->n);
		assert(cell->by < table->n && (cell->by < 0 || cell->is_overwritten));
		assert(!i || compare_cells(cell - 1, cell) < 0);
	}
	for (int i = 0; i < memory->n_likely; i++) {
		assert(memory->likely[i].node >= 0 && memory->likely[i].node < table->n);
		assert(!sym_contains(table, memory->likely[i].node, memory->likely[i].atom));
	}
	(void)unit;
	(void)table;
}
