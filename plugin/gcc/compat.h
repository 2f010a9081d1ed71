/* compat.h - GCC's headers in an order that compiles, and what differs between GCC's
 * versions.
 *
 * The only file that asks for GCC's version.  Include it first in every .cc file.  The
 * version is that of the compiler the plugin is built for, never of the one that builds
 * it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef COMPAT_H
#define COMPAT_H

#define INCLUDE_ALGORITHM
#define INCLUDE_MAP
#define INCLUDE_MEMORY
#define INCLUDE_SET
#define INCLUDE_STRING
#define INCLUDE_VECTOR

#include "gcc-plugin.h"
#include "plugin-version.h"
#include "tree.h"
#include "tree-pass.h"
#include "pass_manager.h"
#include "context.h"
#include "gimple.h"
#include "gimple-iterator.h"
#include "gimple-walk.h"
#include "gimple-fold.h"
#include "ssa.h"
#include "tree-cfg.h"
#include "tree-dfa.h"
#include "cgraph.h"
#include "attribs.h"
#include "stringpool.h"
#include "langhooks.h"
#include "target.h"
#include "options.h"
#include "diagnostic.h"
#include "diagnostic-metadata.h"
#include "gcc-rich-location.h"
#include "intl.h"
#include "spellcheck.h"
#include "cpplib.h"
#include "json.h"
#include "md5.h"

#if GCCPLUGIN_VERSION >= 15000
#include "simple-diagnostic-path.h"
#else
#include "diagnostic-path.h"
#endif

/* The compiler this plugin is built for. */
static inline plugin_gcc_version *
compat_built_for ()
{
	return &gcc_version;
}

#if GCCPLUGIN_VERSION < 12000
/* True if TEXT begins with START. */
static inline bool
startswith (const char *text, const char *start)
{
	return !strncmp (text, start, strlen (start));
}
#endif

/* The text of line LINE of FILE into TEXT; false if there is none. */
static inline bool
compat_source_line (const char *file, int line, std::string *text)
{
#if GCCPLUGIN_VERSION >= 15000
	char_span span = global_dc->get_file_cache ().get_source_line (file, line);
#else
	char_span span = location_get_source_line (file, line);
#endif
	if (!span)
		return false;
	text->assign (span.get_buffer (), span.length ());
	return true;
}

/* Where the macro is used whose expansion MAP describes. */
static inline location_t
compat_macro_use (const line_map_macro *map)
{
#if GCCPLUGIN_VERSION >= 14000
	return map->get_expansion_point_location ();
#else
	return MACRO_MAP_EXPANSION_POINT_LOCATION (map);
#endif
}

/* VALUE as text, in one line. */
static inline std::string
compat_json_text (const json::value *value)
{
	pretty_printer printer;

#if GCCPLUGIN_VERSION >= 14000
	value->print (&printer, false);
#else
	value->print (&printer);
#endif
	return pp_formatted_text (&printer);
}

/* Whether warnings in system headers are shown; returns what was set before. */
static inline bool
compat_warn_in_system_headers (bool show)
{
#if GCCPLUGIN_VERSION >= 14000
	bool before = global_dc->m_warn_system_headers;
	global_dc->m_warn_system_headers = show;
#else
	bool before = global_dc->dc_warn_system_headers;
	global_dc->dc_warn_system_headers = show;
#endif
	return before;
}

/* Show source lines below messages, or not; returns what was set before. */
static inline bool
compat_show_source (bool show)
{
#if GCCPLUGIN_VERSION >= 13000
	bool before = global_dc->m_source_printing.enabled;
	global_dc->m_source_printing.enabled = show;
#else
	bool before = global_dc->show_caret;
	global_dc->show_caret = show;
#endif
	return before;
}

/* Whether source lines are shown below messages. */
static inline bool
compat_shows_source ()
{
#if GCCPLUGIN_VERSION >= 13000
	return global_dc->m_source_printing.enabled;
#else
	return global_dc->show_caret;
#endif
}

/* How the events of a path are shown, as -fdiagnostics-path-format says it; returns what
 * was set before. */
static inline diagnostic_path_format
compat_path_format (diagnostic_path_format format)
{
#if GCCPLUGIN_VERSION >= 14000
	diagnostic_path_format before = global_dc->get_path_format ();
	global_dc->set_path_format (format);
#else
	diagnostic_path_format before = global_dc->path_format;
	global_dc->path_format = format;
#endif
	return before;
}

