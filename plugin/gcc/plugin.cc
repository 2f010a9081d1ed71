/* plugin.cc - the plugin as GCC sees it: start reading here.
 *
 * One pass over the translation unit, when every body is in SSA form and nothing is
 * inlined:
 *
 *     roles_collect -> lower_unit -> check_unit -> findings_collect
 *     -> diagnose, baseline, summary
 *     -> embed_unit, instrument_unit
 *
 * Without `instrument' nothing of GCC's state is touched, so the code is what it is
 * without the plugin.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "findings/baseline.h"
#include "check/check.h"
#include "findings/diagnose.h"
#include "findings/embed.h"
#include "instrument/instrument.h"
#include "lower/lower.h"
#include "lower/matters.h"
#include "output/file.h"
#include "source/annotations.h"
#include "source/guards.h"
#include "source/keep.h"
#include "source/functype.h"
#include "source/roles.h"
#include "source/scope.h"
#include "findings/silence.h"
#include "source/typename.h"
#include "findings/sarif-log.h"
#include "findings/unit-summary.h"

int plugin_is_GPL_compatible;

static struct plugin_info info = {
	SPINRULE_VERSION,
	"spinrule: checks that spin locks of Windows drivers are acquired and released in strict"
	" alternation.\n"
	"-fplugin-arg-spinrule-help lists its arguments.\n"
};

/* ---- the pass ---- */

static const pass_data check_pass_data = {
	SIMPLE_IPA_PASS, "spinrule", OPTGROUP_NONE, TV_NONE, 0, 0, 0, 0, 0
};

/* Print the lock program to its file, or to standard error. */
static void
dump (const lockprog_unit *unit)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = *args.dump ? open_memstream (&text, &size) : stderr;

	gcc_assert (out);
	lockprog_print (out, unit);
	if (out == stderr)
		return;
	fclose (out);
	if (char *what = file_replace (args.dump, text, size)) {
		error_at (UNKNOWN_LOCATION, "spinrule: %s", what);
		free (what);
	}
	free (text);
}

/* True if what is found goes to a file. */
static bool
writes_findings ()
{
	return args.summary || args.baseline_write || args.sarif;
}

/* Write the summary to its file, or to standard error. */
static void
write_summary (unit_summary &summary)
{
	if (*args.summary) {
		summary.sites = instrument_sites ();
		unit_summary_append (summary, args.summary);
	} else {
		unit_summary_print (summary, stderr);
	}
}

/* Report the violations in RESULT: warnings, lines of files, notes on silencers without
 * an effect. */
static void
report (const lockprog_unit *unit, check_result *result, const std::vector<tree> &decls)
{
	unit_summary summary = { unit, result, findings_collect (unit, result, decls), {}, {} };
	std::vector<bool> is_undecided (decls.size ());

	if (baseline_open (&summary.baseline))
		baseline_match (summary.baseline, &summary.findings);
	findings_settle (result, decls, summary.findings);
	if (args.baseline_write)
		baseline_write (args.baseline_write, summary.findings);
	if (!args.no_warn) {
		diagnose (unit, summary.findings, args.show_silenced);
		for (size_t f = 0; f < decls.size (); f++)
			is_undecided[f] = (int) f < result->n_functions
					  && result->functions[f].why != REASON_NONE;
		silence_report_unused (decls, is_undecided);
		/* The check of the driver decides the rest. */
		if (!args.embed)
			diagnose_rest (unit, result, decls);
	}
	if (args.summary)
		write_summary (summary);
	if (args.sarif)
		sarif_log_write (summary, args.sarif);
	baseline_free (&summary.baseline);
}

/* True if NAME is one of LIST, which are separated by colons. */
static bool
is_listed (const char *name, const char *list)
{
	const size_t length = strlen (name);

	for (const char *at = list; at; at = strchr (at, ':')) {
		at += *at == ':';
		if (!strncmp (at, name, length) && (!at[length] || at[length] == ':'))
			return true;
	}
	return false;
}

/* What ccache stores may be replayed when a file that it does not know has changed, and
 * then no file is written but the object: say so.  ccache gives UNCACHED_ERR_FD to each
 * compiler that it runs. */
static void
report_cached ()
{
	if (!getenv ("UNCACHED_ERR_FD") || args.is_left_out[NOTES_REST])
		return;
	for (const char *file : args.files_read)
		if (!is_listed (file, getenv ("CCACHE_EXTRAFILES")))
			inform (UNKNOWN_LOCATION, "spinrule: ccache does not notice when %qs"
				" changes; name it in %<CCACHE_EXTRAFILES%>", file);
	for (const char *file : args.files_written)
		inform (UNKNOWN_LOCATION,
			"spinrule: ccache does not write %qs when it replays this compile;"
			" %<CCACHE_DISABLE=1%> turns it off", file);
}

