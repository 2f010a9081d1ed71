/* instrument.cc - calls of spin-lock DDIs become calls of the runtime.
 *
 *     KeReleaseSpinLock (&lock, irql);   spinrule_KeReleaseSpinLock (&lock, irql, &site);
 *     release = KeReleaseSpinLock;       release = spinrule_thunk_KeReleaseSpinLock;
 *
 * A wrapper takes the DDI's arguments and the site, and has one calling convention.  A
 * thunk has the DDI's own type, so it may stand wherever the DDI's address did; calls
 * that do not give the DDI's number of arguments go there too.  All references are
 * replaced, so function pointers that were equal stay equal, and a driver that names no
 * other DDI of a library needs that library no longer.
 *
 * The body of a DDI that a header defines inline stays, without a caller.  A DDI that the
 * unit itself defines, as a unit test's replacement for the kernel does, is what the
 * runtime will call: its body is left alone.
 *
 * A lock function for which the runtime has no wrapper is called as it is: bracket.cc.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "tree-eh.h"
#include "tree-cfg.h"
#include "tree-cfgcleanup.h"
#include "tree-into-ssa.h"
#include "ipa-utils.h"
#include "target.h"
#include "source/ddi.h"
#include "source/lockclass.h"
#include "source/lockname.h"
#include "source/place.h"
#include "instrument/site.h"
#include "instrument/bracket.h"
#include "instrument/callback.h"
#include "instrument/instrument.h"

static tree wrappers[SPINRULE_DDIS];
static tree thunks[SPINRULE_DDIS];

/* spinrule_completing, spinrule_freeing and spinrule_lowering, once they are needed. */
static tree completing, freeing, lowering;

/* The function lost an edge: a wrapper that the unit declares throws nothing where the
 * DDI could. */
static bool may_be_unreachable;

/* The row of the DDI that a reference to DECL reaches: by its own name, or through a
 * weakref. */
static const spinrule_ddi *
find_ddi (tree decl)
{
	if (TREE_CODE (decl) != FUNCTION_DECL)
		return NULL;

	const spinrule_ddi *ddi = ddi_of_decl (decl);
	if (ddi)
		return ddi;

	symtab_node *node = symtab_node::get (decl);
	if (!node || !node->weakref || !node->alias_target)
		return NULL;
	if (DECL_P (node->alias_target))
		return ddi_of_decl (node->alias_target);
	return spinrule_ddi_by_name (IDENTIFIER_POINTER (node->alias_target));
}

/* The same, if the runtime has functions for it.  */
static const spinrule_ddi *
ddi_reached_by (tree decl)
{
	const spinrule_ddi *ddi = find_ddi (decl);

	return ddi && !spinrule_is_compile_time (ddi) ? ddi : NULL;
}

/* Give TO what optimizers and control flow rely on of FROM. */
static void
copy_promises (tree to, tree from)
{
	if (DECL_ARTIFICIAL (to)) {
		TREE_NOTHROW (to) = TREE_NOTHROW (from);
		if (lookup_attribute ("leaf", DECL_ATTRIBUTES (from)))
			DECL_ATTRIBUTES (to) = tree_cons (get_identifier ("leaf"), NULL_TREE,
							  DECL_ATTRIBUTES (to));
	}
	/* A block that ends in a call that does not return has no successor. */
	if (TREE_THIS_VOLATILE (from))
		TREE_THIS_VOLATILE (to) = 1;
}

static tree
thunk_of (const spinrule_ddi *ddi, tree fndecl)
{
	tree &thunk = thunks[ddi - spinrule_ddis];

	if (!thunk) {
		thunk = site_runtime_function (ACONCAT (("spinrule_thunk_", ddi->name, NULL)),
					       TREE_TYPE (fndecl));
		copy_promises (thunk, fndecl);
	}
	return thunk;
}

/* The type of the wrapper for CALL: the parameters of the DDI's prototype, or where there
 * is none the arguments, and the site. */
