/* symbols.cc - what the linker of lock programs needs to know of a translation unit.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "output.h"
#include "source/ddi.h"
#include "source/functype.h"
#include "source/names.h"
#include "source/roles.h"
#include "lower/escape.h"
#include "lower/memory.h"
#include "lower/promise.h"
#include "lower/symbols.h"
#include "lower/usage.h"

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

/* ROLE, which is called NAME, and entered at IRQL, for the linker. */
static lockprog_role
linked_role (const spinrule_role *role, const char *name, int irql)
{
	lockprog_role linked = {};

	linked.name = lockprog_string (name);
	linked.enters_with_cancel_lock = role->enters_with_cancel_lock;
	linked.is_at_dispatch = role_stays_at_dispatch (role, irql);
	if (role_holds_lock (role))
		linked.entry = entry_name (role);
	return linked;
}

static void
set_role (tree fndecl, lockprog_symbol *symbol)
{
	if (const spinrule_role *role = role_of (fndecl))
		symbol->role = linked_role (role, role_name_of (fndecl), role_lowest_irql (fndecl));
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

/* The types under which the address of DECL, a function with SYMBOL, is kept. */
static void
add_kept (lockprog_unit *unit, const lockprog_symbol &symbol, tree decl)
{
	std::vector<const char *> types = types_kept_under (decl);

	if (types.size () == 1 && types[0] == symbol.type)
		return;
	for (const char *type : types)
		lockprog_add_kept (unit, symbol.name, type);
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
	/* What no pointer leads to is called by name; but what two files say of a
	 * parameter that is a pointer to functions is compared. */
	const char *type = type_of_function (decl);
	if (symbol.is_taken || strchr (type, '{'))
		symbol.type = type;
	set_role (decl, &symbol);
	if (node->alias && !node->weakref)
		symbol.alias_of = function_name (node->ultimate_alias_target ()->decl);
	if (node->weakref)
		symbol.linkage = LOCKPROG_UNDEFINED;
	lockprog_add_symbol (unit, &symbol);
	if (symbol.is_taken)
		add_kept (unit, symbol, decl);
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
	for (const std::pair<const char *, const char *> &one : type_conversions ())
		lockprog_add_conversion (unit, one.first, one.second);
	for (const stays &one : stays_if_linked ())
		add_stays (unit, one);
	for (const role_parameter &one : role_parameters ()) {
		lockprog_role_parameter parameter = {};

		parameter.function = function_name (one.fndecl);
		parameter.number = one.number;
		parameter.role = linked_role (one.known.role, one.known.name.c_str (),
					      spinrule_entry_lowest (one.known.irql));
		lockprog_add_role_parameter (unit, &parameter);
	}
}