/* What the next message is an instance of, as GCC shows its own options: the name without
 * "-W", and the address of its page or null. */
struct compat_option {
	const char *name, *url;
};

#if GCCPLUGIN_VERSION < 14000
static compat_option compat_option_now;

static char *
compat_option_name (diagnostic_context *, int, diagnostic_t original, diagnostic_t kind)
{
	/* The events of a path may be notes of their own. */
	if (kind == DK_NOTE)
		return NULL;
	bool is_made_error = original == DK_WARNING && kind == DK_ERROR;

	return concat (is_made_error ? "-Werror=" : "-W", compat_option_now.name, NULL);
}

static char *
compat_option_url (diagnostic_context *, int)
{
	return compat_option_now.url ? xstrdup (compat_option_now.url) : NULL;
}
#endif

/* Report a warning or an error with METADATA, as an instance of OPTION.  True if it was
 * shown. */
static inline bool ATTRIBUTE_GCC_DIAG (5, 6)
	compat_report (diagnostic_t kind, rich_location *where, const diagnostic_metadata *metadata,
		       const compat_option &option, const char *format, ...)
{
	diagnostic_info diagnostic;
	va_list list;
	bool shown;

	va_start (list, format);
#if GCCPLUGIN_VERSION >= 14000
	/* There the option is the context's own business: it is part of the text. */
	std::string with_option = std::string (format) + " [-W" + option.name + "]";
	format = with_option.c_str ();
#else
	auto name = global_dc->option_name;
	auto url = global_dc->get_option_url;

	compat_option_now = option;
	global_dc->option_name = compat_option_name;
	global_dc->get_option_url = compat_option_url;
#endif
	diagnostic_set_info (&diagnostic, format, &list, where, kind);
	diagnostic.metadata = metadata;
	diagnostic.option_index = 0;
#if GCCPLUGIN_VERSION >= 15000
	shown = global_dc->report_diagnostic (&diagnostic);
#else
	shown = diagnostic_report_diagnostic (global_dc, &diagnostic);
#endif
#if GCCPLUGIN_VERSION < 14000
	global_dc->option_name = name;
	global_dc->get_option_url = url;
#endif
	va_end (list);
	return shown;
}

#if GCCPLUGIN_VERSION < 14000
typedef bool (*compat_adviser) (location_t where);
static compat_adviser compat_pragma_adviser;
static int (*compat_option_enabled_before) (int, unsigned, void *);

static int
compat_option_enabled (int option, unsigned languages, void *state)
{
	const compat_adviser adviser = compat_pragma_adviser;
	bool is_said = false;

	if (option == OPT_Wpragmas && adviser) {
		/* What it says is about a pragma too. */
		compat_pragma_adviser = NULL;
		is_said = adviser (input_location);
		compat_pragma_adviser = adviser;
	}
	return is_said ? 0 : compat_option_enabled_before (option, languages, state);
}
#endif

/* Let ADVISER see each warning about a pragma before it is made; one of which it returns
 * true is not made. */
static inline void
compat_watch_pragmas (bool (*adviser) (location_t where))
{
#if GCCPLUGIN_VERSION < 14000
	compat_pragma_adviser = adviser;
	compat_option_enabled_before = global_dc->option_enabled;
	global_dc->option_enabled = compat_option_enabled;
#else
	(void) adviser;
#endif
}

/* C-family symbols, which lto1 does not have: null there. */
// NOLINTBEGIN(readability-redundant-declaration): only here they are weak
extern struct cpp_reader *parse_in __attribute__ ((weak));
extern void cpp_define (cpp_reader *, const char *) __attribute__ ((weak));
extern cpp_options *cpp_get_options (cpp_reader *) __attribute__ ((weak));
extern void cpp_register_pragma (cpp_reader *, const char *, const char *, void (*) (cpp_reader *),
				 bool)
	__attribute__ ((weak));
extern const cpp_token *cpp_get_token_with_location (cpp_reader *,
						     location_t *) __attribute__ ((weak));
extern unsigned char *cpp_token_as_text (cpp_reader *, const cpp_token *) __attribute__ ((weak));
// NOLINTEND(readability-redundant-declaration)

#endif
