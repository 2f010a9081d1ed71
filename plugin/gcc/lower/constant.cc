/* constant.cc - variables that no code writes to, and what they hold.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/constant.h"
#include "lower/word.h"

/* By DECL_UID: statics that are written or not. */
static std::map<unsigned, bool> only_loaded;

/* A pointer that may be more than these addresses, or comes from further away, is not
 * followed. */
static const unsigned max_addresses = 4, max_steps = 8;

/* True if all references to the static variable DECL are loads. */
static bool
is_only_loaded (tree decl)
{
	varpool_node *node = varpool_node::get (decl);
	ipa_ref *reference = NULL;

	/* The attribute "used" is told by DECL_PRESERVE_P. */
	if (!node || node->alias || node->has_aliases_p () || DECL_PRESERVE_P (decl))
		return false;
	for (unsigned i = 0; node->iterate_referring (i, reference); i++)
		if (reference->use != IPA_REF_LOAD)
			return false;
	return true;
}

bool
is_constant_variable (tree decl)
{
	if (!VAR_P (decl) || !TREE_STATIC (decl) || DECL_EXTERNAL (decl)
	    || TREE_THIS_VOLATILE (decl) || DECL_WEAK (decl))
		return false;
	if (TREE_READONLY (decl))
		return !TYPE_NEEDS_CONSTRUCTING (strip_array_types (TREE_TYPE (decl)));
	if (TREE_PUBLIC (decl))
		return false;
	auto known = only_loaded.find (DECL_UID (decl));
	if (known == only_loaded.end ())
		known = only_loaded.emplace (DECL_UID (decl), is_only_loaded (decl)).first;
	return known->second;
}

tree
constant_at (tree ref)
{
	HOST_WIDE_INT offset, size;
	bool is_reversed;
	tree base = get_ref_base_and_extent_hwi (ref, &offset, &size, &is_reversed);

	if (base && TREE_CODE (base) == STRING_CST && !is_reversed && is_word (TREE_TYPE (ref))) {
		tree character = fold_ctor_reference (TREE_TYPE (ref), base, offset, size,
						      base);

		return character && TREE_CODE (character) == INTEGER_CST ? character : NULL_TREE;
	}
	if (!base || !VAR_P (base) || is_reversed || !is_constant_variable (base)
	    || DECL_INITIAL (base) == error_mark_node)
		return NULL_TREE;
	tree from = DECL_INITIAL (base), type = TREE_TYPE (ref);
	tree value = from ? fold_ctor_reference (type, from, offset, size, base)
			  : build_zero_cst (type);
	if (!value)
		return NULL_TREE;
	STRIP_NOPS (value);
	if (TREE_CODE (value) == ADDR_EXPR)
		return value;
	/* A number that no code writes is one that may be set in a debugger, or by a
	 * build that has more code. */
	return TREE_READONLY (base) && TREE_CODE (value) == INTEGER_CST ? value : NULL_TREE;
}

/* The reference REF with AT in the place of its base. */
static tree
with_base (tree ref, tree at)
{
	if (!handled_component_p (ref))
		return at;
	tree made = copy_node (ref);
	TREE_OPERAND (made, 0) = with_base (TREE_OPERAND (ref, 0), at);
	return made;
}

/* Add what POINTER may be to FOUND.  False if it may be more than addresses. */
static bool
add_addresses (tree pointer, unsigned steps, std::vector<tree> *found)
{
	STRIP_NOPS (pointer);
	if (TREE_CODE (pointer) == ADDR_EXPR) {
		found->push_back (pointer);
		return found->size () <= max_addresses;
	}
	if (TREE_CODE (pointer) != SSA_NAME || !steps)
		return false;
	gimple *stmt = SSA_NAME_DEF_STMT (pointer);
	if (gimple_assign_single_p (stmt) || gimple_assign_cast_p (stmt))
		return POINTER_TYPE_P (TREE_TYPE (gimple_assign_rhs1 (stmt)))
		       && add_addresses (gimple_assign_rhs1 (stmt), steps - 1, found);
	gphi *phi = dyn_cast<gphi *> (stmt);
	if (!phi)
		return false;
	for (unsigned i = 0; i < gimple_phi_num_args (phi); i++)
		if (!add_addresses (gimple_phi_arg_def (phi, i), steps - 1, found))
			return false;
	return true;
}

std::vector<chosen_constant>
chosen_constants (tree ref, tree *pointer)
{
	std::vector<tree> addresses;
	std::vector<chosen_constant> found;
	HOST_WIDE_INT more = 0;
	tree base = ref;

	while (handled_component_p (base))
		base = TREE_OPERAND (base, 0);
	if (TREE_CODE (base) != MEM_REF || TREE_CODE (TREE_OPERAND (base, 0)) != SSA_NAME
	    || TREE_THIS_VOLATILE (ref) || !tree_fits_shwi_p (TREE_OPERAND (base, 1)))
		return found;
	*pointer = TREE_OPERAND (base, 0);
	/* *(p + 1), as p[1] is written.  */
	gimple *stmt = SSA_NAME_DEF_STMT (*pointer);
	if (is_gimple_assign (stmt) && gimple_assign_rhs_code (stmt) == POINTER_PLUS_EXPR
	    && TREE_CODE (gimple_assign_rhs1 (stmt)) == SSA_NAME
	    && tree_fits_shwi_p (gimple_assign_rhs2 (stmt))) {
		*pointer = gimple_assign_rhs1 (stmt);
		more = tree_to_shwi (gimple_assign_rhs2 (stmt));
	}
	if (!add_addresses (*pointer, max_steps, &addresses))
		return found;
	for (tree address : addresses) {
		tree offset = TREE_OPERAND (base, 1);
		tree at = fold_build2 (MEM_REF, TREE_TYPE (base), address,
				       build_int_cst (TREE_TYPE (offset),
						      tree_to_shwi (offset) + more));
		tree value = constant_at (with_base (ref, at));
		if (!value || !is_word (TREE_TYPE (value))) {
			found.clear ();
			break;
		}
		found.push_back (chosen_constant { address, value });
	}
	return found;
}

void
constants_end ()
{
	only_loaded.clear ();
}
