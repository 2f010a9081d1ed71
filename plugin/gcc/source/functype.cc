/* functype.cc - types of functions, and under which their addresses are kept.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lockprog/lockprog.h"
#include "lockprog/pointers.h"
#include "source/functype.h"
#include "source/names.h"

/* ---- names ---- */

std::string
value_type_name (tree type)
{
	tree size = TYPE_SIZE (type);

	if (VOID_TYPE_P (type))
		return "v";
	if (POINTER_TYPE_P (type))
		return "*";
	if (INTEGRAL_TYPE_P (type))
		return (TYPE_UNSIGNED (type) ? "u" : "s") + std::to_string (TYPE_PRECISION (type));
	return std::string (get_tree_code_name (TREE_CODE (type)))
	       + (size && tree_fits_uhwi_p (size) ? std::to_string (tree_to_uhwi (size)) : "?");
}

/* The tag of the struct TYPE, or "".  A typedef of a struct without a tag may have
   another name in another file.  */
static std::string
tag_of (tree type)
{
	tree name = TYPE_NAME (TYPE_MAIN_VARIANT (type));

	if (name && TREE_CODE (name) == TYPE_DECL)
		name = lang_GNU_C () ? NULL_TREE : DECL_NAME (name);
	if (!name || TREE_CODE (name) != IDENTIFIER_NODE)
		return "";
	const char *text = IDENTIFIER_POINTER (name);
	return ISALPHA (*text) || *text == '_' ? text : "";	/* "._anon_0", "<lambda>" */
}

/* What a pointer to TYPE leads to.  */
static std::string
pointee_name (tree type)
{
	if (RECORD_OR_UNION_TYPE_P (type))
		return tag_of (type);
	if (POINTER_TYPE_P (type))
		return "*" + pointee_name (TREE_TYPE (type));
	if (FUNC_OR_METHOD_TYPE_P (type))
		return std::string ("{") + function_type_name (type) + "}";
	if (VOID_TYPE_P (type) || !TYPE_SIZE (type) || integer_onep (TYPE_SIZE_UNIT (type)))
		return "";
	if (INTEGRAL_TYPE_P (type))
		return "#" + std::to_string (TYPE_PRECISION (type));
	return "#" + value_type_name (type);
}

static std::string
word_name (tree type)
{
	return POINTER_TYPE_P (type) ? "*" + pointee_name (TREE_TYPE (type))
				     : value_type_name (type);
}

static const char *
make_type_name (tree type)
{
	std::string text;
	tree arg = TYPE_ARG_TYPES (type);

	for (const char *convention : { "stdcall", "fastcall", "thiscall", "regparm" })
		if (lookup_attribute (convention, TYPE_ATTRIBUTES (type)))
			text += convention + std::string (" ");
	text += word_name (TREE_TYPE (type)) + "(";
	if (!arg)
		text += "?";
	const char *comma = "";
	if (TREE_CODE (type) == METHOD_TYPE && arg) {
		/* A method of a base has another class. */
		text += "*";
		arg = TREE_CHAIN (arg);
		comma = ",";
	}
	for (; arg && TREE_VALUE (arg) != void_type_node; arg = TREE_CHAIN (arg), comma = ",")
		text += comma + word_name (TREE_VALUE (arg)) + (TREE_CHAIN (arg) ? "" : ",...");
	return lockprog_string ((text + ")").c_str ());
}

static std::map<unsigned, const char *> names;	/* by TYPE_UID */

const char *
function_type_name (tree type)
{
	if (!type || !FUNC_OR_METHOD_TYPE_P (type))
		return NULL;
	const char *&name = names[TYPE_UID (type)];
	/* What a nested one adds moves nothing in a map.  */
	if (!name)
		name = make_type_name (type);
	return name;
}

static const char *
virtual_name (tree method)
{
	std::string name = IDENTIFIER_POINTER (DECL_NAME (method));

	return lockprog_string ((name + "!" + function_type_name (TREE_TYPE (method))).c_str ());
}

const char *
type_of_function (tree fndecl)
{
	if (DECL_VIRTUAL_P (fndecl) && DECL_NAME (fndecl)
	    && TREE_CODE (TREE_TYPE (fndecl)) == METHOD_TYPE)
		return virtual_name (fndecl);
	return function_type_name (TREE_TYPE (fndecl));
}

