/* finding.h - the violations of a unit, each once, with how it is reported.
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
	/* The object carries its lock program, and the violation depends on a call of a
	 * function that is not seen: the check of the driver decides. */
	bool is_left_open;
	/* They do not change with the lines around it: of its own path, then of the
	 * others by which the same acquire leaks. */
	std::vector<std::string> fingerprints;
	/* The path to show: the first that is not in the baseline. */
	size_t shown;
};

/* The path of F to show. */
struct check_path finding_path (const finding &f);

/* Every violation in RESULT once (a template's instances have one place).  All but
 * is_in_baseline is set.  Counts in `silencers' the violations that each silenced. */
std::vector<finding> findings_collect (const struct lockprog_unit *unit,
				       const struct check_result *result,
				       const std::vector<tree> &decls);

/* How F is reported. */
enum check_status finding_status (const finding &f);

/* Note in RESULT how each violation was reported, repetitions at one place included. */
void findings_settle (struct check_result *result, const std::vector<tree> &decls,
		      const std::vector<finding> &findings);

/* The name of FNDECL that does not change with the arguments of templates, nor with other
 * functions. */
const char *finding_function_name (tree fndecl);

#endif
