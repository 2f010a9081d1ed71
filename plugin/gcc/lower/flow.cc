/* flow.cc - control flow.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "limits.h"
#include "source/guards.h"
#include "source/names.h"
#include "source/place.h"
#include "source/roles.h"
#include "source/typename.h"
#include "lower/exception.h"
#include "lower/irql.h"
#include "lower/flow.h"
#include "lower/goto.h"
#include "lower/guard.h"
#include "lower/memory.h"
#include "lower/opaque.h"
#include "lower/promise.h"
#include "lower/stmt.h"
#include "lower/tail.h"

static void
add_return (function_lowering &l, int block, tree result, location_t loc)
{
	int value = -1;

	l.at = block;
	lockprog_place place = place_at (is_located (loc) ? loc : l.fun->function_end_locus);
	if (result && RECORD_OR_UNION_TYPE_P (TREE_TYPE (result))
	    && TREE_CODE (result) != RESULT_DECL)
		lower_hand_struct (l, object_name (DECL_RESULT (l.fun->decl)), result, place);
	if (result && is_word (TREE_TYPE (result)) && is_gimple_val (result))
		value = l.operand (result);
	lower_return_promises (l, l.fun->decl, value, place);
	l.program->blocks[l.at].exit = LOCKPROG_RETURN;
	l.program->blocks[l.at].value = value;
	l.program->blocks[l.at].place = place;
}

/* Make the program block that returns as EDGE's destination does; its number. */
static int
add_tail (function_lowering &l, edge e)
{
	bool has_value = !VOID_TYPE_P (TREE_TYPE (TREE_TYPE (l.fun->decl)));
	std::map<tree, tree> names;
	location_t loc = UNKNOWN_LOCATION, jump = e->goto_locus, before = UNKNOWN_LOCATION,
		   inside = UNKNOWN_LOCATION;
	tree result = NULL_TREE;
	int block = lockprog_add_block (l.program);

	if (has_value)
		before = place_of_result (e->src);
	else
		loc = place_of_leaving (e);
	for (bool done = false; !done; ) {
		std::map<tree, tree> here;

		for (gphi_iterator i = gsi_start_phis (e->dest); !gsi_end_p (i); gsi_next (&i)) {
			tree arg = PHI_ARG_DEF_FROM_EDGE (i.phi (), e);

			if (virtual_operand_p (arg))
				continue;
			here[gimple_phi_result (i.phi ())] = names.count (arg) ? names[arg] : arg;
			if (has_value && !is_located (loc))
				loc = gimple_phi_arg_location_from_edge (i.phi (), e);
		}
		for (auto &name : here)
			names[name.first] = name.second;

		if (!is_located (inside))
			inside = place_of_result (e->dest);
		for (gimple_stmt_iterator i = gsi_start_bb (e->dest); !gsi_end_p (i); gsi_next (&i))
			if (greturn *ret = dyn_cast<greturn *> (gsi_stmt (i))) {
				result = gimple_return_retval (ret);
				done = true;
			}
		if (!done)
			e = only_followed_edge (e->dest);
	}
	if (result && names.count (result))
		result = names[result];
	if (has_value && !is_located (loc))
		loc = is_located (jump) ? jump : is_located (before) ? before : inside;
	add_return (l, block, result, loc);
	return block;
}

static bool
has_edge (const lockprog_function *program, int from, int to)
{
	for (int i = 0; i < program->blocks[from].n_succ; i++)
		if (program->blocks[from].succ[i].block == to)
			return true;
	return false;
}

/* Add the edge E to the exit of program block FROM; NULL if E leaves the function. */
static lockprog_edge *
add_edge (function_lowering &l, int from, edge e)
{
	int to, outer = from;

	if (e->dest->index == EXIT_BLOCK)
		return NULL;
	if (is_tail (e->dest)) {
		to = add_tail (l, e);
	} else {
		to = l.blocks[e->dest->index];
		/* Both ways of a branch may lead to one block, where only its PHIs
		 * differ. */
		if (has_edge (l.program, from, to) && !gimple_seq_empty_p (phi_nodes (e->dest))) {
			int between = lockprog_add_block (l.program);

			lockprog_add_edge (l.program, from, between);
			from = between;
		}
		l.at = from;
		for (gphi_iterator i = gsi_start_phis (e->dest); !gsi_end_p (i); gsi_next (&i)) {
			tree result = gimple_phi_result (i.phi ());

			if (virtual_operand_p (result)
			    || (!is_word (TREE_TYPE (result)) && !is_opaque (TREE_TYPE (result))))
				continue;
			int value = l.ssa_value (result),
			    arg = opaque_operand (l, PHI_ARG_DEF_FROM_EDGE (i.phi (), e));
			lockprog_add_phi_arg (l.program, value, from, arg);
		}
	}
	lockprog_edge *edge = lockprog_add_edge (l.program, from, to);
	return from == outer ? edge
			     : &l.program->blocks[outer].succ[l.program->blocks[outer].n_succ - 1];
}

