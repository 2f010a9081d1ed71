/* silence.cc - silencers: attributes, regions of lines, and arguments.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "findings/silence.h"
#include "source/source.h"

std::vector<silencer> silencers;

static const char attribute_name[] = "spinrule_ignore";

/* By DECL_UID: attributes are taken off before the function is checked. */
static std::map<unsigned, std::vector<int> > of_function;

/* ---- regions ---- */

struct change {
	location_t where;
	bool is_pop;
	spinrule_violation id;
	silence_level level;
	int silencer;		/* -1: it silences nothing */
	size_t back_to;		/* a pop: how many changes there were at its push */
};

struct history {
	std::vector<change> changes;
	std::vector<size_t> pushed;
};

static history histories[PRAGMA_FAMILIES];

const char *
silence_kind_name (silence_kind kind)
{
	switch (kind) {
	case SILENCE_ATTRIBUTE:
		return "attribute";
	case SILENCE_PRAGMA:
		return "pragma";
	case SILENCE_SUPPRESS:
		return "pragma warning(suppress)";
	case SILENCE_WARNING:
		return "pragma warning(disable)";
	case SILENCE_ARGUMENT:
		return "disable";
	}
	gcc_unreachable ();
}

static int
add_silencer (silence_kind kind, location_t where, spinrule_violation id, const char *reason,
	      int number = 0)
{
	silencer added = { kind, where, id, reason ? reason : "", number, false, 0 };

	silencers.push_back (added);
	return silencers.size () - 1;
}

void
silence_set (pragma_family family, location_t where, spinrule_violation id, silence_level level,
	     const char *reason,
	     int number)
{
	silence_kind kind = family == FAMILY_SPINRULE ? SILENCE_PRAGMA : SILENCE_WARNING;
	int silencer = level == LEVEL_IGNORED ? add_silencer (kind, where, id, reason, number) : -1;
	change made = { where, false, id, level, silencer, 0 };

	histories[family].changes.push_back (made);
}

void
silence_push (pragma_family family)
{
	histories[family].pushed.push_back (histories[family].changes.size ());
}

bool
silence_is_changed (pragma_family family)
{
	const history &h = histories[family];

	return !h.pushed.empty () && h.changes.size () > h.pushed.back ();
}

bool
silence_pop (pragma_family family, location_t where)
{
	history &h = histories[family];

	if (h.pushed.empty ())
		return false;
	if (silence_is_changed (family)) {
		change made = { where, true, ID_ALL, LEVEL_DEFAULT, -1, h.pushed.back () };

		h.changes.push_back (made);
	}
	h.pushed.pop_back ();
	return true;
}

/* Negative, 0 or positive as A's line is before, at or after B's.  What a macro makes is
 * where it is used. */
static int
order_of (location_t a, location_t b)
{
	expanded_location at, bt;

	a = expansion_point_location (a);
	b = expansion_point_location (b);
	at = expand_location (a);
	bt = expand_location (b);
	if (at.line == bt.line && at.file && bt.file && !filename_cmp (at.file, bt.file))
		return 0;
	return -linemap_compare_locations (line_table, a, b);
}

/* The change of FAMILY that holds for ID at WHERE, or NULL.
 *
 * A macro's _Pragmas and what is between them are in one line: there, what a pragma sets
 * is set and what it pops is not popped yet. */
static const change *
change_at (pragma_family family, location_t where, spinrule_violation id)
{
	const std::vector<change> &changes = histories[family].changes;

	for (size_t i = changes.size (); i-- > 0; ) {
		int order = order_of (changes[i].where, where);

		if (order > 0 || (order == 0 && changes[i].is_pop))
			continue;
		if (changes[i].is_pop)
			i = changes[i].back_to;
		else if (id_covers (changes[i].id, id))
			return &changes[i];
	}
	return NULL;
}

/* ---- one line ---- */

/* True if line LINE of FILE ends in a _Pragma, so that it is the line after which counts;
 * a directive has no code at all. */
static bool
is_pragma_alone (const char *file, int line)
{
	bool in_comment = false;
	std::string code;

	if (!source_code (file, line, &in_comment, &code))
		return true;
	return code.empty () || (code.compare (0, 8, "_Pragma(") == 0 && code.back () == ')'
				 && code.find ("_Pragma(", 1) == std::string::npos);
}

static bool
has_any_of (const std::string &code, const char *signs)
{
	return code.find_first_of (signs) != std::string::npos;
}

/* True if a suppression at line LINE of FILE is written before FNDECL's body, where
 * PREfast reports what is wrong with the whole function:
 *
 *     #pragma warning(suppress: 28167)          VOID Enter(PEXT ext)
 *     VOID Enter(PEXT ext)                      #pragma warning(suppress: 28167)
 *     {                                         {
 */
