/* cell.cc - memory as the lock program sees it.
 *
 * GCC's alias oracle is not used: its answers change with -O, and what is reported must
 * not.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/names.h"
#include "lower/cell.h"
#include "lower/escape.h"
#include "lower/word.h"

/* How far a pointer is followed to where it comes from. */
static const unsigned max_origins = 40;

typedef auto_vec<tree, 8> trees;

/* By variable and way to the field. */
static std::map<std::pair<tree, std::vector<tree> >, cell> known_fields;

/* All fields of structs, by type and then as known_fields. */
static std::map<std::pair<tree, std::pair<tree, std::vector<tree> > >, std::vector<member> >
	known_members;

tree
element_type (tree type)
{
	while (TREE_CODE (type) == ARRAY_TYPE)
		type = TREE_TYPE (type);
	return type;
}

bool
is_scalar (tree type)
{
	return INTEGRAL_TYPE_P (type) || POINTER_TYPE_P (type);
}

const char *
pointee_class (tree type)
{
	std::string name = "*";

	type = element_type (type);
	if (POINTER_TYPE_P (type))
		name += "pointer";
	else if (INTEGRAL_TYPE_P (type))
		/* By size alone: drivers look at one and the same cell as LONG and as
		 * ULONG. */
		name += "int" + std::to_string (tree_to_uhwi (TYPE_SIZE (type)));
	else if (RECORD_OR_UNION_TYPE_P (type))
		name += record_name (type, "anonymous");
	else
		name += get_tree_code_name (TREE_CODE (type));
	return lockprog_string (name.c_str ());
}

static void find_cells (tree ref, std::vector<cell> *found, trees *seen);

static void
add_cell (std::vector<cell> *found, const cell &added)
{
	for (size_t i = 0; i < found->size (); i++)
		if ((*found)[i].name == added.name)
			return;
	found->push_back (added);
}

/* How long a cell that holds TYPE keeps its value. */
static lockprog_lifetime
lifetime_of (tree type, bool is_system, bool is_private)
{
	if (is_private)
		return LOCKPROG_PRIVATE;
	if (!POINTER_TYPE_P (element_type (type)))
		return LOCKPROG_SHARED;
	return is_system ? LOCKPROG_SYSTEM : LOCKPROG_DRIVER;
}

bool
is_private (const cell &c)
{
	return c.lifetime == LOCKPROG_PRIVATE;
}

/* C, a field or variable, is in the class of its type if pointers may lead to it. */
static void
choose_class (cell *c)
{
	c->class_name = c->name;
	/* The linker chooses for a driver. */
	if (is_for_link () || is_private (*c) || !is_pointed_to (c->name)
	    || !is_scalar (element_type (c->type)))
		return;
	c->class_name = pointee_class (c->type);
	c->lifetime = lifetime_of (c->type, false, false);
}

cell
typed_cell (tree type)
{
	cell c = cell ();

	c.type = type;
	c.name = c.class_name = pointee_class (type);
	c.lifetime = lifetime_of (type, false, false);
	return c;
}

static cell
variable_cell (tree decl)
{
	cell c = cell ();

	c.type = TREE_TYPE (decl);
	c.name = object_name (decl);
	c.is_system = in_system_header_at (DECL_SOURCE_LOCATION (decl));
	c.lifetime = lifetime_of (c.type, c.is_system, is_private_variable (decl));
	c.is_known = true;
	c.variable = is_private (c) ? decl : NULL_TREE;
	choose_class (&c);
	return c;
}