static void
lower_choice (function_lowering &l, int block, basic_block bb)
{
	edge_iterator i;
	edge e;

	FOR_EACH_EDGE (e, i, bb->succs)
		if (is_followed (e))
			add_edge (l, block, e);
	if (l.program->blocks[block].n_succ > 1)
		l.program->blocks[block].exit = LOCKPROG_CHOICE;
}

static void
lower_condition (function_lowering &l, int block, basic_block bb, gcond *cond)
{
	int value = lower_comparison (l, gimple_cond_code (cond), gimple_cond_lhs (cond),
				      gimple_cond_rhs (cond));
	edge on_true, on_false;

	extract_true_false_edges_from_block (bb, &on_true, &on_false);
	add_edge (l, block, on_true);
	add_edge (l, block, on_false);
	l.program->blocks[block].exit = LOCKPROG_IF;
	l.program->blocks[block].value = value;
	l.program->blocks[block].place = place_at (gimple_location (cond));
}

/* STMT ends BB; labels_of_goto found its labels. */
static void
lower_goto (function_lowering &l, basic_block bb, ggoto *stmt)
{
	std::vector<tree> labels;
	lockprog_place place = place_at (gimple_location (stmt));

	if (!labels_of_goto (stmt, &labels))
		return;
	int to = l.operand (gimple_goto_dest (stmt)), block = l.at;
	for (size_t i = 0; i < labels.size (); i++) {
		edge e = find_edge (bb, label_to_block (l.fun, labels[i]));

		l.at = block;
		if (i + 1 == labels.size ()) {
			add_edge (l, block, e);
			break;
		}
		int is_it = l.add (truth_type, LOCKPROG_EQ, to,
				   l.object (object_name (labels[i]), false));
		int others = lockprog_add_block (l.program);
		add_edge (l, block, e);
		lockprog_add_edge (l.program, block, others);
		l.program->blocks[block].exit = LOCKPROG_IF;
		l.program->blocks[block].value = is_it;
		l.program->blocks[block].place = place;
		block = others;
	}
}

static void
lower_switch (function_lowering &l, int block, basic_block bb, gswitch *stmt)
{
	tree index = gimple_switch_index (stmt);
	std::map<int, int> edges;	/* by destination */

	if (!is_word (TREE_TYPE (index))) {
		lower_choice (l, block, bb);
		return;
	}
	int value = l.operand (index);
	for (unsigned i = 0; i < gimple_switch_num_labels (stmt); i++) {
		tree label = gimple_switch_label (stmt, i);
		basic_block to = label_to_block (l.fun, CASE_LABEL (label));

		if (!edges.count (to->index)) {
			add_edge (l, block, find_edge (bb, to));
			edges[to->index] = l.program->blocks[block].n_succ - 1;
		}
		lockprog_edge *added = &l.program->blocks[block].succ[edges[to->index]];
		if (!CASE_LOW (label)) {
			added->is_default = true;
			continue;
		}
		tree high = CASE_HIGH (label) ? CASE_HIGH (label) : CASE_LOW (label);
		lockprog_add_range (added, word_constant (CASE_LOW (label)), word_constant (high));
	}
	l.program->blocks[block].exit = LOCKPROG_SWITCH;
	l.program->blocks[block].value = value;
	l.program->blocks[block].place = place_at (gimple_location (stmt));
}

static void
lower_block (function_lowering &l, basic_block bb)
{
	gimple *last = NULL;

	l.at = l.blocks[bb->index];
	for (gphi_iterator i = gsi_start_phis (bb); !gsi_end_p (i); gsi_next (&i))
		if (!virtual_operand_p (gimple_phi_result (i.phi ())))
			lower_phi (l, i.phi ());
	for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
		if (is_gimple_debug (gsi_stmt (i)))
			continue;
		last = gsi_stmt (i);
		if (!lower_stmt (l, last))
			return;
	}
	if (gcond *cond = safe_dyn_cast<gcond *> (last)) {
		lower_condition (l, l.at, bb, cond);
	} else if (gswitch *choice = safe_dyn_cast<gswitch *> (last)) {
		lower_switch (l, l.at, bb, choice);
	} else if (ggoto *jump = safe_dyn_cast<ggoto *> (last)) {
		lower_goto (l, bb, jump);
	} else if (greturn *ret = safe_dyn_cast<greturn *> (last)) {
		gimple_stmt_iterator i = gsi_for_stmt (ret);
		location_t loc = gimple_location (ret);

		if (gimple_return_retval (ret)) {
			loc = place_of_result (bb);
		} else if (!is_located (loc)) {
			gsi_prev_nondebug (&i);
			if (!gsi_end_p (i) && does_nothing (gsi_stmt (i)))
				loc = gimple_location (gsi_stmt (i));
		}
		add_return (l, l.at, gimple_return_retval (ret), loc);
	} else {
		lower_choice (l, l.at, bb);
	}
}

