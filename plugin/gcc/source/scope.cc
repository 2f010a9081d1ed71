/* scope.cc - what names mean at file scope.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/keep.h"
#include "source/scope.h"

/* C-family symbols, which lto1 does not have: null there. */
extern tree identifier_global_value (tree) __attribute__ ((weak));

static std::map<std::string, tree> globals;

/* Structs and unions with a tag: the types, and once one is looked up, by their tags. */
static std::vector<tree> tagged;
static std::map<std::string, tree> tags;

static bool
is_name_char (char c)
{
	return ISALNUM (c) || c == '_';
}

/* The struct or union with the tag NAME, or NULL. */
static tree
type_with_tag (const std::string &name)
{
	/* The first of each name. */
	for (tree type : tagged)
		tags.insert (std::make_pair (IDENTIFIER_POINTER (TYPE_IDENTIFIER (type)), type));
	tagged.clear ();
	auto found = tags.find (name);
	return found == tags.end () ? NULL_TREE : found->second;
}

/* Tags cannot be looked up by their names later. */
static void
on_type (void *event_data, void *)
{
	tree type = (tree) event_data;

	if (!type || !TYPE_P (type) || !RECORD_OR_UNION_TYPE_P (type) || !TYPE_IDENTIFIER (type))
		return;
	keep_tree (type);
	tagged.push_back (type);
}

void
scope_init (const char *plugin_name)
{
	register_callback (plugin_name, PLUGIN_FINISH_TYPE, on_type, NULL);
}

void
scope_note_names (const std::string &expression)
{
	for (size_t i = 0; i < expression.size ();) {
		size_t start = i;

		if (!ISALPHA (expression[i]) && expression[i] != '_') {
			/* not into the middle of a number */
			for (i++;
			     ISDIGIT (expression[i - 1]) && i < expression.size ()
			     && is_name_char (expression[i]);)
				i++;
			continue;
		}
		while (i < expression.size () && is_name_char (expression[i]))
			i++;
		std::string name = expression.substr (start, i - start);
		tree id = maybe_get_identifier (name.c_str ());
		tree meaning = id
					       && &identifier_global_value
				       ? identifier_global_value (id)
				       : NULL_TREE;
		if (!meaning || !DECL_P (meaning) || globals.count (name))
			continue;
		if (TREE_CODE (meaning) == TYPE_DECL)
			meaning = TREE_TYPE (meaning);
		else if (TREE_CODE (meaning) == CONST_DECL)
			meaning = DECL_INITIAL (meaning);
		else if (!VAR_P (meaning))
			continue;
		if (!meaning || error_operand_p (meaning))
			continue;
		keep_tree (meaning);
		globals[name] = meaning;
	}
}

tree
scope_meaning (const std::string &name, bool is_tag)
{
	varpool_node *variable;

	if (is_tag)
		return type_with_tag (name);
	if (globals.count (name))
		return globals[name];
	if (!lang_GNU_C ())
		if (tree type = type_with_tag (name))
			return type;
	/* Declared after the annotation. */
	FOR_EACH_VARIABLE (variable)
		if (DECL_NAME (variable->decl)
		    && name == IDENTIFIER_POINTER (DECL_NAME (variable->decl))
		    && DECL_FILE_SCOPE_P (variable->decl))
			return variable->decl;
	return NULL_TREE;
}
