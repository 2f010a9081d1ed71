/* term.cc - parts of expressions in annotations, as values of a lock program.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/annotations.h"
#include "source/typename.h"
#include "lower/memory.h"
#include "lower/term.h"

void
term_maker::fail ()
{
	if (!has_failed ())
		bad = token.empty () ? "end" : token;
}

term
term_maker::constant (long long number)
{
	term t = term ();

	t.type = long_long_integer_type_node;
	t.value = l->constant (word_type (t.type), number);
	return t;
}

term
term_maker::truth (int value)
{
	term t = term ();

	t.type = boolean_type_node;
	t.value = value;
	return t;
}

term
term_maker::parameter (int number)
{
	term t = term ();
	tree type = NULL_TREE;

	if (tree parm = TREE_CODE (decl) == FUNCTION_DECL ? DECL_ARGUMENTS (decl) : NULL_TREE) {
		for (int i = 0; parm && i < number; i++)
			parm = DECL_CHAIN (parm);
		type = parm ? TREE_TYPE (parm) : NULL_TREE;
	} else {
		tree types = TYPE_ARG_TYPES (annotated_type (decl));

		for (int i = 0; types && i < number; i++)
			types = TREE_CHAIN (types);
		type = types ? TREE_VALUE (types) : NULL_TREE;
	}
	t.value = -1;
	if (!type || !is_word (type)) {
		fail ();
		return t;
	}
	t.type = type;
	for (int v = 0; v < l->program->n_values && t.value < 0; v++)
		if (l->program->values[v].expr == LOCKPROG_PARAM
		    && l->program->values[v].constant == number)
			t.value = v;
	if (t.value < 0) {
		t.value = lockprog_add_value (l->program, NULL, NULL, word_type (type),
					      LOCKPROG_PARAM, -1, -1);
		l->program->values[t.value].constant = number;
		if (number >= l->program->n_params)
			l->program->n_params = number + 1;
	}
	t.points_to_lock = names_spin_lock (type);
	return TREE_CODE (type) == REFERENCE_TYPE ? pointed (t) : t;
}

/* For link-time optimization GCC makes of the pointers in a function's type pointers to
 * types without members.  TYPE with its members, if it has any. */
static tree
whole_type (tree type)
{
	if (RECORD_OR_UNION_TYPE_P (type) && !COMPLETE_TYPE_P (type) && TYPE_CANONICAL (type))
		return TYPE_CANONICAL (type);
	return type;
}

term
term_maker::pointed (term t)
{
	term object = term ();

	object.value = value (t);
	if (object.value < 0 || !(t.is_address || POINTER_TYPE_P (t.type))) {
		fail ();
		return object;
	}
	object.is_object = true;
	object.type = t.is_address ? t.type : whole_type (TREE_TYPE (t.type));
	object.points_to_lock = t.points_to_lock;
	object.ref = t.is_address && t.ref ? t.ref
					   : build2 (MEM_REF, object.type, null_pointer_node,
						     build_int_cst (ptr_type_node, 0));
	return object;
}

term
term_maker::nowhere (tree type)
{
	term object = term ();

	object.value = -1;
	object.is_object = true;
	object.type = whole_type (type);
	object.ref = build2 (MEM_REF, object.type, null_pointer_node,
			     build_int_cst (ptr_type_node, 0));
	return object;
}

term
term_maker::container (term address, tree type, const term &member)
{
	if (value (address) < 0)
		return address;
	address.type = whole_type (type);
	address.offset = -member.offset;
	address.is_address = true;
	address.points_to_lock = false;
	address.ref = NULL_TREE;
	return address;
}

/* The field NAME of RECORD, also where it lies in a member without a name; the way to
 * it. */
static bool
find_field (tree record, const std::string &name, std::vector<tree> *way)
{
	for (tree field = TYPE_FIELDS (record); field; field = DECL_CHAIN (field)) {
		if (TREE_CODE (field) != FIELD_DECL)
			continue;
		way->push_back (field);
		if (DECL_NAME (field) && name == IDENTIFIER_POINTER (DECL_NAME (field)))
			return true;
		/* Base classes have no name either. */
		if ((!DECL_NAME (field) || DECL_ARTIFICIAL (field))
		    && RECORD_OR_UNION_TYPE_P (TREE_TYPE (field))
		    && find_field (TREE_TYPE (field), name, way))
			return true;
		way->pop_back ();
	}
	return false;
}

term
term_maker::member (term object, const std::string &name)
{
	std::vector<tree> way;

	if (has_failed () || !object.is_object || !RECORD_OR_UNION_TYPE_P (object.type)
	    || !find_field (object.type, name, &way)) {
		fail ();
		object.value = -1;
		return object;
	}
	for (tree field : way) {
		if (DECL_BIT_FIELD (field) || !tree_fits_shwi_p (DECL_FIELD_OFFSET (field))) {
			fail ();
			return object;
		}
		object.offset += tree_to_shwi (DECL_FIELD_OFFSET (field))
				 + tree_to_uhwi (DECL_FIELD_BIT_OFFSET (field)) / BITS_PER_UNIT;
		object.type = TREE_TYPE (field);
		object.ref = build3 (COMPONENT_REF, object.type, object.ref, field, NULL_TREE);
	}
	object.points_to_lock = false;
	return object;
}

bool
term_maker::is_method ()
{
	tree type = annotated_type (decl);

	return type && TREE_CODE (type) == METHOD_TYPE;
}

