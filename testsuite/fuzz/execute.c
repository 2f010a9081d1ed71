/* execute.c - runs lock programs path by path, with the runtime watching.
 *
 *     execute REFERENCE [--values=LOW..HIGH] FILE.lp...         REFERENCE: what `reference [--values=LOW..HIGH] FILE.lp...` printed
 *
 * The third of three that must agree: spinrule-check decides a program without running it, reference.c enumerates what
 * it can do, and here each path is executed with the runtime's own wrappers on real spin locks.
 *
 * Each path is run from its start: whatever nobody knows (a parameter, an unknown value, what memory holds, whether a try
 * succeeds) is chosen when it is looked at first, by turns until all choices were had, or, where there are too many, at random.
 *
 *     DIFFERS   at one operation of one path, rule.def says one thing and the runtime another
 *     INVENTED  the runtime reports what the reference never saw
 *     LOST      all paths were run, and none showed what the reference saw
 *
 * Where the runtime and the rule at compile time differ by design, and what is done about it here:
 *   1. A function that is no callback may be entered with locks held.  The runtime sees how its caller got them; so here a
 *      lock that is released before it was touched is acquired first, as that caller would have.
 *   2. "held-at-return" of a function that is no callback compares its returns with each other, and "try-ignored" is about the
 *      program's text: only the compile-time check says these.
 *   3. After an ignored try, and after a call that may have done anything to a lock, the rule does not know the lock; the runtime
 *      does.  What it says of that lock from then on is not compared.
 *   4. After a double acquire the rule's path ends, because the processor spins.  The runtime could go on; here it ends too.
 *   5. When an exception leaves a callee, the runtime reports what the callback holds; the rule leaves that to the callback.
 *   6. The rule follows where an IRQL came from, the runtime compares numbers.  So a path starts at each IRQL that a driver may have, and
 *      whenever it holds no lock it may be at another.  An IRQL that the rule knows nothing of is replaced by the right one.  Once an
 *      IRQL was wrong, or was right by chance only, the reference does not ask further: wrong-irql is then held against what is
 *      expected here, and not against the reference.
 *      Where a wrong one has lowered what is owed, a pair of acquire and release pays the debt without saying so, and the runtime,
 *      which does not look at releases that are right, may take another wrong one for the payment: that is not compared.
 *   7. A release that leaves the IRQL raised is right if what the acquire saved is given back later.  Where a callback ends the runtime
 *      reports it, unless the IRQL was right by chance.  A function that is no callback may leave it to callers, so what is
 *      owed there is not compared.  An acquire at DISPATCH_LEVEL leaves nothing owed; the reference, which knows no numbers, has it
 *      owed: what is wrong with IRQLs from then on is held against what is expected here, and not against the reference.
 *
 * Prints one line for each disagreement, then "N functions, N paths, N violations, N functions on all paths".
 * Exit status 1 where something disagrees, 2 for bad input.
 *
 * SPDX-License-Identifier: MIT
 */

#include "execute.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int lowest = -4, highest = 8;
const struct lockprog_unit *unit;
const struct lockprog_function *root;

/* ---- choices ---- */

static struct {
	int taken, of;
} choices[MAX_CHOICES];

int n_choices, at_choice;

/* An IRQL that is owed: see 7. above. */
static struct {
	bool is_set;
	const struct lock *lock;
	int saved, block;
} owed;

static bool is_random;
static uint64_t random_state = 1;

/* A number from 0 to OF - 1: the same as last time up to the last choice that has something left. */
int choose(int of)
{
	if (is_random || at_choice == MAX_CHOICES) {
		random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
		return (int)((random_state >> 33) % (unsigned)of);
	}
	if (at_choice == n_choices) {
		choices[n_choices].taken = 0;
		choices[n_choices++].of = of;
	}
	return choices[at_choice++].taken;
}

/* The next path; false when there is none. */
static bool next_path(void)
{
	while (n_choices > 0 && choices[n_choices - 1].taken + 1 == choices[n_choices - 1].of)
		n_choices--;
	if (!n_choices)
		return false;
	choices[n_choices - 1].taken++;
	return true;
}

