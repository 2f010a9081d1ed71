/* diagnose.cc - violations to GCC's diagnostics, and the summary.
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

static void
report (const lockprog_function *function, tree decl, const check_violation *violation, bool as_errors)
{
	char words[max_words];
	pretty_printer printer;
	simple_diagnostic_path path (&printer);
	diagnostic_metadata metadata;
	location_t where = violation->place.cookie ? (location_t) violation->place.cookie : DECL_SOURCE_LOCATION (decl);
	gcc_rich_location rich (where);
	spinrule_rule rule = spinrule_rule_of (violation->violation, violation->group);

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
		inform (where, "rule %s; Driver Verifier stops with bug check 0xC4, parameter 1 = 0x%x",
			spinrule_rule_name (rule), spinrule_rule_code (rule));
}

void
diagnose (const lockprog_unit *unit, const check_result *result, const std::vector<tree> &decls, bool as_errors)
{
	/* A template's instances have one place. */
	std::set<std::pair<unsigned long, int> > said;
	bool before = compat_warn_in_system_headers (true);

	for (int f = 0; f < unit->n_functions; f++) {
		if (in_system_header_at (DECL_SOURCE_LOCATION (decls[f])))
			continue;
		for (int i = 0; i < result->functions[f].n_violations; i++) {
			const check_violation *violation = &result->functions[f].violations[i];

			if (said.insert (std::make_pair (violation->place.cookie, (int) violation->violation)).second)
				report (unit->functions[f], decls[f], violation, as_errors);
		}
	}
	compat_warn_in_system_headers (before);
}

void
diagnose_summary (FILE *out, const lockprog_unit *unit, const check_result *result)
{
	int lock_ops = 0, callbacks = 0;

	fprintf (out, "spinrule: %s: ", unit->name);
	check_print_summary (out, unit, result);
	for (int f = 0; f < unit->n_functions; f++) {
		const check_function_result *checked = &result->functions[f];
		const lockprog_function *function = unit->functions[f];

		lock_ops += checked->lock_ops;
		callbacks += function->role != NULL;
		if (checked->verdict == CHECK_NOT_APPLICABLE)
			continue;
		fprintf (out, "spinrule:   %s: ", function->name);
		switch (checked->verdict) {
		case CHECK_NOT_APPLICABLE:
			break;
		case CHECK_PASS:
			fputs ("pass", out);
			break;
		case CHECK_VIOLATION:
			fprintf (out, "%d violation%s", checked->n_violations, checked->n_violations == 1 ? "" : "s");
			break;
		case CHECK_UNKNOWN:
			fprintf (out, "unknown, because %s", checked->why ? checked->why : "it is not known why");
			break;
		}
		fprintf (out, " (%d lock call%s", checked->lock_ops, checked->lock_ops == 1 ? "" : "s");
		if (checked->paths)
			fprintf (out, ", %s path%s", checked->paths, strcmp (checked->paths, "1") ? "s" : "");
		if (function->role)
			fprintf (out, ", callback %s", function->role);
		fputs (")\n", out);
	}
	if (lock_ops && !callbacks)
		fputs ("spinrule:   no callback was found, so no function is known to start with its locks free:"
		       " declare callbacks with their role types (DRIVER_DISPATCH MyRead;)\n", out);
}
