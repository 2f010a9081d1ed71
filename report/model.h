/* model.h - the contents of all logs and summaries.
 *
 * All texts are names of the store: equal texts are equal pointers; no text is "".
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>

#include "store.h"

/* file "" and line 0: not known. */
struct place {
	const char *file;
	unsigned line, column;
};

struct site {
	struct place place;
	const char *function, *ddi, *lock;
};

/* A file that was read. */
struct input {
	const char *name;
	size_t units, runs, violations, sites, broken, foreign, unknown;
	bool failed;
	struct texts problems;	/* "name:line: what" */
	struct run *nameless;	/* the run of records that name none; NULL after its summary */
};

/* A run of a program or of a driver.  Several runs may write to one file, even at the
 * same time: each record names its run. */
struct run {
	const struct input *input;
	const char *id, *parent;	/* parent: of a process made by fork () */
	const char *program, *port, *version, *process, *options;
	/* From its summary; counted: violations. */
	unsigned long long calls, counted, sites, executed;
	bool is_ended;			/* has a summary */
	unsigned number;		/* on the page, from 1 */
};

/* ---- compile time ---- */

enum verdict { VERDICT_NOT_APPLICABLE, VERDICT_PASS, VERDICT_VIOLATION, VERDICT_UNKNOWN, VERDICTS };

struct unit {
	const struct input *input;
	const char *file, *compiler;
	bool is_instrumented;
	bool is_replaced;		/* the same input has a later compilation of its file */
	struct list functions, warnings, sites, silencers;
	struct texts notices;
};

struct function {
	const char *name, *callback, *why, *detail, *paths, *violating_paths;
	struct place place;
	enum verdict verdict;
	bool is_undecided;	/* a violation, and other paths were not decided */
	unsigned long long lock_calls;
	struct list graph;	/* of struct graph_block: its control flow, if it is known */
};

/* The number of the block that it leads to, and on which condition. */
struct graph_edge {
	size_t block;
	const char *text;
};

struct graph_block {
	struct texts texts;	/* what it does to locks */
	struct list edges;	/* of struct graph_edge */
};

enum status { STATUS_SHOWN, STATUS_SILENCED, STATUS_BASELINE };

/* What the runs show about a warning, weakest first. */
enum confirmation {
	CONFIRMATION_NO_RUN,		/* no log shows whether it was reached */
	CONFIRMATION_NOT_REACHED,
	CONFIRMATION_ACQUIRED,		/* its acquire was executed without a violation */
	CONFIRMATION_REACHED,		/* its own site was executed without a violation */
	CONFIRMATION_RELATED,		/* another violation of the same acquire */
	CONFIRMATION_BY_ACQUIRE,
	CONFIRMATION_BY_SITE,
	CONFIRMATIONS
};

/* What a step does to the lock that it names. */
enum step_kind { STEP_OTHER, STEP_ACQUIRE, STEP_RELEASE };

struct step {
	struct place place;
	const char *text, *lock;
	const char *function;	/* "": that of the warning */
	enum step_kind kind;
	unsigned depth;		/* calls between it and the function of the warning */
	size_t block, edge;	/* in the function's graph; with DEPTH 0 */
	bool has_edge;
};

struct warning {
	const struct function *in;	/* or NULL */
	const char *id, *function, *lock, *message, *rule, *bugcheck, *fingerprint;
	unsigned long long cwe;
	struct place place, acquired;
	struct list path;		/* of struct step */
	enum status status;
	struct list units;		/* of struct unit: compilations that reported it */
	enum confirmation confirmation;
	struct list violations;		/* of struct violation: confirming or related */
	unsigned number;		/* on the page, from 1 */
	const char *picture;		/* of its function, as SVG, or NULL */
};

/* What a baseline lists, and nothing is found of any more. */
struct fixed {
	const char *id, *file, *function, *lock;
};

