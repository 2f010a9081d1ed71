/* state.h - what is known at one point of one path: the locks, the facts, what memory holds.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STATE_H
#define STATE_H

#include "check/check.h"
#include "value/facts.h"

/* A point of a path, linked back to the function's entry.  Points are shared by all the
 * states that came through them, and live as long as the function's analysis. */
struct step {
	const struct step *before;
	struct check_event event;
	int address;		/* lock events: whose */
	int saved;		/* lock events that acquire: node, the IRQL saved; or -1 */
	int choice;		/* which of an operation's outcomes was taken */
	bool is_event;		/* else only an edge, kept so that the path can be walked again */
};

/* What is known of one lock. */
struct lock_record {
	int address;		/* node */
	int class_;		/* of the lock: field or variable; -1 */
	enum spinrule_state state;
	bool is_loose;		/* HELD since an earlier round of a loop whose rounds have locks of their own */
	int loop;		/* last acquired in a round of this loop, which has a lock of its own; or -1 */
	bool first_is_try;	/* ... a try, which fails on a held lock; RELEASE: after such a one */
	signed char first;	/* what touched it first: -1 nothing that needs a state, or ACQUIRE, RELEASE, NEED_* */
	bool is_lost;		/* UNKNOWN after a call whose returns disagree */
	bool is_assumed;	/* its state is what the programmer said, not what was seen */
	bool is_promised;	/* it is left as the function's annotation says */
	const struct lockprog_op *broken;	/* it may be not left so: the promise, or NULL */
	enum spinrule_group group;	/* HELD: of the acquire */
	const struct spinrule_ddi *ddi;
	const struct spinrule_ddi *first_ddi;	/* first is RELEASE: what released it; NULL: a function that is annotated so */
	int given;		/* first is RELEASE: node, the IRQL given back by it; or -1 */
	int saved;		/* node: the IRQL that its last acquire saved, or -1 */
	int also;		/* HELD: node, what that IRQL is by another name, or -1 */
	int handle;		/* node, or -1 */
	bool is_handle;		/* ADDRESS is that of a queue handle: which lock it is of is not known here */
	const char *text;
	const struct step *acquired;	/* HELD: where */
	const struct step *touched;	/* the last event */
};

/* The group of the release DDI, which is NULL where only an annotation says that the lock is released. */
static inline enum spinrule_group state_first_group(const struct spinrule_ddi *ddi)
{
	return ddi ? ddi->group : SPINRULE_GROUP_ANY;
}

struct binding { int value, node; };		/* value = node */
struct cell { int address, class_, node; bool is_stale; };
struct doubt { int atom, node; };		/* ATOM may well still be NODE */


struct class_set { int n, max, *list; };	/* sorted */

struct state {
	int n_locks, max_locks, n_bindings, max_bindings, n_cells, max_cells, n_doubts, max_doubts;
	struct lock_record *locks;	/* sorted by address */
	struct binding *bindings;	/* sorted by value */
	struct cell *cells;		/* sorted by address, class */
	struct doubt *doubts;		/* sorted by atom */
	struct class_set changed;	/* classes whose cells no longer hold what they did at entry */
	struct class_set maybe_changed;	/* ... most likely still do: a callee writes to them somewhere */
	struct facts facts;
	bool all_changed;		/* ... of every class */
	bool data_changed;		/* ... of every class but pointers and private ones: others may have written */
	bool driver_changed;		/* ... of every class but private ones and pointers of system structs */
	bool is_doubtful;		/* contradicts what most likely did not change: nothing is claimed */
	bool is_vague;			/* a callee was over budget: it may not come back this way */
	bool is_joined;			/* facts were given up: a claim needs its path walked again */
	int unnamed;			/* node: the address of a lock that stays held when its name is lost; or -1 */
	bool lost_held;			/* a lock is held whose address nobody can name any more */
	bool touches_unknown;		/* a lock that the caller cannot name was taken or released */
	bool breaks_rule;		/* in its block; claimed */
	int counted;			/* number of the state with which its block was entered, in struct count */
	int irql;			/* node: the IRQL when no lock was held last: given back by the last release, or saved by the first acquire; or -1 */
	const struct step *last;
};

/* An empty state. */
struct state *state_new(void);

struct state *state_copy(const struct state *state);
void state_free(struct state *state);
long state_size(const struct state *state);	/* bytes */
bool state_equal(const struct state *x, const struct state *y);	/* path and joinedness apart */
bool state_same_locks(const struct state *x, const struct state *y);
bool state_same_irqls(const struct state *x, const struct state *y);	/* ... which have the same locks */

/* Give up where STATE and OTHER differ; their locks are the same.  True if STATE changed. */
bool state_join(struct state *state, const struct state *other, struct sym_table *table, int function,
		const struct lockprog_function *program);

/* The node bound to VALUE, or -1. */
int state_binding(const struct state *state, int value);
void state_bind(struct state *state, int value, int node);

/* The record of the lock at ADDRESS, or NULL; valid until one is added. */
struct lock_record *state_lock(struct state *state, int address);
struct lock_record *state_add_lock(struct state *state, int address);

/* What the cell at ADDRESS holds: its node, or -1.  *IS_STALE: it may have changed since. */
int state_cell(const struct state *state, int address, int class_, bool *is_stale);
void state_set_cell(struct state *state, int address, int class_, int node, bool is_stale);

/* Forget cells of CLASS_ (-1: all) that may be the one at ADDRESS (-1: any). */
void state_drop_cells(struct state *state, const struct sym_table *table, int class_, int address);
/* Cells of CLASS_ that may be the one at ADDRESS are only likely to hold what they did. */
void state_doubt_cells(struct state *state, const struct sym_table *table, int class_, int address);
void state_mark_changed(struct state *state, int class_);
bool state_is_changed(const struct state *state, int class_);

bool class_set_has(const struct class_set *set, int class_);
void class_set_add(struct class_set *set, int class_);
void class_set_add_all(struct class_set *set, const struct class_set *other);

void state_add_doubt(struct state *state, int atom, int node);

/* True if anything in STATE is told in terms of ATOM. */
bool state_mentions(const struct state *state, const struct sym_table *table, int atom);

/* ATOM is about to mean something new: what is said of the old one is said of another name
 * for it, or forgotten.  Returns the new name of the old one, or -1. */
int state_redefine(struct state *state, struct sym_table *table, int atom);

/* True if the two addresses cannot be the same lock (or cell). */
bool addresses_distinct(const struct sym_table *table, int a, int class_a, int b, int class_b);

#endif
