/* scope.h - what names mean at file scope.
 *
 * An annotation is read when the whole unit is parsed, so that a struct may be declared
 * after it.  But what a name means at file scope can be found only while parsing: it is
 * noted then.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SCOPE_H
#define SCOPE_H

/* Call in plugin_init. */
void scope_init (const char *plugin_name);

/* Note what the names in EXPRESSION mean here. */
void scope_note_names (const std::string &expression);

/* What NAME means at file scope where an annotation uses it: a variable, a type (a tag
 * with IS_TAG) or a constant; NULL if it has none of these meanings. */
tree scope_meaning (const std::string &name, bool is_tag);

#endif
