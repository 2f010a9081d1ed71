/* escape.cc - which variables others reach, and which cells pointers lead to.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/escape.h"

static bool for_link;
static std::set<unsigned> private_variables, contained_variables;	/* by DECL_UID */
static std::set<const char *> pointed_to;	/* names of cells */
static std::vector<stays> kept;

void
escape_begin (bool is_for_link)
{
	for_link = is_for_link;
	private_variables.clear ();
	contained_variables.clear ();
	pointed_to.clear ();
	kept.clear ();
}

void
note_private_variable (tree decl)
{
	private_variables.insert (DECL_UID (decl));
}

void
note_contained_variable (unsigned uid)
{
	contained_variables.insert (uid);
}

void
note_stays (const stays &one)
{
	kept.push_back (one);
}

void
note_pointed_to (const char *name)
{
	pointed_to.insert (name);
}

bool
is_private_variable (tree decl)
{
	return VAR_P (decl) || TREE_CODE (decl) == PARM_DECL || TREE_CODE (decl) == RESULT_DECL
		? private_variables.count (DECL_UID (decl)) != 0 : false;
}

bool
is_contained_variable (tree decl)
{
	return DECL_P (decl) && contained_variables.count (DECL_UID (decl)) != 0;
}

const std::vector<stays> &
stays_if_linked ()
{
	return kept;
}

bool
is_volatile (tree ref)
{
	tree base = TREE_THIS_VOLATILE (ref) ? get_base_address (ref) : NULL_TREE;

	return TREE_THIS_VOLATILE (ref)
	       && !(base && DECL_P (base)
		    && (is_private_variable (base) || is_contained_variable (base)));
}

bool
is_pointed_to (const char *name)
{
	return pointed_to.count (name) != 0;
}

bool
is_for_link ()
{
	return for_link;
}
