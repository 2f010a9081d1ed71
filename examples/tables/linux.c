/* linux.c - a network card's driver in the manner of the Linux kernel; the comments say what linux.ddi finds.
 *
 * What stands first is what the kernel's headers make of spin_lock () and its kin.
 *
 *     spinrule-gcc gcc -fplugin-arg-spinrule-ddi=linux.ddi -c linux.c
 *
 * SPDX-License-Identifier: MIT
 */

typedef struct raw_spinlock {
	unsigned value;
} raw_spinlock_t;
typedef struct spinlock {
	raw_spinlock_t rlock;
} spinlock_t;
typedef struct {
	unsigned value;
} rwlock_t;

extern void _raw_spin_lock(raw_spinlock_t *lock);
extern int _raw_spin_trylock(raw_spinlock_t *lock);
extern void _raw_spin_unlock(raw_spinlock_t *lock);
extern unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock);
extern void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags);
extern void _raw_spin_lock_bh(raw_spinlock_t *lock);
extern void _raw_spin_unlock_bh(raw_spinlock_t *lock);
extern void _raw_read_lock(rwlock_t *lock);
extern void _raw_read_unlock(rwlock_t *lock);

#define raw_spin_lock(lock) _raw_spin_lock(lock)
#define raw_spin_unlock(lock) _raw_spin_unlock(lock)
#define raw_spin_lock_irqsave(lock, flags) \
	do { \
		flags = _raw_spin_lock_irqsave(lock); \
	} while (0)

static inline raw_spinlock_t *spinlock_check(spinlock_t *lock)
{
	return &lock->rlock;
}

static inline void spin_lock(spinlock_t *lock)
{
	raw_spin_lock(&lock->rlock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	raw_spin_unlock(&lock->rlock);
}

static inline int spin_trylock(spinlock_t *lock)
{
	return _raw_spin_trylock(&lock->rlock);
}

static inline void spin_lock_bh(spinlock_t *lock)
{
	_raw_spin_lock_bh(&lock->rlock);
}

static inline void spin_unlock_bh(spinlock_t *lock)
{
	_raw_spin_unlock_bh(&lock->rlock);
}

#define spin_lock_irqsave(lock, flags) \
	do { \
		raw_spin_lock_irqsave(spinlock_check(lock), flags); \
	} while (0)

static inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	_raw_spin_unlock_irqrestore(&lock->rlock, flags);
}

#define read_lock(lock) _raw_read_lock(lock)
#define read_unlock(lock) _raw_read_unlock(lock)

/* ---- the driver ---- */

struct card {
	spinlock_t lock, stats_lock;
	rwlock_t routes;
	int pending, packets, up;
};

extern int send(struct card *card, int packet);

int card_send(struct card *card, int packet)
{
	unsigned long flags;
	int sent = 0;

	spin_lock_irqsave(&card->lock, flags);
	if (card->up) {
		spin_lock(&card->stats_lock);
		card->packets++;
		spin_unlock(&card->stats_lock);
		card->pending = packet;
		sent = 1;
	}
	spin_unlock_irqrestore(&card->lock, flags);
	return sent;
}

void card_flush(struct card *card)
{
	unsigned long flags;

	spin_lock_irqsave(&card->lock, flags);
	if (!card->up)
		return;	/* finds: held-at-return */
	card->pending = 0;
	spin_unlock_irqrestore(&card->lock, flags);
}

void card_move(struct card *from, struct card *to)
{
	unsigned long outer, inner;

	spin_lock_irqsave(&from->lock, outer);
	spin_lock_irqsave(&to->lock, inner);
	to->pending = from->pending;
	spin_unlock_irqrestore(&to->lock, inner);
	spin_unlock_irqrestore(&from->lock, outer);
}

/* The flags are exchanged: interrupts are on between the releases, and off from then on.  */
void card_move_wrong(struct card *from, struct card *to)
{
	unsigned long outer, inner;

	spin_lock_irqsave(&from->lock, outer);
	spin_lock_irqsave(&to->lock, inner);
	to->pending = from->pending;
	spin_unlock_irqrestore(&to->lock, outer);	/* finds: wrong-irql */
	spin_unlock_irqrestore(&from->lock, inner);	/* finds: wrong-irql */
}

/* The locks of both are released in the order of their acquires.  */
void card_move_over(struct card *from, struct card *to)
{
	unsigned long outer, inner;

	spin_lock_irqsave(&from->lock, outer);
	spin_lock_irqsave(&to->lock, inner);
	to->pending = from->pending;
	spin_unlock_irqrestore(&from->lock, inner);
	spin_unlock_irqrestore(&to->lock, outer);
}

void card_reset(struct card *card)
{
	spin_lock_bh(&card->lock);
	card->up = 0;
	spin_unlock(&card->lock);	/* finds: mismatched-release */
}

void card_down(struct card *card)
{
	unsigned long flags;

	spin_lock_irqsave(&card->lock, flags);
	card->up = 0;
	spin_unlock_irqrestore(&card->lock, 0);	/* finds: wrong-irql */
}

int card_poll(struct card *card)
{
	if (!spin_trylock(&card->lock))
		return 0;
	card->pending--;
	spin_unlock(&card->lock);
	return 1;
}

void card_poll_wrong(struct card *card)
{
	if (!spin_trylock(&card->lock))
		card->packets++;
	card->pending--;
	spin_unlock(&card->lock);	/* finds: release-unheld */
}

static int route_of(struct card *card)
{
	int route;

	read_lock(&card->routes);
	route = card->up;
	read_unlock(&card->routes);
	return route;
}

/* A reader reads again.  */
int card_route(struct card *card)
{
	int route;

	read_lock(&card->routes);
	route = card->packets + route_of(card);
	read_unlock(&card->routes);
	return route;
}
