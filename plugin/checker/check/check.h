/* check.h - lock program in, violations with paths out.
 *
 * One thread only.  Results belong to the caller until check_free.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CHECK_H
#define CHECK_H

#include "lockprog/lockprog.h"
#include "runtime/rule.h"
#include "walk/event.h"

#ifdef __cplusplus
extern "C" {
#endif

struct check_options {
	/* Different sets of facts to keep for the same locks at one block, before joining
	 * them. */
	int max_states;
	/* Blocks to walk for each block of a function, before giving up on the
	 * function. */
	int max_steps;
	/* How many times the work of a compile a function may take: at least 1. */
	int patience;
	/* Count paths; functions with violations are walked once more. */
	bool counts_paths;
	/* Receives each step of each walk, or NULL: "Reading a trace" in
	 * CONTRIBUTING.md. */
	FILE *trace;
};

extern const struct check_options check_default_options;

/* Whether a violation is shown. */
enum check_status {
	CHECK_SHOWN,
	CHECK_SILENCED,		/* silenced by the programmer */
	CHECK_IN_BASELINE,	/* listed in the baseline */
	CHECK_REPEATED		/* the same mistake as one before it, and told there */
};

/* A path to a violation. */
struct check_path { int n_events, max_events; struct path_event *events; };

struct check_violation {
	enum spinrule_violation violation;
	/* Of the failing operation, or of the acquire for held-at-return; NULL for a
	 * call. */
	const struct spinrule_ddi *ddi;
	enum spinrule_group group;
	struct lockprog_place place;		/* where to warn */
	const char *lock;			/* as written there */
	/* DDI as written there, or callee's name; NULL at a return. */
	const char *written;
	const char *function;
	/* The acquire, or the last event of the lock; without a line if there is none. */
	struct lockprog_place since;
	const struct spinrule_ddi *acquired_by;	/* MISMATCHED_RELEASE */
	/* WRONG_IRQL: the lock whose acquire saved the IRQL that the release gives back,
	 * or NULL: */
	const char *irql_of;
	long long irql;				/* ... the constant that it gives back */
	const char *irql_cell; /* as in struct lock_event */
	bool irql_is_unset, irql_is_found;
	/* LEVEL_ORDER: the level of the lock; the lock that is held, and its level. */
	const char *level, *after, *after_level;
	/* ANNOTATION_MISMATCH: the lock is held, and should not be. */
	bool is_held;
	int n_events, max_events;
	struct path_event *events;
	/* HELD_AT_RETURN: paths on which the same acquire leaks by other branches. */
	int n_others, max_others;
	struct check_path *others;
	/* SHOWN until the code that prints violations changes it. */
	enum check_status status;
};

/* The last branch of the N events at EVENTS, which decides the way, or NULL. */
const struct path_event *check_last_branch(const struct path_event *events, int n);

enum check_verdict {
	CHECK_NOT_APPLICABLE,	/* neither a lock operation nor a call of a function with one */
	CHECK_PASS,
	CHECK_VIOLATION,
	CHECK_UNKNOWN
};

struct check_function_result {
	enum check_verdict verdict;
	/* Why something is undecided, or REASON_NONE: never NONE for UNKNOWN, always NONE
	 * for PASS. */
	enum reason why;
	int lock_ops;		/* lock operations in its text */
	/* Acyclic paths through it, decimal (may exceed any integer type); NULL: not
	 * counted. */
	char *paths;
	/* The number of those with a violation; NULL: not counted, or not known
	 * exactly. */
	char *breaking_paths;
	int n_violations, max_violations;
	struct check_violation *violations;
};

struct check_result {
	int n_functions;
	struct check_function_result *functions;	/* parallel to unit->functions */
};

/* Check every function of UNIT, callees first. */
struct check_result *check_unit(const struct lockprog_unit *unit,
				const struct check_options *options);
void check_free(struct check_result *result);

#ifdef __cplusplus
}
#endif

#endif
