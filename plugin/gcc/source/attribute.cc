/* attribute.cc - the attributes that annotate functions, parameters and pointers to
 * functions.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/attribute.h"

static const struct {
	const char *attribute;
	std::vector<const char *> words;	/* of SAL; the first is the one in messages */
	bool has_lock;
} kinds[ANNOTATION_KINDS] = {
	{ "spinrule_acquires",
	  { "_Acquires_lock_", "_Acquires_exclusive_lock_", "_Acquires_shared_lock_",
	    "_Acquires_nonreentrant_lock_" },
	  true },
	{ "spinrule_releases",
	  { "_Releases_lock_", "_Releases_exclusive_lock_", "_Releases_shared_lock_",
	    "_Releases_nonreentrant_lock_" },
	  true },
	{ "spinrule_requires_held",
	  { "_Requires_lock_held_", "_Requires_exclusive_lock_held_",
	    "_Requires_shared_lock_held_" },
	  true },
	{ "spinrule_requires_not_held", { "_Requires_lock_not_held_" }, true },
	{ "spinrule_irql_saves", { "_IRQL_saves_" }, false },
	{ "spinrule_irql_restores", { "_IRQL_restores_" }, false },
};

static const char when_attribute[] = "spinrule_when", at_attribute[] = "spinrule_at";

/* What all names of attributes above start with. */
static const char own_prefix[] = "spinrule_";

static void (*on_annotated_pointer) (tree decl);

static bool
is_name_char (char c)
{
	return ISALNUM (c) || c == '_';
}

/* The text between the parenthesis at AT and the one that closes it; AT goes behind
 * that. */
static std::string
parenthesized (const std::string &text, size_t *at)
{
	size_t start = *at + 1;
	int depth = 0;

	for (; *at < text.size (); ++*at) {
		if (text[*at] == '(')
			depth++;
		else if (text[*at] == ')' && --depth == 0)
			return text.substr (start, (*at)++ - start);
	}
	return text.substr (start);
}

/* Split TEXT at its first comma outside of parentheses. */
static void
split_at_comma (const std::string &text, std::string *first, std::string *rest)
{
	int depth = 0;

	for (size_t i = 0; i < text.size (); i++) {
		depth += (text[i] == '(') - (text[i] == ')');
		if (text[i] == ',' && !depth) {
			*first = text.substr (0, i);
			*rest = text.substr (i + 1);
			return;
		}
	}
	*first = text;
	rest->clear ();
}

void
annotation_add (std::vector<annotation> *found, const annotation &added)
{
	for (size_t i = 0; i < found->size (); i++)
		if ((*found)[i].kind == added.kind && (*found)[i].lock == added.lock
		    && (*found)[i].condition == added.condition && (*found)[i].param == added.param
		    && (*found)[i].at == added.at)
			return;
	found->push_back (added);
}

const char *
annotation_word (annotation_kind kind)
{
	return kinds[kind].words[0];
}

/* EXPRESSION with AT in place of _Curr_. */
static std::string
at_in_place (std::string expression, const std::string &at)
{
	static const std::string current = "_Curr_";

	for (size_t i = 0; (i = expression.find (current, i)) != std::string::npos;
	     i += at.size () + 2)
		expression.replace (i, current.size (), "(" + at + ")");
	return expression;
}

/* Add the annotation of KIND with ARGUMENTS, which stands in _When_ (CONDITION, ...) and
 * _At_ (AT, ...). */
static void
add_read (std::vector<annotation> *found, annotation_kind kind, const std::string &arguments,
	  const std::string &condition, const std::string &at, int param)
{
	std::string lock = at.empty () ? arguments : at_in_place (arguments, at);

	annotation_add (found, annotation { kind, lock, condition, param,
					    kinds[kind].has_lock ? "" : at });
}

/* The annotations in TEXT, as in _When_ (CONDITION, TEXT) and _At_ (AT, TEXT); others are
 * none of ours. */
static void
read_annotations (const std::string &text, const std::string &condition, const std::string &at,
		  int param,
		  std::vector<annotation> *found)
{
	for (size_t i = 0; i < text.size (); ) {
		size_t start = i;
		std::string arguments;

		if (!is_name_char (text[i])) {
			i++;
			continue;
		}
		while (i < text.size () && is_name_char (text[i]))
			i++;
		std::string word = text.substr (start, i - start);
		size_t next = text.find_first_not_of (" \t", i);
		if (next != std::string::npos && text[next] == '(') {
			i = next;
			arguments = parenthesized (text, &i);
		}
		if (word == "_When_" || word == "__drv_when") {
			std::string inner, rest;

			split_at_comma (arguments, &inner, &rest);
			if (!condition.empty ())
				inner.insert (0, "(" + condition + ") && (").append (")");
			read_annotations (rest, inner, at, param, found);
		}
		if (word == "_At_" || word == "__drv_at") {
			std::string inner, rest;

			split_at_comma (arguments, &inner, &rest);
			read_annotations (rest, condition,
					  at.empty () ? inner : at_in_place (inner, at), param,
					  found);
		}
		for (int kind = 0; kind < ANNOTATION_KINDS; kind++)
			for (const char *name : kinds[kind].words)
				if (word == name)
					add_read (found, (annotation_kind) kind, arguments,
						  condition, at, param);
	}
}

/* The first of LIST; what GCC gives its own attributes (no_sanitize) may be no list at
 * all. */
