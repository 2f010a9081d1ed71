/* lock-class.c - the classes of locks: the field of a struct type that a lock lies in.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lock-class.h"

#include "known.h"
#include "locks.h"
#include "report.h"

enum { CLASSES = 512, PROBES = 16, TEXT_SIZE = 56 };

/* A class: written once, by the thread that exchanges its number. */
static struct class {
	uint64_t number;	/* of the text; 0: none */
	char text[TEXT_SIZE];	/* cut off if it is longer */
} classes[CLASSES];

static void full(void)
{
	static int is_reported;

	if (!__atomic_exchange_n(&is_reported, 1, __ATOMIC_ACQ_REL))
		report_note("", "lock-order is incomplete: there are more classes of locks than "
				"the runtime has room for");
}

static uint64_t number_of(const char *text)
{
	uint64_t number = 14695981039346656037u;

	for (; *text; text++)
		number = (number ^ (unsigned char)*text) * 1099511628211u;
	return number ? number : 1;
}

static const void *class_called(const char *text)
{
	const uint64_t number = number_of(text);
	const unsigned first = (unsigned)(number >> 40);

	for (unsigned i = 0; i < PROBES; i++) {
		struct class *class = &classes[(first + i) % CLASSES];
		uint64_t there = 0;

		if (__atomic_compare_exchange_n(&class->number, &there, number, 0, __ATOMIC_ACQ_REL,
						__ATOMIC_ACQUIRE)) {
			for (unsigned at = 0; at < TEXT_SIZE - 1 && text[at]; at++)
				class->text[at] = text[at];
			return class;
		}
		if (there == number)
			return class;
	}
	full();
	return NULL;
}

const void *lock_class_of(const void *lock, const struct spinrule_site *site)
{
	int is_init = 0;
	const struct spinrule_site *first = known_place(lock, &is_init);

	if (first && first->lock_class && first->lock_class[0])
		return class_called(first->lock_class);
	return site && site->lock_class && site->lock_class[0] ? class_called(site->lock_class)
							       : NULL;
}

const char *lock_class_text(const void *address)
{
	if ((uintptr_t)address - (uintptr_t)classes >= sizeof classes)
		return NULL;
	return ((const struct class *)address)->text;
}
