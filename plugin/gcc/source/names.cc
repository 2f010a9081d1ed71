/* names.cc - names of functions, variables, records and fields, each unique in its unit.
 *
 * A name is made when it is first used, and kept by number: it does not depend on
 * addresses, so a unit has the same names each time it is compiled.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lockprog/lockprog.h"
#include "source/names.h"

static std::map<unsigned, const char *> names_of_decls;		/* by DECL_UID */
static std::map<unsigned, const char *> names_of_types;		/* by TYPE_UID */
static std::set<const char *> used_names, used_type_names;

/* NAME, or NAME~2 and so on where USED has that. */
static const char *
unique_name (const std::string &name, std::set<const char *> *used)
{
	const char *shared = lockprog_string (name.c_str ());

	for (int i = 2; !used->insert (shared).second; i++)
		shared = lockprog_string ((name + "~" + std::to_string (i)).c_str ());
	return shared;
}

static std::string
plain_function_name (tree fndecl)
{
	if (!DECL_NAME (fndecl))
		return "function";
	return lang_GNU_C () ? IDENTIFIER_POINTER (DECL_NAME (fndecl))
			     : lang_hooks.decl_printable_name (fndecl, 1);
}

const char *
function_name (tree fndecl)
{
	auto known = names_of_decls.find (DECL_UID (fndecl));

	if (known != names_of_decls.end ())
		return known->second;
	/* Functions with a body have their names already: one without must not be taken
	 * for another. */
	std::string name = plain_function_name (fndecl);
	if (!gimple_has_body_p (fndecl)) {
		const char *shared = lockprog_string (name.c_str ());
		bool taken = used_names.count (shared) != 0;
		return names_of_decls[DECL_UID (fndecl)] = taken
		       ? lockprog_string ((name + "~extern").c_str ()) : shared;
	}
	return names_of_decls[DECL_UID (fndecl)] = unique_name (name, &used_names);
}

const char *
object_name (tree decl)
{
	auto known = names_of_decls.find (DECL_UID (decl));
	std::string name;
	tree context = DECL_CONTEXT (decl);

	if (known != names_of_decls.end ())
		return known->second;
	if (context && TREE_CODE (context) == FUNCTION_DECL)
		name = function_name (context) + std::string (".");
	if (DECL_NAME (decl))
		name += IDENTIFIER_POINTER (DECL_NAME (decl));
	else
		name += "unnamed";
	return names_of_decls[DECL_UID (decl)] = unique_name (name, &used_names);
}

std::string
handed_suffix (int number)
{
	return number < 0 ? "~result" : "~argument" + std::to_string (number);
}

const char *
handed_name (tree fndecl, int number)
{
	return lockprog_string ((function_name (fndecl) + handed_suffix (number)).c_str ());
}

/* The tag or typedef name of TYPE; NULL if it has none of the programmer's. */
static const char *
own_type_name (tree type)
{
	tree name = TYPE_NAME (type);

	if (name && TREE_CODE (name) == TYPE_DECL)
		name = DECL_NAME (name);
	if (!name || TREE_CODE (name) != IDENTIFIER_NODE)
		return NULL;
	const char *text = IDENTIFIER_POINTER (name);
	return ISALPHA (*text) || *text == '_' ? text : NULL;	/* "._anon_0", "<lambda>" */
}

const char *
record_name (tree type, const std::string &where)
{
	type = TYPE_MAIN_VARIANT (type);
	auto known = names_of_types.find (TYPE_UID (type));
	if (known != names_of_types.end ())
		return known->second;

	const char *own = own_type_name (type);
	return names_of_types[TYPE_UID (type)] = unique_name (own ? own : where + "~type",
							      &used_type_names);
}

const char *
pointer_name (tree decl)
{
	auto known = names_of_decls.find (DECL_UID (decl));
	std::string name = DECL_NAME (decl) ? IDENTIFIER_POINTER (DECL_NAME (decl)) : "unnamed";

	if (known != names_of_decls.end ())
		return known->second;
	if (TREE_CODE (decl) == FIELD_DECL)
		if (const char *record = own_type_name (DECL_CONTEXT (decl)))
			name = record + ("." + name);
	return names_of_decls[DECL_UID (decl)] = unique_name (name, &used_names);
}

bool
place_in_record (tree field, HOST_WIDE_INT *first)
{
	tree bytes = DECL_FIELD_OFFSET (field);

	if (TREE_CODE (bytes) != INTEGER_CST)
		return false;
	offset_int at = wi::lshift (wi::to_offset (bytes), LOG2_BITS_PER_UNIT)
			+ wi::to_offset (DECL_FIELD_BIT_OFFSET (field));
	*first = at.to_shwi ();
	return wi::fits_shwi_p (at);
}

std::string
field_name (tree field)
{
	HOST_WIDE_INT first;

	if (DECL_NAME (field))
		return IDENTIFIER_POINTER (DECL_NAME (field));
	return "at" + std::to_string (place_in_record (field, &first) ? first / BITS_PER_UNIT : 0);
}

bool
has_plain_name (tree fndecl)
{
	tree context = DECL_CONTEXT (fndecl);

	return TREE_CODE (fndecl) == FUNCTION_DECL && DECL_NAME (fndecl) && lang_GNU_C ()
	       && (!context || TREE_CODE (context) != FUNCTION_DECL || DECL_EXTERNAL (fndecl));
}

void
names_of_bodies ()
{
	cgraph_node *node;

	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		function_name (node->decl);
}

void
names_clear ()
{
	names_of_decls.clear ();
	names_of_types.clear ();
	used_names.clear ();
	used_type_names.clear ();
}
