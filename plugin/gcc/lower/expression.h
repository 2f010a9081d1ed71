/* expression.h - expressions in annotations: read and turned into values of a lock
 * program.
 *
 * What is understood is a part of C: names, members, indexes, casts, operators.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EXPRESSION_H
#define EXPRESSION_H

#include "lower/term.h"

class expression : public term_maker {
public:
	/* In an annotation of DECL at parameter CURRENT, or -1.  RESULT is the value that
	 * is returned, or -1. */
	expression (function_lowering *lowering, tree decl, int current, int result)
			: term_maker (lowering, decl), current (current), result (result), at (0) {}

	/* The value of WRITTEN as a truth value, or -1. */
	int condition (const std::string &written);

	/* The value of the function's parameter NUMBER, or -1. */
	int parameter_value (int number) { return parameter (number).value; }

	/* True if the first name in WRITTEN is a member of OBJECT, and then that is what
	 * it means. */
	bool begins_with_member (tree object, const std::string &written);

	/* The lock that WRITTEN means: false if it is none that is followed. */
	bool lock (const std::string &written, promised_lock *found);

private:
	void start (const std::string &expression);
	void next ();
	bool accept (const char *sign);
	bool at_cast ();
	term binary (int least);
	term unary ();
	tree type_name ();
	term cast ();
	term containing_record ();
	term postfix ();
	term primary ();
	term name ();

	int current, result;
	std::string text;
	size_t at;		/* behind TOKEN */
	size_t token_start;
};

#endif