/* ---- the path ---- */

struct lock locks[MAX_LOCKS];
static struct handle handles[MAX_HANDLES];	/* they stay: the runtime looks at those of locks that are left held */
static int n_handles;
struct cell cells[MAX_CELLS];
struct frame frames[MAX_FRAMES];
long long value_store[MAX_FRAMES][MAX_VALUES];
bool has_value_store[MAX_FRAMES][MAX_VALUES];
enum origin origin_store[MAX_FRAMES][MAX_VALUES];
int n_locks, n_cells, n_frames, n_steps;
bool is_cut;		/* too long, or beyond what the reference follows */
bool is_done;
bool is_irql_odd;	/* see 6. above */
bool is_owed_by_rule;	/* an IRQL is owed by the rule alone: see 7. above */
bool is_paid_unseen;	/* an IRQL is owed by the runtime alone: see 6. above */
bool is_narrow;		/* the reference goes ways here that no run does */
bool gives_irqls;	/* the unit */
int n_acquires;
struct spinrule_site site = { .file = "program", .function = "function", .ddi = "KeAcquireSpinLockAtDpcLevel", .lock = "lock" };

/* What the runtime has reported since somebody asked. */
static struct {
	const char *id;
	const void *lock;
} reports[MAX_LOCKS];

int n_reports;
static struct seen seen[MAX_SEEN];
static int n_seen;
static bool is_unclear;		/* the reference does not know this function, or not which of its locks are one */
unsigned long n_functions, n_paths, n_violations, n_complete, n_disagreements;
static const char *file_name;

static void hook(const struct spinrule_report *report)
{
	if (n_reports == MAX_LOCKS)
		abort();
	reports[n_reports].id = report->id;
	reports[n_reports++].lock = report->lock;
}

