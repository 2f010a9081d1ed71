/* contained.cc - local variables whose addresses reach only functions of the unit.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/ddi.h"
#include "source/names.h"
#include "lower/atomic.h"
#include "lower/cell.h"
#include "lower/chosen.h"
#include "lower/contained.h"
#include "lower/escape.h"
#include "lower/external.h"
#include "lower/promise.h"
#include "lower/target.h"

/* Pointers to follow for one variable. */
static const size_t max_pointers = 200;

/* The pointers that are loaded from cells, by the cells' names. */
static std::map<const char *, std::vector<tree> > loads;

/* The names of cells that are copied with the struct they are in. */
static std::set<const char *> copied;

/* True if both are known: few units need them. */
static bool has_scanned;

/* The struct REF is copied, or handed on. */
static void
note_copy (tree ref)
{
	if (!RECORD_OR_UNION_TYPE_P (TREE_TYPE (ref)))
		return;
	for (const member &m : members_of_object (ref))
		copied.insert (m.where.name);
}

static void
scan_copies (gimple *stmt)
{
	if (is_gimple_call (stmt))
		for (unsigned i = 0; i < gimple_call_num_args (stmt); i++)
			note_copy (gimple_call_arg (stmt, i));
	else if (greturn *ret = dyn_cast<greturn *> (stmt)) {
		if (gimple_return_retval (ret))
			note_copy (gimple_return_retval (ret));
	} else if (gimple_assign_load_p (stmt)) {
		note_copy (gimple_assign_rhs1 (stmt));
	}
}

static void
scan_loads_in (function *fun)
{
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun)
		for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
			gimple *stmt = gsi_stmt (i);
			std::vector<cell> cells;

			scan_copies (stmt);
			if (!gimple_assign_load_p (stmt)
			    || TREE_CODE (gimple_assign_lhs (stmt)) != SSA_NAME
			    || !POINTER_TYPE_P (TREE_TYPE (gimple_assign_lhs (stmt))))
				continue;
			cells_of (gimple_assign_rhs1 (stmt), &cells);
			for (size_t c = 0; c < cells.size (); c++)
				loads[cells[c].name].push_back (gimple_assign_lhs (stmt));
		}
}

/* Find what is loaded and copied anywhere, once. */
static void
scan_loads ()
{
	cgraph_node *node;

	if (has_scanned)
		return;
	has_scanned = true;
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_loads_in (DECL_STRUCT_FUNCTION (node->decl));
}

/* A variable whose address is followed. */
struct search {
	std::set<tree> pointers;		/* SSA names that may hold the address */
	std::set<const char *> cells;		/* where it may be kept */
	std::set<unsigned> holders;		/* the variables these are in, by DECL_UID */
	handed_parameters needs;		/* of functions that the linker may find */
};

static bool pointer_stays (search *s, tree pointer);

static bool
cell_stays (search *s, tree ref)
{
	std::vector<cell> found;

	scan_loads ();
	cells_of (ref, &found);
	for (size_t i = 0; i < found.size (); i++) {
		tree base = get_base_address (ref);

		/* What an object from elsewhere holds, anybody may read. */
		if (!found[i].is_known || !base || !DECL_P (base) || !auto_var_p (base)
		    || copied.count (found[i].name))
			return false;
		s->holders.insert (DECL_UID (base));
		if (!s->cells.insert (found[i].name).second)
			continue;
		auto known = loads.find (found[i].name);
		if (known == loads.end ())
			continue;
		for (tree loaded : known->second)
			if (!pointer_stays (s, loaded))
				return false;
	}
	return !found.empty ();
}

/* True if parameter NUMBER of the function DECL stays in functions of the unit. */
static bool
parameter_stays (search *s, tree decl, unsigned number)
{
	tree parm = DECL_ARGUMENTS (decl);
	function *fun = DECL_STRUCT_FUNCTION (decl);

	for (; parm && number; number--)
		parm = DECL_CHAIN (parm);
	if (!parm || !fun || !fun->cfg)
		return false;
	if (tree name = ssa_default_def (fun, parm))
		return pointer_stays (s, name);
	/* It is not used, or lives in memory. */
	return !TREE_ADDRESSABLE (parm) || cell_stays (s, parm);
}

/* True if the arguments of CALL that are ADDRESS are among PARAMS. */
static bool
all_are_irqls (gcall *call, tree address, const std::vector<int> &params)
{
	for (int i = 0; i < (int) gimple_call_num_args (call); i++)
		if (gimple_call_arg (call, i) == address
		    && !std::count (params.begin (), params.end (), i))
			return false;
	return true;
}

/* CALL hands ADDRESS to FNDECL, which has no program here.  True if the linker may find
 * one. */
