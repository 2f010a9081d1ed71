/* pragma.cc - pragmas that silence violations, and the one that orders levels of locks.
 *
 *     #pragma spinrule push
 *     #pragma spinrule ignored "double-acquire", "why"
 *     #pragma spinrule pop
 *     #pragma spinrule lock_levels TABLE ENTRY
 *     #pragma warning(push; disable: 28167; suppress: 26110)
 *     #pragma prefast(suppress: 28167, "why")
 *
 * They are the preprocessor's, and the parser does not see them.  So they may stand
 * anywhere, as Microsoft's do, in an expression or before a function's brace, and change
 * nothing: even a pragma that is no statement is seen in debug information.  Microsoft's
 * pragmas about other warnings are ignored, as GCC ignores them without the plugin.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "findings/silence.h"
#include "source/guards.h"

/* ---- where a pragma is ---- */

/* The line on which the call of a macro ends that begins at AT. */
static int
last_line_of_call (const expanded_location &at)
{
	std::string text;
	int line = at.line, depth = 0;
	bool is_name = true;
	char quote = 0;

	if (!compat_source_line (at.file, line, &text) || at.column < 1)
		return at.line;
	for (size_t i = at.column - 1; ; i++) {
		while (i >= text.size ()) {
			if (!compat_source_line (at.file, ++line, &text))
				return at.line;
			i = 0;
		}
		char c = text[i];
		if (is_name && (ISALNUM (c) || c == '_'))
			continue;
		is_name = false;
		if (quote) {
			if (c == '\\')
				i++;
			else if (c == quote)
				quote = 0;
		} else if (depth && (c == '"' || c == '\'')) {
			quote = c;
		} else if (c == '(') {
			depth++;
		} else if (c == ')' && --depth <= 0) {
			return line;
		} else if (!depth && !ISSPACE (c)) {
			return at.line;		/* a macro without arguments */
		}
	}
}

/* Where the pragma is whose first token is at TOKEN.
 *
 * The preprocessor knows of a _Pragma in a macro only the line that it has read last.
 * Where the macro is called over several lines, its name's is the one that GCC gives to
 * all that it makes. */
static location_t
place_of_pragma (location_t token)
{
	static const unsigned max_looked_at = 100;
	expanded_location place = expand_location (token);
	std::string text;
	size_t first;
	location_t where = token;

	if (!place.file || !compat_source_line (place.file, place.line, &text))
		return token;
	first = text.find_first_not_of (" \t\f\v");
	if ((first != std::string::npos && text[first] == '#')
	    || text.find ("_Pragma") != std::string::npos)
		return token;
	for (unsigned n = LINEMAPS_MACRO_USED (line_table), i = 0; i < n && i < max_looked_at;
	     i++) {
		const line_map_macro *map = LINEMAPS_MACRO_MAP_AT (line_table, n - 1 - i);
		location_t call = expansion_point_location (compat_macro_use (map));
		expanded_location at = expand_location (call);

		if (!at.file || filename_cmp (at.file, place.file) || at.line > place.line)
			continue;
		if (last_line_of_call (at) != place.line)
			break;
		where = call;
	}
	return where;
}

/* ---- #pragma spinrule ---- */

struct pragma_token {
	cpp_ttype type;
	std::string text;	/* a string's without its quotes */
	location_t where;
};

static pragma_token
next_token (cpp_reader *reader)
{
	pragma_token made = { CPP_EOF, "", UNKNOWN_LOCATION };
	const cpp_token *token;

	do
		token = cpp_get_token_with_location (reader, &made.where);
	while (token->type == CPP_PADDING);
	made.type = token->type;
	if (token->type != CPP_EOF)
		made.text = (const char *) cpp_token_as_text (reader, token);
	if (token->type == CPP_STRING)
		made.text = made.text.substr (1, made.text.size () - 2);
	return made;
}

