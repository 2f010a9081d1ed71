/* reference.c - what a lock program does when it is run, for fuzz.sh.
 *
 *     reference [--values=LOW..HIGH] FILE.lp...
 *
 * Runs each function on every combination of inputs: parameters, unknown values and what
 * memory holds take each value of a small range, tries succeed and fail, calls of functions
 * of the unit are entered.  Nothing is joined, summed up or approximated, so there is little
 * here that could be wrong: the rule is rule.def's and the rest is arithmetic.
 *
 * An input gets its value when somebody looks at it, and states that agree in everything
 * that is still to be looked at are run once; this makes loops end.
 *
 * Prints "file NAME", the unit's, then for each violation "FUNCTION BLOCK ID LOCK"; with "doubtful" after
 * it when the rule leaves it to the checker whether to say so.  The place is in the function that
 * was run: a violation in a callee counts when the lock's state came from the caller, and is
 * at the call.  "FUNCTION mixed": its locks may be one lock, so LOCK is "*".
 * "FUNCTION limit": there was too much to try, or locks are found to be one or two, or a handle's or not, on the way;
 * nothing is known.  "FUNCTION paths LOW HIGH ALL": so many of its acyclic paths, of ALL, are violated by
 * runs that follow them to their end; between the two the rule leaves it to the checker.
 *
 * SPDX-License-Identifier: MIT
 */

#include "reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int lowest = -4, highest = 8;
const struct lockprog_unit *unit;
static const struct lockprog_function *root;
bool **live;			/* of each function: [block * n_values + value] */
static long long param_addresses[64];
struct state **stack;
int n_stack, max_stack;		/* all that were ever needed are kept */
static uint64_t *visited;
static uint32_t *visited_at;		/* which entries of it are in use */
static int n_visited;
bool limit;
struct found found[400];
int n_found;
struct outcome outcomes[MAX_RESULTS];
int n_outcomes;
int this_round;
bool is_mixed;			/* a parameter may be the lock that an object is */
static bool has_try;
bool counts_paths;		/* all is run again, each acyclic path apart */
bool is_miscounted;		/* some run was not followed to its end */

/* Of functions that were run already, which callees are: */
bool disagrees[MAX_FUNCTIONS];	/* its own returns disagree, which is said there and not again */
bool was_mixed[MAX_FUNCTIONS];
bool calls_elsewhere[MAX_FUNCTIONS];

const struct lockprog_function *function_of(const struct state *s)
{
	return unit->functions[s->frames[s->n_frames - 1].function];
}

struct frame *top(struct state *s)
{
	return &s->frames[s->n_frames - 1];
}

bool is_callback(void)
{
	return root->role != NULL;
}

/* ---- states still to run ---- */

