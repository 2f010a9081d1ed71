/* Memory is freed while a lock in it is held, by this thread or another; other memory, or after the release.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: history=0 */
/* flags: -Wno-attributes */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'object->lock' \(0x[0-9A-F]+\) is held while its memory is freed \[spinrule-freed-held\]$ */
/* expect: ^  by thread [0-9]+ at .*freed-held\.c:{free}:[0-9]+ in warn_free$ */
/* expect: ^  acquired by thread [0-9]+ at .*freed-held\.c:{acquire}:[0-9]+ in warn_free$ */
/* expect: ^  rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: ^spinrule: spin lock 'object->lock' .* is held while its memory is freed \[spinrule-freed-held\]$ */
/* expect: ^  by thread [0-9]+ at .*freed-held\.c:{pool}:[0-9]+ in warn_pool$ */
/* expect: ^spinrule: spin lock 'second' .* is held while its memory is freed \[spinrule-freed-held\]$ */
/* expect: ^  by thread [0-9]+ at .*freed-held\.c:{both}:[0-9]+ in warn_both$ */
/* expect: ^spinrule: spin lock 'first' .* is held while its memory is freed \[spinrule-freed-held\]$ */
/* expect: ^  by thread [0-9]+ at .*freed-held\.c:{both}:[0-9]+ in warn_both$ */
/* expect: ^spinrule: spin lock 'object->lock' .* is held while its memory is freed \[spinrule-freed-held\]$ */
/* expect: ^  by thread [0-9]+ at .*freed-held\.c:{queued}:[0-9]+ in warn_queued$ */
/* expect: ^spinrule: spin lock 'shared->lock' .* is held while its memory is freed \[spinrule-freed-held\]$ */
/* expect: ^  by thread [0-9]+ at .*freed-held\.c:{other}:[0-9]+ in warn_other$ */
/* expect: ^  acquired by thread [0-9]+ at .*freed-held\.c:{holds}:[0-9]+ in holder$ */
/* expect: ^done 6$ */
/* expect: ^spinrule: 6 violations, */
/* expect: ^  freed-held: 6$ */

#include "by-hand.h"

#ifdef BY_HAND
#define FREEING(CALLED, MEMORY, SIZE) spinrule_freeing(MEMORY, SIZE, SITE_OF(CALLED, ""))
#else
#define FREEING(CALLED, MEMORY, SIZE) ((void)0)
#endif

struct object {
	long id;
	KSPIN_LOCK lock;
};

/* Fewer elements may be there than the type says. */
struct tailed {
	long id;
	KSPIN_LOCK locks[2];
};

static struct object arena[3], *shared;
static int freed, is_held, is_freed;

/* The kernel's part of this program. */
VOID NTAPI ExFreePoolWithTag(PVOID memory, ULONG tag)
{
	(void)memory, (void)tag;
	freed++;
}

static struct object *new_object(void)
{
	struct object *object = calloc(1, sizeof *object);

	KeInitializeSpinLock(&object->lock);
	return object;
}

static void good(void)
{
	struct object *object = new_object(), *other = &arena[1];
	struct tailed *tailed = (struct tailed *)&arena[0];
	KIRQL irql;

	KeAcquireSpinLock(&object->lock, &irql);
	KeReleaseSpinLock(&object->lock, irql);
	FREEING("free", object, sizeof *object), free(object);

	KeAcquireSpinLock(&other->lock, &irql);
	FREEING("ExFreePoolWithTag", &arena[0], sizeof arena[0]), ExFreePoolWithTag(&arena[0], 0);
	FREEING("ExFreePoolWithTag", &arena[2], sizeof arena[2]), ExFreePoolWithTag(&arena[2], 0);
	FREEING("ExFreePoolWithTag", tailed, sizeof(long)), ExFreePoolWithTag(tailed, 0);
	FREEING("free", NULL, 1), free(NULL);
	KeReleaseSpinLock(&other->lock, irql);
}

static void warn_free(void)
{
	struct object *object = new_object();
	KIRQL irql;

	KeAcquireSpinLock(&object->lock, &irql);	/* line: acquire */
	FREEING("free", object, sizeof *object), free(object);	/* line: free */
}

static void warn_pool(void)
{
	struct object *object = &arena[1];
	KIRQL irql;

	KeAcquireSpinLock(&object->lock, &irql);
	FREEING("ExFreePoolWithTag", object, sizeof *object), ExFreePoolWithTag(object, 0);	/* line: pool */
	CHECK(!object->lock);
}

/* Of memory without a type the C library knows how much it is. */
static void warn_both(void)
{
	void *memory = calloc(4, sizeof(KSPIN_LOCK));
	KSPIN_LOCK *first = memory, *second = first + 3;
	KIRQL irql;

	KeAcquireSpinLock(first, &irql);
	KeAcquireSpinLockAtDpcLevel(second);
	FREEING("free", memory, 1), free(memory);	/* line: both */
}

static void warn_queued(void)
{
	struct object *object = new_object();
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&object->lock, &handle);
	FREEING("free", object, sizeof *object), free(object);	/* line: queued */
}

static thread_result THREAD_CALL holder(void *context)
{
	(void)context;
	KeAcquireSpinLockAtDpcLevel(&shared->lock);	/* line: holds */
	raise_flag(&is_held);
	wait_for_flag(&is_freed);
	return 0;
}

static void warn_other(void)
{
	thread which;

	shared = &arena[2];
	which = thread_start(holder, NULL);
	wait_for_flag(&is_held);
	FREEING("ExFreePoolWithTag", shared, sizeof *shared), ExFreePoolWithTag(shared, 0);	/* line: other */
	raise_flag(&is_freed);
	thread_join(which);
}

static void run(void (*function)(void))
{
	function();
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

int main(void)
{
	run(good);
	say("good");
	run(warn_free);
	run(warn_pool);
	run(warn_both);
	run(warn_queued);
	run(warn_other);
	fprintf(stderr, "done %d\n", freed + 1);
	return 0;
}
