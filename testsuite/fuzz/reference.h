/* reference.h - what the files of reference.c share: a state of the run, and what was found.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockprog/lockprog.h"
#include "../../runtime/rule.h"
#include "paths.h"

enum {
	MAX_SLOTS = 3000,	/* values of all frames */
	MAX_FRAMES = 12,
	MAX_LOCKS = 8,
	MAX_CELLS = 12,
	MAX_PENDING = 8,
	MAX_STATES = 60000,
	MAX_RESULTS = 4000,
	MAX_OBJECTS = 64,
	MAX_FUNCTIONS = 64,
	FAR = 60		/* sums beyond this are not followed */
};

#define NO_ADDRESS 0
#define CANCEL_ADDRESS 1
/* Far enough apart for the elements of an array with any index of the range. */
#define OBJECT_ADDRESS(n) (0x10000 + 0x1000 * (long long)(n))
#define PARAM_ADDRESS(n) (0x1000000 + 0x100 * (long long)(n))

struct lock {
	long long address;
	enum spinrule_state state;
	int depth;		/* outermost frame in which it was touched; -1 never */
	bool was_acquired;
	bool is_doubtful;	/* violated already on this path */
	enum spinrule_group group;	/* by which it was acquired, or ANY: not known */
	unsigned char saved;	/* origin of the IRQL that its acquire saved */
	bool is_nested;		/* the IRQL was raised before its acquire, for others */
	int saved_number;	/* what that was found to be, or -1 */
	bool is_handle;		/* it is known by a handle alone */
	long long handle;	/* of its acquire, kept after its release; or NO_ADDRESS */
	int loses_irql;		/* at a return: the IRQL that its acquire saved is lost: 1 maybe, 2 for sure */
	bool was_given;		/* for another lock, released before it: what that one saved is right for this one */
};

/* Where a value comes from, as far as IRQLs go: from nobody knows where, from the program's text,
 * or from an acquire. */
enum {
	ORIGIN_UNKNOWN, ORIGIN_CONSTANT,
	ORIGIN_LOCK = 7,	/* which lock's acquire */
	ORIGIN_NESTED = 8,	/* other locks were held, or an IRQL owed: it is DISPATCH_LEVEL */
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
	int n_lockops;		/* so far; 2: or more */
	bool gave_wrong_irql;	/* once; then IRQLs are not what they should be */
	/* A release, in BLOCK, left the IRQL raised: what the acquire of the lock at ADDRESS saved (an origin) is owed. */
	struct {
		bool is_set, is_doubtful, is_callees;
		unsigned char saved;
		int block;
		long long address;
	} owed;
	/* An ignored try of a lock that is held left that lock unknown: what follows may be said, and no run shows it. */
	bool is_guessed;
	bool handles_are_doubtful;	/* code that is not seen may have used any handle */
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

/* ---- of reference.c ---- */

extern int lowest, highest;
extern const struct lockprog_unit *unit;
extern bool **live;	/* of each function: [block * n_values + value] */
extern struct state **stack;
extern int n_stack, max_stack;	/* all that were ever needed are kept */
extern bool limit;
extern struct found found[400];
extern int n_found;
extern struct outcome outcomes[MAX_RESULTS];
extern int n_outcomes;
extern int this_round;
extern bool is_mixed;	/* a parameter may be the lock that an object is */
extern bool counts_paths;	/* all is run again, each acyclic path apart */
extern bool is_miscounted;	/* some run was not followed to its end */
/* Of functions that were run already, which callees are: */
extern bool disagrees[MAX_FUNCTIONS];	/* its own returns disagree, which is said there and not again */
extern bool was_mixed[MAX_FUNCTIONS];
extern bool calls_elsewhere[MAX_FUNCTIONS];	/* code that is not seen is called on some way */

/* The path of S leaves the function: an IRQL that is still owed was a mistake of the release. */
void report_owed(struct state *s, bool is_doubtful);

const struct lockprog_function *function_of(const struct state *s);
struct frame *top(struct state *s);
bool is_callback(void);
void push(const struct state *s);
bool is_old(const struct state *s);
long long in_type(long long value, struct lockprog_type type);
int slot_of(const struct state *s, int value);
bool look(struct state *s, int value, long long *number);
void set(struct state *s, int value, long long number);
unsigned char origin_of(const struct state *s, int value);
void set_open(struct state *s, int value, unsigned char origin);

/* ---- of reference-lock.c ---- */

void report_at(int block, enum spinrule_violation violation, long long address, bool is_doubtful);
void report(struct state *s, enum spinrule_violation violation, long long address, bool is_doubtful);
void end_path(const struct state *s, bool is_doubtful);
struct lock *lock_at(struct state *s, long long address);
bool run_lockop(struct state *s, const struct lockprog_op *op);

/* ---- of reference-run.c ---- */

void enter(struct state *s, int function);
void run(struct state *s);

#endif