static bool
heads_function (const char *file, int line, tree fndecl)
{
	expanded_location name =
		expand_location (expansion_point_location (DECL_SOURCE_LOCATION (fndecl)));

	if (!name.file || filename_cmp (name.file, file))
		return false;
	if (line < name.line)
		return !has_any_of (source_code_between (file, line + 1, name.line - 1), ";{}");
	int next = source_next_code (file, line);
	return line > name.line
	       && !has_any_of (source_code_between (file, name.line, line), "{")
	       && source_code_between (file, next, next)[0] == '{';
}

static bool
is_suppressed_by (const silencer &s, tree fndecl, location_t where)
{
	expanded_location at = expand_location (expansion_point_location (s.where));
	expanded_location place = expand_location (expansion_point_location (where));

	if (!at.file || !place.file)
		return false;
	if (!filename_cmp (at.file, place.file)
	    && place.line == (is_pragma_alone (at.file, at.line)
			      ? source_next_code (at.file, at.line) : at.line))
		return true;
	return s.for_function && heads_function (at.file, at.line, fndecl);
}

void
silence_suppress (location_t where, spinrule_violation id, bool for_function, const char *reason,
		  int number)
{
	silencers[add_silencer (SILENCE_SUPPRESS, where, id, reason,
				number)].for_function = for_function;
}

/* ---- the attribute ---- */

/* The text of ARG, if it is a string of plain characters. */
static const char *
plain_string (tree arg)
{
	if (!arg || TREE_CODE (arg) != STRING_CST
	    || TYPE_PRECISION (TREE_TYPE (TREE_TYPE (arg))) != BITS_PER_UNIT
	    || !TREE_STRING_LENGTH (arg) || TREE_STRING_POINTER (arg)[TREE_STRING_LENGTH (arg) - 1])
		return NULL;
	return TREE_STRING_POINTER (arg);
}

/* The Nth argument of an attribute, a string; C++ may wrap it. */
static const char *
string_argument (tree args, int n)
{
	while (n-- > 0 && args)
		args = TREE_CHAIN (args);
	tree value = args ? TREE_VALUE (args) : NULL_TREE;
	if (value)
		STRIP_NOPS (value);
	if (value && TREE_CODE (value) == ADDR_EXPR)
		value = TREE_OPERAND (value, 0);
	return plain_string (value);
}

static tree
on_attribute (tree *node, tree name, tree args, int, bool *no_add)
{
	const char *id = string_argument (args, 0), *reason = string_argument (args, 1);
	location_t where = DECL_P (*node) ? DECL_SOURCE_LOCATION (*node) : input_location;
	spinrule_violation known;

	*no_add = true;
	if (TREE_CODE (*node) != FUNCTION_DECL)
		warning_at (where, OPT_Wattributes, "%qE attribute only applies to functions",
			    name);
	else if (!id || (!reason && TREE_CHAIN (args)))
		error_at (where, "%qE attribute needs two strings: %<%E (\"ID\", \"reason\")%>",
			  name, name);
	else if (!id_find (id, &known))
		warning_at (where, OPT_Wattributes, "%qE attribute ignored: unknown id %qs; %s",
			    name, id, id_hint (id).c_str ());
	else if (!reason || !*reason)
		error_at (where, "%qE attribute needs a reason: %<%E (\"%s\", \"reason\")%>", name,
			  name, id);
	else
		*no_add = false;
	return NULL_TREE;
}

static const attribute_spec specification = {
	attribute_name, 1, 2, true, false, false, false, on_attribute, NULL
};

static void
on_attributes (void *, void *)
{
	register_attribute (&specification);
}

void
silence_init (const char *plugin_name)
{
	register_callback (plugin_name, PLUGIN_ATTRIBUTES, on_attributes, NULL);
	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++)
		if (args.is_disabled[id] && !spinrule_is_on_request ((spinrule_violation) id))
			add_silencer (SILENCE_ARGUMENT, UNKNOWN_LOCATION, (spinrule_violation) id,
				      NULL);
}

/* The silencer of the attribute with ARGS on a function at WHERE.  Instances of a
 * template are one function. */
static int
attribute_silencer (tree args, location_t where)
{
	const char *reason = string_argument (args, 1);
	spinrule_violation id;

	/* on_attribute has let no other pass. */
	bool is_good = reason && id_find (string_argument (args, 0), &id);
	gcc_assert (is_good);
	for (size_t i = 0; i < silencers.size (); i++)
		if (silencers[i].kind == SILENCE_ATTRIBUTE && silencers[i].where == where
		    && silencers[i].id == id
		    && silencers[i].reason == reason)
			return i;
	return add_silencer (SILENCE_ATTRIBUTE, where, id, reason);
}

static void
take_off (tree decl)
{
	DECL_ATTRIBUTES (decl) = remove_attribute (attribute_name, DECL_ATTRIBUTES (decl));
}

