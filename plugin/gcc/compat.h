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
#include "context.h"
#include "gimple.h"
#include "gimple-iterator.h"
#include "gimple-walk.h"
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

/* Report a warning or an error with METADATA. True if it was shown. */
static inline bool ATTRIBUTE_GCC_DIAG (4, 5)
	compat_report (diagnostic_t kind, rich_location *where, const diagnostic_metadata *metadata,
		       const char *format, ...)
{
	diagnostic_info diagnostic;
	va_list list;
	bool shown;

	va_start (list, format);
	diagnostic_set_info (&diagnostic, format, &list, where, kind);
	diagnostic.metadata = metadata;
	diagnostic.option_index = 0;
#if GCCPLUGIN_VERSION >= 15000
	shown = global_dc->report_diagnostic (&diagnostic);
#else
	shown = diagnostic_report_diagnostic (global_dc, &diagnostic);
#endif
	va_end (list);
	return shown;
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
