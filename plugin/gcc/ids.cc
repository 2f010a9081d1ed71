/* ids.cc - the ids of violations as users write them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "ids.h"

static const char all[] = "all";
static const char prefix[] = "spinrule-";

bool
id_find (const char *text, spinrule_violation *id)
{
	if (!strcmp (text, all)) {
		*id = ID_ALL;
		return true;
	}
	if (!strncmp (text, prefix, sizeof prefix - 1))
		text += sizeof prefix - 1;
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
	if (const char *near = find_closest_string (text, &ids))
		return std::string ("did you mean '") + near + "'?";
	return "the ids are " + list + "or " + all;
}