/* Set LEVEL at WHERE, from the rest of the line: "ID", and after a comma "why". */
static void
read_level (cpp_reader *reader, silence_level level, const char *word, location_t where)
{
	pragma_token id = next_token (reader), reason = next_token (reader), end = reason;
	spinrule_violation known;

	if (id.type != CPP_STRING) {
		error_at (id.where,
			  "%<#pragma spinrule %s%> needs an id in quotes: %<#pragma spinrule %s"
			  " \"double-acquire\"%>", word, word);
		return;
	}
	if (!id_find (id.text.c_str (), &known)) {
		error_at (id.where, "unknown id %qs in %<#pragma spinrule %s%>; %s",
			  id.text.c_str (), word,
			  id_hint (id.text.c_str ()).c_str ());
		return;
	}
	if (reason.type == CPP_COMMA && (end = reason = next_token (reader)).type == CPP_STRING)
		end = next_token (reader);
	if (end.type != CPP_EOF)
		error_at (end.where, "junk at the end of %<#pragma spinrule %s%>", word);
	else
		silence_set (FAMILY_SPINRULE, where, known, level, reason.text.c_str (), 0);
}

/* Two levels, the earlier one first, from the rest of the line. */
static void
read_lock_levels (cpp_reader *reader, const pragma_token &word)
{
	pragma_token first = next_token (reader), second = next_token (reader),
		     end = next_token (reader);

	if (first.type != CPP_NAME || second.type != CPP_NAME || end.type != CPP_EOF)
		error_at (word.where, "%<#pragma spinrule lock_levels%> needs two names of"
				      " levels");
	else
		lock_levels_add ({ first.text, second.text });
}

static void
on_spinrule (cpp_reader *reader)
{
	static const struct { const char *word; silence_level level; } levels[] = {
		{ "ignored", LEVEL_IGNORED }, { "warning", LEVEL_WARNING },
		{ "error", LEVEL_ERROR },
	};
	pragma_token word = next_token (reader), rest;
	location_t where = place_of_pragma (word.where);

	for (size_t i = 0; i < ARRAY_SIZE (levels); i++)
		if (word.type == CPP_NAME && word.text == levels[i].word) {
			read_level (reader, levels[i].level, levels[i].word, where);
			return;
		}
	if (word.type == CPP_NAME && word.text == "lock_levels") {
		read_lock_levels (reader, word);
		return;
	}
	if (word.type != CPP_NAME || (word.text != "push" && word.text != "pop")) {
		error_at (word.where,
			  "%<#pragma spinrule%> needs %<ignored%>, %<warning%>, %<error%>,"
			  " %<push%>, %<pop%> or %<lock_levels%>");
		return;
	}
	rest = next_token (reader);
	if (rest.type != CPP_EOF)
		error_at (rest.where, "junk at the end of %<#pragma spinrule %s%>",
			  word.text.c_str ());
	else if (word.text == "push")
		silence_push (FAMILY_SPINRULE);
	else if (!silence_pop (FAMILY_SPINRULE, where))
		error_at (word.where, "%<#pragma spinrule pop%> without a %<push%> before it");
}

/* ---- Microsoft's ---- */

enum prefast_place { PREFAST_LINE, PREFAST_FUNCTION };

static const struct { long number; spinrule_violation id; prefast_place place; } prefast_rows[] = {
#define SPINRULE_PREFAST(NUMBER, ID, PLACE) { NUMBER, SPINRULE_##ID, PREFAST_##PLACE },
#include "findings/prefast.def"
};

/* What a word of `#pragma warning' does to the numbers after it. */
enum prefast_word { WORD_OTHER, WORD_SUPPRESS, WORD_SET };

struct prefast_action {
	prefast_word word;
	silence_level level;	/* SET */
	std::vector<long> numbers;
};

static prefast_action
action_of (const std::string &word)
{
	static const struct {
		const char *word;
		prefast_word does;
		silence_level level;
	} words[] = {
		{ "suppress", WORD_SUPPRESS, LEVEL_IGNORED },
		{ "disable", WORD_SET, LEVEL_IGNORED },
		{ "enable", WORD_SET, LEVEL_WARNING }, { "once", WORD_SET, LEVEL_WARNING },
		{ "default", WORD_SET, LEVEL_DEFAULT }, { "error", WORD_SET, LEVEL_ERROR },
		{ "1", WORD_SET, LEVEL_WARNING }, { "2", WORD_SET, LEVEL_WARNING },
		{ "3", WORD_SET, LEVEL_WARNING },
		{ "4", WORD_SET, LEVEL_WARNING },
	};
	prefast_action action = { WORD_OTHER, LEVEL_DEFAULT, std::vector<long> () };

	for (size_t i = 0; i < ARRAY_SIZE (words); i++)
		if (word == words[i].word) {
			action.word = words[i].does;
			action.level = words[i].level;
		}
	return action;
}