struct silencer {
	const char *kind, *id, *reason;
	struct place place;
	unsigned long long used;
};

/* ---- run time ---- */

struct event {
	const char *what, *lock, *address, *reason;
	const struct site *site;	/* or NULL */
};

/* A function that led to a violation; MODULE+OFFSET where its place is not known. */
struct caller {
	const char *function;
	struct place place;
};

struct violation {
	const char *id, *message, *rule, *bugcheck, *lock, *address, *fix, *thread,
		*acquired_thread;
	const struct site *site, *acquired;	/* or NULL */
	const struct site *released;	/* release-unheld: the thread's last release, or NULL */
	const struct site *earlier[2];	/* lock-order: acquires of the earlier order, or NULL */
	const char *earlier_locks[2], *earlier_thread;
	unsigned long long cwe, held_us;	/* 0: not reported */
	const struct site *first;	/* where the lock was first named, or NULL */
	const char *first_event;		/* "initialize" or "acquire" */
	struct list callers;			/* of struct caller, the nearest first */
	struct list acquired_callers;		/* the same of ACQUIRED, if they are known */
	const char *chain;			/* the same as one text */
	struct list held, history;		/* of struct event */
	struct list runs;			/* of struct run: where it is reported */
	size_t reports;
	enum confirmation confirmation;		/* the best with any warning */
	struct list warnings;			/* of struct warning */
	bool is_compiled;			/* a summary covers its file */
	unsigned number;
};

struct lock_stats {
	const char *lock, *address;
	const struct run *run;
	const struct site *longest_site;
	unsigned long long acquisitions, contended, longest_us;
};

struct suppression {
	const char *kind, *pattern;
	unsigned long long used;
};

/* ---- both ---- */

struct covered {
	const struct site *site;
	bool is_compiled, is_linked, is_executed;
};

struct notice {
	const char *text, *from;
	const struct run *run;
};

/* The numbers of violations of one id: counted in summaries of runs, and reported in
 * logs. */
struct id_count {
	const char *id;
	unsigned long long counted, reported;
};

struct model {
	struct store store;
	struct list inputs, runs, units, warnings, violations, sites, locks, suppressions,
		silencers, notices, counts;
	void *run_set, *warning_set, *violation_set, *site_set, *unit_set, *function_set,
		*silencer_set, *id_set;
	struct list functions;			/* of struct function, each once */
	struct list fixed;			/* of struct fixed */
	bool has_baseline;			/* one was given to the report */
	size_t incomplete_runs;
	unsigned long long calls;
	unsigned long long unreported;		/* violations found while another was reported */
	bool has_coverage;			/* a log lists the linked sites */
};

void model_start(struct model *model);
void model_end(struct model *model);

/* Compare places by file, line and column. */
int place_compare(const struct place *a, const struct place *b);
bool place_is_known(const struct place *place);

/* The run of INPUT whose name is ID, added if it is new.  "": the run without a name
 * that has not ended. */
struct run *model_run(struct model *model, struct input *input, const char *id);

/* "log.json", or "log.json run 2" if the file has several runs. */
const char *model_run_name(struct store *store, const struct run *run);

/* SITE in MODEL, added if it is new. */
struct covered *model_site(struct model *model, const struct site *site);

/* Add UNIT; an earlier one of the same file, compiler and input is replaced. */
void model_add_unit(struct model *model, struct unit *unit);

/* Add VIOLATION of RUN, or count the same one again. */
void model_add_violation(struct model *model, struct violation *violation, struct run *run);

/* Count that the suppression KIND:PATTERN has suppressed USED violations. */
void model_suppress(struct model *model, const char *kind, const char *pattern,
		    unsigned long long used);

/* The counts of ID, added if it is new. */
struct id_count *model_id(struct model *model, const char *id);

/* Call when all is read: keeps each warning, function and silencer of the units once,
 * and sorts all by place. */
void model_finish(struct model *model);

#endif
