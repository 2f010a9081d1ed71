/* symbols.cc - what the linker of lock programs needs to know of a translation unit.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "output.h"
#include "source/ddi.h"
#include "source/names.h"
#include "source/roles.h"
#include "lower/memory.h"
#include "lower/symbols.h"
#include "lower/usage.h"

/* ---- types ---- */

static std::string
size_text (tree type)
{
	tree size = TYPE_SIZE (type);

	return size && tree_fits_uhwi_p (size) ? std::to_string (tree_to_uhwi (size)) : "?";
}

/* Pointers are one type, as GIMPLE has it. */
static std::string
word_text (tree type)
{
	if (VOID_TYPE_P (type))
		return "v";
	if (POINTER_TYPE_P (type))
		return "p";
	if (INTEGRAL_TYPE_P (type))
		return (TYPE_UNSIGNED (type) ? "u" : "s") + std::to_string (TYPE_PRECISION (type));
	return std::string (get_tree_code_name (TREE_CODE (type))) + size_text (type);
}

const char *
function_type_name (tree type)
{
	std::string text;

	if (!type || !FUNC_OR_METHOD_TYPE_P (type))
		return NULL;
	for (const char *convention : { "stdcall", "fastcall", "thiscall", "regparm" })
		if (lookup_attribute (convention, TYPE_ATTRIBUTES (type)))
			text += convention + std::string (" ");
	text += word_text (TREE_TYPE (type)) + "(";
	tree arg = TYPE_ARG_TYPES (type);
	if (!arg)
		text += "?";
	for (const char *comma = ""; arg && TREE_VALUE (arg) != void_type_node;
	     arg = TREE_CHAIN (arg), comma = ",")
		text += comma + word_text (TREE_VALUE (arg)) + (TREE_CHAIN (arg) ? "" : ",...");
	return lockprog_string ((text + ")").c_str ());
}

/* Of the fields' names, places and types; a record in it counts by name and size. */
static std::string
layout_text (tree record)
{
	std::string text = size_text (record);

	for (tree field = TYPE_FIELDS (record); field; field = DECL_CHAIN (field)) {
		if (TREE_CODE (field) != FIELD_DECL)
			continue;
		tree at = DECL_SIZE (field) ? bit_position (field) : NULL_TREE;
		text += ";" + field_name (field) + "@"
			+ (at && tree_fits_shwi_p (at) ? std::to_string (tree_to_shwi (at)) : "?")
			+ ":" + word_text (TREE_TYPE (field));
	}
	return text;
}

const char *
layout_of (tree record)
{
	static const int digest_bytes = 6;
	std::string text = layout_text (record), hash;
	unsigned char digest[16];
	char digits[3];

	md5_buffer (text.c_str (), text.size (), digest);
	for (int i = 0; i < digest_bytes; i++) {
		snprintf (digits, sizeof digits, "%02x", digest[i]);
		hash += digits;
	}
	return lockprog_string (hash.c_str ());
}

/* ---- names ---- */

/* DECL's name for the linker. */
static const char *
link_name (tree decl)
{
	const char *name = IDENTIFIER_POINTER (DECL_ASSEMBLER_NAME (decl));

	if (*name != '*')
		return lockprog_string (name);
	/* As it is in the assembler's text, with what the target puts before names. */
	size_t n = strlen (user_label_prefix);
	name++;
	return lockprog_string (strncmp (name, user_label_prefix, n) ? name : name + n);
}

/* The linkage of DECL; HAS_BODY: the unit defines it. */
static lockprog_linkage
linkage_of (tree decl, bool has_body)
{
	if (!TREE_PUBLIC (decl))
		return LOCKPROG_STATIC;
	if (!has_body)
		return LOCKPROG_UNDEFINED;
	if (DECL_EXTERNAL (decl) || DECL_COMDAT (decl) || DECL_ONE_ONLY (decl))
		return LOCKPROG_INLINE;
	return DECL_WEAK (decl) ? LOCKPROG_WEAK : LOCKPROG_GLOBAL;
}

static void
set_role (tree fndecl, lockprog_symbol *symbol)
{
	const spinrule_role *role = role_of (fndecl);

	if (!role)
		return;
	symbol->role = lockprog_string (role_name_of (fndecl));
	symbol->enters_with_cancel_lock = role->enters_with_cancel_lock;
}

/* The object NAME, if there is one, is the one in which the function of SYMBOL gets
 * or returns a struct by value: its argument NUMBER, or -1. */
static void
add_handed (lockprog_unit *unit, const lockprog_symbol &of, const char *name, int number)
{
	lockprog_symbol symbol = {};

	if (name_map_find (&unit->object_numbers, name) < 0)
		return;
	symbol.name = name;
	symbol.link_name = lockprog_string ((of.link_name + handed_suffix (number)).c_str ());
	symbol.linkage = of.linkage;
	lockprog_add_symbol (unit, &symbol);
}

