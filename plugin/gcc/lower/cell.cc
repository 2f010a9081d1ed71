/* cell.cc - memory as the lock program sees it.
 *
 * GCC's alias oracle is not asked: its answers change with -O, and a lock must not.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/atomic.h"
#include "lower/cell.h"
#include "source/ddi.h"
#include "source/names.h"
#include "lockprog/lockprog.h"

/* How far a pointer is followed to where it comes from. */
static const unsigned max_origins = 40;

typedef std::set<tree> tree_set;
typedef auto_vec<tree, 8> trees;

static std::set<unsigned> private_variables;			/* by DECL_UID */
/* By class, in the order of the names: what is made from them is the same each time. */
struct by_text {
	bool operator() (const char *a, const char *b) const { return strcmp (a, b) < 0; }
};
static std::map<const char *, cell, by_text> loaded;
static std::map<const char *, std::set<const char *, by_text>, by_text> escaped;
static std::map<tree, tree_set> parts;
static std::map<std::pair<tree, std::vector<tree>>, cell> known_fields;		/* by variable and way; as long as ESCAPED stays */

static tree
element_type (tree type)
{
	while (TREE_CODE (type) == ARRAY_TYPE)
		type = TREE_TYPE (type);
	return type;
}

/* The class of what a pointer of unknown origin to TYPE points to. */
static const char *
pointee_class (tree type)
{
	std::string name = "*";

	type = element_type (type);
	if (POINTER_TYPE_P (type))
		name += "pointer";
	else if (INTEGRAL_TYPE_P (type))
		/* By size alone: drivers look at one and the same cell as LONG and as ULONG. */
		name += "int" + std::to_string (tree_to_uhwi (TYPE_SIZE (type)));
	else if (RECORD_OR_UNION_TYPE_P (type))
		name += record_name (type, "anonymous");
	else
		name += get_tree_code_name (TREE_CODE (type));
	return lockprog_string (name.c_str ());
}

/* ---- from references to cells ---- */

static void find_cells (tree ref, std::vector<cell> *found, trees *seen);

static void
add_cell (std::vector<cell> *found, const cell &added)
{
	for (size_t i = 0; i < found->size (); i++)
		if ((*found)[i].class_name == added.class_name)
			return;
	found->push_back (added);
}

static bool
is_private_variable (tree decl)
{
	return VAR_P (decl) || TREE_CODE (decl) == PARM_DECL || TREE_CODE (decl) == RESULT_DECL
		? private_variables.count (DECL_UID (decl)) != 0 : false;
}

