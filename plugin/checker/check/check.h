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

#ifdef __cplusplus
extern "C" {
#endif

struct check_options {
	int max_states;		/* distinct fact sets kept for one state of the locks at one block, before joining */
	int max_steps;		/* blocks executed for one function, before giving up */
	bool counts_paths;	/* fill in the numbers of paths; functions with violations are walked once more */
};

extern const struct check_options check_default_options;

/* What happened at one point of a path. */
enum check_event_kind {
	CHECK_ACQUIRED,		/* OP acquired TEXT */
	CHECK_TRIED,		/* OP tried TEXT and succeeded */
	CHECK_TRY_FAILED,	/* OP tried TEXT and failed */
	CHECK_RELEASED,		/* OP released TEXT */
	CHECK_BRANCH,		/* took edge SUCC of BLOCK */
	CHECK_CALL,		/* OP calls a function of the unit that acquired or released TEXT */
	CHECK_ENTRY_HELD,	/* the function is entered with TEXT held: the cancel lock, or by its annotation */
	CHECK_ENTRY_FREE,	/* ... with TEXT not held, by its annotation */
	CHECK_REQUIRED,		/* OP calls a function that requires TEXT held (CALL_ACQUIRES) or free */
	CHECK_ASSUMED,		/* OP says that TEXT is held (CALL_ACQUIRES) or free */
	CHECK_HERE		/* the failing point: always the last event */
};

struct check_event {
	enum check_event_kind kind;
	struct lockprog_place place;
	int block;		/* where in the program */
	int op;			/* number in the block; -1: its exit */
	int succ;		/* BRANCH */
	bool call_acquires;	/* CALL: it did acquire; else it did release.  REQUIRED, ASSUMED: held */
	const char *text;	/* the lock as written there */
	const char *written;	/* the DDI as written there, or the callee's name */
};

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
	struct check_event *events;
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

/* The words of EVENT, number NUMBER of its path not included: "'ext->lock' acquired here",
 * "taking the branch where 'irp' is null".  Returns BUFFER. */
const char *check_describe_event(const struct lockprog_function *function, const struct check_violation *violation,
				 const struct check_event *event, char *buffer, int size);

/* The message of VIOLATION without location, severity and id:
 * "spin lock 'ext->lock' is acquired while already held". Returns BUFFER. */
const char *check_message(const struct check_violation *violation, char *buffer, int size);

/* What the user should know of RESULT as a whole, or NULL: that no callback was found, or no lock. */
const char *check_notice(const struct lockprog_unit *unit, const struct check_result *result);

/* What was checked: a line for the unit, then one for each function with locks. */
void check_print_summary(FILE *out, const struct lockprog_unit *unit, const struct check_result *result);

#ifdef __cplusplus
}
#endif

#endif
