/* known.cc - functions of the system whose results or effects the lowering knows.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/known.h"

struct by_text {
	bool operator() (const char *a, const char *b) const { return strcmp (a, b) < 0; }
};

static const std::map<const char *, known_function, by_text> rows = {
#define SPINRULE_KNOWN(DOES, NAME) { NAME, KNOWN_##DOES },
#include "lower/known.def"
/* DDIs without a row take no lock that is handed to them, or keep nothing of it. */
#define SPINRULE_LEFT_OUT(NAME, REASON) { #NAME, KNOWN_LEAVES_LOCKS },
#include "runtime/ddi.def"
};

known_function
known_function_of (tree fndecl)
{
	if (!DECL_NAME (fndecl))
		return KNOWN_NOTHING;
	auto row = rows.find (IDENTIFIER_POINTER (DECL_NAME (fndecl)));
	return row == rows.end () ? KNOWN_NOTHING : row->second;
}