/* The method that REF calls, as the class of its object declares it, or NULL.  */
static tree
method_called (tree ref)
{
	if (!virtual_method_call_p (ref) || !tree_fits_uhwi_p (OBJ_TYPE_REF_TOKEN (ref)))
		return NULL_TREE;
	tree binfo = TYPE_BINFO (obj_type_ref_class (ref));
	tree entry = binfo ? BINFO_VIRTUALS (binfo) : NULL_TREE;
	for (unsigned HOST_WIDE_INT i = tree_to_uhwi (OBJ_TYPE_REF_TOKEN (ref)); entry && i; i--)
		entry = TREE_CHAIN (entry);
	tree method = entry ? TREE_VALUE (entry) : NULL_TREE;
	return method && TREE_CODE (method) == FUNCTION_DECL && DECL_NAME (method) ? method
										   : NULL_TREE;
}

/* ---- what is kept ---- */

struct by_text {
	bool
	operator() (const char *x, const char *y) const
	{
		return strcmp (x, y) < 0;
	}
};

typedef std::set<const char *, by_text> names_set;

/* By DECL_UID of a function.  */
static std::map<unsigned, names_set> kept;

/* To a type, from those in the set.  */
static std::map<const char *, names_set, by_text> converted;

/* Addresses that something else than themselves says what they are kept under.  */
static hash_set<tree> *covered;

/* Pairs of records that were compared, by TYPE_UID.  */
static std::set<std::pair<unsigned, unsigned> > compared;

static bool
is_function_pointer (tree type)
{
	return POINTER_TYPE_P (type) && FUNC_OR_METHOD_TYPE_P (TREE_TYPE (type));
}

static const char *
anywhere ()
{
	return lockprog_string (POINTERS_ANY);
}

/* The type under which an address is kept in TYPE.  */
static const char *
kept_type (tree type)
{
	if (!is_function_pointer (type) || !TYPE_ARG_TYPES (TREE_TYPE (type)))
		return anywhere ();
	return function_type_name (TREE_TYPE (type));
}

/* What a pointer of type FROM is kept under as one of type TO.  One without parameters,
   as FARPROC, stands for any.  */
static const char *
type_kept_from (const char *from, const char *to)
{
	const char *parameters = strrchr (to, '(');

	return strcmp (from, to) && parameters && !strcmp (parameters, "()") ? anywhere () : to;
}

static void
keep (tree fndecl, const char *type)
{
	kept[DECL_UID (fndecl)].insert (
		type_kept_from (function_type_name (TREE_TYPE (fndecl)), type));
}

static void
convert (const char *from, const char *to)
{
	to = type_kept_from (from, to);
	if (strcmp (from, to) && strcmp (from, POINTERS_ANY))
		converted[to].insert (from);
}

/* Names of fields that stand for a struct without a tag: more of them are seldom the same
   in two structs.  */
enum { MOST_NAMES = 8 };

/* The name of FIELD, of pointers to functions or an array of them, as a place in the text
   of a type, or "".  */
static std::string
place_of_field (tree field)
{
	std::string tag = tag_of (DECL_CONTEXT (field)), separator;
	int n = 0;

	if (!DECL_NAME (field))
		return "";
	if (tag.empty ())
		for (tree other = TYPE_FIELDS (DECL_CONTEXT (field)); other && n < MOST_NAMES;
		     other = DECL_CHAIN (other))
			if (TREE_CODE (other) == FIELD_DECL && DECL_NAME (other)) {
				tag += separator + IDENTIFIER_POINTER (DECL_NAME (other));
				separator = "|";
				n++;
			}
	return tag + "." + IDENTIFIER_POINTER (DECL_NAME (field)) + "@";
}

/* The field that EXPR is, or an element of which, or NULL.  */
static tree
field_of (tree expr)
{
	while (TREE_CODE (expr) == ARRAY_REF)
		expr = TREE_OPERAND (expr, 0);
	return TREE_CODE (expr) == COMPONENT_REF
			       && TREE_CODE (TREE_OPERAND (expr, 1)) == FIELD_DECL
		       ? TREE_OPERAND (expr, 1)
		       : NULL_TREE;
}

/* The type under which an address is kept in FIELD, in memory of TYPE; FIELD may be
   NULL.  */
static const char *
kept_in (tree field, tree type)
{
	const char *name = kept_type (type);

	return field && strcmp (name, POINTERS_ANY)
		       ? lockprog_string ((place_of_field (field) + name).c_str ())
		       : name;
}

