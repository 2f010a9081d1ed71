/* sarif.h - findings as a SARIF 2.1.0 log.
 *
 * A log has one run.  Several compilations may share a file: each replaces what the last
 * compilation of the same source file said, and leaves the rest.  Names of files are
 * relative to the root of the source tree where they are in it.
 *
 * All texts are copied.  Texts may be NULL where that is said.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_SARIF_H
#define OUTPUT_SARIF_H

#include <stdbool.h>

#include "runtime/rule.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Columns count bytes from 1, 0: not known.  FILE is relative to DIRECTORY, NULL: to the
 * folder of this process. */
struct sarif_place {
	const char *file, *directory;
	int line, column;
	bool is_call;		/* the whole call that starts there is meant */
};

enum sarif_kind {
	SARIF_OTHER,
	SARIF_ACQUIRE,
	SARIF_RELEASE,
	SARIF_BRANCH,
	SARIF_CALL,
	SARIF_FAILURE		/* the mistake itself */
};

struct sarif_step {
	struct sarif_place place;
	const char *text, *function;
	int nesting;		/* calls above it, 0 in the function of the result */
	enum sarif_kind kind;
};

enum sarif_baseline { SARIF_NO_BASELINE, SARIF_NEW, SARIF_UNCHANGED, SARIF_ABSENT };

/* Why a result is accepted. */
struct sarif_suppression {
	bool is_in_source;
	const char *why;
	struct sarif_place place;	/* no file: not known */
};

struct sarif_result {
	enum spinrule_violation id;
	enum spinrule_rule rule;
	bool is_error;
	const char *text, *function;
	const char *lock, *fingerprint;		/* or NULL */
	struct sarif_place place;
	int n_steps, n_suppressions;
	const struct sarif_step *steps;
	const struct sarif_suppression *suppressions;
	enum sarif_baseline baseline;
};

struct sarif;

/* A log of what is said about UNIT, a source file or a driver, whose source is at START,
 * a file or folder.  PROGRAM is the file of this program or plugin, for the pages beside
 * it. */
struct sarif *sarif_new(const char *unit, const char *start, const char *program);
void sarif_free(struct sarif *log);

void sarif_add(struct sarif *log, const struct sarif_result *result);

/* Say TEXT, which is no finding: what was not decided. */
void sarif_note(struct sarif *log, const struct sarif_place *place, const char *text);

/* Write LOG to FILE.  Returns NULL, or what is wrong, malloc'ed. */
char *sarif_write(struct sarif *log, const char *file);

/* The same, but keep what FILE says about other units. */
char *sarif_merge(struct sarif *log, const char *file);

/* Write LOG to a file of its own below FOLDER, by the name of its unit. */
char *sarif_write_below(struct sarif *log, const char *folder);

/* The address of the page of ID in the documentation beside PROGRAM; malloc'ed, or
 * NULL. */
char *sarif_page(const char *program, enum spinrule_violation id);

#ifdef __cplusplus
}
#endif

#endif