static cell
make_field_cell (tree variable, const std::vector<tree> &fields)
{
	cell c = cell ();
	std::string where = variable ? object_name (variable) : "anonymous", path;
	tree field = NULL_TREE;

	for (size_t i = 0; i < fields.size (); i++) {
		tree record = TYPE_MAIN_VARIANT (DECL_CONTEXT (fields[i]));
		const char *name = record_name (record, where);

		field = fields[i];
		c.owner = record;
		if (TREE_CODE (record) == UNION_TYPE && !c.in_union)
			c.in_union = record;
		where = name + std::string (".") + field_name (field);
		path += "." + field_name (field);
	}
	gcc_assert (field);
	c.type = TREE_TYPE (field);
	c.is_system = in_system_header_at (DECL_SOURCE_LOCATION (field));
	c.lifetime = lifetime_of (c.type, c.is_system, variable && is_private_variable (variable));
	c.is_known = true;
	if (is_private (c)) {
		c.variable = variable;
		where = object_name (variable) + path;
	}
	c.name = lockprog_string (where.c_str ());
	choose_class (&c);
	return c;
}

/* The cell of a reference whose way in from its base is FIELDS, the base's own first. */
static cell
field_cell (tree variable, const std::vector<tree> &fields)
{
	auto key = std::make_pair (variable, fields);
	auto known = known_fields.find (key);

	if (known == known_fields.end ())
		known = known_fields.insert (std::make_pair (key,
							     make_field_cell (variable,
									      fields))).first;
	return known->second;
}

/* REF's base, the fields on the way to REF, and the variable the base is, or NULL. */
static tree
way_to (tree ref, std::vector<tree> *fields, tree *variable)
{
	tree base = ref;

	while (handled_component_p (base)) {
		if (TREE_CODE (base) == COMPONENT_REF)
			fields->insert (fields->begin (), TREE_OPERAND (base, 1));
		base = TREE_OPERAND (base, 0);
	}
	if (TREE_CODE (base) == MEM_REF && TREE_CODE (TREE_OPERAND (base, 0)) == ADDR_EXPR
	    && integer_zerop (TREE_OPERAND (base, 1)))
		*variable = TREE_OPERAND (TREE_OPERAND (base, 0), 0);
	else
		*variable = base;
	if (!VAR_P (*variable) && TREE_CODE (*variable) != PARM_DECL
	    && TREE_CODE (*variable) != RESULT_DECL)
		*variable = NULL_TREE;
	return base;
}

/* Add what POINTER may point to to FOUND.  False if it may point to more. */
static bool
find_pointed (tree pointer, std::vector<cell> *found, trees *seen)
{
	STRIP_NOPS (pointer);
	if (TREE_CODE (pointer) == ADDR_EXPR) {
		tree object = TREE_OPERAND (pointer, 0);

		if (TREE_CODE (object) != FUNCTION_DECL && TREE_CODE (object) != LABEL_DECL)
			find_cells (object, found, seen);
		return true;
	}
	if (TREE_CODE (pointer) == INTEGER_CST)
		return integer_zerop (pointer);
	if (TREE_CODE (pointer) != SSA_NAME)
		return false;
	if (seen->length () > max_origins)
		return false;
	if (seen->contains (pointer))
		return true;
	seen->safe_push (pointer);

	gimple *stmt = SSA_NAME_DEF_STMT (pointer);
	if (gphi *phi = dyn_cast<gphi *> (stmt)) {
		bool all = true;

		for (unsigned i = 0; i < gimple_phi_num_args (phi); i++)
			all &= find_pointed (gimple_phi_arg_def (phi, i), found, seen);
		return all;
	}
	if (!is_gimple_assign (stmt))
		return false;

	tree rhs = gimple_assign_rhs1 (stmt);
	if (gimple_assign_rhs_code (stmt) == POINTER_PLUS_EXPR) {
		std::vector<cell> base;

		/* Only inside an array is the next cell of the same class. */
		if (!find_pointed (rhs, &base, seen) || base.empty ())
			return false;
		for (size_t i = 0; i < base.size (); i++) {
			if (RECORD_OR_UNION_TYPE_P (element_type (base[i].type)))
				return false;
			add_cell (found, base[i]);
		}
		return true;
	}
	if (!gimple_assign_cast_p (stmt) && !gimple_assign_single_p (stmt))
		return false;
	if (!POINTER_TYPE_P (TREE_TYPE (rhs))
	    || (TREE_CODE (rhs) != SSA_NAME && TREE_CODE (rhs) != ADDR_EXPR))
		return false;
	return find_pointed (rhs, found, seen);
}