struct frame *top(void)
{
	return &frames[n_frames - 1];
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

static void disagree(const char *what, const char *block, const char *id, const char *lock)
{
	printf("%s: %s: %s %s %s %s\n", file_name, what, root->name, block, id, lock);
	n_disagreements++;
}

/* ---- what the runtime says against what the rule says ---- */

/* True if the reference saw ID of the lock here, or in one of the callees on the way: it is not lost. */
static bool find_seen(const char *id, long long address, int block)
{
	bool is_there = false;

	for (int i = 0; i < n_seen; i++)
		for (int f = 0; f < n_frames; f++)
			if (!strcmp(seen[i].function, frames[f].function->name)
			    && !strcmp(seen[i].block, frames[f].function->blocks[f ? frames[f].block : block].name) && !strcmp(seen[i].id, id)
			    && (f > 0 || !strcmp(seen[i].lock, name_of(address)))) {
				is_there = true;
				seen[i].is_reported |= f == 0;
			}
	return is_there;
}

/* The runtime reports ID of the lock at this point. */
static void hold_against_reference(const char *id, long long address, int block)
{
	if (is_unclear)
		return;
	if (find_seen(id, address, block) || ((is_irql_odd || is_owed_by_rule) && !strcmp(id, spinrule_id(SPINRULE_WRONG_IRQL)))
	    || (is_owed_by_rule && !strcmp(id, spinrule_id(SPINRULE_MISMATCHED_RELEASE))))
		return;
	disagree("INVENTED", root->blocks[block].name, id, name_of(address));
	/* Said once. */
	if (n_seen < MAX_SEEN) {
		struct seen *new = &seen[n_seen++];

		snprintf(new->function, sizeof new->function, "%s", root->name);
		snprintf(new->block, sizeof new->block, "%s", root->blocks[block].name);
		snprintf(new->id, sizeof new->id, "%s", id);
		snprintf(new->lock, sizeof new->lock, "%s", name_of(address));
		new->is_doubtful = true;
	}
}

/* The rule says VIOLATION of LOCK, NULL for no lock at all; the runtime must say the same and nothing else.  Where what is released by
 * HANDLE is not held, the runtime knows nothing but the handle. */
static void expect(enum spinrule_violation violation, const struct lock *lock, const KLOCK_QUEUE_HANDLE *handle)
{
	const char *id = violation ? spinrule_id(violation) : "nothing";
	const bool is_silent = !n_reports;
	const char *said = is_silent ? "nothing" : reports[0].id;
	bool is_same = n_reports == (violation != SPINRULE_NONE) && (!n_reports || !strcmp(id, said));

	if (lock && n_reports && handle && violation == SPINRULE_RELEASE_UNHELD)
		is_same &= reports[0].lock == handle;
	else if (lock && n_reports)
		is_same &= reports[0].lock == (lock->address == CANCEL_ADDRESS ? locks_cancel() : &lock->word);
	n_reports = 0;
	if (lock && !lock->is_known)
		return;
	if (lock && is_silent && is_paid_unseen && violation == SPINRULE_WRONG_IRQL) {
		is_narrow = true;
		return;
	}
	if (!is_same) {
		char what[128];

		snprintf(what, sizeof what, "DIFFERS: the rule says %s, the runtime %s", id, said);
		disagree(what, root->blocks[frames[0].block].name, id, lock ? name_of(lock->address) : "-");
	} else if (violation) {
		n_violations++;
		hold_against_reference(id, lock->address, frames[0].block);
	}
}

/* ---- locks ---- */

struct lock *lock_at(long long address)
{
	for (int l = 0; l < n_locks; l++)
		if (locks[l].address == address)
			return &locks[l];
	if (n_locks == MAX_LOCKS)
		abort();
	locks[n_locks] = (struct lock){ .address = address, .is_known = true,
					.state = root->role ? SPINRULE_STATE_FREE : SPINRULE_STATE_UNKNOWN };
	return &locks[n_locks++];
}

static KLOCK_QUEUE_HANDLE *handle_at(long long address)
{
	for (int h = 0; h < n_handles; h++)
		if (handles[h].address == address)
			return &handles[h].memory;
	if (n_handles == MAX_HANDLES)
		abort();
	handles[n_handles].address = address;
	return &handles[n_handles++].memory;
}

/* The lock that was acquired with the handle at HANDLE, held if there is one; else one that stands for it. */
static struct lock *lock_of_handle(long long handle)
{
	struct lock *found = NULL;

	for (int l = 0; l < n_locks; l++)
		if (locks[l].handle == handle && (!found || locks[l].state == SPINRULE_STATE_HELD))
			found = &locks[l];
	return found ? found : lock_at(handle);
}

static bool holds_another(const struct lock *lock)
{
	for (int l = 0; l < n_locks; l++)
		if (&locks[l] != lock && locks[l].state == SPINRULE_STATE_HELD)
			return true;
	return false;
}

/* Where the driver is when it acquires LOCK by GROUP. */
static void go_to_irql(const struct lock *lock, enum spinrule_group group)
{
	if (owed.is_set || is_owed_by_rule || lock->state == SPINRULE_STATE_HELD || holds_another(lock))
		return;
	if (group == SPINRULE_GROUP_DPC || group == SPINRULE_GROUP_QUEUED_DPC)
		port_set_irql(PORT_DISPATCH_LEVEL);
	else
		port_set_irql(gives_irqls ? (uint8_t)choose(PORT_DISPATCH_LEVEL + 1) : PORT_PASSIVE_LEVEL);
}

static void acquire(struct lock *lock, enum spinrule_group group, long long handle)
{
	bool is_nested = holds_another(lock);
	uint8_t irql = 0;
	int saved = -1;

	go_to_irql(lock, group);
	switch (group) {
	case SPINRULE_GROUP_RAISING:
		saved = irql = spinrule_KeAcquireSpinLockRaiseToDpc(&lock->word, &site);
		break;
	case SPINRULE_GROUP_DPC:
		spinrule_KeAcquireSpinLockAtDpcLevel(&lock->word, &site);
		break;
	case SPINRULE_GROUP_CANCEL:
		spinrule_IoAcquireCancelSpinLock(&irql, &site);
		saved = irql;
		break;
	case SPINRULE_GROUP_QUEUED:
		spinrule_KeAcquireInStackQueuedSpinLock(&lock->word, handle_at(handle), &site);
		break;
	case SPINRULE_GROUP_QUEUED_DPC:
		spinrule_KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock->word, handle_at(handle), &site);
		break;
	default:
		fprintf(stderr, "execute: locks of this kind are not executed\n");
		exit(2);
	}
	/* Where an IRQL is owed by the rule alone, a lock may have been acquired below DISPATCH_LEVEL (go_to_irql). */
	if (gives_irqls && saved >= 0 && is_nested && saved != PORT_DISPATCH_LEVEL && !is_irql_odd && !is_owed_by_rule)
		disagree("DIFFERS: an IRQL saved with a lock held is not DISPATCH_LEVEL", root->blocks[frames[0].block].name, "acquire",
			 name_of(lock->address));
	lock->group = group;
	lock->saved = saved;
	lock->age = ++n_acquires;
	lock->handle = handle;
}

