/* level.cc - levels of locks, and their order, in a lock program.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "source/guards.h"
#include "lower/level.h"

static bool
is_checked ()
{
	return !args.is_disabled[SPINRULE_LEVEL_ORDER];
}

const char *
level_of (tree ref)
{
	const std::string *level = is_checked () ? lock_level_of (ref) : NULL;

	return level ? lockprog_string (level->c_str ()) : NULL;
}

const char *
level_of_argument (tree arg)
{
	static const int max_copies = 8;

	for (int i = 0; i < max_copies && is_checked (); i++) {
		STRIP_NOPS (arg);
		if (TREE_CODE (arg) == ADDR_EXPR)
			return level_of (TREE_OPERAND (arg, 0));
		if (TREE_CODE (arg) != SSA_NAME)
			return level_of (arg);
		gimple *stmt = SSA_NAME_DEF_STMT (arg);
		if (!gimple_assign_single_p (stmt) && !gimple_assign_cast_p (stmt))
			return NULL;
		arg = gimple_assign_rhs1 (stmt);
	}
	return NULL;
}

void
lower_levels (lockprog_unit *unit)
{
	if (!is_checked ())
		return;
	for (const lock_levels &levels : lock_levels_seen ())
		lockprog_add_levels (unit, lockprog_string (levels.first.c_str ()),
				     lockprog_string (levels.second.c_str ()));
}
