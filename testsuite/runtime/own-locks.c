/* Lock functions of a table of one's own: with a state, a handle, a global lock, recursion.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* flags: -fplugin-arg-spinrule-ddi=@FOLDER@/own-locks.ddi */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'ring' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{second}:[0-9]+ in warn_twice$ */
/* expect: ^  rule SpinlockRelease$ */
/* expect: ^spinrule: spin lock 'ring' .* is released with an IRQL that its acquire did not save \[spinrule-wrong-irql\]$ */
/* expect: ^  by thread [0-9]+ at .*:{state}:[0-9]+ in warn_state$ */
/* expect: ^  fix: give back the state that this acquire saved; each acquire needs a variable of its own$ */
/* expect: ^spinrule: spin lock 'ring' .* is released by a routine of another kind than acquired it \[spinrule-mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{kind}:[0-9]+ in warn_kind$ */
/* expect: ^  fix: what ring_lock_irqsave acquired is released by its own counterpart$ */
/* expect: ^spinrule: spin lock 'the section' is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{section}:[0-9]+ in warn_section$ */
/* expect: ^spinrule: spin lock 'queue' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{node}:[0-9]+ in warn_node$ */
/* expect: ^spinrule: 5 violations, */

#include "by-hand.h"

struct ring {
	int held;
	KSPIN_LOCK lock;
};

struct node {
	struct ring *ring;
};

static struct ring ring, queue;
static int section, fails;

/* What these do inside is known by their rows. */
__attribute__((noinline)) static unsigned long ring_lock_irqsave(struct ring *which)
{
	which->held++;
	return 0x246u + (unsigned)which->held * 0x200u;
}

__attribute__((noinline)) static void ring_unlock_irqrestore(struct ring *which, unsigned long state)
{
	(void)state;
	which->held--;
}

__attribute__((noinline)) static void ring_lock(struct ring *which)
{
	KeAcquireSpinLockAtDpcLevel(&which->lock);
}

__attribute__((noinline)) static void ring_unlock(struct ring *which)
{
	KeReleaseSpinLockFromDpcLevel(&which->lock);
}

__attribute__((noinline)) static void ring_lock_store(struct ring *which, unsigned *state)
{
	which->held++;
	*state = 7;
}

/* 0: it has the lock. */
__attribute__((noinline)) static int ring_trylock(struct ring *which)
{
	if (fails)
		return 16;
	which->held++;
	return 0;
}

__attribute__((noinline)) static void section_enter(void)
{
	section++;
}

__attribute__((noinline)) static void section_exit(void)
{
	section--;
}

__attribute__((noinline)) static void node_lock(struct ring *which, struct node *node)
{
	node->ring = which;
}

__attribute__((noinline)) static void node_unlock(struct node *node)
{
	node->ring = NULL;
}

static unsigned long found;

static void good_pairs(void)
{
	unsigned long state = ring_lock_irqsave(&ring);
	struct node node, other;
	unsigned stored;

	ring_lock(&queue);
	ring_unlock(&queue);
	ring_unlock_irqrestore(&ring, state);
	found = ring_lock_irqsave(&ring);
	ring_unlock_irqrestore(&ring, found);
	ring_lock_store(&ring, &stored);
	ring_unlock_irqrestore(&ring, stored);
	section_enter();
	section_enter();
	section_exit();
	section_exit();
	node_lock(&ring, &node);
	node_lock(&queue, &other);
	node_unlock(&node);
	node_unlock(&other);
	fails = 1;
	CHECK(ring_trylock(&ring));
	fails = 0;
	if (!ring_trylock(&ring))
		ring_unlock(&ring);
	CHECK(!section);
	ring.held = 0;
}

static void warn_twice(void)
{
	unsigned long state = ring_lock_irqsave(&ring), again;

	again = ring_lock_irqsave(&ring);	/* line: second */
	ring_unlock_irqrestore(&ring, again);
	ring_unlock_irqrestore(&ring, state);
}

static void warn_state(void)
{
	unsigned long state = ring_lock_irqsave(&ring);

	ring_unlock_irqrestore(&ring, state ^ 0x200);	/* line: state */
}

static void warn_kind(void)
{
	ring_lock_irqsave(&ring);
	ring_unlock(&ring);	/* line: kind */
}

static void warn_section(void)
{
	section_enter();
	section_exit();
	section_exit();	/* line: section */
}

static void warn_node(void)
{
	struct node node;

	node_lock(&queue, &node);
	node_unlock(&node);
	ring_unlock(&queue);	/* line: node */
}

int main(void)
{
	good_pairs();
	say("good");
	warn_twice();
	warn_state();
	ring.lock = 1;
	warn_kind();
	warn_section();
	queue.lock = 1;
	warn_node();
	return 0;
}
