/* state.c - sets that make up a state, kept sorted so that equal states compare equal.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/state.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

static void *copy_array(const void *from, int n, size_t size, int *max)
{
	void *to;

	*max = n;
	if (!n)
		return NULL;
	to = alloc_zeroed(n * size);
	return memcpy(to, from, n * size);
}

static struct class_set copy_set(const struct class_set *from)
{
	struct class_set to = { .n = from->n };

	to.list = copy_array(from->list, from->n, sizeof *to.list, &to.max);
	return to;
}

struct state *state_new(void)
{
	struct state *state = alloc_zeroed(sizeof *state);

	state->irql = state->unnamed = -1;
	return state;
}

struct state *state_copy(const struct state *from)
{
	struct state *to = alloc_zeroed(sizeof *to);

	*to = *from;
	to->locks = copy_array(from->locks, from->n_locks, sizeof *to->locks, &to->max_locks);
	to->bindings = copy_array(from->bindings, from->n_bindings, sizeof *to->bindings, &to->max_bindings);
	to->cells = copy_array(from->cells, from->n_cells, sizeof *to->cells, &to->max_cells);
	to->doubts = copy_array(from->doubts, from->n_doubts, sizeof *to->doubts, &to->max_doubts);
	to->changed = copy_set(&from->changed);
	to->maybe_changed = copy_set(&from->maybe_changed);
	facts_copy(&to->facts, &from->facts);
	return to;
}

void state_free(struct state *state)
{
	if (!state)
		return;
	free(state->locks);
	free(state->bindings);
	free(state->cells);
	free(state->doubts);
	free(state->changed.list);
	free(state->maybe_changed.list);
	facts_free(&state->facts);
	free(state);
}

long state_size(const struct state *state)
{
	return sizeof *state + state->n_locks * sizeof *state->locks + state->n_bindings * sizeof *state->bindings +
	       state->n_cells * sizeof *state->cells + state->n_doubts * sizeof *state->doubts +
	       state->facts.n * sizeof *state->facts.list +
	       (state->changed.n + state->maybe_changed.n) * sizeof *state->changed.list;
}

bool state_same_locks(const struct state *x, const struct state *y)
{
	if (x->n_locks != y->n_locks || x->lost_held != y->lost_held || x->touches_unknown != y->touches_unknown ||
	    x->is_doubtful != y->is_doubtful || x->is_vague != y->is_vague)
		return false;
	for (int i = 0; i < x->n_locks; i++) {
		const struct lock_record *a = &x->locks[i], *b = &y->locks[i];

		if (a->address != b->address || a->state != b->state || a->first != b->first ||
		    a->is_loose != b->is_loose || a->loop != b->loop || a->is_handle != b->is_handle ||
		    a->first_is_try != b->first_is_try || a->is_assumed != b->is_assumed || a->is_lost != b->is_lost ||
		    a->is_promised != b->is_promised || a->broken != b->broken ||
		    a->handle != b->handle || (a->state == SPINRULE_STATE_HELD && a->group != b->group) ||
		    (a->first == SPINRULE_EVENT_RELEASE && state_first_group(a->first_ddi) != state_first_group(b->first_ddi)))
			return false;
	}
	return true;
}

bool state_same_irqls(const struct state *x, const struct state *y)
{
	if (x->irql != y->irql)
		return false;
	for (int i = 0; i < x->n_locks; i++)
		if (x->locks[i].saved != y->locks[i].saved || x->locks[i].also != y->locks[i].also ||
		    x->locks[i].given != y->locks[i].given)
			return false;
	return true;
}

static bool same_cells(const struct state *x, const struct state *y)
{
	if (x->n_cells != y->n_cells)
		return false;
	for (int i = 0; i < x->n_cells; i++)
		if (x->cells[i].address != y->cells[i].address || x->cells[i].class_ != y->cells[i].class_ ||
		    x->cells[i].node != y->cells[i].node || x->cells[i].is_stale != y->cells[i].is_stale)
			return false;
	return true;
}

static bool same_bytes(const void *x, const void *y, size_t size)
{
	return !size || !memcmp(x, y, size);
}

bool state_equal(const struct state *x, const struct state *y)
{
	return state_same_locks(x, y) && x->n_bindings == y->n_bindings && x->n_doubts == y->n_doubts &&
	       x->changed.n == y->changed.n && x->maybe_changed.n == y->maybe_changed.n &&
	       x->all_changed == y->all_changed &&
	       x->data_changed == y->data_changed && x->driver_changed == y->driver_changed &&
	       same_bytes(x->bindings, y->bindings, x->n_bindings * sizeof *x->bindings) &&
	       same_bytes(x->doubts, y->doubts, x->n_doubts * sizeof *x->doubts) &&
	       same_bytes(x->changed.list, y->changed.list, x->changed.n * sizeof *x->changed.list) &&
	       same_bytes(x->maybe_changed.list, y->maybe_changed.list, x->maybe_changed.n * sizeof *x->changed.list) &&
	       same_cells(x, y) && state_same_irqls(x, y) &&
	       facts_equal(&x->facts, &y->facts);
}

/* ---- bindings ---- */

