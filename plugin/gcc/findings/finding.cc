/* finding.cc - the violations of a unit, each once, with how it is reported.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "check/identity.h"
#include "check/open.h"
#include "findings/finding.h"
#include "output/baseline.h"
#include "source/source.h"

const char *
finding_function_name (tree fndecl)
{
	return DECL_NAME (fndecl) ? IDENTIFIER_POINTER (DECL_NAME (fndecl)) : "?";
}

check_status
finding_status (const finding &f)
{
	if (f.is_in_system_header || f.level == LEVEL_IGNORED || f.is_left_open
	    || args.no_warn)
		return CHECK_SILENCED;
	return f.is_in_baseline ? CHECK_IN_BASELINE : CHECK_SHOWN;
}

/* ---- fingerprints ---- */

/* The code of the line at PLACE; malloc'ed. */
static char *
code_at (void *, const lockprog_place *place)
{
	std::string code;
	bool in_comment = false;

	if (place->file)
		source_code (place->file, place->line, &in_comment, &code);
	return xstrdup (code.c_str ());
}

/* Path number I of VIOLATION. */
static check_path
path_of (const check_violation *violation, size_t i)
{
	check_path own = { violation->n_events, violation->max_events, violation->events };

	return i == 0 ? own : violation->others[i - 1];
}

check_path
finding_path (const finding &f)
{
	return path_of (f.violation, f.shown);
}

/* What identifies F on its path number I. */
static std::string
identity_of (const finding &f, size_t i)
{
	const check_path path = path_of (f.violation, i);
	char *made = identity_make (f.violation, &path, finding_function_name (f.decl), code_at,
				    NULL);
	std::string identity = made;

	free (made);
	return identity;
}

static bool
is_before (const finding *a, const finding *b)
{
	const lockprog_place &p = a->violation->place, &q = b->violation->place;

	if (a->function != b->function)
		return a->function < b->function;
	return p.line != q.line ? p.line < q.line : p.column < q.column;
}

/* Findings with equal identities are distinguished by their order. */
static void
add_fingerprints (std::vector<finding> *findings)
{
	std::vector<finding *> order;
	std::map<std::string, int> seen;

	for (finding &f : *findings)
		order.push_back (&f);
	std::stable_sort (order.begin (), order.end (), is_before);
	for (finding *f : order) {
		/* Branches of one line are one way. */
		std::set<std::string> own;

		for (size_t i = 0; i <= (size_t) f->violation->n_others; i++) {
			std::string identity = identity_of (*f, i);

			char fingerprint[FINGERPRINT_DIGITS + 1];

			own.insert (identity);
			baseline_fingerprint (identity.c_str (), seen[identity], fingerprint);
			f->fingerprints.push_back (fingerprint);
		}
		for (const std::string &identity : own)
			seen[identity]++;
	}
}

/* ---- collect ---- */

/* What is reported once: a template's instances have one place; two locks held at one
 * return are two mistakes, and so are two acquires. */
typedef std::tuple<location_t, int, std::string, std::string, int, int> mistake;

static location_t
where_of (const check_violation *violation, tree fndecl)
{
	if (violation->place.cookie)
		return (location_t) violation->place.cookie;
	return DECL_SOURCE_LOCATION (fndecl);
}

static mistake
mistake_of (const check_violation *violation, tree fndecl)
{
	const lockprog_place &since = violation->since;
	const bool tells = violation->violation == SPINRULE_HELD_AT_RETURN;

	return mistake (where_of (violation, fndecl), (int) violation->violation,
			violation->lock ? violation->lock : "",
			tells && since.file ? since.file : "", tells ? since.line : 0,
			tells ? since.column : 0);
}

std::vector<finding>
findings_collect (const lockprog_unit *unit, const check_result *result,
		  const std::vector<tree> &decls)
{
	std::set<mistake> known;
	std::vector<finding> findings;
	bool *may_call = args.embed ? open_find (unit) : NULL;

	for (int f = 0; f < unit->n_functions; f++)
		for (int i = 0; i < result->functions[f].n_violations; i++) {
			finding made = finding ();
			check_violation *violation = &result->functions[f].violations[i];

			made.function = f;
			made.decl = decls[f];
			made.violation = violation;
			made.where = where_of (violation, decls[f]);
			if (!known.insert (mistake_of (violation, decls[f])).second)
				continue;
			made.is_left_open = may_call && open_is (unit, f, violation, may_call);
			made.is_in_system_header =
				in_system_header_at (DECL_SOURCE_LOCATION (decls[f]));
			made.level = silence_decide (decls[f], made.where, violation->violation,
						     &made.silencers);
			for (int s : made.silencers)
				silencers[s].used++;
			findings.push_back (made);
		}
	add_fingerprints (&findings);
	free (may_call);
	return findings;
}

void
findings_settle (check_result *result, const std::vector<tree> &decls,
		 const std::vector<finding> &findings)
{
	std::map<mistake, check_status> statuses;

	for (const finding &f : findings)
		statuses[mistake_of (f.violation, f.decl)] = finding_status (f);
	for (int f = 0; f < result->n_functions; f++)
		for (int i = 0; i < result->functions[f].n_violations; i++) {
			check_violation *violation = &result->functions[f].violations[i];

			check_status &status = statuses[mistake_of (violation, decls[f])];

			violation->status = status;
			status = CHECK_REPEATED;
		}
}
