/* escape.h - which variables of a unit others reach, and which cells pointers lead to.
 *
 * scan.h finds it; all that lowers a function asks.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ESCAPE_H
#define ESCAPE_H

#include <set>
#include <string>
#include <vector>

/* Parameters of functions of other files to which an address is handed. */
typedef std::set<std::pair<std::string, int> > handed_parameters;

/* The address of a variable, or what the function DECL gets as a parameter, stays in the
 * driver, if it does so in the parameters NEEDS. */
struct stays {
	tree decl;
	int number;		/* of the parameter, or -1 */
	handed_parameters needs;
};

/* A new unit, of which nothing is known.  IS_FOR_LINK: functions of other files will be
 * seen. */
void escape_begin (bool is_for_link);

/* True if functions of other files will be seen. */
bool is_for_link ();

/* True if DECL is a local variable whose address goes nowhere. */
bool is_private_variable (tree decl);
void note_private_variable (tree decl);

/* True if DECL is a local variable, or hands a struct from one function to another, and
 * its address reaches only functions of the unit. */
bool is_contained_variable (tree decl);
void note_contained_variable (unsigned uid);	/* DECL_UID */

/* What the linker needs to know about other addresses. */
const std::vector<stays> &stays_if_linked ();
void note_stays (const stays &one);

/* True if what REF holds may change by itself: it is volatile, and others reach it. */
bool is_volatile (tree ref);

/* True if pointers that functions of the unit follow may hold the address of cells called
 * NAME, a string of the lock program. */
bool is_pointed_to (const char *name);
void note_pointed_to (const char *name);

#endif