static std::string
string_argument (tree list)
{
	if (!list || TREE_CODE (list) != TREE_LIST || TREE_CODE (TREE_VALUE (list)) != STRING_CST)
		return "";
	return TREE_STRING_POINTER (TREE_VALUE (list));
}

void
attributes_read (tree attributes, int param, std::vector<annotation> *found)
{
	for (; attributes; attributes = TREE_CHAIN (attributes)) {
		/* Most declarations of a system's headers have attributes, and none is
		 * ours. */
		if (strncmp (IDENTIFIER_POINTER (get_attribute_name (attributes)), own_prefix,
			     sizeof own_prefix - 1) != 0)
			continue;
		tree arguments = TREE_VALUE (attributes);
		std::string first = string_argument (arguments);
		std::string second = arguments
				     && TREE_CODE (arguments) == TREE_LIST
				     ? string_argument (TREE_CHAIN (arguments)) : "";

		if (is_attribute_p (when_attribute, get_attribute_name (attributes)))
			read_annotations (second, first, "", param, found);
		if (is_attribute_p (at_attribute, get_attribute_name (attributes)))
			read_annotations (second, "", first, param, found);
		for (int kind = 0; kind < ANNOTATION_KINDS; kind++)
			if (is_attribute_p (kinds[kind].attribute, get_attribute_name (attributes)))
				annotation_add (found,
						annotation { (annotation_kind) kind, first, second,
							     param, "" });
	}
}

tree
annotated_type (tree decl)
{
	tree type = TREE_TYPE (decl);

	while (TREE_CODE (type) == ARRAY_TYPE)
		type = TREE_TYPE (type);
	if (POINTER_TYPE_P (type))
		type = TREE_TYPE (type);
	return FUNC_OR_METHOD_TYPE_P (type) ? type : NULL_TREE;
}

static bool
may_be_annotated (tree node)
{
	switch (TREE_CODE (node)) {
	case FUNCTION_DECL: case PARM_DECL:
		return true;
	case VAR_DECL: case FIELD_DECL: case TYPE_DECL:
		return annotated_type (node) != NULL_TREE;
	default:
		return false;
	}
}

static bool is_any_seen;

static tree
on_attribute (tree *node, tree name, tree args, int, bool *no_add_attrs)
{
	is_any_seen = true;
	for (tree arg = args; arg; arg = TREE_CHAIN (arg))
		if (TREE_CODE (TREE_VALUE (arg)) != STRING_CST) {
			error ("arguments of attribute %qE are strings", name);
			*no_add_attrs = true;
			return NULL_TREE;
		}
	/* _When_ and _At_ stand at much that is no lock's business. */
	if (is_attribute_p (when_attribute, name) || is_attribute_p (at_attribute, name)) {
		std::vector<annotation> found;

		read_annotations (string_argument (TREE_CHAIN (args)), "", "", -1, &found);
		if (found.empty ()) {
			*no_add_attrs = true;
			return NULL_TREE;
		}
	}
	if (!may_be_annotated (*node)) {
		warning (OPT_Wattributes,
			 "attribute %qE is for functions, their parameters and pointers to"
			 " functions: ignored", name);
		*no_add_attrs = true;
	} else if (TREE_CODE (*node) != FUNCTION_DECL && annotated_type (*node)) {
		on_annotated_pointer (*node);
	}
	return NULL_TREE;
}

static attribute_spec attributes[] = {
	/* name, least and most arguments, declaration, type, function type, type
	 * identity, handler, exclusions */
	{ kinds[ANNOTATION_ACQUIRES].attribute, 1, 2, true, false, false, false, on_attribute,
	  NULL },
	{ kinds[ANNOTATION_RELEASES].attribute, 1, 2, true, false, false, false, on_attribute,
	  NULL },
	{ kinds[ANNOTATION_REQUIRES_HELD].attribute, 1, 2, true, false, false, false, on_attribute,
	  NULL },
	{ kinds[ANNOTATION_REQUIRES_NOT_HELD].attribute, 1, 2, true, false, false, false,
	  on_attribute, NULL },
	{ kinds[ANNOTATION_IRQL_SAVES].attribute, 0, 0, true, false, false, false, on_attribute,
	  NULL },
	{ kinds[ANNOTATION_IRQL_RESTORES].attribute, 0, 0, true, false, false, false, on_attribute,
	  NULL },
	{ when_attribute, 2, 2, true, false, false, false, on_attribute, NULL },
	{ at_attribute, 2, 2, true, false, false, false, on_attribute, NULL },
};

static void
on_attributes (void *, void *)
{
	for (attribute_spec &spec : attributes)
		register_attribute (&spec);
}

void
attributes_init (const char *plugin_name, void (*on_pointer) (tree decl))
{
	on_annotated_pointer = on_pointer;
	register_callback (plugin_name, PLUGIN_ATTRIBUTES, on_attributes, NULL);
}

bool
attributes_seen ()
{
	return is_any_seen;
}

bool
attributes_has (tree decl)
{
	if (DECL_ATTRIBUTES (decl))
		for (const attribute_spec &spec : attributes)
			if (lookup_attribute (spec.name, DECL_ATTRIBUTES (decl)))
				return true;
	return false;
}

void
attributes_remove (tree decl)
{
	if (!DECL_ATTRIBUTES (decl))
		return;
	for (const attribute_spec &spec : attributes)
		DECL_ATTRIBUTES (decl) = remove_attribute (spec.name, DECL_ATTRIBUTES (decl));
}
