/* pointers.c - which functions calls through pointers may lead to.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/pointers.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "lockprog/lockprog.h"

/* The number of POINTERS_ANY among the types. */
enum { ANY = 0 };

struct kept {
	int function;
	const char *own;
};

struct type {
	/* "TAG.FIELD@..." or NULL; what is behind it, and the shape of that. */
	const char *field, *name, *shape;
	int n_kept, max_kept;
	struct kept *kept;
	/* The types whose pointers are converted to this one. */
	int n_from, max_from, *from;
	/* The answer, if a call goes through it. */
	bool is_answered;
	int n_targets, max_targets, *targets;
};

struct pointers {
	int n_types, max_types;
	struct type *types;
	struct name_map type_numbers;
	/* By shape, which types have it: only these may fit each other. */
	struct name_map shape_numbers;
	int n_shapes, max_shapes;
	struct shape { int n, max, *types; } *shapes;
	/* By type, of the first N_KNOWN: its pointers may go anywhere; NULL: that was not
	 * found yet. */
	int n_known;
	bool *goes_anywhere;
	/* By tag: another tag of the same struct, or its own number. */
	int n_tags, max_tags, *tags;
	struct name_map tag_numbers;
};

/* ---- tags ---- */

static int number_of_tag(struct pointers *p, const char *tag, size_t length)
{
	char *copy = alloc_text("%.*s", (int)length, tag);
	const char *shared = lockprog_string(copy);
	int number = name_map_find(&p->tag_numbers, shared);

	free(copy);
	if (number < 0) {
		p->tags = alloc_grow(p->tags, p->n_tags, &p->max_tags, sizeof *p->tags);
		number = p->n_tags;
		p->tags[p->n_tags++] = number;
		name_map_add(&p->tag_numbers, shared, number);
	}
	while (p->tags[number] != number)
		number = p->tags[number];
	return number;
}

static bool is_same_tag(struct pointers *p, const char *x, size_t n_x, const char *y, size_t n_y)
{
	if (n_x == n_y && !memcmp(x, y, n_x))
		return true;
	/* Most drivers have one name for each struct. */
	return p->n_tags && number_of_tag(p, x, n_x) == number_of_tag(p, y, n_y);
}

static void equate_tags(struct pointers *p, const char *x, size_t n_x, const char *y, size_t n_y)
{
	const int first = number_of_tag(p, x, n_x), second = number_of_tag(p, y, n_y);

	p->tags[first > second ? first : second] = first > second ? second : first;
}

/* ---- types ---- */

/* The bytes of the word at TEXT: up to a comma or parenthesis that is not in braces, or
 * the brace that ends the type. */
static size_t length_of_word(const char *text)
{
	size_t n = 0;

	for (int depth = 0; text[n] && (depth > 0 || !strchr("(),}", text[n])); n++)
		depth += (text[n] == '{') - (text[n] == '}');
	return n;
}

/* What for types are compared. */
enum compared { TO_FIT, TO_EQUATE };

static bool is_tag(const char *text, size_t n)
{
	return n && *text != '#' && *text != '*' && *text != '{';
}

static bool types_fit(struct pointers *p, const char *x, const char *y, enum compared how);

/* True if pointers to X and Y fit. */
static bool pointees_fit(struct pointers *p, const char *x, size_t n_x, const char *y, size_t n_y,
			 enum compared how)
{
	while (n_x && n_y && *x == '*' && *y == '*')
		x++, n_x--, y++, n_y--;
	if (!n_x || !n_y)
		return true;
	if (how == TO_EQUATE) {
		if (is_tag(x, n_x) && is_tag(y, n_y))
			equate_tags(p, x, n_x, y, n_y);
		else if (*x == '{' && *y == '{')
			types_fit(p, x + 1, y + 1, TO_EQUATE);
		return true;
	}
	if (is_tag(x, n_x) && is_tag(y, n_y))
		return is_same_tag(p, x, n_x, y, n_y);
	return *x == *y && (*x == '{' || (n_x == n_y && !memcmp(x, y, n_x)));
}

static bool words_fit(struct pointers *p, const char *x, size_t n_x, const char *y, size_t n_y,
		      enum compared how)
{
	if (n_x && n_y && *x == '*' && *y == '*')
		return pointees_fit(p, x + 1, n_x - 1, y + 1, n_y - 1, how);
	return n_x == n_y && !memcmp(x, y, n_x);
}

/* The name of the method that *TYPE begins with, which ends before its '!', or NULL;
 * *TYPE is behind it then. */