static void release(struct lock *lock, enum spinrule_group group, uint8_t irql, long long handle)
{
	switch (group) {
	case SPINRULE_GROUP_RAISING:
		spinrule_KeReleaseSpinLock(&lock->word, irql, &site);
		break;
	case SPINRULE_GROUP_DPC:
		spinrule_KeReleaseSpinLockFromDpcLevel(&lock->word, &site);
		break;
	case SPINRULE_GROUP_CANCEL:
		spinrule_IoReleaseCancelSpinLock(irql, &site);
		break;
	case SPINRULE_GROUP_QUEUED:
		spinrule_KeReleaseInStackQueuedSpinLock(handle_at(handle), &site);
		break;
	case SPINRULE_GROUP_QUEUED_DPC:
		spinrule_KeReleaseInStackQueuedSpinLockFromDpcLevel(handle_at(handle), &site);
		break;
	default:
		fprintf(stderr, "execute: locks of this kind are not executed\n");
		exit(2);
	}
}

/* True if the runtime knows LOCK as held: see 3. above. */
static bool is_really_held(const struct lock *lock)
{
	return lock->is_known ? lock->state == SPINRULE_STATE_HELD : lock->word != 0;
}

/* Locks that are released in another order than they were acquired in change IRQLs: what another one saved is right for LOCK
 * where nothing is lowered that is still needed.  The other one has what LOCK saved. */
static bool change_irqls(struct lock *lock, int irql)
{
	struct lock *other = NULL;

	for (int l = 0; l < n_locks; l++)
		if (&locks[l] != lock && is_really_held(&locks[l]) && locks[l].saved == irql
		    && (locks[l].age > lock->age || irql > lock->saved) && (!other || locks[l].age > other->age))
			other = &locks[l];
	if (!other)
		return false;
	other->saved = lock->saved;
	lock->saved = irql;
	return true;
}

/* True if a release by GROUP leaves the IRQL raised, which an acquire by HELD_BY raised. */
static bool stays_raised(enum spinrule_group held_by, enum spinrule_group group)
{
	return (held_by == SPINRULE_GROUP_RAISING && group == SPINRULE_GROUP_DPC) ||
	       (held_by == SPINRULE_GROUP_QUEUED && group == SPINRULE_GROUP_QUEUED_DPC);
}

/* LOCK's acquire saved SAVED, which its release does not give back. */
static void owe(const struct lock *lock, int saved)
{
	owed.is_set = true;
	owed.lock = lock;
	owed.saved = saved;
	owed.block = frames[0].block;
}

