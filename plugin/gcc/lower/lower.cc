/* lower.cc - GIMPLE in SSA form to lock programs: control flow.
 *
 * Blocks and edges are those of the control flow graph, without exceptions and other
 * abnormal edges: a path that leaves by one is not followed.
 *
 * GCC merges all returns of a function into one block.  The block that only returns is made
 * again for each edge into it, so that each `return' of the source has its own place:
 *
 *     b2 -\                              b2 -> b5: return -1  at a.c:30
 *          b4: x = phi -1, 0; return x   b3 -> b6: return 0   at a.c:34
 *     b3 -/
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/cell.h"
#include "source/lockname.h"
#include "lower/lower.h"
#include "lower/function.h"
#include "source/names.h"
#include "source/place.h"
#include "source/roles.h"
#include "source/typename.h"

/* A chain of blocks that do nothing but return is never long. */
static const int max_tail = 8;

/* More statements than a function of a driver has: the checker would give up on it anyway. */
static const unsigned max_statements = 200000;

static bool
is_followed (edge e)
{
	if (e->flags & EDGE_ABNORMAL)
		return computed_goto_at_end (e->src) != NULL;
	return !(e->flags & (EDGE_EH | EDGE_FAKE));
}

/* ---- blocks that only return ---- */

static bool
does_nothing (gimple *stmt)
{
	return gimple_code (stmt) == GIMPLE_LABEL || gimple_code (stmt) == GIMPLE_NOP
	       || gimple_code (stmt) == GIMPLE_PREDICT || is_gimple_debug (stmt) || gimple_clobber_p (stmt);
}

static edge
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

/* True if BB does nothing but return, or go where nothing else is done. */
static bool
is_tail (basic_block bb, int depth = 0)
{
	for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
		if (gimple_code (gsi_stmt (i)) == GIMPLE_RETURN)
			return true;
		if (!does_nothing (gsi_stmt (i)))
			return false;
	}
	edge e = only_followed_edge (bb);
	return e && depth < max_tail && e->dest->index >= NUM_FIXED_BLOCKS && is_tail (e->dest, depth + 1);
}

static bool
is_located (location_t loc)
{
	return LOCATION_LOCUS (loc) > BUILTINS_LOCATION;
}

/* ---- where a return is ----
 *
 * `return x;' leaves a copy of x, or a PHI argument with its place.  `return;' leaves
 * statements that do nothing (a prediction, the end of a variable's life) with its place;
 * running off the end leaves the same without a place.  A jump has the place of its `return',
 * but also of a `break'. */

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

/* The place of the case that goes along E: all that is left of `case 2: return;' when optimizing. */
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

/* The place of a return without a value that leaves by E; UNKNOWN_LOCATION for the function's end. */
static location_t
place_of_leaving (edge e)
{
	location_t jump = e->goto_locus;
	gimple *stmt = e->src->index >= NUM_FIXED_BLOCKS ? last_stmt_of (e->src) : NULL;

	if (stmt && does_nothing (stmt)) {
		gimple *ret = first_stmt_of (e->dest);

		/* A return statement that has a place is that of one `return'. */
		return !is_located (gimple_location (stmt)) && ret && gimple_code (ret) == GIMPLE_RETURN ? gimple_location (ret)
													  : gimple_location (stmt);
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
		return is_located (jump) || gimple_code (stmt) == GIMPLE_RETURN ? jump : gimple_location (stmt);
	}
	return jump;
}

/* The place of the last statement in BB that computes what is returned, or UNKNOWN_LOCATION. */
static location_t
place_of_result (basic_block bb)
{
	if (bb->index < NUM_FIXED_BLOCKS)
		return UNKNOWN_LOCATION;
	for (gimple_stmt_iterator i = gsi_last_bb (bb); !gsi_end_p (i); gsi_prev (&i)) {
		gimple *stmt = gsi_stmt (i);

		if (is_gimple_debug (stmt) || gimple_code (stmt) == GIMPLE_LABEL || !is_located (gimple_location (stmt)))
			continue;
		if (gimple_code (stmt) == GIMPLE_COND || gimple_code (stmt) == GIMPLE_SWITCH)
			break;
		return gimple_location (stmt);
	}
	return UNKNOWN_LOCATION;
}

