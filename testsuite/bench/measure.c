/* measure.c - see measure.h.
 *
 * SPDX-License-Identifier: MIT
 */

#include "measure.h"

struct worker {
	const struct work *work;
	unsigned me, rounds;
	uint64_t start, end;
};

static struct worker workers[MANY_THREADS];

static void work_in_thread(void *context)
{
	struct worker *worker = context;

	meet(worker->work->threads);
	worker->start = clock_now();
	worker->work->run(worker->me, worker->rounds);
	worker->end = clock_now();
}

/* The time of ROUNDS of WORK in each of its threads, 0 if it cannot be run. */
static uint64_t slice(const struct work *work, unsigned rounds)
{
	uint64_t time = 0, start, end;

	if (work->threads == 1) {
		start = clock_now();
		work->run(0, rounds);
		return clock_now() - start;
	}
	for (unsigned i = 0; i < work->threads; i++) {
		struct worker worker = { .work = work, .me = i, .rounds = rounds };

		workers[i] = worker;
	}
	if (!run_threads(work->threads, work_in_thread, workers, sizeof workers[0]))
		return 0;
	start = workers[0].start;
	end = workers[0].end;
	for (unsigned i = 0; i < work->threads; i++) {
		time += workers[i].end - workers[i].start;
		if (workers[i].start < start)
			start = workers[i].start;
		if (workers[i].end > end)
			end = workers[i].end;
	}
	return clock_is_of_thread ? time : end - start;
}

static uint64_t median(uint64_t *numbers, unsigned count)
{
	for (unsigned i = 1; i < count; i++) {
		uint64_t number = numbers[i];
		unsigned j = i;

		for (; j > 0 && numbers[j - 1] > number; j--)
			numbers[j] = numbers[j - 1];
		numbers[j] = number;
	}
	return numbers[count / 2];
}

int measure(const struct work *first, const struct work *second, unsigned turns, unsigned divisor, struct measured *result)
{
	static uint64_t of_first[MAX_TURNS], of_second[MAX_TURNS], ratios[MAX_TURNS];
	unsigned rounds = first->rounds / divisor ? first->rounds / divisor : 1;
	uint64_t pairs = (uint64_t)rounds * first->pairs * first->threads;

	if (turns > MAX_TURNS)
		turns = MAX_TURNS;
	/* One turn to warm up, which does not count. */
	for (unsigned turn = 0; turn <= turns; turn++) {
		unsigned at = turn ? turn - 1 : 0;

		of_first[at] = slice(first, rounds);
		of_second[at] = second ? slice(second, rounds) : of_first[at];
		if (!of_first[at] || !of_second[at])
			return 0;
		ratios[at] = of_second[at] * 1000 / of_first[at];
	}
	result->first = (unsigned)(median(of_first, turns) * 100 / pairs);
	result->second = (unsigned)(median(of_second, turns) * 100 / pairs);
	result->ratio = (unsigned)median(ratios, turns);
	return 1;
}
