/* read.c - reads the text form of lock programs.
 *
 *     unit 'irp.c' [in 'DIRECTORY'] [for 'TARGET'] [with 'OPTIONS']
 *     class 'EXT.flag' [pointer [system] | processor | private] [layout 'DIGEST']
 *              [pointed '*int8']
 *     object 'MyRead.local' [local] [contained] [thread]
 *     symbol MyRead 'MyRead@8' undefined|static|global|weak|inline [taken] [system]
 *              [type 'T'] [role DRIVER_DISPATCH [cancel] [dispatch] [entered H]]
 *              [alias G]
 *              (the function H states which lock it is entered with)
 *     kept MyRead 'T'        (its address, as one of functions of type T: pointers.h)
 *     converts 'T' 'U'       (pointers to functions, from one type to the other)
 *     parameter Register 1 role DRIVER_DISPATCH [cancel] [dispatch] [entered H]
 *     silenced 'held-at-return' at PLACE
 *     levels TABLE ENTRY     (locks of level TABLE are acquired before those of ENTRY)
 *     stays MyRead.local|F parameter N [if G N, H N]   (an address, in the driver)
 *     function MyRead [callback DRIVER_DISPATCH] [cancel [irql x]] [dispatch] [external]
 *              [result s32|object] [ntstatus] [at irp.c:30:10]
 *              (dispatch: entered at DISPATCH_LEVEL or above)
 *       unknown 'why it could not be turned into a program'
 *       n:s32 = param 1 'n'
 *     b0: STATEMENT ; STATEMENT -> EXIT
 *
 * A statement is one of
 *     x[:TYPE] = EXPR ['text'] [at PLACE]         TYPE: s32 (default), u8, p
 *     acquire|release|init|momentary|leave LOCK ['text'] [class C] [level L]
 *                               [by DDI[/WRITTEN]] [handle x] [irql x] [at PLACE]
 *     [x[:TYPE] =] try LOCK ... [ignored]
 *     [x[:TYPE] =] call F(x, lock y, ?) [type 'T'] [system] [maybe G, H] [at PLACE]
 *              (F may be *, a pointer, and G and H what it may point to;
 *              lock: declared as pointer to one; the only such one: lock y class C)
 *     *x = y|? class C            store           clobber C|*
 *     assume x [at PLACE]                        (x is not 0: other paths end here)
 *     unless F STATEMENT                         (if the called F has no program)
 *     requires|enters|returns|assumes held|free LOCK ['text'] [class C] [level L]
 *              [by ANNOTATION] [entry x] [irql x] [at PLACE]
 * and EXPR is one of
 *     ?    param N    5    &object    *x class C    opaque 'operator' x y
 *     phi b1:x b2:y    x    ~x    -x    x + y ...
 * An exit is one of
 *     -> b1                -> b1 b2 (any)      -> exit (a return)     -> stop (no way on)
 *     if EXPR [at PLACE] -> b1 b2              return [x] [at PLACE]
 *     switch x [at PLACE] -> 1:b1 2..5,7:b2 else:b3
 * Statements are on lines of their own or separated by ';'.  '#' starts a comment.
 * Names that are not identifiers are quoted.  A file may leave out the unit line and the
 * function line.  LOCK may be 'cancel' for the cancel spin lock; without "by", a DDI is
 * the one at DPC level.  The words after a class are its lifetime: none is SHARED,
 * "pointer" DRIVER, "pointer system" SYSTEM, "processor" PROCESSOR, "private" PRIVATE,
 * whatever stands before it; "system" alone is SHARED.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/lockprog.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/name-map.h"
#include "lockprog/read-own.h"
#include "lockprog/read-unit.h"
#include "lockprog/text.h"
#include "lockprog/valid.h"

/* Check the function; the error names the line of the operation at fault. */
static void check_function(struct reader *r)
{
	struct lockprog_place where;
	char what[200];

	if (r->in->error || valid_function(r->function, &where, what, sizeof what))
		return;
	r->in->line = (int)where.cookie;
	scan_fail(r->in, "%s", what);
}

/* Complete the function: used names that were never defined become parameters and locks,
 * and every block gets an exit. */
static void end_function(struct reader *r)
{
	if (!r->function || r->in->error)
		return;
	if (r->block < 0 && !r->function->unknown)
		scan_fail(r->in, "function '%s' has no block", r->function->name);
	if (r->block >= 0 && r->block_open)
		scan_fail(r->in, "block %s has no exit", r->function->blocks[r->block].name);
	for (int i = 0; i < r->n_named; i++) {
		struct lockprog_value *value = &r->function->values[r->named[i]];

		if (value->expr != UNDEFINED)
			continue;
		value->text = value->name;
		if (value->type.is_pointer) {
			value->expr = LOCKPROG_OBJECT;
			value->object = lockprog_object(r->unit, value->name, false);
		} else {
			value->expr = LOCKPROG_PARAM;
			value->constant = r->function->n_params++;
		}
	}
	for (int b = 0; b < r->function->n_blocks; b++)
		if (!r->has_block[b])
			scan_fail(r->in, "function '%s' goes to block %s, which it does not have",
				  r->function->name, r->function->blocks[b].name);
	if (r->cancel_irql) {
		r->function->cancel_irql = name_map_find(&r->value_numbers, r->cancel_irql);
		if (r->function->cancel_irql < 0)
			scan_fail(r->in, "function '%s' has no value '%s'", r->function->name,
				  r->cancel_irql);
	}
	check_function(r);
	r->function = NULL;
	r->cancel_irql = NULL;
	r->n_named = 0;
	name_map_clear(&r->value_numbers);
	name_map_clear(&r->block_numbers);
}

