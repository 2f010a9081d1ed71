/* pieces.c - blocks cut after each operation that has several outcomes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/pieces.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "runtime/rule.h"

static bool has_outcomes(const struct lockprog_op *op)
{
	if (op->kind == LOCKPROG_CALL)
		return op->callee >= 0;
	return op->kind == LOCKPROG_LOCKOP && spinrule_is_try(op->ddi);
}

static int count_pieces(const struct lockprog_block *block)
{
	int n = 1;

	for (int i = 0; i < block->n_ops; i++)
		n += has_outcomes(&block->ops[i]);
	return n;
}

/* Room for N edges. */
static struct lockprog_edge *take_edges(struct pieces *pieces, int n)
{
	pieces->n_edges += n;
	return pieces->edges + pieces->n_edges - n;
}

/* Append the pieces of block number B of ORIGINAL, from NEXT on; FIRST[b] is the first
 * piece of block b. */
static void cut(struct pieces *pieces, const struct lockprog_function *original, int b,
		const int *first)
{
	const struct lockprog_block *block = &original->blocks[b];
	int piece = first[b], start = 0;
	struct lockprog_block *last;

	for (int i = 0; i < block->n_ops; i++) {
		struct lockprog_block *at = &pieces->function.blocks[piece];

		if (!has_outcomes(&block->ops[i]))
			continue;
		*at = (struct lockprog_block){ .name = block->name, .ops = block->ops + start,
					       .n_ops = i + 1 - start,
					       .exit = LOCKPROG_GOTO, .value = -1, .n_succ = 1 };
		at->succ = take_edges(pieces, 1);
		at->succ[0] = (struct lockprog_edge){ .block = piece + 1 };
		pieces->origins[piece++] = (struct origin){ b, start };
		start = i + 1;
	}
	last = &pieces->function.blocks[piece];
	*last = *block;
	last->ops = block->ops + start;
	last->n_ops = block->n_ops - start;
	last->succ = take_edges(pieces, block->n_succ);
	for (int i = 0; i < block->n_succ; i++) {
		last->succ[i] = block->succ[i];
		last->succ[i].block = first[block->succ[i].block];
	}
	pieces->origins[piece] = (struct origin){ b, start };
}

struct pieces *pieces_new(const struct lockprog_function *original)
{
	struct pieces *pieces = alloc_zeroed(sizeof *pieces);
	int *first = alloc_zeroed((original->n_blocks + 1) * sizeof *first);
	int n = 0, n_edges = 0, n_phis = 0;

	for (int b = 0; b < original->n_blocks; b++) {
		first[b] = n;
		n += count_pieces(&original->blocks[b]);
		n_edges += original->blocks[b].n_succ;
	}
	/* One more leads from each piece to the next. */
	pieces->edges = alloc_zeroed((n + n_edges) * sizeof *pieces->edges);
	first[original->n_blocks] = n;
	pieces->function = *original;
	pieces->function.n_blocks = n;
	pieces->function.blocks = alloc_zeroed(n * sizeof *pieces->function.blocks);
	pieces->origins = alloc_zeroed(n * sizeof *pieces->origins);
	pieces->spares = alloc_zeroed(n * sizeof *pieces->spares);
	for (int b = 0; b < original->n_blocks; b++)
		cut(pieces, original, b, first);
	/* An edge leaves a block from its last piece. */
	for (int b = 0; b < n; b++) {
		const struct lockprog_block *block = &pieces->function.blocks[b];

		pieces->spares[b] = -1;
		if (!block->n_ops || block->ops[block->n_ops - 1].kind != LOCKPROG_CALL ||
		    block->ops[block->n_ops - 1].callee < 0)
			continue;
		pieces->spares[b] = pieces->function.n_values;
		pieces->function.n_values += PIECES_SPARES;
	}
	assert(pieces->function.n_values >= original->n_values && n >= original->n_blocks);
	pieces->unnamed = pieces->function.n_values++;
	pieces->function.values =
		alloc_zeroed(pieces->function.n_values * sizeof *pieces->function.values);
	for (int v = original->n_values; v < pieces->function.n_values; v++)
		pieces->function.values[v] = (struct lockprog_value){
			.name = "", .type = { .bits = 8 }, .a = -1, .b = -1
		};
	pieces->function.values[pieces->unnamed].type =
		(struct lockprog_type){ .bits = 64, .is_pointer = true };
	for (int v = 0; v < original->n_values; v++)
		n_phis += original->values[v].n_phi;
	pieces->phis = alloc_zeroed(n_phis * sizeof *pieces->phis);
	n_phis = 0;
	for (int v = 0; v < original->n_values; v++) {
		struct lockprog_value *value = &pieces->function.values[v];

		*value = original->values[v];
		value->phi = pieces->phis + n_phis;
		n_phis += value->n_phi;
		for (int i = 0; i < value->n_phi; i++) {
			value->phi[i] = original->values[v].phi[i];
			value->phi[i].block = first[value->phi[i].block + 1] - 1;
		}
	}
	free(first);
	return pieces;
}

void pieces_free(struct pieces *pieces)
{
	free(pieces->edges);
	free(pieces->phis);
	free(pieces->function.blocks);
	free(pieces->function.values);
	free(pieces->origins);
	free(pieces->spares);
	free(pieces);
}
