/* embed.cc - the object carries its lock program, in a section that linkers drop.
 *
 * The section is written to the assembler's input at the end of the unit: a top-level asm
 * would not be in the object of -flto.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "output.h"
#include "toplev.h"
#include "args.h"
#include "findings/embed.h"
#include "findings/silence.h"
#include "link/code.h"
#include "link/pack.h"
#include "lower/lower.h"

static unsigned char *packed;
static size_t packed_size;

/* What a violation at WHERE in FNDECL would be silenced for. */
static void
add_silenced_at (lockprog_unit *unit, tree fndecl, const lockprog_place &place,
		 std::set<std::pair<location_t, tree> > *seen)
{
	location_t where = DECL_SOURCE_LOCATION (fndecl);
	std::vector<int> by;

	if (place.cookie)
		where = (location_t) place.cookie;
	if (!place.file || !seen->insert (std::make_pair (where, fndecl)).second)
		return;
	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++)
		if (silence_decide (fndecl, where, (spinrule_violation) id, &by)
		    == LEVEL_IGNORED) {
			lockprog_silenced silenced = { id, place };

			lockprog_add_silenced (unit, &silenced);
		}
}

static void
add_silenced (lockprog_unit *unit, const std::vector<tree> &decls)
{
	std::set<std::pair<location_t, tree> > seen;

	if (silencers.empty ())
		return;
	/* Behind these are functions that state what roles do. */
	for (size_t f = 0; f < decls.size (); f++) {
		const lockprog_function *function = unit->functions[f];

		if (TREE_CODE (decls[f]) != FUNCTION_DECL || function->is_external)
			continue;
		add_silenced_at (unit, decls[f], function->place, &seen);
		for (int b = 0; b < function->n_blocks; b++) {
			const lockprog_block *block = &function->blocks[b];

			for (int i = 0; i < block->n_ops; i++)
				if (block->ops[i].kind == LOCKPROG_LOCKOP
				    || block->ops[i].kind == LOCKPROG_CALL
				    || block->ops[i].kind == LOCKPROG_PROMISE)
					add_silenced_at (unit, decls[f], block->ops[i].place,
							 &seen);
			add_silenced_at (unit, decls[f], block->place, &seen);
		}
	}
}

/* The options that change verdicts, "" if there are none. */
static std::string
options_text ()
{
	std::string text;

	if (args.max_states)
		text += "max-states=" + std::to_string (args.max_states) + " ";
	if (args.max_steps)
		text += "max-steps=" + std::to_string (args.max_steps) + " ";
	return text;
}

/* The compiler's target by its --target option, or NULL. */
static const char *
target_name ()
{
	static const char option[] = "--target=";
	const char *found = strstr (compat_built_for ()->configuration_arguments, option);

	if (!found)
		return NULL;
	found += strlen (option);
	return lockprog_string (std::string (found, strcspn (found, " '")).c_str ());
}

void
embed_unit ()
{
	std::vector<tree> decls;
	lockprog_unit *unit = lower_unit (&decls, true);
	std::string options = options_text ();
	size_t size;

	add_silenced (unit, decls);
	unit->directory = lockprog_string (get_src_pwd ());
	unit->target = target_name ();
	unit->options = options.empty () ? NULL : lockprog_string (options.c_str ());
	unsigned char *code = code_write (unit, &size);
	lockprog_free_unit (unit);
	packed = pack_code (code, size, &packed_size);
	free (code);
}

/* Bytes in one line of the assembler's input. */
static const size_t line_bytes = 64;

static void
write_section (void *, void *)
{
	if (!packed || !asm_out_file || flag_syntax_only || seen_error ())
		return;
#ifdef OBJECT_FORMAT_ELF
	fputs ("\t.section\t" PACK_SECTION ",\"e\",%progbits\n", asm_out_file);
#else
	fputs ("\t.section\t" PACK_SECTION ",\"e\"\n", asm_out_file);
#endif
	for (size_t i = 0; i < packed_size; i += line_bytes) {
		fputs ("\t.ascii\t\"", asm_out_file);
		for (size_t j = i; j < packed_size && j < i + line_bytes; j++)
			fprintf (asm_out_file, "\\%03o", packed[j]);
		fputs ("\"\n", asm_out_file);
	}
	free (packed);
	packed = NULL;
}

void
embed_init (const char *plugin_name)
{
	register_callback (plugin_name, PLUGIN_FINISH_UNIT, write_section, NULL);
}