static tree
wrapper_type (gcall *call, tree fndecl)
{
	tree fntype = TREE_TYPE (fndecl);
	auto_vec<tree, 8> types;

	if (prototype_p (fntype)) {
		for (tree type = TYPE_ARG_TYPES (fntype);
		     type && TREE_VALUE (type) != void_type_node; type = TREE_CHAIN (type))
			types.safe_push (TREE_VALUE (type));
	} else {
		for (unsigned i = 0; i < gimple_call_num_args (call); i++)
			types.safe_push (TYPE_MAIN_VARIANT (TREE_TYPE (gimple_call_arg (call, i))));
	}
	types.safe_push (site_pointer_type ());
	return site_runtime_convention (build_function_type_array (TREE_TYPE (fntype),
								   types.length (),
								   types.address ()));
}

static bool
is_word (tree type)
{
	return (INTEGRAL_TYPE_P (type) || POINTER_TYPE_P (type))
	       && int_size_in_bytes (type) <= UNITS_PER_WORD;
}

/* True if CALL calls FNDECL as DDI is declared in the kit's headers, so that the site
 * will be the argument where the wrapper looks for it. */
static bool
is_called_as_declared (gcall *call, tree fndecl, const spinrule_ddi *ddi)
{
	tree fntype = TREE_TYPE (fndecl);

	if (gimple_call_num_args (call) != (unsigned) ddi->params || gimple_call_chain (call))
		return false;
	if (!types_compatible_p (TREE_TYPE (gimple_call_fntype (call)), TREE_TYPE (fntype)))
		return false;
	if (prototype_p (fntype))
		return !stdarg_p (fntype) && type_num_arguments (fntype) == ddi->params;
	for (int i = 0; i < ddi->params; i++)
		if (!is_word (TREE_TYPE (gimple_call_arg (call, i))))
			return false;
	return true;
}

/* The DDI that CALL calls so that its wrapper can be called instead, or NULL. */
static const spinrule_ddi *
ddi_to_redirect (gcall *call)
{
	tree fndecl = gimple_call_fndecl (call);
	const spinrule_ddi *ddi = fndecl ? ddi_reached_by (fndecl) : NULL;

	return ddi && is_called_as_declared (call, fndecl, ddi) ? ddi : NULL;
}

/* True if VALUE is what a parameter of the function has. */
static bool
is_parameter (tree value)
{
	for (unsigned steps = 0; steps < 8 && TREE_CODE (value) == SSA_NAME; steps++) {
		tree variable = SSA_NAME_VAR (value);

		if (SSA_NAME_IS_DEFAULT_DEF (value))
			return variable && TREE_CODE (variable) == PARM_DECL;
		gimple *stmt = SSA_NAME_DEF_STMT (value);
		if (!gimple_assign_single_p (stmt) && !gimple_assign_cast_p (stmt))
			return false;
		value = gimple_assign_rhs1 (stmt);
	}
	return TREE_CODE (value) == PARM_DECL;
}

/* Turn the call at GSI into one of its wrapper; false if it is none, or must be left to
 * its thunk. */
static bool
redirect_call (gimple_stmt_iterator *gsi)
{
	gcall *call = as_a<gcall *> (gsi_stmt (*gsi));
	const spinrule_ddi *ddi = ddi_to_redirect (call);
	tree fndecl = gimple_call_fndecl (call);

	if (!ddi)
		return false;

	tree type = wrapper_type (call, fndecl);
	tree &wrapper = wrappers[ddi - spinrule_ddis];
	if (!wrapper) {
		wrapper = site_runtime_function (ACONCAT (("spinrule_", ddi->name, NULL)), type);
		copy_promises (wrapper, fndecl);
	}

	auto_vec<tree, 8> args;
	for (unsigned i = 0; i < gimple_call_num_args (call); i++)
		args.safe_push (gimple_call_arg (call, i));
	bool is_of_parameter = ddi->lock >= 0 && is_parameter (args[ddi->lock]);
	args.safe_push (site_address (current_function_decl, place_of (call),
				      ddi_written (call, ddi), lock_text (call, ddi),
				      is_of_parameter ? SPINRULE_OF_PARAMETER : 0,
				      lock_class (call, ddi)));

	gcall *redirected = gimple_build_call_vec (wrapper, args);
	gimple_call_set_fntype (redirected, type);
	gimple_call_set_lhs (redirected, gimple_call_lhs (call));
	gimple_call_copy_flags (redirected, call);
	gimple_call_set_must_tail (redirected, false);
	gimple_set_location (redirected, gimple_location (call));
	gimple_set_block (redirected, gimple_block (call));
	gimple_move_vops (redirected, call);
	if (gsi_replace (gsi, redirected, true))
		may_be_unreachable |= gimple_purge_dead_eh_edges (gimple_bb (redirected));
	return true;
}