static int find_binding(const struct state *state, int value)
{
	int low = 0, high = state->n_bindings;

	while (low < high) {
		int middle = (low + high) / 2;

		if (state->bindings[middle].value < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int state_binding(const struct state *state, int value)
{
	int i = find_binding(state, value);

	return i < state->n_bindings && state->bindings[i].value == value ? state->bindings[i].node : -1;
}

void state_bind(struct state *state, int value, int node)
{
	int i = find_binding(state, value);

	if (i == state->n_bindings || state->bindings[i].value != value) {
		state->bindings = alloc_grow(state->bindings, state->n_bindings, &state->max_bindings,
					      sizeof *state->bindings);
		memmove(&state->bindings[i + 1], &state->bindings[i], (state->n_bindings - i) * sizeof *state->bindings);
		state->n_bindings++;
	}
	state->bindings[i] = (struct binding){ value, node };
}

/* ---- locks ---- */

static int find_lock(const struct state *state, int address)
{
	int i = 0;

	/* Few locks at a time: a line is quicker than a tree. */
	while (i < state->n_locks && state->locks[i].address < address)
		i++;
	return i;
}

struct lock_record *state_lock(struct state *state, int address)
{
	int i = find_lock(state, address);

	return i < state->n_locks && state->locks[i].address == address ? &state->locks[i] : NULL;
}

struct lock_record *state_add_lock(struct state *state, int address)
{
	int i = find_lock(state, address);

	if (i < state->n_locks && state->locks[i].address == address)
		return &state->locks[i];
	state->locks = alloc_grow(state->locks, state->n_locks, &state->max_locks, sizeof *state->locks);
	memmove(&state->locks[i + 1], &state->locks[i], (state->n_locks - i) * sizeof *state->locks);
	state->n_locks++;
	memset(&state->locks[i], 0, sizeof state->locks[i]);
	state->locks[i].address = address;
	state->locks[i].class_ = -1;
	state->locks[i].first = -1;
	state->locks[i].handle = state->locks[i].loop = -1;
	state->locks[i].given = state->locks[i].saved = state->locks[i].also = -1;
	return &state->locks[i];
}

static int compare_locks(const void *a, const void *b)
{
	const struct lock_record *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

/* ---- cells ---- */

static int compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->class_ < y->class_ ? -1 : x->class_ > y->class_;
}

static int find_cell(const struct state *state, int address, int class_)
{
	struct cell wanted = { .address = address, .class_ = class_ };
	int low = 0, high = state->n_cells;

	while (low < high) {
		int middle = (low + high) / 2;

		if (compare_cells(&state->cells[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int state_cell(const struct state *state, int address, int class_, bool *is_stale)
{
	int i = find_cell(state, address, class_);

	*is_stale = false;
	if (i == state->n_cells || state->cells[i].address != address || state->cells[i].class_ != class_)
		return -1;
	*is_stale = state->cells[i].is_stale;
	return state->cells[i].node;
}

void state_set_cell(struct state *state, int address, int class_, int node, bool is_stale)
{
	int i = find_cell(state, address, class_);

	if (i == state->n_cells || state->cells[i].address != address || state->cells[i].class_ != class_) {
		state->cells = alloc_grow(state->cells, state->n_cells, &state->max_cells, sizeof *state->cells);
		memmove(&state->cells[i + 1], &state->cells[i], (state->n_cells - i) * sizeof *state->cells);
		state->n_cells++;
	}
	memset(&state->cells[i], 0, sizeof state->cells[i]);
	state->cells[i].address = address;
	state->cells[i].class_ = class_;
	state->cells[i].node = node;
	state->cells[i].is_stale = is_stale;
}

void state_drop_cells(struct state *state, const struct sym_table *table, int class_, int address)
{
	int n = 0;

	for (int i = 0; i < state->n_cells; i++) {
		const struct cell *cell = &state->cells[i];

		if ((class_ < 0 || cell->class_ == class_) &&
		    (address < 0 || !addresses_distinct(table, cell->address, -1, address, -1)))
			continue;
		state->cells[n++] = *cell;
	}
	state->n_cells = n;
}

void state_doubt_cells(struct state *state, const struct sym_table *table, int class_, int address)
{
	for (int i = 0; i < state->n_cells; i++)
		if (state->cells[i].class_ == class_ && !addresses_distinct(table, state->cells[i].address, -1, address, -1))
			state->cells[i].is_stale = true;
}

static int find_class(const struct class_set *set, int class_)
{
	int low = 0, high = set->n;

	while (low < high) {
		int middle = (low + high) / 2;

		if (set->list[middle] < class_)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool class_set_has(const struct class_set *set, int class_)
{
	int i = find_class(set, class_);

	return i < set->n && set->list[i] == class_;
}

void class_set_add(struct class_set *set, int class_)
{
	int i = find_class(set, class_);

	if (i < set->n && set->list[i] == class_)
		return;
	set->list = alloc_grow(set->list, set->n, &set->max, sizeof *set->list);
	memmove(&set->list[i + 1], &set->list[i], (set->n - i) * sizeof *set->list);
	set->list[i] = class_;
	set->n++;
}

void class_set_add_all(struct class_set *set, const struct class_set *other)
{
	struct class_set both = { 0 };
	int i = 0, j = 0;

	if (!other->n)
		return;
	both.max = set->n + other->n;
	both.list = alloc_zeroed(both.max * sizeof *both.list);
	while (i < set->n || j < other->n) {
		if (j == other->n || (i < set->n && set->list[i] < other->list[j])) {
			both.list[both.n++] = set->list[i++];
			continue;
		}
		i += i < set->n && set->list[i] == other->list[j];
		both.list[both.n++] = other->list[j++];
	}
	free(set->list);
	*set = both;
}

bool state_is_changed(const struct state *state, int class_)
{
	return state->all_changed || class_set_has(&state->changed, class_);
}

void state_mark_changed(struct state *state, int class_)
{
	if (class_ >= 0 && !state->all_changed) {
		class_set_add(&state->changed, class_);
	} else {
		state->all_changed = true;
		state->changed.n = 0;
	}
}

void state_add_doubt(struct state *state, int atom, int node)
{
	int i = 0;

	while (i < state->n_doubts && state->doubts[i].atom < atom)
		i++;
	if (i == state->n_doubts || state->doubts[i].atom != atom) {
		state->doubts = alloc_grow(state->doubts, state->n_doubts, &state->max_doubts, sizeof *state->doubts);
		memmove(&state->doubts[i + 1], &state->doubts[i], (state->n_doubts - i) * sizeof *state->doubts);
		state->n_doubts++;
	}
	state->doubts[i] = (struct doubt){ atom, node };
}

/* ---- new meanings for old names ---- */

static bool mentions(const struct sym_table *table, int node, int atom)
{
	return node >= 0 && sym_contains(table, node, atom);
}

bool state_mentions(const struct state *state, const struct sym_table *table, int atom)
{
	for (int i = 0; i < state->n_locks; i++)
		if (mentions(table, state->locks[i].address, atom) || mentions(table, state->locks[i].handle, atom) ||
		    mentions(table, state->locks[i].given, atom) || mentions(table, state->locks[i].saved, atom) ||
		    mentions(table, state->locks[i].also, atom))
			return true;
	if (mentions(table, state->irql, atom))
		return true;
	for (int i = 0; i < state->n_bindings; i++)
		if (mentions(table, state->bindings[i].node, atom))
			return true;
	for (int i = 0; i < state->n_cells; i++)
		if (mentions(table, state->cells[i].address, atom) || mentions(table, state->cells[i].node, atom))
			return true;
	for (int i = 0; i < state->facts.n; i++)
		if (mentions(table, state->facts.list[i].node, atom))
			return true;
	for (int i = 0; i < state->n_doubts; i++)
		if (mentions(table, state->doubts[i].node, atom) || state->doubts[i].atom == atom)
			return true;
	return false;
}

static int renamed(struct sym_table *table, int node, int atom, int by)
{
	return node >= 0 ? sym_replace(table, node, atom, by) : -1;
}

/* Speak of BY wherever ATOM is spoken of. */
static void rename_atom(struct state *state, struct sym_table *table, int atom, int by)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		lock->address = sym_replace(table, lock->address, atom, by);
		lock->handle = renamed(table, lock->handle, atom, by);
		lock->given = renamed(table, lock->given, atom, by);
		lock->saved = renamed(table, lock->saved, atom, by);
		lock->also = renamed(table, lock->also, atom, by);
	}
	state->irql = renamed(table, state->irql, atom, by);
	if (state->n_locks)
		qsort(state->locks, state->n_locks, sizeof *state->locks, compare_locks);
	for (int i = 0; i < state->n_bindings; i++)
		state->bindings[i].node = sym_replace(table, state->bindings[i].node, atom, by);
	for (int i = 0; i < state->n_cells; i++) {
		state->cells[i].address = sym_replace(table, state->cells[i].address, atom, by);
		state->cells[i].node = sym_replace(table, state->cells[i].node, atom, by);
	}
	if (state->n_cells)
		qsort(state->cells, state->n_cells, sizeof *state->cells, compare_cells);
	facts_replace(&state->facts, table, atom, by);
	for (int i = 0; i < state->n_doubts; i++) {
		state->doubts[i].node = sym_replace(table, state->doubts[i].node, atom, by);
		if (state->doubts[i].atom == atom)
			state->doubts[i].atom = by;
	}
}

struct forget {
	const struct sym_table *table;
	int atom;
};

static bool says_nothing_of(int node, void *data)
{
	struct forget *forget = data;

	return !sym_contains(forget->table, node, forget->atom);
}

/* True if LOCK, whose address nobody can name any more, is held until something releases a lock that may be it. */
static bool stays_held(const struct state *state, const struct lock_record *lock)
{
	return state->unnamed >= 0 && lock->state == SPINRULE_STATE_HELD && !lock->is_loose && !lock->is_handle &&
	       lock->first == SPINRULE_EVENT_ACQUIRE && lock->class_ >= 0;
}

static void forget_atom(struct state *state, struct sym_table *table, int atom)
{
	struct forget forget = { table, atom };
	bool has_unnamed = state->unnamed >= 0 && state_lock(state, state->unnamed), is_new = false;
	int n = 0;

	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (mentions(table, lock->handle, atom))
			lock->handle = -1;
		if (mentions(table, lock->given, atom))
			lock->given = -1;
		if (mentions(table, lock->saved, atom))
			lock->saved = -1;
		if (mentions(table, lock->also, atom))
			lock->also = -1;
		if (!mentions(table, lock->address, atom)) {
			state->locks[n++] = *lock;
			continue;
		}
		/* One stands for as many as there are. */
		if (stays_held(state, lock)) {
			if (has_unnamed)
				continue;
			has_unnamed = is_new = true;
			lock->address = state->unnamed;
			state->locks[n++] = *lock;
			continue;
		}
		/* Held, and nobody can say which it was. */
		if (lock->state != SPINRULE_STATE_FREE)
			state->lost_held = true;
		if (lock->state != SPINRULE_STATE_FREE || lock->first == SPINRULE_EVENT_RELEASE)
			state->touches_unknown = true;
	}
	state->n_locks = n;
	if (is_new)
		qsort(state->locks, state->n_locks, sizeof *state->locks, compare_locks);
	if (mentions(table, state->irql, atom))
		state->irql = -1;
	n = 0;
	for (int i = 0; i < state->n_cells; i++) {
		if (!mentions(table, state->cells[i].address, atom) && !mentions(table, state->cells[i].node, atom))
			state->cells[n++] = state->cells[i];
		else
			state_mark_changed(state, state->cells[i].class_);
	}
	state->n_cells = n;
	facts_filter(&state->facts, says_nothing_of, &forget);
	n = 0;
	for (int i = 0; i < state->n_doubts; i++)
		if (state->doubts[i].atom != atom && !mentions(table, state->doubts[i].node, atom))
			state->doubts[n++] = state->doubts[i];
	state->n_doubts = n;
	/* A value that loses its binding stands for itself: its own leaf must be new, too. */
	for (int i = 0; i < state->n_bindings; i++) {
		int value = state->bindings[i].value, leaf;

		if (!mentions(table, state->bindings[i].node, atom))
			continue;
		leaf = sym_leaf(table, sym_at(table, state->bindings[i].node)->type, sym_at(table, atom)->b, value);
		memmove(&state->bindings[i], &state->bindings[i + 1],
			(state->n_bindings - i - 1) * sizeof *state->bindings);
		state->n_bindings--;
		if (leaf != atom && state_mentions(state, table, leaf))
			forget_atom(state, table, leaf);
		i = -1;
	}
}

int state_redefine(struct state *state, struct sym_table *table, int atom)
{
	int own = sym_at(table, atom)->a, function = sym_at(table, atom)->b;

	if (!state_mentions(state, table, atom))
		return -1;
	/* Another value that is just ATOM, and whose own leaf nobody speaks of, lends its name:
	 * "prev = cur; cur = cur->next" goes on knowing of prev what it knew of cur. */
	for (int i = 0; i < state->n_bindings; i++) {
		int other, value = state->bindings[i].value;

		if (state->bindings[i].node != atom || value == own)
			continue;
		other = sym_leaf(table, sym_at(table, atom)->type, function, value);
		if (state_mentions(state, table, other))
			continue;
		rename_atom(state, table, atom, other);
		return other;
	}
	forget_atom(state, table, atom);
	return -1;
}

bool state_join(struct state *state, const struct state *other, struct sym_table *table, int function,
		const struct lockprog_function *program)
{
	struct state *before = state_copy(state);
	bool changed;
	int n = 0;

	for (int i = 0; i < state->n_bindings; i++) {
		struct binding *binding = &state->bindings[i];

		if (state_binding(other, binding->value) == binding->node)
			state->bindings[n++] = *binding;
	}
	/* What was bound differently is a value of its own from here on. */
	state->n_bindings = n;
	facts_join(&state->facts, &other->facts);
	for (int i = 0; i < before->n_bindings; i++) {
		int value = before->bindings[i].value;

		if (state_binding(state, value) < 0 && state_binding(other, value) >= 0) {
			int leaf = sym_leaf(table, program->values[value].type, function, value);

			state_redefine(state, table, leaf);
			state_bind(state, value, leaf);
		}
	}
	n = 0;
	for (int i = 0; i < state->n_cells; i++) {
		bool is_stale;
		struct cell cell = state->cells[i];
		int node = state_cell(other, cell.address, cell.class_, &is_stale);

		if (node == cell.node) {
			cell.is_stale |= is_stale;
			state->cells[n++] = cell;
		} else {
			state_mark_changed(state, cell.class_);
		}
	}
	state->n_cells = n;
	for (int i = 0; i < other->n_cells; i++) {
		bool is_stale;

		if (state_cell(state, other->cells[i].address, other->cells[i].class_, &is_stale) < 0)
			state_mark_changed(state, other->cells[i].class_);
	}
	for (int i = 0; i < other->changed.n; i++)
		state_mark_changed(state, other->changed.list[i]);
	class_set_add_all(&state->maybe_changed, &other->maybe_changed);
	if (other->all_changed)
		state_mark_changed(state, -1);
	state->data_changed |= other->data_changed;
	state->driver_changed |= other->driver_changed;
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];
		const struct lock_record *same = &other->locks[i];

		if (lock->given != same->given)
			lock->given = -1;
		if (lock->saved != same->saved)
			lock->saved = -1;
		if (lock->also != same->also)
			lock->also = -1;
	}
	if (state->irql != other->irql)
		state->irql = -1;
	n = 0;
	for (int i = 0; i < state->n_doubts; i++)
		for (int j = 0; j < other->n_doubts; j++)
			if (other->doubts[j].atom == state->doubts[i].atom &&
			    other->doubts[j].node == state->doubts[i].node) {
				state->doubts[n++] = state->doubts[i];
				break;
			}
	state->n_doubts = n;
	changed = !state_equal(state, before) || !before->is_joined;
	state->is_joined = true;
	state_free(before);
	return changed;
}

bool addresses_distinct(const struct sym_table *table, int a, int class_a, int b, int class_b)
{
	int base_a, base_b;
	long long offset_a, offset_b;
	const struct sym *x, *y;

	if (a == b)
		return false;
	if (class_a >= 0 && class_b >= 0 && class_a != class_b)
		return true;
	sym_split(table, a, &base_a, &offset_a);
	sym_split(table, b, &base_b, &offset_b);
	if (base_a == base_b)
		return offset_a != offset_b;
	x = sym_at(table, base_a);
	y = sym_at(table, base_b);
	/* Constants are the numbers of queued locks. */
	if ((x->kind == SYM_OBJECT || x->kind == SYM_CONST) && (y->kind == SYM_OBJECT || y->kind == SYM_CONST))
		return true;
	/* Nobody's pointer from before the function is one to its own variables. */
	if (x->kind == SYM_OBJECT && x->is_local && y->kind != SYM_OP)
		return true;
	return y->kind == SYM_OBJECT && y->is_local && x->kind != SYM_OP;
}
