/* rename.c - a lock in the words of the caller.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/rename.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/alloc.h"

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* The number of the parameter of FUNCTION whose name is the N characters at NAME, or
 * -1. */
static int find_parameter(const struct lockprog_function *function, const char *name, size_t n)
{
	for (int v = 0; v < function->n_values; v++) {
		const struct lockprog_value *value = &function->values[v];

		if (value->expr == LOCKPROG_PARAM && value->text && strlen(value->text) == n &&
		    !memcmp(value->text, name, n))
			return (int)value->constant;
	}
	return -1;
}

/* True if TEXT needs parentheses before "->", "." or "[", or after "*". */
static bool is_compound(const char *text)
{
	for (; *text; text++)
		if (*text == ' ' || *text == '*' || *text == '&' || *text == '?')
			return true;
	return false;
}

/* ARGUMENT in the place of a parameter, followed by REST; malloc'ed. */
static char *follow(const char *argument, const char *rest)
{
	const bool is_address = *argument == '&';
	const char *object = argument + 1;

	if (is_address && !*rest)
		return alloc_text("%s", object);
	if (is_address && rest[0] == '-' && rest[1] == '>')
		return alloc_text(is_compound(object) ? "(%s).%s" : "%s.%s", object, rest + 2);
	return alloc_text(*rest && is_compound(argument) ? "(%s)%s" : "%s%s", argument, rest);
}

const char *rename_lock(const char *text, const struct lockprog_function *callee,
			const struct lockprog_function *caller, const struct lockprog_op *op)
{
	const char *name = text, *argument, *shared;
	bool is_pointed;
	size_t n = 0;
	char *made, *whole;
	int parameter;

	if (!text)
		return NULL;
	is_pointed = *name == '*';
	name += is_pointed;
	while (is_name_char(name[n]))
		n++;
	parameter = n ? find_parameter(callee, name, n) : -1;
	if (parameter < 0 || parameter >= op->n_args || op->args[parameter] < 0)
		return text;
	argument = caller->values[op->args[parameter]].text;
	if (!argument || strlen(argument) + strlen(text) > RENAME_MAX_TEXT)
		return text;
	made = follow(argument, name + n);
	/* What *lock is, if LOCK is an address, is what MADE is already. */
	if (!is_pointed || (*argument == '&' && !name[n]))
		whole = alloc_text("%s", made);
	else
		whole = alloc_text(is_compound(made) ? "*(%s)" : "*%s", made);
	shared = lockprog_string(whole);
	free(made);
	free(whole);
	return shared;
}
