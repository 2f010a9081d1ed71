/* assume.cc - assumptions are calls of functions that do not exist: what they are, and
 * how they go.
 *
 * A call goes with all that only it uses: temporaries, and the branches that && and ||
 * make. Variables of the program stay as they are, so the code is what it is without the
 * macro.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "tree-eh.h"
#include "cfghooks.h"
#include "tree-cfgcleanup.h"
#include "tree-into-ssa.h"
#include "tree-phinodes.h"
#include "tree-ssanames.h"
#include "source/assume.h"

assumption
assumption_of (gimple *stmt)
{
	tree fndecl = is_gimple_call (stmt) ? gimple_call_fndecl (stmt) : NULL_TREE;

	if (!fndecl || !DECL_NAME (fndecl) || gimple_has_body_p (fndecl))
		return ASSUMPTION_NONE;
	const char *name = IDENTIFIER_POINTER (DECL_NAME (fndecl));
	if (!strcmp (name, "__spinrule_assume") && gimple_call_num_args (stmt) == 1)
		return ASSUMPTION_FACT;
	if (!strcmp (name, "__spinrule_assume_lock") && gimple_call_num_args (stmt) == 4)
		return ASSUMPTION_LOCK;
	return ASSUMPTION_NONE;
}

bool
is_assumption (tree fndecl)
{
	static const char start[] = "__spinrule_assume";

	return DECL_NAME (fndecl)
	       && !strncmp (IDENTIFIER_POINTER (DECL_NAME (fndecl)), start, sizeof start - 1);
}

static std::vector<assumption_use> uses;

/* cfun lost an edge along which exceptions went. */
static bool may_be_unreachable;

/* ---- what only an assumption uses ---- */

static bool
is_temporary (tree name)
{
	return TREE_CODE (name) == SSA_NAME
	       && (!SSA_NAME_VAR (name) || DECL_ARTIFICIAL (SSA_NAME_VAR (name)))
	       && !SSA_NAME_IS_DEFAULT_DEF (name);
}

static void
add_operands (gimple *stmt, std::vector<tree> *names)
{
	use_operand_p use;
	ssa_op_iter i;

	FOR_EACH_SSA_USE_OPERAND (use, stmt, i, SSA_OP_USE)
		names->push_back (USE_FROM_PTR (use));
}

static void
remove_stmt (gimple *stmt)
{
	gimple_stmt_iterator gsi = gsi_for_stmt (stmt);
	basic_block bb = gsi_bb (gsi);

	unlink_stmt_vdef (stmt);
	gsi_remove (&gsi, true);
	may_be_unreachable |= gimple_purge_dead_eh_edges (bb);
	release_defs (stmt);
}

/* True if nothing but debug information uses NAME. */
static bool
is_unused (tree name)
{
	return has_zero_uses (name);
}

/* Remove the temporaries among NAMES that nothing uses any more, and theirs.  Blocks in
 * which a PHI went are added to JOINS. */
static void
remove_unused (std::vector<tree> names, std::set<basic_block> *joins)
{
	std::set<tree> gone;

	while (!names.empty ()) {
		tree name = names.back ();

		names.pop_back ();
		if (TREE_CODE (name) != SSA_NAME || gone.count (name) || !is_temporary (name)
		    || !is_unused (name))
			continue;
		gone.insert (name);
		gimple *stmt = SSA_NAME_DEF_STMT (name);
		if (gphi *phi = dyn_cast<gphi *> (stmt)) {
			gphi_iterator i = gsi_for_phi (phi);

			for (unsigned arg = 0; arg < gimple_phi_num_args (phi); arg++)
				names.push_back (gimple_phi_arg_def (phi, arg));
			joins->insert (gimple_bb (phi));
			remove_phi_node (&i, true);
			continue;
		}
		if (!is_gimple_assign (stmt) && !is_gimple_call (stmt))
			continue;
		add_operands (stmt, &names);
		remove_stmt (stmt);
	}
}

/* ---- the branches of && and || ---- */

/* True if BB chooses between values where it starts. */
static bool
has_phis (basic_block bb)
{
	for (gphi_iterator i = gsi_start_phis (bb); !gsi_end_p (i); gsi_next (&i))
		if (!virtual_operand_p (gimple_phi_result (i.phi ())))
			return true;
	return false;
}

/* True if BB does nothing: labels are the compiler's own. */
static bool
is_empty (basic_block bb)
{
	if (bb->index < NUM_FIXED_BLOCKS || !single_succ_p (bb)
	    || (single_succ_edge (bb)->flags & EDGE_COMPLEX)
	    || has_phis (bb))
		return false;
	for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
		glabel *label = dyn_cast<glabel *> (gsi_stmt (i));

		if (is_gimple_debug (gsi_stmt (i)) || gimple_code (gsi_stmt (i)) == GIMPLE_PREDICT)
			continue;
		if (!label || !DECL_ARTIFICIAL (gimple_label_label (label))
		    || FORCED_LABEL (gimple_label_label (label)))
			return false;
	}
	return true;
}

