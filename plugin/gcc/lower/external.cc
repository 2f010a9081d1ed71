/* external.cc - lock programs of functions without a body, and of pointers, from their
 * annotations.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/annotations.h"
#include "source/ddi.h"
#include "source/names.h"
#include "source/place.h"
#include "lower/external.h"
#include "lower/function.h"
#include "lower/promise.h"

static std::map<unsigned, bool> have_promises;		/* by DECL_UID */
static std::vector<tree> called_pointers;

/* Make the program of DECL, a function without a body or a pointer, of its annotations.
 * False if none is about spin locks. */
static bool
lower_external (function_lowering &l, tree decl)
{
	tree result = TREE_TYPE (annotated_type (decl));
	lockprog_place place = place_at (DECL_SOURCE_LOCATION (decl));
	int value = -1;

	l.program->place = place;
	l.program->is_external = true;
	if (is_word (result))
		l.program->result = word_type (result);
	l.at = lockprog_add_block (l.program);
	lower_entry_promises (l, decl);
	if (l.promises.empty ())
		return false;
	if (is_word (result))
		value = l.unknown (word_type (result));
	lower_return_promises (l, decl, value, place);
	l.program->blocks[l.at].exit = LOCKPROG_RETURN;
	l.program->blocks[l.at].value = value;
	l.program->blocks[l.at].place = place;
	return true;
}

/* True if annotations of DECL are about spin locks. */
static bool
has_promises (tree decl)
{
	auto known = have_promises.find (DECL_UID (decl));
	std::vector<annotation> found;

	if (known != have_promises.end ())
		return known->second;
	annotations_of (decl, &found);
	if (found.empty ())
		return have_promises[DECL_UID (decl)] = false;
	lockprog_unit *unit = lockprog_new_unit ("trial");
	function_lowering trial (unit, NULL, lockprog_add_function (unit, "trial"));
	bool has = lower_external (trial, decl);
	lockprog_free_unit (unit);
	return have_promises[DECL_UID (decl)] = has;
}

/* The declaration with the annotations that hold for what POINTER points to: where it
 * comes from, or that of its type. */
static tree
annotated_origin (tree pointer)
{
	tree found = NULL_TREE;

	for (int i = 0; i < 8 && pointer && !found; i++) {
		gimple *stmt;

		if (TREE_CODE (pointer) != SSA_NAME) {
			while (TREE_CODE (pointer) == ARRAY_REF)
				pointer = TREE_OPERAND (pointer, 0);
			if (TREE_CODE (pointer) == COMPONENT_REF)
				pointer = TREE_OPERAND (pointer, 1);
			return DECL_P (pointer) ? annotated_pointer (pointer)
			       : annotated_pointer_type (TREE_TYPE (pointer));
		}
		found = SSA_NAME_VAR (pointer) ? annotated_pointer (SSA_NAME_VAR (pointer))
					       : annotated_pointer_type (TREE_TYPE (pointer));
		stmt = SSA_NAME_DEF_STMT (pointer);
		if (!gimple_assign_single_p (stmt) && !gimple_assign_cast_p (stmt))
			break;
		pointer = gimple_assign_rhs1 (stmt);
	}
	return found;
}

tree
annotated_callee (gcall *call, const char **name)
{
	tree decl = gimple_call_fndecl (call);

	if (decl) {
		*name = function_name (decl);
		return !gimple_has_body_p (decl) && has_promises (decl) ? decl : NULL_TREE;
	}
	decl = gimple_call_fn (call) ? annotated_origin (gimple_call_fn (call)) : NULL_TREE;
	if (!decl || !has_promises (decl))
		return NULL_TREE;
	if (std::find (called_pointers.begin (), called_pointers.end (),
		       decl) == called_pointers.end ())
		called_pointers.push_back (decl);
	*name = pointer_name (decl);
	return decl;
}

void
lower_externals (lockprog_unit *unit, const std::vector<tree> &called, std::vector<tree> *decls)
{
	std::vector<tree> all = called_pointers;

	for (tree fndecl : called)
		if (!ddi_of_decl (fndecl))
			all.push_back (fndecl);
	for (tree decl : all) {
		if (!has_promises (decl))
			continue;
		bool is_function = TREE_CODE (decl) == FUNCTION_DECL;
		const char *name = is_function ? function_name (decl) : pointer_name (decl);
		function_lowering lowering (unit, NULL, lockprog_add_function (unit, name));
		lower_external (lowering, decl);
		decls->push_back (decl);
	}
	have_promises.clear ();
	called_pointers.clear ();
}
