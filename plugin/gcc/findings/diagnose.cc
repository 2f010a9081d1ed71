/* diagnose.cc - violations to GCC's diagnostics.
 *
 * The DDIs are macros of system headers, where GCC drops warnings: every place is the
 * point of use, and warnings are forced where -save-temps has lost that.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "check/words.h"
#include "diagnostic-color.h"
#include "tree-diagnostic.h"
#include "findings/diagnose.h"
#include "source/place.h"

static const int max_words = 400;

/* Driver Verifier does not check annotations. */
static bool
is_of_driver_verifier (spinrule_violation violation)
{
	return violation != SPINRULE_CALL_UNHELD && violation != SPINRULE_CALL_HELD
	       && violation != SPINRULE_ANNOTATION_MISMATCH && violation != SPINRULE_UNGUARDED
	       && violation != SPINRULE_LEVEL_ORDER;
}

/* WORDS with the quotes and the colours that GCC gives to what it quotes. */
static std::string
as_gcc_quotes (const char *words)
{
	const bool colours = pp_show_color (global_dc->printer);
	std::string text;
	bool is_open = false;

	for (const char *at = words; *at; at++) {
		const bool opens = at == words || at[-1] == ' ' || at[-1] == '(';
		const bool closes = !at[1] || strchr (" ,.;:)", at[1]);

		if (*at != '\'' || (is_open ? !closes : !opens)) {
			text += *at;
			continue;
		}
		text += is_open ? colorize_stop (colours) : open_quote;
		text += is_open ? close_quote : colorize_start (colours, "quote");
		is_open = !is_open;
	}
	return text;
}

/* The page of VIOLATION beside the plugin, as an address, or "". */
static std::string
page_of (spinrule_violation violation)
{
	static const char *const folders[] = { "/../../../share/doc/spinrule/docs/ids/",
					       "/../../docs/ids/" };
	const std::string plugin = args.plugin ? args.plugin : "";
	const size_t end = plugin.rfind ('/');

	for (const char *folder : folders) {
		std::string page = plugin.substr (0, end == std::string::npos ? 0 : end) + folder
				   + spinrule_id (violation) + ".md";
		char *real = plugin.empty () ? NULL : realpath (page.c_str (), NULL);

		if (real) {
			page = std::string ("file://") + real;
			free (real);
			return page;
		}
	}
	return "";
}

/* Add the note that names Microsoft's rule and Driver Verifier's bug check; locks of
 * tables have none.  Once for each id, without the source line, which has just been
 * shown. */
static void
say_rule (location_t where, spinrule_violation violation, spinrule_group group)
{
	const spinrule_rule rule = spinrule_rule_of (violation, group);
	const bool has_code = spinrule_rule_code (rule) && group < SPINRULE_GROUPS;
	static std::set<int> said;
	char code[16];
	bool shows_source;

	if (args.is_left_out[NOTES_RULE]
	    || !said.insert ((violation * SPINRULE_RULES + rule) * 2 + has_code).second)
		return;
	/* GCC's own formats have no zero padding. */
	snprintf (code, sizeof code, "0x%08X", spinrule_rule_code (rule));
	shows_source = compat_show_source (false);
	if (has_code)
		inform (where, "rule %s; Driver Verifier stops with bug check 0xC4,"
			       " parameter 1 = %s;"
			       " %<-fplugin-arg-spinrule-no-warn=%s%> turns this warning off",
			spinrule_rule_name (rule), code, spinrule_id (violation));
	else
		inform (where, "rule %s; %<-fplugin-arg-spinrule-no-warn=%s%> turns this"
			       " warning off",
			spinrule_rule_name (rule), spinrule_id (violation));
	compat_show_source (shows_source);
}

/* Whether GCC can draw something at PLACE: it writes an event below its source line, and
 * leaves out the event where there is no such line. */
static bool
has_source_line (location_t place)
{
	const expanded_location at = expand_location (place);
	std::string line;

	return compat_shows_source () && at.file && compat_source_line (at.file, at.line, &line);
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
	/* The last event is where the warning is. */
	const bool is_call = words_are_of_call (violation, &shown.events[shown.n_events - 1]);
	gcc_rich_location rich (is_call ? place_whole_call (f.where) : f.where);

	bool can_draw = true;

	for (int i = 0; i < shown.n_events; i++) {
		const path_event *event = &shown.events[i];

		if (!event->place.cookie)
			continue;
		words_of_event (function, violation, event, words, sizeof words);
		location_t where = (location_t) event->place.cookie;
		can_draw &= has_source_line (where);
		if (words_are_of_call (violation, event))
			where = place_whole_call (where);
		path.add_event (where, f.decl, 0, "%s", as_gcc_quotes (words).c_str ());
	}
	rich.set_path (&path);
	metadata.add_cwe (spinrule_cwe (violation->violation));
	words_of_violation (violation, words, sizeof words);

	auto_diagnostic_group group;
	const std::string name = std::string ("spinrule-") + spinrule_id (violation->violation);
	const std::string page = page_of (violation->violation);
	bool is_error = f.level == LEVEL_ERROR && finding_status (f) == CHECK_SHOWN;
	/* The source is not where distcc compiles, nor with what was preprocessed
	 * elsewhere: each event is a note then. */
	const diagnostic_path_format format = compat_path_format (DPF_SEPARATE_EVENTS);
	if (can_draw || format != DPF_INLINE_EVENTS)
		compat_path_format (format);
	/* GCC says which function it is in. */
	current_function_decl = f.decl;
	if (compat_report (is_error ? DK_ERROR : DK_WARNING, &rich, &metadata,
			   { name.c_str (), page.empty () ? NULL : page.c_str () }, "%s",
			   as_gcc_quotes (words).c_str ()))
		if (is_of_driver_verifier (violation->violation))
			say_rule (f.where, violation->violation, violation->group);
	compat_path_format (format);
	current_function_decl = NULL_TREE;
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

/* Say in one line what was not decided, as the last thing. */
void
diagnose_rest (const lockprog_unit *unit, const check_result *result,
	       const std::vector<tree> &decls)
{
	static const int max_named = 3;
	std::string names;
	int n = 0;
	bool has_locks = false, has_callback = false, has_helper = false;

	for (int f = 0; f < result->n_functions; f++) {
		has_locks |= result->functions[f].lock_ops > 0;
		has_callback |= unit->functions[f]->role != NULL;
		has_helper |= !unit->functions[f]->is_external
			      && TREE_PUBLIC (decls[f])
			      && result->functions[f].verdict != CHECK_NOT_APPLICABLE;
		if (result->functions[f].verdict != CHECK_UNKNOWN)
			continue;
		if (n++ < max_named)
			names += std::string (n > 1 ? ", " : "") + unit->functions[f]->name;
	}
	if (args.is_left_out[NOTES_REST])
		return;
	/* As if where the last message was, or GCC would say "At top level". */
	current_function_decl = diagnostic_last_function (global_dc);
	if (n)
		inform (UNKNOWN_LOCATION,
			"spinrule: %d %s not decided: %s%s; %<-fplugin-arg-spinrule-summary%> says"
			" why", n, n == 1 ? "function is" : "functions are", names.c_str (),
			n > max_named ? ", ..." : "");
	/* Files of helpers have none: they are called by name, from other files. */
	if (has_locks && !has_callback && !has_helper)
		inform (UNKNOWN_LOCATION,
			"spinrule: no callback is known in this file, and no function with locks"
			" that other files can call; "
			"%<-fplugin-arg-spinrule-role=TYPE%> makes functions of a type"
			" callbacks");
	current_function_decl = NULL_TREE;
}
