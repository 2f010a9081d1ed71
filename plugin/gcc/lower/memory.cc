/* memory.cc - loads and stores of references.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/place.h"
#include "lower/constant.h"
#include "lower/escape.h"
#include "lower/layout.h"
#include "lower/memory.h"
#include "lower/opaque.h"
#include "lower/part.h"
#include "lower/usage.h"

/* Fields of one object that are followed when all of it is written at once. */
static const size_t max_members = 64;

/* Words that share bits with one that is stored, and are followed. */
static const size_t max_shared = 16;

/* VALUE is a load of REF through a pointer that is the address of one of several
 * constants: a branch on the pointer.  False if REF is something else. */
static bool
load_chosen (function_lowering &l, tree ref, int value)
{
	struct way {
		int end, value;
	};
	tree pointer = NULL_TREE;
	std::vector<chosen_constant> constants = chosen_constants (ref, &pointer);
	std::vector<way> ways;

	if (constants.empty ())
		return false;
	int from = l.operand (pointer);
	for (size_t i = 0; i < constants.size (); i++) {
		int number = l.operand (constants[i].value), on_true = -1, otherwise = -1;

		if (i + 1 == constants.size ()) {
			ways.push_back (way { l.at, number });
			break;
		}
		int address = l.operand (constants[i].address);
		l.branch_on (l.add (truth_type, LOCKPROG_EQ, from, address), lockprog_place (),
			     &on_true, &otherwise);
		ways.push_back (way { on_true, number });
		l.at = otherwise;
	}
	l.at = lockprog_add_block (l.program);
	for (const way &one : ways)
		lockprog_add_edge (l.program, one.end, l.at);
	l.define (value, LOCKPROG_PHI, -1, -1);
	for (const way &one : ways)
		lockprog_add_phi_arg (l.program, value, one.end, one.value);
	return true;
}

void
lower_load (function_lowering &l, tree ref, int value)
{
	std::vector<cell> cells;

	if (tree known = is_word (TREE_TYPE (ref)) ? constant_at (ref) : NULL_TREE) {
		int number = l.operand (known);

		l.define (value, LOCKPROG_COPY, number, -1);
		return;
	}
	if (is_word (TREE_TYPE (ref)) && load_chosen (l, ref, value))
		return;
	cells_of (ref, &cells);
	if (is_volatile (ref)) {
		l.define (value, LOCKPROG_UNKNOWN, -1, -1);
		return;
	}
	if (!is_whole_cell (ref, cells)) {
		part found;
		int known = part_of (ref, &found)
			    ? load_part (l, found, word_type (TREE_TYPE (ref))) : -1;

		l.define (value, known >= 0 ? LOCKPROG_COPY : LOCKPROG_UNKNOWN, known, -1);
		return;
	}
	int from = l.address (ref);
	l.program->values[value].class_ = class_number (l, cells[0]);
	l.define (value, LOCKPROG_LOAD, from, -1);
}

void
lower_clobber (function_lowering &l, const cell &changed, lockprog_place place)
{
	int number = class_number (l, changed);

	lockprog_add_op (l.program, l.at, LOCKPROG_CLOBBER, place)->class_ = number;
}

/* True if MEMBERS, as members_of found them, are all that lies in SIZE bits. */
static bool
are_all (const std::vector<member> &members, HOST_WIDE_INT size)
{
	for (const member &m : members)
		size -= m.bits;
	return size == 0;
}

/* Those of MEMBERS that some function loads; none if there are too many. */
static std::vector<member>
loaded_of (const std::vector<member> &members)
{
	std::vector<member> found;

	for (const member &m : members)
		if (is_word (m.where.type) && is_loaded (m.where))
			found.push_back (m);
	if (found.size () > max_members)
		found.clear ();
	return found;
}

/* The member of MEMBERS that M is of its object, or NULL. */
static const member *
same_member (const std::vector<member> &members, const member &m)
{
	for (const member &other : members)
		if (other.at == m.at && other.bits == m.bits && other.outer == m.outer
		    && other.name == m.name && other.element == m.element)
			return &other;
	return NULL;
}

