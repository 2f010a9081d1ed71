/* annotations.cc - attributes of functions, parameters and pointers to functions, and the names that they use.
 *
 * An attribute's argument is a string, because it stands before the parameters that it
 * names.  What it means is found out when the whole unit is parsed, so a struct may be
 * declared after it; but names of parameters in prototypes, and what a name means at file
 * scope, are only there while parsing, and are noted then.
 *
 * A pointer to functions has parameters in its declarator and not in its type.  Each was
 * declared just before it, the last ones last:
 *
 *     void (*attach) (EXT *ext, void (*done) (void *context));     ext, context, done, attach
 *                                                                       <-------
 *                                                          <-----------------------
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/annotations.h"
#include "source/typename.h"

/* C-family symbols, which lto1 does not have: null there. */
extern tree identifier_global_value (tree) __attribute__ ((weak));

static const struct {
	const char *attribute;
	std::vector<const char *> words;	/* of SAL; the first is the one in messages */
	bool has_lock;
} kinds[ANNOTATION_KINDS] = {
	{ "spinrule_acquires", { "_Acquires_lock_", "_Acquires_exclusive_lock_", "_Acquires_nonreentrant_lock_" }, true },
	{ "spinrule_releases", { "_Releases_lock_", "_Releases_exclusive_lock_", "_Releases_nonreentrant_lock_" }, true },
	{ "spinrule_requires_held", { "_Requires_lock_held_", "_Requires_exclusive_lock_held_" }, true },
	{ "spinrule_requires_not_held", { "_Requires_lock_not_held_" }, true },
	{ "spinrule_irql_saves", { "_IRQL_saves_" }, false },
	{ "spinrule_irql_restores", { "_IRQL_restores_" }, false },
};

static const char when_attribute[] = "spinrule_when", at_attribute[] = "spinrule_at";

/* What all names of attributes above start with. */
static const char own_prefix[] = "spinrule_";

/* What declarations of one function say that its FUNCTION_DECL does not keep; or all that a pointer's says, or a
 * typedef's, which is DECL then. */
struct declared {
	std::map<std::string, int> parameters;
	std::vector<annotation> annotations;
	tree decl;
	std::map<int, unsigned> pointers;	/* parameters, by number, that are annotated pointers to functions: DECL_UID */
};

/* A parameter that no function or pointer has yet been declared with. */
struct loose_parameter {
	const char *name;	/* or NULL */
	std::vector<annotation> annotations;
};

static std::map<std::string, declared> declared_by_name;
static std::map<unsigned, declared> declared_by_uid;
static std::map<std::string, tree> globals;
/* Structs and unions with a tag: the types, and from when somebody asks for one, by their tags. */
static std::vector<tree> tagged;
static std::map<std::string, tree> tags;
static std::vector<loose_parameter> loose_parameters;

/* Those of pointers in a struct that is not finished: its fields get their attributes late. */
static std::map<unsigned, std::vector<loose_parameter> > parameters_of_fields;	/* by DECL_UID */

/* Annotated in C++, which does not tell when such a declaration is finished, nor the names of a pointer's parameters. */
static std::vector<tree> unfinished;

static std::set<std::string> warned;
static std::vector<annotation_use> uses;

/* Keeps the trees above from the garbage collector. */
static tree kept;

static const ggc_root_tab kept_roots[] = {
	{ &kept, 1, sizeof kept, &gt_ggc_mx_tree_node, &gt_pch_nx_tree_node },
	LAST_GGC_ROOT_TAB
};

static void
keep (tree node)
{
	kept = tree_cons (NULL_TREE, node, kept);
}

const char *
annotation_word (annotation_kind kind)
{
	return kinds[kind].words[0];
}

/* ---- from attributes to annotations ---- */

static bool
is_name_char (char c)
{
	return ISALNUM (c) || c == '_';
}

/* The text between the parenthesis at AT and the one that closes it; AT goes behind that. */
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

static void
add_annotation (std::vector<annotation> *found, const annotation &added)
{
	for (size_t i = 0; i < found->size (); i++)
		if ((*found)[i].kind == added.kind && (*found)[i].lock == added.lock
		    && (*found)[i].condition == added.condition && (*found)[i].param == added.param
		    && (*found)[i].at == added.at)
			return;
	found->push_back (added);
}

