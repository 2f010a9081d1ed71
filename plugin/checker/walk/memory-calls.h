/* memory-calls.h - what calls, and other code that runs meanwhile, may have changed in
 * memory.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MEMORY_CALLS_H
#define MEMORY_CALLS_H

#include "runtime/rule.h"
#include "walk/memory.h"

struct state;
struct walk;

/* An entry of STATE's likely values for a pointer in ADDRESS that only functions of the
 * driver without a program may have changed, or NULL. */
const struct likely *memory_left_alone(const struct walk *walk, const struct state *state,
				       int address);

/* True if a call of a function without a program leaves the pointer or the value alone
 * that the cell of CLASS_ at ADDRESS holds in STATE. */
bool memory_is_out_of_reach(const struct walk *walk, const struct state *state, int address,
			    int class_, struct lockprog_type type);

/* Code that is not visible ran: other threads during a wait for a lock, or functions of
 * the driver.  These leave the pointers alone that lead to a held lock. */
void memory_unseen(struct walk *walk, struct state *state, bool by_driver);

/* True if other threads may run after DDI has released its lock: it lowers the IRQL. */
static inline bool memory_lets_move(const struct spinrule_ddi *ddi)
{
	return ddi->op == SPINRULE_OP_MOMENTARY ||
	       (ddi->op == SPINRULE_OP_RELEASE &&
		spinrule_group_level(ddi->group) != SPINRULE_STAYS);
}

/* A store is about to make the cells of CLASS_ doubtful: the pointers on the way to each
 * held lock get cells of their own, which a store to another place leaves alone. */
void memory_before_store(struct walk *walk, struct state *state, int class_);

/* Other threads may run here: unless a lock is held, or the IRQL is still raised or was
 * at the entry, the thread may go on on another processor. */
void memory_may_move(struct walk *walk, struct state *state);

/* What a call of a function writes to, on any path. */
struct writes {
	struct class_set classes;
	/* Those of CLASSES that it writes to not only through parameters. */
	struct class_set elsewhere;
	/* The parameters that it writes through, a bit each. */
	unsigned long long through;
	unsigned unseen;		/* enum unseen */
	/* A bit for each pointer parameter that it passes to functions that are not
	 * visible. */
	unsigned long long to_unseen;
	/* A bit for each pointer parameter that leads to what may be a saved IRQL, which
	 * it passes to such functions by value. */
	unsigned long long irqls_to_unseen;
};

/* Apply OP, a call that writes to WRITES, but not to the classes KEPT on this path.
 * STAYS: the IRQL stays raised during the call. */
void memory_call(struct walk *walk, struct state *state, const struct lockprog_op *op,
		 const struct writes *writes, const struct class_set *kept, bool stays);

/* Apply OP, a call of a function of the unit that may do anything. */
void memory_call_unknown(struct walk *walk, struct state *state, const struct lockprog_op *op);

/* The caller's objects that OP passes as the arguments in TO_UNSEEN may hold anything. */
void memory_forget_passed(struct walk *walk, struct state *state, const struct lockprog_op *op,
			  unsigned long long to_unseen);

/* Pointers in memory through which a lock is found. */
struct memory_way {
	int n;
	struct cell cells[MEMORY_MAX_WAY];
};

/* Add to WAY the pointers that have led to ADDRESS since the entry. */
void memory_note_way(struct walk *walk, const struct state *state, int address,
		     struct memory_way *way);

#endif
