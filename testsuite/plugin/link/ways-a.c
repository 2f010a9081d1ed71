/* One mistake on several ways, or in several copies of a function, is one violation.
 *
 * SPDX-License-Identifier: MIT
 */

#include "ways.h"

int warn_two_branches(struct box *box)
{
	KIRQL irql;

	KeAcquireSpinLock(&box->lock, &irql);
	if (box->n > 3)
		goto out;
	box->n++;
	if (box->n == 2)
		goto out;
	KeReleaseSpinLock(&box->lock, irql);
out:
	return box->n;		/* warning: held-at-return */
}

int good_other_way(struct box *box)
{
	KIRQL irql;

	KeAcquireSpinLock(&box->lock, &irql);
	if (box->n > 3)
		goto out;
	box->n++;
	if (box->n == 2)
		goto out;
out:
	KeReleaseSpinLock(&box->lock, irql);
	return box->n;
}

int of_b(struct box *box);

int of_a(struct box *box)
{
	return copied(box) + of_b(box);
}

/* says: copied: 1 violation (2 lock calls */
/* says: copied: violation, told of a copy of it (2 lock calls */
/* says: : 2 violations, */
