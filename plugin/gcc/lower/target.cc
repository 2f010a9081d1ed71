/* target.cc - the functions that calls lead to, also through pointers.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "gimple-fold.h"
#include "lockprog/pointers.h"
#include "source/functype.h"
#include "source/roles.h"
#include "lower/escape.h"
#include "lower/known.h"
#include "lower/target.h"

#include <map>
#include <set>

/* Copies and conversions between a pointer and the call through it: local variables. */
#define TARGET_MAX_STEPS 8

/* Functions that one call chooses from. */
#define TARGET_MAX_CHOSEN 4

tree
program_of (tree fndecl)
{
	cgraph_node *node = cgraph_node::get (fndecl);

	if (node)
		node = node->ultimate_alias_target ();
	return node && node->has_gimple_body_p () && !only_calls_system (node->decl) ? node->decl
										     : NULL_TREE;
}

bool
only_calls_system (tree fndecl)
{
	function *fun = DECL_STRUCT_FUNCTION (fndecl);
	bool calls = false;
	basic_block bb;

	if (!in_system_header_at (DECL_SOURCE_LOCATION (fndecl)) || !fun || !fun->cfg
	    || !gimple_in_ssa_p (fun))
		return false;
	FOR_EACH_BB_FN (bb, fun)
		for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
			gimple *stmt = gsi_stmt (i);

			if (gcall *call = dyn_cast<gcall *> (stmt)) {
				if (calls || gimple_call_fndecl (call)
				    || !is_through_table_of_system (call))
					return false;
				calls = true;
			} else if (gimple_store_p (stmt) || gimple_code (stmt) == GIMPLE_COND
				   || gimple_code (stmt) == GIMPLE_ASM) {
				return false;
			}
		}
	return calls;
}

bool
is_of_system (tree fndecl)
{
	known_function known = known_function_of (fndecl);

	return fndecl_built_in_p (fndecl) || known == KNOWN_LEAVES_LOCKS || known == KNOWN_ASSERTS
	       || in_system_header_at (DECL_SOURCE_LOCATION (fndecl))
	       || lookup_attribute ("dllimport", DECL_ATTRIBUTES (fndecl));
}

bool
is_through_table_of_system (gcall *call)
{
	tree pointer = gimple_call_fn (call);

	for (int i = 0; i < TARGET_MAX_STEPS && pointer && TREE_CODE (pointer) == SSA_NAME; i++) {
		gimple *stmt = SSA_NAME_DEF_STMT (pointer);

		if (!is_gimple_assign (stmt))
			return false;
		pointer = gimple_assign_rhs1 (stmt);
		tree base = gimple_assign_load_p (stmt) ? get_base_address (pointer) : NULL_TREE;
		if (base && VAR_P (base))
			return is_global_var (base)
			       && in_system_header_at (DECL_SOURCE_LOCATION (base));
		if (base)
			pointer = TREE_CODE (base) == MEM_REF ? TREE_OPERAND (base, 0) : NULL_TREE;
	}
	return false;
}

/* ---- a pointer's value ---- */

static tree
function_of_address (tree value)
{
	STRIP_NOPS (value);
	if (TREE_CODE (value) != ADDR_EXPR
	    || TREE_CODE (TREE_OPERAND (value, 0)) != FUNCTION_DECL)
		return NULL_TREE;
	return TREE_OPERAND (value, 0);
}

/* The function that POINTER leads to on every path, or NULL_TREE; at most STEPS steps
 * back. */
static tree
function_behind (tree pointer, int steps)
{
	if (TREE_CODE (pointer) != SSA_NAME)
		return function_of_address (pointer);
	if (!steps--)
		return NULL_TREE;

	gimple *stmt = SSA_NAME_DEF_STMT (pointer);
	if (gphi *phi = dyn_cast<gphi *> (stmt)) {
		tree found = function_behind (gimple_phi_arg_def (phi, 0), steps);

		for (unsigned i = 1; found && i < gimple_phi_num_args (phi); i++)
			if (function_behind (gimple_phi_arg_def (phi, i), steps) != found)
				found = NULL_TREE;
		return found;
	}
	if (gimple_assign_load_p (stmt)) {
		tree value = fold_const_aggregate_ref (gimple_assign_rhs1 (stmt));

		return value ? function_of_address (value) : NULL_TREE;
	}
	if (gimple_assign_single_p (stmt) || gimple_assign_cast_p (stmt))
		return function_behind (gimple_assign_rhs1 (stmt), steps);
	return NULL_TREE;
}