static void
find_cells (tree ref, std::vector<cell> *found, trees *seen)
{
	std::vector<tree> fields;
	tree variable, base = way_to (ref, &fields, &variable);

	if (!fields.empty ()) {
		add_cell (found, field_cell (variable, fields));
	} else if (variable) {
		add_cell (found, variable_cell (variable));
	} else if (TREE_CODE (base) != MEM_REF || !integer_zerop (TREE_OPERAND (base, 1))
		   || !find_pointed (TREE_OPERAND (base, 0), found, seen) || found->empty ()) {
		add_cell (found, typed_cell (TREE_TYPE (ref)));
	}
}

/* Elements of an array in a struct that are fields of their own. */
static const HOST_WIDE_INT max_elements = 16;

/* Elements of the array that is ARRAY, called NAME, and starts at bit START, that lie in
 * the SIZE bits from FIRST on. */
static void
add_elements (const cell &array, const std::string &name, HOST_WIDE_INT start, HOST_WIDE_INT first,
	      HOST_WIDE_INT size,
	      std::vector<member> *found)
{
	tree element = TREE_TYPE (array.type), whole = TYPE_SIZE (array.type);
	HOST_WIDE_INT width = 0;

	if (is_scalar (element) && TYPE_SIZE (element) && whole
	    && tree_fits_shwi_p (TYPE_SIZE (element))
	    && tree_fits_shwi_p (whole))
		width = tree_to_shwi (TYPE_SIZE (element));
	for (HOST_WIDE_INT i = 0;
	     width && i < max_elements && (i + 1) * width <= tree_to_shwi (whole); i++) {
		member m;

		if (start + i * width < first || start + (i + 1) * width > first + size)
			continue;
		m.where = array;
		m.where.type = element;
		m.path = name + "[" + std::to_string (i) + "]";
		m.at = start + i * width;
		m.bits = width;
		m.is_element = true;
		found->push_back (m);
	}
}

static void add_members (tree type, HOST_WIDE_INT start, HOST_WIDE_INT first, HOST_WIDE_INT size,
			 bool with_unions, tree variable, size_t outer,
			 std::vector<tree> *fields, std::vector<member> *found);

/* The first bit of FIELD in what it is a field of; false if it is at no fixed place. */
static bool
place_in_record (tree field, HOST_WIDE_INT *first)
{
	tree bytes = DECL_FIELD_OFFSET (field);

	if (TREE_CODE (bytes) != INTEGER_CST)
		return false;
	offset_int at = wi::lshift (wi::to_offset (bytes), LOG2_BITS_PER_UNIT)
			+ wi::to_offset (DECL_FIELD_BIT_OFFSET (field));
	*first = at.to_shwi ();
	return wi::fits_shwi_p (at);
}

/* FIELD of a type that starts at bit START, as add_members does. */
static void
add_member (tree field, HOST_WIDE_INT start, HOST_WIDE_INT first, HOST_WIDE_INT size,
	    bool with_unions, tree variable,
	    size_t outer, std::vector<tree> *fields, std::vector<member> *found)
{
	tree type = TREE_TYPE (field);
	HOST_WIDE_INT at;

	if (!DECL_SIZE (field) || !tree_fits_shwi_p (DECL_SIZE (field))
	    || !place_in_record (field, &at))
		return;
	at += start;
	HOST_WIDE_INT bits = tree_to_shwi (DECL_SIZE (field));
	if (at >= first + size || at + bits <= first)
		return;
	fields->push_back (field);
	if (TREE_CODE (type) == RECORD_TYPE || (with_unions && TREE_CODE (type) == UNION_TYPE)) {
		add_members (type, at, first, size, with_unions, variable, outer, fields, found);
	} else if (is_scalar (type) && at >= first && at + bits <= first + size) {
		member m;

		m.where = field_cell (variable, *fields);
		for (size_t i = outer; i < fields->size (); i++)
			if (DECL_NAME ((*fields)[i]))
				m.path += (m.path.empty () ? "" : ".") + field_name ((*fields)[i]);
		m.at = at;
		m.bits = bits;
		m.is_element = false;
		found->push_back (m);
	} else if (with_unions && TREE_CODE (type) == ARRAY_TYPE) {
		add_elements (field_cell (variable, *fields), field_name (field), at, first, size,
			      found);
	}
	fields->pop_back ();
}

