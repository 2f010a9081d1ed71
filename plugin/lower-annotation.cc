/* lower-annotation.cc - annotations to lock programs: promises about locks, and what is assumed.
 *
 * A function with a body gets what its annotations say at its entry and before each return.
 * One without gets blocks that say just that:
 *
 *     _When_(return != 0, _Acquires_lock_(ext->lock)) BOOLEAN try_take(EXT *ext);
 *
 *     b0: lock = ext + 8; enters free lock; r = ?; t = r != 0; if t -> b1 b2
 *     b1: returns held lock -> b3
 *     b2: returns free lock -> b3
 *     b3: return r
 *
 * Expressions are a part of C: names, members, indexes, casts, operators.  They are evaluated
 * into the program while they are read.
 *
 * SPDX-License-Identifier: MIT
 */

#include "gcc-compat.h"
#include "annotations.h"
#include "lockname.h"
#include "lower.h"
#include "lower-function.h"

static lockprog_type
truth_type ()
{
	lockprog_type type = lockprog_type ();

	type.bits = 1;
	return type;
}

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

/* ---- expressions ---- */

/* What a part of an expression is. */
struct term {
	int value;		/* -1: not understood, or no value of the program */
	HOST_WIDE_INT offset;	/* bytes to add to VALUE, an address */
	tree type;		/* of the value or the object; of what is pointed to where IS_ADDRESS */
	bool is_object;		/* VALUE is its address */
	bool is_address;	/* made by & */
	bool points_to_lock;	/* a pointer type said so: PKSPIN_LOCK */
	bool is_cancel_lock, is_ignored;
	tree ref;		/* an object as GCC would refer to it, from a made up base */
};

class expression {
public:
	expression (function_lowering *lowering, tree fndecl, int current, int result)
		: has_load (false), l (lowering), fndecl (fndecl), current (current), result (result), at (0) {}

	/* The value of TEXT as a truth value, or -1. */
	int condition (const std::string &text);

	/* The value of the function's parameter NUMBER, or -1. */
	int parameter_value (int number) { return parameter (number).value; }

	/* The lock that TEXT means: false if it is none that is followed. */
	bool lock (const std::string &text, promised_lock *found);

	std::string bad;	/* the part that is not understood; "" when all is */
	bool has_load;		/* it reads memory */

private:
	void start (const std::string &text);
	void next ();
	bool accept (const char *sign);
	void fail ();
	bool has_failed () const { return !bad.empty (); }
	bool at_cast ();
	term binary (int least);
	term unary ();
	term cast ();
	term postfix ();
	term primary ();
	term name ();
	term constant (long long number);
	term truth (int value);
	term parameter (int number);
	term member (term object, const std::string &name);
	term pointed (term pointer);
	term element (term array, term index);
	int value (term &t);
	int materialized (const term &t);
	int compute (lockprog_type type, lockprog_expr expr, int a, int b);
	int compare (lockprog_expr expr, int a, int b);
	int test (term t);

