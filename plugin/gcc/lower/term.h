/* term.h - parts of expressions in annotations, as values of a lock program.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TERM_H
#define TERM_H

#include "lower/function.h"

/* What a part of an expression is. */
struct term {
	int value;		/* -1: not understood, or no value of the program */
	HOST_WIDE_INT offset;	/* bytes to add to VALUE, an address */
	/* of the value or the object; of what is pointed to where IS_ADDRESS */
	tree type;
	bool is_object;		/* VALUE is its address */
	bool is_address;	/* made by & */
	bool points_to_lock;	/* by the name of a pointer type: PKSPIN_LOCK */
	bool is_cancel_lock, is_ignored;
	tree ref;		/* an object as GCC would refer to it, from a made up base */
};

/* Makes terms for an annotation of DECL: a function, a pointer to functions or a typedef
 * of either.  After a failure each function here gives a term without a value. */
class term_maker {
public:
	std::string bad;	/* the part that is not understood; "" when all is */
	bool has_load;		/* it reads memory */

protected:
	term_maker (function_lowering *lowering, tree decl) : has_load (false), l (lowering),
							      decl (decl), owner (NULL_TREE) {}

	/* TOKEN is not understood. */
	void fail ();
	bool has_failed () const { return !bad.empty (); }

	term constant (long long number);
	term truth (int value);

	/* The function's parameter NUMBER. */
	term parameter (int number);

	/* What pointer POINTER points to; the member NAME of OBJECT; ARRAY[INDEX]. */
	term pointed (term t);
	term member (term object, const std::string &name);
	term element (term array, term index);

	/* An object of TYPE that is nowhere, whose members have offsets; the address of
	 * the object whose MEMBER of such a one is at ADDRESS. */
	term nowhere (tree type);
	term container (term address, tree type, const term &member);

	/* True if DECL is a method. */
	bool is_method ();

	/* True if RECORD has a member NAME. */
	static bool has_member (tree record, const std::string &name);

	/* True if the object that the method DECL is called for has a member NAME. */
	bool this_has_member (const std::string &name);

	/* T's value, which is loaded when T is an object; T becomes what it holds.  The
	 * address that T is. */
	int value (term &t);
	int materialized (const term &t);

	/* A EXPR B; as a comparison, where a constant takes the type of the other side; T
	 * as a truth value. */
	int compute (lockprog_type type, lockprog_expr expr, int a, int b);
	int compare (lockprog_expr expr, int a, int b);
	int test (term t);

	function_lowering *l;
	tree decl;
	tree owner;		/* the object whose member is annotated, or NULL */
	std::string token;	/* what is being read */
};

#endif