bool
term_maker::has_member (tree record, const std::string &name)
{
	std::vector<tree> way;

	return RECORD_OR_UNION_TYPE_P (record) && find_field (record, name, &way);
}

bool
term_maker::this_has_member (const std::string &name)
{
	tree type = annotated_type (decl);

	return is_method ()
	       && has_member (whole_type (TREE_TYPE (TREE_VALUE (TYPE_ARG_TYPES (type)))), name);
}

term
term_maker::element (term array, term index)
{
	int number = value (index);
	tree type;

	if (array.is_object && TREE_CODE (array.type) == ARRAY_TYPE) {
		type = TREE_TYPE (array.type);
	} else {
		array = pointed (array);
		type = array.type;
	}
	if (has_failed () || number < 0 || !TYPE_SIZE_UNIT (type)
	    || !tree_fits_shwi_p (TYPE_SIZE_UNIT (type))) {
		fail ();
		return array;
	}
	HOST_WIDE_INT size = tree_to_shwi (TYPE_SIZE_UNIT (type));
	lockprog_type offset_type = word_type (sizetype);
	if (l->program->values[number].expr == LOCKPROG_CONST) {
		array.offset += l->program->values[number].constant * size;
	} else {
		number = l->cast (number, offset_type);
		if (size != 1)
			number = l->add (offset_type, LOCKPROG_MUL, number,
					 l->constant (offset_type, size));
		array.value = l->add (word_type (ptr_type_node), LOCKPROG_ADD, array.value, number);
	}
	array.type = type;
	if (TREE_CODE (TREE_TYPE (array.ref)) == ARRAY_TYPE)
		array.ref = build4 (ARRAY_REF, type, array.ref, size_zero_node, NULL_TREE,
				    NULL_TREE);
	return array;
}

int
term_maker::materialized (const term &t)
{
	if (!t.offset || t.value < 0)
		return t.value;
	return l->add (word_type (ptr_type_node), LOCKPROG_ADD, t.value,
		       l->constant (word_type (sizetype), t.offset));
}

int
term_maker::value (term &t)
{
	std::vector<cell> cells;

	if (has_failed () || t.value < 0) {
		fail ();
		return -1;
	}
	if (!t.is_object) {
		t.value = materialized (t);
		t.offset = 0;
		return t.value;
	}
	int from = materialized (t);
	t.offset = 0;
	t.is_object = false;
	if (TREE_CODE (t.type) == ARRAY_TYPE) {
		t.type = TREE_TYPE (t.type);
		t.is_address = true;
		return t.value = from;
	}
	if (!is_word (t.type)) {
		fail ();
		return -1;
	}
	has_load = true;
	cells_of (t.ref, &cells);
	t.value = lockprog_add_value (l->program, NULL, NULL, word_type (t.type), LOCKPROG_UNKNOWN,
				      -1, -1);
	if (cells.size () == 1 && is_word (cells[0].type)) {
		l->program->values[t.value].class_ = class_number (*l, cells[0]);
		l->define (t.value, LOCKPROG_LOAD, from, -1);
	} else {
		l->define (t.value, LOCKPROG_UNKNOWN, -1, -1);
	}
	t.points_to_lock = POINTER_TYPE_P (t.type) && names_spin_lock (t.type);
	return t.value;
}

int
term_maker::compute (lockprog_type type, lockprog_expr expr, int a, int b)
{
	const lockprog_value &x = l->program->values[a], &y = l->program->values[b];
	bool is_signed = x.type.is_signed;

	if (x.expr != LOCKPROG_CONST || y.expr != LOCKPROG_CONST)
		return l->add (type, expr, a, b);
	unsigned long long p = x.constant, q = y.constant;
	bool less = is_signed ? x.constant < y.constant : p < q;
	switch (expr) {
	case LOCKPROG_EQ: return l->constant (type, p == q);
	case LOCKPROG_NE: return l->constant (type, p != q);
	case LOCKPROG_LT: return l->constant (type, less);
	case LOCKPROG_LE: return l->constant (type, less || p == q);
	case LOCKPROG_GT: return l->constant (type, !less && p != q);
	case LOCKPROG_GE: return l->constant (type, !less);
	case LOCKPROG_AND: return l->constant (type, p & q);
	case LOCKPROG_OR: return l->constant (type, p | q);
	case LOCKPROG_ADD: return l->constant (type, p + q);
	case LOCKPROG_SUB: return l->constant (type, p - q);
	default: return l->add (type, expr, a, b);
	}
}

int
term_maker::compare (lockprog_expr expr, int a, int b)
{
	if (a < 0 || b < 0)
		return -1;
	if (l->program->values[b].expr == LOCKPROG_CONST)
		b = l->constant (l->program->values[a].type, l->program->values[b].constant);
	else if (l->program->values[a].expr == LOCKPROG_CONST)
		a = l->constant (l->program->values[b].type, l->program->values[a].constant);
	else
		b = l->cast (b, l->program->values[a].type);
	return compute (truth_type, expr, a, b);
}

int
term_maker::test (term t)
{
	int v = value (t);

	if (v < 0)
		return -1;
	if (l->program->values[v].type.bits == 1 && !l->program->values[v].type.is_signed)
		return v;
	return compare (LOCKPROG_NE, v, l->constant (l->program->values[v].type, 0));
}
