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

/* The fields on the way to a field, the outermost first, and the private variable that
 * they start from.  Of all other fields NULL, and no way unless a union is on it. */
typedef std::pair<tree, std::vector<tree> > way;

static std::map<way, cell> private_fields;

/* All others, but for the union that they lie in. */
static hash_map<tree, cell> *shared_fields;

/* All fields of structs, by type and the way to it. */
static std::map<std::pair<tree, way>, std::vector<member> > known_members;

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

/* The outermost union on the way FIELDS, or NULL. */
static tree
union_of (const trees &fields)
{
	for (tree field : fields)
		if (TREE_CODE (DECL_CONTEXT (field)) == UNION_TYPE)
			return TYPE_MAIN_VARIANT (DECL_CONTEXT (field));
	return NULL_TREE;
}

static cell
make_field_cell (tree variable, const trees &fields)
{
	cell c = cell ();
	std::string where = variable ? object_name (variable) : "anonymous", path;
	tree field = NULL_TREE;

	for (unsigned i = 0; i < fields.length (); i++) {
		tree record = TYPE_MAIN_VARIANT (DECL_CONTEXT (fields[i]));
		const char *name = record_name (record, where);

		field = fields[i];
		c.owner = record;
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

/* The way FIELDS from VARIABLE, or from what a pointer leads to, if there is none. */
static way
way_along (tree variable, const trees &fields)
{
	const bool is_private = variable && is_private_variable (variable);
	way along (is_private ? variable : NULL_TREE, std::vector<tree> ());

	if (is_private || union_of (fields))
		along.second.assign (fields.begin (), fields.end ());
	return along;
}

/* The cell of a reference whose way in from its base is FIELDS, the base's own first. */
static cell
field_cell (tree variable, const trees &fields)
{
	cell c;

	if (variable && is_private_variable (variable)) {
		way key = way_along (variable, fields);
		auto known = private_fields.find (key);

		if (known == private_fields.end ())
			known = private_fields.emplace (key, make_field_cell (variable,
									      fields)).first;
		c = known->second;
	} else {
		tree field = fields[fields.length () - 1];

		if (!shared_fields)
			shared_fields = new hash_map<tree, cell>;
		if (cell *known = shared_fields->get (field)) {
			c = *known;
		} else {
			c = make_field_cell (variable, fields);
			shared_fields->put (field, c);
		}
	}
	c.in_union = union_of (fields);
	return c;
}

/* REF's base, the fields on the way to REF, and the variable the base is, or NULL. */
static tree
way_to (tree ref, trees *fields, tree *variable)
{
	tree base = ref;

	while (handled_component_p (base)) {
		if (TREE_CODE (base) == COMPONENT_REF)
			fields->safe_push (TREE_OPERAND (base, 1));
		base = TREE_OPERAND (base, 0);
	}
	fields->reverse ();
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
	trees fields;
	tree variable, base = way_to (ref, &fields, &variable);

	if (!fields.is_empty ()) {
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

/* Where members are looked for. */
struct member_search {
	HOST_WIDE_INT first, size;	/* bits of the object */
	bool with_unions;
	tree variable;			/* the object is or lies in, or NULL */
	trees fields;			/* the way from there to where S is */
	const char *outer;		/* member::outer of what lies there */
	std::vector<member> *found;
};

static const char *
name_or_none (tree field)
{
	return DECL_NAME (field) ? IDENTIFIER_POINTER (DECL_NAME (field)) : "";
}

/* Elements of the array that is ARRAY, called NAME, and starts at bit START. */
static void
add_elements (const member_search &s, const cell &array, const char *name, HOST_WIDE_INT start)
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

		if (start + i * width < s.first || start + (i + 1) * width > s.first + s.size)
			continue;
		m.where = array;
		m.where.type = element;
		m.outer = s.outer;
		m.name = name;
		m.at = start + i * width;
		m.bits = width;
		m.element = i;
		s.found->push_back (m);
	}
}

static void add_members (member_search *s, tree type, HOST_WIDE_INT start);

/* FIELD of a type that starts at bit START, as add_members does. */
static void
add_member (member_search *s, tree field, HOST_WIDE_INT start)
{
	tree type = TREE_TYPE (field);
	HOST_WIDE_INT at;

	if (!DECL_SIZE (field) || !tree_fits_shwi_p (DECL_SIZE (field))
	    || !place_in_record (field, &at))
		return;
	at += start;
	HOST_WIDE_INT bits = tree_to_shwi (DECL_SIZE (field));
	if (at >= s->first + s->size || at + bits <= s->first)
		return;
	s->fields.safe_push (field);
	if (TREE_CODE (type) == RECORD_TYPE
	    || (s->with_unions && TREE_CODE (type) == UNION_TYPE)) {
		const char *outer = s->outer;

		if (DECL_NAME (field))
			s->outer = lockprog_string ((outer + field_name (field) + ".").c_str ());
		add_members (s, type, at);
		s->outer = outer;
	} else if (is_scalar (type) && at >= s->first && at + bits <= s->first + s->size) {
		member m;

		m.where = field_cell (s->variable, s->fields);
		m.outer = s->outer;
		m.name = name_or_none (field);
		m.at = at;
		m.bits = bits;
		m.element = -1;
		s->found->push_back (m);
	} else if (s->with_unions && TREE_CODE (type) == ARRAY_TYPE) {
		add_elements (*s, field_cell (s->variable, s->fields), name_or_none (field), at);
	}
	s->fields.pop ();
}

/* Fields of TYPE, which starts at bit START and to which S's way leads, that are words
 * and lie where S looks. */
static void
add_members (member_search *s, tree type, HOST_WIDE_INT start)
{
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
		if (TREE_CODE (field) == FIELD_DECL)
			add_member (s, field, start);
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
	member_search s = { first, size, with_unions, NULL_TREE, {}, "", found };

	way_to (object, &s.fields, &s.variable);
	if (TREE_CODE (TREE_TYPE (object)) == RECORD_TYPE
	    || (with_unions && TREE_CODE (TREE_TYPE (object)) == UNION_TYPE))
		add_members (&s, TREE_TYPE (object), 0);
	if (with_unions && TREE_CODE (TREE_TYPE (object)) == ARRAY_TYPE) {
		std::vector<cell> cells;

		cells_of (object, &cells);
		if (cells.size () == 1 && TREE_CODE (cells[0].type) == ARRAY_TYPE)
			add_elements (s, cells[0], "", 0);
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
known_members_of (tree type, tree variable, const trees &fields)
{
	auto key = std::make_pair (type, way_along (variable, fields));
	auto known = known_members.find (key);

	if (known == known_members.end ()) {
		known = known_members.emplace (key, std::vector<member> ()).first;
		member_search s = { 0, tree_to_shwi (TYPE_SIZE (type)), true, variable, {}, "",
				    &known->second };

		s.fields.safe_splice (fields);
		add_members (&s, type, 0);
	}
	return known->second;
}

const std::vector<member> &
members_of_object (tree object)
{
	static std::vector<member> elements;
	tree size = TYPE_SIZE (TREE_TYPE (object)), variable;

	if (is_record_of_known_size (TREE_TYPE (object))) {
		trees fields;

		way_to (object, &fields, &variable);
		return known_members_of (TREE_TYPE (object), variable, fields);
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

	return is_record_of_known_size (type) ? known_members_of (type, NULL_TREE, trees ()) : none;
}

void
members_named (tree type, const char *name, std::vector<member> *found)
{
	member_search s = { 0, HOST_WIDE_INT_MAX, true, NULL_TREE, {}, "", found };

	if (!RECORD_OR_UNION_TYPE_P (type))
		return;
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
		if (TREE_CODE (field) == FIELD_DECL && DECL_NAME (field)
		    && id_equal (DECL_NAME (field), name))
			add_member (&s, field, 0);
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
	private_fields.clear ();
	delete shared_fields;
	shared_fields = NULL;
	known_members.clear ();
}
