/* ids.cc - the ids of violations as users write them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "ids.h"

static const char all[] = "all";
/* What may stand before an id: a message shows the third, and GCC has the second for its
 * own. */
static const char *const prefixes[] = { "spinrule-", "-Werror=spinrule-", "-Wspinrule-" };

/* TEXT without what may stand before an id. */
static const char *
bare (const char *text)
{
	for (const char *prefix : prefixes)
		if (!strncmp (text, prefix, strlen (prefix)))
			return text + strlen (prefix);
	return text;
}

bool
id_find (const char *text, spinrule_violation *id)
{
	if (!strcmp (text, all)) {
		*id = ID_ALL;
		return true;
	}
	text = bare (text);
	for (int i = SPINRULE_NONE + 1; i < SPINRULE_VIOLATIONS; i++)
		if (!strcmp (text, spinrule_id ((spinrule_violation) i))) {
			*id = (spinrule_violation) i;
			return true;
		}
	return false;
}

const char *
id_text (spinrule_violation id)
{
	return id == ID_ALL ? all : spinrule_id (id);
}

std::string
id_hint (const char *text)
{
	auto_vec<const char *> ids;
	std::string list;

	for (int i = SPINRULE_NONE + 1; i < SPINRULE_VIOLATIONS; i++) {
		ids.safe_push (spinrule_id ((spinrule_violation) i));
		list += std::string (ids.last ()) + ", ";
	}
	if (const char *near = find_closest_string (bare (text), &ids))
		return std::string ("did you mean '") + near + "'?";
	return "the ids are " + list + "or " + all;
}
