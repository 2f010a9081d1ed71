/* typename.cc - the names that a type was given by typedefs.
 *
 * For link-time optimization GCC takes away what only the language knows
 * ("*free_lang_data"), before the checker's pass can run: of a typedef its name is left,
 * and nothing of the one that it was made from.  So the names of all types in the code
 * and in initialisers are noted before that, by TYPE_UID.  Types of functions, pointers
 * and numbers stay the same trees; only those that lead to a struct are replaced.
 *
 * A function that is declared again has a type that is composed of both declarations',
 * and has no name:
 *
 *     NTSTATUS f (PDEVICE_OBJECT, PIRP);
 *     DRIVER_DISPATCH f;
 *
 * So the type of each declaration is noted before GCC puts it together with earlier
 * ones.  Of all hooks only one comes then: where targets may give a declaration
 * attributes of their own.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lockprog/lockprog.h"
#include "source/functype.h"
#include "source/typename.h"

static std::map<unsigned, std::vector<type_name> > noted;

/* The function declared last: its name and its type.  The garbage collector knows of
 * them. */
static tree last_declared[2];

static ggc_root_tab last_declared_root[] = {
	{ last_declared, ARRAY_SIZE (last_declared), sizeof *last_declared, &gt_ggc_mx_tree_node,
	  &gt_pch_nx_tree_node },
	LAST_GGC_ROOT_TAB
};

static void (*insert_attributes) (tree, tree *);

static std::vector<type_name>
read_names (tree type)
{
	std::vector<type_name> names;

	while (type && TYPE_P (type)) {
		tree decl = TYPE_NAME (type);

		if (!decl || TREE_CODE (decl) != TYPE_DECL || !DECL_NAME (decl))
			break;
		const char *name = lockprog_string (IDENTIFIER_POINTER (DECL_NAME (decl)));
		names.push_back (type_name { name, DECL_UID (decl) });
		if (DECL_ORIGINAL_TYPE (decl) == type)
			break;
		type = DECL_ORIGINAL_TYPE (decl);
	}
	return names;
}

/* ---- before link-time optimization ---- */

/* Note the names of TYPE and of what it points to, takes and returns. */
static void
note (tree type)
{
	if (!type || !TYPE_P (type) || noted.count (TYPE_UID (type)))
		return;
	noted[TYPE_UID (type)] = read_names (type);
	if (POINTER_TYPE_P (type) || TREE_CODE (type) == ARRAY_TYPE)
		note (TREE_TYPE (type));
	if (FUNC_OR_METHOD_TYPE_P (type)) {
		function_type_name (type);
		note (TREE_TYPE (type));
		for (tree arg = TYPE_ARG_TYPES (type); arg; arg = TREE_CHAIN (arg))
			note (TREE_VALUE (arg));
	}
}

static tree
note_operand (tree *tree_at, int *, void *)
{
	if (CODE_CONTAINS_STRUCT (TREE_CODE (*tree_at), TS_TYPED))
		note (TREE_TYPE (*tree_at));
	return NULL_TREE;
}

static tree
note_stmt (gimple_stmt_iterator *at, bool *, walk_stmt_info *)
{
	if (gcall *call = dyn_cast<gcall *> (gsi_stmt (*at)))
		note (gimple_call_fntype (call));
	return NULL_TREE;
}

static void
note_initialiser (tree init)
{
	unsigned HOST_WIDE_INT i;
	tree index, value;

	if (!init || init == error_mark_node)
		return;
	if (TREE_CODE (init) != CONSTRUCTOR) {
		walk_tree (&init, note_operand, NULL, NULL);
		return;
	}
	note (TREE_TYPE (init));
	FOR_EACH_CONSTRUCTOR_ELT (CONSTRUCTOR_ELTS (init), i, index, value) {
		if (index && TREE_CODE (index) == FIELD_DECL)
			note (TREE_TYPE (index));
		note_initialiser (value);
	}
}

static void
on_passes (void *, void *)
{
	cgraph_node *node;
	varpool_node *variable;

	if (in_lto_p || seen_error () || (!flag_generate_lto && !flag_generate_offload))
		return;
	FOR_EACH_FUNCTION (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);
		walk_stmt_info info;
		basic_block bb;

		note (TREE_TYPE (node->decl));
		if (!fun || !fun->cfg)
			continue;
		memset (&info, 0, sizeof info);
		FOR_EACH_BB_FN (bb, fun)
			walk_gimple_seq (bb_seq (bb), note_stmt, note_operand, &info);
	}
	FOR_EACH_VARIABLE (variable) {
		note (TREE_TYPE (variable->decl));
		note_initialiser (DECL_INITIAL (variable->decl));
	}
}

/* ---- while parsing ---- */

static void
on_new_declaration (tree decl, tree *attributes)
{
	if (TREE_CODE (decl) == FUNCTION_DECL) {
		last_declared[0] = DECL_NAME (decl);
		last_declared[1] = TREE_TYPE (decl);
	}
	insert_attributes (decl, attributes);
}

/* ---- typename.h ---- */

void
type_names_init (const char *plugin_name)
{
	insert_attributes = targetm.insert_attributes;
	targetm.insert_attributes = on_new_declaration;
	register_callback (plugin_name, PLUGIN_REGISTER_GGC_ROOTS, NULL, last_declared_root);
	register_callback (plugin_name, PLUGIN_ALL_IPA_PASSES_START, on_passes, NULL);
}

tree
type_as_declared (tree fndecl)
{
	return last_declared[0] == DECL_NAME (fndecl)
	       && last_declared[1] ? last_declared[1] : TREE_TYPE (fndecl);
}

std::vector<type_name>
type_names (tree type)
{
	auto known = noted.find (TYPE_UID (type));

	return known != noted.end () ? known->second : read_names (type);
}

bool
names_spin_lock (tree type)
{
	if (!type || !TYPE_IDENTIFIER (type))
		return false;
	const char *name = IDENTIFIER_POINTER (TYPE_IDENTIFIER (type));
	return strstr (name, "SPIN_LOCK") || strstr (name, "SPINLOCK");
}

bool
is_handle (tree type)
{
	if (!type || TREE_CODE (type) != RECORD_TYPE || !TYPE_IDENTIFIER (type))
		return false;
	size_t length = IDENTIFIER_LENGTH (TYPE_IDENTIFIER (type));
	const char *name = IDENTIFIER_POINTER (TYPE_IDENTIFIER (type));
	return length > 2 && name[0] != '_' && !strcmp (name + length - 2, "__");
}
