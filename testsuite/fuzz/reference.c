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
 * it when RULE leaves it to the checker whether to say so.  The place is in the function that
 * was run: a violation in a callee counts when the lock's state came from the caller, and is
 * at the call.  "FUNCTION mixed": its locks may be one lock, so LOCK is "*".
 * "FUNCTION limit": there was too much to try, or locks are found to be one or two on the way;
 * nothing is known.  "FUNCTION paths LOW HIGH ALL": so many of its acyclic paths, of ALL, are violated by
 * runs that follow them to their end; between the two RULE leaves it to the checker.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugin/lockprog.h"
#include "../../runtime/rule.h"
#include "paths.h"

enum {
	MAX_SLOTS = 3000,	/* values of all frames */
	MAX_FRAMES = 6,
	MAX_LOCKS = 6,
	MAX_CELLS = 6,
	MAX_PENDING = 8,
	MAX_STATES = 60000,
	MAX_RESULTS = 4000,
	MAX_OBJECTS = 64,
	MAX_FUNCTIONS = 64,
	FAR = 60		/* sums beyond this are not followed */
};

#define NO_ADDRESS 0
#define CANCEL_ADDRESS 1
#define OBJECT_ADDRESS(n) (0x10000 + 0x100 * (long long)(n))
#define PARAM_ADDRESS(n) (0x1000000 + 0x100 * (long long)(n))

struct lock {
	long long address;
	enum spinrule_state state;
	int depth;		/* outermost frame in which it was touched; -1 never */
	bool was_acquired;
	bool is_doubtful;	/* violated already on this path */
	enum spinrule_group group;	/* by which it was acquired, or ANY: not known */
	unsigned char saved;	/* origin of the IRQL that its acquire saved */
	int saved_number;	/* what that was found to be, or -1 */
	bool was_given;		/* for another lock, released before it: what that one saved is right for this one */
};

/* Where a value comes from, as far as IRQLs go: from nobody knows where, from the program's text,
 * or from an acquire. */
enum {
	ORIGIN_UNKNOWN, ORIGIN_CONSTANT,
	ORIGIN_LOCK = 7,	/* which lock's acquire */
	ORIGIN_NESTED = 8,	/* other locks were held: it is DISPATCH_LEVEL */
	ORIGIN_CURRENT = 16,	/* the lock is still held since */
	ORIGIN_OUTERMOST = 32,	/* locks have been held ever since, this one or others */
	ORIGIN_CALL = 64,	/* it was handed to or returned by a function, or is computed: less is asked of the checker */
	ORIGIN_ACQUIRE = 128
};

struct cell {
	long long address;
	int class_;
	bool is_known;
	long long value;
	unsigned char origin;
};

struct frame {
	int function, block, op, slots;	/* SLOTS: its values start there */
};

/* One state of the run.  SEEN says what each slot has. */
struct state {
	int n_frames, n_slots, n_locks, n_cells;
	struct {
		enum spinrule_violation violation;
		long long address;
		bool is_doubtful;
	} pending[MAX_PENDING];	/* in the callee, to be said for sure when it comes back */
	int n_pending;
	bool gave_wrong_irql;	/* once; then IRQLs are not what they should be */
	bool is_over;		/* a double acquire is pending: what happens from now on does not count */
	int path;		/* of the function that is run; see paths.h */
	unsigned char broken;	/* ... the rule was: 1 maybe, 2 for sure */
	struct frame frames[MAX_FRAMES];
	struct lock locks[MAX_LOCKS];
	struct cell cells[MAX_CELLS];
	unsigned char seen[MAX_SLOTS];
	unsigned char origins[MAX_SLOTS];
	long long values[MAX_SLOTS];
};

enum { DEAD, OPEN, KNOWN };	/* OPEN: any value, not asked for yet */

/* A return of the function that is run. */
struct outcome {
	int block;
	bool has_result;
	long long result;
	int path;
	int n_locks;
	struct lock locks[MAX_LOCKS];
};

struct found {
	int block;
	enum spinrule_violation violation;
	long long address;
	bool is_doubtful;
	int rounds;		/* in how many ways of being one lock */
};

static int lowest = -4, highest = 8;

static const struct lockprog_unit *unit;
static const struct lockprog_function *root;
static bool **live;			/* of each function: [block * n_values + value] */
static long long param_addresses[64];

static struct state **stack;
static int n_stack, max_stack;		/* all that were ever needed are kept */
static uint64_t *visited;
static uint32_t *visited_at;		/* which entries of it are in use */
static int n_visited;
static bool limit;