	function_lowering *l;
	tree fndecl;
	int current, result;
	std::string text, token;
	size_t at;		/* behind TOKEN */
	size_t token_start;
};

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
		l->program->values[t.value].class_ = l->class_number (cells[0]);
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
	return compute (truth_type (), expr, a, b);
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

	if (tree parm = DECL_ARGUMENTS (fndecl)) {
		for (int i = 0; parm && i < number; i++)
			parm = DECL_CHAIN (parm);
		type = parm ? TREE_TYPE (parm) : NULL_TREE;
	} else {
		tree types = TYPE_ARG_TYPES (TREE_TYPE (fndecl));

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
	object.type = t.is_address ? t.type : TREE_TYPE (t.type);
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
		t.type = TREE_TYPE (TREE_TYPE (fndecl));
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
		number = TREE_CODE (TREE_TYPE (fndecl)) == METHOD_TYPE ? 0 : -1;
	else
		number = annotation_parameter (fndecl, id);
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
	if (TREE_CODE (TREE_TYPE (fndecl)) == METHOD_TYPE
	    && find_field (TREE_TYPE (TREE_VALUE (TYPE_ARG_TYPES (TREE_TYPE (fndecl)))), id, &way)) {
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
		else if (annotation_parameter (fndecl, token) < 0) {
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

		return truth (v < 0 ? -1 : compute (truth_type (), LOCKPROG_XOR, v, l->constant (truth_type (), 1)));
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

			left = truth (a < 0 || b < 0 ? -1 : compute (truth_type (), binaries[i].expr, a, b));
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
			found->class_ = l->class_number (cells[0]);
	}
	return true;
}

/* ---- promises ---- */

static bool
mentions_result (const std::string &text)
{
	for (size_t at = text.find ("return"); at != std::string::npos; at = text.find ("return", at + 1)) {
		bool starts = !at || !(ISALNUM (text[at - 1]) || text[at - 1] == '_');
		char after = at + 6 < text.size () ? text[at + 6] : ' ';

		if (starts && !ISALNUM (after) && after != '_')
			return true;
	}
	return false;
}

/* The lock as messages name it: without & and the * of a pointer, as for a DDI's argument. */
static const char *
lock_words (std::string text)
{
	size_t first = text.find_first_not_of (" \t&"), last = text.find_last_not_of (" \t");

	text = first == std::string::npos ? text : text.substr (first, last - first + 1);
	if (text.size () > 1 && text[0] == '*' && text.find_first_of (" .-[(") == std::string::npos)
		text = text.substr (1);
	if (text == "_Global_cancel_spin_lock_")
		text = "the cancel spin lock";
	return lockprog_string (text.c_str ());
}

/* The state of the lock at the entry that WHAT is about. */
static bool
is_held_at_entry (annotation_kind kind)
{
	return kind == ANNOTATION_RELEASES || kind == ANNOTATION_REQUIRES_HELD;
}

static bool
changes_lock (annotation_kind kind)
{
	return kind == ANNOTATION_ACQUIRES || kind == ANNOTATION_RELEASES;
}

void
function_lowering::add_promise (const promise &p, lockprog_promise when, bool is_held, promised_lock lock, int entry_lock,
				int irql, lockprog_place place)
{
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_PROMISE, place);

	op->promise = when;
	op->is_held = is_held;
	op->address = lock.address;
	op->class_ = lock.class_;
	op->handle = entry_lock;
	op->irql = irql;
	op->text = lock_words (p.what.lock);
	op->written = annotation_word (p.what.kind);
}

/* Block AT ends in a branch on CONDITION: two new blocks. */
void
function_lowering::branch_on (int condition, lockprog_place place, int *on_true, int *on_false)
{
	*on_true = lockprog_add_block (program);
	*on_false = lockprog_add_block (program);
	lockprog_add_edge (program, at, *on_true);
	lockprog_add_edge (program, at, *on_false);
	program->blocks[at].exit = LOCKPROG_IF;
	program->blocks[at].value = condition;
	program->blocks[at].place = place;
}

/* The annotations of FNDECL that are about spin locks, with what they say at the entry; AT
 * moves on where that depends on a condition. */
void
function_lowering::lower_entry_promises (tree fndecl)
{
	std::vector<annotation> found;
	lockprog_place place = lower_place (DECL_SOURCE_LOCATION (fndecl));

	/* What a function stores through a parameter is not followed: it is unknown to the caller. */
	irql_restored = -1;
	saves_irql_as_result = false;
	annotations_of (fndecl, &found);
	for (const annotation &what : found) {
		promise p = promise ();
		expression e (this, fndecl, what.param, -1);

		p.what = what;
		p.condition = -1;
		if (what.kind == ANNOTATION_IRQL_SAVES || what.kind == ANNOTATION_IRQL_RESTORES) {
			if (what.param < 0)
				saves_irql_as_result |= what.kind == ANNOTATION_IRQL_SAVES;
			else if (what.kind == ANNOTATION_IRQL_RESTORES)
				irql_restored = e.parameter_value (what.param);
			continue;
		}
		p.lock_is_result = mentions_result (what.lock);
		p.condition_is_result = mentions_result (what.condition);
		if ((p.lock_is_result || p.condition_is_result) && !is_word (TREE_TYPE (TREE_TYPE (fndecl)))) {
			annotation_warn (fndecl, p.lock_is_result ? what.lock : what.condition, "return");
			continue;
		}
		if (!p.lock_is_result && !e.lock (what.lock, &p.lock)) {
			if (!e.bad.empty ())
				annotation_warn (fndecl, what.lock, e.bad);
			continue;
		}
		p.has_load = e.has_load;
		if (!what.condition.empty () && !p.condition_is_result) {
			p.condition = e.condition (what.condition);
			if (p.condition < 0) {
				annotation_warn (fndecl, what.condition, e.bad);
				continue;
			}
		}
		promises.push_back (p);
	}

	/* What contradicts itself says nothing. */
	for (size_t i = 0; i < promises.size (); i++)
		for (size_t j = 0; j < promises.size (); j++)
			if (promises[i].what.lock == promises[j].what.lock
			    && is_held_at_entry (promises[i].what.kind) != is_held_at_entry (promises[j].what.kind))
				promises[i].is_void = true;
	promises.erase (std::remove_if (promises.begin (), promises.end (), [] (const promise &p) { return p.is_void; }),
			promises.end ());

	for (const promise &p : promises) {
		bool is_held = is_held_at_entry (p.what.kind);
		int on_true, after = -1;

		if (p.lock_is_result || (p.condition_is_result && !changes_lock (p.what.kind)))
			continue;
		if (p.condition >= 0) {
			branch_on (p.condition, place, &on_true, &after);
			at = on_true;
		}
		add_promise (p, changes_lock (p.what.kind) ? LOCKPROG_ENTERS : LOCKPROG_REQUIRES, is_held, p.lock, -1,
			     is_held ? irql_restored : -1, place);
		if (after >= 0) {
			lockprog_add_edge (program, at, after);
			at = after;
		}
	}
}