/* The blocks that can be reached, each before those that only it leads to. */
static void
order_blocks (function_lowering &l, std::vector<basic_block> *order)
{
	struct visit { basic_block bb; unsigned next; };
	std::vector<visit> stack;
	std::set<int> seen;
	basic_block first = single_succ (ENTRY_BLOCK_PTR_FOR_FN (l.fun));

	if (first->index < NUM_FIXED_BLOCKS || is_tail (first))
		return;
	stack.push_back (visit { first, 0 });
	seen.insert (first->index);
	while (!stack.empty ()) {
		visit &top = stack.back ();

		if (top.next == EDGE_COUNT (top.bb->succs)) {
			order->push_back (top.bb);
			stack.pop_back ();
			continue;
		}
		edge e = EDGE_SUCC (top.bb, top.next++);
		if (is_followed (e) && e->dest->index >= NUM_FIXED_BLOCKS && !is_tail (e->dest)
		    && seen.insert (e->dest->index).second)
			stack.push_back (visit { e->dest, 0 });
	}
	std::reverse (order->begin (), order->end ());
}

/* Why the function cannot be turned into a lock program, or REASON_NONE.  */
static reason
why_unknown (function *fun)
{
	basic_block bb;
	unsigned n = 0;

	if (fun->calls_setjmp)
		return REASON_SETJMP;
	if (fun->has_nonlocal_label)
		return REASON_NESTED_JUMP;
	FOR_EACH_BB_FN (bb, fun) {
		std::vector<tree> labels;

		if (ggoto *stmt = computed_goto_at_end (bb))
			if (!labels_of_goto (stmt, &labels))
				return REASON_COMPUTED_GOTO;
		for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i))
			n++;
	}
	if (n > LOCKPROG_MAX_STATEMENTS)
		return REASON_TOO_LARGE;
	return catches_with_lock (fun) ? REASON_EXCEPTION : REASON_NONE;
}

static bool
is_ntstatus (tree type)
{
	for (const type_name &one : type_names (type))
		if (!strcmp (one.name, "NTSTATUS"))
			return true;
	return false;
}

void
lower_function (function_lowering &l)
{
	tree result = TREE_TYPE (TREE_TYPE (l.fun->decl));
	std::vector<basic_block> order;

	l.program->place = place_at (DECL_SOURCE_LOCATION (l.fun->decl));
	if (const spinrule_role *role = role_of (l.fun->decl)) {
		l.program->role = lockprog_string (role_name_of (l.fun->decl));
		l.program->enters_with_cancel_lock = role->enters_with_cancel_lock;
		l.program->is_at_dispatch
			= role_stays_at_dispatch (role, role_lowest_irql (l.fun->decl));
		l.program->is_alone = guards_matter () && spinrule_runs_alone (role->function_type);
	}
	l.program->is_alone |= guards_matter () && has_no_competing_thread (l.fun->decl);
	l.program->unknown = why_unknown (l.fun);
	if (is_word (result))
		l.program->result = word_type (result);
	l.program->result_is_object = AGGREGATE_TYPE_P (result);
	l.program->result_is_ntstatus = is_ntstatus (result);

	lockprog_add_block (l.program);
	l.at = 0;
	lower_params (l);
	lower_cancel_irql (l);
	if (l.program->unknown == REASON_TOO_LARGE)
		return;
	lower_entry_promises (l, l.fun->decl);
	int first = l.at;
	order_blocks (l, &order);
	for (size_t i = 0; i < order.size (); i++)
		l.blocks[order[i]->index] = lockprog_add_block (l.program);
	add_edge (l, first, single_succ_edge (ENTRY_BLOCK_PTR_FOR_FN (l.fun)));
	for (size_t i = 0; i < order.size (); i++)
		lower_block (l, order[i]);
	l.define_undefined ();
}
