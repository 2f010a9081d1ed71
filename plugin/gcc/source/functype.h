/* functype.h - types of functions, and under which their addresses are kept.
 *
 * GIMPLE does not keep conversions between pointers: they are noted while parsing.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FUNCTYPE_H
#define FUNCTYPE_H

/* What functions of TYPE take and return, as lockprog/pointers.h describes it; NULL if it
 * is no type of functions.  Ask for each type before link-time optimization takes names
 * away. */
const char *function_type_name (tree type);

/* TYPE in the text of a type; all pointers are one. */
std::string value_type_name (tree type);

/* The type of the function FNDECL; a virtual method has its name in it. */
const char *type_of_function (tree fndecl);

/* The type of the functions that CALL, through a pointer, may lead to. */
const char *type_of_call (gcall *call);

/* EXPR is in the body of a function that was parsed: each expression once, after those
 * that it is part of.  Call functype_begin before the first of a body, functype_end after
 * the last. */
void functype_begin ();
void functype_note_expression (tree expr);
void functype_end ();

/* The types under which the address of FNDECL is kept, in the order of their text;
 * POINTERS_ANY stands for all. */
std::vector<const char *> types_kept_under (tree fndecl);

/* Types whose pointers are converted, from and to, in the order of their text. */
std::vector<std::pair<const char *, const char *> > type_conversions ();

/* Call when the unit is complete, before what is kept is asked for. */
void functype_collect ();

#endif
