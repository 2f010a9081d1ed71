/* checker.c - walks of the unit that is checked.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/checker.h"

#include "call/answers.h"

struct walk checker_walk(struct checker *checker, int f, const struct pieces *pieces)
{
	return (struct walk){
		.unit = checker->unit,
		.function = &pieces->function,
		.pieces = pieces,
		.number = f,
		.syms = &checker->syms,
		.callees = answers_of(checker->summaries),
		.is_callback = checker->unit->functions[f]->role != NULL,
		.cancel_lock = sym_cancel_lock(&checker->syms),
		.trace = checker->options->trace,
		.work_end = checker->budget.end,
		.ignores_haste = checker->is_thorough,
	};
}
