/* callback.cc - entry and exit checks of callbacks.
 *
 *     NTSTATUS MyRead (...)          NTSTATUS MyRead (...)
 *     {                              {
 *                                      mark = spinrule_callback_enter (0, &entry);
 *       if (busy)                      if (busy)
 *         return STATUS_BUSY;            site = &first, result = STATUS_BUSY, goto out;
 *       ...                            ...
 *       return STATUS_SUCCESS;         site = &second, result = STATUS_SUCCESS;
 *                                    out:
 *                                      spinrule_callback_leave (mark, site);
 *     }                                return result;
 *                                    }
 *
 * GCC has merged all returns of a function into one when the instrumenting pass runs, so
 * the exit check is one call, and which return it was is a PHI of the sites' addresses:
 *   - A returned value is assigned at the place of its return statement, at every -O
 *     level.  The PHIs that lead from those assignments to the return are copied, with
 *     sites for values.
 *   - `return;` may be gone without a trace when optimizing.  So a pass of its own marks
 *     it with a branch prediction, as GCC does for some, before the control flow graph is
 *     built.  The path into the merged return is followed backwards to the mark; where it
 *     meets any other statement first, that path comes to the closing brace.
 *
 * An exit by an exception has no check: the callback has not returned.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "cfghooks.h"
#include "gimple-predict.h"
#include "tree-cfg.h"
#include "tree-cfgcleanup.h"
#include "tree-dfa.h"
#include "tree-phinodes.h"
#include "ssa-iterators.h"
#include "source/roles.h"
#include "instrument/site.h"
#include "instrument/callback.h"

static tree driver_entry_function, entry_ended_function, enter_function, leave_function;

/* ---- marks on return statements ---- */

typedef std::set<tree> labels;

/* The marks that are not GCC's own. */
static std::set<gimple *> added_marks;

static bool
is_mark (gimple *stmt)
{
	return gimple_code (stmt) == GIMPLE_PREDICT
	       && gimple_predict_predictor (stmt) == PRED_TREE_EARLY_RETURN;
}

/* True if GCC has put a mark in front of the jump at GSI. */
static bool
is_marked (gimple_stmt_iterator gsi)
{
	gsi_prev (&gsi);
	return !gsi_end_p (gsi) && is_mark (gsi_stmt (gsi));
}

/* For walk_gimple_seq_mod: put a mark in front of each jump to one of the LABELS. */
static tree
mark_jump (gimple_stmt_iterator *gsi, bool *, walk_stmt_info *info)
{
	gimple *stmt = gsi_stmt (*gsi);
	const labels *returns = (const labels *) info->info;

	if (gimple_code (stmt) == GIMPLE_GOTO && returns->count (gimple_goto_dest (stmt))
	    && !is_marked (*gsi)) {
		gimple *mark = gimple_build_predict (PRED_TREE_EARLY_RETURN, NOT_TAKEN);

		gimple_set_location (mark, gimple_location (stmt));
		gsi_insert_before (gsi, mark, GSI_SAME_STMT);
		added_marks.insert (mark);
	}
	return NULL_TREE;
}

static const pass_data mark_returns_data = { GIMPLE_PASS, "spinrule-returns", OPTGROUP_NONE,
					     TV_NONE, 0, 0, 0, 0, 0 };

/* Runs when `return;` is a jump to the label of the one return, which has no name.  What
 * is a callback is known when the whole unit is, so all get marks that may be one. */
class mark_returns : public gimple_opt_pass
{
public:
	mark_returns () : gimple_opt_pass (mark_returns_data, g) {}

	bool gate (function *fun) final override
	{
		tree type = TREE_TYPE (TREE_TYPE (fun->decl));

		if (!role_of (fun->decl) && !TREE_ADDRESSABLE (fun->decl))
			return false;
		return VOID_TYPE_P (type) || !is_gimple_reg_type (type);
	}

	unsigned execute (function *fun) final override
	{
		gimple_seq body = gimple_body (fun->decl);
		gimple *before = NULL;
		labels returns;

		for (gimple_stmt_iterator i = gsi_start (body); !gsi_end_p (i); gsi_next (&i)) {
			glabel *label = before ? dyn_cast<glabel *> (before) : NULL;

			before = gsi_stmt (i);
			if (label && gimple_code (before) == GIMPLE_RETURN
			    && !DECL_NAME (gimple_label_label (label)))
				returns.insert (gimple_label_label (label));
		}

		walk_stmt_info info;
		memset (&info, 0, sizeof info);
		info.info = &returns;
		if (!returns.empty ()) {
			walk_gimple_seq_mod (&body, mark_jump, NULL, &info);
			gimple_set_body (fun->decl, body);
		}
		return 0;
	}
};

