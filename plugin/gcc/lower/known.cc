/* known.cc - functions of the system whose results or effects the lowering knows.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/known.h"

static const struct {
	known_function does;
	const char *name;
} rows[] = {
#define SPINRULE_KNOWN(DOES, NAME) { KNOWN_##DOES, NAME },
#include "lower/known.def"
};

known_function
known_function_of (tree fndecl)
{
	if (!DECL_NAME (fndecl))
		return KNOWN_NOTHING;
	for (const auto &row : rows)
		if (!strcmp (IDENTIFIER_POINTER (DECL_NAME (fndecl)), row.name))
			return row.does;
	return KNOWN_NOTHING;
}
