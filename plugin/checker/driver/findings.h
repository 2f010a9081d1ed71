/* findings.h - the violations of a driver, each once: fingerprints, the baseline, SARIF.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_FINDINGS_H
#define DRIVER_FINDINGS_H

#include "check/check.h"
#include "driver/input.h"
#include "output/baseline.h"

struct finding {
	int function;			/* number in the driver */
	struct check_violation *violation;
	bool is_system;			/* in a header of the system */
	/* Of its own path, then of the others by which the same acquire leaks. */
	char (*fingerprints)[FINGERPRINT_DIGITS + 1];
	int shown;			/* the path to show */
};

struct findings {
	int n, max;
	struct finding *list;
};

/* What becomes of findings besides being printed; NULL: nothing. */
struct findings_files {
	const char *source;		/* the folder of the driver's source */
	const char *baseline, *baseline_write, *sarif;
	const char *program;		/* the file of this program */
};

/* Collect the violations of RESULT, those that are repeated left out, with their
 * fingerprints if FILES needs them; set which are shown. */
void findings_collect(struct findings *findings, struct link_result *linked,
		      struct check_result *result, const struct findings_files *files);
void findings_free(struct findings *findings);

/* The path of FINDING to show. */
struct check_path findings_path(const struct finding *finding);

/* Read the baseline of FILES, set which findings it lists, and write the one to write.
 * False after an error, which was printed. */
bool findings_compare(struct findings *findings, const struct inputs *inputs,
		      struct link_result *linked, const struct findings_files *files,
		      struct baseline *baseline);

/* Write the SARIF log that FILES asks for.  False after an error, which was printed. */
bool findings_write(const struct findings *findings, struct link_result *linked,
		    const struct check_result *result, const struct findings_files *files);

#endif
