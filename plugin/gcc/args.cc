/* args.cc - the plugin's arguments, from args.def.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "ids.h"
#include "lockprog/table.h"
#include "opts.h"
#include "toplev.h"

struct spinrule_args args;

enum value_kind { VALUE_NONE, VALUE_FILE, VALUE_INPUT, VALUE_OUTPUT, VALUE_NUMBER, VALUE_ID,
		  VALUE_IDS, VALUE_TYPE, VALUE_WORD };

enum arg_id {
#define SPINRULE_ARG(ID, NAME, VALUE, HELP) ARG_##ID,
#include "args.def"
	N_ARGS
};

static const struct {
	const char *name;
	value_kind value;
	const char *help;
} table[N_ARGS] = {
#define SPINRULE_ARG(ID, NAME, VALUE, HELP) { NAME, VALUE_##VALUE, HELP },
#include "args.def"
};

static void
print_help ()
{
	static const char *const values[] = { "", "[=FILE]", "=FILE", "=FILE", "=N", "=ID",
					      "[=ID]", "=TYPE", "=WORD" };

	for (int i = 0; i < N_ARGS; i++) {
		std::string left = std::string ("-fplugin-arg-spinrule-") + table[i].name
				   + values[table[i].value];

		printf ("  %-40s %s\n", left.c_str (), table[i].help);
	}
	fflush (stdout);
}

static bool
parse_number (const char *name, const char *text, int *number)
{
	char *end;
	long read;

	errno = 0;
	read = text ? strtol (text, &end, 10) : 0;
	if (!text || !*text || *end || errno || read < 1 || read > INT_MAX) {
		error ("spinrule: %<-fplugin-arg-spinrule-%s%> needs a number from 1 on:"
		       " %<-fplugin-arg-spinrule-%s=N%>", name, name);
		return false;
	}
	*number = (int) read;
	return true;
}

/* Set in IDS what TEXT, the value of argument NAME, names. */
static bool
parse_id (const char *name, const char *text, bool (&ids)[SPINRULE_VIOLATIONS])
{
	spinrule_violation wanted;

	if (!id_find (text, &wanted)) {
		error ("spinrule: unknown id %qs in %<-fplugin-arg-spinrule-%s=%s%>; %s", text,
		       name, text,
		       id_hint (text).c_str ());
		return false;
	}
	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++)
		ids[id] |= id_covers (wanted, (spinrule_violation) id);
	return true;
}

/* Set in IDS what TEXT, the value of argument NAME or null for all, names, to VALUE.
 * What is reported on request only must be named to be requested. */
static bool
parse_ids (const char *name, const char *text, bool value, bool (&ids)[SPINRULE_VIOLATIONS])
{
	bool named[SPINRULE_VIOLATIONS] = {};

	if (!parse_id (name, text ? text : id_text (ID_ALL), named))
		return false;
	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++)
		if (named[id] && (value || (text && strcmp (text, id_text (ID_ALL)))
				  || !spinrule_is_on_request ((spinrule_violation) id)))
			ids[id] = value;
	return true;
}

static bool
parse_notes (const char *text)
{
	static const char *const words[N_NOTES] = { "rule", "rest" };
	bool wanted[N_NOTES] = {};
	bool is_known = false;

	for (int i = 0; text && i < N_NOTES; i++) {
		wanted[i] = !strcmp (text, "all") || !strcmp (text, words[i]);
		is_known |= wanted[i];
	}
	if (!is_known && !(text && !strcmp (text, "none"))) {
		error ("spinrule: %<-fplugin-arg-spinrule-notes%> needs %<=all%>, %<=none%>,"
		       " %<=rule%> or %<=rest%>");
		return false;
	}
	for (int i = 0; i < N_NOTES; i++)
		args.is_left_out[i] = !wanted[i];
	return true;
}

static bool
read_table (const char *path)
{
	char *what;

	if (table_read (path, &what))
		return true;
	error ("spinrule: %s", what);
	free (what);
	return false;
}

/* Take ":irql=WORD" off the end of ROLE; *IRQL is what it means, or -1 without one. */
static bool
take_irql (std::string *role, int *irql)
{
	static const std::string option = ":irql=";
	size_t at = role->rfind (option);
	auto_vec<const char *> words;
	std::string all;

	*irql = -1;
	if (at == std::string::npos)
		return true;
	std::string word = role->substr (at + option.size ());
	for (int i = 0; i < SPINRULE_ENTRY_IRQLS; i++) {
		const char *known = spinrule_entry_word ((spinrule_entry_irql) i);

		if (word == known)
			*irql = i;
		words.safe_push (known);
		all += std::string (i ? i + 1 < SPINRULE_ENTRY_IRQLS ? ", " : " or " : "") + known;
	}
	if (*irql < 0) {
		const char *near = find_closest_string (word.c_str (), &words);

		if (near)
			error ("spinrule: unknown IRQL %qs in %<-fplugin-arg-spinrule-role=%s%>;"
			       " did you mean %qs?", word.c_str (), role->c_str (), near);
		else
			error ("spinrule: unknown IRQL %qs in %<-fplugin-arg-spinrule-role=%s%>;"
			       " it is %s", word.c_str (), role->c_str (), all.c_str ());
		return false;
	}
	role->resize (at);
	return true;
}

