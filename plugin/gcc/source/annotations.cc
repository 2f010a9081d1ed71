/* annotations.cc - what functions, parameters, pointers and typedefs are annotated with.
 *
 * Names of parameters in prototypes can be found only while parsing, and are noted then.
 *
 * A pointer to functions has parameters in its declarator and not in its type.  Each was
 * declared just before it, the last ones last:
 *
 *     void (*attach) (EXT *ext, void (*done) (void *context));
 *
 *     ext, context, done, attach
 *          <-------
 *     <-----------------------
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/annotations.h"
#include "source/assume.h"
#include "source/keep.h"
#include "source/names.h"
#include "source/scope.h"
#include "source/typename.h"

/* What the declarations of one function have that its FUNCTION_DECL does not keep; or all
 * that the declaration DECL of a pointer or typedef has. */
struct declared {
	std::map<std::string, int> parameters;
	std::vector<annotation> annotations;
	tree decl;
	/* parameters, by number, that are annotated pointers to functions: DECL_UID */
	std::map<int, unsigned> pointers;
};

/* A parameter that no function or pointer has yet been declared with. */
struct loose_parameter {
	const char *name;	/* or NULL */
	std::vector<annotation> annotations;
};

static std::map<std::string, declared> declared_by_name;
static std::map<unsigned, declared> declared_by_uid;
static std::vector<loose_parameter> loose_parameters;

/* Those of pointers in a struct that is not finished: its fields get their attributes
 * late. */
static std::map<unsigned, std::vector<loose_parameter> > parameters_of_fields;	/* by DECL_UID */

/* Annotated in C++, which has no event for the end of such a declaration, and keeps no
 * names of a pointer's parameters. */
static std::vector<tree> unfinished;

static std::set<std::string> warned;

static declared *
declared_of (tree fndecl, bool make)
{
	if (has_plain_name (fndecl)) {
		std::string name = IDENTIFIER_POINTER (DECL_NAME (fndecl));

		return make || declared_by_name.count (name) ? &declared_by_name[name] : NULL;
	}
	return make
	       || declared_by_uid.count (DECL_UID (fndecl)) ? &declared_by_uid[DECL_UID (fndecl)]
	       : NULL;
}

/* Note what the names in FOUND mean here. */
static void
note_all_names (const std::vector<annotation> &found)
{
	for (const annotation &one : found) {
		scope_note_names (one.lock);
		scope_note_names (one.condition);
	}
}

/* Note the annotations of the declaration or definition of FNDECL that was just parsed;
 * its type there is FNTYPE. */
static void
note_function (tree fndecl, tree fntype)
{
	/* "LOCKED_CALLBACK my_callback;" */
	tree type = annotated_pointer_type (fntype);
	std::vector<annotation> found, own;
	int n = 0;

	for (tree parm = DECL_ARGUMENTS (fndecl); parm; parm = DECL_CHAIN (parm), n++) {
		if (DECL_ATTRIBUTES (parm) && !annotated_type (parm))
			attributes_read (DECL_ATTRIBUTES (parm), n, &found);
		if (declared_by_uid.count (DECL_UID (parm))
		    && declared_by_uid[DECL_UID (parm)].decl)
			declared_of (fndecl,
				     true)->pointers.insert (std::make_pair (n, DECL_UID (parm)));
	}
	if (type)
		annotations_of (type, &found);
	attributes_read (DECL_ATTRIBUTES (fndecl), -1, &own);
	if (found.empty () && own.empty ())
		return;

	declared *known = declared_of (fndecl, true);
	for (size_t i = 0; i < found.size (); i++)
		annotation_add (&known->annotations, found[i]);
	n = 0;
	for (tree parm = DECL_ARGUMENTS (fndecl); parm; parm = DECL_CHAIN (parm), n++)
		if (DECL_NAME (parm))
			known->parameters.emplace (IDENTIFIER_POINTER (DECL_NAME (parm)), n);
	if (type) {
		const auto &names = declared_by_uid[DECL_UID (type)].parameters;

		known->parameters.insert (names.begin (), names.end ());
	}
	note_all_names (own);
	note_all_names (found);
}

/* The type of functions, or NULL, that TYPE, a pointer or an array of pointers to them,
 * is made of without a typedef. */
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

	for (tree arg = TYPE_ARG_TYPES (fntype); arg && arg != void_list_node;
	     arg = TREE_CHAIN (arg))
		n++;
	return n;
}

/* Take the parameters that a declarator of TYPE brought with it from those that are
 * loose: its own. */
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

/* Note the annotations of DECL, a pointer or a typedef with the parameters OWN, and
 * remove them: code must not depend on them. */
static void
note_pointer (tree decl, const std::vector<loose_parameter> &own)
{
	std::vector<annotation> found;
	int n = 0;

	attributes_read (DECL_ATTRIBUTES (decl), -1, &found);
	attributes_remove (decl);
	for (const loose_parameter &parameter : own) {
		for (annotation one : parameter.annotations) {
			one.param = n;
			found.push_back (one);
		}
		n++;
	}
	if (found.empty ())
		return;
	keep_tree (decl);
	declared *known = &declared_by_uid[DECL_UID (decl)];
	known->decl = decl;
	n = 0;
	for (const loose_parameter &parameter : own) {
		if (parameter.name)
			known->parameters.insert (std::make_pair (parameter.name, n));
		n++;
	}
	for (const annotation &one : found)
		annotation_add (&known->annotations, one);
	note_all_names (found);
}

