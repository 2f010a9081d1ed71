/* keep.cc - trees that the garbage collector must leave alone while the plugin uses them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/keep.h"

static tree kept;

static ggc_root_tab kept_roots[] = {
	{ &kept, 1, sizeof kept, &gt_ggc_mx_tree_node, &gt_pch_nx_tree_node },
	LAST_GGC_ROOT_TAB
};

void
keep_init (const char *plugin_name)
{
	register_callback (plugin_name, PLUGIN_REGISTER_GGC_ROOTS, NULL, kept_roots);
}

void
keep_tree (tree node)
{
	kept = tree_cons (NULL_TREE, node, kept);
}