/* Where an edge to BB leads. */
static basic_block
destination (basic_block bb)
{
	for (int depth = 0; depth < 16 && is_empty (bb); depth++)
		bb = single_succ (bb);
	return bb;
}

/* True if CONDITION was written where the macro stands whose call was at WHERE.
 * Preprocessed input has no macros: there it is all in one line. */
static bool
belongs_to (location_t condition, location_t where)
{
	expanded_location a = expand_location (expansion_point_location (condition));
	expanded_location b = expand_location (expansion_point_location (where));

	return a.file && b.file && !strcmp (a.file, b.file) && a.line == b.line
	       && (a.column == b.column || (condition == expansion_point_location (condition)
					    && where == expansion_point_location (where)));
}

/* BB decides between two ways to do nothing, for the macro at WHERE: make it one.  True
 * if it did. */
static bool
remove_branch (basic_block bb, location_t where, std::vector<tree> *operands)
{
	gimple_stmt_iterator last = gsi_last_nondebug_bb (bb);
	gcond *cond = gsi_end_p (last) ? NULL : dyn_cast<gcond *> (gsi_stmt (last));
	edge on_true, on_false;

	if (!cond || !belongs_to (gimple_location (cond), where))
		return false;
	extract_true_false_edges_from_block (bb, &on_true, &on_false);
	basic_block to = destination (on_true->dest);
	if (to != destination (on_false->dest) || to == bb || on_true->dest == on_false->dest)
		return false;
	if (has_phis (to))
		return false;

	/* Memory is what it was on either way: nothing is done there. */
	edge gone = on_true->dest == to ? on_false : on_true;
	edge stays = gone == on_true ? on_false : on_true;
	add_operands (cond, operands);
	gsi_remove (&last, true);
	basic_block dead = gone->dest;
	remove_edge (gone);
	stays->flags &= ~(EDGE_TRUE_VALUE | EDGE_FALSE_VALUE);
	stays->flags |= EDGE_FALLTHRU;
	stays->probability = profile_probability::always ();
	while (dead != to && EDGE_COUNT (dead->preds) == 0) {
		basic_block next = single_succ (dead);

		delete_basic_block (dead);
		dead = next;
	}
	return true;
}

/* Remove the branches of the macro at WHERE that lead to nothing but JOIN. */
static void
remove_branches (basic_block join, location_t where)
{
	for (bool changed = true; changed; ) {
		std::vector<basic_block> pending (1, join);
		std::set<basic_block> seen;
		edge_iterator i;
		edge e;

		changed = false;
		while (!pending.empty () && !changed) {
			basic_block bb = pending.back ();

			pending.pop_back ();
			if (!seen.insert (bb).second)
				continue;
			FOR_EACH_EDGE (e, i, bb->preds) {
				std::vector<tree> operands;
				std::set<basic_block> joins;

				if (e->src->index < NUM_FIXED_BLOCKS || (e->flags & EDGE_COMPLEX))
					continue;
				if (remove_branch (e->src, where, &operands)) {
					remove_unused (operands, &joins);
					changed = true;
					break;
				}
				if (is_empty (e->src))
					pending.push_back (e->src);
			}
		}
	}
}

/* ---- all ---- */

/* cfun loses its assumptions; true if it had some. */
static bool
remove_from_function (function *fun)
{
	std::vector<gimple *> found;
	basic_block bb;

	may_be_unreachable = false;

	FOR_EACH_BB_FN (bb, fun)
		for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i))
			if (assumption_of (gsi_stmt (i)))
				found.push_back (gsi_stmt (i));
	for (gimple *stmt : found) {
		std::vector<tree> operands;
		std::set<basic_block> joins;
		location_t where = gimple_location (stmt);

		/* The branches of a condition lead here, and to where parts of it were
		 * put together. */
		joins.insert (gimple_bb (stmt));
		add_operands (stmt, &operands);
		remove_stmt (stmt);
		remove_unused (operands, &joins);
		for (basic_block join : joins)
			remove_branches (join, where);
	}
	return !found.empty ();
}

void
assumptions_remove ()
{
	bool has_any = false;
	cgraph_node *node;

	FOR_EACH_FUNCTION (node)
		has_any |= is_assumption (node->decl);
	if (!has_any)
		return;
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);

		if (!fun || !gimple_in_ssa_p (fun))
			continue;
		push_cfun (fun);
		if (remove_from_function (fun)) {
			if (may_be_unreachable)
				cleanup_tree_cfg ();
			if (need_ssa_update_p (fun))
				update_ssa (TODO_update_ssa_only_virtuals);
			free_dominance_info (CDI_DOMINATORS);
			free_dominance_info (CDI_POST_DOMINATORS);
			cgraph_edge::rebuild_edges ();
		}
		pop_cfun ();
	}
}

void
assumption_note_use (const char *kind, lockprog_place place, int used)
{
	uses.push_back (assumption_use { kind, place, used });
}

const std::vector<assumption_use> &
assumption_uses ()
{
	return uses;
}