static struct found found[400];
static int n_found;
static struct outcome outcomes[MAX_RESULTS];
static int n_outcomes;
static int this_round;
static bool is_mixed;			/* a parameter may be the lock that an object is */
static bool has_try;
static bool counts_paths;		/* all is run again, each acyclic path apart */
static bool is_miscounted;		/* some run was not followed to its end */

/* Of functions that were run already, which callees are: */
static bool disagrees[MAX_FUNCTIONS];	/* its own returns disagree, which is said there and not again */
static bool was_mixed[MAX_FUNCTIONS];

static const struct lockprog_function *function_of(const struct state *s)
{
	return unit->functions[s->frames[s->n_frames - 1].function];
}

static struct frame *top(struct state *s)
{
	return &s->frames[s->n_frames - 1];
}

static bool is_callback(void)
{
	return root->role != NULL;
}

/* ---- states still to run ---- */

static void push(const struct state *s)
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
static bool is_old(const struct state *s)
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
		sum += mix(mix(mix((uint64_t)lock->address, lock->group), origin_number(s, lock->saved)), (uint64_t)lock->saved_number << 1 | lock->was_given);
	}
	for (int c = 0; c < s->n_cells; c++)
		sum += mix(mix(mix(9, (uint64_t)s->cells[c].address), (uint64_t)s->cells[c].class_ << 1 | s->cells[c].is_known),
			   s->cells[c].is_known ? mix((uint64_t)s->cells[c].value, origin_number(s, s->cells[c].origin)) : 0);
	hash = mix(hash, (uint64_t)s->is_over << 1 | s->gave_wrong_irql);
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

static long long in_type(long long value, struct lockprog_type type)
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

	for (long long value = is_irql ? 2 : highest; value >= (is_irql ? 0 : lowest); value--) {
		bool is_twice = false;

		for (long long other = value + 1; other <= highest; other++)
			is_twice |= in_type(other, type) == in_type(value, type);
		if (is_twice)
			continue;
		s->seen[slot] = KNOWN;
		s->values[slot] = in_type(value, type);
		if (origin & ORIGIN_CURRENT)
			s->locks[origin & ORIGIN_LOCK].saved_number = (int)value;
		push(s);
	}
}

static int slot_of(const struct state *s, int value)
{
	return s->frames[s->n_frames - 1].slots + value;
}

/* The number of VALUE in *NUMBER; false when S was replaced by states that know it. */
static bool look(struct state *s, int value, long long *number)
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

static void set(struct state *s, int value, long long number)
{
	int slot = slot_of(s, value);

	s->seen[slot] = KNOWN;
	s->origins[slot] = ORIGIN_UNKNOWN;
	s->values[slot] = in_type(number, function_of(s)->values[value].type);
}

static unsigned char origin_of(const struct state *s, int value)
{
	return function_of(s)->values[value].expr == LOCKPROG_CONST ? ORIGIN_CONSTANT : s->origins[slot_of(s, value)];
}

/* VALUE can be anything. */
static void set_open(struct state *s, int value, unsigned char origin)
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

/* ---- the rule ---- */

static void report_at(int block, enum spinrule_violation violation, long long address, bool is_doubtful)
{
	if (counts_paths)
		return;
	if (is_mixed)
		address = NO_ADDRESS;
	for (int i = 0; i < n_found; i++)
		if (found[i].block == block && found[i].violation == violation && found[i].address == address) {
			if (found[i].rounds < this_round) {
				if (found[i].rounds == this_round - 1)
					found[i].rounds = this_round;
				found[i].is_doubtful = is_doubtful;
			}
			found[i].is_doubtful &= is_doubtful;
			return;
		}
	if (n_found == (int)(sizeof found / sizeof found[0]))
		abort();
	found[n_found++] = (struct found){ block, violation, address, is_doubtful, this_round == 1 };
}

static void report(struct state *s, enum spinrule_violation violation, long long address, bool is_doubtful)
{
	report_at(s->frames[0].block, violation, address, is_doubtful);
	if (counts_paths && s->broken < 2 - is_doubtful)
		s->broken = (unsigned char)(2 - is_doubtful);
}

/* The path of S ends here; for a reason that RULE leaves open, when IS_DOUBTFUL. */
static void end_path(const struct state *s, bool is_doubtful)
{
	if (counts_paths && s->broken)
		paths_break(s->path, s->frames[0].block, s->broken == 2 && !is_doubtful);
}

static struct lock *lock_at(struct state *s, long long address)
{
	for (int l = 0; l < s->n_locks; l++)
		if (s->locks[l].address == address)
			return &s->locks[l];
	if (s->n_locks == MAX_LOCKS)
		abort();
	s->locks[s->n_locks] = (struct lock){ .address = address, .depth = -1, .saved_number = -1,
					      .state = is_callback() ? SPINRULE_STATE_FREE : SPINRULE_STATE_UNKNOWN };
	return &s->locks[s->n_locks++];
}

