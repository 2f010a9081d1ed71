/* annotations.h - what functions, parameters, pointers and typedefs are annotated with.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ANNOTATIONS_H
#define ANNOTATIONS_H

#include "source/attribute.h"

/* Watch attributes, definitions and types from now on.  Call in plugin_init. */
void annotations_init (const char *plugin_name);

/* The declaration DECL is finished. */
void annotations_note_declaration (tree decl);

/* Take annotations and assumptions out of the unit: functions that differ in an attribute
 * are two to GCC, and assumptions are calls of no function.  Call this last, whether or
 * not anything was checked. */
void annotations_remove ();

/* What the function DECL, its declarations and its parameters are annotated with; or what
 * the pointer or typedef DECL is that annotated_pointer gave. */
void annotations_of (tree decl, std::vector<annotation> *found);

/* The declaration whose annotations hold for calls through the pointer that DECL
 * declares, or that is of TYPE: its own, or else its type's typedef; or NULL. */
tree annotated_pointer (tree decl);
tree annotated_pointer_type (tree type);

/* The number of DECL's parameter NAME in any of its declarations, or -1. */
int annotation_parameter (tree decl, const std::string &name);

/* PART of EXPRESSION, in an annotation of DECL, is not understood: warn once. */
void annotation_warn (tree decl, const std::string &expression, const std::string &part);

#endif