/* The type under which POINTER, to functions of the type NAME, is kept in the field that
   it was loaded from; NULL if it was not.  Who fills a struct of the system may have been
   handed any function.  */
static const char *
type_in_field (tree pointer, const char *name)
{
	if (TREE_CODE (pointer) != SSA_NAME || !gimple_assign_load_p (SSA_NAME_DEF_STMT (pointer)))
		return NULL;
	tree from = gimple_assign_rhs1 (SSA_NAME_DEF_STMT (pointer)), field = field_of (from);
	return field && !in_system_header_at (DECL_SOURCE_LOCATION (field))
			       && kept_type (TREE_TYPE (from)) == name
		       ? kept_in (field, TREE_TYPE (from))
		       : NULL;
}

const char *
type_of_call (gcall *call)
{
	tree pointer = gimple_call_fn (call);
	const char *name = function_type_name (gimple_call_fntype (call));

	if (!name || !pointer)
		return name;
	if (const char *in_field = type_in_field (pointer, name))
		return in_field;
	if (TREE_CODE (pointer) != OBJ_TYPE_REF)
		return name;
	tree method = method_called (pointer);
	if (!method)
		return name;
	std::string text = IDENTIFIER_POINTER (DECL_NAME (method));
	return lockprog_string ((text + "!" + name).c_str ());
}

/* EXPR without conversions; and the function whose address it is, or NULL.  */
static tree
strip (tree expr, tree *function)
{
	while (CONVERT_EXPR_P (expr) || TREE_CODE (expr) == NON_LVALUE_EXPR
	       || TREE_CODE (expr) == VIEW_CONVERT_EXPR)
		expr = TREE_OPERAND (expr, 0);
	*function = NULL_TREE;
	if (TREE_CODE (expr) == ADDR_EXPR
	    && TREE_CODE (TREE_OPERAND (expr, 0)) == FUNCTION_DECL)
		*function = TREE_OPERAND (expr, 0);
	return expr;
}

/* ---- structs that are read through pointers to other ones ---- */

/* A field that is no struct itself, and its bit.  */
struct leaf {
	HOST_WIDE_INT at;
	tree field, type;
};

/* Fields of a struct, and structs that pointers in it lead to, to which structs are
   compared.  */
enum { MOST_LEAVES = 100, DEEPEST = 2 };

static void
add_leaves (tree record, HOST_WIDE_INT start, std::vector<leaf> *leaves)
{
	for (tree field = TYPE_FIELDS (record); field; field = DECL_CHAIN (field)) {
		tree type = TREE_TYPE (field);
		HOST_WIDE_INT bit;

		if (leaves->size () >= MOST_LEAVES)
			return;
		if (TREE_CODE (field) != FIELD_DECL
		    || (!RECORD_OR_UNION_TYPE_P (type) && !POINTER_TYPE_P (type))
		    || !DECL_FIELD_OFFSET (field) || !DECL_FIELD_BIT_OFFSET (field)
		    || !place_in_record (field, &bit))
			continue;
		bit += start;
		if (RECORD_OR_UNION_TYPE_P (type))
			add_leaves (type, bit, leaves);
		else
			leaves->push_back (leaf { bit, field, type });
	}
}

static void compare_pointees (tree x, tree y, int depth);

/* What is stored as the pointer X may be read as Y.  */
static void
compare_pointers (const leaf &x, const leaf &y, int depth)
{
	if (is_function_pointer (x.type) || is_function_pointer (y.type)) {
		convert (kept_in (x.field, x.type), kept_in (y.field, y.type));
		convert (kept_in (y.field, y.type), kept_in (x.field, x.type));
	} else if (TYPE_MAIN_VARIANT (x.type) != TYPE_MAIN_VARIANT (y.type)) {
		compare_pointees (TREE_TYPE (x.type), TREE_TYPE (y.type), depth);
	}
}

