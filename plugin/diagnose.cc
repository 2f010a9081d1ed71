/* diagnose.cc - violations to GCC's diagnostics.
 *
 * The DDIs are macros of system headers, where GCC drops warnings: every place is the point
 * of use, and warnings are forced where -save-temps has lost that.  What is in a function
 * of a system header is nothing the user can mend, so it is not said.
 *
 * SPDX-License-Identifier: MIT
 */

#include "gcc-compat.h"
#include "diagnose.h"

static const int max_words = 400;

/* Which rule of Microsoft's it is, and what Driver Verifier says of it. */
static void
say_rule (location_t where, spinrule_rule rule)
{
	char code[16];

	/* GCC's own formats have no zero padding. */
	snprintf (code, sizeof code, "0x%08X", spinrule_rule_code (rule));
	inform (where, "rule %s; Driver Verifier stops with bug check 0xC4, parameter 1 = %s", spinrule_rule_name (rule),
		code);
}

static void
report (const lockprog_function *function, tree decl, const check_violation *violation, bool as_errors)
{
	char words[max_words];
	pretty_printer printer;
	simple_diagnostic_path path (&printer);
	diagnostic_metadata metadata;
	location_t where = violation->place.cookie ? (location_t) violation->place.cookie : DECL_SOURCE_LOCATION (decl);
	gcc_rich_location rich (where);

	for (int i = 0; i < violation->n_events; i++) {
		const check_event *event = &violation->events[i];

		if (!event->place.cookie)
			continue;
		check_describe_event (function, violation, event, words, sizeof words);
		path.add_event ((location_t) event->place.cookie, decl, 0, "%s", words);
	}
	rich.set_path (&path);
	metadata.add_cwe (spinrule_cwe (violation->violation));
	check_message (violation, words, sizeof words);

	auto_diagnostic_group group;
	if (compat_report (as_errors ? DK_ERROR : DK_WARNING, &rich, &metadata, "%s [spinrule-%s]", words,
			   spinrule_id (violation->violation)))
		say_rule (where, spinrule_rule_of (violation->violation, violation->group));
}

void
diagnose (const lockprog_unit *unit, const check_result *result, const std::vector<tree> &decls, bool as_errors)
{
	/* A template's instances have one place; two locks held at one return are two mistakes. */
	std::set<std::pair<std::pair<unsigned long, int>, std::string> > said;
	bool before = compat_warn_in_system_headers (true);

	for (int f = 0; f < unit->n_functions; f++) {
		if (in_system_header_at (DECL_SOURCE_LOCATION (decls[f])))
			continue;
		for (int i = 0; i < result->functions[f].n_violations; i++) {
			const check_violation *violation = &result->functions[f].violations[i];

			if (said.insert (std::make_pair (std::make_pair (violation->place.cookie, (int) violation->violation),
							 std::string (violation->lock ? violation->lock : ""))).second)
				report (unit->functions[f], decls[f], violation, as_errors);
		}
	}
	compat_warn_in_system_headers (before);
}
