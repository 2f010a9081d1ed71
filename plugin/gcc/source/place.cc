/* place.cc - places of the source, as warnings, lock programs and descriptors name them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "file-prefix-map.h"
#include "output/code.h"
#include "source/place.h"

location_t
place_of (gimple *stmt)
{
	location_t loc = gimple_location (stmt);

	if (LOCATION_LOCUS (loc) == UNKNOWN_LOCATION)
		loc = cfun ? DECL_SOURCE_LOCATION (cfun->decl) : UNKNOWN_LOCATION;
	return expansion_point_location (loc);
}

lockprog_place
place_at (location_t loc)
{
	static const char *last_file, *last_shared;
	static location_t last_loc = UNKNOWN_LOCATION;
	static lockprog_place place;
	expanded_location at;

	/* Most are that of the one before, or at least in its file. */
	if (loc == last_loc)
		return place;
	last_loc = loc;
	place = lockprog_place ();
	loc = expansion_point_location (loc);
	if (LOCATION_LOCUS (loc) <= BUILTINS_LOCATION)
		return place;
	at = expand_location (loc);
	if (at.file != last_file) {
		last_file = at.file;
		last_shared = lockprog_string (at.file);
	}
	place.file = last_shared;
	place.line = at.line;
	place.column = at.column;
	place.cookie = loc;
	return place;
}

location_t
place_whole_call (location_t where)
{
	const location_t start = get_pure_location (where);
	expanded_location at = expand_location (start);
	std::string line;

	if (!at.file || at.column < 1 || !compat_source_line (at.file, at.line, &line))
		return where;
	size_t size = code_call (line.data (), line.size (), at.column - 1);
	if (size == 0)
		return where;
	return make_location (start, start,
			      linemap_position_for_loc_and_offset (line_table, start, size - 1));
}

const char *
place_file (const char *file)
{
	return file ? remap_macro_filename (file) : "";
}

site_place
site_of (tree fndecl, location_t where)
{
	if (LOCATION_LOCUS (where) <= BUILTINS_LOCATION)
		where = DECL_SOURCE_LOCATION (fndecl);

	expanded_location at = expand_location (expansion_point_location (LOCATION_LOCUS (where)));
	site_place place = {
		place_file (at.file), lang_hooks.decl_printable_name (fndecl, 1), at.line, at.column
	};
	return place;
}
