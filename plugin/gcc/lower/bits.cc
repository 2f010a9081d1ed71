/* bits.cc - comparisons of fields that GCC makes comparisons of the bytes they lie in.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/lockname.h"
#include "lower/bits.h"
#include "lower/memory.h"

void
load_members (function_lowering &l, tree name, tree ref)
{
	HOST_WIDE_INT first = tree_to_uhwi (TREE_OPERAND (ref, 2)),
		      size = tree_to_uhwi (TREE_OPERAND (ref, 1));
	std::vector<member> found;
	const char *object = expr_text (TREE_OPERAND (ref, 0));

	if (BYTES_BIG_ENDIAN || TREE_THIS_VOLATILE (ref) || size > 64)
		return;
	members_of (TREE_OPERAND (ref, 0), first, size, false, &found);
	for (size_t i = 0; i < found.size (); i++) {
		std::string text = object ? object : "";

		if (text[0] == '*')
			text.erase (0, 1).append ("->");
		else
			text.append (".");
		text.append (found[i].outer).append (found[i].name);
		int value = load_member (l, TREE_OPERAND (ref, 0), found[i],
					 object ? text.c_str () : NULL);
		loaded_member m = { value, (unsigned) (found[i].at - first),
				    (unsigned) found[i].bits };
		l.members[SSA_NAME_VERSION (name)].push_back (m);
	}
}

/* The fields that VALUE, a BIT_FIELD_REF with or without a mask on it, is made of; NULL
 * if it is none. */
static const std::vector<loaded_member> *
members_in (function_lowering &l, tree value, unsigned HOST_WIDE_INT *mask)
{
	*mask = HOST_WIDE_INT_M1U;
	for (int i = 0; i < 4 && TREE_CODE (value) == SSA_NAME; i++) {
		auto known = l.members.find (SSA_NAME_VERSION (value));
		gimple *stmt = SSA_NAME_DEF_STMT (value);

		if (known != l.members.end ())
			return &known->second;
		if (!is_gimple_assign (stmt))
			return NULL;
		tree from = gimple_assign_rhs1 (stmt);
		if (gimple_assign_rhs_code (stmt) == BIT_AND_EXPR
		    && tree_fits_uhwi_p (gimple_assign_rhs2 (stmt)))
			*mask &= tree_to_uhwi (gimple_assign_rhs2 (stmt));
		else if ((!CONVERT_EXPR_CODE_P (gimple_assign_rhs_code (stmt))
			  && gimple_assign_rhs_code (stmt) != SSA_NAME)
			 || TYPE_PRECISION (TREE_TYPE (value)) < TYPE_PRECISION (TREE_TYPE (from)))
			return NULL;
		value = from;
	}
	return NULL;
}

int
compare_members (function_lowering &l, tree_code code, tree a, tree b)
{
	unsigned HOST_WIDE_INT mask, number, covered = 0;
	const std::vector<loaded_member> *fields;
	int all = -1;

	if ((code != EQ_EXPR && code != NE_EXPR) || TREE_CODE (b) != INTEGER_CST
	    || !(fields = members_in (l, a, &mask)))
		return -1;
	if (TYPE_PRECISION (TREE_TYPE (a)) < 64)
		mask &= (HOST_WIDE_INT_1U << TYPE_PRECISION (TREE_TYPE (a))) - 1;
	number = wi::to_wide (b).to_uhwi ();
	for (size_t i = 0; i < fields->size (); i++) {
		const loaded_member &field = (*fields)[i];
		unsigned HOST_WIDE_INT bits = HOST_WIDE_INT_M1U;

		if (field.bits < 64)
			bits = ((HOST_WIDE_INT_1U << field.bits) - 1) << field.shift;
		if ((mask & bits) == bits)
			covered |= bits;
	}
	if (covered != mask || (number & ~mask))
		return -1;
	const lockprog_expr both = code == EQ_EXPR ? LOCKPROG_AND : LOCKPROG_OR;

	for (size_t i = 0; i < fields->size (); i++) {
		loaded_member field = (*fields)[i];

		if (!(mask >> field.shift & 1))
			continue;
		int with = l.constant (l.program->values[field.value].type,
				       (long long) (number >> field.shift));
		int one = l.add (truth_type, code == EQ_EXPR ? LOCKPROG_EQ : LOCKPROG_NE,
				 field.value, with);
		all = all < 0 ? one : l.add (truth_type, both, all, one);
	}
	return all;
}
