/* usage.cc - what the functions of a unit do with memory.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/ddi.h"
#include "source/names.h"
#include "lower/atomic.h"
#include "lower/call.h"
#include "lower/contained.h"
#include "lower/exception.h"
#include "lower/external.h"
#include "lower/target.h"
#include "lower/usage.h"

typedef std::set<tree> tree_set;

static std::set<unsigned> private_variables, contained_variables;	/* by DECL_UID */
/* By name, in the order of the names: what is made from them is the same each time. */
struct by_text {
	bool operator() (const char *a, const char *b) const { return strcmp (a, b) < 0; }
};
static std::map<const char *, cell, by_text> loaded;
static std::set<const char *> loaded_classes;
static std::map<const char *, cell, by_text> pointed_to;	/* by name */
static std::map<tree, tree_set> parts;
static std::vector<stays> stays_if_linked;
/* Loaded fields of records that lie in a union, by the union. */
static std::map<tree, std::vector<cell> > loaded_in;
static bool is_for_link;

bool
is_private_variable (tree decl)
{
	return VAR_P (decl) || TREE_CODE (decl) == PARM_DECL || TREE_CODE (decl) == RESULT_DECL
		? private_variables.count (DECL_UID (decl)) != 0 : false;
}

bool
is_contained_variable (tree decl)
{
	return DECL_P (decl) && contained_variables.count (DECL_UID (decl)) != 0;
}

const std::vector<stays> &
usage_stays ()
{
	return stays_if_linked;
}

bool
is_volatile (tree ref)
{
	tree base = TREE_THIS_VOLATILE (ref) ? get_base_address (ref) : NULL_TREE;

	return TREE_THIS_VOLATILE (ref)
	       && !(base && DECL_P (base)
		    && (is_private_variable (base) || is_contained_variable (base)));
}

bool
is_pointed_to (const char *name)
{
	return pointed_to.count (name) != 0;
}

void
usage_pointed_to (std::vector<cell> *found)
{
	for (auto &entry : pointed_to)
		found->push_back (entry.second);
}

bool
is_loaded (const cell &c)
{
	return loaded.count (c.name) != 0 || loaded_classes.count (c.class_name) != 0
	       || (is_for_link && !is_private (c));
}

bool
usage_is_for_link ()
{
	return is_for_link;
}

/* The record types of which objects of TYPE, a record or union, have one in them, and
 * itself. */
static const tree_set &
parts_of (tree type)
{
	auto known = parts.find (type);

	if (known != parts.end ())
		return known->second;
	tree_set &made = parts[type];
	made.insert (type);
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field)) {
		if (TREE_CODE (field) != FIELD_DECL)
			continue;
		tree inner = TYPE_MAIN_VARIANT (element_type (TREE_TYPE (field)));
		if (!RECORD_OR_UNION_TYPE_P (inner) || inner == type)
			continue;
		const tree_set &others = parts_of (inner);
		made.insert (others.begin (), others.end ());
	}
	return made;
}

/* True if an object of TYPE has one of record type PART in it. */
static bool
contains (tree type, tree part)
{
	type = TYPE_MAIN_VARIANT (element_type (type));
	return type == part || (RECORD_OR_UNION_TYPE_P (type) && parts_of (type).count (part));
}

void
loaded_cells_in (tree type, std::vector<cell> *found)
{
	for (auto &entry : loaded)
		if (entry.second.owner && !entry.second.variable
		    && contains (type, entry.second.owner))
			found->push_back (entry.second);
}

void
loaded_cells_of_variable (tree variable, std::vector<cell> *found)
{
	for (auto &entry : loaded)
		if (entry.second.variable == variable)
			found->push_back (entry.second);
}

void
overlapping_cells (const cell &written, std::vector<cell> *found)
{
	if (!written.in_union)
		return;
	auto known = loaded_in.find (written.in_union);
	if (known == loaded_in.end ()) {
		known = loaded_in.emplace (written.in_union, std::vector<cell> ()).first;
		for (auto &entry : loaded)
			if (entry.second.owner && contains (written.in_union, entry.second.owner))
				known->second.push_back (entry.second);
	}
	for (const cell &c : known->second)
		if (c.name != written.name && c.variable == written.variable)
			found->push_back (c);
}

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

	return !fndecl || (is_for_link && !in_system_header_at (DECL_SOURCE_LOCATION (fndecl)))
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
note_pointed_to (tree value, bool goes_on)
{
	std::vector<cell> cells;

	if (!goes_on || TREE_CODE (value) != ADDR_EXPR
	    || TREE_CODE (TREE_OPERAND (value, 0)) == FUNCTION_DECL
	    || !is_scalar (element_type (TREE_TYPE (TREE_OPERAND (value, 0)))))
		return;
	cells_of (TREE_OPERAND (value, 0), &cells);
	for (size_t i = 0; i < cells.size (); i++)
		if (cells[i].is_known && !is_private (cells[i]))
			pointed_to[cells[i].name] = cells[i];
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
			private_variables.insert (DECL_UID (var));
	for (var = DECL_ARGUMENTS (fun->decl); var; var = DECL_CHAIN (var))
		/* A struct is handed from its caller. */
		if (!taken.count (var) && !AGGREGATE_TYPE_P (TREE_TYPE (var)))
			private_variables.insert (DECL_UID (var));
}