static const char *method_of(const char **type)
{
	const char *name = *type, *end = strrchr(name, '!');

	if (!end || strchr(end, '}'))
		return NULL;
	*type = end + 1;
	return name;
}

/* True if a pointer of type X may hold what is kept under type Y. */
static bool types_fit(struct pointers *p, const char *x, const char *y, enum compared how)
{
	const char *own = method_of(&x), *other = method_of(&y);

	if (own && other &&
	    (x - own != y - other || memcmp(own, other, (size_t)(x - own)) != 0))
		return false;
	while (*x && *y) {
		const size_t n_x = length_of_word(x), n_y = length_of_word(y);

		if (!words_fit(p, x, n_x, y, n_y, how))
			return false;
		x += n_x, y += n_y;
		/* A nested type ends at its brace. */
		if (*x != *y || !*x || *x == '}')
			break;
		x++, y++;
	}
	return *x == *y;
}

/* TYPE with nothing but the words of its result and parameters: all pointers are one. */
static const char *shape_of(const char *type)
{
	char *copy = alloc_zeroed(strlen(type) + 1), *to = copy;
	const char *shared;

	method_of(&type);
	while (*type) {
		const size_t n = length_of_word(type);

		for (size_t i = 0; i < (*type == '*' && n ? 1 : n); i++)
			*to++ = type[i];
		type += n;
		if (*type)
			*to++ = *type++;
	}
	shared = lockprog_string(copy);
	free(copy);
	return shared;
}

/* True if a function of type OWN, whose address went anywhere, may be called through
 * pointers of SHAPE. */
static bool has_shape(const char *own, const char *shape)
{
	const char *own_shape = shape_of(own);
	const size_t n = strcspn(shape, "("), n_own = strcspn(own_shape, "(");

	if (own_shape == shape)
		return true;
	/* The parameters of one are not known. */
	return n == n_own && !memcmp(shape, own_shape, n) &&
	       (!strcmp(shape + n, "(?)") || !strcmp(own_shape + n, "(?)"));
}

static int number_of_type(struct pointers *p, const char *name)
{
	int number = name_map_find(&p->type_numbers, name), shape;
	const char *at = strchr(name, '@');
	struct shape *like;

	if (number >= 0)
		return number;
	number = p->n_types;
	p->types = alloc_grow(p->types, p->n_types, &p->max_types, sizeof *p->types);
	p->types[p->n_types++] = (struct type){ .field = at ? name : NULL,
						.name = at ? at + 1 : name,
						.shape = shape_of(at ? at + 1 : name) };
	name_map_add(&p->type_numbers, name, number);
	shape = name_map_find(&p->shape_numbers, p->types[number].shape);
	if (shape < 0) {
		p->shapes = alloc_grow(p->shapes, p->n_shapes, &p->max_shapes,
				       sizeof *p->shapes);
		shape = p->n_shapes++;
		p->shapes[shape] = (struct shape){ 0 };
		name_map_add(&p->shape_numbers, p->types[number].shape, shape);
	}
	like = &p->shapes[shape];
	like->types = alloc_grow(like->types, like->n, &like->max, sizeof *like->types);
	like->types[like->n++] = number;
	return number;
}

/* ---- what is known ---- */

struct pointers *pointers_new(void)
{
	struct pointers *p = alloc_zeroed(sizeof *p);

	number_of_type(p, lockprog_string(POINTERS_ANY));
	return p;
}

void pointers_free(struct pointers *p)
{
	if (!p)
		return;
	for (int t = 0; t < p->n_types; t++) {
		free(p->types[t].kept);
		free(p->types[t].from);
		free(p->types[t].targets);
	}
	for (int i = 0; i < p->n_shapes; i++)
		free(p->shapes[i].types);
	free(p->types);
	free(p->shapes);
	free(p->goes_anywhere);
	free(p->tags);
	name_map_clear(&p->shape_numbers);
	name_map_clear(&p->type_numbers);
	name_map_clear(&p->tag_numbers);
	free(p);
}

void pointers_keep(struct pointers *p, int function, const char *own, const char *type)
{
	const int number = number_of_type(p, type);
	struct type *at = &p->types[number];

	at->kept = alloc_grow(at->kept, at->n_kept, &at->max_kept, sizeof *at->kept);
	at->kept[at->n_kept++] = (struct kept){ function, own };
}

