/* options.c - the options at run time: values, parsing, help.
 *
 * SPDX-License-Identifier: MIT
 */

#include "options.h"

#include "callers.h"
#include "history.h"
#include "port.h"
#include "report.h"
#include "text.h"

enum kind { NUMBER, TEXT };

/* POSIX systems keep eight bits of an exit code: 256 would be success. */
enum { EXIT_CODE_MAX = 255, NUMBER_MAX = 99999999 };

struct row {
	const char *name;
	enum kind kind;
	unsigned offset;
	unsigned hosted, kernel;	/* of a number; a text's default is "" */
	const char *help;
};

#define DEFAULT_NUMBER(VALUE) (VALUE)
#define DEFAULT_TEXT(VALUE) (sizeof(VALUE) - 1)		/* "" */

static const struct row rows[] = {
#define SPINRULE_OPTION(NAME, KIND, HOSTED, KERNEL, HELP) \
	{ #NAME, \
	  KIND, \
	  __builtin_offsetof(struct options, NAME), \
	  DEFAULT_##KIND(HOSTED), \
	  DEFAULT_##KIND(KERNEL), \
	  HELP },
#include "options.def"
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static struct options values;
static int has_defaults;

/* Mistakes are reported in the log file, whose name is an option too: false until it
 * is open. */
static int may_complain;

static unsigned *number_of(const struct row *row)
{
	return (unsigned *)((char *)&values + row->offset);
}

/* Reports may come before the start, in a driver whose DriverEntry is not
 * instrumented. */
const struct options *options_now(void)
{
	if (__atomic_load_n(&has_defaults, __ATOMIC_ACQUIRE))
		return &values;
	for (unsigned i = 0; i < ROWS; i++)
		if (rows[i].kind == NUMBER)
			*number_of(&rows[i]) = port_is_kernel ? rows[i].kernel : rows[i].hosted;
	__atomic_store_n(&has_defaults, 1, __ATOMIC_RELEASE);
	return &values;
}

static int is_name_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (c >= '0' && c <= '9');
}

/* The length of the name at WORDS if '=' follows it, else 0. */
static unsigned name_length(const char *words)
{
	unsigned length = 0;

	while (is_name_letter(words[length]))
		length++;
	return words[length] == '=' ? length : 0;
}

static void complain(const char *what, const char *word, unsigned length, const char *rest)
{
	char buffer[700];
	struct text text = text_in(buffer, sizeof buffer);

	if (!may_complain)
		return;
	text_add(&text, port_options_place);
	text_add(&text, ": ");
	text_add(&text, what);
	text_add(&text, " '");
	text_add_part(&text, word, length);
	text_add(&text, "'");
	text_add(&text, rest);
	for (unsigned i = 0; text_is_same(what, "unknown option") && i < ROWS; i++) {
		text_add(&text, i == 0 ? "; the options are " : i + 1 < ROWS ? ", " : " and ");
		text_add(&text, rows[i].name);
	}
	report_note("", buffer);
}

static const struct row *row_of(const char *name, unsigned length)
{
	for (unsigned i = 0; i < ROWS; i++) {
		unsigned j = 0;

		while (j < length && rows[i].name[j] == name[j])
			j++;
		if (j == length && !rows[i].name[j])
			return &rows[i];
	}
	return 0;
}

static unsigned largest(const struct row *row)
{
	const unsigned *number = number_of(row);

	return number == &values.exitcode  ? EXIT_CODE_MAX
	       : number == &values.history ? HISTORY_MAX
	       : number == &values.callers ? CALLERS_MAX - 1
					   : NUMBER_MAX;
}

static void take_number(const struct row *row, const char *value, unsigned length)
{
	unsigned number = 0;

	for (unsigned i = 0; i < length; i++) {
		if (value[i] < '0' || value[i] > '9') {
			length = 0;
			break;
		}
		if (number <= NUMBER_MAX)
			number = number * 10 + (unsigned)(value[i] - '0');
	}
	if (!length) {
		complain("not a number for option", row->name, text_length(row->name),
			 "; it keeps its default");
		return;
	}
	if (number > largest(row)) {
		complain("too large a number for option", row->name, text_length(row->name),
			 "; it is the largest possible");
		number = largest(row);
	}
	*number_of(row) = number;
}

