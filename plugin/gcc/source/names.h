/* names.h - names of functions, variables, records and fields, each unique in its unit.
 *
 * The strings live as long as the process; names_clear forgets which name belongs to
 * what.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef NAMES_H
#define NAMES_H

/* Name every function that has a body.  Call before any other function here: functions
 * without a body get names that none of those has. */
void names_of_bodies ();
void names_clear ();

/* The name of a function, unique for each function of the unit that has a body. */
const char *function_name (tree fndecl);

/* The name of a variable: "Global", "function.local". */
const char *object_name (tree decl);

/* The name of the object in which FNDECL, which has no body here, gets a struct by value
 * as its argument NUMBER, or returns one: NUMBER is -1. */
const char *handed_name (tree fndecl, int number);

/* What is added to the name of a function for that object. */
std::string handed_suffix (int number);

/* The name of the struct or union TYPE.  One without a tag is named after WHERE it was
 * first met. */
const char *record_name (tree type, const std::string &where);

/* The name of what the pointer DECL points to, in the way of function_name:
 * "OPERATIONS.attach" for a field. */
const char *pointer_name (tree decl);

/* The first bit of FIELD in its record; false if it is at no fixed place. */
bool place_in_record (tree field, HOST_WIDE_INT *first);

/* The name of FIELD in its record; "at8" for one without a name, after its byte. */
std::string field_name (tree field);

/* True if no other function has the plain name of FNDECL: in C only nested ones may share
 * theirs. */
bool has_plain_name (tree fndecl);

#endif