/* Fields of TYPE, which starts at bit START, that are words and lie in the SIZE bits from
 * FIRST on. FIELDS is the way to it, of which the first OUTER are those to the object. */
static void
add_members (tree type, HOST_WIDE_INT start, HOST_WIDE_INT first, HOST_WIDE_INT size,
	     bool with_unions, tree variable,
	     size_t outer, std::vector<tree> *fields, std::vector<member> *found)
{
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
		if (TREE_CODE (field) == FIELD_DECL)
			add_member (field, start, first, size, with_unions, variable, outer, fields,
				    found);
}

static bool
is_record_of_known_size (tree type)
{
	return RECORD_OR_UNION_TYPE_P (type) && TYPE_SIZE (type)
	       && tree_fits_shwi_p (TYPE_SIZE (type));
}

/* As members_of does, of an OBJECT whose members are not kept. */
static void
find_members (tree object, HOST_WIDE_INT first, HOST_WIDE_INT size, bool with_unions,
	      std::vector<member> *found)
{
	std::vector<tree> fields;
	tree variable;

	way_to (object, &fields, &variable);
	if (TREE_CODE (TREE_TYPE (object)) == RECORD_TYPE
	    || (with_unions && TREE_CODE (TREE_TYPE (object)) == UNION_TYPE))
		add_members (TREE_TYPE (object), 0, first, size, with_unions, variable,
			     fields.size (), &fields, found);
	if (with_unions && TREE_CODE (TREE_TYPE (object)) == ARRAY_TYPE) {
		std::vector<cell> cells;

		cells_of (object, &cells);
		if (cells.size () == 1 && TREE_CODE (cells[0].type) == ARRAY_TYPE)
			add_elements (cells[0], "", 0, first, size, found);
	}
}

void
members_of (tree object, HOST_WIDE_INT first, HOST_WIDE_INT size, bool with_unions,
	    std::vector<member> *found)
{
	if (!with_unions || !is_record_of_known_size (TREE_TYPE (object))) {
		find_members (object, first, size, with_unions, found);
		return;
	}
	for (const member &m : members_of_object (object))
		if (m.at >= first && m.at + m.bits <= first + size)
			found->push_back (m);
}

/* All fields of TYPE that are words, where FIELDS of VARIABLE lead to it. */
static const std::vector<member> &
known_members_of (tree type, tree variable, std::vector<tree> *fields)
{
	auto key = std::make_pair (type, std::make_pair (variable, *fields));
	auto known = known_members.find (key);

	if (known == known_members.end ()) {
		known = known_members.insert (std::make_pair (key,
							      std::vector<member> ())).first;
		add_members (type, 0, 0, tree_to_shwi (TYPE_SIZE (type)), true, variable,
			     fields->size (), fields, &known->second);
	}
	return known->second;
}

const std::vector<member> &
members_of_object (tree object)
{
	static std::vector<member> elements;
	tree size = TYPE_SIZE (TREE_TYPE (object)), variable;
	std::vector<tree> fields;

	if (is_record_of_known_size (TREE_TYPE (object))) {
		way_to (object, &fields, &variable);
		return known_members_of (TREE_TYPE (object), variable, &fields);
	}
	elements.clear ();
	if (size && tree_fits_shwi_p (size))
		find_members (object, 0, tree_to_shwi (size), true, &elements);
	return elements;
}

const std::vector<member> &
members_of_type (tree type)
{
	static const std::vector<member> none;
	std::vector<tree> fields;

	return is_record_of_known_size (type) ? known_members_of (type, NULL_TREE, &fields) : none;
}