/* The function of the runtime that is called before another one: it comes back, and once,
 * so that a call of it ends no block. */
static tree
announcing_function (const char *name, tree type)
{
	tree decl = site_runtime_function (name, site_runtime_convention (type));

	DECL_ATTRIBUTES (decl) = tree_cons (get_identifier ("leaf"), NULL_TREE,
					    DECL_ATTRIBUTES (decl));
	return decl;
}

static void
insert_announcement (gimple_stmt_iterator *gsi, gcall *announcement)
{
	gimple_set_location (announcement, gimple_location (gsi_stmt (*gsi)));
	gimple_set_block (announcement, gimple_block (gsi_stmt (*gsi)));
	gsi_insert_before (gsi, announcement, GSI_SAME_STMT);
}

/* Before a call that completes a request the runtime checks that nothing is held:
 *
 *     IofCompleteRequest (irp, 0);      spinrule_completing (&site);
 *                                       IofCompleteRequest (irp, 0);
 */
static bool
announce_completion (gimple_stmt_iterator *gsi, gcall *call, const char *name)
{
	const char *written = spinrule_completion (name);

	if (!written)
		return false;
	if (!completing)
		completing = announcing_function (
			"spinrule_completing",
			build_function_type_list (void_type_node, site_pointer_type (), NULL_TREE));

	tree site = site_address (current_function_decl, place_of (call), written, "");
	insert_announcement (gsi, gimple_build_call (completing, 1, site));
	return true;
}

/* The size of what POINTER points to, as far as its type tells: an array at the end of a
 * struct may be shorter than it says. */
static tree
size_of_target (tree pointer)
{
	tree type = TREE_TYPE (TREE_TYPE (pointer)), size = TYPE_SIZE_UNIT (type), last = NULL_TREE;

	if (RECORD_OR_UNION_TYPE_P (type))
		for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
			if (TREE_CODE (field) == FIELD_DECL)
				last = field;
	if (last && TREE_CODE (type) == RECORD_TYPE && TREE_CODE (TREE_TYPE (last)) == ARRAY_TYPE)
		size = byte_position (last);
	return size && tree_fits_uhwi_p (size) && !integer_zerop (size)
	       ? fold_convert (size_type_node, size) : size_one_node;
}

/* Before a call that frees memory the runtime checks that no lock in it is held:
 *
 *     ExFreePool (object);              spinrule_freeing (object, sizeof *object, &site);
 *                                       ExFreePool (object);
 */
static bool
announce_freeing (gimple_stmt_iterator *gsi, gcall *call, const char *name)
{
	tree memory = gimple_call_num_args (call) ? gimple_call_arg (call, 0) : NULL_TREE;

	if (!memory || !POINTER_TYPE_P (TREE_TYPE (memory)) || !spinrule_frees (name))
		return false;
	if (!freeing)
		freeing = announcing_function (
			"spinrule_freeing",
			build_function_type_list (void_type_node, const_ptr_type_node,
						  size_type_node, site_pointer_type (),
						  NULL_TREE));

	tree site = site_address (current_function_decl, place_of (call), name, "");
	insert_announcement (gsi, gimple_build_call (freeing, 3, memory, size_of_target (memory),
						     site));
	return true;
}

/* Before a call that lowers the IRQL the runtime sees what is given back:
 *
 *     KeLowerIrql (irql);               spinrule_lowering (irql);
 *                                       KeLowerIrql (irql);
 */
