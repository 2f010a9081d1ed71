/* expression.cc - expressions in annotations: read and turned into values of a lock program.
 *
 * What is understood is a part of C: names, members, indexes, casts, operators.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/annotations.h"
#include "lower/expression.h"
#include "lower/memory.h"
#include "source/names.h"

/* ---- which types are spin locks ---- */

static bool
names_spin_lock (tree type)
{
	return type && TYPE_IDENTIFIER (type) && strstr (IDENTIFIER_POINTER (TYPE_IDENTIFIER (type)), "SPIN_LOCK");
}

/* True if an object of TYPE is a spin lock, or begins with one: mutexes and resources have rules of their own. */
static bool
is_spin_lock (tree type, int depth = 3)
{
	if (names_spin_lock (type))
		return true;
	if (!type || !RECORD_OR_UNION_TYPE_P (type) || !depth)
		return false;
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
		if (TREE_CODE (field) == FIELD_DECL)
			return is_spin_lock (TREE_TYPE (field), depth - 1);
	return false;
}

/* ---- tokens ---- */

void
expression::next ()
{
	static const char *const signs[] = { "->", "&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "::" };

	while (at < text.size () && ISSPACE (text[at]))
		at++;
	token_start = at;
	token.clear ();
	if (at >= text.size ())
		return;
	if (ISALNUM (text[at]) || text[at] == '_') {
		while (at < text.size () && (ISALNUM (text[at]) || text[at] == '_'))
			token += text[at++];
		return;
	}
	for (const char *sign : signs)
		if (!text.compare (at, 2, sign)) {
			token = sign;
			at += 2;
			return;
		}
	token = text[at++];
}

void
expression::start (const std::string &expression)
{
	text = expression;
	at = 0;
	bad.clear ();
	next ();
}

bool
expression::accept (const char *sign)
{
	if (token != sign)
		return false;
	next ();
	return true;
}

void
expression::fail ()
{
	if (!has_failed ())
		bad = token.empty () ? "end" : token;
}

/* ---- values ---- */

int
expression::materialized (const term &t)
{
	if (!t.offset || t.value < 0)
		return t.value;
	return l->add (word_type (ptr_type_node), LOCKPROG_ADD, t.value, l->constant (word_type (sizetype), t.offset));
}

/* T's value, which is loaded when T is an object; T becomes what it holds. */
int
expression::value (term &t)
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
	t.value = lockprog_add_value (l->program, NULL, NULL, word_type (t.type), LOCKPROG_UNKNOWN, -1, -1);
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
expression::compute (lockprog_type type, lockprog_expr expr, int a, int b)
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

/* A constant takes the type of the other side. */
int
expression::compare (lockprog_expr expr, int a, int b)
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
expression::test (term t)
{
	int v = value (t);

	if (v < 0)
		return -1;
	if (l->program->values[v].type.bits == 1 && !l->program->values[v].type.is_signed)
		return v;
	return compare (LOCKPROG_NE, v, l->constant (l->program->values[v].type, 0));
}

term
expression::constant (long long number)
{
	term t = term ();

	t.type = long_long_integer_type_node;
	t.value = l->constant (word_type (t.type), number);
	return t;
}

term
expression::truth (int value)
{
	term t = term ();

	t.type = boolean_type_node;
	t.value = value;
	return t;
}

/* ---- objects ---- */

term
expression::parameter (int number)
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
		if (l->program->values[v].expr == LOCKPROG_PARAM && l->program->values[v].constant == number)
			t.value = v;
	if (t.value < 0) {
		t.value = lockprog_add_value (l->program, NULL, NULL, word_type (type), LOCKPROG_PARAM, -1, -1);
		l->program->values[t.value].constant = number;
		if (number >= l->program->n_params)
			l->program->n_params = number + 1;
	}
	t.points_to_lock = names_spin_lock (type);
	return TREE_CODE (type) == REFERENCE_TYPE ? pointed (t) : t;
}

/* For link-time optimization GCC makes of the pointers in a function's type pointers to types without
 * members.  TYPE with its members, if it has any. */
static tree
whole_type (tree type)
{
	if (RECORD_OR_UNION_TYPE_P (type) && !COMPLETE_TYPE_P (type) && TYPE_CANONICAL (type))
		return TYPE_CANONICAL (type);
	return type;
}

/* What pointer T points to. */
term
expression::pointed (term t)
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
		: build2 (MEM_REF, object.type, null_pointer_node, build_int_cst (ptr_type_node, 0));
	return object;
}

/* The field NAME of RECORD, also where it lies in a member without a name; the way to it. */
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
		if ((!DECL_NAME (field) || DECL_ARTIFICIAL (field)) && RECORD_OR_UNION_TYPE_P (TREE_TYPE (field))
		    && find_field (TREE_TYPE (field), name, way))
			return true;
		way->pop_back ();
	}
	return false;
}

term
expression::member (term object, const std::string &name)
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