/* Declarations of C++ that were not finished are by now. */
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

void
annotations_note_declaration (tree decl)
{
	bool is_typedef = TREE_CODE (decl) == TYPE_DECL;

	if (!TREE_TYPE (decl) || error_operand_p (decl) || VOID_TYPE_P (TREE_TYPE (decl)))
		return;
	finish ();
	if (TREE_CODE (decl) == FUNCTION_DECL) {
		note_function (decl, type_as_declared (decl));
		loose_parameters.clear ();
		return;
	}
	/* Most others are neither a parameter, nor have any; and most parameters have a
	 * name and nothing else. */
	if (TREE_CODE (decl) != PARM_DECL && loose_parameters.empty () && !annotated_type (decl))
		return;
	if (TREE_CODE (decl) == PARM_DECL && !DECL_ATTRIBUTES (decl)
	    && !function_type_of_declarator (TREE_TYPE (decl))) {
		loose_parameters.emplace_back ();
		loose_parameters.back ().name = DECL_NAME (decl)
						? IDENTIFIER_POINTER (DECL_NAME (decl)) : NULL;
		return;
	}
	tree type = is_typedef && DECL_ORIGINAL_TYPE (decl) ? DECL_ORIGINAL_TYPE (decl)
							    : TREE_TYPE (decl);
	std::vector<loose_parameter> own = take_parameters (type);
	loose_parameter loose = loose_parameter ();
	if (TREE_CODE (decl) == PARM_DECL) {
		if (DECL_NAME (decl))
			loose.name = IDENTIFIER_POINTER (DECL_NAME (decl));
		if (!annotated_type (decl))
			attributes_read (DECL_ATTRIBUTES (decl), -1, &loose.annotations);
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

	if (type && TYPE_P (type) && RECORD_OR_UNION_TYPE_P (type))
		note_fields (type);
}

/* C++ has no event for the end of the declaration DECL. */
static void
on_annotated_pointer (tree decl)
{
	if (lang_GNU_C ())
		return;
	keep_tree (decl);
	unfinished.push_back (decl);
}

void
annotations_init (const char *plugin_name)
{
	attributes_init (plugin_name, on_annotated_pointer);
	register_callback (plugin_name, PLUGIN_PRE_GENERICIZE, on_definition, NULL);
	register_callback (plugin_name, PLUGIN_FINISH_TYPE, on_type, NULL);
}

/* Find the parameters of DECL that _At_ names: "*Irql" is what parameter Irql points
 * to. */
static void
find_parameters (tree decl, std::vector<annotation> *found)
{
	for (size_t i = 0; i < found->size (); i++) {
		annotation &one = (*found)[i];

		if (one.at.empty ())
			continue;
		size_t start = one.at.find_first_not_of ("* ()"),
		       end = one.at.find_last_not_of ("* ()");
		std::string name;
		if (start != std::string::npos)
			name = one.at.substr (start, end - start + 1);
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
	attributes_read (DECL_ATTRIBUTES (decl), -1, found);
	for (tree parm = DECL_ARGUMENTS (decl); parm; parm = DECL_CHAIN (parm), n++)
		if (!annotated_type (parm))
			attributes_read (DECL_ATTRIBUTES (parm), n, found);
	if (const declared *known = declared_of (decl, false))
		for (size_t i = 0; i < known->annotations.size (); i++)
			annotation_add (found, known->annotations[i]);
	find_parameters (decl, found);
}

/* The annotated parameter that is PARM in another declaration of its function; or
 * NULL. */
static tree
annotated_elsewhere (tree parm)
{
	tree fndecl = DECL_CONTEXT (parm);
	const declared *function = fndecl
				   && TREE_CODE (fndecl) == FUNCTION_DECL
				   ? declared_of (fndecl, false) : NULL;
	int n = 0;

	if (!function || function->pointers.empty ())
		return NULL_TREE;
	for (tree other = DECL_ARGUMENTS (fndecl); other && other != parm;
	     other = DECL_CHAIN (other))
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
	for (tree named : { type, POINTER_TYPE_P (type) ? TREE_TYPE (type) : NULL_TREE }) {
		if (!named || !TYPE_NAME (named))
			continue;
		for (const type_name &one : type_names (named)) {
			auto known = declared_by_uid.find (one.decl);

			if (known != declared_by_uid.end ())
				return known->second.decl;
		}
	}
	return NULL_TREE;
}

void
annotations_remove ()
{
	cgraph_node *node;

	finish ();
	FOR_EACH_FUNCTION (node) {
		attributes_remove (node->decl);
		for (tree parm = DECL_ARGUMENTS (node->decl); parm; parm = DECL_CHAIN (parm))
			attributes_remove (parm);
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

void
annotation_warn (tree fndecl, const std::string &expression, const std::string &part)
{
	location_t where = DECL_SOURCE_LOCATION (fndecl);

	if (in_system_header_at (where)
	    || !warned.insert (std::to_string (DECL_UID (fndecl)) + " " + expression).second)
		return;
	warning_at (where, OPT_Wattributes,
		    "%qs in an annotation of %qD is not understood at %qs: nothing is taken from"
		    " it",
		    expression.c_str (), fndecl, part.c_str ());
}