/* EVENT happens to the lock; false if the path ends. */
static bool happen(struct state *s, struct lock *lock, enum spinrule_event event)
{
	enum spinrule_violation violation = spinrule_step(&lock->state, event);
	bool is_ours = lock->depth <= 0, was_doubtful = lock->is_doubtful;

	lock->depth = s->n_frames - 1;
	if (event == SPINRULE_EVENT_ACQUIRE)
		lock->was_acquired = true;
	if (violation && s->is_over && is_ours)
		report(s, violation, lock->address, true);
	if (!violation || s->is_over) {
		if (violation == SPINRULE_DOUBLE_ACQUIRE)
			end_path(s, true);
		return violation != SPINRULE_DOUBLE_ACQUIRE;
	}
	/* What went wrong inside a callee alone is said there. */
	if (is_ours && s->n_frames == 1)
		report(s, violation, lock->address, lock->is_doubtful);
	else if (is_ours && s->n_pending < MAX_PENDING) {
		/* A callee is known by the ways in which it comes back. */
		report(s, violation, lock->address, true);
		s->pending[s->n_pending].violation = violation;
		s->pending[s->n_pending].address = lock->address;
		s->pending[s->n_pending++].is_doubtful = lock->is_doubtful;
		s->is_over = violation == SPINRULE_DOUBLE_ACQUIRE;
		lock->is_doubtful = true;
		return true;
	}
	/* That two names are one lock may be known to the caller only. */
	if (!is_ours && was_mixed[s->frames[s->n_frames - 1].function])
		report(s, violation, lock->address, true);
	lock->is_doubtful = true;
	if (violation == SPINRULE_DOUBLE_ACQUIRE)
		end_path(s, was_doubtful);
	return violation != SPINRULE_DOUBLE_ACQUIRE;
}

/* ---- what an acquire and its release have to do with each other ---- */

/* FLAGS leave every origin that is about lock number LOCK (-1: all). */
static void drop_origins(struct state *s, int lock, unsigned char flags)
{
#define DROP(ORIGIN) ((ORIGIN) & ORIGIN_ACQUIRE && (lock < 0 || ((ORIGIN) & ORIGIN_LOCK) == lock) ? (ORIGIN) &= (unsigned char)~flags : 0)
	for (int v = 0; v < s->n_slots; v++)
		DROP(s->origins[v]);
	for (int c = 0; c < s->n_cells; c++)
		DROP(s->cells[c].origin);
	for (int l = 0; l < s->n_locks; l++)
		DROP(s->locks[l].saved);
#undef DROP
}

static bool holds_any(const struct state *s)
{
	for (int l = 0; l < s->n_locks; l++)
		if (s->locks[l].state == SPINRULE_STATE_HELD)
			return true;
	return false;
}

/* VIOLATION of LOCK's pairing at its release. */
static void complain(struct state *s, const struct lock *lock, enum spinrule_violation violation, bool is_doubtful)
{
	/* What is wrong inside a callee, or comes from one, is seen as far as summaries tell. */
	is_doubtful |= s->n_frames > 1 || s->is_over || lock->is_doubtful;
	report(s, violation, lock->address, is_doubtful);
}