static bool
hand_elsewhere (search *s, gcall *call, tree fndecl, tree address)
{
	if (!is_for_link () || !fndecl || is_of_system (fndecl)
	    || gimple_call_chain (call) == address)
		return false;
	for (unsigned i = 0; i < gimple_call_num_args (call); i++)
		if (gimple_call_arg (call, i) == address)
			s->needs.insert (std::make_pair (std::string (function_name (fndecl)),
							 (int) i));
	return true;
}

static bool
call_keeps (search *s, gcall *call, tree address)
{
	tree fndecl = callee_of (call), lhs = gimple_call_lhs (call);
	tree program = fndecl ? program_of (fndecl) : NULL_TREE;
	atomic does;
	tree word;

	if (gimple_call_fn (call) == address)
		return false;
	if (ddi_of_call (call) || is_of_chosen_ddi (call) || atomic_of_call (call, &does, &word))
		return true;
	if (lhs && POINTER_TYPE_P (TREE_TYPE (lhs))
	    && !(TREE_CODE (lhs) == SSA_NAME ? pointer_stays (s, lhs) : cell_stays (s, lhs)))
		return false;
	if (fndecl && fndecl_built_in_p (fndecl, BUILT_IN_NORMAL))
		switch (DECL_FUNCTION_CODE (fndecl)) {
		case BUILT_IN_MEMSET: case BUILT_IN_MEMCPY: case BUILT_IN_MEMMOVE:
		case BUILT_IN_MEMCMP: case BUILT_IN_ASSUME_ALIGNED:
			return true;
		default:
			return false;
		}
	if (!program) {
		const char *name;
		tree annotated = fndecl ? annotated_callee (call, &name) : NULL_TREE;

		/* It saves an IRQL there, or gives it back. */
		if (annotated)
			return all_are_irqls (call, address, irql_parameters (annotated));
		return hand_elsewhere (s, call, fndecl, address);
	}
	for (unsigned i = 0; i < gimple_call_num_args (call); i++)
		if (gimple_call_arg (call, i) == address
		    && !parameter_stays (s, program, i))
			return false;
	if (gimple_call_chain (call) == address) {
		tree chain = DECL_STRUCT_FUNCTION (program)->static_chain_decl;
		tree name = NULL_TREE;

		if (chain)
			name = ssa_default_def (DECL_STRUCT_FUNCTION (program), chain);
		return !name || pointer_stays (s, name);
	}
	return true;
}

/* True if STMT, which uses ADDRESS as a value, hands it on only to functions of the
 * unit. */
static bool
use_stays (search *s, gimple *stmt, tree address)
{
	if (is_gimple_debug (stmt) || gimple_clobber_p (stmt)
	    || gimple_code (stmt) == GIMPLE_COND || gimple_code (stmt) == GIMPLE_RETURN)
		return true;
	if (gphi *phi = dyn_cast<gphi *> (stmt))
		return pointer_stays (s, gimple_phi_result (phi));
	if (gcall *call = dyn_cast<gcall *> (stmt))
		return call_keeps (s, call, address);
	if (!is_gimple_assign (stmt))
		return false;

	tree lhs = gimple_assign_lhs (stmt);
	bool is_value = false;
	for (unsigned op = 1; op < gimple_num_ops (stmt); op++)
		is_value |= gimple_op (stmt, op) == address;
	/* It is only followed. */
	if (!is_value || TREE_CODE_CLASS (gimple_assign_rhs_code (stmt)) == tcc_comparison)
		return true;
	return TREE_CODE (lhs) == SSA_NAME ? pointer_stays (s, lhs) : cell_stays (s, lhs);
}

static bool
pointer_stays (search *s, tree pointer)
{
	imm_use_iterator i;
	use_operand_p use;

	if (!s->pointers.insert (pointer).second)
		return true;
	if (s->pointers.size () > max_pointers)
		return false;
	FOR_EACH_IMM_USE_FAST (use, i, pointer)
		if (!use_stays (s, USE_STMT (use), pointer))
			return false;
	return true;
}

/* The local variables of one function, and where their addresses are taken. */
typedef std::map<tree, std::vector<std::pair<gimple *, tree> > > taken_addresses;

void
visit_addresses (function *fun, walk_stmt_load_store_addr_fn visit, void *data)
{
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun) {
		for (gphi_iterator p = gsi_start_phis (bb); !gsi_end_p (p); gsi_next (&p))
			walk_stmt_load_store_addr_ops (p.phi (), data, NULL, NULL, visit);
		for (gimple_stmt_iterator s = gsi_start_bb (bb); !gsi_end_p (s); gsi_next (&s))
			walk_stmt_load_store_addr_ops (gsi_stmt (s), data, NULL, NULL, visit);
	}
}

