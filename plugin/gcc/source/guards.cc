/* guards.cc - which lock guards a field or a variable, and what kind of lock one is.
 *
 * The attributes are not kept: code must not depend on them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/guards.h"
#include "source/scope.h"

static const char guard_attribute[] = "spinrule_guarded_by",
		  kind_attribute[] = "spinrule_lock_kind",
		  alone_attribute[] = "spinrule_no_competing_thread";

static std::map<unsigned, std::string> guards, kinds;	/* by DECL_UID */
static std::set<unsigned> alone;
/* Of a function with several declarations, each with its own DECL_UID while parsing. */
static std::set<std::string> alone_by_name;

static bool
is_data (tree node)
{
	return TREE_CODE (node) == FIELD_DECL || VAR_P (node);
}

static tree
on_attribute (tree *node, tree name, tree args, int, bool *no_add_attrs)
{
	tree text = args ? TREE_VALUE (args) : NULL_TREE;

	*no_add_attrs = true;
	if (text && TREE_CODE (text) != STRING_CST) {
		error ("the argument of attribute %qE is a string", name);
		return NULL_TREE;
	}
	if (is_attribute_p (alone_attribute, name)) {
		if (TREE_CODE (*node) == FUNCTION_DECL) {
			alone.insert (DECL_UID (*node));
			alone_by_name.insert (IDENTIFIER_POINTER (DECL_NAME (*node)));
			return NULL_TREE;
		}
	} else if (is_data (*node)) {
		bool is_guard = is_attribute_p (guard_attribute, name);

		(is_guard ? guards : kinds)[DECL_UID (*node)] = TREE_STRING_POINTER (text);
		if (is_guard)
			scope_note_names (TREE_STRING_POINTER (text));
		return NULL_TREE;
	} else if (is_attribute_p (kind_attribute, name)) {
		return NULL_TREE;	/* parameters and functions have kinds, too */
	}
	warning (OPT_Wattributes, "attribute %qE is for %s: ignored", name,
		 is_attribute_p (alone_attribute, name) ? "functions" : "fields and variables");
	return NULL_TREE;
}

static attribute_spec attributes[] = {
	{ guard_attribute, 1, 1, true, false, false, false, on_attribute, NULL },
	{ kind_attribute, 1, 1, true, false, false, false, on_attribute, NULL },
	{ alone_attribute, 0, 0, true, false, false, false, on_attribute, NULL },
};

static void
on_attributes (void *, void *)
{
	for (attribute_spec &spec : attributes)
		register_attribute (&spec);
}

void
guards_init (const char *plugin_name)
{
	register_callback (plugin_name, PLUGIN_ATTRIBUTES, on_attributes, NULL);
}

static const std::string *
find (const std::map<unsigned, std::string> &known, tree decl)
{
	auto found = known.find (DECL_UID (decl));

	return found == known.end () ? NULL : &found->second;
}

const std::string *
guard_of (tree decl)
{
	return guards.empty () ? NULL : find (guards, decl);
}

bool
guards_seen ()
{
	return !guards.empty ();
}

const std::string *
lock_kind_of (tree decl)
{
	return kinds.empty () ? NULL : find (kinds, decl);
}

bool
has_no_competing_thread (tree fndecl)
{
	return alone.count (DECL_UID (fndecl))
	       || (TREE_PUBLIC (fndecl) && DECL_NAME (fndecl)
		   && alone_by_name.count (IDENTIFIER_POINTER (DECL_NAME (fndecl))));
}
