/* model.h - what the logs and summaries say, put together.
 *
 * All texts are names of the store: equal texts are equal pointers, "" where there is none.
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
	struct run *nameless;	/* the run that records without the name of one are of; NULL after a summary */
};

/* A run of a program or of a driver.  Several runs may write to one file, at the same time too: each record names its own. */
struct run {
	const struct input *input;
	const char *id, *parent;	/* parent: of a process made by fork () */
	const char *program, *port, *version, *process, *options;
	unsigned long long calls, counted, sites, executed;	/* what its summary says; counted: violations */
	bool is_ended;			/* has a summary */
	unsigned number;		/* on the page, from 1 */
};

/* ---- compile time ---- */

enum verdict { VERDICT_NOT_APPLICABLE, VERDICT_PASS, VERDICT_VIOLATION, VERDICT_UNKNOWN, VERDICTS };

struct unit {
	const struct input *input;
	const char *file, *compiler;
	bool is_instrumented, is_replaced;	/* replaced: compiled again later in the same file */
	struct list functions, warnings, sites, silencers;
	struct texts notices;
};

struct function {
	const char *name, *callback, *why, *detail, *paths, *violating_paths;
	struct place place;
	enum verdict verdict;
	bool is_undecided;	/* a violation, and other paths were not decided */
	unsigned long long lock_calls;
};

enum status { STATUS_SHOWN, STATUS_SILENCED, STATUS_BASELINE };

/* What the runs say about a warning, weakest first. */
enum confirmation {
	CONFIRMATION_NO_RUN,		/* no log says whether it was reached */
	CONFIRMATION_NOT_REACHED,
	CONFIRMATION_ACQUIRED,		/* its acquire was executed; nothing wrong was seen */
	CONFIRMATION_REACHED,		/* its own site was executed; nothing wrong was seen */
	CONFIRMATION_RELATED,		/* another violation of the same acquire */
	CONFIRMATION_BY_ACQUIRE,
	CONFIRMATION_BY_SITE,
	CONFIRMATIONS
};

struct step {
	struct place place;
	const char *text;
};

struct warning {
	const struct function *in;	/* or NULL */
	const char *id, *function, *lock, *message, *rule, *bugcheck, *fingerprint;
	unsigned long long cwe;
	struct place place, acquired;
	struct list path;		/* of struct step */
	enum status status;
	struct list units;		/* of struct unit: the compilations that gave it */
	enum confirmation confirmation;
	struct list violations;		/* of struct violation: those that confirm it or are related */
	unsigned number;		/* on the page, from 1 */
};

struct silencer {
	const char *kind, *id, *reason;
	struct place place;
	unsigned long long used;
};

/* ---- run time ---- */

struct event {
	const char *what, *lock, *address;
	const struct site *site;	/* or NULL */
};

struct violation {
	const char *id, *message, *rule, *bugcheck, *lock, *address, *fix, *thread,
		*acquired_thread;
	const struct site *site, *acquired;	/* or NULL */
	const struct site *released;		/* release-unheld: this thread's release before, or NULL */
	const struct site *earlier[2];		/* lock-order: the acquires of the earlier order, or NULL */
	const char *earlier_locks[2], *earlier_thread;
	unsigned long long cwe, held_us;	/* 0: not told */
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

/* Violations of one id: as the summaries of runs count them, and as the logs report them. */
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
	size_t incomplete_runs;
	unsigned long long calls, untold;	/* untold: violations found while one was reported */
	bool has_coverage;			/* a log lists the sites that were linked */
};

void model_start(struct model *model);
void model_end(struct model *model);

/* Compare places by file, line and column. */
int place_compare(const struct place *a, const struct place *b);
bool place_is_known(const struct place *place);

/* The run of INPUT whose name is ID, added where it is new.  "": the one that has not ended of those without a name. */
struct run *model_run(struct model *model, struct input *input, const char *id);

/* "log.json", or "log.json run 2" where the file has several. */
const char *model_run_name(struct store *store, const struct run *run);

/* SITE in MODEL, added where it is new. */
struct covered *model_site(struct model *model, const struct site *site);

/* Add UNIT; an earlier one of the same file, compiler and input is replaced. */
void model_add_unit(struct model *model, struct unit *unit);

/* Add VIOLATION of RUN, or count the same one again. */
void model_add_violation(struct model *model, struct violation *violation, struct run *run);

/* Count that the suppression KIND:PATTERN kept USED violations silent. */
void model_suppress(struct model *model, const char *kind, const char *pattern,
		    unsigned long long used);

/* The counts of ID, added where it is new. */
struct id_count *model_id(struct model *model, const char *id);

/* When all is read: each warning, function and silencer of the units once, all in the order of their places. */
void model_finish(struct model *model);

#endif
