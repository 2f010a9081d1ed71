/* word.cc - types and constants of GIMPLE as lock programs have them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/word.h"

bool
is_word (tree type)
{
	return (INTEGRAL_TYPE_P (type) || POINTER_TYPE_P (type) || TREE_CODE (type) == NULLPTR_TYPE)
	       && TYPE_PRECISION (type) >= 1 && TYPE_PRECISION (type) <= 64;
}

lockprog_type
word_type (tree type)
{
	lockprog_type word = lockprog_type ();

	gcc_assert (is_word (type));
	word.bits = TYPE_PRECISION (type);
	word.is_pointer = !INTEGRAL_TYPE_P (type);
	word.is_signed = !word.is_pointer && !TYPE_UNSIGNED (type);
	return word;
}

bool
is_opaque (tree type)
{
	return !is_word (type) && is_gimple_reg_type (type);
}

lockprog_type
pointer_type ()
{
	return word_type (ptr_type_node);
}

lockprog_type
offset_type ()
{
	return word_type (sizetype);
}

long long
word_constant (tree cst)
{
	tree type = TREE_TYPE (cst);

	if (TYPE_UNSIGNED (type) || !INTEGRAL_TYPE_P (type))
		return (long long) wi::to_wide (cst).to_uhwi ();
	return wi::to_wide (cst).to_shwi ();
}

bool
same_size (tree a, tree b)
{
	return TYPE_SIZE (a) && TYPE_SIZE (b) && tree_int_cst_equal (TYPE_SIZE (a), TYPE_SIZE (b));
}