/* LOCK, just released, was held by an acquire of GROUP that saved SAVED; GIVEN and NUMBER are what OP gives back. */
static void check_pairing(struct state *s, const struct lockprog_op *op, const struct lock *lock, enum spinrule_group group,
			  unsigned char saved, int saved_number, unsigned char given, long long number)
{
	bool is_doubtful = s->gave_wrong_irql || (saved | given) & ORIGIN_CALL, others = holds_any(s);
	bool was_given = s->locks[lock - s->locks].was_given;

	s->locks[lock - s->locks].was_given = false;
	if (group != SPINRULE_GROUP_ANY && op->ddi->group != SPINRULE_GROUP_ANY && group != op->ddi->group) {
		complain(s, lock, SPINRULE_MISMATCHED_RELEASE, false);
		s->gave_wrong_irql = true;
		return;
	}
	if (op->ddi->irql != SPINRULE_IRQL_GIVEN || op->irql < 0 || !(saved & ORIGIN_ACQUIRE) || given == ORIGIN_UNKNOWN)
		return;
	if ((given & ~ORIGIN_CALL) == ORIGIN_CONSTANT) {
		/* Whoever asked what was saved may know that this is it. */
		if (number == saved_number)
			return;
		/* Where others are held it was DISPATCH_LEVEL, or has to stay at it. */
		is_doubtful |= number == 2 && (others || saved & ORIGIN_NESTED);
	} else if ((given & ORIGIN_LOCK) == (saved & ORIGIN_LOCK) && given & ORIGIN_CURRENT) {
		/* Right, as RULE has it; the IRQL is too low for those still held. */
		s->gave_wrong_irql |= others && given & ORIGIN_OUTERMOST;
		if (!was_given)
			return;
		/* Twice the same one: where others are held it is not said which of the two releases is wrong. */
		is_doubtful |= others || given & ORIGIN_OUTERMOST || s->gave_wrong_irql;
	} else if (s->gave_wrong_irql) {
		/* Which IRQL would be right now is not asked. */
	} else if (others) {
		/* It has to stay at DISPATCH_LEVEL, as it was when this was saved.  What was saved
		 * before all of the locks were free may be what was saved after that. */
		if (given & ORIGIN_NESTED && given & ORIGIN_CURRENT) {
			s->locks[given & ORIGIN_LOCK].was_given = true;
			return;
		}
		is_doubtful |= given & ORIGIN_NESTED || !(given & ORIGIN_OUTERMOST);
	} else {
		/* The last one takes it back to where it was before the first. */
		if (given & ORIGIN_OUTERMOST)
			return;
		is_doubtful |= !(given & ORIGIN_NESTED) || saved & ORIGIN_NESTED;
	}
	complain(s, lock, SPINRULE_WRONG_IRQL, is_doubtful);
	s->gave_wrong_irql = true;
}

static bool run_acquire(struct state *s, const struct lockprog_op *op, struct lock *lock)
{
	unsigned char origin = ORIGIN_ACQUIRE | ORIGIN_CURRENT | (unsigned char)(lock - s->locks);

	origin |= holds_any(s) ? ORIGIN_NESTED : ORIGIN_OUTERMOST;
	drop_origins(s, (int)(lock - s->locks), ORIGIN_CURRENT);
	if (!happen(s, lock, SPINRULE_EVENT_ACQUIRE))
		return false;
	lock->group = op->ddi->group;
	lock->saved = op->value >= 0 ? origin : ORIGIN_UNKNOWN;
	lock->saved_number = -1;
	lock->was_given = false;
	if (op->value >= 0)
		set_open(s, op->value, origin);
	return true;
}

static bool run_release(struct state *s, const struct lockprog_op *op, struct lock *lock)
{
	struct lock before = *lock;
	unsigned char given = ORIGIN_UNKNOWN;
	long long number = -1;

	if (op->irql >= 0)
		given = origin_of(s, op->irql);
	if ((given & ~ORIGIN_CALL) == ORIGIN_CONSTANT && !look(s, op->irql, &number))
		return false;
	if (!happen(s, lock, SPINRULE_EVENT_RELEASE))
		return false;
	lock->group = SPINRULE_GROUP_ANY;
	lock->saved = ORIGIN_UNKNOWN;
	lock->saved_number = -1;
	if (before.state == SPINRULE_STATE_HELD)
		check_pairing(s, op, lock, before.group, before.saved, before.saved_number, given, number);
	drop_origins(s, (int)(lock - s->locks), ORIGIN_CURRENT);
	if (!holds_any(s))
		drop_origins(s, -1, ORIGIN_OUTERMOST);
	return true;
}