/* The rule for a release of LOCK, which is held, by GROUP with IRQL. */
static enum spinrule_violation pair(struct lock *lock, enum spinrule_group group, int irql, enum origin origin)
{
	if (stays_raised(lock->group, group)) {
		int saved = group == SPINRULE_GROUP_DPC ? lock->saved : handle_at(lock->handle)->OldIrql;

		if (saved < PORT_DISPATCH_LEVEL) {
			owe(lock, saved);
		} else {
			is_owed_by_rule = true;
			find_seen(spinrule_id(SPINRULE_MISMATCHED_RELEASE), lock->address, frames[0].block);
		}
		return SPINRULE_NONE;
	}
	if (owed.is_set && !holds_another(lock) && group == SPINRULE_GROUP_RAISING
	    && (lock->group == SPINRULE_GROUP_RAISING || lock->group == SPINRULE_GROUP_DPC)) {
		bool is_paid = irql == owed.saved;

		if (irql == PORT_DISPATCH_LEVEL)
			return SPINRULE_NONE;
		if (is_paid || lock->group == SPINRULE_GROUP_DPC || irql != lock->saved)
			owed.is_set = false;
		is_paid_unseen |= is_paid && irql == lock->saved;
		if (is_paid)
			return SPINRULE_NONE;
	}
	if (lock->group != group)
		return SPINRULE_MISMATCHED_RELEASE;
	if (group == SPINRULE_GROUP_DPC || lock->saved < 0 || lock->saved == irql)
		return SPINRULE_NONE;
	if (!change_irqls(lock, irql))
		return SPINRULE_WRONG_IRQL;
	/* What was saved without a lock held is DISPATCH_LEVEL by chance. */
	is_irql_odd |= origin != ORIGIN_NESTED;
	return SPINRULE_NONE;
}

static void run_try(const struct lockprog_op *op, struct lock *lock)
{
	bool is_held = lock->word != 0;
	bool succeeds = !is_held && choose(2) == 0;
	bool has_acquired;

	go_to_irql(lock, SPINRULE_GROUP_DPC);
	/* Somebody else's lock, for this moment. */
	if (!is_held && !succeeds)
		lock->word = 1;
	has_acquired = spinrule_KeTryToAcquireSpinLockAtDpcLevel(&lock->word, &site);
	if (!is_held && !succeeds)
		lock->word = 0;
	if (lock->is_known && has_acquired != succeeds)
		disagree("DIFFERS: a try that must not succeed does, or the other way round", root->blocks[frames[0].block].name, "try",
			 name_of(lock->address));
	expect(SPINRULE_NONE, lock, NULL);
	if (op->value < 0 || !top()->function->values[op->value].used) {
		lock->is_known = false;
		if (has_acquired)
			release(lock, SPINRULE_GROUP_DPC, 0, 0);
		is_narrow |= gives_irqls && is_held;
		n_reports = 0;
		lock->state = SPINRULE_STATE_UNKNOWN;
		if (op->value >= 0) {
			top()->values[op->value] = has_acquired;
			top()->has_value[op->value] = true;
		}
		return;
	}
	top()->values[op->value] = has_acquired;
	top()->has_value[op->value] = true;
	if (is_held)
		return;
	lock->state = has_acquired ? SPINRULE_STATE_HELD : SPINRULE_STATE_FREE;
	lock->group = SPINRULE_GROUP_DPC;
	lock->saved = -1;
	if (has_acquired)
		lock->handle = 0;
	lock->age = ++n_acquires;
}

void start_owed(void)
{
	owed.is_set = false;
}

/* The callback ends here: what it owes is reported, unless the IRQL is right. */
static void end_owed(void)
{
	const char *id = spinrule_id(SPINRULE_MISMATCHED_RELEASE);
	const void *lock = owed.is_set ? &owed.lock->word : NULL;
	bool is_reported = false, is_same = true;

	for (int r = 0; r < n_reports; r++)
		if (!strcmp(reports[r].id, id)) {
			is_reported = true;
			is_same &= reports[r].lock == lock;
		}
	/* Once an IRQL was wrong it may be right by chance: the reference, which knows no numbers, may see here what no run shows. */
	if (is_irql_odd || (owed.is_set && !owed.lock->is_known)) {
		is_narrow |= owed.is_set;
		return;
	}
	if (is_reported != owed.is_set || !is_same) {
		disagree(is_reported ? "DIFFERS: only the runtime says" : "DIFFERS: only the rule says",
			 root->blocks[owed.is_set ? owed.block : frames[0].block].name, id,
			 owed.is_set ? name_of(owed.lock->address) : "?");
	} else if (is_reported) {
		n_violations++;
		hold_against_reference(id, owed.lock->address, owed.block);
	}
}

