/* function.h - one function on its way from GIMPLE to a lock program, and the values of
 * its program.
 *
 * Each other file of this folder lowers one kind of statement, by functions that take a
 * function_lowering. They put what they make at the end of block AT.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FUNCTION_H
#define FUNCTION_H

#include "source/annotations.h"
#include "lockprog/lockprog.h"
#include "lower/word.h"

/* A field that was loaded as a part of a BIT_FIELD_REF: its value, its bits there. */
struct loaded_member {
	int value;
	unsigned shift, bits;
};

/* A lock that an annotation names: address -1 is the cancel lock. */
struct promised_lock {
	int address, class_;
	const char *level;	/* or NULL */
};

/* An annotation that is about a spin lock, as the function's program has it. */
struct promise {
	annotation what;
	promised_lock lock;		/* at the entry */
	int condition;			/* value, at the entry; -1: none, or about the result */
	bool lock_is_result, condition_is_result, has_load, is_void;
	/* The lock is held at each return as well.  WORD: who says so, or NULL for the
	 * annotation. */
	bool stays_held;
	const char *word;
};

struct function_lowering {
	function_lowering (lockprog_unit *unit, function *fun, lockprog_function *program)
			: unit (unit), fun (fun), program (program), at (0), irql_restored (-1),
			  irql_saved (-1), saves_irql_as_result (false), result_of_way (-1) {}

	/* A constant, the address of object NAME, of variable DECL, a new unknown. */
	int constant (lockprog_type type, long long number);
	int object (const char *name, bool is_local);
	int variable (tree decl);
	int unknown (lockprog_type type);

	/* A new value that EXPR computes. */
	int add (lockprog_type type, lockprog_expr expr, int a, int b);

	/* VALUE in TYPE. */
	int cast (int value, lockprog_type type);

	/* Let EXPR define VALUE, which stands for an SSA name. */
	void define (int value, lockprog_expr expr, int a, int b);

	/* VALUE has its definition.  True if it has. */
	void note_defined (int value);
	bool is_defined (int value) const
	{
		return (size_t) value < defined.size () && defined[value];
	}

	/* The same modulo the size of its type: unsigned arithmetic does that. */
	void define_wrapping (int value, lockprog_expr expr, int a, int b);

	/* The value of the SSA name NAME. */
	int ssa_value (tree name);

	/* At the end: SSA names that were used and that no statement defines. */
	void define_undefined ();

	/* The value of the operand VALUE; of what REF's address is. */
	int operand (tree value);
	int address (tree ref);

	/* Let block AT end in a branch on CONDITION: to two new blocks. */
	void branch_on (int condition, lockprog_place place, int *on_true, int *on_false);

	/* What was added to block AT after its first N operations holds unless the linker
	 * sees a program of CALLEE. */
	void mark_unless_seen (int n, const char *callee);

	lockprog_unit *unit;
	function *fun;			/* NULL for what has no body */
	lockprog_function *program;
	int at;
	std::map<int, int> blocks;			/* by index in the control flow graph */
	std::vector<int> values;			/* by SSA version; -1: not used yet */
	std::map<unsigned, std::vector<loaded_member> > members;	/* by SSA version */
	std::vector<promise> promises;
	int irql_restored;				/* by annotation, or -1 */
	int irql_saved;					/* ... through a parameter */
	bool saves_irql_as_result;
	/* Where a call goes several ways: what stands for its result on this one; or
	 * -1. */
	int result_of_way;

private:
	int base_address (tree ref, HOST_WIDE_INT *offset);

	std::vector<bool> defined;			/* by value */
	std::map<std::pair<int, long long>, int> constants;	/* by type and number */
	std::map<const char *, int> objects;
	std::map<tree, const char *> literals;		/* names of their objects */
};

#endif