/* EXPRESSION with AT in place of _Curr_. */
static std::string
at_in_place (std::string expression, const std::string &at)
{
	static const std::string current = "_Curr_";

	for (size_t i = 0; (i = expression.find (current, i)) != std::string::npos; i += at.size () + 2)
		expression.replace (i, current.size (), "(" + at + ")");
	return expression;
}

/* The annotations in TEXT, as in _When_ (CONDITION, TEXT) and _At_ (AT, TEXT); others are none of ours. */
static void
read_annotations (const std::string &text, const std::string &condition, const std::string &at, int param,
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
			read_annotations (rest, condition.empty () ? inner : "(" + condition + ") && (" + inner + ")", at, param,
					  found);
		}
		if (word == "_At_" || word == "__drv_at") {
			std::string inner, rest;

			split_at_comma (arguments, &inner, &rest);
			read_annotations (rest, condition, at.empty () ? inner : at_in_place (inner, at), param, found);
		}
		for (int kind = 0; kind < ANNOTATION_KINDS; kind++)
			for (const char *name : kinds[kind].words)
				if (word == name)
					add_annotation (found, annotation { (annotation_kind) kind,
									    at.empty () ? arguments : at_in_place (arguments, at), condition,
									    param, kinds[kind].has_lock ? "" : at });
	}
}

/* The first of LIST; what GCC gives its own attributes (no_sanitize) may be no list at all. */
static std::string
string_argument (tree list)
{
	if (!list || TREE_CODE (list) != TREE_LIST || TREE_CODE (TREE_VALUE (list)) != STRING_CST)
		return "";
	return TREE_STRING_POINTER (TREE_VALUE (list));
}

static void
read_attributes (tree attributes, int param, std::vector<annotation> *found)
{
	for (; attributes; attributes = TREE_CHAIN (attributes)) {
		/* Most declarations of a system's headers have attributes, and none is ours. */
		if (strncmp (IDENTIFIER_POINTER (get_attribute_name (attributes)), own_prefix, sizeof own_prefix - 1) != 0)
			continue;
		tree arguments = TREE_VALUE (attributes);
		std::string first = string_argument (arguments);
		std::string second = arguments && TREE_CODE (arguments) == TREE_LIST ? string_argument (TREE_CHAIN (arguments)) : "";

		if (is_attribute_p (when_attribute, get_attribute_name (attributes)))
			read_annotations (second, first, "", param, found);
		if (is_attribute_p (at_attribute, get_attribute_name (attributes)))
			read_annotations (second, "", first, param, found);
		for (int kind = 0; kind < ANNOTATION_KINDS; kind++)
			if (is_attribute_p (kinds[kind].attribute, get_attribute_name (attributes)))
				add_annotation (found, annotation { (annotation_kind) kind, first, second, param, "" });
	}
}

/* ---- attributes ---- */

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

static tree
on_attribute (tree *node, tree name, tree args, int, bool *no_add_attrs)
{
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
		warning (OPT_Wattributes, "attribute %qE is for functions, their parameters and pointers to functions: ignored", name);
		*no_add_attrs = true;
	} else if (TREE_CODE (*node) != FUNCTION_DECL && annotated_type (*node) && !lang_GNU_C ()) {
		keep (*node);
		unfinished.push_back (*node);
	}
	return NULL_TREE;
}

static attribute_spec attributes[] = {
	/* name, least and most arguments, declaration, type, function type, type identity, handler, exclusions */
	{ kinds[ANNOTATION_ACQUIRES].attribute, 1, 2, true, false, false, false, on_attribute, NULL },
	{ kinds[ANNOTATION_RELEASES].attribute, 1, 2, true, false, false, false, on_attribute, NULL },
	{ kinds[ANNOTATION_REQUIRES_HELD].attribute, 1, 2, true, false, false, false, on_attribute, NULL },
	{ kinds[ANNOTATION_REQUIRES_NOT_HELD].attribute, 1, 2, true, false, false, false, on_attribute, NULL },
	{ kinds[ANNOTATION_IRQL_SAVES].attribute, 0, 0, true, false, false, false, on_attribute, NULL },
	{ kinds[ANNOTATION_IRQL_RESTORES].attribute, 0, 0, true, false, false, false, on_attribute, NULL },
	{ when_attribute, 2, 2, true, false, false, false, on_attribute, NULL },
	{ at_attribute, 2, 2, true, false, false, false, on_attribute, NULL },
};