/* FUN is no callback: take its marks away, and with them whatever they kept apart. */
static void
remove_marks (function *fun)
{
	bool has_removed = false;
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun)
		for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); )
			if (added_marks.count (gsi_stmt (i))) {
				gsi_remove (&i, true);
				has_removed = true;
			} else {
				gsi_next (&i);
			}
	if (has_removed)
		cleanup_tree_cfg ();
}

void
callback_init (const char *plugin_name)
{
	register_pass_info info;

	info.pass = new mark_returns;
	info.reference_pass_name = "lower";
	info.ref_pass_instance_number = 1;
	info.pos_op = PASS_POS_INSERT_AFTER;
	register_callback (plugin_name, PLUGIN_PASS_MANAGER_SETUP, NULL, &info);
}

/* ---- where each path returns ---- */

/* The sites of one function's returns. */
class return_sites
{
public:
	return_sites (function *fun, const char *role) : fun (fun), role (role) {}

	/* The address of the site for RETURN_STMT, an SSA name where paths differ. */
	tree of (greturn *return_stmt);

private:
	tree at (location_t where);
	tree of_value (tree value, location_t otherwise);
	tree at_end_of (basic_block bb);
	gphi *new_phi (basic_block bb);

	function *fun;
	const char *role;
	std::map<location_t, tree> by_place;
	std::map<tree, tree> by_value;
	std::map<basic_block, tree> by_block;
};

static bool
is_known (location_t where)
{
	return LOCATION_LOCUS (where) > BUILTINS_LOCATION;
}

/* One descriptor for all that return at one place; the closing brace for what has
 * none. */
tree
return_sites::at (location_t where)
{
	if (!is_known (where))
		where = fun->function_end_locus;
	where = expansion_point_location (LOCATION_LOCUS (where));

	tree &site = by_place[where];
	if (!site)
		site = site_address (fun->decl, where, role, "",
				     spinrule_is_unload (role) ? SPINRULE_OF_UNLOAD : 0);
	return site;
}

gphi *
return_sites::new_phi (basic_block bb)
{
	return create_phi_node (make_ssa_name (site_pointer_type ()), bb);
}

/* True if VALUE is a variable's that nothing was assigned to. */
static bool
is_unassigned (tree value)
{
	return TREE_CODE (value) == SSA_NAME && SSA_NAME_IS_DEFAULT_DEF (value)
	       && !(SSA_NAME_VAR (value) && TREE_CODE (SSA_NAME_VAR (value)) == PARM_DECL);
}

/* The site of the return statement that computed VALUE. */
tree
return_sites::of_value (tree value, location_t otherwise)
{
	if (TREE_CODE (value) != SSA_NAME)
		return at (otherwise);

	auto known = by_value.find (value);
	if (known != by_value.end ())
		return known->second;

	gimple *stmt = SSA_NAME_DEF_STMT (value);
	gphi *phi = dyn_cast<gphi *> (stmt);
	if (!phi || bb_has_abnormal_pred (gimple_bb (phi)))
		return by_value[value] = at (is_known (gimple_location (stmt))
					     ? gimple_location (stmt) : otherwise);

	/* The PHI may lead back to itself, around a loop. */
	gphi *sites = new_phi (gimple_bb (phi));
	by_value[value] = gimple_phi_result (sites);
	for (bool is_assigned : { true, false })
		for (unsigned i = 0; i < gimple_phi_num_args (phi); i++) {
			tree arg = gimple_phi_arg_def (phi, i);

			if (is_unassigned (arg) == is_assigned)
				continue;
			/* A cleanup that several paths share: this one does not go on to
			 * the return. */
			tree site;
			if (!is_assigned && !by_place.empty ())
				site = by_place.begin ()->second;
			else
				site = of_value (arg, gimple_phi_arg_location (phi, i));
			add_phi_arg (sites, site, gimple_phi_arg_edge (phi, i), UNKNOWN_LOCATION);
		}
	return gimple_phi_result (sites);
}

/* True if VALUE selects the way on after a C++ cleanup that several paths share. */
static bool
is_after_cleanup (tree value)
{
	tree name = TREE_CODE (value) == SSA_NAME ? SSA_NAME_IDENTIFIER (value) : NULL_TREE;

	/* GCC's name for it; no variable of the programmer's has a dot. */
	return name && !strncmp (IDENTIFIER_POINTER (name), "finally_tmp.", 12);
}

/* True if CALL cleans a variable up at the end of its scope: a destructor, or attribute
 * cleanup. */
