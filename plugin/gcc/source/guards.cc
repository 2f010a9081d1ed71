/* guards.cc - which lock guards a field or a variable, what kind of lock one is, and the
 * order of locks.
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
		  level_attribute[] = "spinrule_lock_level",
		  alone_attribute[] = "spinrule_no_competing_thread";

static std::map<unsigned, std::string> guards, kinds, levels;	/* by DECL_UID */
static std::vector<lock_levels> orders;
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
		bool is_level = is_attribute_p (level_attribute, name);

		(is_guard ? guards : is_level ? levels : kinds)[DECL_UID (*node)] =
			TREE_STRING_POINTER (text);
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
	{ level_attribute, 1, 1, true, false, false, false, on_attribute, NULL },
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

const std::string *
lock_level_of (tree ref)
{
	if (levels.empty ())
		return NULL;
	while (ref && TREE_CODE (ref) == ARRAY_REF)
		ref = TREE_OPERAND (ref, 0);
	if (ref && TREE_CODE (ref) == COMPONENT_REF)
		ref = TREE_OPERAND (ref, 1);
	return ref && is_data (ref) ? find (levels, ref) : NULL;
}

void
lock_levels_add (const lock_levels &added)
{
	orders.push_back (added);
}

const std::vector<lock_levels> &
lock_levels_seen ()
{
	return orders;
}

bool
has_no_competing_thread (tree fndecl)
{
	return alone.count (DECL_UID (fndecl))
	       || (TREE_PUBLIC (fndecl) && DECL_NAME (fndecl)
		   && alone_by_name.count (IDENTIFIER_POINTER (DECL_NAME (fndecl))));
}
