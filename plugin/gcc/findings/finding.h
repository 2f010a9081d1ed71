/* finding.h - the violations of a unit, each once, with what is to become of it.
 *
 * Decided here; shown by diagnose.cc, listed by baseline.cc and unit-summary.cc.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FINDING_H
#define FINDING_H

#include "check/check.h"
#include "findings/silence.h"

struct finding {
	int function;			/* number in the unit */
	tree decl;			/* its declaration */
	check_violation *violation;
	location_t where;		/* never inside a macro */
	silence_level level;
	std::vector<int> silencers;	/* that silence it: numbers in `silencers' */
	bool is_in_system_header;	/* nothing the user can mend: silent, whatever else holds */
	bool is_in_baseline;
	std::string fingerprint;	/* the same as long as the line and its function say the same */
};

/* Every violation in RESULT once (a template's instances have one place), decided but for the
 * baseline.  Counts in `silencers' who silenced what. */
std::vector<finding> findings_collect (const struct lockprog_unit *unit, const struct check_result *result,
				       const std::vector<tree> &decls);

/* What becomes of F. */
enum check_status finding_status (const finding &f);

/* Note in RESULT what became of each violation, repetitions of one place included. */
void findings_settle (struct check_result *result, const std::vector<tree> &decls, const std::vector<finding> &findings);

/* The name of FNDECL that does not change with the arguments of templates, nor with other functions. */
const char *finding_function_name (tree fndecl);

#endif
