/* object.h - static objects that instrumented code hands to the runtime.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OBJECT_H
#define OBJECT_H

/* A new static object of the struct TYPE, whose fields hold VALUES, one each.  NAME
 * begins the names of such objects.  The caller may change it, and then finalizes it
 * (varpool_node::finalize_decl). */
tree object_new (const char *name, tree type, const std::vector<tree> &values);

/* The address of TEXT as a string literal. */
tree object_text (const char *text);

#endif
