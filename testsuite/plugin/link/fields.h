/* fields.h - functions whose addresses are kept in fields of structs: a call through a field leads to those of that field.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

extern KSPIN_LOCK counted;

typedef void hook(void *);

/* All hooks have one type. */
struct hooks {
	hook *before, *after;
};
extern const struct hooks fixed;
extern struct hooks set, copied, moved;

struct pair {
	hook *first, *second;
};
extern struct pair pair;

/* Each of these has a type of its own: any function of the type may be in the field. */
typedef void handed_hook(char);
struct handed {
	hook *none;
	handed_hook *run;
};
extern struct handed handed;
void hand(struct handed *, handed_hook *);

typedef void slot_hook(short);
struct slots {
	hook *empty;
	slot_hook *slot;
};
extern struct slots slots;

struct steps {
	hook *idle[2], *run[2];
};
extern const struct steps steps;

/* One struct that is read as another one. */
struct whole {
	int n;
	hook *leave, *enter;
};
struct part {
	int n;
	hook *away, *in;
};
extern struct whole whole;

/* Without tags. */
typedef struct {
	hook *go, *stop;
} engine;
extern engine engines;
struct message {
	int kind;
	union {
		hook *start;
		void (*end)(char *);
	};
};
extern struct message message;

typedef void chosen_hook(char, char);
struct chosen {
	hook *one;
	chosen_hook *other;
};
extern struct chosen chosen;

/* Nobody in the driver fills it. */
struct client {
	hook *called;
};
extern struct client *client;

DRIVER_DISPATCH good_fixed, warn_fixed, good_set, warn_set, good_copied, warn_copied, warn_moved, good_pair, warn_pair, good_handed, warn_handed,
	good_slots, warn_slots, good_steps, warn_steps, good_part, warn_part, good_engine, warn_engine, warn_message, good_chosen, warn_chosen,
	good_client, good_local, warn_local;