term
expression::element (term array, term index)
{
	int number = value (index);
	tree type;

	if (array.is_object && TREE_CODE (array.type) == ARRAY_TYPE) {
		type = TREE_TYPE (array.type);
	} else {
		array = pointed (array);
		type = array.type;
	}
	if (has_failed () || number < 0 || !TYPE_SIZE_UNIT (type) || !tree_fits_shwi_p (TYPE_SIZE_UNIT (type))) {
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
			number = l->add (offset_type, LOCKPROG_MUL, number, l->constant (offset_type, size));
		array.value = l->add (word_type (ptr_type_node), LOCKPROG_ADD, array.value, number);
	}
	array.type = type;
	if (TREE_CODE (TREE_TYPE (array.ref)) == ARRAY_TYPE)
		array.ref = build4 (ARRAY_REF, type, array.ref, size_zero_node, NULL_TREE, NULL_TREE);
	return array;
}

/* ---- grammar ---- */

term
expression::name ()
{
	static const struct { const char *name; int number; } numbers[] = {
		{ "TRUE", 1 }, { "FALSE", 0 }, { "NULL", 0 }, { "true", 1 }, { "false", 0 }, { "nullptr", 0 },
		{ "STATUS_SUCCESS", 0 },
	};
	std::string id = token;
	term t = term ();
	int number;

	t.value = -1;
	if (id == "return") {
		t.value = result;
		t.type = TREE_TYPE (annotated_type (decl));
		t.points_to_lock = names_spin_lock (t.type);
		if (result < 0)
			fail ();
		next ();
		return t;
	}
	if (id == "_Global_cancel_spin_lock_" || !id.compare (0, 8, "_Global_")) {
		t.is_cancel_lock = id == "_Global_cancel_spin_lock_";
		t.is_ignored = !t.is_cancel_lock;
		next ();
		return t;
	}
	if (id == "_Curr_")
		number = current;
	else if (id == "this")
		number = TREE_CODE (annotated_type (decl)) == METHOD_TYPE ? 0 : -1;
	else
		number = annotation_parameter (decl, id);
	if (number >= 0) {
		t = parameter (number);
		next ();
		return t;
	}
	for (size_t i = 0; i < ARRAY_SIZE (numbers); i++)
		if (id == numbers[i].name) {
			next ();
			return constant (numbers[i].number);
		}
	if (id == "NT_SUCCESS") {
		next ();
		if (!accept ("("))
			fail ();
		t = binary (0);
		if (!accept (")"))
			fail ();
		int status = value (t);
		return truth (status < 0 ? -1 : compare (LOCKPROG_GE, status, l->constant (word_type (t.type), 0)));
	}
	tree meaning = annotation_global (id, false);
	if (meaning && VAR_P (meaning) && !DECL_WEAK (meaning)) {
		t.value = l->object (object_name (meaning), !is_global_var (meaning));
		t.type = TREE_TYPE (meaning);
		t.is_object = true;
		t.ref = meaning;
		next ();
		return t;
	}
	if (meaning && TREE_CODE (meaning) == INTEGER_CST) {
		next ();
		return constant (word_constant (meaning));
	}
	/* A member of the object that a method is called for. */
	std::vector<tree> way;
	if (TREE_CODE (annotated_type (decl)) == METHOD_TYPE
	    && find_field (whole_type (TREE_TYPE (TREE_VALUE (TYPE_ARG_TYPES (annotated_type (decl))))), id, &way)) {
		t = member (pointed (parameter (0)), id);
		next ();
		return t;
	}
	fail ();
	return t;
}

term
expression::primary ()
{
	term t = term ();

	t.value = -1;
	if (accept ("(")) {
		t = binary (0);
		if (!accept (")"))
			fail ();
		return t;
	}
	if (!token.empty () && ISDIGIT (token[0])) {
		char *end;
		unsigned long long number = strtoull (token.c_str (), &end, 0);

		if (strspn (end, "uUlL") != strlen (end)) {
			/* Microsoft's i64 */
			if (strcmp (end, "i64") && strcmp (end, "ui64"))
				fail ();
		}
		next ();
		return constant ((long long) number);
	}
	if (!token.empty () && (ISALPHA (token[0]) || token[0] == '_'))
		return name ();
	fail ();
	return t;
}

term
expression::postfix ()
{
	term t = primary ();

	while (!has_failed ()) {
		if (accept ("->")) {
			t = member (pointed (t), token);
			next ();
		} else if (accept (".")) {
			t = member (t, token);
			next ();
		} else if (accept ("[")) {
			term index = binary (0);

			t = element (t, index);
			if (!accept ("]"))
				fail ();
		} else {
			break;
		}
	}
	return t;
}

/* A type in parentheses: "(PEXT)", "(struct ext *)", "(const EXT *)". */
bool
expression::at_cast ()
{
	size_t saved_at = at, saved_start = token_start;
	std::string saved = token;
	bool is_type = false;

	if (token == "(") {
		next ();
		while (token == "const" || token == "volatile")
			next ();
		if (token == "struct" || token == "union" || token == "class")
			is_type = true;
		else if (annotation_parameter (decl, token) < 0) {
			tree meaning = annotation_global (token, false);

			is_type = meaning && TYPE_P (meaning);
		}
	}
	at = saved_at;
	token_start = saved_start;
	token = saved;
	return is_type;
}