/* Memory of type X is accessed as one of type Y.  */
static void
compare_pointees (tree x, tree y, int depth)
{
	std::vector<leaf> leaves, others;

	x = TYPE_MAIN_VARIANT (x), y = TYPE_MAIN_VARIANT (y);
	if (x == y || depth > DEEPEST)
		return;
	if (POINTER_TYPE_P (x) && POINTER_TYPE_P (y)) {
		compare_pointers (leaf { 0, NULL_TREE, x }, leaf { 0, NULL_TREE, y }, depth + 1);
		return;
	}
	if (!RECORD_OR_UNION_TYPE_P (x) || !RECORD_OR_UNION_TYPE_P (y)
	    || !compared.insert (std::make_pair (TYPE_UID (x), TYPE_UID (y))).second)
		return;
	add_leaves (x, 0, &leaves);
	add_leaves (y, 0, &others);
	for (const leaf &one : leaves)
		for (const leaf &other : others)
			if (one.at == other.at)
				compare_pointers (one, other, depth + 1);
}

/* Memory of TYPE, of a pointer, is accessed as something that is not known.  */
static void
note_hidden (tree type)
{
	if (is_function_pointer (type))
		convert (kept_type (type), anywhere ());
}

/* A member of the union TYPE is accessed.  */
static void
note_union (tree type)
{
	std::vector<leaf> leaves;

	if (!compared.insert (std::make_pair (TYPE_UID (type), TYPE_UID (type))).second)
		return;
	add_leaves (type, 0, &leaves);
	for (const leaf &one : leaves)
		for (const leaf &other : leaves)
			if (one.at == other.at)
				compare_pointers (one, other, DEEPEST);
}

/* ---- expressions ---- */

/* A pointer of type FROM becomes one of type TO, or a number.  */
static void
note_conversion (tree from, tree to)
{
	if (is_function_pointer (from) || is_function_pointer (to)) {
		/* Whether it is null is asked. */
		if (POINTER_TYPE_P (from) && TREE_CODE (to) != BOOLEAN_TYPE)
			convert (kept_type (from), kept_type (to));
		return;
	}
	if (!POINTER_TYPE_P (from))
		return;
	/* A pointer to a pointer to functions is used as one to something else. */
	if (POINTER_TYPE_P (to) && !VOID_TYPE_P (TREE_TYPE (to)))
		compare_pointees (TREE_TYPE (from), TREE_TYPE (to), 0);
	else
		note_hidden (TREE_TYPE (from));
}

/* VALUE is stored in FIELD, or in something that is none (NULL), of type TO.  */
static void
note_value (tree value, tree field, tree to)
{
	tree function, inner = strip (value, &function);

	if (function)
		keep (function, kept_in (field, to));
	else if (field && is_function_pointer (to) && TREE_TYPE (inner)
		 && POINTER_TYPE_P (TREE_TYPE (inner)) && TREE_CODE (inner) != INTEGER_CST)
		convert (kept_in (field_of (inner), TREE_TYPE (inner)), kept_in (field, to));
}

/* CONSTRUCTOR is the value of FIELD, or of something that is none (NULL).  */
static void
note_elements (tree constructor, tree field, bool with_nested)
{
	unsigned HOST_WIDE_INT i;
	tree index, value, type = TREE_TYPE (constructor);
	const bool is_array = TREE_CODE (type) == ARRAY_TYPE;

	FOR_EACH_CONSTRUCTOR_ELT (CONSTRUCTOR_ELTS (constructor), i, index, value) {
		const bool is_field = index && TREE_CODE (index) == FIELD_DECL;
		tree place = is_field ? index : is_array ? field : NULL_TREE;

		if (TREE_CODE (value) == CONSTRUCTOR) {
			/* Alone, an array does not say what field it is the value of. */
			const bool is_covered = place && TREE_TYPE (value)
						&& TREE_CODE (TREE_TYPE (value)) == ARRAY_TYPE;

			if (is_covered)
				covered->add (value);
			if (is_covered || with_nested)
				note_elements (value, place, with_nested);
		} else if (is_field || is_array) {
			note_value (value, place, TREE_TYPE (is_field ? index : type));
		}
	}
}

/* Arguments that no parameter is declared for.  */
static void
note_unnamed_arguments (tree call)
{
	tree type = CALL_EXPR_FN (call) ? TREE_TYPE (CALL_EXPR_FN (call)) : NULL_TREE;
	int n = 0;

	if (!type || !POINTER_TYPE_P (type) || !FUNC_OR_METHOD_TYPE_P (TREE_TYPE (type)))
		return;
	for (tree arg = TYPE_ARG_TYPES (TREE_TYPE (type)); arg; arg = TREE_CHAIN (arg))
		n += TREE_VALUE (arg) != void_type_node;
	for (; n < call_expr_nargs (call); n++) {
		tree value = CALL_EXPR_ARG (call, n), function;

		strip (value, &function);
		if (function)
			keep (function, anywhere ());
		else if (TREE_TYPE (value) && is_function_pointer (TREE_TYPE (value)))
			convert (kept_type (TREE_TYPE (value)), anywhere ());
	}
}