/* Run lock operation OP; false if S is done with. */
static bool run_lockop(struct state *s, const struct lockprog_op *op)
{
	const struct lockprog_function *f = function_of(s);
	long long address;
	struct lock *lock;

	if (op->ddi->op == SPINRULE_OP_LEAVE) {
		if (is_callback() && s->n_frames == 1)
			for (int l = 0; l < s->n_locks; l++)
				if (s->locks[l].state == SPINRULE_STATE_HELD)
					report(s, SPINRULE_HELD_AT_RETURN, s->locks[l].address, s->locks[l].is_doubtful);
		end_path(s, false);
		return false;
	}
	if (op->address < 0)
		address = CANCEL_ADDRESS;
	else if (!look(s, op->address, &address))
		return false;
	lock = lock_at(s, address);
	switch (op->ddi->op) {
	case SPINRULE_OP_ACQUIRE:
		return run_acquire(s, op, lock);
	case SPINRULE_OP_RELEASE:
		return run_release(s, op, lock);
	case SPINRULE_OP_INIT:
		return happen(s, lock, SPINRULE_EVENT_INIT);
	case SPINRULE_OP_MOMENTARY:
		return happen(s, lock, SPINRULE_EVENT_MOMENTARY);
	case SPINRULE_OP_TRY: {
		int index = (int)(lock - s->locks);
		bool is_ignored = op->value < 0 || !f->values[op->value].used;
		bool is_held = lock->state == SPINRULE_STATE_HELD;
		int depth = lock->depth;

		if (is_ignored && s->n_frames == 1)
			report(s, SPINRULE_TRY_IGNORED, address, false);
		if (is_ignored) {
			lock->depth = s->n_frames - 1;
			lock->is_doubtful = true;
			if (op->value >= 0)
				set_open(s, op->value, ORIGIN_UNKNOWN);
			lock->group = SPINRULE_GROUP_ANY;
			lock->saved = ORIGIN_UNKNOWN;
			top(s)->op++;
			/* What was held still is, by whom it was; whoever takes it for unknown is right too, it was said. */
			if (is_held) {
				lock->depth = depth;
				push(s);
				lock->depth = s->n_frames - 1;
			}
			lock->state = SPINRULE_STATE_UNKNOWN;
			push(s);
			return false;
		}
		/* Who holds a lock does not get it again. */
		if (is_held) {
			set(s, op->value, 0);
			return true;
		}
		top(s)->op++;
		set(s, op->value, 1);
		push(s);
		stack[n_stack - 1]->locks[index].state = SPINRULE_STATE_HELD;
		stack[n_stack - 1]->locks[index].was_acquired = true;
		stack[n_stack - 1]->locks[index].group = op->ddi->group;
		stack[n_stack - 1]->locks[index].saved = ORIGIN_UNKNOWN;
		stack[n_stack - 1]->locks[index].depth = s->n_frames - 1;
		set(s, op->value, 0);
		push(s);
		stack[n_stack - 1]->locks[index].state = SPINRULE_STATE_FREE;
		stack[n_stack - 1]->locks[index].depth = s->n_frames - 1;
		return false;
	}
	case SPINRULE_OP_LEAVE:
	case SPINRULE_OPS:
		break;
	}
	return true;
}

/* ---- operations ---- */

static struct cell *cell_at(struct state *s, long long address, int class_)
{
	for (int c = 0; c < s->n_cells; c++)
		if (s->cells[c].address == address && s->cells[c].class_ == class_)
			return &s->cells[c];
	if (s->n_cells == MAX_CELLS)
		abort();
	s->cells[s->n_cells] = (struct cell){ .address = address, .class_ = class_ };
	return &s->cells[s->n_cells++];
}

static bool run_load(struct state *s, const struct lockprog_value *v, int value)
{
	struct cell *cell;
	long long address;

	if (!look(s, v->a, &address))
		return false;
	cell = cell_at(s, address, v->class_);
	if (!cell->is_known) {
		int index = (int)(cell - s->cells);

		/* What is read is what is there, so it is chosen now. */
		for (long long number = lowest; number <= highest; number++) {
			s->cells[index].is_known = true;
			s->cells[index].value = in_type(number, v->type);
			s->cells[index].origin = ORIGIN_UNKNOWN;
			push(s);
		}
		return false;
	}
	set(s, value, cell->value);
	s->origins[slot_of(s, value)] = cell->origin;
	return true;
}

/* Evaluate VALUE; false if S is done with. */
static bool run_define(struct state *s, int value)
{
	const struct lockprog_function *f = function_of(s);
	const struct lockprog_value *v = &f->values[value];
	struct lockprog_type type;
	long long a = 0, b = 0, number = 0;

	if (v->expr == LOCKPROG_PHI || v->expr == LOCKPROG_PARAM || v->expr == LOCKPROG_CONST || v->expr == LOCKPROG_OBJECT)
		return true;
	if (v->expr == LOCKPROG_UNKNOWN) {
		set_open(s, value, ORIGIN_UNKNOWN);
		return true;
	}
	if (v->expr == LOCKPROG_LOAD)
		return run_load(s, v, value);
	if (!look(s, v->a, &a) || (v->b >= 0 && !look(s, v->b, &b)))
		return false;
	/* Both are numbers of one type: as signed ones, or as unsigned ones that fit. */
	type = f->values[v->a].type;
	b = in_type(b, type);
	switch (v->expr) {
	case LOCKPROG_COPY: number = a; break;
	case LOCKPROG_ADD: number = a + b; break;
	case LOCKPROG_SUB: number = a - b; break;
	case LOCKPROG_MUL: number = a * b; break;
	case LOCKPROG_AND: number = a & b; break;
	case LOCKPROG_OR: number = a | b; break;
	case LOCKPROG_XOR: number = a ^ b; break;
	case LOCKPROG_SHL: number = b < 0 || b > 63 ? 0 : (long long)((unsigned long long)a << b); break;
	case LOCKPROG_SHR: number = b < 0 || b > 63 ? 0 : a >> b; break;
	case LOCKPROG_NOT: number = ~a; break;
	case LOCKPROG_NEG: number = -a; break;
	case LOCKPROG_EQ: number = a == b; break;
	case LOCKPROG_NE: number = a != b; break;
	case LOCKPROG_LT: number = a < b; break;
	case LOCKPROG_LE: number = a <= b; break;
	case LOCKPROG_GT: number = a > b; break;
	case LOCKPROG_GE: number = a >= b; break;
	default: abort();
	}
	if (v->expr >= LOCKPROG_ADD && v->expr <= LOCKPROG_MUL && type.is_signed && (number > FAR || number < -FAR)) {
		is_miscounted = true;
		return false;
	}
	set(s, value, number);
	if (v->expr == LOCKPROG_COPY)
		s->origins[slot_of(s, value)] = origin_of(s, v->a);
	else if ((origin_of(s, v->a) & ~ORIGIN_CALL) == ORIGIN_CONSTANT && (v->b < 0 || (origin_of(s, v->b) & ~ORIGIN_CALL) == ORIGIN_CONSTANT))
		s->origins[slot_of(s, value)] = ORIGIN_CONSTANT | ORIGIN_CALL;
	return true;
}