void push(const struct state *s)
{
	if (n_stack == max_stack) {
		stack = realloc(stack, (size_t)(max_stack + 1) * sizeof *stack);
		if (!stack)
			abort();
		stack[max_stack] = malloc(sizeof **stack);
		if (!stack[max_stack++])
			abort();
	}
	memcpy(stack[n_stack], s, offsetof(struct state, seen) + (size_t)s->n_slots);
	memcpy(stack[n_stack]->origins, s->origins, (size_t)s->n_slots);
	memcpy(stack[n_stack]->values, s->values, (size_t)s->n_slots * sizeof s->values[0]);
	n_stack++;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

/* ORIGIN as a number that does not depend on the order in which locks were met. */
static uint64_t origin_number(const struct state *s, unsigned char origin)
{
	if (!(origin & ORIGIN_ACQUIRE))
		return origin;
	return mix((uint64_t)s->locks[origin & ORIGIN_LOCK].address, (uint64_t)(origin & ~ORIGIN_LOCK));
}

/* Whether S was run already; it is from now on. */
bool is_old(const struct state *s)
{
	uint64_t hash = 1, sum = 0;
	size_t i;

	for (int f = 0; f < s->n_frames; f++) {
		hash = mix(hash, (uint64_t)s->frames[f].function << 40 | (uint64_t)s->frames[f].block << 20);
		hash = mix(hash, (uint64_t)s->frames[f].op);
	}
	for (int v = 0; v < s->n_slots; v++) {
		hash = mix(hash, s->seen[v]);
		if (s->seen[v] == KNOWN)
			hash = mix(hash, (uint64_t)s->values[v]);
		if (s->seen[v] != DEAD && s->origins[v])
			hash = mix(hash, origin_number(s, s->origins[v]));
	}
	/* The order in which locks and cells were met does not matter. */
	for (int l = 0; l < s->n_locks; l++) {
		const struct lock *lock = &s->locks[l];

		sum += mix(mix(mix(7, (uint64_t)lock->address), lock->state << 2 | lock->was_acquired << 1 | lock->is_doubtful),
			   (uint64_t)lock->depth);
		sum += mix(mix((uint64_t)lock->address, 11), (uint64_t)lock->handle);
		sum += mix(mix(mix((uint64_t)lock->address, lock->group), origin_number(s, lock->saved)), (uint64_t)lock->saved_number << 1 | lock->was_given);
	}
	for (int c = 0; c < s->n_cells; c++)
		sum += mix(mix(mix(9, (uint64_t)s->cells[c].address), (uint64_t)s->cells[c].class_ << 1 | s->cells[c].is_known),
			   s->cells[c].is_known ? mix((uint64_t)s->cells[c].value, origin_number(s, s->cells[c].origin)) : 0);
	hash = mix(hash, (uint64_t)s->n_lockops << 4 | (uint64_t)(s->is_guessed | s->handles_are_doubtful << 1) << 2 | (uint64_t)s->is_over << 1 | s->gave_wrong_irql);
	if (s->owed.is_set)
		hash = mix(hash, mix(mix(7, (uint64_t)s->owed.address), (uint64_t)s->owed.block << 10 | s->owed.is_callees << 9 | s->owed.is_doubtful << 8 | s->owed.saved));
	hash = mix(hash, (uint64_t)s->path << 2 | s->broken);
	for (int p = 0; p < s->n_pending; p++)
		hash = mix(hash, (uint64_t)s->pending[p].address << 8 | s->pending[p].violation << 1 | s->pending[p].is_doubtful);
	hash = mix(hash, sum) | 1;
	for (i = hash % (4 * MAX_STATES); visited[i]; i = (i + 1) % (4 * MAX_STATES))
		if (visited[i] == hash)
			return true;
	visited[i] = hash;
	visited_at[n_visited++] = (uint32_t)i;
	if (n_visited == MAX_STATES)
		limit = true;
	return false;
}

/* ---- numbers ---- */

long long in_type(long long value, struct lockprog_type type)
{
	int shift = 64 - type.bits;

	if (!type.bits || shift <= 0)
		return value;
	return type.is_signed ? (long long)((unsigned long long)value << shift) >> shift
			      : (long long)((unsigned long long)value << shift >> shift);
}

/* Run on with slot SLOT having each value of the range. */
static void fork_value(struct state *s, int slot, struct lockprog_type type)
{
	unsigned char origin = s->origins[slot];
	/* Drivers run at PASSIVE_LEVEL to DISPATCH_LEVEL. */
	bool is_irql = origin & ORIGIN_ACQUIRE;
	const bool is_nested = is_irql && origin & ORIGIN_NESTED;
	const long long least = !is_irql ? lowest : is_nested && !s->gave_wrong_irql ? 2 : 0;

	for (long long value = is_irql ? 2 : highest; value >= least; value--) {
		bool is_twice = false;

		for (long long other = value + 1; other <= highest; other++)
			is_twice |= in_type(other, type) == in_type(value, type);
		if (is_twice)
			continue;
		/* After a wrong IRQL it may be another one than DISPATCH_LEVEL, for all the checker knows. */
		s->is_guessed |= is_nested && value != 2;
		s->seen[slot] = KNOWN;
		s->values[slot] = in_type(value, type);
		if (origin & ORIGIN_CURRENT)
			s->locks[origin & ORIGIN_LOCK].saved_number = (int)value;
		push(s);
	}
}

int slot_of(const struct state *s, int value)
{
	return s->frames[s->n_frames - 1].slots + value;
}

/* The number of VALUE in *NUMBER; false when S was replaced by states that know it. */
bool look(struct state *s, int value, long long *number)
{
	const struct lockprog_value *v = &function_of(s)->values[value];
	int slot = slot_of(s, value);

	switch (v->expr) {
	case LOCKPROG_CONST:
		*number = in_type(v->constant, v->type);
		return true;
	case LOCKPROG_OBJECT:
		*number = OBJECT_ADDRESS(v->object);
		return true;
	default:
		if (s->seen[slot] == KNOWN) {
			*number = s->values[slot];
			return true;
		}
		if (s->seen[slot] == DEAD) {
			fprintf(stderr, "reference: %s: '%s' is used before it is defined\n", function_of(s)->name, v->name);
			exit(2);
		}
		fork_value(s, slot, v->type);
		return false;
	}
}

void set(struct state *s, int value, long long number)
{
	int slot = slot_of(s, value);

	s->seen[slot] = KNOWN;
	s->origins[slot] = ORIGIN_UNKNOWN;
	s->values[slot] = in_type(number, function_of(s)->values[value].type);
}

unsigned char origin_of(const struct state *s, int value)
{
	return function_of(s)->values[value].expr == LOCKPROG_CONST ? ORIGIN_CONSTANT : s->origins[slot_of(s, value)];
}

/* VALUE can be anything. */
void set_open(struct state *s, int value, unsigned char origin)
{
	s->seen[slot_of(s, value)] = OPEN;
	s->origins[slot_of(s, value)] = origin;
}

/* ---- what is still to be looked at ---- */

static void use(bool *set_, int value)
{
	if (value >= 0)
		set_[value] = true;
}

static void find_live(const struct lockprog_function *f, bool *all)
{
	bool *at = malloc((size_t)f->n_values);
	bool changed;

	do {
		changed = false;
		for (int b = f->n_blocks; b-- > 0; ) {
			const struct lockprog_block *block = &f->blocks[b];

			memset(at, 0, (size_t)f->n_values);
			for (int e = 0; e < block->n_succ; e++) {
				int to = block->succ[e].block;

				for (int v = 0; v < f->n_values; v++)
					at[v] |= all[to * f->n_values + v];
				for (int i = 0; i < f->blocks[to].n_ops; i++) {
					const struct lockprog_op *op = &f->blocks[to].ops[i];

					if (op->kind != LOCKPROG_DEFINE || f->values[op->value].expr != LOCKPROG_PHI)
						break;
					for (int a = 0; a < f->values[op->value].n_phi; a++)
						if (f->values[op->value].phi[a].block == b)
							use(at, f->values[op->value].phi[a].value);
				}
			}
			use(at, block->value);
			for (int i = block->n_ops; i-- > 0; ) {
				const struct lockprog_op *op = &block->ops[i];

				if (op->kind == LOCKPROG_DEFINE) {
					const struct lockprog_value *v = &f->values[op->value];

					/* A PHI has its value when the block starts. */
					if (v->expr == LOCKPROG_PHI)
						continue;
					at[op->value] = false;
					use(at, v->a);
					use(at, v->b);
				} else {
					if (op->value >= 0 && op->kind != LOCKPROG_STORE)
						at[op->value] = false;
					else
						use(at, op->value);
					use(at, op->address);
					use(at, op->handle);
					use(at, op->irql);
					for (int a = 0; a < op->n_args; a++)
						use(at, op->args[a]);
				}
			}
			for (int v = 0; v < f->n_values; v++)
				if (at[v] && !all[b * f->n_values + v]) {
					all[b * f->n_values + v] = true;
					changed = true;
				}
		}
	} while (changed);
	free(at);
}

/* ---- functions ---- */

static bool state_at(const struct outcome *outcome, long long address, struct lock *lock)
{
	for (int l = 0; l < outcome->n_locks; l++)
		if (outcome->locks[l].address == address) {
			*lock = outcome->locks[l];
			return true;
		}
	return false;
}

static bool looks_at_params(void)
{
	for (int v = 0; v < root->n_values; v++)
		if (root->values[v].expr == LOCKPROG_PARAM && !root->values[v].type.is_pointer && live[root->number][v])
			return true;
	return false;
}

/* The function leaves something in memory that its caller can look at. */
static bool leaves_memory(void)
{
	for (int b = 0; b < root->n_blocks; b++)
		for (int i = 0; i < root->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &root->blocks[b].ops[i];
			int v = op->address;

			if (op->kind == LOCKPROG_CALL && op->n_args)
				return true;
			if (op->kind != LOCKPROG_STORE)
				continue;
			while (v >= 0 && (root->values[v].expr == LOCKPROG_COPY || root->values[v].expr == LOCKPROG_ADD))
				v = root->values[v].a;
			if (v < 0 || root->values[v].expr != LOCKPROG_OBJECT || !unit->objects[root->values[v].object].is_local)
				return true;
		}
	return false;
}

/* Each return holds the lock at ADDRESS. */
static bool all_hold(long long address)
{
	for (int i = 0; i < n_outcomes; i++) {
		struct lock lock = { .state = SPINRULE_STATE_UNKNOWN };

		if (!state_at(&outcomes[i], address, &lock) || lock.state != SPINRULE_STATE_HELD)
			return false;
	}
	return true;
}

/* Returns of a function that is no callback: they should agree, or the result tell which; and somebody should still be
 * able to release what they hold. */
static void compare_outcomes(void)
{
	for (int i = 0; i < n_outcomes; i++)
		for (int l = 0; l < outcomes[i].n_locks; l++) {
			const struct lock *held = &outcomes[i].locks[l];

			if (held->state != SPINRULE_STATE_HELD)
				continue;
			if (held->loses_irql && all_hold(held->address)) {
				bool is_doubtful = held->is_doubtful || held->loses_irql < 2;

				report_at(outcomes[i].block, SPINRULE_HELD_AT_RETURN, held->address, is_doubtful);
				if (counts_paths)
					paths_break(outcomes[i].path, outcomes[i].block, !is_doubtful);
			}
			/* Where locks may be one, the other ways may all have ended in a double acquire. */
			if (is_mixed)
				report_at(outcomes[i].block, SPINRULE_HELD_AT_RETURN, held->address, true);
			for (int j = 0; j < n_outcomes; j++) {
				struct lock other = { .state = SPINRULE_STATE_UNKNOWN };
				bool is_doubtful;

				state_at(&outcomes[j], held->address, &other);
				if (other.state == SPINRULE_STATE_HELD)
					continue;
				/* What tells them apart may be a result or memory, and what does is the checker's to say. */
				is_doubtful = held->is_doubtful || other.is_doubtful || !other.was_acquired || outcomes[i].has_result ||
					      looks_at_params() || leaves_memory();
				report_at(outcomes[i].block, SPINRULE_HELD_AT_RETURN, held->address, is_doubtful);
				if (counts_paths)
					paths_break(outcomes[i].path, outcomes[i].block, !is_doubtful);
			}
		}
}

static void run_function(int number)
{
	static struct state s;

	while (n_visited > 0)
		visited[visited_at[--n_visited]] = 0;
	n_outcomes = 0;
	s.n_frames = s.n_slots = s.n_locks = s.n_cells = s.n_pending = 0;
	s.handles_are_doubtful = false;
	s.owed.is_set = s.is_over = s.gave_wrong_irql = s.is_guessed = false;
	s.path = s.broken = s.n_lockops = 0;
	enter(&s, number);
	if (root->enters_with_cancel_lock)
		lock_at(&s, CANCEL_ADDRESS)->state = SPINRULE_STATE_HELD;
	for (int v = 0; v < root->n_values; v++)
		if (root->values[v].expr == LOCKPROG_PARAM) {
			s.seen[v] = root->values[v].type.is_pointer ? KNOWN : OPEN;
			s.values[v] = root->values[v].type.is_pointer ? param_addresses[root->values[v].constant] : 0;
		}
	push(&s);
	while (n_stack > 0 && !limit) {
		struct state *next = stack[--n_stack];

		memcpy(&s, next, offsetof(struct state, seen) + (size_t)next->n_slots);
		memcpy(s.origins, next->origins, (size_t)next->n_slots);
		memcpy(s.values, next->values, (size_t)next->n_slots * sizeof s.values[0]);
		run(&s);
	}
	n_stack = 0;
	if (!is_callback())
		compare_outcomes();
}

static const char *name_of(long long address)
{
	for (int i = 0; i < unit->n_objects; i++)
		if (OBJECT_ADDRESS(i) == address)
			return unit->objects[i].name;
	for (int v = 0; v < root->n_values; v++)
		if (root->values[v].expr == LOCKPROG_PARAM && PARAM_ADDRESS(root->values[v].constant) == address)
			return root->values[v].name;
	return address == CANCEL_ADDRESS ? "the cancel spin lock" : "?";
}

/* The name of a handle is that of its lock after an H. */
static bool is_handle(int object)
{
	return unit->objects[object].name[0] == 'H';
}

/* The object that is the handle of lock OBJECT; -1: none. */
static int handle_of(int object)
{
	for (int i = 0; i < unit->n_objects; i++)
		if (is_handle(i) && !strcmp(unit->objects[i].name + 1, unit->objects[object].name))
			return i;
	return -1;
}

/* The objects whose addresses F or its callees use as locks, or hand on, in USED. */
static void find_lock_objects(const struct lockprog_function *f, bool *used, int depth)
{
	for (int b = 0; b < f->n_blocks; b++)
		for (int i = 0; i < f->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &f->blocks[b].ops[i];

			if (op->kind == LOCKPROG_LOCKOP)
				has_try |= op->ddi->op == SPINRULE_OP_TRY;
			if (op->kind == LOCKPROG_LOCKOP && op->address >= 0 && f->values[op->address].expr == LOCKPROG_OBJECT)
				used[f->values[op->address].object] = true;
			for (int a = 0; a < op->n_args; a++)
				if (op->args[a] >= 0 && f->values[op->args[a]].expr == LOCKPROG_OBJECT)
					used[f->values[op->args[a]].object] = true;
			if (op->kind == LOCKPROG_CALL && op->callee >= 0 && depth < MAX_FRAMES)
				find_lock_objects(unit->functions[op->callee], used, depth + 1);
			for (int t = 0; t < op->n_targets && depth < MAX_FRAMES; t++)
				find_lock_objects(unit->functions[op->targets[t].function], used, depth + 1);
		}
}

/* How many acyclic paths are violated, on which something is. */
static void print_paths(int number)
{
	int low, high, all;

	if (!n_found || is_mixed || !paths_begin(root))
		return;
	counts_paths = true;
	is_miscounted = false;
	run_function(number);
	counts_paths = false;
	all = paths_numbers(&low, &high);
	if (!limit && !is_miscounted)
		printf("%s paths %d %d %d\n", root->name, low, high, all);
	limit = false;
}

/* Find the functions that call code that is not seen, themselves or through others. */
static void find_elsewhere(void)
{
	bool changed = true;

	memset(calls_elsewhere, 0, sizeof calls_elsewhere);
	while (changed) {
		changed = false;
		for (int f = 0; f < unit->n_functions; f++)
			for (int b = 0; b < unit->functions[f]->n_blocks && !calls_elsewhere[f]; b++)
				for (int i = 0; i < unit->functions[f]->blocks[b].n_ops; i++) {
					const struct lockprog_op *op = &unit->functions[f]->blocks[b].ops[i];

					/* What a pointer leads to is of the unit, and calls nothing. */
					if (op->kind == LOCKPROG_CALL && !op->n_targets && (op->callee < 0 || calls_elsewhere[op->callee]))
						calls_elsewhere[f] = changed = true;
				}
	}
}

static void check_function(int number)
{
	bool used[MAX_OBJECTS] = { 0 };
	int pointer = -1, handle = -1, place = -1;	/* PLACE: of an out-parameter */

	root = unit->functions[number];
	n_found = 0;
	limit = is_mixed = has_try = false;
	find_lock_objects(root, used, 0);
	for (int v = 0; v < root->n_values; v++)
		if (root->values[v].expr == LOCKPROG_PARAM && root->values[v].type.is_pointer)
			*(root->values[v].name[0] == 'H'   ? &handle
			  : root->values[v].name[0] == 'o' ? &place
							   : &pointer) = (int)root->values[v].constant;
	for (int i = 0; i < unit->n_objects && pointer >= 0; i++)
		is_mixed |= used[i] &= !is_handle(i) && unit->objects[i].name[0] != 'o';
	this_round = 1;
	if (pointer >= 0)
		param_addresses[pointer] = PARAM_ADDRESS(pointer);
	if (handle >= 0)
		param_addresses[handle] = PARAM_ADDRESS(handle);
	if (place >= 0)
		param_addresses[place] = PARAM_ADDRESS(place);
	run_function(number);
	/* What may be one lock: only what is wrong then too is wrong. */
	for (int i = 0; i < unit->n_objects && is_mixed && !limit; i++)
		if (used[i]) {
			this_round++;
			param_addresses[pointer] = OBJECT_ADDRESS(i);
			if (handle >= 0 && handle_of(i) >= 0)
				param_addresses[handle] = OBJECT_ADDRESS(handle_of(i));
			run_function(number);
		}
	/* Whoever has acquired or initialized both, or tried, has learnt whether they are one: that is not followed here. */
	limit |= is_mixed && has_try;
	for (int i = 0; i < n_found; i++)
		limit |= is_mixed && (found[i].violation == SPINRULE_DOUBLE_ACQUIRE || found[i].violation == SPINRULE_REINIT_HELD);
	was_mixed[number] = is_mixed;
	disagrees[number] = limit;
	for (int i = 0; i < n_found && !is_callback(); i++)
		disagrees[number] |= found[i].violation == SPINRULE_HELD_AT_RETURN;
	if (limit) {
		printf("%s limit\n", root->name);
		return;
	}
	if (is_mixed)
		printf("%s mixed\n", root->name);
	for (int i = 0; i < n_found; i++)
		if (found[i].rounds == this_round)
			printf("%s %s %s %s%s\n", root->name, root->blocks[found[i].block].name, spinrule_id(found[i].violation),
			       is_mixed ? "*" : name_of(found[i].address), found[i].is_doubtful || is_mixed ? " doubtful" : "");
	print_paths(number);
}

static int check_file(const char *name)
{
	FILE *in = fopen(name, "r");
	char *error;
	struct lockprog_unit *read;

	if (!in) {
		perror(name);
		return 2;
	}
	read = lockprog_read(in, name, &error);
	fclose(in);
	if (!read) {
		fprintf(stderr, "%s\n", error);
		return 2;
	}
	unit = read;
	if (unit->n_objects > MAX_OBJECTS || unit->n_functions > MAX_FUNCTIONS) {
		fprintf(stderr, "reference: %s has too many objects or functions\n", name);
		return 2;
	}
	printf("file %s\n", unit->name);
	live = calloc((size_t)unit->n_functions, sizeof *live);
	for (int f = 0; f < unit->n_functions; f++) {
		live[f] = calloc((size_t)(unit->functions[f]->n_blocks * unit->functions[f]->n_values) + 1, 1);
		find_live(unit->functions[f], live[f]);
	}
	find_elsewhere();
	for (int f = 0; f < unit->n_functions; f++)
		check_function(f);
	for (int f = 0; f < unit->n_functions; f++)
		free(live[f]);
	free(live);
	lockprog_free_unit(read);
	return 0;
}

int main(int argc, char **argv)
{
	int i = 1;

	if (argc > 1 && sscanf(argv[1], "--values=%d..%d", &lowest, &highest) == 2)
		i++;
	if (i >= argc || argv[i][0] == '-') {
		fputs("reference: usage: reference [--values=LOW..HIGH] FILE.lp...\n", stderr);
		return 2;
	}
	visited = calloc(4 * MAX_STATES, sizeof *visited);
	visited_at = malloc((MAX_STATES + 1) * sizeof *visited_at);
	if (!visited || !visited_at)
		return 2;
	for (; i < argc; i++)
		if (check_file(argv[i]))
			return 2;
	return 0;
}