/* Make the program block that returns as EDGE's destination does; its number. */
int
function_lowering::add_tail (edge e)
{
	bool has_value = !VOID_TYPE_P (TREE_TYPE (TREE_TYPE (fun->decl)));
	std::map<tree, tree> names;
	location_t loc = UNKNOWN_LOCATION, jump = e->goto_locus, before = UNKNOWN_LOCATION, inside = UNKNOWN_LOCATION;
	tree result = NULL_TREE;
	int block = lockprog_add_block (program);

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
	add_return (block, result, loc);
	return block;
}

void
function_lowering::add_return (int block, tree result, location_t loc)
{
	int value = -1;

	at = block;
	lockprog_place place = place_at (is_located (loc) ? loc : fun->function_end_locus);
	if (result && is_word (TREE_TYPE (result)) && is_gimple_val (result))
		value = operand (result);
	lower_return_promises (fun->decl, value, place);
	program->blocks[at].exit = LOCKPROG_RETURN;
	program->blocks[at].value = value;
	program->blocks[at].place = place;
}

/* ---- edges ---- */

static bool
has_edge (const lockprog_function *program, int from, int to)
{
	for (int i = 0; i < program->blocks[from].n_succ; i++)
		if (program->blocks[from].succ[i].block == to)
			return true;
	return false;
}

/* Add the edge E to the exit of program block FROM. */
lockprog_edge *
function_lowering::add_edge (int from, edge e)
{
	int to, outer = from;

	if (e->dest->index == EXIT_BLOCK)
		return NULL;
	if (is_tail (e->dest)) {
		to = add_tail (e);
	} else {
		to = blocks[e->dest->index];
		/* Both ways of a branch may lead to one block, where only its PHIs tell them apart. */
		if (has_edge (program, from, to) && !gimple_seq_empty_p (phi_nodes (e->dest))) {
			int between = lockprog_add_block (program);

			lockprog_add_edge (program, from, between);
			from = between;
		}
		at = from;
		for (gphi_iterator i = gsi_start_phis (e->dest); !gsi_end_p (i); gsi_next (&i)) {
			tree result = gimple_phi_result (i.phi ());

			if (virtual_operand_p (result) || (!is_word (TREE_TYPE (result)) && !is_opaque (TREE_TYPE (result))))
				continue;
			int value = ssa_value (result), arg = opaque_operand (PHI_ARG_DEF_FROM_EDGE (i.phi (), e));
			lockprog_add_phi_arg (program, value, from, arg);
		}
	}
	lockprog_edge *edge = lockprog_add_edge (program, from, to);
	return from == outer ? edge : &program->blocks[outer].succ[program->blocks[outer].n_succ - 1];
}

void
function_lowering::lower_condition (int block, basic_block bb, gcond *cond)
{
	int value = comparison (gimple_cond_code (cond), gimple_cond_lhs (cond), gimple_cond_rhs (cond));
	edge on_true, on_false;

	extract_true_false_edges_from_block (bb, &on_true, &on_false);
	add_edge (block, on_true);
	add_edge (block, on_false);
	program->blocks[block].exit = LOCKPROG_IF;
	program->blocks[block].value = value;
	program->blocks[block].place = place_at (gimple_location (cond));
}

void
function_lowering::lower_switch (int block, basic_block bb, gswitch *stmt)
{
	tree index = gimple_switch_index (stmt);
	std::map<int, int> edges;	/* by destination */

	if (!is_word (TREE_TYPE (index))) {
		lower_choice (block, bb);
		return;
	}
	int value = operand (index);
	for (unsigned i = 0; i < gimple_switch_num_labels (stmt); i++) {
		tree label = gimple_switch_label (stmt, i);
		basic_block to = label_to_block (fun, CASE_LABEL (label));

		if (!edges.count (to->index)) {
			add_edge (block, find_edge (bb, to));
			edges[to->index] = program->blocks[block].n_succ - 1;
		}
		lockprog_edge *added = &program->blocks[block].succ[edges[to->index]];
		if (!CASE_LOW (label)) {
			added->is_default = true;
			continue;
		}
		tree high = CASE_HIGH (label) ? CASE_HIGH (label) : CASE_LOW (label);
		lockprog_add_range (added, word_constant (CASE_LOW (label)), word_constant (high));
	}
	program->blocks[block].exit = LOCKPROG_SWITCH;
	program->blocks[block].value = value;
	program->blocks[block].place = place_at (gimple_location (stmt));
}

