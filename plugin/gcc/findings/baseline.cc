/* baseline.cc - which findings of a unit the baseline lists.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "findings/baseline.h"

/* Report WHAT, if it is not NULL, and free it.  True if all is well. */
static bool
is_good (char *what)
{
	if (!what)
		return true;
	error_at (UNKNOWN_LOCATION, "spinrule: %s", what);
	free (what);
	return false;
}

/* True if FILE is the one that is written for the first time. */
static bool
is_begun_now (const char *file)
{
	return args.baseline_write && !filename_cmp (file, args.baseline_write)
	       && access (file, F_OK) && errno == ENOENT;
}

bool
baseline_open (baseline *entries)
{
	if (!args.baseline)
		return false;
	if (is_begun_now (args.baseline))
		return true;
	if (is_good (baseline_read (args.baseline, entries)))
		return true;
	if (access (args.baseline, F_OK))
		inform (UNKNOWN_LOCATION, "%<-fplugin-arg-spinrule-baseline-write=%s%> makes one",
			args.baseline);
	return false;
}

static const char *
file_of (const finding &f)
{
	return f.violation->place.file ? f.violation->place.file : main_input_filename;
}

void
baseline_match (baseline &entries, std::vector<finding> *findings)
{
	for (finding &f : *findings) {
		size_t n = f.fingerprints.size (), first = n;

		if (f.is_in_system_header)
			continue;
		for (size_t i = n; i-- > 0; )
			if (!baseline_lists (&entries, f.fingerprints[i].c_str (), file_of (f)))
				first = i;
		f.is_in_baseline = first == n;
		f.shown = first == n ? 0 : first;
	}
}

bool
baseline_names_unit (const baseline_entry &e)
{
	if (!main_input_filename)
		return false;
	char *name = baseline_short_name (main_input_filename);
	bool names_it = !strcmp (e.file, name);
	free (name);
	return names_it;
}

std::string
baseline_stale_text (const baseline_entry &e)
{
	return std::string ("baseline ") + args.baseline + ", line " + std::to_string (e.line)
	       + ": no " + spinrule_id (e.id) + " of '" + e.lock + "' is found in '" + e.function
	       + "' any more; the line can go";
}

void
baseline_write (const char *file, const std::vector<finding> &findings)
{
	baseline before = baseline ();
	std::vector<char *> lines;

	if (access (file, F_OK) || is_good (baseline_read (file, &before))) {
		for (const finding &f : findings)
			for (const std::string &fingerprint : f.fingerprints) {
				if (finding_status (f) == CHECK_SHOWN
				    && !baseline_lists (&before, fingerprint.c_str (),
							file_of (f)))
					lines.push_back (
						baseline_line (fingerprint.c_str (),
							       f.violation->violation, file_of (f),
							       finding_function_name (f.decl),
							       f.violation->lock));
			}
		is_good (baseline_add (file, lines.data (), lines.size ()));
	}
	for (char *line : lines)
		free (line);
	baseline_free (&before);
}