/* The callback ends here, by a return or an exception: what it holds is reported. */
void end_callback(void)
{
	for (int l = 0; l < n_locks; l++) {
		struct lock *lock = &locks[l];
		const void *address = lock->address == CANCEL_ADDRESS ? locks_cancel() : &lock->word;
		bool is_reported = false;

		for (int r = 0; r < n_reports; r++)
			is_reported |= reports[r].lock == address && !strcmp(reports[r].id, spinrule_id(SPINRULE_HELD_AT_RETURN));
		if (!lock->is_known)
			continue;
		if (is_reported != (lock->state == SPINRULE_STATE_HELD))
			disagree(is_reported ? "DIFFERS: only the runtime says" : "DIFFERS: only the rule says",
				 root->blocks[frames[0].block].name, spinrule_id(SPINRULE_HELD_AT_RETURN), name_of(lock->address));
		else if (is_reported) {
			n_violations++;
			hold_against_reference(spinrule_id(SPINRULE_HELD_AT_RETURN), lock->address, frames[0].block);
		}
	}
	end_owed();
	n_reports = 0;
	is_done = true;
}

static void run_acquire(const struct lockprog_op *op, struct lock *lock, long long handle)
{
	enum origin origin = holds_another(lock) ? ORIGIN_NESTED : ORIGIN_SAVED;

	acquire(lock, op->ddi->group, handle);
	if (op->value >= 0) {
		set(op->value, lock->saved);
		top()->origins[op->value] = origin;
	}
}

/* *IRQL is what it gives back, as a number; -1: nothing. */
static enum spinrule_violation run_release(const struct lockprog_op *op, struct lock *lock, long long handle, int *irql)
{
	bool was_held;
	enum spinrule_violation violation, pairing = SPINRULE_NONE;
	enum origin origin = op->irql < 0 ? ORIGIN_UNKNOWN : origin_of(op->irql);

	if (lock->state == SPINRULE_STATE_UNKNOWN && lock->is_known) {
		acquire(lock, op->ddi->group, handle);
		if (lock->address == handle)
			lock->handle = 0;
		/* What its caller's acquire saved nobody here knows. */
		origin = ORIGIN_UNKNOWN;
	}
	if (origin != ORIGIN_UNKNOWN)
		*irql = (int)look(op->irql);
	else
		*irql = lock->saved < 0 && owed.is_set ? owed.saved : lock->saved;
	was_held = is_really_held(lock);
	violation = spinrule_step(&lock->state, SPINRULE_EVENT_RELEASE);
	if (was_held)
		pairing = pair(lock, op->ddi->group, *irql, origin);
	if (op->ddi->group == SPINRULE_GROUP_QUEUED)
		*irql = handle_at(handle)->OldIrql;
	release(lock, op->ddi->group, *irql < 0 ? PORT_PASSIVE_LEVEL : (uint8_t)*irql, handle);
	return pairing ? pairing : violation;
}