static bool
note_address (gimple *stmt, tree object, tree address, void *data)
{
	taken_addresses *taken = (taken_addresses *) data;
	tree base = get_base_address (object);

	if (base && DECL_P (base))
		(*taken)[base].push_back (std::make_pair (stmt, address));
	return false;
}

/* The operand of STMT that is an address in variable BASE. */
static tree
operand_with (gimple *stmt, tree base)
{
	for (unsigned op = 0; op < gimple_num_ops (stmt); op++) {
		tree operand = gimple_op (stmt, op);

		if (operand && TREE_CODE (operand) == ADDR_EXPR
		    && get_base_address (TREE_OPERAND (operand, 0)) == base)
			return operand;
	}
	return NULL_TREE;
}

static bool
variable_stays (search *s, tree variable, const taken_addresses &taken)
{
	auto found = taken.find (variable);

	if (found == taken.end ())
		return true;
	for (auto &use : found->second) {
		if (gphi *phi = dyn_cast<gphi *> (use.first)) {
			if (!pointer_stays (s, gimple_phi_result (phi)))
				return false;
			continue;
		}
		if (is_gimple_call (use.first)) {
			gcall *call = as_a<gcall *> (use.first);

			/* The same variable may be several arguments. */
			for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
				tree arg = gimple_call_arg (call, i);

				if (TREE_CODE (arg) == ADDR_EXPR
				    && get_base_address (TREE_OPERAND (arg, 0)) == variable
				    && !call_keeps (s, call, arg))
					return false;
			}
			tree chain = gimple_call_chain (call);
			if (chain && TREE_CODE (chain) == ADDR_EXPR
			    && TREE_OPERAND (chain, 0) == variable && !call_keeps (s, call, chain))
				return false;
			continue;
		}
		tree operand = operand_with (use.first, variable);
		if (!operand || !use_stays (s, use.first, operand))
			return false;
	}
	return true;
}

/* True if RESULT of FUN, if it is returned by reference, stays in the unit. */
static bool
result_stays (search *s, function *fun, tree result)
{
	tree name = DECL_BY_REFERENCE (result) ? ssa_default_def (fun, result) : NULL_TREE;

	return !name || pointer_stays (s, name);
}

/* Variables whose addresses others may find in a variable are as open as that is. */
static void
drop_held_elsewhere (std::set<unsigned> *found,
		     const std::map<unsigned, std::set<unsigned> > &holders)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (auto &entry : holders)
			for (unsigned holder : entry.second)
				if (!found->count (holder) && found->erase (entry.first))
					changed = true;
	}
}

/* Parameters of FUN, which other files may call, that stay in the driver. */
static void
find_parameters (function *fun)
{
	int number = 0;

	if (!TREE_PUBLIC (fun->decl))
		return;
	for (tree parm = DECL_ARGUMENTS (fun->decl); parm; parm = DECL_CHAIN (parm), number++) {
		search s;

		if (POINTER_TYPE_P (TREE_TYPE (parm)) && parameter_stays (&s, fun->decl, number)
		    && s.cells.empty ())
			note_stays (stays { fun->decl, number, s.needs });
	}
}

void
find_contained ()
{
	std::set<unsigned> found;	/* by DECL_UID */
	std::map<unsigned, std::set<unsigned> > holders;
	cgraph_node *node;

	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);
		std::vector<tree> variables;
		taken_addresses taken;
		unsigned i;
		tree var;

		if (!fun->cfg)
			continue;
		visit_addresses (fun, note_address, &taken);
		FOR_EACH_LOCAL_DECL (fun, i, var)
			if (VAR_P (var) && auto_var_in_fn_p (var, fun->decl))
				variables.push_back (var);
		for (var = DECL_ARGUMENTS (fun->decl); var; var = DECL_CHAIN (var))
			variables.push_back (var);
		if (DECL_RESULT (fun->decl))
			variables.push_back (DECL_RESULT (fun->decl));
		for (tree variable : variables) {
			search s;

			if (!variable_stays (&s, variable, taken)
			    || (TREE_CODE (variable) == RESULT_DECL
				&& !result_stays (&s, fun, variable)))
				continue;
			if (!s.needs.empty ()) {
				/* What a variable keeps, other files may find there. */
				if (s.cells.empty ())
					note_stays (stays { variable, -1, s.needs });
				continue;
			}
			found.insert (DECL_UID (variable));
			holders[DECL_UID (variable)] = s.holders;
		}
		if (is_for_link ())
			find_parameters (fun);
	}
	drop_held_elsewhere (&found, holders);
	for (unsigned uid : found)
		note_contained_variable (uid);
	loads.clear ();
	copied.clear ();
	has_scanned = false;
}
