/* diagnose.cc - violations to GCC's diagnostics.
 *
 * The DDIs are macros of system headers, where GCC drops warnings: every place is the
 * point of use, and warnings are forced where -save-temps has lost that.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "check/words.h"
#include "findings/diagnose.h"

static const int max_words = 400;

/* Driver Verifier does not check annotations. */
static bool
is_of_driver_verifier (spinrule_violation violation)
{
	return violation != SPINRULE_CALL_UNHELD && violation != SPINRULE_CALL_HELD
	       && violation != SPINRULE_ANNOTATION_MISMATCH;
}

/* Add the note that names Microsoft's rule and Driver Verifier's bug check. */
static void
say_rule (location_t where, spinrule_rule rule)
{
	char code[16];

	/* GCC's own formats have no zero padding. */
	snprintf (code, sizeof code, "0x%08X", spinrule_rule_code (rule));
	inform (where, "rule %s; Driver Verifier stops with bug check 0xC4, parameter 1 = %s",
		spinrule_rule_name (rule),
		code);
}

static void
report (const lockprog_function *function, const finding &f)
{
	char words[max_words];
	const check_violation *violation = f.violation;
	const check_path shown = finding_path (f);
	pretty_printer printer;
	simple_diagnostic_path path (&printer);
	diagnostic_metadata metadata;
	gcc_rich_location rich (f.where);

	for (int i = 0; i < shown.n_events; i++) {
		const path_event *event = &shown.events[i];

		if (!event->place.cookie)
			continue;
		words_of_event (function, violation, event, words, sizeof words);
		path.add_event ((location_t) event->place.cookie, f.decl, 0, "%s", words);
	}
	rich.set_path (&path);
	metadata.add_cwe (spinrule_cwe (violation->violation));
	words_of_violation (violation, words, sizeof words);

	auto_diagnostic_group group;
	bool is_error = f.level == LEVEL_ERROR && finding_status (f) == CHECK_SHOWN;
	if (compat_report (is_error ? DK_ERROR : DK_WARNING, &rich, &metadata, "%s [spinrule-%s]",
			   words,
			   spinrule_id (violation->violation)))
		if (is_of_driver_verifier (violation->violation))
			say_rule (f.where,
				  spinrule_rule_of (violation->violation, violation->group));
}

void
diagnose (const lockprog_unit *unit, const std::vector<finding> &findings, bool show_silenced)
{
	bool before = compat_warn_in_system_headers (true);

	for (const finding &f : findings)
		if (finding_status (f) == CHECK_SHOWN || (show_silenced && !f.is_in_system_header))
			report (unit->functions[f.function], f);
	compat_warn_in_system_headers (before);
}