/* Structs that DECL, a function with SYMBOL, gets and returns by value. */
static void
add_all_handed (lockprog_unit *unit, const lockprog_symbol &symbol, tree decl)
{
	int number = 0;

	if (symbol.linkage == LOCKPROG_STATIC || symbol.alias_of)
		return;
	if (symbol.linkage == LOCKPROG_UNDEFINED) {
		function_args_iterator i;
		tree type;

		FOREACH_FUNCTION_ARGS (TREE_TYPE (decl), type, i) {
			if (RECORD_OR_UNION_TYPE_P (type))
				add_handed (unit, symbol, handed_name (decl, number), number);
			number++;
		}
		if (RECORD_OR_UNION_TYPE_P (TREE_TYPE (TREE_TYPE (decl))))
			add_handed (unit, symbol, handed_name (decl, -1), -1);
		return;
	}
	for (tree parm = DECL_ARGUMENTS (decl); parm; parm = DECL_CHAIN (parm), number++)
		if (RECORD_OR_UNION_TYPE_P (TREE_TYPE (parm)))
			add_handed (unit, symbol, object_name (parm), number);
	if (DECL_RESULT (decl) && RECORD_OR_UNION_TYPE_P (TREE_TYPE (DECL_RESULT (decl))))
		add_handed (unit, symbol, object_name (DECL_RESULT (decl)), -1);
}

static void
add_function (lockprog_unit *unit, cgraph_node *node)
{
	tree decl = node->decl;
	bool has_body = gimple_has_body_p (decl);
	lockprog_symbol symbol = {};

	if (!DECL_NAME (decl) || ddi_of_decl (decl) || fndecl_built_in_p (decl)
	    || (!has_body && !node->alias && !node->callers && !node->address_taken))
		return;
	symbol.name = function_name (decl);
	symbol.link_name = link_name (decl);
	symbol.linkage = linkage_of (decl, has_body || node->alias);
	symbol.is_taken = node->address_taken;
	symbol.is_system = has_body && in_system_header_at (DECL_SOURCE_LOCATION (decl));
	symbol.type = function_type_name (TREE_TYPE (decl));
	set_role (decl, &symbol);
	if (node->alias && !node->weakref)
		symbol.alias_of = function_name (node->ultimate_alias_target ()->decl);
	if (node->weakref)
		symbol.linkage = LOCKPROG_UNDEFINED;
	lockprog_add_symbol (unit, &symbol);
	add_all_handed (unit, symbol, decl);
}

static void
add_variable (lockprog_unit *unit, varpool_node *node)
{
	tree decl = node->decl;
	lockprog_symbol symbol = {};

	if (!DECL_NAME (decl) || DECL_IN_CONSTANT_POOL (decl))
		return;
	symbol.name = object_name (decl);
	if (name_map_find (&unit->object_numbers, symbol.name) < 0
	    && name_map_find (&unit->class_numbers, symbol.name) < 0)
		return;
	symbol.linkage = linkage_of (decl, !DECL_EXTERNAL (decl));
	symbol.link_name = TREE_PUBLIC (decl) ? link_name (decl) : symbol.name;
	lockprog_add_symbol (unit, &symbol);
}

/* Which fields and variables pointers lead to here may matter to another file. */
static void
add_pointed (lockprog_unit *unit)
{
	std::vector<cell> cells;

	usage_pointed_to (&cells);
	for (const cell &c : cells) {
		int number = class_in_unit (unit, c);

		unit->classes[number].pointed = pointee_class (c.type);
	}
}

static void
add_stays (lockprog_unit *unit, const stays &one)
{
	const char *name = one.number < 0 ? object_name (one.decl) : function_name (one.decl);

	if (one.number < 0 && name_map_find (&unit->object_numbers, name) < 0)
		return;
	lockprog_add_stays (unit, name, one.number);
	for (const std::pair<std::string, int> &need : one.needs)
		lockprog_add_need (unit, lockprog_string (need.first.c_str ()), need.second);
}

void
lower_symbols (lockprog_unit *unit)
{
	std::vector<cgraph_node *> functions;
	std::vector<varpool_node *> variables;
	cgraph_node *function;
	varpool_node *variable;

	/* GCC lists them last first. */
	FOR_EACH_FUNCTION (function)
		functions.push_back (function);
	FOR_EACH_VARIABLE (variable)
		variables.push_back (variable);
	for (size_t i = functions.size (); i-- > 0; )
		add_function (unit, functions[i]);
	for (size_t i = variables.size (); i-- > 0; )
		add_variable (unit, variables[i]);
	add_pointed (unit);
	for (const stays &one : usage_stays ())
		add_stays (unit, one);
	for (const role_parameter &one : role_parameters ()) {
		lockprog_role_parameter parameter = {};

		parameter.function = function_name (one.fndecl);
		parameter.number = one.number;
		parameter.role = lockprog_string (one.known.name.c_str ());
		parameter.enters_with_cancel_lock = one.known.role->enters_with_cancel_lock;
		lockprog_add_role_parameter (unit, &parameter);
	}
}