static void
on_attributes (void *, void *)
{
	for (attribute_spec &spec : attributes)
		register_attribute (&spec);
}

/* The declaration DECL loses its annotations. */
static void
remove_attributes (tree decl)
{
	if (!DECL_ATTRIBUTES (decl))
		return;
	for (const attribute_spec &spec : attributes)
		DECL_ATTRIBUTES (decl) = remove_attribute (spec.name, DECL_ATTRIBUTES (decl));
}

/* ---- while parsing ---- */

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

/* What the names in EXPRESSION mean at file scope. */
static void
note_names (const std::string &expression)
{
	for (size_t i = 0; i < expression.size (); ) {
		size_t start = i;

		if (!ISALPHA (expression[i]) && expression[i] != '_') {
			/* not into the middle of a number */
			for (i++; ISDIGIT (expression[i - 1]) && i < expression.size () && is_name_char (expression[i]); )
				i++;
			continue;
		}
		while (i < expression.size () && is_name_char (expression[i]))
			i++;
		std::string name = expression.substr (start, i - start);
		tree id = maybe_get_identifier (name.c_str ());
		tree meaning = id && &identifier_global_value ? identifier_global_value (id) : NULL_TREE;
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
		keep (meaning);
		globals[name] = meaning;
	}
}

/* True if its plain name says which function it is: in C all but nested ones. */
static bool
has_plain_name (tree fndecl)
{
	tree context = DECL_CONTEXT (fndecl);

	return TREE_CODE (fndecl) == FUNCTION_DECL && DECL_NAME (fndecl) && lang_GNU_C ()
	       && (!context || TREE_CODE (context) != FUNCTION_DECL || DECL_EXTERNAL (fndecl));
}

static declared *
declared_of (tree fndecl, bool make)
{
	if (has_plain_name (fndecl)) {
		std::string name = IDENTIFIER_POINTER (DECL_NAME (fndecl));

		return make || declared_by_name.count (name) ? &declared_by_name[name] : NULL;
	}
	return make || declared_by_uid.count (DECL_UID (fndecl)) ? &declared_by_uid[DECL_UID (fndecl)] : NULL;
}

/* What FOUND means is looked up where it stands. */
static void
note_all_names (const std::vector<annotation> &found)
{
	for (const annotation &one : found) {
		note_names (one.lock);
		note_names (one.condition);
	}
}

/* Note what the declaration or definition of FNDECL that was just parsed says; it has the type FNTYPE there. */
static void
note_function (tree fndecl, tree fntype)
{
	/* "LOCKED_CALLBACK my_callback;" */
	tree type = annotated_pointer_type (fntype);
	std::vector<annotation> found, own;
	int n = 0;

	for (tree parm = DECL_ARGUMENTS (fndecl); parm; parm = DECL_CHAIN (parm), n++) {
		if (DECL_ATTRIBUTES (parm) && !annotated_type (parm))
			read_attributes (DECL_ATTRIBUTES (parm), n, &found);
		if (declared_by_uid.count (DECL_UID (parm)) && declared_by_uid[DECL_UID (parm)].decl)
			declared_of (fndecl, true)->pointers.insert (std::make_pair (n, DECL_UID (parm)));
	}
	if (type)
		annotations_of (type, &found);
	read_attributes (DECL_ATTRIBUTES (fndecl), -1, &own);
	if (found.empty () && own.empty ())
		return;

	declared *known = declared_of (fndecl, true);
	for (size_t i = 0; i < found.size (); i++)
		add_annotation (&known->annotations, found[i]);
	n = 0;
	for (tree parm = DECL_ARGUMENTS (fndecl); parm; parm = DECL_CHAIN (parm), n++)
		if (DECL_NAME (parm))
			known->parameters.insert (std::make_pair (IDENTIFIER_POINTER (DECL_NAME (parm)), n));
	if (type) {
		const std::map<std::string, int> &names = declared_by_uid[DECL_UID (type)].parameters;

		known->parameters.insert (names.begin (), names.end ());
	}
	note_all_names (own);
	note_all_names (found);
}