static void enter(struct state *s, int function)
{
	const struct lockprog_function *f = unit->functions[function];

	if (s->n_slots + f->n_values > MAX_SLOTS) {
		fprintf(stderr, "reference: %s has too many values\n", f->name);
		exit(2);
	}
	s->frames[s->n_frames++] = (struct frame){ function, 0, 0, s->n_slots };
	memset(s->seen + s->n_slots, DEAD, (size_t)f->n_values);
	memset(s->origins + s->n_slots, ORIGIN_UNKNOWN, (size_t)f->n_values);
	memset(s->values + s->n_slots, 0, (size_t)f->n_values * sizeof s->values[0]);
	s->n_slots += f->n_values;
}

/* OP is run when its arguments are known; then S is in the callee. */
static bool run_call(struct state *s, const struct lockprog_op *op)
{
	const struct lockprog_function *callee;
	long long arguments[64];
	unsigned char origins[64];

	if (op->callee < 0) {
		if (op->value >= 0)
			set_open(s, op->value, ORIGIN_UNKNOWN);
		/* Nobody knows what a function of another file does to a lock it is handed. */
		for (int a = 0; a < op->n_args && a < 64; a++)
			if (op->lock_args >> a & 1 && op->args[a] >= 0) {
				struct lock *lock;

				if (!look(s, op->args[a], &arguments[a]))
					return false;
				lock = lock_at(s, arguments[a]);
				lock->state = SPINRULE_STATE_UNKNOWN;
				lock->depth = s->n_frames - 1;
			}
		return true;
	}
	if (s->n_frames == MAX_FRAMES) {
		is_miscounted = true;
		return false;
	}
	for (int a = 0; a < op->n_args; a++)
		if (op->args[a] >= 0 && !look(s, op->args[a], &arguments[a]))
			return false;
	for (int a = 0; a < op->n_args && a < 64; a++)
		origins[a] = op->args[a] < 0 ? ORIGIN_UNKNOWN : origin_of(s, op->args[a]);
	top(s)->op++;
	callee = unit->functions[op->callee];
	enter(s, op->callee);
	for (int v = 0; v < callee->n_values; v++) {
		long long n = callee->values[v].constant;

		if (callee->values[v].expr != LOCKPROG_PARAM)
			continue;
		if (n < op->n_args && op->args[n] >= 0) {
			set(s, v, arguments[n]);
			if (origins[n])
				s->origins[slot_of(s, v)] = origins[n] | ORIGIN_CALL;
		} else {
			set_open(s, v, ORIGIN_UNKNOWN);
		}
	}
	push(s);
	return false;
}

/* ---- edges ---- */