/* Do ACTION of the pragma whose first token is at TOKEN.  Headers are full of pragmas for
 * other tools: the place, which takes time to find, is found only for numbers of
 * prefast.def. */
static void
act (const prefast_action &action, location_t token, const char *reason)
{
	for (long number : action.numbers)
		for (size_t i = 0; i < ARRAY_SIZE (prefast_rows); i++) {
			if (prefast_rows[i].number != number)
				continue;
			if (action.word == WORD_SUPPRESS)
				silence_suppress (place_of_pragma (token), prefast_rows[i].id,
						  prefast_rows[i].place == PREFAST_FUNCTION,
						  reason, number);
			else if (action.word == WORD_SET)
				silence_set (FAMILY_MICROSOFT, place_of_pragma (token),
					     prefast_rows[i].id, action.level, reason, number);
		}
}

static void
pop_microsoft (location_t first)
{
	const bool is_changed = silence_is_changed (FAMILY_MICROSOFT);

	silence_pop (FAMILY_MICROSOFT, is_changed ? place_of_pragma (first) : first);
}

/* (push) (pop) (disable: 1 2; once: 3) (suppress: 1, "why") */
static void
on_microsoft (cpp_reader *reader)
{
	std::vector<prefast_action> actions;
	std::string reason;
	pragma_token token = next_token (reader);
	location_t first = token.where;
	bool is_list = false;

	if (token.type != CPP_OPEN_PAREN)
		return;
	for (token = next_token (reader); token.type != CPP_EOF && token.type != CPP_CLOSE_PAREN;
	     token = next_token (reader)) {
		if (token.type == CPP_COLON)
			is_list = true;
		else if (token.type == CPP_SEMICOLON)
			is_list = false;
		else if (token.type == CPP_STRING)
			reason = token.text;
		else if (token.type == CPP_NUMBER && is_list && !actions.empty ())
			actions.back ().numbers.push_back (strtol (token.text.c_str (), NULL, 10));
		else if (token.type == CPP_NAME && token.text == "push")
			silence_push (FAMILY_MICROSOFT);
		else if (token.type == CPP_NAME && token.text == "pop")
			pop_microsoft (first);
		else if (token.type == CPP_NAME || token.type == CPP_NUMBER)
			actions.push_back (action_of (token.text));
	}
	for (const prefast_action &action : actions)
		act (action, first, reason.c_str ());
}

/* ---- register ---- */

static void
on_pragmas (void *, void *)
{
	/* What is only preprocessed is compiled later, and must still have them. */
	if (!cpp_register_pragma || !cpp_get_token_with_location || !&parse_in || !parse_in
	    || flag_preprocess_only)
		return;
	cpp_register_pragma (parse_in, NULL, "spinrule", on_spinrule, false);
	cpp_register_pragma (parse_in, NULL, "warning", on_microsoft, false);
	cpp_register_pragma (parse_in, NULL, "prefast", on_microsoft, false);
}

/* ---- #pragma GCC diagnostic ---- */

/* GCC takes no other options there than its own.  Where it is about to warn of one of
 * ours, say what does it instead.  True if that was said. */
static bool
advise (location_t where)
{
	static const char option[] = "\"-Wspinrule-", diagnostic[] = "diagnostic";
	expanded_location place = expand_location (where);
	std::string text, id, what = "ignored";
	spinrule_violation known;
	size_t at, word;

	if (!place.file || !compat_source_line (place.file, place.line, &text)
	    || (at = text.find (option)) == std::string::npos)
		return false;
	at += sizeof option - 1;
	id = text.substr (at, text.find ('"', at) - at);
	if (!id_find (id.c_str (), &known))
		return warning_at (where, OPT_Wpragmas, "unknown id %qs; %s", id.c_str (),
				   id_hint (id.c_str ()).c_str ());
	word = text.find (diagnostic);
	for (const char *action : { "warning", "error" })
		if (word < at && text.find (action, word) < at)
			what = action;
	return warning_at (where, OPT_Wpragmas,
			   "%<-Wspinrule-%s%> is no option of GCC; use"
			   " %<#pragma spinrule %s \"%s\"%>, with %<push%> and %<pop%>",
			   id.c_str (), what.c_str (), id.c_str ());
}

void
pragma_init (const char *plugin_name)
{
	register_callback (plugin_name, PLUGIN_PRAGMAS, on_pragmas, NULL);
	compat_watch_pragmas (advise);
}
