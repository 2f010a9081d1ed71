/* usage.cc - which cells the functions of a unit load, and which pointers lead to.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/escape.h"
#include "lower/usage.h"

typedef std::set<tree> tree_set;

/* By name, which is shared. */
static std::map<const char *, cell> loaded, pointed_to;
static std::set<const char *> loaded_classes;
static std::map<tree, tree_set> parts;
/* Loaded fields of records, by what the records lie in.  Nothing is lowered before all
 * loads are noted. */
static std::map<tree, std::vector<cell> > loaded_in;

/* FOUND in the order of the names: what is made from it is the same each time. */
static void
sort_by_name (std::vector<cell> *found)
{
	std::sort (found->begin (), found->end (), [] (const cell &a, const cell &b) {
		return strcmp (a.name, b.name) < 0;
	});
}

void
usage_note_load (const cell &c)
{
	loaded[c.name] = c;
	loaded_classes.insert (c.class_name);
}

void
usage_note_pointed_to (const cell &c)
{
	pointed_to[c.name] = c;
	note_pointed_to (c.name);
}

void
usage_pointed_to (std::vector<cell> *found)
{
	for (auto &entry : pointed_to)
		found->push_back (entry.second);
	sort_by_name (found);
}

bool
is_loaded (const cell &c)
{
	return loaded.count (c.name) != 0 || loaded_classes.count (c.class_name) != 0
	       || (is_for_link () && !is_private (c));
}

/* The record types of which objects of TYPE, a record or union, have one in them, and
 * itself. */
static const tree_set &
parts_of (tree type)
{
	auto known = parts.find (type);

	if (known != parts.end ())
		return known->second;
	tree_set &made = parts[type];
	made.insert (type);
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field)) {
		if (TREE_CODE (field) != FIELD_DECL)
			continue;
		tree inner = TYPE_MAIN_VARIANT (element_type (TREE_TYPE (field)));
		if (!RECORD_OR_UNION_TYPE_P (inner) || inner == type)
			continue;
		const tree_set &others = parts_of (inner);
		made.insert (others.begin (), others.end ());
	}
	return made;
}

/* True if an object of TYPE has one of record type PART in it. */
static bool
contains (tree type, tree part)
{
	return type == part || (RECORD_OR_UNION_TYPE_P (type) && parts_of (type).count (part));
}

static const std::vector<cell> &
loaded_in_type (tree type)
{
	type = TYPE_MAIN_VARIANT (element_type (type));
	auto known = loaded_in.find (type);
	if (known == loaded_in.end ()) {
		known = loaded_in.emplace (type, std::vector<cell> ()).first;
		for (auto &entry : loaded)
			if (entry.second.owner && contains (type, entry.second.owner))
				known->second.push_back (entry.second);
		sort_by_name (&known->second);
	}
	return known->second;
}

void
loaded_cells_in (tree type, std::vector<cell> *found)
{
	for (const cell &c : loaded_in_type (type))
		if (!c.variable)
			found->push_back (c);
}

void
loaded_cells_of_variable (tree variable, std::vector<cell> *found)
{
	std::vector<cell> own;

	for (auto &entry : loaded)
		if (entry.second.variable == variable)
			own.push_back (entry.second);
	sort_by_name (&own);
	found->insert (found->end (), own.begin (), own.end ());
}

void
overlapping_cells (const cell &written, std::vector<cell> *found)
{
	if (!written.in_union)
		return;
	for (const cell &c : loaded_in_type (written.in_union))
		if (c.name != written.name && c.variable == written.variable)
			found->push_back (c);
}

void
usage_clear ()
{
	loaded.clear ();
	loaded_classes.clear ();
	pointed_to.clear ();
	parts.clear ();
	loaded_in.clear ();
}