void
silence_collect ()
{
	std::vector<tree> decls;
	cgraph_node *node;

	/* GCC lists them last first.  */
	FOR_EACH_FUNCTION (node)
		if (lookup_attribute (attribute_name, DECL_ATTRIBUTES (node->decl)))
			decls.insert (decls.begin (), node->decl);
	for (tree decl : decls) {
		tree attribute = DECL_ATTRIBUTES (decl);

		while ((attribute = lookup_attribute (attribute_name, attribute))) {
			int silencer = attribute_silencer (TREE_VALUE (attribute),
							   DECL_SOURCE_LOCATION (decl));

			of_function[DECL_UID (decl)].push_back (silencer);
			attribute = TREE_CHAIN (attribute);
		}
	}
	/* Now that all are read: functions may share their lists. */
	for (tree decl : decls) {
		take_off (decl);
		/* What a constructor's variants were made from is in the program too. */
		if (DECL_ABSTRACT_ORIGIN (decl))
			take_off (DECL_ABSTRACT_ORIGIN (decl));
	}
}

/* ---- decide ---- */

silence_level
silence_decide (tree fndecl, location_t where, spinrule_violation id, std::vector<int> *by)
{
	silence_level level = args.is_error[id] ? LEVEL_ERROR : LEVEL_WARNING;
	const change *last = change_at (FAMILY_SPINRULE, where, id);
	auto found = of_function.find (DECL_UID (fndecl));

	if (args.is_disabled[id])
		level = LEVEL_IGNORED;

	if (!last || last->level == LEVEL_DEFAULT)
		last = change_at (FAMILY_MICROSOFT, where, id);
	if (last && last->level != LEVEL_DEFAULT) {
		level = last->level;
		if (level == LEVEL_IGNORED)
			by->push_back (last->silencer);
	}
	for (size_t i = 0; i < silencers.size (); i++) {
		const silencer &s = silencers[i];
		bool silences = false;

		if (s.kind == SILENCE_SUPPRESS)
			silences = id_covers (s.id, id) && is_suppressed_by (s, fndecl, where);
		else if (s.kind == SILENCE_ARGUMENT)
			silences = level == LEVEL_IGNORED && s.id == id;
		if (silences)
			by->push_back (i);
	}
	if (found != of_function.end ())
		for (int i : found->second)
			if (id_covers (silencers[i].id, id))
				by->push_back (i);
	return by->empty () ? level : LEVEL_IGNORED;
}

/* ---- what silenced nothing ---- */

/* The end of the region that change number I of FAMILY begins; UNKNOWN_LOCATION: that of
 * the file. */
static location_t
end_of_region (pragma_family family, size_t i)
{
	const std::vector<change> &changes = histories[family].changes;

	for (size_t j = i + 1; j < changes.size (); j++)
		if (changes[j].is_pop && changes[j].back_to <= i)
			return changes[j].where;
	return UNKNOWN_LOCATION;
}

static bool
overlaps (tree fndecl, location_t start, location_t end)
{
	function *fun = DECL_STRUCT_FUNCTION (fndecl);

	if (end != UNKNOWN_LOCATION && order_of (DECL_SOURCE_LOCATION (fndecl), end) > 0)
		return false;
	return !fun || order_of (fun->function_end_locus, start) >= 0;
}

static bool
is_in_main_file (location_t where)
{
	expanded_location at = expand_location (expansion_point_location (where));

	return at.file && main_input_filename && !filename_cmp (at.file, main_input_filename);
}

static void
report_unused_attributes (const std::vector<tree> &decls, const std::vector<bool> &is_undecided)
{
	std::set<int> reported;

	for (size_t f = 0; f < decls.size (); f++) {
		auto found = of_function.find (DECL_UID (decls[f]));

		if (found == of_function.end () || is_undecided[f])
			continue;
		for (int i : found->second) {
			if (silencers[i].used || !reported.insert (i).second)
				continue;
			if (silencers[i].id == ID_ALL)
				inform (silencers[i].where,
					"this %qs silences nothing: nothing is reported in %qD",
					attribute_name, decls[f]);
			else
				inform (silencers[i].where,
					"this %qs silences nothing: no %qs is found in %qD",
					attribute_name, spinrule_id (silencers[i].id), decls[f]);
		}
	}
}

void
silence_report_unused (const std::vector<tree> &decls, const std::vector<bool> &is_undecided)
{
	const std::vector<change> &changes = histories[FAMILY_SPINRULE].changes;

	if (inhibit_warnings)
		return;
	report_unused_attributes (decls, is_undecided);
	for (size_t i = 0; i < changes.size (); i++) {
		location_t end = end_of_region (FAMILY_SPINRULE, i);
		bool may_be_used = false;

		/* A header's pragma is there for all who include it. */
		if (changes[i].silencer < 0 || silencers[changes[i].silencer].used
		    || !is_in_main_file (changes[i].where))
			continue;
		for (size_t f = 0; f < decls.size (); f++)
			may_be_used |= is_undecided[f]
				       && overlaps (decls[f], changes[i].where, end);
		if (may_be_used)
			continue;
		if (changes[i].id == ID_ALL)
			inform (changes[i].where,
				"this %<#pragma spinrule ignored%> silences nothing: nothing is"
				" reported where it holds");
		else
			inform (changes[i].where,
				"this %<#pragma spinrule ignored%> silences nothing: no %qs is"
				" found where it holds",
				spinrule_id (changes[i].id));
	}
}