/* The type of functions, or NULL, that TYPE, a pointer or an array of pointers to them, is made of without a typedef. */
static tree
function_type_of_declarator (tree type)
{
	while (!(TYPE_NAME (type) && TREE_CODE (TYPE_NAME (type)) == TYPE_DECL)) {
		if (FUNC_OR_METHOD_TYPE_P (type))
			return type;
		if (!POINTER_TYPE_P (type) && TREE_CODE (type) != ARRAY_TYPE)
			return NULL_TREE;
		type = TREE_TYPE (type);
	}
	return NULL_TREE;
}

static size_t
count_parameters (tree fntype)
{
	size_t n = 0;

	for (tree arg = TYPE_ARG_TYPES (fntype); arg && arg != void_list_node; arg = TREE_CHAIN (arg))
		n++;
	return n;
}

/* Take the parameters that a declarator of TYPE brought with it from those that are loose: its own. */
static std::vector<loose_parameter>
take_parameters (tree type)
{
	std::vector<loose_parameter> own;
	tree fntype = loose_parameters.empty () ? NULL_TREE : function_type_of_declarator (type);

	if (!fntype)
		return own;
	size_t n = count_parameters (fntype), all = 0;

	/* Functions that return pointers to functions: theirs come first. */
	for (; fntype; fntype = function_type_of_declarator (TREE_TYPE (fntype)))
		all += count_parameters (fntype);
	if (all > loose_parameters.size ())
		return own;
	auto first = loose_parameters.end () - all;
	own.assign (first, first + n);
	loose_parameters.erase (first, loose_parameters.end ());
	return own;
}

/* Note what the declaration of the pointer, or the typedef, DECL says, whose parameters are OWN.  It loses its attributes:
 * code is the same with them and without. */
static void
note_pointer (tree decl, const std::vector<loose_parameter> &own)
{
	std::vector<annotation> found;
	int n = 0;

	read_attributes (DECL_ATTRIBUTES (decl), -1, &found);
	remove_attributes (decl);
	for (const loose_parameter &parameter : own) {
		for (annotation one : parameter.annotations) {
			one.param = n;
			found.push_back (one);
		}
		n++;
	}
	if (found.empty ())
		return;
	keep (decl);
	declared *known = &declared_by_uid[DECL_UID (decl)];
	known->decl = decl;
	n = 0;
	for (const loose_parameter &parameter : own) {
		if (parameter.name)
			known->parameters.insert (std::make_pair (parameter.name, n));
		n++;
	}
	for (const annotation &one : found)
		add_annotation (&known->annotations, one);
	note_all_names (found);
}

/* What C++ has annotated and not told is whole by now. */
static void
finish_all ()
{
	for (tree decl : unfinished)
		note_pointer (decl, std::vector<loose_parameter> ());
	unfinished.clear ();
}

static inline void
finish ()
{
	if (!unfinished.empty ())
		finish_all ();
}