static void begin_function(struct reader *r, const char *name)
{
	end_function(r);
	r->function = lockprog_add_function(r->unit, name);
	r->block = -1;
	r->block_open = false;
}

static void read_function_line(struct reader *r)
{
	begin_function(r, scan_name(r->in));
	if (scan_accept(r->in, "callback"))
		r->function->role = scan_name(r->in);
	r->function->enters_with_cancel_lock = scan_accept(r->in, "cancel");
	if (r->function->enters_with_cancel_lock && scan_accept(r->in, "irql"))
		r->cancel_irql = scan_name(r->in);
	r->function->is_at_dispatch = scan_accept(r->in, "dispatch");
	r->function->is_alone = scan_accept(r->in, "alone");
	r->function->is_external = scan_accept(r->in, "external");
	if (scan_accept(r->in, "result")) {
		r->function->result_is_object = scan_accept(r->in, "object");
		if (!r->function->result_is_object)
			r->function->result = scan_type(r->in);
	}
	r->function->result_is_ntstatus = scan_accept(r->in, "ntstatus");
	r->function->place = scan_place(r->in);
}

/* True if the line starts a block: "NAME:", not followed by a type and "=". */
static bool starts_block(const struct reader *r)
{
	const char *c = r->in->at;

	if (r->in->token != TOKEN_NAME || *c != ':')
		return false;
	for (c++; lockprog_is_name_char((unsigned char)*c); c++)
		;
	while (*c == ' ' || *c == '\t')
		c++;
	return r->in->at[1] == 0 || isspace((unsigned char)r->in->at[1]) || *c != '=';
}

static void read_block_start(struct reader *r)
{
	if (!r->function)
		begin_function(r, lockprog_string("main"));
	if (r->block >= 0 && r->block_open) {
		scan_fail(r->in, "block %s has no exit", r->function->blocks[r->block].name);
		return;
	}
	r->block = read_block(r, scan_name(r->in));
	if (r->has_block[r->block])
		scan_fail(r->in, "block %s is there twice", r->function->blocks[r->block].name);
	r->has_block[r->block] = true;
	r->block_open = true;
	scan_expect(r->in, ":");
}

static void read_line(struct reader *r)
{
	scan_next(r->in);
	if (r->in->token == TOKEN_END)
		return;
	if (read_unit_part(r->in, r->unit, &r->has_unit)) {
		/* That was all. */
	} else if (scan_accept(r->in, "function")) {
		read_function_line(r);
	} else {
		if (starts_block(r))
			read_block_start(r);
		if (!r->function)
			begin_function(r, lockprog_string("main"));
		while (r->in->token != TOKEN_END && !r->in->error) {
			read_statement(r);
			/* An exit may follow the last statement without a ';'. */
			if (!scan_accept(r->in, ";") && !scan_is(r->in, "->"))
				break;
		}
	}
	if (r->in->token != TOKEN_END)
		scan_fail(r->in, "the line does not end at '%.40s'", r->in->token_start);
}

struct lockprog_unit *lockprog_read(FILE *in, const char *name, char **error)
{
	struct scan scan = { .name = name };
	struct reader r = { .in = &scan, .block = -1 };
	size_t size = 0;
	ssize_t length;

	*error = NULL;
	r.unit = lockprog_new_unit(name);
	while (!scan.error && (length = getline(&scan.text, &size, in)) >= 0) {
		scan.line++;
		scan.at = scan.text;
		if (length && scan.text[length - 1] == '\n')
			scan.text[--length] = 0;
		if (strlen(scan.text) != (size_t)length)
			scan_fail(&scan, "a byte of 0: this is no text");
		else
			read_line(&r);
	}
	if (!scan.error && ferror(in))
		scan_fail(&scan, "cannot be read");
	end_function(&r);
	/* A dump may have no function, but it has a unit; other files have neither. */
	if (!scan.error && !r.unit->n_functions && !r.has_unit)
		scan_fail(&scan, "there is no function in it");
	free(scan.text);
	free(scan.word);
	free(r.named);
	free(r.has_block);
	name_map_clear(&r.value_numbers);
	name_map_clear(&r.block_numbers);
	if (scan.error) {
		lockprog_free_unit(r.unit);
		*error = scan.error;
		return NULL;
	}
	lockprog_finish(r.unit);
	return r.unit;
}
