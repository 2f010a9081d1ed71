/* site.h - what instrumented code refers to: descriptors of places, and the runtime's
 * functions.
 *
 * Trees are good until the end of the pass: nothing is collected meanwhile, and by then
 * code refers to all of them.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SITE_H
#define SITE_H

/* Forget what belongs to the unit before. */
void site_start_unit ();

/* The address of a new descriptor (struct spinrule_site) of the place WHERE in FNDECL.
 * Macros are looked through: the place is where the outermost one is used.
 * FLAGS: those of rule.h that the field "reported" begins with.  LOCK_CLASS: the field
 * that the lock is: see lockclass.h. */
tree site_address (tree fndecl, location_t where, const char *ddi, const char *lock,
		   unsigned flags = 0, const char *lock_class = "");

/* If the unit has sites and is part of a shared object: a destructor that tells the
 * runtime that the object's sites go away. */
void site_end_unit ();

/* struct spinrule_site * */
tree site_pointer_type ();

/* The function NAME of the runtime: this unit's declaration, or a new one of TYPE. */
tree site_runtime_function (const char *name, tree type);

/* TYPE, a function's, with the calling convention that the runtime's own functions have
 * whatever options this unit is compiled with. */
tree site_runtime_convention (tree type);

#endif