void
function_lowering::lower_choice (int block, basic_block bb)
{
	edge_iterator i;
	edge e;

	FOR_EACH_EDGE (e, i, bb->succs)
		if (is_followed (e))
			add_edge (block, e);
	if (program->blocks[block].n_succ > 1)
		program->blocks[block].exit = LOCKPROG_CHOICE;
}

/* ---- blocks ---- */

void
function_lowering::lower_block (basic_block bb)
{
	gimple *last = NULL;

	at = blocks[bb->index];
	for (gphi_iterator i = gsi_start_phis (bb); !gsi_end_p (i); gsi_next (&i))
		if (!virtual_operand_p (gimple_phi_result (i.phi ())))
			lower_phi (i.phi ());
	for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
		if (is_gimple_debug (gsi_stmt (i)))
			continue;
		last = gsi_stmt (i);
		if (!lower_stmt (last))
			return;
	}
	if (gcond *cond = safe_dyn_cast<gcond *> (last)) {
		lower_condition (at, bb, cond);
	} else if (gswitch *choice = safe_dyn_cast<gswitch *> (last)) {
		lower_switch (at, bb, choice);
	} else if (ggoto *jump = safe_dyn_cast<ggoto *> (last)) {
		lower_goto (bb, jump);
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
		add_return (at, gimple_return_retval (ret), loc);
	} else {
		lower_choice (at, bb);
	}
}

/* The blocks that can be reached, each before those that only it leads to. */
void
function_lowering::order_blocks (std::vector<basic_block> *order)
{
	struct visit { basic_block bb; unsigned next; };
	std::vector<visit> stack;
	std::set<int> seen;
	basic_block first = single_succ (ENTRY_BLOCK_PTR_FOR_FN (fun));

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
	return n > max_statements ? REASON_TOO_LARGE : REASON_NONE;
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
function_lowering::lower ()
{
	tree result = TREE_TYPE (TREE_TYPE (fun->decl));
	std::vector<basic_block> order;

	program->place = place_at (DECL_SOURCE_LOCATION (fun->decl));
	if (const spinrule_role *role = role_of (fun->decl)) {
		program->role = lockprog_string (role_name_of (fun->decl));
		program->enters_with_cancel_lock = role->enters_with_cancel_lock;
	}
	program->unknown = why_unknown (fun);
	if (is_word (result))
		program->result = word_type (result);
	program->result_is_ntstatus = is_ntstatus (result);

	lockprog_add_block (program);
	at = 0;
	lower_params ();
	if (program->unknown == REASON_TOO_LARGE)
		return;
	lower_entry_promises (fun->decl);
	int first = at;
	order_blocks (&order);
	for (size_t i = 0; i < order.size (); i++)
		blocks[order[i]->index] = lockprog_add_block (program);
	add_edge (first, single_succ_edge (ENTRY_BLOCK_PTR_FOR_FN (fun)));
	for (size_t i = 0; i < order.size (); i++)
		lower_block (order[i]);
	define_undefined ();
}

lockprog_unit *
lower_unit (std::vector<tree> *decls)
{
	lockprog_unit *unit = lockprog_new_unit (main_input_filename ? main_input_filename : "unit");
	std::vector<cgraph_node *> nodes;
	cgraph_node *node;

	cells_begin ();
	/* GCC lists them last first.  */
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		nodes.push_back (node);
	for (size_t i = nodes.size (); i-- > 0; ) {
		node = nodes[i];
		function *fun = DECL_STRUCT_FUNCTION (node->decl);

		if (!fun || !gimple_in_ssa_p (fun))
			continue;
		push_cfun (fun);
		function_lowering lowering (unit, fun, lockprog_add_function (unit, function_name (node->decl)));
		lowering.lower ();
		decls->push_back (node->decl);
		pop_cfun ();
	}
	std::vector<tree> called;
	/* In the order of the first declaration, which is the same each time. */
	FOR_EACH_FUNCTION (node)
		if (!gimple_has_body_p (node->decl) && !node->alias)
			called.push_back (node->decl);
	std::reverse (called.begin (), called.end ());
	lower_externals (unit, called, decls);
	lockprog_finish (unit);
	lower_note_assumptions (unit);
	cells_end ();
	return unit;
}
