/* cell.h - memory as the lock program sees it: classes of cells.
 *
 * Cells of different classes do not overlap, so a class is a field of one struct type, or
 * a variable.  What only a pointer of unknown origin leads to is classed by its type
 * ("*int32"), and so are fields and variables of that type whose address a pointer may
 * hold: they are one class, and which cells of it are the same the addresses tell.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CELL_H
#define CELL_H

#include "lockprog/lockprog.h"

struct cell {
	const char *name;	/* of the field or variable, or as the class */
	const char *class_name;
	lockprog_lifetime lifetime;
	bool is_system;		/* declared in a system header */
	bool is_known;		/* a field or variable; else only a type */
	tree type;		/* of what lies there */
	tree owner;		/* a field's record type, main variant; or NULL */
	tree in_union;		/* the outermost union it lies in; or NULL */
	tree variable;		/* the private variable it is or lies in; or NULL */
};

/* A field that lies in a part of an object, or an element of an array there. */
struct member {
	cell where;
	const char *outer;		/* names of the fields that it lies in, "a.b.": shared */
	const char *name;		/* its own: an identifier's, or "" */
	HOST_WIDE_INT at, bits;		/* its first bit from the object's start; its width */
	int element;			/* its number, or -1 */
};

/* The fields that are words and lie wholly in the SIZE bits from FIRST on of OBJECT;
 * those that share their bits with others in a union only if WITH_UNIONS. */
void members_of (tree object, HOST_WIDE_INT first, HOST_WIDE_INT size, bool with_unions,
		 std::vector<member> *found);

/* All of them in OBJECT, with those of unions; none where its size is not known.  If it
 * is no struct or union they are good until the next call only. */
const std::vector<member> &members_of_object (tree object);

/* All fields of an object of TYPE that are words, called as those of any such object. */
const std::vector<member> &members_of_type (tree type);

/* Those in the field NAME of such an object, if it has one. */
void members_named (tree type, const char *name, std::vector<member> *found);

/* All cells that the reference REF may be; several when its pointer has several
 * origins. */
void cells_of (tree ref, std::vector<cell> *found);

/* True if REF is all of the one cell in CELLS, and a word: then a load or store of it is
 * one of a lock program. */
bool is_whole_cell (tree ref, const std::vector<cell> &cells);

/* The object that REF, memory accessed by its address alone, lies in: a variable, or the
 * struct that a pointer leads to.  *FIRST is its first bit there.  NULL_TREE if REF is no
 * such access. */
tree object_of_words (tree ref, HOST_WIDE_INT *first);

/* The cells of unknown origin of TYPE. */
cell typed_cell (tree type);

/* The one cell that the pointer ADDR points to; false if there are several or none. */
bool cell_at (tree addr, cell *found);

/* The fields and variables that the pointer ADDR may point to. */
void known_cells_at (tree addr, std::vector<cell> *found);

/* What TYPE, an array maybe of arrays, is an array of; any other TYPE itself. */
tree element_type (tree type);

/* True if TYPE is one of integers or pointers. */
bool is_scalar (tree type);

/* The class of what a pointer of unknown origin to TYPE points to. */
const char *pointee_class (tree type);

bool is_private (const cell &c);

/* Forget cells that were made: other addresses escape now. */
void cells_forget ();

#endif
