/* attribute.h - the attributes that annotate functions, parameters and pointers to
 * functions.
 *
 * An attribute's argument is a string, because it stands before the parameters that it
 * names:
 *
 *     __attribute__((spinrule_acquires ("ext->lock")))
 *     __attribute__((spinrule_when ("return != 0", "_Acquires_lock_(ext->lock)")))
 *
 * runtime/spinrule-sal.h makes them of SAL's names; docs/annotations.md is for users.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ATTRIBUTE_H
#define ATTRIBUTE_H

enum annotation_kind {
	ANNOTATION_ACQUIRES,
	ANNOTATION_RELEASES,
	ANNOTATION_REQUIRES_HELD,
	ANNOTATION_REQUIRES_NOT_HELD,
	ANNOTATION_IRQL_SAVES,		/* through the parameter, or as the result */
	ANNOTATION_IRQL_RESTORES,	/* the parameter */
	ANNOTATION_KINDS
};

struct annotation {
	annotation_kind kind;
	std::string lock;		/* the expression as written; "" for IRQLs */
	std::string condition;		/* "return != 0"; "" for always */
	/* number of the parameter it stands at, which is _Curr_; -1: none */
	int param;
	/* IRQLs: the argument of _At_, until PARAM is found; or "" */
	std::string at;
};

/* Add ADDED to FOUND, once. */
void annotation_add (std::vector<annotation> *found, const annotation &added);

/* SAL's name of KIND: "_Acquires_lock_". */
const char *annotation_word (annotation_kind kind);

/* Register the attributes.  ON_POINTER is called with each declaration of a pointer to
 * functions that gets one.  Call in plugin_init. */
void attributes_init (const char *plugin_name, void (*on_pointer) (tree decl));

/* The annotations among ATTRIBUTES, those of parameter PARAM, or of a function (-1). */
void attributes_read (tree attributes, int param, std::vector<annotation> *found);

/* True if one of these attributes was read while this unit was parsed; or is on DECL,
 * also from a precompiled header. */
bool attributes_seen ();
bool attributes_has (tree decl);

/* The declaration DECL loses its annotations. */
void attributes_remove (tree decl);

/* The type of the functions that DECL declares, or declares a pointer to, or an array of
 * pointers to; or NULL. */
tree annotated_type (tree decl);

#endif
