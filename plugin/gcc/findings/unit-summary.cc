/* unit-summary.cc - what was checked in a unit and with which results, for programs and
 * for readers.
 *
 * docs/summary.md describes the JSON.  File names are those of the runtime's descriptors,
 * so that both can be joined by file, line and column (in bytes).
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "check/callee.h"
#include "check/print.h"
#include "check/words.h"
#include "source/assume.h"
#include "source/place.h"
#include "args.h"
#include "findings/unit-summary.h"
#include "output/file.h"
#include "runtime/rule.h"

static const int max_words = 600;

/* The control flow of a larger function would make the summary large. */
static const int max_graph_blocks = 10000;

/* ---- values ---- */

/* TEXT in UTF-8 without control characters: GCC's writer passes everything else on as it
 * is. */
static json::value *
text_value (const std::string &text)
{
	static const char replacement[] = "\xEF\xBF\xBD";
	std::string clean;

	for (size_t i = 0; i < text.size (); ) {
		unsigned char c = text[i];
		size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0
				&& c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
		bool good = length && i + length <= text.size ()
			    && (length > 1 || (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n');

		for (size_t j = 1; good && j < length; j++)
			good = (text[i + j] & 0xC0) == 0x80;
		if (good)
			clean.append (text, i, length);
		else
			clean += replacement;
		i += good ? length : 1;
	}
	return new json::string (clean.c_str ());
}

static json::value *
text_or_null (const char *text)
{
	return text ? text_value (text) : new json::literal (json::JSON_NULL);
}

static void
set_text (json::object *object, const char *key, const std::string &text)
{
	object->set (key, text_value (text));
}

static void
set_number (json::object *object, const char *key, long number)
{
	object->set (key, new json::integer_number (number));
}

static void
set_place (json::object *object, const lockprog_place &place)
{
	set_text (object, "file", place_file (place.file));
	set_number (object, "line", place.line);
	set_number (object, "column", place.column);
}

/* ---- the parts ---- */

static const char *
verdict_name (check_verdict verdict)
{
	switch (verdict) {
	case CHECK_NOT_APPLICABLE:
		return "not-applicable";
	case CHECK_PASS:
		return "pass";
	case CHECK_VIOLATION:
		return "violation";
	case CHECK_UNKNOWN:
		return "unknown";
	}
	gcc_unreachable ();
}

static const char *
status_name (check_status status)
{
	switch (status) {
	case CHECK_SHOWN:
		return "shown";
	case CHECK_SILENCED:
		return "silenced";
	case CHECK_IN_BASELINE:
		return "baseline";
	case CHECK_REPEATED:	/* is no finding */
		break;
	}
	gcc_unreachable ();
}

/* What BLOCK of FUNCTION does to locks, a text for each line of a picture. */
static json::value *
block_texts (const lockprog_block &block)
{
	json::array *all = new json::array ();

	for (int i = 0; i < block.n_ops; i++) {
		const lockprog_op &op = block.ops[i];
		std::string text = std::to_string (op.place.line) + ": ";

		if (op.kind == LOCKPROG_LOCKOP)
			text += std::string (op.written ? op.written : op.ddi->name) + "("
				+ op.text + ")";
		else if (op.kind == LOCKPROG_CALL)
			text += std::string ("call ") + op.text;
		else
			continue;
		all->append (text_value (text));
	}
	if (block.exit == LOCKPROG_RETURN)
		all->append (text_value (std::to_string (block.place.line) + ": return"));
	return all;
}

/* The control flow of FUNCTION: its blocks, each with what it does and where it leads. */
static json::value *
graph_value (const lockprog_function *function)
{
	json::array *blocks = new json::array ();
	char words[max_words];

	for (int b = 0; b < function->n_blocks; b++) {
		const lockprog_block &block = function->blocks[b];
		json::object *made = new json::object ();
		json::array *edges = new json::array ();

		for (int s = 0; s < block.n_succ; s++) {
			json::object *edge = new json::object ();

			set_number (edge, "block", block.succ[s].block);
			if (lockprog_describe_edge (function, b, s, words, sizeof words))
				set_text (edge, "text", words);
			edges->append (edge);
		}
		made->set ("texts", block_texts (block));
		made->set ("edges", edges);
		blocks->append (made);
	}
	return blocks;
}

static json::value *
function_value (const lockprog_function *function, const check_function_result &result)
{
	json::object *made = new json::object ();

	set_text (made, "name", function->name);
	set_text (made, "file", place_file (function->place.file));
	set_number (made, "line", function->place.line);
	made->set ("callback", text_or_null (function->role));
	set_text (made, "verdict", verdict_name (result.verdict));
	if (result.why) {
		set_text (made, "why", reason_class_word (result.why));
		set_text (made, "detail", reason_words (result.why));
	}
	made->set ("undecided",
		   new json::literal (result.verdict == CHECK_VIOLATION
				      && result.why != REASON_NONE));
	set_number (made, "lock_calls", result.lock_ops);
	made->set ("paths", text_or_null (result.paths));
	made->set ("violating_paths", text_or_null (result.breaking_paths));
	if (result.verdict == CHECK_VIOLATION && function->n_blocks <= max_graph_blocks)
		made->set ("graph", graph_value (function));
	return made;
}

/* Where the lock was acquired that VIOLATION is about, or NULL. */
static const path_event *
acquire_of (const check_violation *violation)
{
	const path_event *found = NULL;

	for (int i = 0; i < violation->n_events; i++) {
		const path_event &event = violation->events[i];

		if (event.kind == EVENT_ACQUIRED || event.kind == EVENT_TRIED
		    || event.kind == EVENT_ENTRY_HELD
		    || (event.kind == EVENT_CALL && event.call_acquires))
			found = &event;
	}
	return found;
}

/* What EVENT is to a reader who follows the locks. */
static const char *
kind_name (const path_event &event)
{
	switch (event.kind) {
	case EVENT_ACQUIRED:
	case EVENT_TRIED:
	case EVENT_ENTRY_HELD:
		return "acquire";
	case EVENT_RELEASED:
		return "release";
	case EVENT_CALL:
	case EVENT_ASSUMED:
		return event.call_acquires ? "acquire" : "release";
	case EVENT_BRANCH:
		return "branch";
	case EVENT_HERE:
		return "failure";
	case EVENT_TRY_FAILED:
	case EVENT_ENTRY_FREE:
	case EVENT_REQUIRED:
		break;
	}
	return "other";
}

/* Add to PATH the steps below EVENT of F: what it does through calls. */
static void
append_callees (json::array *path, const callee_unit &unit, const finding &f,
		const path_event &event)
{
	callee_step steps[CALLEE_MAX_STEPS];
	const int n = callee_find (&unit, f.function, f.violation, &event, steps);
	char words[max_words];

	for (int i = 0; i < n; i++) {
		json::object *made = new json::object ();

		set_place (made, steps[i].op->place);
		set_text (made, "text", callee_words (&unit, &steps[i], words, sizeof words));
		set_text (made, "function", unit.unit->functions[steps[i].function]->name);
		set_number (made, "depth", i + 1);
		path->append (made);
	}
}

static json::value *
violation_value (const unit_summary &summary, const finding &f)
{
	const callee_unit unit = { summary.unit, NULL, NULL };
	const lockprog_function *function = summary.unit->functions[f.function];
	const check_violation *violation = f.violation;
	const check_path shown = finding_path (f);
	const path_event *acquire = acquire_of (violation);
	spinrule_rule rule = spinrule_rule_of (violation->violation, violation->group);
	json::object *made = new json::object ();
	json::array *path = new json::array ();
	char words[max_words];

	set_text (made, "id", spinrule_id (violation->violation));
	set_text (made, "function", function->name);
	set_place (made, violation->place);
	set_text (made, "lock", violation->lock ? violation->lock : "");
	set_text (made, "message", words_of_violation (violation, words, sizeof words));
	set_text (made, "rule", spinrule_rule_name (rule));
	snprintf (words, sizeof words, "0x%08X", spinrule_rule_code (rule));
	set_text (made, "bugcheck", words);
	set_number (made, "cwe", spinrule_cwe (violation->violation));
	set_text (made, "fingerprint", f.fingerprints[f.shown]);
	set_text (made, "status", status_name (violation->status));
	if (acquire) {
		json::object *place = new json::object ();

		set_place (place, acquire->place);
		made->set ("acquired", place);
	}
	for (int i = 0; i < shown.n_events; i++) {
		json::object *event = new json::object ();

		set_place (event, shown.events[i].place);
		set_text (event, "text",
			  words_of_event (function, violation, &shown.events[i], words,
					  sizeof words));
		set_text (event, "kind", kind_name (shown.events[i]));
		if (shown.events[i].text)
			set_text (event, "lock", shown.events[i].text);
		set_number (event, "block", shown.events[i].block);
		if (shown.events[i].kind == EVENT_BRANCH)
			set_number (event, "edge", shown.events[i].succ);
		path->append (event);
		append_callees (path, unit, f, shown.events[i]);
	}
	made->set ("path", path);
	return made;
}

static json::value *
site_value (const call_site &site)
{
	json::object *made = new json::object ();

	set_text (made, "file", site.place.file);
	set_number (made, "line", site.place.line);
	set_number (made, "column", site.place.column);
	set_text (made, "function", site.place.function);
	set_text (made, "ddi", site.ddi);
	set_text (made, "lock", site.lock);
	return made;
}

static json::value *
silencer_value (const char *kind, const char *file, int line, const char *id,
		const std::string &reason, int number, int used)
{
	json::object *made = new json::object ();

	set_text (made, "kind", kind);
	made->set ("file", text_or_null (file));
	set_number (made, "line", line);
	made->set ("id", text_or_null (id));
	made->set ("reason", reason.empty () ? text_or_null (NULL) : text_value (reason));
	if (number)
		set_number (made, "number", number);
	set_number (made, "used", used);
	return made;
}

/* The number of FINDINGS that are in system headers, or are not. */
static int
count_hidden (const std::vector<finding> &findings, bool in_system_headers)
{
	int n = 0;

	for (const finding &f : findings)
		n += f.is_in_system_header == in_system_headers;
	return n;
}

static json::array *
silencers_value (const unit_summary &summary)
{
	json::array *all = new json::array ();
	int n;

	for (const silencer &s : silencers) {
		expanded_location at = expand_location (expansion_point_location (s.where));
		bool is_placed = s.where != UNKNOWN_LOCATION;

		all->append (silencer_value (silence_kind_name (s.kind),
					     is_placed ? place_file (at.file) : NULL,
					     is_placed ? at.line : 0, id_text (s.id), s.reason,
					     s.number, s.used));
	}
	for (const assumption_use &use : assumption_uses ())
		all->append (silencer_value (use.kind, place_file (use.place.file), use.place.line,
					     NULL, "", 0, use.used));
	for (int i = 0; i < summary.baseline.n; i++) {
		const baseline_entry &e = summary.baseline.entries[i];

		if (e.used || baseline_names_unit (e))
			all->append (silencer_value ("baseline", args.baseline, e.line,
						     spinrule_id (e.id), "", 0, e.used));
	}
	if ((n = count_hidden (summary.findings, true)))
		all->append (silencer_value ("system-header", NULL, 0, NULL,
					     "what is in a system header is nothing the user can"
					     " mend", 0, n));
	if (args.no_warn && (n = count_hidden (summary.findings, false)))
		all->append (silencer_value ("no-warn", NULL, 0, NULL, "", 0, n));
	return all;
}

static json::object *
totals_value (const unit_summary &summary)
{
	const check_result *result = summary.result;
	long verdicts[CHECK_UNKNOWN + 1] = { 0 }, statuses[CHECK_IN_BASELINE + 1] = { 0 };
	long n_functions = 0, callbacks = 0, calls = 0;
	json::object *made = new json::object ();

	for (int f = 0; f < result->n_functions; f++) {
		/* It has no body: its program is made of its annotations. */
		if (summary.unit->functions[f]->is_external)
			continue;
		n_functions++;
		verdicts[result->functions[f].verdict]++;
		callbacks += summary.unit->functions[f]->role != NULL;
		calls += result->functions[f].lock_ops;
	}
	for (const finding &f : summary.findings)
		statuses[f.violation->status]++;
	set_number (made, "functions", n_functions);
	set_number (made, "callbacks", callbacks);
	set_number (made, "lock_calls", calls);
	set_number (made, "pass", verdicts[CHECK_PASS]);
	set_number (made, "violation", verdicts[CHECK_VIOLATION]);
	set_number (made, "unknown", verdicts[CHECK_UNKNOWN]);
	set_number (made, "not_applicable", verdicts[CHECK_NOT_APPLICABLE]);
	set_number (made, "shown", statuses[CHECK_SHOWN]);
	set_number (made, "silenced", statuses[CHECK_SILENCED]);
	set_number (made, "baseline", statuses[CHECK_IN_BASELINE]);
	return made;
}

/* Entries of the baseline that are about this unit's file, and of which nothing was
 * found. */
static std::vector<std::string>
stale_entries (const unit_summary &summary)
{
	std::vector<std::string> notices;

	for (int i = 0; i < summary.baseline.n; i++) {
		const baseline_entry &e = summary.baseline.entries[i];

		if (!e.used && baseline_names_unit (e))
			notices.push_back (baseline_stale_text (e));
	}
	return notices;
}

/* The machine that the compiler compiles for, as it was configured. */
static std::string
target_machine ()
{
	static const char *const options[] = { "--target=", "--host=", "--build=" };
	const char *configured = compat_built_for ()->configuration_arguments;

	for (const char *option : options)
		if (const char *found = strstr (configured, option)) {
			found += strlen (option);
			return std::string (found, strcspn (found, " '"));
		}
	return "";
}

/* ---- unit-summary.h ---- */

void
unit_summary_append (const unit_summary &summary, const char *file)
{
	json::object made;
	json::array *functions = new json::array (), *violations = new json::array ();
	json::array *sites = new json::array ();
	json::array *notices = new json::array ();

	set_text (&made, "spinrule", SPINRULE_VERSION);
	set_text (&made, "type", "unit");
	set_text (&made, "file", place_file (summary.unit->name));
	set_text (&made, "compiler", target_machine ());
	made.set ("instrumented", new json::literal (args.instrument));
	for (int f = 0; f < summary.unit->n_functions; f++)
		if (!summary.unit->functions[f]->is_external)
			functions->append (function_value (summary.unit->functions[f],
							   summary.result->functions[f]));
	made.set ("functions", functions);
	for (const finding &f : summary.findings)
		violations->append (violation_value (summary, f));
	made.set ("violations", violations);
	for (const call_site &site : summary.sites)
		sites->append (site_value (site));
	made.set ("sites", sites);
	made.set ("silencers", silencers_value (summary));
	made.set ("totals", totals_value (summary));
	if (const char *notice = print_notice (summary.unit, summary.result))
		notices->append (text_value (notice));
	for (const std::string &notice : stale_entries (summary))
		notices->append (text_value (notice));
	made.set ("notices", notices);

	const std::string text = compat_json_text (&made) + "\n";
	char *what = file_append (file, text.data (), text.size ());
	if (what)
		error_at (UNKNOWN_LOCATION, "spinrule: %s", what);
	free (what);
}

void
unit_summary_print (const unit_summary &summary, FILE *out)
{
	print_summary (out, summary.unit, summary.result);
	for (const silencer &s : silencers) {
		expanded_location at = expand_location (expansion_point_location (s.where));

		fputs ("spinrule:   ", out);
		if (s.where != UNKNOWN_LOCATION)
			fprintf (out, "%s:%d: ", place_file (at.file), at.line);
		fprintf (out, "%s ", silence_kind_name (s.kind));
		if (s.number)
			fprintf (out, "%d ", s.number);
		fprintf (out, "'%s' silences %d violation%s", id_text (s.id), s.used,
			 s.used == 1 ? "" : "s");
		fprintf (out, s.reason.empty () ? "\n" : ": %s\n", s.reason.c_str ());
	}
	for (const std::string &notice : stale_entries (summary))
		fprintf (out, "spinrule:   %s\n", notice.c_str ());
}
