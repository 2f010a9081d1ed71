/* sarif-log.cc - the findings of a unit as a SARIF log.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include <sys/stat.h>
#include "args.h"
#include "check/result.h"
#include "findings/sarif-log.h"
#include "output/sarif.h"

/* Why F is not shown, and the texts that the suppressions point to. */
struct accepted {
	std::vector<sarif_suppression> all;
	std::vector<std::string> texts;
};

static void
accept (accepted *by, bool is_in_source, const std::string &why, location_t where)
{
	sarif_suppression made = sarif_suppression ();

	made.is_in_source = is_in_source;
	if (where != UNKNOWN_LOCATION) {
		expanded_location at = expand_location (expansion_point_location (where));

		made.place.file = at.file;
		made.place.line = at.line;
		made.place.column = at.column;
	}
	by->texts.push_back (why);
	by->all.push_back (made);
}

static accepted
accepted_by (const finding &f)
{
	accepted by;

	for (int i : f.silencers) {
		const silencer &s = silencers[i];

		accept (&by, s.kind != SILENCE_ARGUMENT,
			s.reason.empty () ? silence_kind_name (s.kind) : s.reason, s.where);
	}
	if (f.is_in_system_header)
		accept (&by, false, "it is in a system header", UNKNOWN_LOCATION);
	if (f.is_in_baseline)
		accept (&by, false, std::string ("listed in the baseline ") + args.baseline,
			UNKNOWN_LOCATION);
	if (args.no_warn)
		accept (&by, false, "-fplugin-arg-spinrule-no-warn", UNKNOWN_LOCATION);
	for (size_t i = 0; i < by.all.size (); i++)
		by.all[i].why = by.texts[i].c_str ();
	return by;
}

static void
add_finding (sarif *log, const unit_summary &summary, const finding &f)
{
	const callee_unit unit = { summary.unit, NULL, NULL };
	const check_path shown = finding_path (f);
	const accepted by = accepted_by (f);
	sarif_result base = sarif_result ();

	base.is_error = f.level == LEVEL_ERROR;
	base.fingerprint = f.fingerprints[f.shown].c_str ();
	base.n_suppressions = by.all.size ();
	base.suppressions = by.all.data ();
	if (args.baseline)
		base.baseline = f.is_in_baseline ? SARIF_UNCHANGED : SARIF_NEW;
	result_add (log, &unit, f.function, f.violation, &shown, NULL, &base);
}

/* Say that what E lists is found no more. */
static void
add_absent (sarif *log, const baseline_entry &e)
{
	sarif_result gone = sarif_result ();
	const std::string text = std::string ("Spin lock '") + e.lock + "': no "
				 + spinrule_id (e.id) + " is found in '" + e.function
				 + "' any more";

	gone.id = e.id;
	gone.rule = spinrule_rule_of (e.id, SPINRULE_GROUP_ANY);
	gone.text = text.c_str ();
	gone.function = e.function;
	gone.lock = e.lock;
	gone.fingerprint = e.fingerprint;
	/* GitHub shows no result without a line. */
	gone.place.file = main_input_filename;
	gone.place.line = 1;
	gone.baseline = SARIF_ABSENT;
	sarif_add (log, &gone);
}

static bool
is_folder (const char *file)
{
	struct stat status;

	return IS_DIR_SEPARATOR (file[strlen (file) - 1])
	       || (!stat (file, &status) && S_ISDIR (status.st_mode));
}

void
sarif_log_write (const unit_summary &summary, const char *file)
{
	sarif *log = sarif_new (main_input_filename, main_input_filename, args.plugin);

	for (const finding &f : summary.findings)
		if (!f.is_left_open)
			add_finding (log, summary, f);
	for (int e = 0; e < summary.baseline.n; e++)
		if (!summary.baseline.entries[e].used
		    && baseline_names_unit (summary.baseline.entries[e]))
			add_absent (log, summary.baseline.entries[e]);
	for (int f = 0; f < summary.unit->n_functions; f++)
		if (!summary.unit->functions[f]->is_external
		    && summary.result->functions[f].verdict == CHECK_UNKNOWN)
			result_add_undecided (log, summary.unit->functions[f],
					      &summary.result->functions[f], NULL);
	char *what = is_folder (file) ? sarif_write_below (log, file) : sarif_merge (log, file);
	if (what)
		error_at (UNKNOWN_LOCATION, "spinrule: %s", what);
	free (what);
	sarif_free (log);
}