static bool
is_cleanup (gcall *call)
{
	tree callee = gimple_call_fndecl (call);

	if (!callee || !gimple_call_num_args (call))
		return false;
	if (DECL_CXX_DESTRUCTOR_P (callee))
		return true;

	tree arg = gimple_call_arg (call, 0);
	return TREE_CODE (arg) == ADDR_EXPR && DECL_P (TREE_OPERAND (arg, 0))
	       && lookup_attribute ("cleanup", DECL_ATTRIBUTES (TREE_OPERAND (arg, 0)));
}

/* What a statement on the way to a return without a value means. */
enum remark { NOTHING, RETURNS_HERE, FALLS_THROUGH };

static remark
remark_of (gimple *stmt)
{
	if (is_gimple_debug (stmt) || gimple_clobber_p (stmt))
		return NOTHING;
	if (gimple_code (stmt) == GIMPLE_LABEL || gimple_code (stmt) == GIMPLE_RETURN)
		return NOTHING;
	if (gimple_code (stmt) == GIMPLE_NOP || gimple_code (stmt) == GIMPLE_PREDICT)
		return is_mark (stmt) ? RETURNS_HERE : NOTHING;
	if (is_gimple_assign (stmt))
		return is_after_cleanup (gimple_assign_lhs (stmt)) ? NOTHING : FALLS_THROUGH;
	if (gcond *cond = dyn_cast<gcond *> (stmt))
		return is_after_cleanup (gimple_cond_lhs (cond)) ? NOTHING : FALLS_THROUGH;
	if (gswitch *choice = dyn_cast<gswitch *> (stmt))
		return is_after_cleanup (gimple_switch_index (choice)) ? NOTHING : FALLS_THROUGH;
	return is_gimple_call (stmt) && is_cleanup (as_a<gcall *> (stmt)) ? NOTHING : FALLS_THROUGH;
}

/* The site of the return statement that control has come through at the end of BB. */
tree
return_sites::at_end_of (basic_block bb)
{
	edge_iterator i;
	edge e;

	auto known = by_block.find (bb);
	if (known != by_block.end ())
		return known->second;

	for (gimple_stmt_iterator g = gsi_last_bb (bb); !gsi_end_p (g); gsi_prev (&g)) {
		switch (remark_of (gsi_stmt (g))) {
		case NOTHING:
			continue;
		case RETURNS_HERE:
			return by_block[bb] = at (gimple_location (gsi_stmt (g)));
		case FALLS_THROUGH:
			return by_block[bb] = at (UNKNOWN_LOCATION);
		}
	}
	if (bb_has_abnormal_pred (bb) || bb == ENTRY_BLOCK_PTR_FOR_FN (fun))
		return by_block[bb] = at (UNKNOWN_LOCATION);
	if (single_pred_p (bb))
		return by_block[bb] = at_end_of (single_pred (bb));

	gphi *sites = new_phi (bb);
	by_block[bb] = gimple_phi_result (sites);
	FOR_EACH_EDGE (e, i, bb->preds)
		add_phi_arg (sites, at_end_of (e->src), e, UNKNOWN_LOCATION);
	return gimple_phi_result (sites);
}

tree
return_sites::of (greturn *return_stmt)
{
	tree value = gimple_return_retval (return_stmt);
	tree site;

	if (is_known (gimple_location (return_stmt)))
		return at (gimple_location (return_stmt));
	if (value && TREE_CODE (value) == SSA_NAME)
		site = of_value (value, UNKNOWN_LOCATION);
	else
		site = at_end_of (gimple_bb (return_stmt));
	return by_place.size () == 1 ? by_place.begin ()->second : site;
}

/* ---- the calls ---- */

static tree
runtime_function (const char *name, tree type, bool is_leaf)
{
	tree decl = site_runtime_function (name, site_runtime_convention (type));

	if (is_leaf)
		DECL_ATTRIBUTES (decl) = tree_cons (get_identifier ("leaf"), NULL_TREE,
						    DECL_ATTRIBUTES (decl));
	return decl;
}

/* In a function that setjmp may return to a second time, a call ends its block, unless it
 * is a leaf, which does not come back that way. */
static bool
has_hidden_returns (function *fun)
{
	return fun->calls_setjmp || fun->has_nonlocal_label;
}

void
callback_start_unit ()
{
	bool is_leaf = false;
	cgraph_node *node;

	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);

		if (fun && role_of (node->decl) && has_hidden_returns (fun))
			is_leaf = true;
	}

	tree site = site_pointer_type ();
	tree of_entry = build_function_type_list (void_type_node, ptr_type_node, ptr_type_node,
						  site, NULL_TREE);
	tree of_ended = build_function_type_list (void_type_node, integer_type_node, site,
						  NULL_TREE);
	tree of_enter = build_function_type_list (unsigned_type_node, unsigned_type_node, site,
						  NULL_TREE);
	tree of_leave = build_function_type_list (void_type_node, unsigned_type_node, site,
						  NULL_TREE);

	driver_entry_function = runtime_function ("spinrule_driver_entry", of_entry, is_leaf);
	entry_ended_function = runtime_function ("spinrule_driver_entry_ended", of_ended, is_leaf);
	enter_function = runtime_function ("spinrule_callback_enter", of_enter, is_leaf);
	leave_function = runtime_function ("spinrule_callback_leave", of_leave, is_leaf);
}

