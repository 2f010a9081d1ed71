/* atomic.cc - calls that read a word of memory and write it in one step.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/lockname.h"
#include "source/place.h"
#include "lower/atomic.h"
#include "lower/memory.h"

/* Rows of atomic.def; the table that is not being made is left out. */
#define ROW(NAME, WHAT, EXPR, OPERAND, COMPARAND, GIVES) \
	{ NAME, { atomic::WHAT, LOCKPROG_##EXPR, OPERAND, COMPARAND, atomic::GIVES } },

static const struct atomic_row {
	const char *name;
	atomic does;
} interlocked[] = {
#define SPINRULE_INTERLOCKED ROW
#define SPINRULE_ATOMIC_BUILTIN(NAME, WHAT, EXPR, OPERAND, COMPARAND, GIVES)
#define SPINRULE_INTERLOCKED_SUFFIX(TEXT)
#include "lower/atomic.def"
}, builtins[] = {
#define SPINRULE_INTERLOCKED(NAME, WHAT, EXPR, OPERAND, COMPARAND, GIVES)
#define SPINRULE_ATOMIC_BUILTIN ROW
#define SPINRULE_INTERLOCKED_SUFFIX(TEXT)
#include "lower/atomic.def"
};

static const char *const suffixes[] = {
#define SPINRULE_INTERLOCKED(NAME, WHAT, EXPR, OPERAND, COMPARAND, GIVES)
#define SPINRULE_ATOMIC_BUILTIN(NAME, WHAT, EXPR, OPERAND, COMPARAND, GIVES)
#define SPINRULE_INTERLOCKED_SUFFIX(TEXT) TEXT,
#include "lower/atomic.def"
};

/* NAME without "_4": the builtins of each size do the same. */
static std::string
without_size (const char *name)
{
	size_t end = strlen (name);

	while (end > 0 && ISDIGIT (name[end - 1]))
		end--;
	return std::string (name,
			    end > 0 && name[end - 1] == '_' && name[end] ? end - 1 : strlen (name));
}

/* NAME as in atomic.def: "CompareExchange" for "_InterlockedCompareExchangePointer"; ""
 * for a function that is not Interlocked. */
static std::string
interlocked_part (const char *name)
{
	name += *name == '_';
	if (strncmp (name, "Interlocked", 11))
		return "";
	std::string part (name + 11);
	for (bool is_shorter = true; is_shorter; ) {
		is_shorter = false;
		for (const char *suffix : suffixes) {
			size_t n = strlen (suffix);

			if (part.size () > n && !part.compare (part.size () - n, n, suffix)) {
				part.resize (part.size () - n);
				is_shorter = true;
			}
		}
	}
	return part;
}

bool
is_atomic_builtin (tree fndecl)
{
	if (!fndecl_built_in_p (fndecl, BUILT_IN_NORMAL))
		return false;

	const char *name = IDENTIFIER_POINTER (DECL_NAME (fndecl));
	return !strncmp (name, "__atomic_", 9) || !strncmp (name, "__sync_", 7);
}

static bool
atomic_of_name (tree fndecl, atomic *found)
{
	const char *name = IDENTIFIER_POINTER (DECL_NAME (fndecl));

	if (is_atomic_builtin (fndecl)) {
		std::string stem = without_size (name);
		for (const auto &row : builtins)
			if (stem == row.name)
				return *found = row.does, true;
		return false;
	}
	if (fndecl_built_in_p (fndecl, BUILT_IN_NORMAL))
		return false;
	std::string part = interlocked_part (name);
	if (part.empty ())
		return false;
	for (const auto &row : interlocked)
		if (part == row.name)
			return *found = row.does, true;
	return false;
}

/* A reference to what the pointer ADDR points to: of the field or variable, if there is
 * one that it must point to; NULL_TREE if that is no word. */
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
		word = build2 (MEM_REF, TYPE_MAIN_VARIANT (type), addr,
			       build_int_cst (TREE_TYPE (addr), 0));
	}
	if (!is_word (TREE_TYPE (word)))
		return NULL_TREE;
	/* That other threads change it at any time is why it is exchanged like this. */
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
	    || (int) gimple_call_num_args (call) <= std::max (std::max (found->operand,
									found->comparand), 0)
	    || !POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, 0))))
		return false;
	for (int i : { found->operand, found->comparand })
		if (i >= 0 && !is_word (TREE_TYPE (gimple_call_arg (call, i))))
			return false;
	*word = word_at (gimple_call_arg (call, 0));
	/* The call may be about a part of the word only. */
	tree type = found->operand >= 0 ? TREE_TYPE (gimple_call_arg (call, found->operand))
		    : TREE_TYPE (TREE_TYPE (fndecl));
	return *word
	       && (VOID_TYPE_P (type)
		   || simple_cst_equal (TYPE_SIZE (type), TYPE_SIZE (TREE_TYPE (*word))) == 1);
}

bool
lower_atomic (function_lowering &l, gcall *call)
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

	lockprog_type type = word_type (TREE_TYPE (word));
	int from = l.address (word), written, result;
	int old = lockprog_add_value (l.program, NULL, expr_text (word), type, LOCKPROG_LOAD, from,
				      -1);
	l.program->values[old].class_ = class_number (l, cells[0]);
	lockprog_define (l.program, l.at, old, place);

	if (does.operand >= 0)
		written = l.cast (l.operand (gimple_call_arg (call, does.operand)), type);
	else
		written = l.constant (type, does.what == atomic::COMPUTE);
	if (does.what == atomic::COMPUTE)
		written = l.add (type, does.expr, old, written);
	result = does.gives == atomic::NEW ? written : old;
	if (does.what == atomic::COMPARE) {
		int comparand = l.cast (l.operand (gimple_call_arg (call, does.comparand)), type);
		int is_equal = l.add (truth_type, LOCKPROG_EQ, old, comparand), on_true, on_false;

		if (does.gives == atomic::TRUTH)
			result = is_equal;
		/* An exchange of a value for itself only reads. */
		if (comparand != written) {
			l.branch_on (is_equal, place, &on_true, &on_false);
			l.at = on_true;
			lower_store (l, call, word, written);
			lockprog_add_edge (l.program, l.at, on_false);
			l.at = on_false;
		}
	} else {
		lower_store (l, call, word, written);
	}
	if (!lhs || !is_word (TREE_TYPE (lhs)))
		return true;
	if (TREE_CODE (lhs) == SSA_NAME)
		l.define (l.ssa_value (lhs), LOCKPROG_COPY, result, -1);
	else
		lower_store (l, call, lhs, l.cast (result, word_type (TREE_TYPE (lhs))));
	return true;
}