/* The address of MEMORY is taken: anything of its type may be stored there.  */
static void
note_address (tree memory)
{
	tree field = field_of (memory), type = TREE_TYPE (memory);

	while (field && type && TREE_CODE (type) == ARRAY_TYPE)
		type = TREE_TYPE (type);
	if (field && type && is_function_pointer (type))
		convert (kept_type (type), kept_in (field, type));
}

void
functype_note_expression (tree expr)
{
	tree inner, function;

	if (TREE_CODE (expr) == ADDR_EXPR) {
		strip (expr, &function);
		if (function && !covered->contains (expr))
			keep (function, kept_type (TREE_TYPE (expr)));
		note_address (TREE_OPERAND (expr, 0));
		return;
	}
	switch (TREE_CODE (expr)) {
	case NOP_EXPR: case CONVERT_EXPR: case VIEW_CONVERT_EXPR:
		inner = strip (expr, &function);
		if (!TREE_TYPE (expr) || !TREE_TYPE (TREE_OPERAND (expr, 0)))
			break;	/* in a template */
		if (function && !covered->add (inner))
			keep (function, kept_type (TREE_TYPE (expr)));
		else if (!function)
			note_conversion (TREE_TYPE (TREE_OPERAND (expr, 0)), TREE_TYPE (expr));
		break;
	case MODIFY_EXPR: case INIT_EXPR:
		inner = strip (TREE_OPERAND (expr, 1), &function);
		if (!TREE_TYPE (TREE_OPERAND (expr, 0)))
			break;
		note_value (inner, field_of (TREE_OPERAND (expr, 0)),
			    TREE_TYPE (TREE_OPERAND (expr, 0)));
		if (function)
			covered->add (inner);
		break;
	case CONSTRUCTOR:
		if (TREE_TYPE (expr) && !covered->contains (expr))
			note_elements (expr, NULL_TREE, false);
		break;
	case COMPONENT_REF:
		inner = TREE_TYPE (TREE_OPERAND (expr, 0));
		if (inner && TREE_CODE (inner) == UNION_TYPE)
			note_union (inner);
		break;
	case CALL_EXPR:
		if (CALL_EXPR_FN (expr))
			covered->add (CALL_EXPR_FN (expr));
		note_unnamed_arguments (expr);
		break;
	default:
		break;
	}
}

void
functype_begin ()
{
	covered = new hash_set<tree> ();
}

void
functype_end ()
{
	delete covered;
	covered = NULL;
}

/* ---- the unit ---- */

static tree
note_in_initialiser (tree *expr, int *, void *)
{
	if (!DECL_P (*expr) && !TYPE_P (*expr))
		functype_note_expression (*expr);
	return NULL_TREE;
}

void
functype_collect ()
{
	varpool_node *variable;

	functype_begin ();
	FOR_EACH_VARIABLE (variable) {
		tree decl = variable->decl, init = DECL_INITIAL (decl);

		if (!init || init == error_mark_node || DECL_VIRTUAL_P (decl))
			continue;
		if (TREE_CODE (init) == CONSTRUCTOR)
			note_elements (init, NULL_TREE, true);
		else
			note_value (init, NULL_TREE, TREE_TYPE (decl));
		walk_tree_without_duplicates (&DECL_INITIAL (decl), note_in_initialiser, NULL);
	}
	functype_end ();
}

std::vector<const char *>
types_kept_under (tree fndecl)
{
	auto known = kept.find (DECL_UID (fndecl));
	std::vector<const char *> types;

	if (known != kept.end ())
		types.assign (known->second.begin (), known->second.end ());
	if (DECL_VIRTUAL_P (fndecl))
		types.push_back (type_of_function (fndecl));
	/* Nobody was seen to take it. */
	if (types.empty ())
		types.push_back (anywhere ());
	return types;
}

std::vector<std::pair<const char *, const char *> >
type_conversions ()
{
	std::vector<std::pair<const char *, const char *> > all;

	for (const auto &to : converted)
		for (const char *from : to.second)
			all.push_back (std::make_pair (from, to.first));
	return all;
}
