/* exception.cc - C++ exceptions that are caught while a lock is held.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "except.h"
#include "source/ddi.h"
#include "lower/exception.h"
#include "lower/target.h"

/* Locks that are held at most; more count as so many. */
static const int max_held = 8;

/* What a call may do, a bit each. */
enum { ACQUIRES = 1, RELEASES = 2, THROWS = 4 };

/* What the unit's functions do, with their callees; empty until it is asked for. */
static std::map<function *, unsigned> known;

/* True if a call of DECL, which has no body here, may throw. */
static bool
unseen_throws (tree decl)
{
	if (!decl)
		return true;
	if (!DECL_ASSEMBLER_NAME_SET_P (decl))
		return false;
	const char *name = IDENTIFIER_POINTER (DECL_ASSEMBLER_NAME (decl));
	/* Set as they are, and with i386's underscore. */
	name += name[0] == '*';
	name += startswith (name, "__Z") || startswith (name, "___cxa");
	return !TREE_NOTHROW (decl)
	       && (startswith (name, "_Z") || startswith (name, "__cxa_throw")
		   || startswith (name, "__cxa_rethrow"));
}

/* What CALL does itself; *CALLEE is the function of the unit that it calls, or NULL. */
static unsigned
direct_effects (gcall *call, function **callee)
{
	*callee = NULL;
	if (const spinrule_ddi *ddi = ddi_of_call (call)) {
		if (ddi->op == SPINRULE_OP_ACQUIRE || ddi->op == SPINRULE_OP_TRY)
			return ACQUIRES;
		return ddi->op == SPINRULE_OP_RELEASE ? RELEASES : 0;
	}
	tree decl = callee_of (call);
	tree body = decl ? program_of (decl) : NULL_TREE;
	function *fun = body ? DECL_STRUCT_FUNCTION (body) : NULL;
	if (fun && fun->cfg) {
		*callee = fun;
		return 0;
	}
	return unseen_throws (decl) ? THROWS : 0;
}

/* Find what all functions of the unit do: callers do what their callees do. */
static void
find_effects ()
{
	std::map<function *, std::vector<function *> > callers;
	std::vector<function *> work;
	cgraph_node *node;
	basic_block bb;

	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);

		if (!fun->cfg)
			continue;
		unsigned &found = known[fun];
		FOR_EACH_BB_FN (bb, fun)
			for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i);
			     gsi_next (&i)) {
				gcall *call = dyn_cast<gcall *> (gsi_stmt (i));
				function *callee;

				if (!call)
					continue;
				found |= direct_effects (call, &callee);
				if (callee)
					callers[callee].push_back (fun);
			}
		work.push_back (fun);
	}
	while (!work.empty ()) {
		const unsigned found = known[work.back ()];
		const std::vector<function *> &all = callers[work.back ()];

		work.pop_back ();
		for (function *caller : all)
			if (found & ~known[caller]) {
				known[caller] |= found;
				work.push_back (caller);
			}
	}
}

static unsigned
effects_of (gcall *call)
{
	function *callee;
	unsigned direct = direct_effects (call, &callee);

	if (!callee)
		return direct;
	if (known.empty ())
		find_effects ();
	return known[callee];
}

void
exceptions_end ()
{
	known.clear ();
}

/* How many locks are held after STMT, where HELD are before. */
static int
held_after (gimple *stmt, int held)
{
	if (!is_gimple_call (stmt))
		return held;
	unsigned does = effects_of (as_a<gcall *> (stmt));
	held += !!(does & ACQUIRES) - !!(does & RELEASES);
	return std::max (0, std::min (held, max_held));
}

bool
may_throw (gimple *stmt)
{
	return !is_gimple_call (stmt) || (effects_of (as_a<gcall *> (stmt)) & THROWS);
}

static bool
is_begin_catch (gimple *stmt)
{
	tree decl = is_gimple_call (stmt) ? gimple_call_fndecl (stmt) : NULL_TREE;

	return decl && DECL_NAME (decl) && id_equal (DECL_NAME (decl), "__cxa_begin_catch");
}

bool
catches_with_lock (function *fun)
{
	if (!fun->eh || !fun->eh->region_tree)
		return false;

	/* By the block's index: the most locks that are held at its start, or -1. */
	std::vector<int> held (last_basic_block_for_fn (fun), -1);
	std::vector<basic_block> work;
	edge_iterator i;
	edge e;

	work.push_back (ENTRY_BLOCK_PTR_FOR_FN (fun));
	held[ENTRY_BLOCK] = 0;
	while (!work.empty ()) {
		basic_block bb = work.back ();
		int before = held[bb->index], after = before;
		gimple *last = NULL;

		work.pop_back ();
		for (gimple_stmt_iterator s = gsi_start_bb (bb); !gsi_end_p (s); gsi_next (&s)) {
			last = gsi_stmt (s);
			if (is_begin_catch (last) && after > 0)
				return true;
			before = after;
			after = held_after (last, after);
		}
		FOR_EACH_EDGE (e, i, bb->succs) {
			bool is_thrown = e->flags & EDGE_EH;
			/* It may throw before or after what it does to locks. */
			int there = is_thrown ? std::max (before, after) : after;

			if ((is_thrown && last && !may_throw (last))
			    || held[e->dest->index] >= there)
				continue;
			held[e->dest->index] = there;
			work.push_back (e->dest);
		}
	}
	return false;
}
