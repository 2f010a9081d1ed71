/* expression.cc - expressions in annotations: read and turned into values of a lock
 * program.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/annotations.h"
#include "source/guards.h"
#include "source/names.h"
#include "source/scope.h"
#include "source/typename.h"
#include "lower/expression.h"
#include "lower/level.h"
#include "lower/memory.h"

/* True if handles of TYPE may stand for a spin lock: a wait lock of KMDF does not
   spin.  */
static bool
is_handle_of_lock (tree type)
{
	return is_handle (type)
	       && !strstr (IDENTIFIER_POINTER (TYPE_IDENTIFIER (type)), "WAITLOCK");
}

/* True if an object of TYPE is a spin lock, or begins with one: mutexes and resources
 * have rules of their own. */
static bool
is_spin_lock (tree type, int depth = 3)
{
	if (names_spin_lock (type) || is_handle_of_lock (type))
		return true;
	if (!type || !RECORD_OR_UNION_TYPE_P (type) || !depth)
		return false;
	for (tree field = TYPE_FIELDS (type); field; field = DECL_CHAIN (field))
		if (TREE_CODE (field) == FIELD_DECL)
			return is_spin_lock (TREE_TYPE (field), depth - 1);
	return false;
}

/* What SAL calls the kind of the lock that T is, or NULL if nothing says it. */
static const std::string *
kind_of (const term &t)
{
	if (t.ref && TREE_CODE (t.ref) == COMPONENT_REF)
		return lock_kind_of (TREE_OPERAND (t.ref, 1));
	return t.ref && VAR_P (t.ref) ? lock_kind_of (t.ref) : NULL;
}

static const char spin_lock_kind[] = "_Lock_kind_spin_lock_";

/* True if an annotation says that the lock T is none that spins. */
static bool
is_of_other_kind (const term &t)
{
	const std::string *kind = kind_of (t);

	return kind && *kind != spin_lock_kind;
}

/* True if the lock T is a spin lock, by its annotation or by its type. */
static bool
is_of_spin_kind (const term &t)
{
	return (kind_of (t) && !is_of_other_kind (t)) || is_spin_lock (t.type);
}

