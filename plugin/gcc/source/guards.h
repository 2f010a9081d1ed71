/* guards.h - which lock guards a field or a variable, what kind of lock one is, and the
 * order of locks.
 *
 *     __attribute__((spinrule_guarded_by ("lock"))) int count;
 *     __attribute__((spinrule_lock_kind ("_Lock_kind_mutex_"))) HANDLE lock;
 *     __attribute__((spinrule_no_competing_thread)) void reset (EXT *ext);
 *     __attribute__((spinrule_lock_level ("TABLE"))) KSPIN_LOCK lock;
 *     #pragma spinrule lock_levels TABLE ENTRY
 *
 * runtime/spinrule-sal.h makes them of SAL's names; docs/annotations.md is for users.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef GUARDS_H
#define GUARDS_H

/* Register the attributes.  Call in plugin_init. */
void guards_init (const char *plugin_name);

/* The expression for the lock that guards the field or variable DECL, or NULL. */
const std::string *guard_of (tree decl);

/* True if some field or variable of the unit is guarded. */
bool guards_seen ();

/* The kind of the lock DECL, as SAL calls it, or NULL. */
const std::string *lock_kind_of (tree decl);

/* The level of the lock that the reference REF is, or the handle of a lock; or NULL. */
const std::string *lock_level_of (tree ref);

/* Locks of level FIRST are acquired before those of level SECOND. */
struct lock_levels {
	std::string first, second;
};

void lock_levels_add (const lock_levels &added);

/* All of the unit. */
const std::vector<lock_levels> &lock_levels_seen ();

/* True if no other thread uses what the function FNDECL writes. */
bool has_no_competing_thread (tree fndecl);

#endif
