/* port-wdm.c - the runtime in a driver: threads, start and stop.
 *
 * port-wdm-kernel.c finds what the kernel exports, port-wdm-ddi.c calls the real DDIs,
 * port-wdm-log.c writes reports.
 *
 * SPDX-License-Identifier: MIT
 */

#include "locks-fast.h"
#include "port-wdm-kernel.h"
#include "port-wdm-log.h"
#include "text.h"

/* A thread's place is one of this many after the first one that it may have. */
#define PROBES 16

#define OPTIONS_SIZE 1000

const char *const port_options_place = "registry value SpinruleOptions";

struct port_place port_places[PORT_PLACES];
struct held_set port_no_set = LOCKS_NO_SET;

uintptr_t port_thread_place;
static char driver_name[60];

struct value_information {	/* KEY_VALUE_PARTIAL_INFORMATION */
	uint32_t title, type, size;
	uint16_t text[OPTIONS_SIZE];
};

/* ---- threads ---- */

static uintptr_t value_at(uintptr_t place)
{
	uintptr_t value;

#ifdef __x86_64__
	__asm__ volatile("movq %%gs:(%1), %0" : "=r"(value) : "r"(place));
#else
	__asm__ volatile("movl %%fs:(%1), %0" : "=r"(value) : "r"(place));
#endif
	return value;
}

/* Windows and ReactOS keep the thread in the processor's block: the inline
 * KeGetCurrentThread of their headers reads it there.  Wine has no such block, and
 * that place is empty; there the thread's own block has a pointer to itself. */
uintptr_t port_ask_thread(void)
{
#ifdef __x86_64__
	enum { IN_PROCESSOR = 0x188, SELF = 0x30 };
#else
	enum { IN_PROCESSOR = 0x124, SELF = 0x18 };
#endif
	uintptr_t thread = (uintptr_t)KeGetCurrentThread(), self;

	if (value_at(IN_PROCESSOR) == thread) {
		locks_store(port_thread_place, (uintptr_t)IN_PROCESSOR);
		return thread;
	}
	self = value_at(SELF);
	if (self && !value_at(IN_PROCESSOR) && *(uintptr_t *)(self + SELF) == self) {
		locks_store(port_thread_place, (uintptr_t)SELF);
		return self;
	}
	return thread;
}

struct held_set *port_find_set_further(uintptr_t thread)
{
	unsigned first = port_first_place(thread);

	for (unsigned i = 0; i < PROBES; i++) {
		struct port_place *place = &port_places[(first + i) % PORT_PLACES];
		uintptr_t found = locks_load(place->thread);

		if (found == thread)
			return place->set;
		/* Then it has no other one. */
		if (found == (thread | PORT_PARKED))
			break;
	}
	return &port_no_set;
}

/* ---- sets that are parked ----
 *
 * The kernel says to nobody that a thread has ended, so a thread gives its set back when
 * it holds nothing and is in no callback.  Mostly it needs one again soon: the set is
 * parked at the thread's place.  The thread takes it back with one exchange there, and as
 * it left it, unless another thread that needed a set came before.
 *
 * A search for the owner of a lock visits each set ever used, so who needs a set looks
 * first for one whose thread may have ended: the first who looks marks the set as idle,
 * and the next one takes it if its thread has not used it since. */

/* Who needs a set looks at this many places for an idle one. */
#define LOOKS 256

/* What a place says that is reserved by a thread which is claiming it. */
#define RESERVED ((uintptr_t)1)

static int is_parked(uintptr_t thread)
{
	return thread & PORT_PARKED && thread != RESERVED;
}