static void
on_declaration (void *event_data, void *)
{
	tree decl = (tree) event_data;
	bool is_typedef = decl && TREE_CODE (decl) == TYPE_DECL;

	if (!decl || !TREE_TYPE (decl) || error_operand_p (decl) || VOID_TYPE_P (TREE_TYPE (decl)))
		return;
	finish ();
	if (TREE_CODE (decl) == FUNCTION_DECL) {
		note_function (decl, type_as_declared (decl));
		loose_parameters.clear ();
		return;
	}
	/* Most others are neither a parameter, nor have any; and most parameters have a name and nothing else. */
	if (TREE_CODE (decl) != PARM_DECL && loose_parameters.empty () && !annotated_type (decl))
		return;
	if (TREE_CODE (decl) == PARM_DECL && !DECL_ATTRIBUTES (decl) && !function_type_of_declarator (TREE_TYPE (decl))) {
		loose_parameters.emplace_back ();
		loose_parameters.back ().name = DECL_NAME (decl) ? IDENTIFIER_POINTER (DECL_NAME (decl)) : NULL;
		return;
	}
	std::vector<loose_parameter> own = take_parameters (is_typedef && DECL_ORIGINAL_TYPE (decl)
							    ? DECL_ORIGINAL_TYPE (decl) : TREE_TYPE (decl));
	loose_parameter loose = loose_parameter ();
	if (TREE_CODE (decl) == PARM_DECL) {
		if (DECL_NAME (decl))
			loose.name = IDENTIFIER_POINTER (DECL_NAME (decl));
		if (!annotated_type (decl))
			read_attributes (DECL_ATTRIBUTES (decl), -1, &loose.annotations);
	} else {
		loose_parameters.clear ();
	}
	if (TREE_CODE (decl) == FIELD_DECL && annotated_type (decl)) {
		if (!own.empty ())
			parameters_of_fields[DECL_UID (decl)] = own;
	} else if (annotated_type (decl)) {
		note_pointer (decl, own);
	}
	if (TREE_CODE (decl) == PARM_DECL)
		loose_parameters.push_back (loose);
}

static void
on_definition (void *event_data, void *)
{
	finish ();
	note_function ((tree) event_data, TREE_TYPE ((tree) event_data));
}

/* The struct or union TYPE is finished: so are its pointers to functions. */
static void
note_fields (tree type)
{
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field)) {
		if (TREE_CODE (field) != FIELD_DECL || !annotated_type (field))
			continue;
		auto own = parameters_of_fields.find (DECL_UID (field));
		if (own != parameters_of_fields.end ()) {
			note_pointer (field, own->second);
			parameters_of_fields.erase (own);
		} else {
			note_pointer (field, std::vector<loose_parameter> ());
		}
	}
}

static void
on_type (void *event_data, void *)
{
	tree type = (tree) event_data;

	if (!type || !TYPE_P (type) || !RECORD_OR_UNION_TYPE_P (type))
		return;
	note_fields (type);
	/* Tags are not found by their names later. */
	if (!TYPE_IDENTIFIER (type))
		return;
	keep (type);
	tagged.push_back (type);
}

/* ---- annotations.h ---- */

