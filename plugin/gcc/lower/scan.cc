/* scan.cc - what the functions of a unit do with memory.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/ddi.h"
#include "source/names.h"
#include "lower/atomic.h"
#include "lower/constant.h"
#include "lower/contained.h"
#include "lower/escape.h"
#include "lower/exception.h"
#include "lower/external.h"
#include "lower/part.h"
#include "lower/scan.h"
#include "lower/target.h"
#include "lower/usage.h"

typedef std::set<tree> tree_set;

/* True if STMT does nothing with addresses that the lock program does not show. */
static bool
keeps_addresses (gimple *stmt)
{
	if (is_gimple_debug (stmt) || gimple_clobber_p (stmt) || ddi_of_call (stmt))
		return true;
	if (!is_gimple_call (stmt))
		return false;
	tree fndecl = gimple_call_fndecl (stmt);
	if (!fndecl || !fndecl_built_in_p (fndecl, BUILT_IN_NORMAL))
		return false;
	switch (DECL_FUNCTION_CODE (fndecl)) {
	case BUILT_IN_MEMSET: case BUILT_IN_MEMCPY: case BUILT_IN_MEMMOVE: case BUILT_IN_MEMCMP:
		/* They return an address they got. */
		return !gimple_call_lhs (stmt);
	default:
		return false;
	}
}

static bool
visit_address (gimple *stmt, tree object, tree, void *data)
{
	tree_set *taken = (tree_set *) data;
	tree base = get_base_address (object);

	if (base && DECL_P (base) && !keeps_addresses (stmt))
		taken->insert (base);
	return false;
}

/* True if CALL is one of a function that the unit, or the driver, has a program of, or
 * may be. */
static bool
stays_in_unit (gimple *call)
{
	tree fndecl = callee_of (as_a<gcall *> (call));
	const char *name;

	return !fndecl || (is_for_link () && !in_system_header_at (DECL_SOURCE_LOCATION (fndecl)))
	       || program_of (fndecl)
	       || annotated_callee (as_a<gcall *> (call), &name);
}

/* True if STMT may let a pointer of the unit hold the address NAME, which it uses. */
static bool
lets_point (gimple *stmt, tree name)
{
	if (is_gimple_debug (stmt) || gimple_code (stmt) == GIMPLE_COND)
		return false;
	if (is_gimple_call (stmt)) {
		atomic does;
		tree word;

		return !keeps_addresses (stmt) && !atomic_of_call (stmt, &does, &word)
		       && stays_in_unit (stmt);
	}
	if (!is_gimple_assign (stmt))
		return true;
	for (unsigned op = 1; op < gimple_num_ops (stmt); op++)
		if (gimple_op (stmt, op) == name)
			return true;
	return false;
}

/* True if the address NAME goes anywhere but into plain accesses. */
static bool
address_goes_on (tree name)
{
	imm_use_iterator i;
	use_operand_p use;

	FOR_EACH_IMM_USE_FAST (use, i, name)
		if (lets_point (USE_STMT (use), name))
			return true;
	return false;
}

static void
look_at_pointer (tree value, bool goes_on)
{
	std::vector<cell> cells;

	if (!goes_on || TREE_CODE (value) != ADDR_EXPR
	    || TREE_CODE (TREE_OPERAND (value, 0)) == FUNCTION_DECL
	    || !is_scalar (element_type (TREE_TYPE (TREE_OPERAND (value, 0)))))
		return;
	cells_of (TREE_OPERAND (value, 0), &cells);
	for (size_t i = 0; i < cells.size (); i++)
		if (cells[i].is_known && !is_private (cells[i]))
			usage_note_pointed_to (cells[i]);
}

static void
scan_privacy (function *fun)
{
	tree_set taken;
	unsigned i;
	tree var;

	visit_addresses (fun, visit_address, &taken);
	FOR_EACH_LOCAL_DECL (fun, i, var)
		if (VAR_P (var) && auto_var_in_fn_p (var, fun->decl) && !taken.count (var))
			note_private_variable (var);
	for (var = DECL_ARGUMENTS (fun->decl); var; var = DECL_CHAIN (var))
		/* A struct is handed from its caller. */
		if (!taken.count (var) && !AGGREGATE_TYPE_P (TREE_TYPE (var)))
			note_private_variable (var);
}