/* Leave the block along edge SUCC; false if S is done with. */
static bool take(struct state *s, int succ)
{
	const struct lockprog_function *f = function_of(s);
	int to = f->blocks[top(s)->block].succ[succ].block;
	const struct lockprog_block *block = &f->blocks[to];
	const bool *wanted = live[f->number] + to * f->n_values;
	struct frame *frame = top(s);
	long long numbers[64];
	unsigned char origins[64];
	int phis[64], n = 0;

	for (int i = 0; i < block->n_ops && block->ops[i].kind == LOCKPROG_DEFINE; i++) {
		const struct lockprog_value *v = &f->values[block->ops[i].value];
		bool is_there = false;

		if (v->expr != LOCKPROG_PHI)
			break;
		for (int a = 0; a < v->n_phi && !is_there; a++) {
			if (v->phi[a].block != frame->block)
				continue;
			if (!look(s, v->phi[a].value, &numbers[n]))
				return false;
			origins[n] = origin_of(s, v->phi[a].value);
			is_there = true;
		}
		if (!is_there) {
			fprintf(stderr, "reference: %s: '%s' has nothing for block %s\n", f->name, v->name, f->blocks[frame->block].name);
			exit(2);
		}
		phis[n++] = block->ops[i].value;
	}
	for (int i = 0; i < n; i++) {
		set(s, phis[i], numbers[i]);
		s->origins[slot_of(s, phis[i])] = origins[i];
	}
	for (int v = 0; v < f->n_values; v++)
		if (!wanted[v]) {
			s->seen[frame->slots + v] = DEAD;
			s->origins[frame->slots + v] = ORIGIN_UNKNOWN;
			s->values[frame->slots + v] = 0;
		}
	if (counts_paths && s->n_frames == 1)
		s->path = paths_step(s->path, frame->block, succ);
	frame->block = to;
	frame->op = 0;
	if (!is_old(s))
		return true;
	/* The callee may go round for ever: then that is where the path ends. */
	if (s->n_frames > 1)
		end_path(s, true);
	return false;
}

static bool come_back(struct state *s, bool has_result, long long result, unsigned char origin)
{
	struct frame *frame = top(s), *caller = frame - 1;
	const struct lockprog_op *op;

	s->n_slots = frame->slots;
	s->n_frames--;
	if (disagrees[s->frames[s->n_frames].function]) {
		for (int l = 0; l < s->n_locks; l++)
			s->locks[l].is_doubtful |= s->locks[l].depth > s->n_frames - 1;
		for (int p = 0; p < s->n_pending; p++)
			s->pending[p].is_doubtful = true;
	}
	for (int l = 0; l < s->n_locks; l++)
		if (s->locks[l].depth > s->n_frames - 1)
			s->locks[l].depth = s->n_frames - 1;
	if (s->n_frames == 1) {
		for (int p = 0; p < s->n_pending; p++)
			report(s, s->pending[p].violation, s->pending[p].address, s->pending[p].is_doubtful);
		if (s->is_over) {
			/* The last one made it so. */
			end_path(s, s->pending[s->n_pending - 1].is_doubtful);
			return false;
		}
		s->n_pending = 0;
	}
	op = &unit->functions[caller->function]->blocks[caller->block].ops[caller->op - 1];
	if (op->value >= 0 && has_result) {
		set(s, op->value, result);
		if (origin)
			s->origins[slot_of(s, op->value)] = origin | ORIGIN_CALL;
	} else if (op->value >= 0) {
		set_open(s, op->value, ORIGIN_UNKNOWN);
	}
	return true;
}

static void end_of_root(struct state *s, bool has_result, long long result)
{
	struct outcome outcome = { .block = s->frames[0].block, .has_result = has_result, .result = result, .path = s->path,
				   .n_locks = s->n_locks };

	memcpy(outcome.locks, s->locks, sizeof outcome.locks);
	for (int l = 0; l < s->n_locks; l++) {
		outcome.locks[l].group = SPINRULE_GROUP_ANY;
		outcome.locks[l].saved = ORIGIN_UNKNOWN;
		outcome.locks[l].saved_number = -1;
		outcome.locks[l].was_given = false;
	}
	if (is_callback()) {
		for (int l = 0; l < s->n_locks; l++)
			if (s->locks[l].state == SPINRULE_STATE_HELD)
				report(s, SPINRULE_HELD_AT_RETURN, s->locks[l].address, s->locks[l].is_doubtful);
		end_path(s, false);
		return;
	}
	end_path(s, false);
	for (int i = 0; i < n_outcomes; i++)
		if (!memcmp(&outcomes[i], &outcome, sizeof outcome))
			return;
	if (n_outcomes == MAX_RESULTS)
		limit = true;
	else
		outcomes[n_outcomes++] = outcome;
}