static bool
is_scalar (tree type)
{
	return INTEGRAL_TYPE_P (type) || POINTER_TYPE_P (type);
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

static bool
is_private (const cell &c)
{
	return c.lifetime == LOCKPROG_PRIVATE;
}

cell
typed_cell (tree type)
{
	cell c = cell ();

	c.type = type;
	c.class_name = pointee_class (type);
	c.lifetime = lifetime_of (type, false, false);
	return c;
}

static cell
variable_cell (tree decl)
{
	cell c = cell ();

	c.type = TREE_TYPE (decl);
	c.class_name = object_name (decl);
	c.is_system = in_system_header_at (DECL_SOURCE_LOCATION (decl));
	c.lifetime = lifetime_of (c.type, c.is_system, is_private_variable (decl));
	c.is_known = true;
	c.variable = is_private (c) ? decl : NULL_TREE;
	if (!is_private (c) && TREE_ADDRESSABLE (decl) && is_scalar (element_type (c.type)))
		c.overlaps = pointee_class (c.type);
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
	c.type = TREE_TYPE (field);
	c.is_system = in_system_header_at (DECL_SOURCE_LOCATION (field));
	c.lifetime = lifetime_of (c.type, c.is_system, variable && is_private_variable (variable));
	c.is_known = true;
	if (is_private (c)) {
		c.variable = variable;
		where = object_name (variable) + path;
	}
	c.class_name = lockprog_string (where.c_str ());
	if (!is_private (c))
		for (auto &pointee : escaped)
			if (pointee.second.count (c.class_name))
				c.overlaps = pointee.first;
	return c;
}

/* The cell of a reference whose way in from its base is FIELDS, the base's own first. */
static cell
field_cell (tree variable, const std::vector<tree> &fields)
{
	auto key = std::make_pair (variable, fields);
	auto known = known_fields.find (key);

	if (known == known_fields.end ())
		known = known_fields.insert (std::make_pair (key, make_field_cell (variable, fields))).first;
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
	if (!VAR_P (*variable) && TREE_CODE (*variable) != PARM_DECL && TREE_CODE (*variable) != RESULT_DECL)
		*variable = NULL_TREE;
	return base;
}

/* What POINTER may point to.  Returns false where it comes from somewhere unseen. */
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
	if (!POINTER_TYPE_P (TREE_TYPE (rhs)) || (TREE_CODE (rhs) != SSA_NAME && TREE_CODE (rhs) != ADDR_EXPR))
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

/* Elements of the array that is ARRAY, called NAME, and starts at bit START, that lie in the SIZE bits from FIRST on. */
static void
add_elements (const cell &array, const std::string &name, HOST_WIDE_INT start, HOST_WIDE_INT first, HOST_WIDE_INT size,
	      std::vector<member> *found)
{
	tree element = TREE_TYPE (array.type), whole = TYPE_SIZE (array.type);
	HOST_WIDE_INT width = 0;

	if (is_scalar (element) && TYPE_SIZE (element) && whole && tree_fits_shwi_p (TYPE_SIZE (element))
	    && tree_fits_shwi_p (whole))
		width = tree_to_shwi (TYPE_SIZE (element));
	for (HOST_WIDE_INT i = 0; width && i < max_elements && (i + 1) * width <= tree_to_shwi (whole); i++) {
		member m;

		if (start + i * width < first || start + (i + 1) * width > first + size)
			continue;
		m.where = array;
		m.where.type = element;
		m.path = name + "[" + std::to_string (i) + "]";
		m.at = start + i * width;
		m.bits = width;
		found->push_back (m);
	}
}

/* Fields of TYPE, which starts at bit START, that are words and lie in the SIZE bits from FIRST on.
 * FIELDS is the way to it, of which the first OUTER are those to the object. */
static void
add_members (tree type, HOST_WIDE_INT start, HOST_WIDE_INT first, HOST_WIDE_INT size, bool with_unions, tree variable,
	     size_t outer, std::vector<tree> *fields, std::vector<member> *found)
{
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field)) {
		if (TREE_CODE (field) != FIELD_DECL || !DECL_SIZE (field) || !tree_fits_shwi_p (DECL_SIZE (field))
		    || !tree_fits_shwi_p (bit_position (field)))
			continue;
		HOST_WIDE_INT at = start + tree_to_shwi (bit_position (field)), bits = tree_to_shwi (DECL_SIZE (field));
		if (at >= first + size || at + bits <= first)
			continue;
		fields->push_back (field);
		if (TREE_CODE (TREE_TYPE (field)) == RECORD_TYPE
		    || (with_unions && TREE_CODE (TREE_TYPE (field)) == UNION_TYPE)) {
			add_members (TREE_TYPE (field), at, first, size, with_unions, variable, outer, fields, found);
		} else if (is_scalar (TREE_TYPE (field)) && at >= first && at + bits <= first + size) {
			member m;

			m.where = field_cell (variable, *fields);
			for (size_t i = outer; i < fields->size (); i++)
				if (DECL_NAME ((*fields)[i]))
					m.path += (m.path.empty () ? "" : ".") + field_name ((*fields)[i]);
			m.at = at;
			m.bits = bits;
			found->push_back (m);
		} else if (with_unions && TREE_CODE (TREE_TYPE (field)) == ARRAY_TYPE) {
			add_elements (field_cell (variable, *fields), field_name (field), at, first, size, found);
		}
		fields->pop_back ();
	}
}

void
members_of (tree object, HOST_WIDE_INT first, HOST_WIDE_INT size, bool with_unions, std::vector<member> *found)
{
	std::vector<tree> fields;
	tree variable;

	way_to (object, &fields, &variable);
	if (TREE_CODE (TREE_TYPE (object)) == RECORD_TYPE
	    || (with_unions && TREE_CODE (TREE_TYPE (object)) == UNION_TYPE))
		add_members (TREE_TYPE (object), 0, first, size, with_unions, variable, fields.size (), &fields, found);
	if (with_unions && TREE_CODE (TREE_TYPE (object)) == ARRAY_TYPE) {
		std::vector<cell> cells;

		cells_of (object, &cells);
		if (cells.size () == 1 && TREE_CODE (cells[0].type) == ARRAY_TYPE)
			add_elements (cells[0], "", 0, first, size, found);
	}
}

bool
is_loaded (const cell &c)
{
	return loaded.count (c.class_name) != 0;
}