void pointers_convert(struct pointers *p, const char *from, const char *to)
{
	const int source = number_of_type(p, from), target = number_of_type(p, to);
	struct type *at = &p->types[target];

	if (source == ANY || source == target)
		return;
	for (int i = 0; i < at->n_from; i++)
		if (at->from[i] == source)
			return;
	at->from = alloc_grow(at->from, at->n_from, &at->max_from, sizeof *at->from);
	at->from[at->n_from++] = source;
}

void pointers_equate(struct pointers *p, const char *x, const char *y)
{
	if (x != y)
		types_fit(p, x, y, TO_EQUATE);
}

/* ---- answers ---- */

/* The types whose pointers may come to be of a type. */
struct sources {
	bool *comes;		/* by type */
	int *pending, n_pending;
};

static void add_source(struct sources *sources, int t)
{
	if (sources->comes[t])
		return;
	sources->comes[t] = true;
	sources->pending[sources->n_pending++] = t;
}

/* True if what is kept in the field of Y, if it has one, may be in that of X. */
static bool fields_fit(struct pointers *p, const struct type *x, const struct type *y)
{
	const char *own = x->field, *other = y->field;
	size_t n_own, n_other;

	if (!own)
		return true;
	if (!other)
		return false;
	n_own = strcspn(own, "."), n_other = strcspn(other, ".");
	return (size_t)(x->name - own) - n_own == (size_t)(y->name - other) - n_other &&
	       !memcmp(own + n_own, other + n_other, (size_t)(x->name - own) - n_own) &&
	       is_same_tag(p, own, n_own, other, n_other);
}

/* What pointers of type number T may hold, as it is. */
static void add_fitting(struct pointers *p, int t, struct sources *sources)
{
	const struct shape *like =
		&p->shapes[name_map_find(&p->shape_numbers, p->types[t].shape)];

	add_source(sources, t);
	for (int i = 0; i < like->n; i++)
		if (!sources->comes[like->types[i]] &&
		    fields_fit(p, &p->types[t], &p->types[like->types[i]]) &&
		    types_fit(p, p->types[t].name, p->types[like->types[i]].name, TO_FIT))
			add_source(sources, like->types[i]);
}

/* By type: whether its pointers may come to be of type number T. */
static bool *find_sources(struct pointers *p, int t)
{
	struct sources sources = { .comes = alloc_zeroed(p->n_types),
				   .pending = alloc_zeroed((size_t)p->n_types *
							   sizeof *sources.pending) };
	bool *is_spread = alloc_zeroed(p->n_types);

	add_fitting(p, t, &sources);
	while (sources.n_pending) {
		const struct type *at = &p->types[sources.pending[--sources.n_pending]];

		for (int i = 0; i < at->n_from; i++)
			if (!is_spread[at->from[i]]) {
				is_spread[at->from[i]] = true;
				add_fitting(p, at->from[i], &sources);
			}
	}
	free(is_spread);
	free(sources.pending);
	return sources.comes;
}

static int compare_numbers(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void add_targets(struct pointers *p, int t, const bool *comes)
{
	struct type *type = &p->types[t];
	int n = 0;

	for (int other = 0; other < p->n_known; other++) {
		const struct type *from = &p->types[other];

		for (int i = 0; (comes[other] || p->goes_anywhere[other]) && i < from->n_kept;
		     i++) {
			if (!comes[other] && (!from->kept[i].own ||
					      !has_shape(from->kept[i].own, type->shape)))
				continue;
			type->targets = alloc_grow(type->targets, type->n_targets,
						   &type->max_targets, sizeof *type->targets);
			type->targets[type->n_targets++] = from->kept[i].function;
		}
	}
	if (type->n_targets)
		qsort(type->targets, type->n_targets, sizeof *type->targets, compare_numbers);
	for (int i = 0; i < type->n_targets; i++)
		if (!n || type->targets[n - 1] != type->targets[i])
			type->targets[n++] = type->targets[i];
	type->n_targets = n;
}

const int *pointers_targets(struct pointers *p, const char *type, int *n)
{
	const int t = number_of_type(p, type);

	if (!p->types[t].is_answered) {
		bool *comes = find_sources(p, t);

		/* Types that come later are of calls: nothing is kept under them. */
		if (!p->goes_anywhere) {
			p->goes_anywhere = find_sources(p, ANY);
			p->n_known = p->n_types;
		}
		add_targets(p, t, comes);
		p->types[t].is_answered = true;
		free(comes);
	}
	*n = p->types[t].n_targets;
	return p->types[t].targets;
}