void run_lockop(const struct lockprog_op *op)
{
	enum spinrule_violation violation = SPINRULE_NONE;
	struct lock *lock;
	long long handle;
	uint32_t number = 0;
	int irql = 0;

	if (op->ddi->op == SPINRULE_OP_LEAVE) {
		callback_raise(&site);
		if (root->role && n_frames == 1)
			end_callback();
		is_done = true;
		return;
	}
	/* There is no lock at null: the machine stops. */
	if (op->address >= 0 && !look(op->address)) {
		is_done = true;
		return;
	}
	handle = op->handle >= 0 ? look(op->handle) : 0;
	lock = op->address >= 0 ? lock_at(look(op->address)) : handle ? lock_of_handle(handle) : lock_at(CANCEL_ADDRESS);
	switch (op->ddi->op) {
	case SPINRULE_OP_ACQUIRE:
		run_acquire(op, lock, handle);
		violation = spinrule_step(&lock->state, SPINRULE_EVENT_ACQUIRE);
		is_done = violation == SPINRULE_DOUBLE_ACQUIRE;
		break;
	case SPINRULE_OP_RELEASE:
		violation = run_release(op, lock, handle, &irql);
		break;
	case SPINRULE_OP_INIT:
		violation = spinrule_step(&lock->state, SPINRULE_EVENT_INIT);
		spinrule_KeInitializeSpinLock(&lock->word, &site);
		break;
	case SPINRULE_OP_MOMENTARY:
		violation = spinrule_step(&lock->state, SPINRULE_EVENT_MOMENTARY);
		spinrule_ExInterlockedAddUlong(&number, 1, &lock->word, &site);
		is_done = violation == SPINRULE_DOUBLE_ACQUIRE;
		break;
	case SPINRULE_OP_TRY:
		run_try(op, lock);
		return;
	case SPINRULE_OP_LEAVE:
	case SPINRULE_OP_CONVERT:
	case SPINRULE_OPS:
		return;
	}
	/* A lock that is not known is free after its release, held or not. */
	if (!lock->is_known && op->ddi->op == SPINRULE_OP_RELEASE) {
		is_irql_odd |= n_reports > 0;
		n_reports = 0;
		violation = SPINRULE_NONE;
		lock->is_known = true;
	}
	/* It may have been held twice: its path is no longer the rule's. */
	if (!lock->is_known && n_reports)
		is_done = is_narrow = true;
	/* Nobody else had it. */
	if (op->ddi->op == SPINRULE_OP_ACQUIRE && !n_reports)
		lock->is_known = true;
	expect(violation, lock, handle && op->address < 0 ? handle_at(handle) : NULL);
	/* Right, as RULE has it; too low for those that are still held. */
	is_irql_odd |= op->ddi->op == SPINRULE_OP_RELEASE && op->ddi->group != SPINRULE_GROUP_DPC
		       && op->ddi->group != SPINRULE_GROUP_QUEUED_DPC && violation != SPINRULE_RELEASE_UNHELD
		       && irql < PORT_DISPATCH_LEVEL && holds_another(lock);
	is_irql_odd |= violation == SPINRULE_WRONG_IRQL || violation == SPINRULE_MISMATCHED_RELEASE || violation == SPINRULE_REINIT_HELD;
}

/* ---- functions ---- */

static void check_function(const struct lockprog_function *f)
{
	int paths = 0;
	bool is_complete = true;

	root = f;
	n_functions++;
	n_choices = 0;
	is_random = is_narrow = false;
	do
		run_path();
	while (is_complete &= !is_cut, ++paths < MAX_PATHS && next_path());
	if (paths == MAX_PATHS) {
		is_complete = false;
		is_random = true;
		for (int i = 0; i < MAX_PATHS; i++)
			run_path();
	}
	is_complete &= !is_narrow;
	n_complete += is_complete && !is_unclear;
	for (int i = 0; i < n_seen && is_complete && !is_unclear; i++) {
		/* Only the compile-time check says these: see 2. above. */
		if (strcmp(seen[i].function, f->name) || seen[i].is_doubtful || seen[i].is_reported
		    || !strcmp(seen[i].id, spinrule_id(SPINRULE_TRY_IGNORED))
		    || (!f->role && !strcmp(seen[i].id, spinrule_id(SPINRULE_HELD_AT_RETURN))))
			continue;
		disagree("LOST", seen[i].block, seen[i].id, seen[i].lock);
	}
}

/* ---- what the reference said ---- */

static FILE *reference;
static char line[400];

/* The functions of which it says nothing for sure. */
static char unclear[64][64];
static int n_unclear;

