/* arguments.cc - memory that a call is handed the addresses of.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/names.h"
#include "source/place.h"
#include "lower/arguments.h"
#include "lower/memory.h"
#include "lower/target.h"

void
clobber_arguments (function_lowering &l, gcall *call, const std::vector<int> &but)
{
	tree fntype = gimple_call_fntype (call);
	tree types = fntype ? TYPE_ARG_TYPES (fntype) : NULL_TREE;
	lockprog_place place = place_at (place_of (call));

	for (int i = 0; i < (int) gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);
		tree type = types
			    && TREE_VALUE (types) != void_type_node ? TREE_VALUE (types)
			    : NULL_TREE;
		std::vector<cell> cells;

		types = types ? TREE_CHAIN (types) : NULL_TREE;
		if (std::count (but.begin (), but.end (), i) || !POINTER_TYPE_P (TREE_TYPE (arg))
		    || integer_zerop (arg)
		    || (type && POINTER_TYPE_P (type) && TYPE_READONLY (TREE_TYPE (type))))
			continue;
		/* Only where an address is made here: what a pointer from elsewhere leads
		 * to is the callee's own business. */
		known_cells_at (arg, &cells);
		if (!cells.empty ())
			clobber_pointed (l, arg, place);
	}
	if (tree chain = gimple_call_chain (call))
		clobber_pointed (l, chain, place);
}

void
pass_structs (function_lowering &l, gcall *call)
{
	tree parm = DECL_ARGUMENTS (program_of (callee_of (call)));

	for (unsigned i = 0; parm && i < gimple_call_num_args (call);
	     i++, parm = DECL_CHAIN (parm)) {
		tree arg = gimple_call_arg (call, i);

		if (RECORD_OR_UNION_TYPE_P (TREE_TYPE (arg))
		    && TYPE_MAIN_VARIANT (TREE_TYPE (arg)) == TYPE_MAIN_VARIANT (TREE_TYPE (parm)))
			lower_hand_struct (l, object_name (parm), arg, place_at (place_of (call)));
	}
}

void
pass_structs_elsewhere (function_lowering &l, gcall *call)
{
	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);

		if (RECORD_OR_UNION_TYPE_P (TREE_TYPE (arg)))
			lower_hand_struct (l, handed_name (callee_of (call), i), arg,
					   place_at (place_of (call)));
	}
}