/* What the annotations say when VALUE (-1: nothing that is known) is returned from block AT, which moves on. */
void
function_lowering::lower_return_promises (tree fndecl, int value, lockprog_place place)
{
	std::set<std::string> done;
	int irql = saves_irql_as_result ? value : -1;

	for (size_t i = 0; i < promises.size (); i++) {
		int join = -1;
		bool is_decided = false, enters_so = false;

		if (!changes_lock (promises[i].what.kind) || !done.insert (promises[i].what.lock).second)
			continue;
		for (size_t j = i; j < promises.size () && !is_decided; j++) {
			const promise &p = promises[j];
			promised_lock lock = p.lock;
			int condition = p.condition, on_true, on_false = -1, entry_lock = -1;
			expression e (this, fndecl, p.what.param, value);

			if (p.what.lock != promises[i].what.lock || !changes_lock (p.what.kind))
				continue;
			if (p.condition_is_result)
				condition = e.condition (p.what.condition);
			if (condition < 0 && p.condition_is_result) {
				annotation_warn (fndecl, p.what.condition, e.bad);
				is_decided = true;
				break;
			}
			if (condition >= 0 && program->values[condition].expr == LOCKPROG_CONST) {
				enters_so |= p.condition_is_result;
				if (!program->values[condition].constant)
					continue;
				condition = -1;
			}
			if (condition >= 0) {
				enters_so |= p.condition_is_result;
				branch_on (condition, place, &on_true, &on_false);
				if (join < 0)
					join = lockprog_add_block (program);
				at = on_true;
			}
			if (p.lock_is_result || (p.has_load && !program->is_external)) {
				entry_lock = p.lock_is_result ? -1 : p.lock.address;
				if (!e.lock (p.what.lock, &lock)) {
					if (!e.bad.empty ())
						annotation_warn (fndecl, p.what.lock, e.bad);
					lock.address = -2;
				}
			}
			if (lock.address != -2)
				add_promise (p, LOCKPROG_RETURNS, p.what.kind == ANNOTATION_ACQUIRES, lock, entry_lock,
					     p.what.kind == ANNOTATION_ACQUIRES ? irql : -1, place);
			if (on_false >= 0) {
				lockprog_add_edge (program, at, join);
				at = on_false;
			} else {
				is_decided = true;
			}
		}
		/* None of the results for which it changes: it is as it was. */
		if (!is_decided && enters_so && !promises[i].lock_is_result)
			add_promise (promises[i], LOCKPROG_RETURNS, is_held_at_entry (promises[i].what.kind), promises[i].lock,
				     -1, -1, place);
		if (join >= 0) {
			lockprog_add_edge (program, at, join);
			at = join;
		}
	}
}

bool
function_lowering::lower_external (tree fndecl)
{
	tree result = TREE_TYPE (TREE_TYPE (fndecl));
	lockprog_place place = lower_place (DECL_SOURCE_LOCATION (fndecl));
	int value = -1;

	program->place = place;
	program->is_external = true;
	if (is_word (result))
		program->result = word_type (result);
	at = lockprog_add_block (program);
	lower_entry_promises (fndecl);
	if (promises.empty ())
		return false;
	if (is_word (result))
		value = unknown (word_type (result));
	lower_return_promises (fndecl, value, place);
	program->blocks[at].exit = LOCKPROG_RETURN;
	program->blocks[at].value = value;
	program->blocks[at].place = place;
	return true;
}

