/* copies.h - inline functions that files have copies of.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

extern KSPIN_LOCK copies_lock;
extern const char *last_words;
void say(const char *words);

struct without_tags {
	union {
		struct { LONG low, high; };
		struct { LONG first, second; };
	};
};
extern struct without_tags parts;

/* Constants, locals and structs without tags have other numbers in other files. */
extern inline __attribute__((gnu_inline, always_inline)) void same_copy(int loud)
{
	KeAcquireSpinLockAtDpcLevel(&copies_lock);
	if (parts.second)
		say("parts");
	if (loud) {
		char words[8] = "loud";

		last_words = words;
		say(words);
	} else {
		char words[4] = "low";

		last_words = words;
		say("low");
	}
	KeReleaseSpinLockFromDpcLevel(&copies_lock);
}

extern inline __attribute__((gnu_inline, always_inline)) void other_copy(void)
{
	KeAcquireSpinLockAtDpcLevel(&copies_lock);
#ifdef FIRST_COPY
	say("first");
#endif
	KeReleaseSpinLockFromDpcLevel(&copies_lock);
}