static void
check_translation_unit ()
{
	check_options options = check_default_options;
	std::vector<tree> decls;
	lockprog_unit *unit;

	/* Most units of a large program have no lock: nothing is lowered, unless someone
	 * wants to see the functions without locks too. */
	if (args.dump || args.summary || unit_matters ()) {
		unit = lower_unit (&decls);
	} else {
		unit = lockprog_new_unit (main_input_filename ? main_input_filename : "unit");
		decls = lower_bodies ();
	}
	if (args.max_states)
		options.max_states = args.max_states;
	if (args.max_steps)
		options.max_steps = args.max_steps;
	options.counts_paths = args.summary != NULL;
	if (args.dump)
		dump (unit);
	if (!args.no_warn || writes_findings ()) {
		check_result *result = check_unit (unit, &options);

		report (unit, result, decls);
		check_free (result);
	}
	lockprog_free_unit (unit);
}

class check_pass : public simple_ipa_opt_pass {
public:
	check_pass () : simple_ipa_opt_pass (check_pass_data, g) {}

	bool
	gate (function *) final override
	{
		return !seen_error () && !in_lto_p;
	}

	unsigned
	execute (function *) final override
	{
		roles_collect ();
		functype_collect ();
		silence_collect ();
		if (!args.no_warn || args.dump || writes_findings ())
			check_translation_unit ();
		report_cached ();
		if (args.embed)
			embed_unit ();
		if (args.instrument)
			instrument_unit ();
		annotations_remove ();
		return 0;
	}
};

/* ---- __SPINRULE__ ---- */

/* Preprocessed input has its macros behind it. */
static void
on_file (void *, void *)
{
	static bool done;

	if (done || !&parse_in || !parse_in || !cpp_define || !cpp_get_options)
		return;
	done = true;
	if (!cpp_get_options (parse_in)->preprocessed)
		cpp_define (parse_in, "__SPINRULE__=1");
}

/* ---- loading ---- */

/* The precompiled header that is made, if one is.  Weak: only C and C++ have it. */
extern const char *pch_file __attribute__ ((weak));

/* No pass is run, so nothing is checked: say so.  A precompiled header is made in that
 * way too, without the user's asking for it. */
static void
on_finish (void *, void *)
{
	const bool is_header = &pch_file && pch_file;

	if (flag_syntax_only && !is_header && !args.no_warn && !seen_error ())
		inform (UNKNOWN_LOCATION,
			"spinrule: %<-fsyntax-only%> checks no spin locks; %<-c%> and %<-S%> do");
}

/* True if the plugin is in this compiler already: its passes are, under whatever name the
 * file has. */
static bool
is_loaded_again (const plugin_name_args *self)
{
	if (!g->get_passes ()->get_pass_by_name ("ipa-spinrule"))
		return false;
	error ("spinrule: the plugin is loaded twice: %qs is another copy of it; give one"
	       " %<-fplugin=%> only", self->full_name);
	return true;
}

/* One callback: most compiles have tens of thousands of declarations. */
static void
on_declaration (void *event_data, void *)
{
	tree decl = (tree) event_data;

	if (!decl)
		return;
	annotations_note_declaration (decl);
	if (TREE_CODE (decl) == FUNCTION_DECL)
		roles_note_declaration (decl);
}

static bool
fits_compiler (plugin_gcc_version *running)
{
	if (plugin_default_version_check (running, compat_built_for ()))
		return true;
	const plugin_gcc_version *built = compat_built_for ();

	const bool is_same = !strcmp (built->basever, running->basever)
			     && !strcmp (built->datestamp, running->datestamp);

	/* One call: of what the plugin uses of its own compiler, another has this. */
	error ("spinrule: version mismatch: this plugin is for GCC %s (%s), the compiler is GCC %s"
	       " (%s)%s; %<make COMPILERS=...%> builds a plugin for another compiler",
	       built->basever, built->datestamp, running->basever, running->datestamp,
	       is_same ? ": the versions are the same and the targets or build options are not"
		       : "");
	return false;
}

int
plugin_init (plugin_name_args *self, plugin_gcc_version *running)
{
	register_pass_info pass;

	/* The error was reported: GCC would add a second one if this returned a
	 * failure. */
	if (!fits_compiler (running) || is_loaded_again (self) || !args_parse (self))
		return 0;
	args.plugin = self->full_name;
	register_callback (self->base_name, PLUGIN_INFO, NULL, &info);
	register_callback (self->base_name, PLUGIN_INCLUDE_FILE, on_file, NULL);
	register_callback (self->base_name, PLUGIN_FINISH_DECL, on_declaration, NULL);
	register_callback (self->base_name, PLUGIN_FINISH, on_finish, NULL);
	keep_init (self->base_name);
	annotations_init (self->base_name);
	scope_init (self->base_name);
	guards_init (self->base_name);
	roles_init (self->base_name);
	type_names_init (self->base_name);
	silence_init (self->base_name);
	pragma_init (self->base_name);
	if (args.embed)
		embed_init (self->base_name);
	if (args.instrument)
		instrument_init (self->base_name);
	pass.pass = new check_pass ();
	pass.reference_pass_name = "build_ssa_passes";
	pass.ref_pass_instance_number = 1;
	pass.pos_op = PASS_POS_INSERT_AFTER;
	register_callback (self->base_name, PLUGIN_PASS_MANAGER_SETUP, NULL, &pass);
	return 0;
}