void
members_named (tree type, const char *name, std::vector<member> *found)
{
	std::vector<tree> fields;

	if (!RECORD_OR_UNION_TYPE_P (type))
		return;
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
		if (TREE_CODE (field) == FIELD_DECL && DECL_NAME (field)
		    && id_equal (DECL_NAME (field), name))
			add_member (field, 0, 0, HOST_WIDE_INT_MAX, true, NULL_TREE, 0, &fields,
				    found);
}

void
cells_of (tree ref, std::vector<cell> *found)
{
	trees seen;

	find_cells (ref, found, &seen);
}

bool
is_whole_cell (tree ref, const std::vector<cell> &cells)
{
	if (cells.empty () || TREE_CODE (ref) == BIT_FIELD_REF || TREE_CODE (ref) == REALPART_EXPR
	    || TREE_CODE (ref) == IMAGPART_EXPR || !is_word (TREE_TYPE (ref)))
		return false;
	/* One of several that are alike: the address tells which. */
	for (const cell &c : cells) {
		tree type = element_type (c.type);

		if (!is_word (type) || !same_size (type, TREE_TYPE (ref))
		    || c.class_name != cells[0].class_name
		    || (c.in_union && cells.size () > 1))
			return false;
	}
	return true;
}

tree
object_of_words (tree ref, HOST_WIDE_INT *first)
{
	tree pointer, type;

	if (TREE_CODE (ref) != MEM_REF || !tree_fits_shwi_p (TREE_OPERAND (ref, 1)))
		return NULL_TREE;
	pointer = TREE_OPERAND (ref, 0);
	*first = tree_to_shwi (TREE_OPERAND (ref, 1));
	while (TREE_CODE (pointer) == SSA_NAME && is_gimple_assign (SSA_NAME_DEF_STMT (pointer))) {
		gimple *stmt = SSA_NAME_DEF_STMT (pointer);
		tree from = gimple_assign_rhs1 (stmt);

		if (gimple_assign_rhs_code (stmt) == POINTER_PLUS_EXPR
		    && TREE_CODE (gimple_assign_rhs2 (stmt)) == INTEGER_CST)
			*first += wi::to_wide (gimple_assign_rhs2 (stmt)).to_shwi ();
		else if ((!gimple_assign_single_p (stmt) && !gimple_assign_cast_p (stmt))
			 || (TREE_CODE (from) != ADDR_EXPR && TREE_CODE (from) != SSA_NAME)
			 || !POINTER_TYPE_P (TREE_TYPE (from)))
			break;
		pointer = from;
	}
	*first *= BITS_PER_UNIT;
	if (TREE_CODE (pointer) == ADDR_EXPR)
		return TREE_OPERAND (pointer, 0);
	type = POINTER_TYPE_P (TREE_TYPE (pointer)) ? TREE_TYPE (TREE_TYPE (pointer)) : NULL_TREE;
	if (!type || !RECORD_OR_UNION_TYPE_P (type) || !COMPLETE_TYPE_P (type)
	    || TYPE_MAIN_VARIANT (type) == TYPE_MAIN_VARIANT (TREE_TYPE (ref)))
		return NULL_TREE;
	return build2 (MEM_REF, type, pointer, build_int_cst (TREE_TYPE (pointer), 0));
}

void
known_cells_at (tree addr, std::vector<cell> *found)
{
	std::vector<cell> all;
	trees seen;

	find_pointed (addr, &all, &seen);
	for (size_t i = 0; i < all.size (); i++)
		if (all[i].is_known)
			found->push_back (all[i]);
}

bool
cell_at (tree addr, cell *found)
{
	std::vector<cell> all;
	trees seen;

	if (!find_pointed (addr, &all, &seen) || all.size () != 1)
		return false;
	*found = all[0];
	return true;
}

void
cells_forget ()
{
	known_fields.clear ();
	known_members.clear ();
}