static bool
announce_lowering (gimple_stmt_iterator *gsi, gcall *call, const char *name)
{
	tree irql = gimple_call_num_args (call) == 1 ? gimple_call_arg (call, 0) : NULL_TREE;

	if (!irql || !INTEGRAL_TYPE_P (TREE_TYPE (irql)) || !spinrule_lowers (name))
		return false;
	if (!lowering)
		lowering = announcing_function (
			"spinrule_lowering",
			build_function_type_list (void_type_node, unsigned_type_node, NULL_TREE));
	if (!useless_type_conversion_p (unsigned_type_node, TREE_TYPE (irql))) {
		gassign *convert = gimple_build_assign (make_ssa_name (unsigned_type_node),
							NOP_EXPR, irql);

		gimple_set_location (convert, gimple_location (call));
		gsi_insert_before (gsi, convert, GSI_SAME_STMT);
		irql = gimple_assign_lhs (convert);
	}
	insert_announcement (gsi, gimple_build_call (lowering, 1, irql));
	return true;
}

/* Announce the call at GSI to the runtime if that is to know of it. */
static bool
announce (gimple_stmt_iterator *gsi)
{
	gcall *call = as_a<gcall *> (gsi_stmt (*gsi));
	tree fndecl = gimple_call_fndecl (call);
	tree context = fndecl ? DECL_CONTEXT (fndecl) : NULL_TREE;

	if (!fndecl || !DECL_NAME (fndecl)
	    || (context && TREE_CODE (context) != TRANSLATION_UNIT_DECL))
		return false;

	const char *name = IDENTIFIER_POINTER (DECL_NAME (fndecl));
	return announce_completion (gsi, call, name) || announce_freeing (gsi, call, name)
	       || announce_lowering (gsi, call, name);
}

/* ---- references that are no calls ---- */

/* For walk_tree: replace the DDI in *EXPR by its thunk; *CHANGED becomes true if there
 * was one. */
static tree
replace_reference (tree *expr, int *walk_subtrees, bool *changed)
{
	tree decl = TREE_CODE (*expr) == ADDR_EXPR ? TREE_OPERAND (*expr, 0) : *expr;

	if (TYPE_P (*expr)) {
		*walk_subtrees = 0;
		return NULL_TREE;
	}
	const spinrule_ddi *ddi = ddi_reached_by (decl);
	if (!ddi)
		return NULL_TREE;

	tree thunk = thunk_of (ddi, decl);
	TREE_ADDRESSABLE (thunk) = 1;
	/* Constants are shared: make a new one. */
	*expr = decl == *expr ? thunk : build1 (ADDR_EXPR, TREE_TYPE (*expr), thunk);
	*walk_subtrees = 0;
	*changed = true;
	return NULL_TREE;
}

static tree
replace_in_operand (tree *expr, int *walk_subtrees, void *data)
{
	return replace_reference (expr, walk_subtrees, (bool *) ((walk_stmt_info *) data)->info);
}

static tree
replace_in_initialiser (tree *expr, int *walk_subtrees, void *changed)
{
	return replace_reference (expr, walk_subtrees, (bool *) changed);
}

static bool
replace_in_stmt (gimple *stmt)
{
	bool changed = false;
	walk_stmt_info info;

	memset (&info, 0, sizeof info);
	info.info = &changed;
	walk_gimple_op (stmt, replace_in_operand, &info);
	if (changed)
		update_stmt (stmt);
	return changed;
}

static bool
replace_in_phi (gphi *phi)
{
	bool changed = false;

	for (unsigned i = 0; i < gimple_phi_num_args (phi); i++) {
		tree arg = gimple_phi_arg_def (phi, i);
		bool is_ddi = false;

		if (TREE_CODE (arg) == SSA_NAME)
			continue;
		walk_tree_without_duplicates (&arg, replace_in_initialiser, &is_ddi);
		if (is_ddi) {
			SET_PHI_ARG_DEF (phi, i, arg);
			changed = true;
		}
	}
	return changed;
}

