/* typename.h - the names that a type was given by typedefs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TYPENAME_H
#define TYPENAME_H

struct type_name {
	const char *name;	/* lives as long as the process */
	unsigned decl;		/* DECL_UID of the typedef */
};

/* Keep the names of types from what link-time optimization and earlier declarations do to
 * them.  Call in plugin_init. */
void type_names_init (const char *plugin_name);

/* The type in the declaration of the function FNDECL that was just finished
 * (PLUGIN_FINISH_DECL), as it is written there. */
tree type_as_declared (tree fndecl);

/* The typedefs that TYPE was made by, its own name first: for "typedef int LONG; typedef
 * LONG NTSTATUS;" and a variable of type NTSTATUS that is NTSTATUS, LONG. */
std::vector<type_name> type_names (tree type);

/* True if TYPE's name is one of a spin lock: all of the kit's contain SPIN_LOCK
 * (KSPIN_LOCK, EX_SPIN_LOCK, NDIS_SPIN_LOCK, and P before each for a pointer). */
bool names_spin_lock (tree type);

/* True if TYPE is what a handle leads to, a struct that DECLARE_HANDLE made: what a
 * driver knows of an object of KMDF or of its own is that handle. */
bool is_handle (tree type);

#endif
