/* expression.h - expressions in annotations: read and turned into values of a lock program.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EXPRESSION_H
#define EXPRESSION_H

#include "lower/function.h"

/* What a part of an expression is. */
struct term {
	int value;		/* -1: not understood, or no value of the program */
	HOST_WIDE_INT offset;	/* bytes to add to VALUE, an address */
	tree type;		/* of the value or the object; of what is pointed to where IS_ADDRESS */
	bool is_object;		/* VALUE is its address */
	bool is_address;	/* made by & */
	bool points_to_lock;	/* a pointer type said so: PKSPIN_LOCK */
	bool is_cancel_lock, is_ignored;
	tree ref;		/* an object as GCC would refer to it, from a made up base */
};

class expression {
public:
	/* In an annotation of DECL, a function, a pointer to functions or a typedef of either. */
	expression (function_lowering *lowering, tree decl, int current, int result)
		: has_load (false), l (lowering), decl (decl), current (current), result (result), at (0) {}

	/* The value of TEXT as a truth value, or -1. */
	int condition (const std::string &text);

	/* The value of the function's parameter NUMBER, or -1. */
	int parameter_value (int number) { return parameter (number).value; }

	/* The lock that TEXT means: false if it is none that is followed. */
	bool lock (const std::string &text, promised_lock *found);

	std::string bad;	/* the part that is not understood; "" when all is */
	bool has_load;		/* it reads memory */

private:
	void start (const std::string &text);
	void next ();
	bool accept (const char *sign);
	void fail ();
	bool has_failed () const { return !bad.empty (); }
	bool at_cast ();
	term binary (int least);
	term unary ();
	term cast ();
	term postfix ();
	term primary ();
	term name ();
	term constant (long long number);
	term truth (int value);
	term parameter (int number);
	term member (term object, const std::string &name);
	term pointed (term pointer);
	term element (term array, term index);
	int value (term &t);
	int materialized (const term &t);
	int compute (lockprog_type type, lockprog_expr expr, int a, int b);
	int compare (lockprog_expr expr, int a, int b);
	int test (term t);

	function_lowering *l;
	tree decl;
	int current, result;
	std::string text, token;
	size_t at;		/* behind TOKEN */
	size_t token_start;
};

#endif
