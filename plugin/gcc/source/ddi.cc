/* ddi.cc - which calls are calls of spin-lock DDIs.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/ddi.h"

static std::map<unsigned, const spinrule_ddi *> ddi_by_uid;

/* NAME as the assembler sees it without what targets put around it: "*x", "_X@4",
 * "@X@8". */
static const spinrule_ddi *
ddi_by_asmname (const char *name)
{
	const spinrule_ddi *ddi;

	if (*name == '*')
		name++;
	std::string plain (name);
	size_t at = plain.rfind ('@');
	if (at != std::string::npos && at > 0
	    && plain.find_first_not_of ("0123456789", at + 1) == std::string::npos)
		plain.erase (at);
	if (!plain.empty () && plain[0] == '@')
		plain.erase (0, 1);
	ddi = spinrule_ddi_by_name (plain.c_str ());
	if (!ddi && !plain.empty () && plain[0] == '_')
		ddi = spinrule_ddi_by_name (plain.c_str () + 1);
	return ddi;
}

static const spinrule_ddi *
find_ddi (tree decl)
{
	tree context = DECL_CONTEXT (decl);
	const spinrule_ddi *ddi = NULL;

	if (!DECL_NAME (decl)
	    || (context && TREE_CODE (context) == FUNCTION_DECL && !DECL_EXTERNAL (decl)))
		return NULL;
	/* A member, or a function in a namespace, is another function unless its symbol
	 * is the DDI's. */
	if (!context || TREE_CODE (context) == TRANSLATION_UNIT_DECL
	    || TREE_CODE (context) == FUNCTION_DECL
	    || (TREE_CODE (context) == NAMESPACE_DECL && !DECL_CONTEXT (context)))
		ddi = spinrule_ddi_by_name (IDENTIFIER_POINTER (DECL_NAME (decl)));
	if (!ddi && DECL_ASSEMBLER_NAME_SET_P (decl))
		ddi = ddi_by_asmname (IDENTIFIER_POINTER (DECL_ASSEMBLER_NAME (decl)));
	if (ddi)
		return ddi;
	cgraph_node *node = cgraph_node::get (decl);
	tree target = node && node->weakref ? node->alias_target : NULL_TREE;
	if (target && TREE_CODE (target) == IDENTIFIER_NODE)
		return ddi_by_asmname (IDENTIFIER_POINTER (target));
	if (target && TREE_CODE (target) == FUNCTION_DECL && DECL_NAME (target))
		return spinrule_ddi_by_name (IDENTIFIER_POINTER (DECL_NAME (target)));
	return NULL;
}

const spinrule_ddi *
ddi_of_decl (tree decl)
{
	if (!decl || TREE_CODE (decl) != FUNCTION_DECL)
		return NULL;
	auto known = ddi_by_uid.find (DECL_UID (decl));
	if (known != ddi_by_uid.end ())
		return known->second;
	return ddi_by_uid[DECL_UID (decl)] = find_ddi (decl);
}

static bool
is_pointer_arg (gimple *call, int arg)
{
	return arg == SPINRULE_NO_ARG || POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, arg)));
}

/* True if STMT has the arguments that DDI, of a table of one's own, names: else it is
 * said once for each function.  */
static bool
has_arguments (gimple *stmt, const spinrule_ddi *ddi)
{
	static std::set<const spinrule_ddi *> told;
	int n = gimple_call_num_args (stmt);
	int last = std::max ({ ddi->lock, ddi->handle, ddi->irql_arg });

	if (last < n)
		return true;
	if (told.insert (ddi).second)
		warning_at (gimple_location (stmt), OPT_Wattributes,
			    "%qs is called with fewer arguments than its row names, %d: the call is"
			    " not checked",
			    ddi->name, last + 1);
	return false;
}

const spinrule_ddi *
ddi_of_call (gimple *stmt)
{
	if (!is_gimple_call (stmt) || gimple_call_internal_p (stmt))
		return NULL;
	return ddi_of_call_of (stmt, gimple_call_fndecl (stmt));
}

const spinrule_ddi *
ddi_of_call_of (gimple *stmt, tree decl)
{
	const spinrule_ddi *ddi = ddi_of_decl (decl);

	/* A call that does not fit the DDI's declaration is of something else. */
	if (ddi && ddi->row && !has_arguments (stmt, ddi))
		return NULL;
	if (!ddi || (!ddi->row && (int) gimple_call_num_args (stmt) != ddi->params)
	    || !is_pointer_arg (stmt, ddi->handle)
	    || (ddi->group != SPINRULE_GROUP_NUMBERED && !ddi->row
		&& !is_pointer_arg (stmt, ddi->lock))
	    || (ddi->irql == SPINRULE_IRQL_THROUGH && !is_pointer_arg (stmt, ddi->irql_arg)))
		return NULL;
	return ddi;
}
