/* layout.cc - structs as the linker of lock programs compares them between files.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/functype.h"
#include "source/names.h"
#include "lockprog/lockprog.h"
#include "lower/layout.h"

static std::string
size_text (tree type)
{
	tree size = TYPE_SIZE (type);

	return size && tree_fits_uhwi_p (size) ? std::to_string (tree_to_uhwi (size)) : "?";
}

/* Of the fields' names, places and types; a record in it counts by name and size. */
static std::string
layout_text (tree record)
{
	std::string text = size_text (record);

	for (tree field = TYPE_FIELDS (record); field; field = DECL_CHAIN (field)) {
		if (TREE_CODE (field) != FIELD_DECL)
			continue;
		HOST_WIDE_INT at;
		const bool is_placed = DECL_SIZE (field) && place_in_record (field, &at);
		text += ";" + field_name (field) + "@" + (is_placed ? std::to_string (at) : "?")
			+ ":" + value_type_name (TREE_TYPE (field));
	}
	return text;
}

const char *
layout_of (tree record)
{
	static const int digest_bytes = 6;
	std::string text = layout_text (record), hash;
	unsigned char digest[16];
	char digits[3];

	md5_buffer (text.c_str (), text.size (), digest);
	for (int i = 0; i < digest_bytes; i++) {
		snprintf (digits, sizeof digits, "%02x", digest[i]);
		hash += digits;
	}
	return lockprog_string (hash.c_str ());
}