static void
scan_pointed_to (function *fun)
{
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun) {
		for (gphi_iterator p = gsi_start_phis (bb); !gsi_end_p (p); gsi_next (&p))
			for (unsigned i = 0; i < gimple_phi_num_args (p.phi ()); i++)
				note_pointed_to (gimple_phi_arg_def (p.phi (), i), true);
		for (gimple_stmt_iterator s = gsi_start_bb (bb); !gsi_end_p (s); gsi_next (&s)) {
			gimple *stmt = gsi_stmt (s);

			if (gimple_assign_single_p (stmt)
			    && gimple_assign_rhs_code (stmt) == ADDR_EXPR) {
				tree lhs = gimple_assign_lhs (stmt);

				bool goes_on = TREE_CODE (lhs) != SSA_NAME || address_goes_on (lhs);

				note_pointed_to (gimple_assign_rhs1 (stmt), goes_on);
			} else if (is_gimple_call (stmt) && lets_point (stmt, NULL_TREE)) {
				for (unsigned i = 0; i < gimple_call_num_args (stmt); i++)
					note_pointed_to (gimple_call_arg (stmt, i), true);
			}
		}
	}
}

static void
note_load (const cell &c)
{
	loaded[c.name] = c;
	loaded_classes.insert (c.class_name);
}

/* All fields of the struct REF are read. */
static void
note_struct (tree ref)
{
	std::vector<member> members;

	if (RECORD_OR_UNION_TYPE_P (TREE_TYPE (ref)))
		members_of_object (ref, &members);
	for (size_t i = 0; i < members.size (); i++)
		note_load (members[i].where);
}

/* A struct that is handed or returned by value. */
static void
scan_handed (gimple *stmt)
{
	if (is_gimple_call (stmt)) {
		tree lhs = gimple_call_lhs (stmt);
		std::vector<member> members;

		for (unsigned i = 0; i < gimple_call_num_args (stmt); i++) {
			tree arg = gimple_call_arg (stmt, i);

			note_struct (arg);
			/* A block of memory that is copied. */
			if (i == 1 && gimple_call_builtin_p (stmt, BUILT_IN_NORMAL)
			    && TREE_CODE (arg) == ADDR_EXPR)
				note_struct (TREE_OPERAND (arg, 0));
		}
		if (lhs)
			members_of_type (TREE_TYPE (lhs), &members);
		for (const member &m : members)
			note_load (m.where);
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
			/* Words of a variable that are read as one. */
			if (TREE_CODE (ref) == MEM_REF
			    && TREE_CODE (TREE_OPERAND (ref, 0)) == ADDR_EXPR)
				note_struct (TREE_OPERAND (TREE_OPERAND (ref, 0), 0));
			cells_of (ref, &cells);
			for (size_t i = 0; i < cells.size (); i++)
				note_load (cells[i]);
			if (TREE_CODE (ref) == BIT_FIELD_REF) {
				std::vector<member> members;

				members_of (TREE_OPERAND (ref, 0),
					    tree_to_uhwi (TREE_OPERAND (ref, 2)),
					    tree_to_uhwi (TREE_OPERAND (ref, 1)), false, &members);
				for (size_t i = 0; i < members.size (); i++)
					note_load (members[i].where);
			}
		}
}

void
usage_begin (bool for_link)
{
	cgraph_node *node;

	is_for_link = for_link;
	names_of_bodies ();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_privacy (DECL_STRUCT_FUNCTION (node->decl));
	find_contained (&contained_variables, &stays_if_linked);
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_pointed_to (DECL_STRUCT_FUNCTION (node->decl));
	cells_forget ();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_loads (DECL_STRUCT_FUNCTION (node->decl));
}

void
usage_end ()
{
	is_for_link = false;
	names_clear ();
	targets_end ();
	exceptions_end ();
	private_variables.clear ();
	loaded.clear ();
	pointed_to.clear ();
	loaded_classes.clear ();
	contained_variables.clear ();
	stays_if_linked.clear ();
	parts.clear ();
	loaded_in.clear ();
	cells_forget ();
}