static void
redirect_initialisers ()
{
	varpool_node *variable;

	FOR_EACH_VARIABLE (variable) {
		tree decl = variable->decl;
		bool changed = false;

		if (!DECL_INITIAL (decl) || DECL_INITIAL (decl) == error_mark_node)
			continue;
		walk_tree_without_duplicates (&DECL_INITIAL (decl), replace_in_initialiser,
					      &changed);
		if (changed && variable->analyzed && !variable->alias) {
			variable->remove_all_references ();
			record_references_in_initializer (decl, false);
		}
	}
}

/* ---- a function ---- */

/* True if FNDECL is the runtime's, a lock function itself, or the kernel's part of a
 * program that has both. */
static bool
is_left_alone (tree fndecl)
{
	if (DECL_NAME (fndecl)
	    && !strncmp (IDENTIFIER_POINTER (DECL_NAME (fndecl)), "spinrule_", 9))
		return true;
	const spinrule_ddi *ddi = ddi_of_decl (fndecl);
	/* What a lock function without a wrapper does inside is known by its row. */
	return ddi && (spinrule_is_compile_time (ddi) || !DECL_DECLARED_INLINE_P (fndecl));
}

/* Put events around the call at GSI if it is one of a lock function that stays. */
static bool
bracket (gimple_stmt_iterator *gsi, bool *is_on_edge)
{
	const spinrule_ddi *ddi = bracket_ddi (as_a<gcall *> (gsi_stmt (*gsi)));

	if (ddi)
		bracket_call (gsi, ddi, is_on_edge);
	return ddi != NULL;
}

static bool
redirect_function (function *fun)
{
	bool changed = false, is_on_edge = false;
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun) {
		for (gphi_iterator i = gsi_start_phis (bb); !gsi_end_p (i); gsi_next (&i))
			changed |= replace_in_phi (i.phi ());
		for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
			if (is_gimple_call (gsi_stmt (i)) && !gimple_call_internal_p (gsi_stmt (i)))
				changed |= redirect_call (&i) || bracket (&i, &is_on_edge)
					   || announce (&i);
			changed |= replace_in_stmt (gsi_stmt (i));
		}
	}
	if (is_on_edge)
		gsi_commit_edge_inserts ();
	return changed;
}

static void
instrument_function (function *fun)
{
	push_cfun (fun);
	may_be_unreachable = false;

	bool changed = redirect_function (fun);
	changed |= callback_instrument (fun);
	if (changed) {
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

void
instrument_init (const char *plugin_name)
{
	callback_init (plugin_name);
}

void
instrument_unit ()
{
	cgraph_node *node;

	memset (wrappers, 0, sizeof wrappers);
	memset (thunks, 0, sizeof thunks);
	completing = freeing = lowering = NULL_TREE;
	site_start_unit ();
	bracket_start_unit ();
	callback_start_unit ();

	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);

		if (fun && gimple_in_ssa_p (fun) && !is_left_alone (node->decl))
			instrument_function (fun);
	}
	redirect_initialisers ();
	site_end_unit ();
}

std::vector<call_site>
instrument_sites ()
{
	std::vector<call_site> sites;
	std::vector<cgraph_node *> nodes;
	cgraph_node *node;

	/* GCC lists them last first.  */
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		nodes.push_back (node);
	for (size_t i = nodes.size (); i-- > 0; ) {
		tree fndecl = nodes[i]->decl;
		function *fun = DECL_STRUCT_FUNCTION (fndecl);
		basic_block bb;

		if (!fun || !gimple_in_ssa_p (fun) || is_left_alone (fndecl))
			continue;
		push_cfun (fun);
		FOR_EACH_BB_FN (bb, fun)
			for (gimple_stmt_iterator gsi = gsi_start_bb (bb); !gsi_end_p (gsi);
			     gsi_next (&gsi)) {
				gcall *call = dyn_cast<gcall *> (gsi_stmt (gsi));
				const spinrule_ddi *ddi = call ? ddi_to_redirect (call) : NULL;

				if (call && !ddi)
					ddi = bracket_ddi (call);
				if (!ddi)
					continue;
				site_place place = site_of (fndecl, place_of (call));
				sites.push_back (call_site { place, ddi_written (call, ddi),
							     lock_text (call, ddi) });
			}
		pop_cfun ();
	}
	return sites;
}