static int change_place(struct port_place *place, uintptr_t from, uintptr_t to)
{
	return __atomic_compare_exchange_n(&place->thread, &from, to, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

struct held_set *port_claim_parked(void)
{
	const uintptr_t thread = port_thread();
	const unsigned first = port_first_place(thread);

	for (unsigned i = 0; i < PROBES; i++) {
		struct port_place *place = &port_places[(first + i) % PORT_PLACES];
		struct held_set *set;

		if (locks_load(place->thread) != (thread | PORT_PARKED))
			continue;
		/* Else another thread has got the address of one that has ended. */
		if (locks_load(locks_load(place->set)->thread) != port_thread_number() ||
		    !change_place(place, thread | PORT_PARKED, thread))
			break;
		/* Now it is certain: an interrupt of this thread may have parked
		 * another one. */
		set = locks_load(place->set);
		set->is_plain = !locks_watched;
		locks_store(set->is_idle, (uint8_t)0);
		return set;
	}
	return NULL;
}

/* The set that is parked at PLACE, which is free then; NULL if none is. */
static struct held_set *take_parked(struct port_place *place)
{
	uintptr_t parked = locks_load(place->thread);
	struct held_set *set;

	if (!is_parked(parked) || !change_place(place, parked, RESERVED))
		return NULL;
	set = locks_load(place->set);
	__atomic_store_n(&place->thread, 0, __ATOMIC_RELEASE);
	return set;
}

/* Take a parked set of another thread for THREAD: an idle one, or ANY. */
static struct held_set *take_from_another(uintptr_t thread, int any)
{
	static unsigned hand;
	const unsigned looks = any ? PORT_PLACES : LOOKS;
	const unsigned start = __atomic_fetch_add(&hand, looks, __ATOMIC_RELAXED);

	for (unsigned i = 0; i < looks; i++) {
		struct port_place *place = &port_places[(start + i) % PORT_PLACES];
		struct held_set *set = NULL;

		if (!is_parked(__atomic_load_n(&place->thread, __ATOMIC_ACQUIRE)))
			continue;
		if (any || locks_load(locks_load(place->set)->is_idle))
			set = take_parked(place);
		else
			locks_store(locks_load(place->set)->is_idle, (uint8_t)1);
		if (set) {
			locks_store(set->owner, thread);
			return set;
		}
	}
	return NULL;
}

/* ---- sets of threads ---- */

static int is_taken(struct held_set *set, uintptr_t thread)
{
	uintptr_t none = 0;

	return !locks_load(set->owner) &&
	       __atomic_compare_exchange_n(&set->owner, &none, thread, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* A set for THREAD: BEFORE, its last one, which has its history, if it is free, or any;
 * NULL if all are in use. */
static struct held_set *take_set(struct held_set *before, uintptr_t thread)
{
	static unsigned start;
	struct held_set *idle;
	unsigned first;

	if (before && is_taken(before, thread))
		return before;
	idle = take_from_another(thread, 0);
	if (idle)
		return idle;
	first = __atomic_fetch_add(&start, 1, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < port_set_count; i++)
		if (is_taken(&port_sets[(first + i) & (port_set_count - 1)], thread))
			return &port_sets[(first + i) & (port_set_count - 1)];
	return take_from_another(thread, 1);
}

/* A place for THREAD, now reserved: an interrupt finds no set there yet. */
static struct port_place *take_place(uintptr_t thread)
{
	unsigned first = port_first_place(thread);

	for (unsigned i = 0; i < PROBES; i++) {
		struct port_place *place = &port_places[(first + i) % PORT_PLACES];

		if (!locks_load(place->thread) && change_place(place, 0, RESERVED))
			return place;
	}
	return NULL;
}

/* Free the places at which sets are parked for THREAD: of a thread that has ended, whose
 * address it has, or of an interrupt of this thread. */
static void free_parked(uintptr_t thread)
{
	unsigned first = port_first_place(thread);

	for (unsigned i = 0; i < PROBES; i++) {
		struct port_place *place = &port_places[(first + i) % PORT_PLACES];
		struct held_set *set = NULL;

		if (locks_load(place->thread) == (thread | PORT_PARKED))
			set = take_parked(place);
		if (set)
			__atomic_store_n(&set->owner, 0, __ATOMIC_RELEASE);
	}
}

struct held_set *port_claim_set(int *is_new)
{
	struct held_set *set = port_find_set();
	uintptr_t thread = port_thread();
	unsigned long long number;
	struct port_place *place;
	int is_its_own;

	if (set != &port_no_set)
		return set;
	set = port_claim_parked();
	if (set) {
		*is_new = 1;
		return set;
	}
	free_parked(thread);
	place = take_place(thread);
	if (!place)
		return NULL;
	set = take_set(place->set, thread);
	if (!set) {
		__atomic_store_n(&place->thread, 0, __ATOMIC_RELEASE);
		return NULL;
	}
	number = port_thread_number();
	is_its_own = set->previous_owner == thread && set->thread == number;
	locks_store(set->thread, number);
	locks_claimed(set, is_its_own);
	locks_store(place->set, set);
	__atomic_store_n(&place->thread, thread, __ATOMIC_RELEASE);
	/* A thread has one place, and finds it: an interrupt may just have parked a set
	 * at a second one. */
	free_parked(thread);
	*is_new = 1;
	return set;
}

void port_drop_set(struct held_set *set)
{
	uintptr_t thread = set->owner;
	unsigned first = port_first_place(thread);

	for (unsigned i = 0; i < PROBES; i++) {
		struct port_place *place = &port_places[(first + i) % PORT_PLACES];

		if (locks_load(place->thread) != thread || place->set != set)
			continue;
		/* From here on an interrupt of this thread gets another set, or the
		 * same again. */
		if (locks_is_at_rest(set)) {
			__atomic_store_n(&place->thread, thread | PORT_PARKED, __ATOMIC_RELEASE);
			return;
		}
		__atomic_store_n(&place->thread, 0, __ATOMIC_RELEASE);
		break;
	}
	set->previous_owner = thread;
	__atomic_store_n(&set->owner, 0, __ATOMIC_RELEASE);
}

unsigned long long port_thread_number(void)
{
	return (uintptr_t)PsGetCurrentThreadId();
}

/* At a raised IRQL nothing else runs here. */
void port_pause(void)
{
	__builtin_ia32_pause();
}

/* The counter's frequency is rounded to whole megahertz: on Windows and Wine it is 10
 * MHz. */
uint64_t port_microseconds(void)
{
	static uint32_t per_microsecond;
	int64_t frequency, now;
	uint32_t high, low, rest;

	if (!kernel.query_counter)
		return 0;
	now = kernel.query_counter(&frequency);
	if (!per_microsecond)
		per_microsecond = (uint32_t)frequency / 1000000 ? (uint32_t)frequency / 1000000 : 1;
	/* Bit by bit: on i386 a division of 64 bits needs libgcc, and some drivers are
	 * linked without it. */
	high = (uint32_t)((uint64_t)now >> 32);
	low = (uint32_t)now;
	rest = high % per_microsecond;
	high /= per_microsecond;
	for (int i = 31; i >= 0; i--) {
		uint32_t bit = low >> i & 1;

		rest = rest << 1 | bit;
		low &= ~(1u << i);
		if (rest >= per_microsecond) {
			rest -= per_microsecond;
			low |= 1u << i;
		}
	}
	return (uint64_t)high << 32 | low;
}

/* ---- the calls that led here ---- */

/* The driver's image, by the linker's name for it: on i386 with one more underscore. */
#ifdef __i386__
extern const char image[] __asm__("___ImageBase");
#else
extern const char image[] __asm__("__ImageBase");
#endif

static int is_of_driver(const void *call)
{
	enum { NEW_HEADER = 0x3c, IMAGE_SIZE = 0x50 };
	const char *header = image + *(const uint32_t *)(image + NEW_HEADER);

	return (uintptr_t)call - (uintptr_t)image < *(const uint32_t *)(header + IMAGE_SIZE);
}

/* On i386 the kernel follows the frame pointers: code without them is left out. */
unsigned port_walk(const void **calls, unsigned max)
{
	void *returns[32];
	unsigned count = 0, kept = 0;

	if (kernel.walk_stack)
		count = kernel.walk_stack(0, max < 32 ? max : 32, returns, NULL);
	/* Only the driver's own: what is the kernel's has no name here. */
	for (unsigned i = 0; i < count; i++)
		if (is_of_driver((const char *)returns[i] - 1))
			calls[kept++] = (const char *)returns[i] - 1;
	return kept;
}

void port_resolve(const void *const *calls, unsigned count)
{
	(void)calls, (void)count;
}

void port_forget_code(void)
{
}

void port_describe(const void *call, struct port_code *code)
{
	code->module = driver_name[0] ? driver_name : "driver";
	code->offset = (uintptr_t)call - (uintptr_t)image;
	code->line_count = 0;
	code->is_of_system = 0;
}

/* ---- start and stop ---- */

/* To the debugger: the log file is an option too, and not known yet. */
static void report_not_used(const char *why)
{
	char buffer[200];
	struct text text = text_in(buffer, sizeof buffer);

	text_add(&text, "spinrule: ");
	text_add(&text, port_options_place);
	text_add(&text, why);
	text_add(&text, ": not used\n");
	wdm_write_to_debugger(buffer, text.length);
}

/* The text of the registry value, with '?' for what is not ASCII; "" if there is none. */
static void read_options(struct wide_string *registry_path, char *buffer, unsigned size)
{
	static struct value_information value;	/* once, at the start */
	struct object_attributes attributes = kernel_attributes(registry_path);
	uint16_t name_buffer[20];
	struct wide_string name = kernel_string("SpinruleOptions", name_buffer, 20);
	struct text text = text_in(buffer, size);
	uint32_t needed;
	status result;
	void *key;

	if (ZwOpenKey(&key, ACCESS_KEY_READ, &attributes) < 0)
		return;
	result = ZwQueryValueKey(key, &name, KEY_VALUE_PARTIAL, &value, sizeof value, &needed);
	if (result == STATUS_IS_LONGER)
		report_not_used(" is too long");
	else if (result >= 0 && value.type != TYPE_TEXT)
		report_not_used(" is not of type REG_SZ");
	else if (result >= 0)
		for (unsigned i = 0; i < value.size / 2 && value.text[i]; i++) {
			char c = value.text[i] < 0x80 ? (char)value.text[i] : '?';

			text_add_part(&text, &c, 1);
		}
	ZwClose(key);
}

/* The last part of the registry path, with '?' for what is not ASCII. */
static void keep_name(const struct wide_string *registry_path)
{
	struct text name = text_in(driver_name, sizeof driver_name);
	unsigned length = registry_path->length / 2, from = length;

	while (from && registry_path->text[from - 1] != '\\')
		from--;
	for (; from < length; from++) {
		char c = registry_path->text[from] < 0x80 ? (char)registry_path->text[from] : '?';

		text_add_part(&name, &c, 1);
	}
}

void port_start(void *registry_path, char *buffer, unsigned size)
{
	kernel_start();
	if (registry_path) {
		keep_name(registry_path);
		read_options(registry_path, buffer, size);
	}
}

const char *const port_name = "wdm";

uint64_t port_moment(void)
{
	int64_t now = 0;

	if (kernel.query_time)
		kernel.query_time(&now);
	else if (kernel.query_counter)
		now = kernel.query_counter(NULL);
	return (uint64_t)now;
}

/* A driver has no free (). */
size_t port_block_size(const void *memory)
{
	(void)memory;
	return 0;
}

unsigned long long port_process(void)
{
	return (uintptr_t)&driver_name;
}

void port_program(char *buffer, unsigned size)
{
	struct text text = text_in(buffer, size);

	text_add(&text, driver_name);
}

void port_bug_check(unsigned code, uintptr_t p1, uintptr_t p2, uintptr_t p3, uintptr_t p4)
{
	KeBugCheckEx(code, p1, p2, p3, p4);
}