term
expression::cast ()
{
	tree type;
	bool is_tag = false;

	next ();
	while (token == "const" || token == "volatile")
		next ();
	if (token == "struct" || token == "union" || token == "class") {
		is_tag = true;
		next ();
	}
	type = annotation_global (token, is_tag);
	if (!type || !TYPE_P (type)) {
		fail ();
		return term ();
	}
	next ();
	bool points_to_lock = POINTER_TYPE_P (type) && names_spin_lock (type), is_address = false;
	for (;;) {
		if (accept ("const") || accept ("volatile"))
			continue;
		if (!accept ("*"))
			break;
		/* No type is made for an annotation: one that nothing else has is not followed. */
		if (is_address)
			type = TYPE_POINTER_TO (type);
		is_address = true;
		if (!type) {
			fail ();
			return term ();
		}
	}
	if (!accept (")"))
		fail ();
	term t = unary ();
	if (value (t) < 0)
		return t;
	if (!is_address && !is_word (type)) {
		fail ();
		return t;
	}
	t.value = l->cast (t.value, is_address ? word_type (ptr_type_node) : word_type (type));
	t.type = type;
	t.is_address = is_address;
	t.points_to_lock = points_to_lock || (is_address && names_spin_lock (type));
	t.ref = NULL_TREE;
	return t;
}

term
expression::unary ()
{
	if (has_failed ())
		return term ();
	if (accept ("&")) {
		term t = unary ();

		if (t.is_cancel_lock || t.is_ignored)
			return t;
		if (!t.is_object) {
			fail ();
			return t;
		}
		t.is_object = false;
		t.is_address = true;
		return t;
	}
	if (accept ("*")) {
		term t = unary ();

		return t.is_cancel_lock || t.is_ignored ? t : pointed (t);
	}
	if (accept ("!")) {
		int v = test (unary ());

		return truth (v < 0 ? -1 : compute (truth_type, LOCKPROG_XOR, v, l->constant (truth_type, 1)));
	}
	if (accept ("-")) {
		term t = unary ();
		int v = value (t);

		if (v >= 0 && l->program->values[v].expr == LOCKPROG_CONST)
			return constant (-l->program->values[v].constant);
		fail ();
		return t;
	}
	if (at_cast ())
		return cast ();
	return postfix ();
}

static const struct {
	const char *sign;
	int rank;
	lockprog_expr expr;
} binaries[] = {
	{ "||", 1, LOCKPROG_OR }, { "&&", 2, LOCKPROG_AND }, { "|", 3, LOCKPROG_OR }, { "&", 4, LOCKPROG_AND },
	{ "==", 5, LOCKPROG_EQ }, { "!=", 5, LOCKPROG_NE },
	{ "<", 6, LOCKPROG_LT }, { ">", 6, LOCKPROG_GT }, { "<=", 6, LOCKPROG_LE }, { ">=", 6, LOCKPROG_GE },
};

/* Operators of rank LEAST and above. */
term
expression::binary (int least)
{
	term left = unary ();

	while (!has_failed ()) {
		size_t i = 0;

		while (i < ARRAY_SIZE (binaries) && (token != binaries[i].sign || binaries[i].rank < least))
			i++;
		if (i == ARRAY_SIZE (binaries))
			break;
		next ();
		term right = binary (binaries[i].rank + 1);
		if (has_failed ())
			break;
		if (binaries[i].rank <= 2) {
			int a = test (left), b = test (right);

			left = truth (a < 0 || b < 0 ? -1 : compute (truth_type, binaries[i].expr, a, b));
		} else if (binaries[i].rank >= 5) {
			int a = value (left), b = value (right);

			left = truth (compare (binaries[i].expr, a, b));
		} else {
			int a = value (left), b = value (right);

			if (a < 0 || b < 0)
				break;
			lockprog_type type = l->program->values[a].type;
			left.value = compute (type, binaries[i].expr, a, l->cast (b, type));
			left.is_address = left.points_to_lock = false;
		}
	}
	return left;
}

int
expression::condition (const std::string &written)
{
	start (written);
	int v = test (binary (0));
	if (!token.empty ())
		fail ();
	return has_failed () ? -1 : v;
}

bool
expression::lock (const std::string &written, promised_lock *found)
{
	std::vector<cell> cells;

	start (written);
	term t = binary (0);
	if (!token.empty ())
		fail ();
	if (has_failed () || t.is_ignored)
		return false;
	found->address = found->class_ = -1;
	if (t.is_cancel_lock)
		return true;
	if (t.is_object && POINTER_TYPE_P (t.type))
		value (t);
	if (!t.is_object && !t.is_address) {
		if (!POINTER_TYPE_P (t.type)) {
			bad = written;
			return false;
		}
		t = pointed (t);
	}
	if (has_failed () || !(is_spin_lock (t.type) || t.points_to_lock))
		return false;
	found->address = materialized (t);
	if (t.ref) {
		cells_of (t.ref, &cells);
		if (cells.size () == 1 && cells[0].is_known)
			found->class_ = class_number (*l, cells[0]);
	}
	return true;
}
