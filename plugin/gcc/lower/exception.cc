/* exception.cc - C++ exceptions that are caught while a lock is held.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "except.h"
#include "source/ddi.h"
#include "lower/call.h"
#include "lower/exception.h"
#include "lower/target.h"

/* Locks that are held at most; more count as so many. */
static const int max_held = 8;

struct effects {
	bool acquires, releases, throws;
};

/* Those of the unit's functions, with their callees'; empty until they are asked for. */
static std::map<function *, effects> known;

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

/* The function of the unit that CALL calls, or NULL. */
static function *
function_of_call (gcall *call)
{
	tree decl = ddi_of_call (call) ? NULL_TREE : callee_of (call);
	tree body = decl ? program_of (decl) : NULL_TREE;
	function *fun = body ? DECL_STRUCT_FUNCTION (body) : NULL;

	return fun && fun->cfg ? fun : NULL;
}

/* What CALL does, which calls no function of the unit. */
static effects
effects_of_unseen (gcall *call)
{
	effects found = effects ();

	if (const spinrule_ddi *ddi = ddi_of_call (call)) {
		found.acquires = ddi->op == SPINRULE_OP_ACQUIRE || ddi->op == SPINRULE_OP_TRY;
		found.releases = ddi->op == SPINRULE_OP_RELEASE;
	} else {
		found.throws = unseen_throws (callee_of (call));
	}
	return found;
}

/* Add FROM to INTO.  Returns true if INTO has become more. */
static bool
add_effects (effects *into, const effects &from)
{
	effects before = *into;

	into->acquires |= from.acquires;
	into->releases |= from.releases;
	into->throws |= from.throws;
	return before.acquires != into->acquires || before.releases != into->releases
	       || before.throws != into->throws;
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
		effects &found = known[fun];
		FOR_EACH_BB_FN (bb, fun)
			for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i);
			     gsi_next (&i)) {
				gcall *call = dyn_cast<gcall *> (gsi_stmt (i));

				if (!call)
					continue;
				if (function *callee = function_of_call (call))
					callers[callee].push_back (fun);
				else
					add_effects (&found, effects_of_unseen (call));
			}
		work.push_back (fun);
	}
	while (!work.empty ()) {
		function *fun = work.back ();

		work.pop_back ();
		for (function *caller : callers[fun])
			if (add_effects (&known[caller], known[fun]))
				work.push_back (caller);
	}
}

static effects
effects_of (gcall *call)
{
	function *callee = function_of_call (call);

	if (!callee)
		return effects_of_unseen (call);
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
	effects does = effects_of (as_a<gcall *> (stmt));
	held += does.acquires - does.releases;
	return std::max (0, std::min (held, max_held));
}

bool
may_throw (gimple *stmt)
{
	return !is_gimple_call (stmt) || effects_of (as_a<gcall *> (stmt)).throws;
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
	/* By the block's index: the most locks that are held at its start, or -1. */
	std::vector<int> held (last_basic_block_for_fn (fun), -1);
	std::vector<basic_block> work;
	edge_iterator i;
	edge e;

	if (!fun->eh || !fun->eh->region_tree)
		return false;
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