void
expression::next ()
{
	static const char *const signs[] = { "->", "&&", "||", "==", "!=", "<=", ">=", "<<", ">>",
					     "::" };

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

term
expression::name ()
{
	static const struct { const char *name; int number; } numbers[] = {
		{ "TRUE", 1 }, { "FALSE", 0 }, { "NULL", 0 }, { "true", 1 }, { "false", 0 },
		{ "nullptr", 0 },
		{ "STATUS_SUCCESS", 0 },
	};
	std::string id = token;
	term t = term ();
	int number;

	t.value = -1;
	if (id == "return" && annotated_type (decl)) {
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
	if (owner && has_member (TREE_TYPE (owner), id)) {
		t.value = l->address (owner);
		t.type = TREE_TYPE (owner);
		t.is_object = true;
		t.ref = owner;
		t = member (t, id);
		next ();
		return t;
	}
	if (id == "_Curr_")
		number = current;
	else if (id == "this")
		number = is_method () ? 0 : -1;
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
	if (id == "CONTAINING_RECORD") {
		next ();
		return containing_record ();
	}
	if (id == "NT_SUCCESS") {
		next ();
		if (!accept ("("))
			fail ();
		t = binary (0);
		if (!accept (")"))
			fail ();
		int status = value (t);
		if (status < 0)
			return truth (-1);
		return truth (compare (LOCKPROG_GE, status, l->constant (word_type (t.type), 0)));
	}
	tree meaning = scope_meaning (id, false);
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
	if (this_has_member (id)) {
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
			tree meaning = scope_meaning (token, false);

			is_type = meaning && TYPE_P (meaning);
		}
	}
	at = saved_at;
	token_start = saved_start;
	token = saved;
	return is_type;
}

/* "EXT", "const struct ext"; NULL and a failure where there is no such type. */
tree
expression::type_name ()
{
	bool is_tag = false;

	while (token == "const" || token == "volatile")
		next ();
	if (token == "struct" || token == "union" || token == "class") {
		is_tag = true;
		next ();
	}
	tree type = scope_meaning (token, is_tag);
	if (!type || !TYPE_P (type)) {
		fail ();
		return NULL_TREE;
	}
	next ();
	return type;
}

/* The address of the object whose member is at an address: "(Entry, EXT, Link)", with
 * CONTAINING_RECORD before it. */
term
expression::containing_record ()
{
	term none = term ();

	none.value = -1;
	if (!accept ("("))
		fail ();
	term address = binary (0);
	if (!accept (","))
		fail ();
	tree type = has_failed () ? NULL_TREE : type_name ();
	if (!type)
		return none;
	if (!accept (","))
		fail ();
	term part = nowhere (type);
	do {
		part = member (part, token);
		next ();
	} while (!has_failed () && accept ("."));
	if (!accept (")"))
		fail ();
	return has_failed () ? none : container (address, type, part);
}

term
expression::cast ()
{
	next ();
	tree type = type_name ();
	if (!type)
		return term ();
	bool points_to_lock = POINTER_TYPE_P (type) && names_spin_lock (type), is_address = false;
	for (;;) {
		if (accept ("const") || accept ("volatile"))
			continue;
		if (!accept ("*"))
			break;
		/* No type is made for an annotation: one that nothing else has is not
		 * followed. */
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

		if (v < 0)
			return truth (-1);
		return truth (compute (truth_type, LOCKPROG_XOR, v, l->constant (truth_type, 1)));
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
	{ "||", 1, LOCKPROG_OR }, { "&&", 2, LOCKPROG_AND }, { "|", 3, LOCKPROG_OR },
	{ "&", 4, LOCKPROG_AND },
	{ "==", 5, LOCKPROG_EQ }, { "!=", 5, LOCKPROG_NE },
	{ "<", 6, LOCKPROG_LT }, { ">", 6, LOCKPROG_GT }, { "<=", 6, LOCKPROG_LE },
	{ ">=", 6, LOCKPROG_GE },
};

/* Operators of rank LEAST and above. */
term
expression::binary (int least)
{
	term left = unary ();

	while (!has_failed ()) {
		size_t i = 0;

		while (i < ARRAY_SIZE (binaries)
		       && (token != binaries[i].sign || binaries[i].rank < least))
			i++;
		if (i == ARRAY_SIZE (binaries))
			break;
		next ();
		term right = binary (binaries[i].rank + 1);
		if (has_failed ())
			break;
		if (binaries[i].rank <= 2) {
			int a = test (left), b = test (right);

			int both = a < 0 || b < 0 ? -1
						  : compute (truth_type, binaries[i].expr, a, b);
			left = truth (both);
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
expression::begins_with_member (tree object, const std::string &written)
{
	owner = object;
	start (written);
	while (token == "&" || token == "*" || token == "(")
		next ();
	return has_member (TREE_TYPE (object), token);
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
	found->level = NULL;
	if (t.is_cancel_lock)
		return true;
	if (is_of_other_kind (t))
		return false;
	if (t.is_object && POINTER_TYPE_P (t.type))
		value (t);
	if (!t.is_object && !t.is_address) {
		if (!POINTER_TYPE_P (t.type)) {
			bad = written;
			return false;
		}
		t = pointed (t);
	}
	if (has_failed () || !(is_of_spin_kind (t) || t.points_to_lock))
		return false;
	found->address = materialized (t);
	if (t.ref) {
		found->level = level_of (t.ref);
		cells_of (t.ref, &cells);
		if (cells.size () == 1 && cells[0].is_known)
			found->class_ = class_number (*l, cells[0]);
	}
	return true;
}