static int is_word(const char *value, unsigned length, const char *word)
{
	unsigned i = 0;

	while (i < length && value[i] == word[i])
		i++;
	return i == length && !word[i];
}

static void take_text(const struct row *row, const char *value, unsigned length)
{
	char *option = (char *)&values + row->offset;
	struct text text = text_in(option, OPTION_TEXT_SIZE);

	if (length >= OPTION_TEXT_SIZE)
		complain("too long a text for option", row->name, text_length(row->name),
			 "; it keeps its default");
	else if (option == values.format && length && !is_word(value, length, "text") &&
		 !is_word(value, length, "json"))
		complain("unknown format", value, length, "; it is text or json");
	else
		text_add_part(&text, value, length);
}

/* The length of the value at VALUE, which is not quoted: a ':' ends it if another option
 * follows. */
static unsigned value_length(const char *value)
{
	unsigned length = 0;

	while (value[length] &&
	       !(value[length] == ':' && (!value[length + 1] || name_length(value + length + 1))))
		length++;
	return length;
}

/* Set the option at GIVEN.  Returns the text after it. */
static const char *take_one(const char *given)
{
	const char *name = given, *value;
	unsigned name_size = name_length(given), length;
	const struct row *row;

	if (!name_size) {
		length = value_length(given);
		complain("not name=value:", given, length, "");
		return given + length;
	}

	value = name + name_size + 1;
	if (*value == '\'' || *value == '"') {
		char quote = *value++;

		for (length = 0; value[length] && value[length] != quote; length++)
			;
		if (value[length] != quote)
			complain("no quote at the end of option", name, name_size, "");
		given = value + length + (value[length] == quote);
	} else {
		length = value_length(value);
		given = value + length;
	}

	row = row_of(name, name_size);
	if (!row)
		complain("unknown option", name, name_size, "");
	else if (row->kind == NUMBER)
		take_number(row, value, length);
	else
		take_text(row, value, length);
	return given;
}

static void add_help(struct text *text, const struct row *row)
{
	text_add(text, row->name);
	text_add(text, "=");
	if (row->kind == NUMBER)
		text_add_number(text, port_is_kernel ? row->kernel : row->hosted);
	text_add(text, "\t");
	text_add(text, row->help);
}

static void print_help(void)
{
	static char buffer[PORT_TEXT_SIZE];	/* used once, at the start */
	struct text text = text_in(buffer, sizeof buffer);

	/* Each line of the log is an object. */
	if (values.format[0] == 'j') {
		for (unsigned i = 0; i < ROWS; i++) {
			text = text_in(buffer, sizeof buffer);
			add_help(&text, &rows[i]);
			report_note("option ", buffer);
		}
		return;
	}
	text_add(&text, "spinrule: options in ");
	text_add(&text, port_options_place);
	text_add(&text, ", as name=value:name=value\n");
	for (unsigned i = 0; i < ROWS; i++) {
		text_add(&text, "  ");
		add_help(&text, &rows[i]);
		text_add(&text, "\n");
	}
	port_write(buffer, text.length);
}

static void take_all(const char *given)
{
	while (*given)
		given = *given == ':' ? given + 1 : take_one(given);
}

void options_each(void (*visit)(const char *name, const unsigned *number, const char *text))
{
	for (unsigned i = 0; i < ROWS; i++)
		visit(rows[i].name, rows[i].kind == NUMBER ? number_of(&rows[i]) : 0,
		      (const char *)&values + rows[i].offset);
}

void options_start(const char *given)
{
	int is_open;

	options_now();
	take_all(given);
	may_complain = 1;
	is_open = !values.logfile[0] || port_open_log(values.logfile);
	report_start();
	if (!is_open)
		complain("cannot open log file", values.logfile, text_length(values.logfile),
			 "; reports come here");
	take_all(given);
	if (values.help)
		print_help();
}