/* The classes of the fields of MEMBERS; of elements of arrays only if ELEMENTS: if those
 * in MEMBERS are all that may have changed. */
static std::set<const char *>
classes_of (const std::vector<member> &members, bool elements)
{
	std::set<const char *> found;

	for (const member &m : members)
		if (TREE_CODE (m.where.type) != ARRAY_TYPE && (elements || m.element < 0))
			found.insert (m.where.name);
	return found;
}

/* All that REF is or has in it has changed, but for the classes BUT. */
static void
clobber_object (function_lowering &l, tree ref, const std::set<const char *> &but,
		lockprog_place place)
{
	std::vector<cell> cells, inside;

	cells_of (ref, &cells);
	/* No pointer leads to a private variable. */
	auto is_of_private = [] (const cell &c) { return c.variable != NULL_TREE; };
	if ((TREE_CODE (TREE_TYPE (ref)) == ARRAY_TYPE || RECORD_OR_UNION_TYPE_P (TREE_TYPE (ref)))
	    && !std::all_of (cells.begin (), cells.end (), is_of_private))
		loaded_cells_in (TREE_TYPE (ref), &inside);
	for (size_t i = 0; i < cells.size (); i++) {
		if (cells[i].variable)
			loaded_cells_of_variable (cells[i].variable, &inside);
		else if (RECORD_OR_UNION_TYPE_P (cells[i].type))
			loaded_cells_in (cells[i].type, &inside);
		overlapping_cells (cells[i], &inside);
		inside.push_back (cells[i]);
	}
	std::set<const char *> done;
	for (size_t i = 0; i < inside.size (); i++) {
		tree type = inside[i].type;

		if (but.count (inside[i].name)
		    || !(is_word (type) || is_opaque (type) || TREE_CODE (type) == ARRAY_TYPE))
			continue;
		if (done.insert (inside[i].class_name).second)
			lower_clobber (l, inside[i], place);
	}
}

/* True if an object of TYPE has an array in it. */
static bool
has_array (tree type)
{
	if (TREE_CODE (type) == ARRAY_TYPE)
		return true;
	if (!RECORD_OR_UNION_TYPE_P (type))
		return false;
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
		if (TREE_CODE (field) == FIELD_DECL && has_array (TREE_TYPE (field)))
			return true;
	return false;
}

/* OBJECT becomes zero as a whole.  A variable of this function that has arrays is zeroed
 * by class: which element a later load takes need not be known.  False if OBJECT is
 * something else. */
static bool
zero_each (function_lowering &l, tree object, lockprog_place place)
{
	std::vector<cell> inside;
	std::set<const char *> done;

	if (!VAR_P (object) || TREE_STATIC (object) || DECL_EXTERNAL (object)
	    || is_volatile (object) || !has_array (TREE_TYPE (object)))
		return false;
	cells_of (object, &inside);
	if (!inside[0].variable)
		loaded_cells_in (TREE_TYPE (object), &inside);
	else
		loaded_cells_of_variable (inside[0].variable, &inside);
	int each = -1;
	for (const cell &c : inside) {
		tree type = element_type (c.type);

		if (RECORD_OR_UNION_TYPE_P (type) || !done.insert (c.class_name).second)
			continue;
		if (!is_word (type)) {
			lower_clobber (l, c, place);
			continue;
		}
		if (!is_loaded (c))
			continue;
		if (each < 0) {
			int variable = l.address (object);

			each = lockprog_add_value (l.program, NULL, NULL, pointer_type (),
						   LOCKPROG_OPAQUE, -1, -1);
			lower_opaque (l, each, LOCKPROG_EACH, variable, variable);
		}
		lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_STORE, place);
		op->address = each;
		op->class_ = class_number (l, c);
		op->value = l.constant (word_type (type), 0);
	}
	return true;
}

