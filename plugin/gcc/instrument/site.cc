/* site.cc - descriptors of places, and declarations of the runtime's functions.
 *
 * A descriptor is struct spinrule_site of runtime/spinrule.h, field by field.  All of a
 * program's descriptors lie in one section, one after the other, and the runtime walks
 * them as an array: so no descriptor may be aligned more than its type.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "stor-layout.h"
#include "target.h"
#include "runtime/rule.h"
#include "source/place.h"
#include "instrument/object.h"
#include "instrument/site.h"

#if defined TARGET_PECOFF && TARGET_PECOFF
#define SITE_SECTION ".spinr$m"
#define SITE_ABI "ms_abi"
#else
#define SITE_SECTION "spinrule_sites"
#define SITE_ABI "sysv_abi"
#endif

/* Of struct spinrule_site, in bits. */
static const unsigned site_align = 64;

static tree site_type;
static bool has_sites;

static tree
add_field (tree *fields, const char *name, tree type)
{
	tree field = build_decl (BUILTINS_LOCATION, FIELD_DECL, get_identifier (name), type);

	DECL_CHAIN (field) = *fields;
	*fields = field;
	return field;
}

static tree
make_site_type ()
{
	tree text = build_pointer_type (build_qualified_type (char_type_node, TYPE_QUAL_CONST));
	tree type = make_node (RECORD_TYPE);
	tree fields = NULL_TREE;

	add_field (&fields, "file", text);
	add_field (&fields, "function", text);
	add_field (&fields, "ddi", text);
	add_field (&fields, "lock", text);
	add_field (&fields, "line", unsigned_type_node);
	add_field (&fields, "column", unsigned_type_node);
	add_field (&fields, "executed", unsigned_type_node);
	add_field (&fields, "reported", unsigned_type_node);
	add_field (&fields, "lock_class", text);
	/* As the runtime's: the last site of a section has its whole size. */
	SET_TYPE_ALIGN (type, site_align);
	TYPE_USER_ALIGN (type) = 1;
	finish_builtin_struct (type, "spinrule_site", fields, NULL_TREE);
	return type;
}

void
site_start_unit ()
{
	site_type = make_site_type ();
	has_sites = false;
}

tree
site_pointer_type ()
{
	return build_pointer_type (site_type);
}

tree
site_address (tree fndecl, location_t where, const char *ddi, const char *lock,
	      unsigned flags, const char *lock_class)
{
	site_place place = site_of (fndecl, where);
	tree site = object_new ("spinrule_site", site_type, {
		object_text (place.file), object_text (place.function.c_str ()),
		object_text (ddi), object_text (lock),
		build_int_cst (unsigned_type_node, place.line),
		build_int_cst (unsigned_type_node, place.column),
		build_int_cst (unsigned_type_node, 0),
		build_int_cst (unsigned_type_node, flags),
		object_text (lock_class)
	});

	/* As struct spinrule_site is declared.  A target may align large objects more for
	 * speed, unless the user asked for an alignment. */
	SET_DECL_ALIGN (site, site_align);
	DECL_USER_ALIGN (site) = 1;
	set_decl_section_name (site, SITE_SECTION);
	varpool_node::finalize_decl (site);
	has_sites = true;
	return build1 (ADDR_EXPR, site_pointer_type (), site);
}

#if !defined TARGET_PECOFF || !TARGET_PECOFF

/* The linker's symbol NAME, before or after all sites of the object. */
static tree
border (const char *name)
{
	tree decl = build_decl (BUILTINS_LOCATION, VAR_DECL, get_identifier (name), site_type);

	DECL_EXTERNAL (decl) = 1;
	TREE_PUBLIC (decl) = 1;
	DECL_ARTIFICIAL (decl) = 1;
	TREE_USED (decl) = 1;
	TREE_ADDRESSABLE (decl) = 1;
	DECL_VISIBILITY (decl) = VISIBILITY_HIDDEN;
	DECL_VISIBILITY_SPECIFIED (decl) = 1;
	return build1 (ADDR_EXPR, site_pointer_type (), decl);
}

void
site_end_unit ()
{
	if (!has_sites || !flag_shlib)
		return;
	tree type = build_function_type_list (void_type_node, site_pointer_type (),
					      site_pointer_type (), NULL_TREE);
	tree unloading = site_runtime_function ("spinrule_unloading", type);
	tree call = build_call_expr (unloading, 2, border ("__start_" SITE_SECTION),
				     border ("__stop_" SITE_SECTION));

	cgraph_build_static_cdtor ('D', call, DEFAULT_INIT_PRIORITY);
}

#else

/* An object has its own runtime there. */
void
site_end_unit ()
{
}

#endif

tree
site_runtime_convention (tree type)
{
	tree attributes = NULL_TREE;

	/* -mrtd and -mregparm change what has no attribute, -mabi what is called sysv or
	 * ms. */
	if (lookup_attribute_spec (get_identifier ("regparm"))) {
		if (UNITS_PER_WORD == 4) {
			attributes = tree_cons (get_identifier ("regparm"),
						build_tree_list (NULL_TREE, integer_zero_node),
						attributes);
			attributes = tree_cons (get_identifier ("cdecl"), NULL_TREE, attributes);
		} else {
			attributes = tree_cons (get_identifier (SITE_ABI), NULL_TREE, attributes);
		}
	}
	return attributes ? build_type_attribute_variant (type, attributes) : type;
}

tree
site_runtime_function (const char *name, tree type)
{
	tree decl = build_fn_decl (name, type);
	/* The suffix of stdcall and fastcall is part of the symbol. */
	tree symbol = targetm.mangle_decl_assembler_name (decl, get_identifier (name));
	symtab_node *known = symtab_node::get_for_asmname (symbol);

	/* A unit may declare the runtime's functions itself; two declarations of one
	 * symbol would be two functions to the optimizers. */
	if (known && TREE_CODE (known->decl) == FUNCTION_DECL)
		return known->decl;
	SET_DECL_ASSEMBLER_NAME (decl, symbol);
	return decl;
}
