/* lower-atomic.cc - Interlocked functions and atomic builtins to lock programs: a load, what is computed, a store.
 *
 * Others may change the word between two of them, as they may change any memory: what is found there is as likely what
 * was left there as with plain loads and stores.  Words of system structs (Irp->CancelRoutine) are left out: these are
 * exchanged just because the system does the same at any time.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/atomic.h"
#include "source/lockname.h"
#include "lower/lower.h"
#include "lower/function.h"
#include "source/place.h"

static const struct {
	const char *name;
	atomic does;
} interlocked[] = {
	{ "Increment",       { atomic::COMPUTE,  LOCKPROG_ADD, -1, -1, atomic::NEW } },
	{ "Decrement",       { atomic::COMPUTE,  LOCKPROG_SUB, -1, -1, atomic::NEW } },
	{ "Add",             { atomic::COMPUTE,  LOCKPROG_ADD,  1, -1, atomic::NEW } },
	{ "ExchangeAdd",     { atomic::COMPUTE,  LOCKPROG_ADD,  1, -1, atomic::OLD } },
	{ "And",             { atomic::COMPUTE,  LOCKPROG_AND,  1, -1, atomic::OLD } },
	{ "Or",              { atomic::COMPUTE,  LOCKPROG_OR,   1, -1, atomic::OLD } },
	{ "Xor",             { atomic::COMPUTE,  LOCKPROG_XOR,  1, -1, atomic::OLD } },
	{ "Exchange",        { atomic::EXCHANGE, LOCKPROG_COPY, 1, -1, atomic::OLD } },
	{ "CompareExchange", { atomic::COMPARE,  LOCKPROG_COPY, 1,  2, atomic::OLD } },
}, builtins[] = {
	{ "__sync_add_and_fetch",         { atomic::COMPUTE,  LOCKPROG_ADD,  1, -1, atomic::NEW } },
	{ "__sync_sub_and_fetch",         { atomic::COMPUTE,  LOCKPROG_SUB,  1, -1, atomic::NEW } },
	{ "__sync_and_and_fetch",         { atomic::COMPUTE,  LOCKPROG_AND,  1, -1, atomic::NEW } },
	{ "__sync_or_and_fetch",          { atomic::COMPUTE,  LOCKPROG_OR,   1, -1, atomic::NEW } },
	{ "__sync_xor_and_fetch",         { atomic::COMPUTE,  LOCKPROG_XOR,  1, -1, atomic::NEW } },
	{ "__sync_fetch_and_add",         { atomic::COMPUTE,  LOCKPROG_ADD,  1, -1, atomic::OLD } },
	{ "__sync_fetch_and_sub",         { atomic::COMPUTE,  LOCKPROG_SUB,  1, -1, atomic::OLD } },
	{ "__sync_fetch_and_and",         { atomic::COMPUTE,  LOCKPROG_AND,  1, -1, atomic::OLD } },
	{ "__sync_fetch_and_or",          { atomic::COMPUTE,  LOCKPROG_OR,   1, -1, atomic::OLD } },
	{ "__sync_fetch_and_xor",         { atomic::COMPUTE,  LOCKPROG_XOR,  1, -1, atomic::OLD } },
	{ "__sync_lock_test_and_set",     { atomic::EXCHANGE, LOCKPROG_COPY, 1, -1, atomic::OLD } },
	{ "__sync_lock_release",          { atomic::EXCHANGE, LOCKPROG_COPY, -1, -1, atomic::OLD } },
	{ "__sync_val_compare_and_swap",  { atomic::COMPARE,  LOCKPROG_COPY, 2,  1, atomic::OLD } },
	{ "__sync_bool_compare_and_swap", { atomic::COMPARE,  LOCKPROG_COPY, 2,  1, atomic::TRUTH } },
	{ "__atomic_add_fetch",           { atomic::COMPUTE,  LOCKPROG_ADD,  1, -1, atomic::NEW } },
	{ "__atomic_sub_fetch",           { atomic::COMPUTE,  LOCKPROG_SUB,  1, -1, atomic::NEW } },
	{ "__atomic_and_fetch",           { atomic::COMPUTE,  LOCKPROG_AND,  1, -1, atomic::NEW } },
	{ "__atomic_or_fetch",            { atomic::COMPUTE,  LOCKPROG_OR,   1, -1, atomic::NEW } },
	{ "__atomic_xor_fetch",           { atomic::COMPUTE,  LOCKPROG_XOR,  1, -1, atomic::NEW } },
	{ "__atomic_fetch_add",           { atomic::COMPUTE,  LOCKPROG_ADD,  1, -1, atomic::OLD } },
	{ "__atomic_fetch_sub",           { atomic::COMPUTE,  LOCKPROG_SUB,  1, -1, atomic::OLD } },
	{ "__atomic_fetch_and",           { atomic::COMPUTE,  LOCKPROG_AND,  1, -1, atomic::OLD } },
	{ "__atomic_fetch_or",            { atomic::COMPUTE,  LOCKPROG_OR,   1, -1, atomic::OLD } },
	{ "__atomic_fetch_xor",           { atomic::COMPUTE,  LOCKPROG_XOR,  1, -1, atomic::OLD } },
	{ "__atomic_exchange",            { atomic::EXCHANGE, LOCKPROG_COPY, 1, -1, atomic::OLD } },
	{ "__atomic_store",               { atomic::EXCHANGE, LOCKPROG_COPY, 1, -1, atomic::OLD } },
};

/* NAME without "_4": the builtins of each size do the same. */
static std::string
without_size (const char *name)
{
	size_t end = strlen (name);

	while (end > 0 && ISDIGIT (name[end - 1]))
		end--;
	return std::string (name, end > 0 && name[end - 1] == '_' && name[end] ? end - 1 : strlen (name));
}