/* Add to FOUND the functions that POINTER may lead to; false if there may be others, or
 * after STEPS steps back. */
static bool
add_functions_behind (tree pointer, int steps, std::vector<tree> *found)
{
	if (TREE_CODE (pointer) != SSA_NAME) {
		tree function = function_of_address (pointer);

		if (function && !std::count (found->begin (), found->end (), function))
			found->push_back (function);
		return function;
	}
	if (!steps--)
		return false;

	gimple *stmt = SSA_NAME_DEF_STMT (pointer);
	if (gphi *phi = dyn_cast<gphi *> (stmt)) {
		for (unsigned i = 0; i < gimple_phi_num_args (phi); i++)
			if (!add_functions_behind (gimple_phi_arg_def (phi, i), steps, found))
				return false;
		return true;
	}
	if (!gimple_assign_load_p (stmt)
	    && (gimple_assign_single_p (stmt) || gimple_assign_cast_p (stmt)))
		return add_functions_behind (gimple_assign_rhs1 (stmt), steps, found);
	return false;
}

std::vector<tree>
chosen_functions (gcall *call)
{
	std::vector<tree> found;

	if (gimple_call_fndecl (call) || !gimple_call_fn (call)
	    || !add_functions_behind (gimple_call_fn (call), TARGET_MAX_STEPS, &found)
	    || found.size () > TARGET_MAX_CHOSEN)
		found.clear ();
	return found;
}

tree
callee_of (gcall *call)
{
	tree fndecl = gimple_call_fndecl (call), type = gimple_call_fntype (call);

	if (fndecl || !gimple_call_fn (call) || !type)
		return fndecl;
	fndecl = function_behind (gimple_call_fn (call), TARGET_MAX_STEPS);
	return fndecl && (gimple_has_body_p (fndecl) || is_for_link ())
			       && types_compatible_p (type, TREE_TYPE (fndecl))
		       ? fndecl
		       : NULL_TREE;
}

/* ---- what is stored in fields ---- */

/* A field of the unit's structs that holds pointers to functions. */
struct field_functions {
	std::set<tree> functions;
	bool has_unknown;	/* something else than a function by name is stored there */
};

static std::map<tree, field_functions> fields;
static bool has_fields;

static void
note_store (tree field, tree value)
{
	field_functions *at = &fields[field];
	tree function = function_of_address (value);

	if (!function && TREE_CODE (value) == SSA_NAME)
		function = function_behind (value, TARGET_MAX_STEPS);
	if (function)
		at->functions.insert (function);
	else if (!integer_zerop (value))
		at->has_unknown = true;
}

static bool
is_function_pointer (tree type)
{
	return POINTER_TYPE_P (type) && TREE_CODE (TREE_TYPE (type)) == FUNCTION_TYPE;
}

static void
note_initialiser (tree init)
{
	unsigned HOST_WIDE_INT i;
	tree index, value;

	if (TREE_CODE (init) != CONSTRUCTOR)
		return;
	FOR_EACH_CONSTRUCTOR_ELT (CONSTRUCTOR_ELTS (init), i, index, value) {
		if (index && TREE_CODE (index) == FIELD_DECL
		    && is_function_pointer (TREE_TYPE (index)))
			note_store (index, value);
		note_initialiser (value);
	}
}

static void
note_assignment (gimple *stmt)
{
	tree to;

	if (!gimple_assign_single_p (stmt))
		return;
	to = gimple_assign_lhs (stmt);
	if (TREE_CODE (to) == COMPONENT_REF && is_function_pointer (TREE_TYPE (to)))
		note_store (TREE_OPERAND (to, 1), gimple_assign_rhs1 (stmt));
	else if (TREE_CODE (gimple_assign_rhs1 (stmt)) == CONSTRUCTOR)
		note_initialiser (gimple_assign_rhs1 (stmt));
}

static void
find_fields ()
{
	cgraph_node *node;
	varpool_node *variable;
	basic_block bb;

	has_fields = true;
	FOR_EACH_VARIABLE (variable)
		if (DECL_INITIAL (variable->decl)
		    && DECL_INITIAL (variable->decl) != error_mark_node)
			note_initialiser (DECL_INITIAL (variable->decl));
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);

		if (!fun || !fun->cfg)
			continue;
		FOR_EACH_BB_FN (bb, fun)
			for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i);
			     gsi_next (&i))
				note_assignment (gsi_stmt (i));
	}
}

