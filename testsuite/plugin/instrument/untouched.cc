/* Functions with early returns, and no lock: some have their address taken, as callbacks have. */
/* same code */
/* SPDX-License-Identifier: MIT */
extern int full, stopped, left;
void send (int);
void flush (void);

struct guard {
	~guard ();
};

struct numbers {
	int of[8];
};

void early (int count)
{
	if (count > 3) {
		send (1);
		return;
	}
	for (int i = 0; i < count; i++) {
		if (full == i)
			return;
		send (i);
		if (stopped) {
			flush ();
			return;
		}
	}
	send (2);
}

static void later (int count)
{
	do {
		if (full)
			return;
		send (count);
		while (stopped) {
			if (left)
				return;
			flush ();
		}
		if (full > 3) {
			send (5);
			return;
		}
	} while (count--);
	send (3);
}

static void guarded (int count)
{
	guard outer;

	if (count)
		return;
	send (1);
	{
		guard inner;

		if (full)
			return;
		flush ();
	}
	send (2);
}

static void choose (int count)
{
	switch (count) {
	case 1:
		send (1);
		return;
	case 2:
		flush ();
		break;
	case 5:
		return;
	default:
		send (3);
		if (full)
			return;
	}
	send (count);
}

static numbers collect (int count)
{
	numbers result = {};

	if (count)
		return result;
	send (1);
	result.of[1] = full;
	if (stopped)
		return result;
	flush ();
	return result;
}

void (*volatile handlers[]) (int) = { later, guarded, choose };
numbers (*volatile collector) (int) = collect;