/* Add the role TEXT: "TYPE", "TYPE:cancel" or "TYPE:held=LOCK", and ":irql=WORD". */
static bool
add_role (const char *text)
{
	static const std::string cancel = "cancel", held = "held=";
	std::string type = text ? text : "";
	int irql;

	if (!take_irql (&type, &irql))
		return false;
	size_t colon = type.find (':');
	std::string entry = colon == std::string::npos ? "" : type.substr (colon + 1), lock;

	type = type.substr (0, colon);
	if (!entry.compare (0, held.size (), held))
		lock = entry.substr (held.size ());
	if (type.empty ()
	    || !(colon == std::string::npos || entry == cancel || !lock.empty ())) {
		error ("spinrule: %<-fplugin-arg-spinrule-role%> needs the name of a type:"
		       " %<-fplugin-arg-spinrule-role=TYPE%>, %<TYPE:cancel%> or"
		       " %<TYPE:held=LOCK%>, and %<:irql=LEVEL%> behind it");
		return false;
	}
	args.roles.push_back (own_role { type, entry == cancel, lock, irql });
	return true;
}

static bool
reject_unknown (const char *name)
{
	auto_vec<const char *> names;
	const char *near;

	for (int i = 0; i < N_ARGS; i++)
		names.safe_push (table[i].name);
	near = find_closest_string (name, &names);
	if (near)
		error ("spinrule: unknown argument %<-fplugin-arg-spinrule-%s%>; did you mean %qs?",
		       name, near);
	else
		error ("spinrule: unknown argument %<-fplugin-arg-spinrule-%s%>;"
		       " %<-fplugin-arg-spinrule-help%> lists them", name);
	return false;
}

static bool
parse_one (const char *name, const char *value)
{
	int id = 0;

	while (id < N_ARGS && strcmp (table[id].name, name))
		id++;
	if (id == N_ARGS)
		return reject_unknown (name);
	if (table[id].value == VALUE_NONE && value) {
		error ("spinrule: %<-fplugin-arg-spinrule-%s%> takes no value", name);
		return false;
	}
	if ((table[id].value == VALUE_INPUT || table[id].value == VALUE_OUTPUT)
	    && (!value || !*value)) {
		error ("spinrule: %<-fplugin-arg-spinrule-%s%> needs a file:"
		       " %<-fplugin-arg-spinrule-%s=FILE%>", name, name);
		return false;
	}
	if (table[id].value == VALUE_ID && (!value || !*value)) {
		error ("spinrule: %<-fplugin-arg-spinrule-%s%> needs an id:"
		       " %<-fplugin-arg-spinrule-%s=ID%>", name, name);
		return false;
	}
	if (table[id].value == VALUE_INPUT)
		args.files_read.push_back (value);
	if (table[id].value == VALUE_OUTPUT || (table[id].value == VALUE_FILE && value && *value))
		args.files_written.push_back (value);
	switch ((arg_id) id) {
	case ARG_HELP:
		print_help ();
		return true;
	case ARG_NO_WARN:
		args.no_warn |= !value;
		return !value || parse_ids (name, value, true, args.is_disabled);
	case ARG_WARN:
		args.no_warn &= value != NULL;
		return parse_ids (name, value, false, args.is_disabled);
	case ARG_NOTES:
		return parse_notes (value);
	case ARG_ERROR:
		return parse_id (name, value ? value : id_text (ID_ALL), args.is_error);
	case ARG_DISABLE:
		return parse_id (name, value, args.is_disabled);
	case ARG_BASELINE:
		args.baseline = value;
		return true;
	case ARG_BASELINE_WRITE:
		args.baseline_write = value;
		return true;
	case ARG_SHOW_SILENCED:
		args.show_silenced = true;
		return true;
	case ARG_INSTRUMENT:
		args.instrument = true;
		return true;
	case ARG_SUMMARY:
		args.summary = value ? value : "";
		return true;
	case ARG_SARIF:
		args.sarif = value;
		return true;
	case ARG_DUMP:
		args.dump = value ? value : "";
		return true;
	case ARG_EMBED:
		args.embed = true;
		return true;
	case ARG_DDI:
		return read_table (value);
	case ARG_ROLE:
		return add_role (value);
	case ARG_MAX_STATES:
		return parse_number (name, value, &args.max_states);
	case ARG_MAX_STEPS:
		return parse_number (name, value, &args.max_steps);
	case N_ARGS:
		break;
	}
	gcc_unreachable ();
}

/* GCC drops a character at the end of a value for each '=' in it: VALUE, which the
 * argument KEY got, as it was given. */
static const char *
whole_value (const char *key, const char *value)
{
	if (!value || !strchr (value, '='))
		return value;
	const std::string start = std::string ("-") + key + "=" + value;
	for (unsigned i = 0; i < save_decoded_options_count; i++) {
		const cl_decoded_option *option = &save_decoded_options[i];
		const char *found = option->opt_index == OPT_fplugin_arg_ && option->arg
				    ? strstr (option->arg, start.c_str ()) : NULL;

		if (!found)
			continue;
		const char *whole = found + strlen (key) + 2;
		size_t n = std::count (whole, whole + strlen (whole), '=');
		if (strlen (whole) == strlen (value) + n)
			return whole;
	}
	return value;
}

bool
args_parse (const struct plugin_name_args *given)
{
	bool good = true;

	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++)
		args.is_disabled[id] = spinrule_is_on_request ((spinrule_violation) id);
	for (int i = 0; i < given->argc; i++)
		good &= parse_one (given->argv[i].key,
				   whole_value (given->argv[i].key, given->argv[i].value));
	return good;
}