void
cells_of (tree ref, std::vector<cell> *found)
{
	trees seen;

	find_cells (ref, found, &seen);
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

/* ---- which cells lie in which ---- */

/* The record types of which objects of TYPE, a record or union, have one in them, and itself. */
static const tree_set &
parts_of (tree type)
{
	auto known = parts.find (type);

	if (known != parts.end ())
		return known->second;
	tree_set &made = parts[type];
	made.insert (type);
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field)) {
		if (TREE_CODE (field) != FIELD_DECL)
			continue;
		tree inner = TYPE_MAIN_VARIANT (element_type (TREE_TYPE (field)));
		if (!RECORD_OR_UNION_TYPE_P (inner) || inner == type)
			continue;
		const tree_set &others = parts_of (inner);
		made.insert (others.begin (), others.end ());
	}
	return made;
}

/* True if an object of TYPE has one of record type PART in it. */
static bool
contains (tree type, tree part)
{
	type = TYPE_MAIN_VARIANT (element_type (type));
	return type == part || (RECORD_OR_UNION_TYPE_P (type) && parts_of (type).count (part));
}

void
loaded_cells_in (tree type, std::vector<cell> *found)
{
	for (auto &entry : loaded)
		if (entry.second.owner && !entry.second.variable && contains (type, entry.second.owner))
			found->push_back (entry.second);
}

void
loaded_cells_of_variable (tree variable, std::vector<cell> *found)
{
	for (auto &entry : loaded)
		if (entry.second.variable == variable)
			found->push_back (entry.second);
}

void
overlapping_cells (const cell &written, std::vector<cell> *found)
{
	if (written.in_union)
		for (auto &entry : loaded)
			if (entry.second.owner && entry.first != written.class_name
			    && entry.second.variable == written.variable
			    && contains (written.in_union, entry.second.owner))
				found->push_back (entry.second);
	if (written.overlaps) {
		auto other = loaded.find (written.overlaps);
		if (other != loaded.end ())
			found->push_back (other->second);
	}
	if (!written.is_known) {
		auto classes = escaped.find (written.class_name);
		if (classes == escaped.end ())
			return;
		for (const char *name : classes->second) {
			auto other = loaded.find (name);
			if (other != loaded.end ())
				found->push_back (other->second);
		}
	}
}

/* ---- the look at all bodies ---- */

/* A call that does nothing with the addresses it gets but what the lock program says it does. */
static bool
keeps_addresses (gimple *stmt)
{
	if (is_gimple_debug (stmt) || gimple_clobber_p (stmt) || ddi_of_call (stmt))
		return true;
	if (!is_gimple_call (stmt))
		return false;
	tree fndecl = gimple_call_fndecl (stmt);
	if (!fndecl || !fndecl_built_in_p (fndecl, BUILT_IN_NORMAL))
		return false;
	switch (DECL_FUNCTION_CODE (fndecl)) {
	case BUILT_IN_MEMSET: case BUILT_IN_MEMCPY: case BUILT_IN_MEMMOVE: case BUILT_IN_MEMCMP:
		/* They return an address they got. */
		return !gimple_call_lhs (stmt);
	default:
		return false;
	}
}

static bool
visit_address (gimple *stmt, tree base, tree, void *data)
{
	tree_set *taken = (tree_set *) data;

	if (DECL_P (base) && !keeps_addresses (stmt))
		taken->insert (base);
	return false;
}

/* True if the address NAME goes anywhere but into calls and plain accesses. */
static bool
address_goes_on (tree name)
{
	imm_use_iterator i;
	use_operand_p use;

	FOR_EACH_IMM_USE_FAST (use, i, name) {
		gimple *stmt = USE_STMT (use);

		if (is_gimple_debug (stmt) || is_gimple_call (stmt) || gimple_code (stmt) == GIMPLE_COND)
			continue;
		if (!is_gimple_assign (stmt))
			return true;
		for (unsigned op = 1; op < gimple_num_ops (stmt); op++)
			if (gimple_op (stmt, op) == name)
				return true;
	}
	return false;
}

static void
note_escape (tree value, bool goes_on)
{
	std::vector<cell> cells;

	if (!goes_on || TREE_CODE (value) != ADDR_EXPR || TREE_CODE (TREE_OPERAND (value, 0)) == FUNCTION_DECL
	    || !is_scalar (element_type (TREE_TYPE (TREE_OPERAND (value, 0)))))
		return;
	cells_of (TREE_OPERAND (value, 0), &cells);
	for (size_t i = 0; i < cells.size (); i++)
		if (cells[i].is_known && !is_private (cells[i]))
			escaped[pointee_class (cells[i].type)].insert (cells[i].class_name);
}