void
annotations_init (const char *plugin_name)
{
	register_callback (plugin_name, PLUGIN_ATTRIBUTES, on_attributes, NULL);
	register_callback (plugin_name, PLUGIN_FINISH_DECL, on_declaration, NULL);
	register_callback (plugin_name, PLUGIN_PRE_GENERICIZE, on_definition, NULL);
	register_callback (plugin_name, PLUGIN_FINISH_TYPE, on_type, NULL);
	register_callback (plugin_name, PLUGIN_REGISTER_GGC_ROOTS, NULL, (void *) kept_roots);
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

/* What _At_ says of the parameters of DECL, found by their names: "*Irql" is what parameter Irql leads to. */
static void
find_parameters (tree decl, std::vector<annotation> *found)
{
	for (size_t i = 0; i < found->size (); i++) {
		annotation &one = (*found)[i];

		if (one.at.empty ())
			continue;
		size_t start = one.at.find_first_not_of ("* ()"), end = one.at.find_last_not_of ("* ()");
		std::string name = start == std::string::npos ? "" : one.at.substr (start, end - start + 1);
		int param = annotation_parameter (decl, name);
		if (param < 0) {
			annotation_warn (decl, one.at, name);
			found->erase (found->begin () + i--);
			continue;
		}
		one.param = param;
		one.at.clear ();
	}
}

void
annotations_of (tree decl, std::vector<annotation> *found)
{
	int n = 0;

	if (TREE_CODE (decl) != FUNCTION_DECL) {
		const std::vector<annotation> &own = declared_by_uid[DECL_UID (decl)].annotations;

		found->insert (found->end (), own.begin (), own.end ());
		find_parameters (decl, found);
		return;
	}
	read_attributes (DECL_ATTRIBUTES (decl), -1, found);
	for (tree parm = DECL_ARGUMENTS (decl); parm; parm = DECL_CHAIN (parm), n++)
		if (!annotated_type (parm))
			read_attributes (DECL_ATTRIBUTES (parm), n, found);
	if (const declared *known = declared_of (decl, false))
		for (size_t i = 0; i < known->annotations.size (); i++)
			add_annotation (found, known->annotations[i]);
	find_parameters (decl, found);
}

/* What another declaration of its function says of the parameter PARM; or NULL. */
static tree
annotated_elsewhere (tree parm)
{
	tree fndecl = DECL_CONTEXT (parm);
	const declared *function = fndecl && TREE_CODE (fndecl) == FUNCTION_DECL ? declared_of (fndecl, false) : NULL;
	int n = 0;

	if (!function || function->pointers.empty ())
		return NULL_TREE;
	for (tree other = DECL_ARGUMENTS (fndecl); other && other != parm; other = DECL_CHAIN (other))
		n++;
	auto known = function->pointers.find (n);
	return known != function->pointers.end () ? declared_by_uid[known->second].decl : NULL_TREE;
}

tree
annotated_pointer (tree decl)
{
	auto known = declared_by_uid.find (DECL_UID (decl));
	tree elsewhere;

	if (known != declared_by_uid.end () && known->second.decl)
		return decl;
	if (TREE_CODE (decl) == PARM_DECL && (elsewhere = annotated_elsewhere (decl)))
		return elsewhere;
	return annotated_pointer_type (TREE_TYPE (decl));
}

tree
annotated_pointer_type (tree type)
{
	if (declared_by_uid.empty ())
		return NULL_TREE;
	while (TREE_CODE (type) == ARRAY_TYPE)
		type = TREE_TYPE (type);
	for (tree named : { type, POINTER_TYPE_P (type) ? TREE_TYPE (type) : NULL_TREE })
		for (const type_name &one : named && TYPE_NAME (named) ? type_names (named) : std::vector<type_name> ()) {
			auto known = declared_by_uid.find (one.decl);

			if (known != declared_by_uid.end ())
				return known->second.decl;
		}
	return NULL_TREE;
}

void
annotations_remove ()
{
	cgraph_node *node;

	finish ();
	FOR_EACH_FUNCTION (node) {
		remove_attributes (node->decl);
		for (tree parm = DECL_ARGUMENTS (node->decl); parm; parm = DECL_CHAIN (parm))
			remove_attributes (parm);
	}
	assumptions_remove ();
}

int
annotation_parameter (tree fndecl, const std::string &name)
{
	int n = 0;

	if (const declared *known = declared_of (fndecl, false)) {
		auto found = known->parameters.find (name);

		if (found != known->parameters.end ())
			return found->second;
	}
	if (TREE_CODE (fndecl) != FUNCTION_DECL)
		return -1;
	for (tree parm = DECL_ARGUMENTS (fndecl); parm; parm = DECL_CHAIN (parm), n++)
		if (DECL_NAME (parm) && name == IDENTIFIER_POINTER (DECL_NAME (parm)))
			return n;
	return -1;
}

tree
annotation_global (const std::string &name, bool is_tag)
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
		if (DECL_NAME (variable->decl) && name == IDENTIFIER_POINTER (DECL_NAME (variable->decl))
		    && (!DECL_CONTEXT (variable->decl) || DECL_FILE_SCOPE_P (variable->decl)))
			return variable->decl;
	return NULL_TREE;
}

void
annotation_warn (tree fndecl, const std::string &expression, const std::string &part)
{
	location_t where = DECL_SOURCE_LOCATION (fndecl);

	if (in_system_header_at (where)
	    || !warned.insert (std::to_string (DECL_UID (fndecl)) + " " + expression).second)
		return;
	warning_at (where, OPT_Wattributes, "%qs in an annotation of %qD is not understood at %qs: nothing is taken from it",
		    expression.c_str (), fndecl, part.c_str ());
}

void
annotation_note_use (const char *kind, lockprog_place place, int used)
{
	uses.push_back (annotation_use { kind, place, used });
}

const std::vector<annotation_use> &
annotation_uses ()
{
	return uses;
}
