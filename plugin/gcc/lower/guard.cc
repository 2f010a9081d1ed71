/* guard.cc - writes to fields and variables that a lock guards.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "source/guards.h"
#include "source/lockname.h"
#include "source/place.h"
#include "lower/expression.h"
#include "lower/guard.h"
#include "lower/promise.h"
#include "lower/target.h"

bool
guards_matter ()
{
	return !args.is_disabled[SPINRULE_UNGUARDED] && guards_seen ();
}

/* LOCK, as the annotation of a member of an object has it, in the words for that member:
 * "Lock" is "ext->Lock" for "ext->Count". */
static std::string
in_words_of (const std::string &lock, tree member, const char *words)
{
	std::string text = words ? words : "";
	size_t start = lock.find_first_not_of (" &");
	const char *name = DECL_NAME (member) ? IDENTIFIER_POINTER (DECL_NAME (member)) : "";
	size_t length = strlen (name);

	if (!length || text.size () <= length || text.compare (text.size () - length, length, name)
	    || start == std::string::npos || !(ISALPHA (lock[start]) || lock[start] == '_'))
		return lock;
	return text.substr (0, text.size () - length) + lock.substr (start);
}

/* Note that STMT writes REF, if DECL, the variable that it is or its member, is
 * guarded. */
static void
note_write (function_lowering &l, gimple *stmt, tree ref, tree decl)
{
	const std::string *lock = guard_of (decl);
	promised_lock found;

	if (!lock)
		return;
	tree object = TREE_CODE (decl) == FIELD_DECL ? TREE_OPERAND (ref, 0) : NULL_TREE;
	expression e (&l, decl, -1, -1);
	bool is_of_object = object && e.begins_with_member (object, *lock);
	if (!e.lock (*lock, &found)) {
		if (!e.bad.empty ())
			annotation_warn (decl, *lock, e.bad);
		return;
	}
	const char *words = expr_text (ref);
	std::string name = is_of_object ? in_words_of (*lock, decl, words) : *lock;
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_PROMISE,
					   place_at (place_of (stmt)));
	op->promise = LOCKPROG_GUARDS;
	op->is_held = true;
	op->address = found.address;
	op->class_ = found.class_;
	op->text = lock_words (name);
	op->written = words ? words : lockprog_string (IDENTIFIER_POINTER (DECL_NAME (decl)));
}

/* STMT writes to REF. */
static void
note_ref (function_lowering &l, gimple *stmt, tree ref)
{
	for (; handled_component_p (ref); ref = TREE_OPERAND (ref, 0))
		if (TREE_CODE (ref) == COMPONENT_REF)
			note_write (l, stmt, ref, TREE_OPERAND (ref, 1));
	if (TREE_CODE (ref) == MEM_REF && TREE_CODE (TREE_OPERAND (ref, 0)) == ADDR_EXPR)
		ref = TREE_OPERAND (TREE_OPERAND (ref, 0), 0);
	if (VAR_P (ref))
		note_write (l, stmt, ref, ref);
}

/* True if REF is, or lies in, what parameter PARM of the function points to. */
static bool
is_through (tree ref, tree parm)
{
	tree base = get_base_address (ref);

	if (!base || TREE_CODE (base) != MEM_REF || TREE_CODE (TREE_OPERAND (base, 0)) != SSA_NAME)
		return false;
	base = TREE_OPERAND (base, 0);
	return SSA_NAME_IS_DEFAULT_DEF (base) && SSA_NAME_VAR (base) == parm;
}

/* True if FNDECL writes through its parameter NUMBER before its first branch. */
static bool
writes_through (tree fndecl, unsigned number)
{
	function *fun = DECL_STRUCT_FUNCTION (fndecl);
	tree parm = DECL_ARGUMENTS (fndecl);

	while (parm && number--)
		parm = DECL_CHAIN (parm);
	if (!parm || !fun || !fun->cfg || !gimple_in_ssa_p (fun))
		return false;
	basic_block bb = ENTRY_BLOCK_PTR_FOR_FN (fun);
	while (single_succ_p (bb) && single_pred_p (single_succ (bb))
	       && single_succ (bb) != EXIT_BLOCK_PTR_FOR_FN (fun)) {
		bb = single_succ (bb);
		for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
			tree lhs = gimple_get_lhs (gsi_stmt (i));

			if (lhs && TREE_CODE (lhs) != SSA_NAME && is_through (lhs, parm))
				return true;
		}
	}
	return false;
}

void
lower_guards (function_lowering &l, gimple *stmt)
{
	if (!guards_matter () || gimple_clobber_p (stmt))
		return;
	tree lhs = gimple_get_lhs (stmt);
	if (lhs && TREE_CODE (lhs) != SSA_NAME)
		note_ref (l, stmt, lhs);
	gcall *call = dyn_cast<gcall *> (stmt);
	tree fndecl = call ? callee_of (call) : NULL_TREE;
	for (unsigned i = 0; fndecl && i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);

		if (TREE_CODE (arg) == SSA_NAME && gimple_assign_single_p (SSA_NAME_DEF_STMT (arg)))
			arg = gimple_assign_rhs1 (SSA_NAME_DEF_STMT (arg));
		if (TREE_CODE (arg) == ADDR_EXPR && writes_through (fndecl, i))
			note_ref (l, stmt, TREE_OPERAND (arg, 0));
	}
}
