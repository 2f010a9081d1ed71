/* baseline.cc - the list of findings that are accepted for now.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "findings/append.h"
#include "findings/baseline.h"

static const size_t fingerprint_digits = 16;

/* ---- read ---- */

/* TEXT into ENTRY; false if it is no entry. */
static bool
parse_entry (const std::string &text, baseline_entry *entry)
{
	std::vector<std::string> parts (1);

	for (char c : text)
		if (c == '\t')
			parts.push_back ("");
		else
			parts.back () += c;
	if (parts.size () != 5 || parts[0].size () != fingerprint_digits
	    || parts[0].find_first_not_of ("0123456789abcdef") != std::string::npos
	    || parts[2].empty ())
		return false;
	if (!id_find (parts[1].c_str (), &entry->id) || entry->id == ID_ALL)
		return false;
	entry->fingerprint = parts[0];
	entry->file = parts[2];
	entry->function = parts[3];
	entry->lock = parts[4];
	return true;
}

/* All of IN; false if it cannot be read. */
static bool
read_text (FILE *in, std::string *text)
{
	char buffer[4096];
	size_t n;

	while ((n = fread (buffer, 1, sizeof buffer, in)) > 0)
		text->append (buffer, n);
	return !ferror (in);
}

static bool
parse_text (const char *file, const std::string &text, std::vector<baseline_entry> *entries)
{
	int number = 0, broken = 0, first = 0;
	std::string first_text;

	for (size_t at = 0; at < text.size (); ) {
		size_t end = std::min (text.find ('\n', at), text.size ());
		std::string line = text.substr (at, end - at);
		baseline_entry entry = baseline_entry ();

		at = end + 1;
		entry.line = ++number;
		if (!line.empty () && line.back () == '\r')
			line.pop_back ();
		if (line.empty () || line[0] == '#')
			continue;
		if (parse_entry (line, &entry))
			entries->push_back (entry);
		else if (!broken++) {
			first = number;
			first_text = line.substr (0, 60);
		}
	}
	if (!broken)
		return true;
	for (char &c : first_text)
		if (!ISPRINT (c))
			c = ' ';
	error_at (UNKNOWN_LOCATION,
		  "spinrule: baseline %qs, line %d: %qs is no entry; an entry is %qs with tabs"
		  " between (lines like this: %d)", file, first, first_text.c_str (),
		  "fingerprint id file function lock", broken);
	return false;
}

bool
baseline_read (const char *file, std::vector<baseline_entry> *entries)
{
	FILE *in = fopen (file, "rb");
	std::string text;
	bool good = in && read_text (in, &text);
	int why = errno;

	if (in)
		fclose (in);
	if (!good) {
		errno = why;
		error_at (UNKNOWN_LOCATION, "spinrule: cannot read the baseline %qs: %m;"
			  " %<-fplugin-arg-spinrule-baseline-write=%s%> makes one", file, file);
		return false;
	}
	return parse_text (file, text, entries);
}

/* ---- match ---- */

static const char *
file_of (const finding &f)
{
	return f.violation->place.file ? f.violation->place.file : main_input_filename;
}

/* True if E lists F on its path number I.  An entry holds in a copy of the tree and after
 * a move, but not for another file. */
static bool
lists (const baseline_entry &e, const finding &f, size_t i)
{
	return e.fingerprint == f.fingerprints[i]
	       && !filename_cmp (lbasename (e.file.c_str ()), lbasename (file_of (f)));
}

void
baseline_match (std::vector<baseline_entry> *entries, std::vector<finding> *findings)
{
	for (finding &f : *findings) {
		size_t n = f.fingerprints.size (), first = n;

		if (f.is_in_system_header)
			continue;
		for (size_t i = n; i-- > 0; ) {
			bool is_listed = false;

			for (baseline_entry &e : *entries)
				if (lists (e, f, i)) {
					is_listed = true;
					e.used++;
				}
			if (!is_listed)
				first = i;
		}
		f.is_in_baseline = first == n;
		f.shown = first == n ? 0 : first;
	}
}

/* The folder and the name of FILE: a file's absolute name differs between copies of a
 * tree, its relative one between builds. */
static std::string
short_name (const char *file)
{
	char *real = lrealpath (file);
	const char *name = lbasename (real);

	while (name > real && IS_DIR_SEPARATOR (name[-1]))
		name--;
	while (name > real && !IS_DIR_SEPARATOR (name[-1]))
		name--;
	std::string text = name;
	free (real);
	for (char &c : text)
		if (c == '\t' || c == '\n' || c == '\\')
			c = c == '\\' ? '/' : ' ';
	return text;
}

bool
baseline_names_unit (const baseline_entry &e)
{
	return main_input_filename && e.file == short_name (main_input_filename);
}

/* ---- write ---- */

static std::string
field (const char *text)
{
	std::string made = text ? text : "";

	for (char &c : made)
		if (c == '\t' || c == '\n' || c == '\r')
			c = ' ';
	return made;
}

static std::string
line_of (const finding &f, const std::string &fingerprint)
{
	return fingerprint + '\t' + spinrule_id (f.violation->violation) + '\t'
	       + short_name (file_of (f)) + '\t' + field (finding_function_name (f.decl)) + '\t'
	       + field (f.violation->lock) + '\n';
}

void
baseline_write (const char *file, const std::vector<finding> &findings)
{
	std::vector<baseline_entry> before;
	std::vector<std::string> lines;
	std::string text;

	if (!access (file, F_OK) && !baseline_read (file, &before))
		return;
	for (const finding &f : findings)
		for (size_t i = 0; i < f.fingerprints.size (); i++) {
			bool is_listed = finding_status (f) != CHECK_SHOWN;

			for (const baseline_entry &e : before)
				is_listed |= lists (e, f, i);
			if (!is_listed)
				lines.push_back (line_of (f, f.fingerprints[i]));
		}
	std::sort (lines.begin (), lines.end (), [] (const std::string &a, const std::string &b) {
		return a.substr (fingerprint_digits) < b.substr (fingerprint_digits);
	});
	lines.erase (std::unique (lines.begin (), lines.end ()), lines.end ());
	for (const std::string &line : lines)
		text += line;
	append_lines (file, text);
}