/* Leave the block; false if S is done with. */
static bool run_exit(struct state *s)
{
	const struct lockprog_function *f = function_of(s);
	const struct lockprog_block *block = &f->blocks[top(s)->block];
	long long number = 0;
	int succ = -1;

	switch (block->exit) {
	case LOCKPROG_GOTO:
		if (!block->n_succ)
			end_path(s, false);
		return block->n_succ && take(s, 0);
	case LOCKPROG_CHOICE:
		for (int e = 0; e < block->n_succ; e++) {
			static struct state other;

			other = *s;
			if (take(&other, e))
				push(&other);
		}
		return false;
	case LOCKPROG_IF:
		if (!look(s, block->value, &number))
			return false;
		return take(s, number ? 0 : 1);
	case LOCKPROG_SWITCH:
		if (!look(s, block->value, &number))
			return false;
		for (int e = 0; e < block->n_succ; e++)
			for (int r = 0; r < block->succ[e].n_ranges; r++)
				if (number >= block->succ[e].ranges[r].low && number <= block->succ[e].ranges[r].high && succ < 0)
					succ = e;
		for (int e = 0; e < block->n_succ && succ < 0; e++)
			if (block->succ[e].is_default)
				succ = e;
		return succ >= 0 && take(s, succ);
	case LOCKPROG_RETURN:
		if (block->value >= 0 && !look(s, block->value, &number))
			return false;
		if (s->n_frames == 1) {
			end_of_root(s, block->value >= 0, number);
			return false;
		}
		return come_back(s, block->value >= 0, number, block->value >= 0 ? origin_of(s, block->value) : ORIGIN_UNKNOWN);
	}
	return false;
}

static void run(struct state *s)
{
	for (;;) {
		const struct lockprog_block *block = &function_of(s)->blocks[top(s)->block];
		bool goes_on = true;

		if (top(s)->op == block->n_ops) {
			if (!run_exit(s))
				return;
			continue;
		}
		switch (block->ops[top(s)->op].kind) {
		case LOCKPROG_DEFINE:
			goes_on = run_define(s, block->ops[top(s)->op].value);
			break;
		case LOCKPROG_LOCKOP:
			goes_on = run_lockop(s, &block->ops[top(s)->op]);
			break;
		case LOCKPROG_STORE: {
			const struct lockprog_op *op = &block->ops[top(s)->op];
			long long address, number = 0;
			struct cell *cell;

			goes_on = look(s, op->address, &address) && (op->value < 0 || look(s, op->value, &number));
			if (!goes_on)
				break;
			cell = cell_at(s, address, op->class_);
			cell->is_known = op->value >= 0;
			cell->value = number;
			cell->origin = op->value >= 0 ? origin_of(s, op->value) : ORIGIN_UNKNOWN;
			break;
		}
		case LOCKPROG_CLOBBER:
			for (int c = 0; c < s->n_cells; c++)
				s->cells[c].is_known = false;
			break;
		case LOCKPROG_ASSUME: {
			long long number;

			goes_on = look(s, block->ops[top(s)->op].args[0], &number) && number != 0;
			break;
		}
		case LOCKPROG_PROMISE:	/* none is generated */
			break;
		case LOCKPROG_CALL:
			goes_on = run_call(s, &block->ops[top(s)->op]);
			break;
		}
		if (!goes_on)
			return;
		top(s)->op++;
	}
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

/* Returns of a function that is no callback: they should agree, or the result tell which. */
static void compare_outcomes(void)
{
	for (int i = 0; i < n_outcomes; i++)
		for (int l = 0; l < outcomes[i].n_locks; l++) {
			const struct lock *held = &outcomes[i].locks[l];

			if (held->state != SPINRULE_STATE_HELD)
				continue;
			/* Where locks may be one, the other ways may all have ended in a double acquire. */
			if (is_mixed)
				report_at(outcomes[i].block, SPINRULE_HELD_AT_RETURN, held->address, true);
			for (int j = 0; j < n_outcomes; j++) {
				struct lock other = { .state = SPINRULE_STATE_UNKNOWN };
				bool is_doubtful;

				state_at(&outcomes[j], held->address, &other);
				if (other.state == SPINRULE_STATE_HELD)
					continue;
				/* What tells them apart may be a result, and which results do is the checker's to say. */
				is_doubtful = held->is_doubtful || other.is_doubtful || !other.was_acquired || outcomes[i].has_result ||
					      looks_at_params();
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
	s.is_over = s.gave_wrong_irql = false;
	s.path = s.broken = 0;
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

static void check_function(int number)
{
	bool used[MAX_OBJECTS] = { 0 };
	int pointer = -1;

	root = unit->functions[number];
	n_found = 0;
	limit = is_mixed = has_try = false;
	find_lock_objects(root, used, 0);
	for (int v = 0; v < root->n_values; v++)
		if (root->values[v].expr == LOCKPROG_PARAM && root->values[v].type.is_pointer)
			pointer = (int)root->values[v].constant;
	for (int i = 0; i < unit->n_objects && pointer >= 0; i++)
		is_mixed |= used[i];
	this_round = 1;
	if (pointer >= 0)
		param_addresses[pointer] = PARAM_ADDRESS(pointer);
	run_function(number);
	/* What may be one lock: only what is wrong then too is wrong. */
	for (int i = 0; i < unit->n_objects && is_mixed && !limit; i++)
		if (used[i]) {
			this_round++;
			param_addresses[pointer] = OBJECT_ADDRESS(i);
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