/* True if FROM is a string literal of zeros: so GCC has the initialiser of an array. */
static bool
is_zero_string (tree from)
{
	if (TREE_CODE (from) != STRING_CST)
		return false;
	for (int i = 0; i < TREE_STRING_LENGTH (from); i++)
		if (TREE_STRING_POINTER (from)[i])
			return false;
	return true;
}

void
lower_store_object (function_lowering &l, gimple *stmt, tree object, tree from)
{
	lockprog_place place = place_at (place_of (stmt));
	std::vector<member> fields;
	std::vector<int> stored;

	if ((!from || is_zero_string (from)) && zero_each (l, object, place))
		return;
	bool is_whole = false;
	if (!is_volatile (object)) {
		const std::vector<member> &all = members_of_object (object);

		is_whole = !all.empty ()
			   && are_all (all, tree_to_shwi (TYPE_SIZE (TREE_TYPE (object))));
		fields = loaded_of (all);
	}
	for (size_t i = 0; i < fields.size (); i++) {
		std::vector<member> same;

		if (!from || TREE_CODE (from) == STRING_CST) {
			lockprog_type type = word_type (fields[i].where.type);
			HOST_WIDE_INT byte = fields[i].at / BITS_PER_UNIT;
			bool is_in_string = from && byte < TREE_STRING_LENGTH (from);

			type.bits = fields[i].bits;
			int number = is_in_string ? TREE_STRING_POINTER (from)[byte] : 0;
			if (from && type.bits != BITS_PER_UNIT)
				stored.push_back (-1);
			else
				stored.push_back (l.constant (type, number));
			continue;
		}
		members_of (from, fields[i].at, fields[i].bits, true, &same);
		const member *source = is_volatile (from) ? NULL : same_member (same, fields[i]);
		stored.push_back (source ? load_member (l, from, *source, NULL) : -1);
	}
	if (!is_whole)
		clobber_object (l, object, classes_of (fields, false), place);
	for (size_t i = 0; i < fields.size (); i++)
		store_at (l, member_address (l, object, fields[i]), fields[i], stored[i], place);
}

void
lower_take_struct (function_lowering &l, gimple *stmt, tree ref, const char *name)
{
	lockprog_place place = place_at (place_of (stmt));
	const std::vector<member> fields = loaded_of (members_of_object (ref));
	const std::vector<member> &others = members_of_type (TREE_TYPE (ref));
	std::vector<int> values;
	int from = l.object (name, false);

	for (const member &m : fields) {
		const member *other = same_member (others, m);

		values.push_back (other ? load_at (l, member_at (l, from, m), *other, NULL) : -1);
	}
	clobber_object (l, ref, classes_of (fields, false), place);
	for (size_t i = 0; i < fields.size (); i++)
		store_at (l, member_address (l, ref, fields[i]), fields[i], values[i], place);
}

void
lower_hand_struct (function_lowering &l, const char *name, tree ref, lockprog_place place)
{
	const std::vector<member> fields = loaded_of (members_of_type (TREE_TYPE (ref)));
	const std::vector<member> &others = members_of_object (ref);
	int to = l.object (name, false);

	for (const member &m : fields) {
		const member *other = same_member (others, m);

		int value = other ? load_member (l, ref, *other, NULL) : -1;

		store_at (l, member_at (l, to, m), m, value, place);
	}
}

void
lower_forget_struct (function_lowering &l, const char *name, tree type, lockprog_place place)
{
	int object = l.object (name, false);

	for (const member &m : loaded_of (members_of_type (type)))
		store_at (l, member_at (l, object, m), m, -1, place);
}

/* The words of an object that REF is, seen as one, and the object; NULL if REF is no such
 * thing. */
static tree
words_of (tree ref, HOST_WIDE_INT *first, std::vector<member> *words)
{
	HOST_WIDE_INT size;
	tree object = object_of_words (ref, first);

	if (!object || is_volatile (ref) || BYTES_BIG_ENDIAN || !TYPE_SIZE (TREE_TYPE (ref))
	    || !tree_fits_shwi_p (TYPE_SIZE (TREE_TYPE (ref))))
		return NULL_TREE;
	size = tree_to_shwi (TYPE_SIZE (TREE_TYPE (ref)));
	members_of (object, *first, size, true, words);
	return words->empty () ? NULL_TREE : object;
}