void
lower_externals (lockprog_unit *unit, const std::vector<tree> &called, std::vector<tree> *decls)
{
	for (tree fndecl : called) {
		std::vector<annotation> found;

		if (ddi_of_decl (fndecl))
			continue;
		annotations_of (fndecl, &found);
		if (found.empty ())
			continue;
		/* One that says nothing of spin locks is a function like any other. */
		lockprog_unit *trial_unit = lockprog_new_unit ("trial");
		function_lowering trial (trial_unit, NULL, lockprog_add_function (trial_unit, "trial"));
		bool has_promises = trial.lower_external (fndecl);
		lockprog_free_unit (trial_unit);
		if (!has_promises)
			continue;
		function_lowering lowering (unit, NULL, lockprog_add_function (unit, function_name (fndecl)));
		lowering.lower_external (fndecl);
		decls->push_back (fndecl);
	}
}

/* ---- assumptions ---- */

/* An assumption in a function that has nothing to do with locks tells nothing. */
static void
note_assumptions (const lockprog_function *program)
{
	bool has_locks = false;

	for (int pass = 0; pass < 2; pass++)
		for (int b = 0; b < program->n_blocks; b++)
			for (int i = 0; i < program->blocks[b].n_ops; i++) {
				const lockprog_op *op = &program->blocks[b].ops[i];
				bool is_lock_assumed = op->kind == LOCKPROG_PROMISE && op->promise == LOCKPROG_ASSUMES;

				has_locks |= op->kind == LOCKPROG_LOCKOP || op->kind == LOCKPROG_PROMISE
					     || (op->kind == LOCKPROG_CALL && !op->is_system);
				if (pass == 1 && (is_lock_assumed || op->kind == LOCKPROG_ASSUME))
					annotation_note_use (is_lock_assumed ? "assume-lock" : "assume", op->place, has_locks);
			}
}

void
lower_note_assumptions (const lockprog_unit *unit)
{
	for (int f = 0; f < unit->n_functions; f++)
		note_assumptions (unit->functions[f]);
}

static const char *
string_of (tree arg)
{
	STRIP_NOPS (arg);
	if (TREE_CODE (arg) != ADDR_EXPR)
		return NULL;
	arg = TREE_OPERAND (arg, 0);
	if (TREE_CODE (arg) == ARRAY_REF)
		arg = TREE_OPERAND (arg, 0);
	return TREE_CODE (arg) == STRING_CST ? lockprog_string (TREE_STRING_POINTER (arg)) : NULL;
}

/* The call STMT assumes something; true if it was one. */
bool
function_lowering::lower_assumption (gcall *stmt)
{
	lockprog_place place = lower_place (place_of (stmt));
	assumption which = assumption_of (stmt);

	if (which == ASSUMPTION_NONE)
		return false;
	if (which == ASSUMPTION_FACT) {
		int value = operand (gimple_call_arg (stmt, 0));

		lockprog_add_arg (lockprog_add_op (program, at, LOCKPROG_ASSUME, place), value);
		return true;
	}

	const char *word = string_of (gimple_call_arg (stmt, 0)), *text = string_of (gimple_call_arg (stmt, 1));
	tree lock = gimple_call_arg (stmt, 3), object = NULL_TREE;
	int class_ = -1, to;
	std::vector<cell> cells;

	/* The lock is handed over itself, or its address is. */
	if (TREE_CODE (lock) == SSA_NAME && !POINTER_TYPE_P (TREE_TYPE (lock))
	    && gimple_assign_load_p (SSA_NAME_DEF_STMT (lock)))
		object = gimple_assign_rhs1 (SSA_NAME_DEF_STMT (lock));
	else if (TREE_CODE (lock) != SSA_NAME && !is_gimple_min_invariant (lock))
		object = lock;
	if (object) {
		to = address (object);
		cells_of (object, &cells);
	} else if (POINTER_TYPE_P (TREE_TYPE (lock))) {
		cell c;

		to = operand (lock);
		if (cell_at (lock, &c))
			cells.push_back (c);
	} else {
		return true;
	}
	if (cells.size () == 1 && cells[0].is_known)
		class_ = class_number (cells[0]);
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_PROMISE, place);
	op->promise = LOCKPROG_ASSUMES;
	op->is_held = integer_nonzerop (gimple_call_arg (stmt, 2));
	op->address = to;
	op->class_ = class_;
	op->text = lock_words (text ? text : "lock");
	op->written = word;
	return true;
}
