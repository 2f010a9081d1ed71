// { dg-do compile }
// Annotated methods: members by their own names, through "this", and through references.
// SPDX-License-Identifier: MIT
#include "../../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

struct ext {
	KIRQL irql;
	KSPIN_LOCK lock;
};

class queue {
public:
	_Acquires_lock_(m_lock) void take();
	_Releases_lock_(this->m_lock) void drop();
	_When_(return == true, _Acquires_lock_(m_lock)) bool try_take();
	_Requires_lock_held_(m_lock) int good_count() { return m_count; }
	_Acquires_lock_(m_lock) void warn_take_not_always();
private:
	int m_count;
	KIRQL m_irql;
	KSPIN_LOCK m_lock;
};

_Acquires_lock_(ext.lock) void take_ext(struct ext &ext);
_Releases_lock_(ext.lock) void drop_ext(struct ext &ext);

void queue::warn_take_not_always()
{
	if (m_count)
		return;		// { dg-warning "'m_lock' is left in another state" "member" }
	KeAcquireSpinLock(&m_lock, &m_irql);
}

void good_queue(queue *q)
{
	q->take();
	q->good_count();
	q->drop();
	if (q->try_take())
		q->drop();
}

void warn_queue(queue *q)
{
	q->take();
	q->take();		// { dg-warning "is acquired while already held" "twice" }
}

void warn_count(queue *q)
{
	q->take();
	q->drop();
	q->good_count();	// { dg-warning "is not held at a call that requires it" "free" }
}

void good_reference(struct ext &ext)
{
	take_ext(ext);
	drop_ext(ext);
}

void warn_reference(struct ext *ext)
{
	take_ext(*ext);
	KeAcquireSpinLock(&ext->lock, &ext->irql);	// { dg-warning "'ext->lock' is acquired while already held" "same" }
}