/* What is stored in the field that POINTER was loaded from; NULL if it was not loaded
 * from a field, or other values than functions by name may be in it. */
static const field_functions *
functions_of_field (tree pointer)
{
	if (TREE_CODE (pointer) != SSA_NAME)
		return NULL;
	gimple *stmt = SSA_NAME_DEF_STMT (pointer);
	if (!gimple_assign_load_p (stmt)
	    || TREE_CODE (gimple_assign_rhs1 (stmt)) != COMPONENT_REF)
		return NULL;
	if (!has_fields)
		find_fields ();
	const field_functions *found = &fields[TREE_OPERAND (gimple_assign_rhs1 (stmt), 1)];
	return found->has_unknown ? NULL : found;
}

/* ---- calls through pointers ---- */

const spinrule_role *
role_of_pointer (gcall *call, const char **name)
{
	tree pointer = gimple_call_fn (call);
	const spinrule_role *role;

	if (!pointer || gimple_call_fndecl (call))
		return NULL;
	role = role_of_type (TREE_TYPE (pointer), name);
	if (!role && TREE_CODE (pointer) == SSA_NAME) {
		gimple *stmt = SSA_NAME_DEF_STMT (pointer);

		if (SSA_NAME_VAR (pointer))
			role = role_of_type (TREE_TYPE (SSA_NAME_VAR (pointer)), name);
		else if (gimple_assign_load_p (stmt))
			role = role_of_type (TREE_TYPE (gimple_assign_rhs1 (stmt)), name);
	}
	return role;
}

/* True if functions of types X and Y take pointers to the same types.  X and Y are
 * compatible for GIMPLE, to which all pointers are. */
static bool
takes_the_same (tree x, tree y)
{
	for (x = TYPE_ARG_TYPES (x), y = TYPE_ARG_TYPES (y); x && y;
	     x = TREE_CHAIN (x), y = TREE_CHAIN (y)) {
		if (!POINTER_TYPE_P (TREE_VALUE (x)) || !POINTER_TYPE_P (TREE_VALUE (y)))
			continue;

		tree to = TREE_TYPE (TREE_VALUE (x)), other = TREE_TYPE (TREE_VALUE (y));
		if (!VOID_TYPE_P (to) && TYPE_MAIN_VARIANT (to) != TYPE_MAIN_VARIANT (other))
			return false;
	}
	return true;
}

/* The unit's functions with a body, and what is known about pointers to them.  */
static std::vector<tree> with_body;
static pointers *known_pointers;

static void
find_pointers ()
{
	cgraph_node *node;

	known_pointers = pointers_new ();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		with_body.push_back (node->decl);
	std::reverse (with_body.begin (), with_body.end ());
	for (size_t i = 0; i < with_body.size (); i++)
		if (cgraph_node::get (with_body[i])->address_taken)
			for (const char *type : types_kept_under (with_body[i]))
				pointers_keep (known_pointers, i, type_of_function (with_body[i]),
					       type);
	for (const std::pair<const char *, const char *> &one : type_conversions ())
		pointers_convert (known_pointers, one.first, one.second);
}

void
targets_end ()
{
	fields.clear ();
	has_fields = false;
	with_body.clear ();
	pointers_free (known_pointers);
	known_pointers = NULL;
}

std::vector<tree>
targets_of (gcall *call)
{
	std::vector<tree> targets;
	tree type = gimple_call_fntype (call);
	const char *name, *type_name = type_of_call (call);
	const spinrule_role *role = role_of_pointer (call, &name);
	const field_functions *stored = functions_of_field (gimple_call_fn (call));
	int n = 0;

	if (!type_name)
		return targets;
	if (!known_pointers)
		find_pointers ();
	const int *found = pointers_targets (known_pointers, type_name, &n);
	for (int i = 0; i < n; i++) {
		tree fndecl = with_body[found[i]];

		if (stored && !stored->functions.count (fndecl))
			continue;

		/* A call of a cancel routine by its role releases the cancel spin lock
		 * itself; a pointer of another role does not lead to it. */
		const spinrule_role *own = role_of (fndecl);
		if (own && own->enters_with_cancel_lock
		    && (role || !takes_the_same (type, TREE_TYPE (fndecl))))
			continue;
		targets.push_back (fndecl);
	}
	return targets;
}