/* Read what the reference says of FILE; the first line about the next file stays in LINE. */
static bool read_reference(const char *name)
{
	n_seen = n_unclear = 0;
	if (strncmp(line, "file ", 5) && !fgets(line, sizeof line, reference))
		return false;
	line[strcspn(line, "\n")] = 0;
	if (strncmp(line, "file ", 5) || strcmp(line + 5, name))
		return false;
	while (fgets(line, sizeof line, reference) && strncmp(line, "file ", 5)) {
		struct seen *s = &seen[n_seen];
		char rest[200];
		int n;

		if (n_seen == MAX_SEEN)
			return false;
		memset(s, 0, sizeof *s);
		n = sscanf(line, "%63s %31s %31s %199[^\n]", s->function, s->block, s->id, rest);
		if (n == 2 && n_unclear < 64 && (!strcmp(s->block, "limit") || !strcmp(s->block, "mixed"))) {
			strcpy(unclear[n_unclear++], s->function);
			continue;
		}
		if (!strcmp(s->block, "paths"))
			continue;
		if (n != 4)
			return false;
		n = (int)strlen(rest);
		s->is_doubtful = n > 9 && !strcmp(rest + n - 9, " doubtful");
		if (s->is_doubtful)
			rest[n - 9] = 0;
		snprintf(s->lock, sizeof s->lock, "%.63s", rest);
		n_seen++;
	}
	if (feof(reference))
		line[0] = 0;
	return true;
}

/* Whether the reference knows all of F, and of the functions that it calls. */
static bool is_clear(const struct lockprog_function *f, int depth)
{
	for (int i = 0; i < n_unclear; i++)
		if (!strcmp(unclear[i], f->name))
			return false;
	for (int b = 0; b < f->n_blocks && depth < MAX_FRAMES; b++)
		for (int i = 0; i < f->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &f->blocks[b].ops[i];

			if (op->kind == LOCKPROG_CALL && op->callee >= 0 && !is_clear(unit->functions[op->callee], depth + 1))
				return false;
			for (int t = 0; t < op->n_targets; t++)
				if (!is_clear(unit->functions[op->targets[t].function], depth + 1))
					return false;
		}
	return true;
}

/* Whether anything in the unit gives back an IRQL. */
static bool has_irqls(void)
{
	for (int f = 0; f < unit->n_functions; f++)
		for (int b = 0; b < unit->functions[f]->n_blocks; b++)
			for (int i = 0; i < unit->functions[f]->blocks[b].n_ops; i++) {
				const struct lockprog_op *op = &unit->functions[f]->blocks[b].ops[i];

				if (op->kind == LOCKPROG_LOCKOP && op->ddi->op == SPINRULE_OP_RELEASE && op->irql >= 0)
					return true;
			}
	return false;
}

static int check_file(const char *name)
{
	FILE *in = fopen(name, "r");
	struct lockprog_unit *read;
	char *error;

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
	file_name = name;
	gives_irqls = has_irqls();
	if (!read_reference(read->name)) {
		fprintf(stderr, "execute: the reference says nothing of %s here\n", name);
		return 2;
	}
	for (int f = 0; f < unit->n_functions; f++) {
		if (unit->functions[f]->n_values > MAX_VALUES) {
			fprintf(stderr, "execute: %s has too many values\n", name);
			return 2;
		}
		is_unclear = !is_clear(unit->functions[f], 0);
		check_function(unit->functions[f]);
	}
	lockprog_free_unit(read);
	return 0;
}

int main(int argc, char **argv)
{
	int first = 2;

	if (argc > 2 && sscanf(argv[2], "--values=%d..%d", &lowest, &highest) == 2)
		first++;
	if (first >= argc || argv[1][0] == '-' || argv[first][0] == '-' || lowest > highest) {
		fputs("execute: usage: execute REFERENCE [--values=LOW..HIGH] FILE.lp...\n", stderr);
		return 2;
	}
	reference = fopen(argv[1], "r");
	if (!reference) {
		perror(argv[1]);
		return 2;
	}
	spinrule_set_report_hook(hook);
	for (int i = first; i < argc; i++)
		if (check_file(argv[i]))
			return 2;
	printf("%lu functions, %lu paths, %lu violations, %lu functions on all paths\n", n_functions, n_paths, n_violations, n_complete);
	return n_disagreements != 0;
}