/* VALUE, or something unknown for -1, goes into words of an object that are seen as one:
 * into each of them, if these are all.  False if they are not. */
static bool
store_words (function_lowering &l, lockprog_place place, tree ref, int value)
{
	std::vector<member> words;
	bool is_constant = value >= 0 && l.program->values[value].expr == LOCKPROG_CONST;
	unsigned long long bits = is_constant ? l.program->values[value].constant : 0;
	HOST_WIDE_INT first;
	tree object = words_of (ref, &first, &words);

	if (!object || !are_all (words, tree_to_shwi (TYPE_SIZE (TREE_TYPE (ref)))))
		return false;
	HOST_WIDE_INT size = tree_to_shwi (TYPE_SIZE (TREE_TYPE (ref)));
	if (is_constant && !bits && tree_int_cst_equal (TYPE_SIZE (TREE_TYPE (ref)),
							TYPE_SIZE (TREE_TYPE (object)))
	    && zero_each (l, object, place))
		return true;
	words = loaded_of (words);
	for (const member &m : words) {
		lockprog_type type = word_type (m.where.type);

		type.bits = m.bits;
		store_at (l, member_address (l, object, m), m,
			  is_constant && size <= 64
			  ? l.constant (type, (long long) (bits >> (m.at - first))) : -1,
			  place);
	}
	return true;
}

/* Store VALUE in REF, and in the words that share bits with it.  False if there are none,
 * or too many. */
static bool
store_shared (function_lowering &l, lockprog_place place, tree ref, int value)
{
	std::vector<member> words;
	std::vector<int> values;
	part stored;

	if (value < 0 || is_volatile (ref) || !part_of (ref, &stored))
		return false;
	words_sharing (stored, &words);
	words = loaded_of (words);
	if (words.empty () || words.size () > max_shared)
		return false;
	values.reserve (words.size ());
	for (const member &m : words)
		values.push_back (member_after_store (l, stored, value, m));
	/* Each word is stored at its own place: no other element changes. */
	clobber_object (l, ref, classes_of (words, true), place);
	for (size_t i = 0; i < words.size (); i++)
		store_at (l, member_address (l, stored.object, words[i]), words[i], values[i],
			  place);
	return true;
}

/* Store VALUE, or something unknown for -1, in REF. */
static void
store_ref (function_lowering &l, lockprog_place place, tree ref, int value)
{
	std::vector<cell> cells, others;

	cells_of (ref, &cells);
	if (!is_whole_cell (ref, cells)) {
		if (store_words (l, place, ref, value) || store_shared (l, place, ref, value))
			return;
		clobber_object (l, ref, {}, place);
		return;
	}
	if (cells[0].in_union && store_shared (l, place, ref, value))
		return;
	int to = l.address (ref), number = class_number (l, cells[0]);
	int stored = value;
	if (value < 0 || is_volatile (ref))
		stored = l.unknown (word_type (TREE_TYPE (ref)));
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_STORE, place);
	op->address = to;
	op->class_ = number;
	op->value = stored;
	overlapping_cells (cells[0], &others);
	for (size_t i = 0; i < others.size (); i++)
		lower_clobber (l, others[i], place);
}

/* The object whose address POINTER is, or NULL. */
static tree
object_at (tree pointer)
{
	if (TREE_CODE (pointer) == SSA_NAME && gimple_assign_single_p (SSA_NAME_DEF_STMT (pointer)))
		pointer = gimple_assign_rhs1 (SSA_NAME_DEF_STMT (pointer));
	if (TREE_CODE (pointer) != ADDR_EXPR
	    || TREE_CODE (TREE_OPERAND (pointer, 0)) == FUNCTION_DECL)
		return NULL_TREE;
	return TREE_OPERAND (pointer, 0);
}

