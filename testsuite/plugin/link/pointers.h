/* pointers.h - functions that are called through pointers: by the types under which their addresses are kept.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

extern KSPIN_LOCK counted;

/* Two kinds of callbacks that take a pointer and a byte. */
struct queue {
	KSPIN_LOCK lock;
};
struct watcher {
	struct watcher *next;
	void (*notify)(struct watcher *, UCHAR);
};
struct queue_table {
	void (*give_back)(struct queue *, KIRQL);
};
extern const struct queue_table queues;

/* What is registered, as a pointer of another type than the function's own. */
struct request {
	int kind;
};
struct worker {
	void (*run)(void *, int, int);
};
void set_worker(struct worker *, void (*)(void *, int, int));
extern struct worker worker;

/* An address on its way through other types. */
struct slot {
	void *any;
	ULONG_PTR number;
};
extern struct slot slot;
typedef int generic(void);
extern generic *by_name(int);

typedef int three(struct request *, int, int, int);
typedef int four(struct worker *, int, int, int);
extern three *kept_as_three;

/* A table that begins like another one. */
struct base {
	const struct base_table *table;
};
struct base_table {
	int (*enter)(struct base *, int, int, int, int);
};
struct derived {
	const struct derived_table *table;
	int more;
};
struct derived_table {
	int (*enter)(struct derived *, int, int, int, int);
};
extern struct derived made;

/* One of two types. */
union routine {
	int (*with_request)(struct request *, short);
	int (*with_worker)(struct worker *, short);
};
extern union routine routine;

/* A struct without a tag, and one that has another tag in the other file. */
typedef struct { int n; } plain;
typedef int with_plain(plain *, char);
extern with_plain *keeps_plain;
#ifdef OTHER_FILE
struct renamed { int n; };
#define RENAMED renamed
#else
struct named { int n; };
#define RENAMED named
#endif
void set_named(int (*)(struct RENAMED *, long long));

DRIVER_DISPATCH good_notify, warn_cast, warn_through_void, warn_through_number, warn_generic, warn_converted, warn_base,
	warn_union, warn_plain, warn_renamed, warn_variable_arguments;