static void
scan_pointed_to (function *fun)
{
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun) {
		for (gphi_iterator p = gsi_start_phis (bb); !gsi_end_p (p); gsi_next (&p))
			for (unsigned i = 0; i < gimple_phi_num_args (p.phi ()); i++)
				look_at_pointer (gimple_phi_arg_def (p.phi (), i), true);
		for (gimple_stmt_iterator s = gsi_start_bb (bb); !gsi_end_p (s); gsi_next (&s)) {
			gimple *stmt = gsi_stmt (s);

			if (gimple_assign_single_p (stmt)
			    && gimple_assign_rhs_code (stmt) == ADDR_EXPR) {
				tree lhs = gimple_assign_lhs (stmt);

				bool goes_on = TREE_CODE (lhs) != SSA_NAME || address_goes_on (lhs);

				look_at_pointer (gimple_assign_rhs1 (stmt), goes_on);
			} else if (is_gimple_call (stmt) && lets_point (stmt, NULL_TREE)) {
				for (unsigned i = 0; i < gimple_call_num_args (stmt); i++)
					look_at_pointer (gimple_call_arg (stmt, i), true);
			}
		}
	}
}

/* All fields of the struct REF are read. */
static void
note_struct (tree ref)
{
	if (!RECORD_OR_UNION_TYPE_P (TREE_TYPE (ref)))
		return;
	for (const member &m : members_of_object (ref))
		usage_note_load (m.where);
}

/* The words that REF, which is one of CELLS, lies in, or that lie in it, are read. */
static void
note_shared (tree ref, const std::vector<cell> &cells)
{
	std::vector<member> words;
	part read;
	HOST_WIDE_INT first;

	/* A block of memory that is copied as an array of bytes. */
	tree object = object_of_words (ref, &first);
	if (object && !is_word (TREE_TYPE (ref)))
		note_struct (object);
	if (is_whole_cell (ref, cells) || !part_of (ref, &read))
		return;
	words_sharing (read, &words);
	for (const member &m : words)
		usage_note_load (m.where);
}

/* A struct that is handed or returned by value. */
static void
scan_handed (gimple *stmt)
{
	if (is_gimple_call (stmt)) {
		tree lhs = gimple_call_lhs (stmt);

		for (unsigned i = 0; i < gimple_call_num_args (stmt); i++) {
			tree arg = gimple_call_arg (stmt, i);

			note_struct (arg);
			/* A block of memory that is copied. */
			if (i == 1 && gimple_call_builtin_p (stmt, BUILT_IN_NORMAL)
			    && TREE_CODE (arg) == ADDR_EXPR)
				note_struct (TREE_OPERAND (arg, 0));
		}
		if (lhs)
			for (const member &m : members_of_type (TREE_TYPE (lhs)))
				usage_note_load (m.where);
	}
	if (greturn *ret = dyn_cast<greturn *> (stmt))
		if (tree value = gimple_return_retval (ret))
			note_struct (value);
}

static void
scan_loads (function *fun)
{
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun)
		for (gimple_stmt_iterator s = gsi_start_bb (bb); !gsi_end_p (s); gsi_next (&s)) {
			std::vector<cell> cells;

			atomic does;
			tree ref;
			scan_handed (gsi_stmt (s));
			if (gimple_assign_load_p (gsi_stmt (s)))
				ref = gimple_assign_rhs1 (gsi_stmt (s));
			else if (!atomic_of_call (gsi_stmt (s), &does, &ref))
				continue;
			/* A copy of an object reads all its fields. */
			if (RECORD_OR_UNION_TYPE_P (TREE_TYPE (ref))
			    && tree_fits_shwi_p (TYPE_SIZE (TREE_TYPE (ref)))) {
				note_struct (ref);
				continue;
			}
			cells_of (ref, &cells);
			note_shared (ref, cells);
			for (size_t i = 0; i < cells.size (); i++)
				usage_note_load (cells[i]);
		}
}

void
scan_begin (bool is_for_link)
{
	cgraph_node *node;

	escape_begin (is_for_link);
	names_of_bodies ();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_privacy (DECL_STRUCT_FUNCTION (node->decl));
	find_contained ();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_pointed_to (DECL_STRUCT_FUNCTION (node->decl));
	cells_forget ();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_loads (DECL_STRUCT_FUNCTION (node->decl));
}

void
scan_end ()
{
	names_clear ();
	targets_end ();
	exceptions_end ();
	usage_clear ();
	escape_begin (false);
	constants_end ();
	cells_forget ();
}