bool
lower_copy_words (function_lowering &l, gassign *store)
{
	tree to = gimple_assign_lhs (store), from = gimple_assign_rhs1 (store);
	gimple *load = TREE_CODE (from) == SSA_NAME ? SSA_NAME_DEF_STMT (from) : NULL;
	std::vector<member> words, others;
	std::vector<int> values;
	lockprog_place place = place_at (place_of (store));

	if (!load || !gimple_assign_load_p (load))
		return false;
	gimple_stmt_iterator next = gsi_for_stmt (load);
	gsi_next_nondebug (&next);
	if (gsi_end_p (next) || gsi_stmt (next) != store)
		return false;
	from = gimple_assign_rhs1 (load);
	HOST_WIDE_INT at_target, at_source;
	tree target = words_of (to, &at_target, &words);
	tree source = words_of (from, &at_source, &others);
	if (!target || !source || (words.size () == 1 && others.size () == 1))
		return false;
	HOST_WIDE_INT distance = at_source - at_target;
	words = loaded_of (words);
	for (const member &m : words) {
		int value = -1;

		for (const member &other : others)
			if (other.at == m.at + distance && other.bits == m.bits && value < 0)
				value = load_member (l, source, other, NULL);
		values.push_back (value);
	}
	clobber_object (l, to, classes_of (words, false), place);
	for (size_t i = 0; i < words.size (); i++)
		store_at (l, member_address (l, target, words[i]), words[i], values[i], place);
	return true;
}

bool
clobber_pointed (function_lowering &l, tree pointer, lockprog_place place)
{
	tree object = object_at (pointer);
	std::vector<cell> cells;

	known_cells_at (pointer, &cells);
	/* One cell, or one object: nothing else of their classes has changed. */
	if (object && RECORD_OR_UNION_TYPE_P (TREE_TYPE (object))) {
		const std::vector<member> fields = loaded_of (members_of_object (object));

		clobber_object (l, object, classes_of (fields, false), place);
		for (const member &m : fields)
			store_at (l, member_address (l, object, m), m, -1, place);
		return true;
	}
	if (object && is_whole_cell (object, cells)
	    && TREE_CODE (cells[0].type) != ARRAY_TYPE) {
		if (is_loaded (cells[0]))
			store_ref (l, place, object, -1);
		return true;
	}
	for (size_t i = 0; i < cells.size (); i++) {
		std::vector<cell> inside;
		std::set<const char *> done;

		if (cells[i].variable)
			loaded_cells_of_variable (cells[i].variable, &inside);
		else
			loaded_cells_in (cells[i].type, &inside);
		overlapping_cells (cells[i], &inside);
		if (!RECORD_OR_UNION_TYPE_P (cells[i].type))
			inside.push_back (cells[i]);
		for (size_t j = 0; j < inside.size (); j++)
			if (done.insert (inside[j].class_name).second)
				lower_clobber (l, inside[j], place);
	}
	if (!cells.empty ())
		return true;

	tree type = TREE_TYPE (pointer);
	type = POINTER_TYPE_P (type) ? TREE_TYPE (type) : void_type_node;
	if (!RECORD_OR_UNION_TYPE_P (type))
		return false;
	loaded_cells_in (type, &cells);
	for (size_t i = 0; i < cells.size (); i++)
		lower_clobber (l, cells[i], place);
	return true;
}

void
lower_store (function_lowering &l, gimple *stmt, tree ref, int value)
{
	store_ref (l, place_at (place_of (stmt)), ref, value);
}

void
lower_store_through (function_lowering &l, gimple *stmt, tree pointer, int value)
{
	tree type = TREE_TYPE (pointer);

	if (value < 0 || !POINTER_TYPE_P (type) || !is_word (TREE_TYPE (type))
	    || word_type (TREE_TYPE (type)).bits != 8)
		clobber_pointed (l, pointer, place_at (place_of (stmt)));
	else if (TREE_CODE (pointer) == ADDR_EXPR)
		lower_store (l, stmt, TREE_OPERAND (pointer, 0), value);
	else
		lower_store (l, stmt,
			     build2 (MEM_REF, TREE_TYPE (type), pointer, build_int_cst (type, 0)),
			     value);
}