static void
scan_privacy (function *fun)
{
	tree_set taken;
	basic_block bb;
	unsigned i;
	tree var;

	FOR_EACH_BB_FN (bb, fun) {
		for (gphi_iterator p = gsi_start_phis (bb); !gsi_end_p (p); gsi_next (&p))
			walk_stmt_load_store_addr_ops (p.phi (), &taken, NULL, NULL, visit_address);
		for (gimple_stmt_iterator s = gsi_start_bb (bb); !gsi_end_p (s); gsi_next (&s))
			walk_stmt_load_store_addr_ops (gsi_stmt (s), &taken, NULL, NULL, visit_address);
	}
	FOR_EACH_LOCAL_DECL (fun, i, var)
		if (VAR_P (var) && auto_var_in_fn_p (var, fun->decl) && !TREE_THIS_VOLATILE (var) && !taken.count (var))
			private_variables.insert (DECL_UID (var));
	for (var = DECL_ARGUMENTS (fun->decl); var; var = DECL_CHAIN (var))
		if (!TREE_THIS_VOLATILE (var) && !taken.count (var))
			private_variables.insert (DECL_UID (var));
}

static void
scan_escapes (function *fun)
{
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun) {
		for (gphi_iterator p = gsi_start_phis (bb); !gsi_end_p (p); gsi_next (&p))
			for (unsigned i = 0; i < gimple_phi_num_args (p.phi ()); i++)
				note_escape (gimple_phi_arg_def (p.phi (), i), true);
		for (gimple_stmt_iterator s = gsi_start_bb (bb); !gsi_end_p (s); gsi_next (&s)) {
			gimple *stmt = gsi_stmt (s);

			if (gimple_assign_single_p (stmt) && gimple_assign_rhs_code (stmt) == ADDR_EXPR) {
				tree lhs = gimple_assign_lhs (stmt);

				note_escape (gimple_assign_rhs1 (stmt),
					     TREE_CODE (lhs) != SSA_NAME || address_goes_on (lhs));
			}
		}
	}
}

static void
scan_loads (function *fun)
{
	basic_block bb;

	FOR_EACH_BB_FN (bb, fun)
		for (gimple_stmt_iterator s = gsi_start_bb (bb); !gsi_end_p (s); gsi_next (&s)) {
			std::vector<cell> cells;

			atomic does;
			tree ref;
			if (gimple_assign_load_p (gsi_stmt (s)))
				ref = gimple_assign_rhs1 (gsi_stmt (s));
			else if (!atomic_of_call (gsi_stmt (s), &does, &ref))
				continue;
			/* A copy of an object reads all its fields. */
			if (RECORD_OR_UNION_TYPE_P (TREE_TYPE (ref)) && tree_fits_shwi_p (TYPE_SIZE (TREE_TYPE (ref)))) {
				std::vector<member> members;

				members_of (ref, 0, tree_to_shwi (TYPE_SIZE (TREE_TYPE (ref))), true, &members);
				for (size_t i = 0; i < members.size (); i++)
					loaded[members[i].where.class_name] = members[i].where;
				continue;
			}
			cells_of (ref, &cells);
			for (size_t i = 0; i < cells.size (); i++)
				loaded[cells[i].class_name] = cells[i];
			if (TREE_CODE (ref) == BIT_FIELD_REF) {
				std::vector<member> members;

				members_of (TREE_OPERAND (ref, 0), tree_to_uhwi (TREE_OPERAND (ref, 2)),
					    tree_to_uhwi (TREE_OPERAND (ref, 1)), false, &members);
				for (size_t i = 0; i < members.size (); i++)
					loaded[members[i].where.class_name] = members[i].where;
			}
		}
}

void
cells_begin ()
{
	cgraph_node *node;

	names_of_bodies ();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_privacy (DECL_STRUCT_FUNCTION (node->decl));
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_escapes (DECL_STRUCT_FUNCTION (node->decl));
	known_fields.clear ();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node)
		if (DECL_STRUCT_FUNCTION (node->decl)->cfg)
			scan_loads (DECL_STRUCT_FUNCTION (node->decl));

	/* Escaped variables that are loaded somewhere. */
	for (auto &entry : loaded)
		if (entry.second.overlaps)
			escaped[entry.second.overlaps].insert (entry.first);
	known_fields.clear ();
}

void
cells_end ()
{
	names_clear ();
	private_variables.clear ();
	loaded.clear ();
	escaped.clear ();
	parts.clear ();
	known_fields.clear ();
}
