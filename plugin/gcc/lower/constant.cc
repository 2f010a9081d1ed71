/* constant.cc - variables that no code writes to, and what they hold.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/constant.h"

/* By DECL_UID: statics that are written or not. */
static std::map<unsigned, bool> only_loaded;

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

void
constants_end ()
{
	only_loaded.clear ();
}
