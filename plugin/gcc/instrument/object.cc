/* object.cc - static objects that instrumented code hands to the runtime.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "instrument/object.h"

tree
object_new (const char *name, tree type, const std::vector<tree> &values)
{
	vec<constructor_elt, va_gc> *elements = NULL;
	size_t i = 0;

	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
		if (TREE_CODE (field) == FIELD_DECL) {
			gcc_assert (i < values.size ());
			CONSTRUCTOR_APPEND_ELT (elements, field, values[i++]);
		}
	gcc_assert (i == values.size ());

	tree object = build_decl (BUILTINS_LOCATION, VAR_DECL, create_tmp_var_name (name), type);
	TREE_STATIC (object) = 1;
	TREE_ADDRESSABLE (object) = 1;
	TREE_USED (object) = 1;
	DECL_ARTIFICIAL (object) = 1;
	DECL_IGNORED_P (object) = 1;
	DECL_INITIAL (object) = build_constructor (type, elements);
	TREE_CONSTANT (DECL_INITIAL (object)) = 1;
	TREE_STATIC (DECL_INITIAL (object)) = 1;
	return object;
}

tree
object_text (const char *text)
{
	return build_string_literal (strlen (text) + 1, text);
}
