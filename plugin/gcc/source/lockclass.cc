/* lockclass.cc - which field of which struct type a lock is.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lockprog/lockprog.h"
#include "source/lockclass.h"

/* The field that POINTER is the address of; NULL if it is none. */
static tree
field_at (tree pointer)
{
	for (unsigned steps = 0; steps < 8 && TREE_CODE (pointer) == SSA_NAME; steps++) {
		gimple *stmt = SSA_NAME_DEF_STMT (pointer);

		if (!gimple_assign_single_p (stmt) && !gimple_assign_cast_p (stmt))
			return NULL_TREE;
		pointer = gimple_assign_rhs1 (stmt);
	}
	if (TREE_CODE (pointer) != ADDR_EXPR)
		return NULL_TREE;
	tree ref = TREE_OPERAND (pointer, 0);
	while (TREE_CODE (ref) == ARRAY_REF)
		ref = TREE_OPERAND (ref, 0);
	return TREE_CODE (ref) == COMPONENT_REF ? TREE_OPERAND (ref, 1) : NULL_TREE;
}

/* The name of the struct type that FIELD is in; "" if it has none. */
static const char *
struct_name (tree field)
{
	tree name = TYPE_NAME (TYPE_MAIN_VARIANT (DECL_CONTEXT (field)));

	if (name && TREE_CODE (name) == TYPE_DECL)
		name = DECL_NAME (name);
	return name && TREE_CODE (name) == IDENTIFIER_NODE ? IDENTIFIER_POINTER (name) : "";
}

const char *
lock_class (gimple *stmt, const spinrule_ddi *ddi)
{
	tree field = ddi->lock >= 0 && ddi->kind == SPINRULE_NO_ARG
		     ? field_at (gimple_call_arg (stmt, ddi->lock)) : NULL_TREE;

	if (!field || !DECL_NAME (field) || !DECL_CONTEXT (field))
		return "";
	expanded_location place = expand_location (DECL_SOURCE_LOCATION (field));
	std::string text = struct_name (field);

	text += std::string (".") + IDENTIFIER_POINTER (DECL_NAME (field));
	if (place.file)
		text += std::string (" of ") + lbasename (place.file) + ":"
			+ std::to_string (place.line);
	return lockprog_string (text.c_str ());
}
