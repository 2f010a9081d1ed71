/* execute.h - what the files of execute.c share: the path that is executed.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EXECUTE_H
#define EXECUTE_H

#include <stdbool.h>
#include <stdint.h>

#include <wdm.h>

#include "lockprog/lockprog.h"
#include "../../runtime/callback.h"
#include "../../runtime/locks.h"
#include "../../runtime/rule.h"
#include "../../runtime/spinrule.h"
#include "../../runtime/wrap.h"

enum {
	FAR = 60,			/* sums beyond this are not followed, nor by the reference */
	MAX_PATHS = 1000,		/* of one function by turns; where there are more, as many again at random */
	MAX_STEPS = 600,		/* operations of one path */
	MAX_CHOICES = 300,
	MAX_FRAMES = 12,
	MAX_LOCKS = 12,
	MAX_HANDLES = 8,
	MAX_CELLS = 16,
	MAX_VALUES = 9000,
	MAX_SEEN = 400
};

#define CANCEL_ADDRESS 1
/* Far enough apart for the elements of an array with any index of the range. */
#define OBJECT_ADDRESS(n) (0x10000 + 0x1000 * (long long)(n))
#define PARAM_ADDRESS(n) (0x1000000 + 0x100 * (long long)(n))

/* A lock of the program, with the spin lock that it is here. */
struct lock {
	long long address;
	uintptr_t word;
	enum spinrule_state state;
	bool is_known;		/* false: see 3. in execute.c */
	enum spinrule_group group;	/* by which it was acquired, and what it saved; -1: nobody knows */
	int saved;
	int age;		/* of its acquire: lower is earlier */
	long long handle;	/* of its acquire, kept after its release; 0: none */
};

/* A queue handle of the program, with the one that it is here. */
struct handle {
	long long address;
	KLOCK_QUEUE_HANDLE memory;
};

/* Where a number comes from, as far as IRQLs go: nobody knows, from the program's text, or from an acquire, with or
 * without other locks held. */
enum origin { ORIGIN_UNKNOWN, ORIGIN_TEXT, ORIGIN_SAVED, ORIGIN_NESTED };

struct cell {
	long long address, value;
	int class_;
	bool is_known;
	enum origin origin;
};

struct frame {
	const struct lockprog_function *function;
	int block;
	long long *values;
	bool *has_value;
	enum origin *origins;
};

/* What the reference saw, or the runtime: FUNCTION BLOCK ID LOCK. */
struct seen {
	char function[64], block[32], id[32], lock[64];
	bool is_doubtful, is_reported;
};

/* ---- of execute.c ---- */

extern int lowest, highest;	/* of unknown values, as the reference has them */
extern const struct lockprog_unit *unit;
extern const struct lockprog_function *root;
extern int n_choices, at_choice;
extern struct lock locks[MAX_LOCKS];
extern struct cell cells[MAX_CELLS];
extern struct frame frames[MAX_FRAMES];
extern long long value_store[MAX_FRAMES][MAX_VALUES];
extern bool has_value_store[MAX_FRAMES][MAX_VALUES];
extern enum origin origin_store[MAX_FRAMES][MAX_VALUES];
extern int n_locks, n_cells, n_frames, n_steps;
extern bool is_cut;	/* too long, or beyond what the reference follows */
extern bool is_done;
extern bool is_irql_odd;	/* see 6. in execute.c */
extern bool is_owed_by_rule;	/* see 7. there */
extern bool is_paid_unseen;	/* see 6. there */
extern bool is_narrow;	/* the reference goes ways here that no run does */
extern bool gives_irqls;	/* the unit */
extern int n_acquires;
extern struct spinrule_site site;
extern int n_reports;
extern unsigned long n_functions, n_paths, n_violations, n_complete, n_disagreements;

int choose(int of);
struct frame *top(void);
struct lock *lock_at(long long address);
void start_owed(void);
void end_callback(void);
void run_lockop(const struct lockprog_op *op);

/* ---- of execute-walk.c ---- */

void set(int value, long long number);
enum origin origin_of(int value);
long long look(int value);
void run_path(void);

#endif
