/* tail.cc - blocks that only return, and where a return is written.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/exception.h"
#include "lower/goto.h"
#include "lower/tail.h"

/* A chain of blocks that do nothing but return is never long. */
static const int max_tail = 8;

bool
is_followed (edge e)
{
	if (e->flags & EDGE_EH) {
		gimple *last = last_stmt (e->src);

		return last && may_throw (last);
	}
	if (e->flags & EDGE_ABNORMAL)
		return computed_goto_at_end (e->src) != NULL;
	return !(e->flags & EDGE_FAKE);
}

bool
does_nothing (gimple *stmt)
{
	return gimple_code (stmt) == GIMPLE_LABEL || gimple_code (stmt) == GIMPLE_NOP
	       || gimple_code (stmt) == GIMPLE_PREDICT || is_gimple_debug (stmt)
	       || gimple_clobber_p (stmt);
}

edge
only_followed_edge (basic_block bb)
{
	edge e, only = NULL;
	edge_iterator i;

	FOR_EACH_EDGE (e, i, bb->succs) {
		if (only || !is_followed (e))
			return NULL;
		only = e;
	}
	return only;
}

bool
is_tail (basic_block bb, int depth)
{
	for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
		if (gimple_code (gsi_stmt (i)) == GIMPLE_RETURN)
			return true;
		if (!does_nothing (gsi_stmt (i)))
			return false;
	}
	edge e = only_followed_edge (bb);
	return e && depth < max_tail && e->dest->index >= NUM_FIXED_BLOCKS
	       && is_tail (e->dest, depth + 1);
}

bool
is_located (location_t loc)
{
	return LOCATION_LOCUS (loc) > BUILTINS_LOCATION;
}

static gimple *
last_stmt_of (basic_block bb)
{
	for (gimple_stmt_iterator i = gsi_last_bb (bb); !gsi_end_p (i); gsi_prev (&i))
		if (!is_gimple_debug (gsi_stmt (i)) && gimple_code (gsi_stmt (i)) != GIMPLE_LABEL)
			return gsi_stmt (i);
	return NULL;
}

static gimple *
first_stmt_of (basic_block bb)
{
	for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i))
		if (!is_gimple_debug (gsi_stmt (i)) && gimple_code (gsi_stmt (i)) != GIMPLE_LABEL)
			return gsi_stmt (i);
	return NULL;
}

/* The place of the case that goes along E: all that is left of `case 2: return;' when
 * optimizing. */
static location_t
place_of_case (gswitch *stmt, edge e)
{
	for (unsigned i = 0; i < gimple_switch_num_labels (stmt); i++) {
		tree label = gimple_switch_label (stmt, i);

		if (label_to_block (cfun, CASE_LABEL (label)) == e->dest)
			return EXPR_LOCATION (label);
	}
	return UNKNOWN_LOCATION;
}

location_t
place_of_leaving (edge e)
{
	location_t jump = e->goto_locus;
	gimple *stmt = e->src->index >= NUM_FIXED_BLOCKS ? last_stmt_of (e->src) : NULL;

	if (stmt && does_nothing (stmt)) {
		gimple *ret = first_stmt_of (e->dest);

		/* A return statement that has a place is that of one `return'. */
		if (!is_located (gimple_location (stmt)) && ret
		    && gimple_code (ret) == GIMPLE_RETURN)
			return gimple_location (ret);
		return gimple_location (stmt);
	}
	gswitch *choice = safe_dyn_cast<gswitch *> (stmt);
	edge from = e;
	for (; e; e = only_followed_edge (e->dest)) {
		if (!is_located (jump))
			jump = e->goto_locus;
		stmt = first_stmt_of (e->dest);
		if (!stmt)
			continue;
		if (gimple_code (stmt) == GIMPLE_RETURN && is_located (gimple_location (stmt)))
			return gimple_location (stmt);
		if (gimple_code (stmt) != GIMPLE_RETURN && !is_located (gimple_location (stmt)))
			return UNKNOWN_LOCATION;
		/* One copy of what ends variables' lives may serve several returns. */
		if (!is_located (jump) && choice && !single_pred_p (e->dest))
			jump = place_of_case (choice, from);
		return is_located (jump)
		       || gimple_code (stmt) == GIMPLE_RETURN ? jump : gimple_location (stmt);
	}
	return jump;
}

location_t
place_of_result (basic_block bb)
{
	if (bb->index < NUM_FIXED_BLOCKS)
		return UNKNOWN_LOCATION;
	for (gimple_stmt_iterator i = gsi_last_bb (bb); !gsi_end_p (i); gsi_prev (&i)) {
		gimple *stmt = gsi_stmt (i);

		if (is_gimple_debug (stmt) || gimple_code (stmt) == GIMPLE_LABEL
		    || !is_located (gimple_location (stmt)))
			continue;
		if (gimple_code (stmt) == GIMPLE_COND || gimple_code (stmt) == GIMPLE_SWITCH)
			break;
		return gimple_location (stmt);
	}
	return UNKNOWN_LOCATION;
}
