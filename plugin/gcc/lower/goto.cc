/* goto.cc - where a computed goto goes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/goto.h"

ggoto *
computed_goto_at_end (basic_block bb)
{
	gimple_stmt_iterator last = gsi_last_nondebug_bb (bb);

	return gsi_end_p (last) ? NULL : dyn_cast<ggoto *> (gsi_stmt (last));
}

/* The labels in declaration order, that is by their numbers. */
struct label_less {
	bool operator() (tree a, tree b) const { return DECL_UID (a) < DECL_UID (b); }
};
typedef std::set<tree, label_less> label_set;

/* The labels that the pointer of a goto may be. */
struct label_search {
	label_set labels;
	std::vector<label_set> tables;
	std::set<unsigned> seen;	/* SSA versions */
};

static tree
label_of (tree value)
{
	STRIP_NOPS (value);
	if (TREE_CODE (value) != ADDR_EXPR || TREE_CODE (TREE_OPERAND (value, 0)) != LABEL_DECL)
		return NULL_TREE;
	return TREE_OPERAND (value, 0);
}

/* The labels in the constant table that REF is an element of.  False if it is none. */
static bool
labels_in_table (tree ref, label_set *labels)
{
	unsigned HOST_WIDE_INT i;
	tree table, element;

	if (TREE_CODE (ref) != ARRAY_REF)
		return false;
	table = TREE_OPERAND (ref, 0);
	if (!VAR_P (table) || !TREE_READONLY (table) || !TREE_STATIC (table)
	    || !DECL_INITIAL (table)
	    || TREE_CODE (DECL_INITIAL (table)) != CONSTRUCTOR)
		return false;
	FOR_EACH_CONSTRUCTOR_VALUE (CONSTRUCTOR_ELTS (DECL_INITIAL (table)), i, element) {
		tree label = label_of (element);

		if (!label)
			return false;
		labels->insert (label);
	}
	return !labels->empty ();
}

/* Add the labels that VALUE may be to SEARCH.  False if it may be others. */
static bool
find_labels (tree value, label_search *search)
{
	if (tree label = label_of (value)) {
		search->labels.insert (label);
		return true;
	}
	if (TREE_CODE (value) != SSA_NAME)
		return false;
	if (!search->seen.insert (SSA_NAME_VERSION (value)).second)
		return true;

	gimple *stmt = SSA_NAME_DEF_STMT (value);
	if (gphi *phi = dyn_cast<gphi *> (stmt)) {
		for (unsigned i = 0; i < gimple_phi_num_args (phi); i++)
			if (!find_labels (gimple_phi_arg_def (phi, i), search))
				return false;
		return true;
	}
	if (gimple_assign_load_p (stmt)) {
		label_set table;

		if (!labels_in_table (gimple_assign_rhs1 (stmt), &table))
			return false;
		search->labels.insert (table.begin (), table.end ());
		search->tables.push_back (table);
		return true;
	}
	return (gimple_assign_cast_p (stmt) || gimple_assign_single_p (stmt))
	       && find_labels (gimple_assign_rhs1 (stmt), search);
}

bool
labels_of_goto (ggoto *stmt, std::vector<tree> *labels)
{
	label_search search;

	if (!find_labels (gimple_goto_dest (stmt), &search) || search.labels.empty ())
		return false;
	/* What a table gives is any of its labels: none of those that come from
	 * elsewhere. */
	for (const label_set &table : search.tables)
		if (table.size () != search.labels.size ())
			return false;
	labels->assign (search.labels.begin (), search.labels.end ());
	return true;
}