static void
set_place (gimple *stmt, function *fun, location_t where)
{
	gimple_set_location (stmt, where);
	gimple_set_block (stmt, DECL_INITIAL (fun->decl));
}

/* Argument NUMBER of FUN as a pointer; null when it has none.  Statements that it takes
 * go before GSI. */
static tree
pointer_argument (function *fun, int number, gimple_stmt_iterator *gsi)
{
	tree parm = DECL_ARGUMENTS (fun->decl);

	for (; parm && number; number--)
		parm = DECL_CHAIN (parm);
	if (!parm || !POINTER_TYPE_P (TREE_TYPE (parm)))
		return null_pointer_node;
	if (is_gimple_reg (parm))
		return get_or_create_ssa_default_def (fun, parm);

	gassign *load = gimple_build_assign (make_ssa_name (TREE_TYPE (parm)), parm);
	gsi_insert_before (gsi, load, GSI_SAME_STMT);
	return gimple_assign_lhs (load);
}

/* Calls at the start of FUN; returns the mark. */
static tree
instrument_entry (function *fun, const spinrule_role *role, const char *role_name)
{
	edge e = single_succ_edge (ENTRY_BLOCK_PTR_FOR_FN (fun));
	basic_block bb = single_pred_p (e->dest) && !phi_nodes (e->dest) ? e->dest : split_edge (e);
	gimple_stmt_iterator gsi = gsi_after_labels (bb);
	location_t where = DECL_SOURCE_LOCATION (fun->decl);
	unsigned irql = MIN (role_lowest_irql (fun->decl), (int) SPINRULE_ENTRY_IRQL_MAX);
	tree site = site_address (fun->decl, where, role_name, "",
				  irql << SPINRULE_ENTRY_IRQL_BIT);

	if (is_driver_entry (fun->decl)) {
		tree driver = pointer_argument (fun, 0, &gsi);
		tree registry_path = pointer_argument (fun, 1, &gsi);
		gcall *start = gimple_build_call (driver_entry_function, 3, driver, registry_path,
						  site);

		set_place (start, fun, where);
		gsi_insert_before (&gsi, start, GSI_SAME_STMT);
	}

	tree with_cancel_lock = build_int_cst (unsigned_type_node,
					       role->enters_with_cancel_lock != 0);
	gcall *enter = gimple_build_call (enter_function, 2, with_cancel_lock, site);
	tree mark = make_ssa_name (unsigned_type_node);

	gimple_call_set_lhs (enter, mark);
	set_place (enter, fun, where);
	gsi_insert_before (&gsi, enter, GSI_SAME_STMT);
	return mark;
}

bool
callback_instrument (function *fun)
{
	const spinrule_role *role = role_of (fun->decl);
	edge_iterator i;
	edge e;

	/* A naked function has no frame to keep the mark in. */
	if (!role || lookup_attribute ("naked", DECL_ATTRIBUTES (fun->decl))) {
		remove_marks (fun);
		return false;
	}

	const char *role_name = role_name_of (fun->decl);
	tree mark = instrument_entry (fun, role, role_name);
	return_sites sites (fun, role_name);

	FOR_EACH_EDGE (e, i, EXIT_BLOCK_PTR_FOR_FN (fun)->preds) {
		gimple_stmt_iterator gsi = gsi_last_nondebug_bb (e->src);
		greturn *return_stmt = NULL;

		if (!gsi_end_p (gsi))
			return_stmt = dyn_cast<greturn *> (gsi_stmt (gsi));
		if (!return_stmt)
			continue;
		tree site = sites.of (return_stmt);
		location_t where = gimple_location (return_stmt);
		gcall *leave = gimple_build_call (leave_function, 2, mark, site);
		set_place (leave, fun, is_known (where) ? where : fun->function_end_locus);
		gsi_insert_before (&gsi, leave, GSI_SAME_STMT);

		tree status = gimple_return_retval (return_stmt);
		if (!status || !is_driver_entry (fun->decl) || !is_gimple_val (status)
		    || !useless_type_conversion_p (integer_type_node, TREE_TYPE (status)))
			continue;
		gcall *ended = gimple_build_call (entry_ended_function, 2, status, site);
		set_place (ended, fun, is_known (where) ? where : fun->function_end_locus);
		gsi_insert_before (&gsi, ended, GSI_SAME_STMT);
	}
	return true;
}