/* The part of NAME that says what an Interlocked function does: "CompareExchange" of "_InterlockedCompareExchangePointer"; "" if
 * it is another function. */
static std::string
interlocked_part (const char *name)
{
	static const char *const kinds[] = { "Pointer", "64", "Acquire", "Release", "NoFence" };

	name += *name == '_';
	if (strncmp (name, "Interlocked", 11))
		return "";
	std::string part (name + 11);
	for (bool is_shorter = true; is_shorter; ) {
		is_shorter = false;
		for (const char *kind : kinds) {
			size_t n = strlen (kind);

			if (part.size () > n && !part.compare (part.size () - n, n, kind)) {
				part.resize (part.size () - n);
				is_shorter = true;
			}
		}
	}
	return part;
}

static bool
atomic_of_name (tree fndecl, atomic *found)
{
	const char *name = IDENTIFIER_POINTER (DECL_NAME (fndecl));

	if (fndecl_built_in_p (fndecl, BUILT_IN_NORMAL)) {
		if (strncmp (name, "__sync_", 7) && strncmp (name, "__atomic_", 9))
			return false;
		std::string stem = without_size (name);
		for (const auto &row : builtins)
			if (stem == row.name)
				return *found = row.does, true;
		return false;
	}
	std::string part = interlocked_part (name);
	if (part.empty ())
		return false;
	for (const auto &row : interlocked)
		if (part == row.name)
			return *found = row.does, true;
	return false;
}

/* What the pointer ADDR points to, as the field or variable that it is where that is known; NULL_TREE if it is no word. */
static tree
word_at (tree addr)
{
	tree type = TREE_TYPE (addr), word;
	cell c;

	STRIP_NOPS (addr);
	if (TREE_CODE (addr) == ADDR_EXPR) {
		word = TREE_OPERAND (addr, 0);
	} else {
		if (cell_at (addr, &c) && c.is_known)
			type = c.type;
		else if (POINTER_TYPE_P (type))
			type = TREE_TYPE (type);
		if (!is_word (type) || TREE_CODE (addr) != SSA_NAME)
			return NULL_TREE;
		word = build2 (MEM_REF, TYPE_MAIN_VARIANT (type), addr, build_int_cst (TREE_TYPE (addr), 0));
	}
	if (!is_word (TREE_TYPE (word)))
		return NULL_TREE;
	/* That others change it at any time is why it is exchanged so. */
	if (TREE_THIS_VOLATILE (word)) {
		word = copy_node (word);
		TREE_THIS_VOLATILE (word) = 0;
	}
	return word;
}

bool
atomic_of_call (gimple *call, atomic *found, tree *word)
{
	tree fndecl = is_gimple_call (call) ? gimple_call_fndecl (call) : NULL_TREE;

	if (!fndecl || !DECL_NAME (fndecl) || !atomic_of_name (fndecl, found)
	    || (int) gimple_call_num_args (call) <= std::max (std::max (found->operand, found->comparand), 0)
	    || !POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, 0))))
		return false;
	for (int i : { found->operand, found->comparand })
		if (i >= 0 && !is_word (TREE_TYPE (gimple_call_arg (call, i))))
			return false;
	*word = word_at (gimple_call_arg (call, 0));
	/* It may do that to a part of the word. */
	tree type = found->operand >= 0 ? TREE_TYPE (gimple_call_arg (call, found->operand)) : TREE_TYPE (TREE_TYPE (fndecl));
	return *word && (VOID_TYPE_P (type) || simple_cst_equal (TYPE_SIZE (type), TYPE_SIZE (TREE_TYPE (*word))) == 1);
}

/* An Interlocked function or an atomic builtin.  False if CALL is none whose word is one cell. */
bool
function_lowering::lower_atomic (gcall *call)
{
	tree word, lhs = gimple_call_lhs (call);
	lockprog_place place = place_at (place_of (call));
	std::vector<cell> cells;
	atomic does;

	if (!atomic_of_call (call, &does, &word))
		return false;
	cells_of (word, &cells);
	if (!is_whole_cell (word, cells) || cells[0].is_system)
		return false;

	lockprog_type type = word_type (TREE_TYPE (word)), truth = { 1, false, false };
	int from = address (word), written, result;
	int old = lockprog_add_value (program, NULL, expr_text (word), type, LOCKPROG_LOAD, from, -1);
	program->values[old].class_ = class_number (cells[0]);
	lockprog_define (program, at, old, place);

	if (does.operand >= 0)
		written = cast (operand (gimple_call_arg (call, does.operand)), type);
	else
		written = constant (type, does.what == atomic::COMPUTE);
	if (does.what == atomic::COMPUTE)
		written = add (type, does.expr, old, written);
	result = does.gives == atomic::NEW ? written : old;
	if (does.what == atomic::COMPARE) {
		int comparand = cast (operand (gimple_call_arg (call, does.comparand)), type);
		int is_equal = add (truth, LOCKPROG_EQ, old, comparand), on_true, on_false;

		if (does.gives == atomic::TRUTH)
			result = is_equal;
		/* Where it writes what is there, it is a way to read. */
		if (comparand != written) {
			branch_on (is_equal, place, &on_true, &on_false);
			at = on_true;
			lower_store (call, word, written);
			lockprog_add_edge (program, at, on_false);
			at = on_false;
		}
	} else {
		lower_store (call, word, written);
	}
	if (!lhs || !is_word (TREE_TYPE (lhs)))
		return true;
	if (TREE_CODE (lhs) == SSA_NAME)
		define (ssa_value (lhs), LOCKPROG_COPY, result, -1);
	else
		lower_store (call, lhs, cast (result, word_type (TREE_TYPE (lhs))));
	return true;
}
