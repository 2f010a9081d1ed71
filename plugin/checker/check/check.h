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
	int max_states;		/* distinct fact sets kept for one state of the locks at one block, before joining */
	int max_steps;		/* blocks walked for each block of a function, before giving up on it */
	bool counts_paths;	/* fill in the numbers of paths; functions with violations are walked once more */
	FILE *trace;		/* where each step of each walk is printed (docs/design.md), or NULL */
};

extern const struct check_options check_default_options;

/* What became of a violation. */
enum check_status {
	CHECK_SHOWN,
	CHECK_SILENCED,		/* by what the programmer wrote */
	CHECK_IN_BASELINE	/* known before */
};

struct check_violation {
	enum spinrule_violation violation;
	const struct spinrule_ddi *ddi;		/* of the failing operation, or of the acquire for held-at-return; NULL for a call */
	enum spinrule_group group;
	struct lockprog_place place;		/* where to warn */
	const char *lock;			/* as written there */
	const char *written;			/* DDI as written there, or callee's name; NULL at a return */
	const char *function;
	const struct spinrule_ddi *acquired_by;	/* MISMATCHED_RELEASE */
	const char *irql_of;			/* WRONG_IRQL: the lock whose acquire saved what was given back, or NULL: */
	long long irql;				/* ... the constant that was given back */
	bool is_held;				/* ANNOTATION_MISMATCH: it is, and should not be */
	int n_events, max_events;
	struct path_event *events;
	enum check_status status;		/* SHOWN until whoever shows violations says otherwise */
};

enum check_verdict {
	CHECK_NOT_APPLICABLE,	/* no lock operation and no call that has one */
	CHECK_PASS,
	CHECK_VIOLATION,
	CHECK_UNKNOWN
};

struct check_function_result {
	enum check_verdict verdict;
	enum reason why;	/* why something was not decided: always for UNKNOWN, never for PASS; or REASON_NONE */
	int lock_ops;		/* lock operations in its text */
	char *paths;		/* acyclic paths through it, decimal (may exceed any integer type); NULL: not counted */
	char *breaking_paths;	/* ... of those, the ones with a violation; NULL: not counted, or not known exactly */
	int n_violations, max_violations;
	struct check_violation *violations;
};

struct check_result {
	int n_functions;
	struct check_function_result *functions;	/* parallel to unit->functions */
};

/* Check every function of UNIT, callees first. */
struct check_result *check_unit(const struct lockprog_unit *unit, const struct check_options *options);
void check_free(struct check_result *result);

#ifdef __cplusplus
}
#endif

#endif
