/* port-wdm.c - the runtime in a driver: imports from the kernel only.
 *
 * Only what every kernel exports is imported, so that the .sys loads everywhere; the rest is looked
 * up at the start, and done by other means where it is missing or where it is known to be there in
 * name only (Wine's).  On i386 the stdcall exports are called: Wine's Kef... only complain.
 *
 * The types are this file's own: the runtime builds without the kit's headers.
 *
 * SPDX-License-Identifier: MIT
 */

#include "locks.h"
#include "momentary.h"
#include "options.h"
#include "port.h"
#include "text.h"

#if __STDC_HOSTED__
#error compile every file of the runtime for a driver with -ffreestanding
#endif

/* Threads that are in a callback or hold a lock at the same time have one of PORT_SETS, and one of this many places. */
#define PROBES 16

#define OPTIONS_SIZE 1000
#define CHUNK 500	/* DbgPrint takes 512 bytes */
#define DELAYED 8
#define DELAYED_SIZE PORT_TEXT_SIZE

const char *const port_options_place = "registry value SpinruleOptions";

struct held_set port_sets[PORT_SETS];
struct port_place port_places[PORT_PLACES];
const unsigned port_set_count = PORT_SETS;
struct held_set port_no_set = LOCKS_NO_SET;

uintptr_t port_thread_place;

/* ---- the kernel ---- */

#define STDCALL PORT_STDCALL
#define FASTCALL PORT_FASTCALL
#define IMPORT PORT_IMPORT

typedef int32_t status;

struct wide_string {
	uint16_t length, size;	/* in bytes */
	uint16_t *text;
};

struct object_attributes {
	uint32_t size;
	void *root;
	struct wide_string *name;
	uint32_t attributes;
	void *security, *quality;
};

struct io_status {
	uintptr_t status, information;
};

struct value_information {	/* KEY_VALUE_PARTIAL_INFORMATION */
	uint32_t title, type, size;
	uint16_t text[OPTIONS_SIZE];
};

enum {
	OBJECT_CASE_INSENSITIVE = 0x40,
	OBJECT_KERNEL_HANDLE = 0x200,
	ACCESS_KEY_READ = 0x20019,
	ACCESS_READ_DATA = 1,
	ACCESS_APPEND = 4,
	ACCESS_SYNCHRONIZE = 0x100000,
	SHARE_READ_WRITE = 3,
	FILE_OPEN_THERE = 1,
	FILE_OPEN_OR_CREATE = 3,
	FILE_SYNCHRONOUS_NOT_A_FOLDER = 0x20 | 0x40,
	ATTRIBUTE_NORMAL = 0x80,
	KEY_VALUE_PARTIAL = 2,
	TYPE_TEXT = 1,
	STATUS_IS_LONGER = (int)0x80000005	/* STATUS_BUFFER_OVERFLOW */
};

IMPORT void *STDCALL KeGetCurrentThread(void);
IMPORT void *STDCALL PsGetCurrentThreadId(void);
IMPORT void *STDCALL MmGetSystemRoutineAddress(struct wide_string *name);
IMPORT void STDCALL KeBugCheckEx(uint32_t code, uintptr_t p1, uintptr_t p2, uintptr_t p3,
				 uintptr_t p4) __attribute__((noreturn));
IMPORT uint32_t DbgPrint(const char *format, ...);
IMPORT status STDCALL ZwCreateFile(void **handle, uint32_t access,
				   struct object_attributes *attributes, struct io_status *result,
				   int64_t *size, uint32_t file_attributes, uint32_t share,
				   uint32_t disposition, uint32_t options, void *extended,
				   uint32_t extended_size);
IMPORT status STDCALL ZwWriteFile(void *handle, void *event, void *routine, void *context,
				  struct io_status *result, const void *buffer, uint32_t size,
				  int64_t *offset, uint32_t *key);
IMPORT status STDCALL ZwReadFile(void *handle, void *event, void *routine, void *context,
				 struct io_status *result, void *buffer, uint32_t size,
				 int64_t *offset, uint32_t *key);
IMPORT status STDCALL ZwClose(void *handle);
IMPORT status STDCALL KeDelayExecutionThread(int8_t mode, uint8_t alertable, int64_t *interval);
IMPORT status STDCALL ZwOpenKey(void **handle, uint32_t access,
				struct object_attributes *attributes);
IMPORT status STDCALL ZwQueryValueKey(void *handle, struct wide_string *name, int kind,
				      void *buffer, uint32_t size, uint32_t *needed);

#ifdef __i386__
IMPORT uint8_t STDCALL KeGetCurrentIrql(void);
#endif
IMPORT void FASTCALL KeAcquireInStackQueuedSpinLock(void *lock, void *handle);
IMPORT void FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle);
IMPORT void FASTCALL KeReleaseInStackQueuedSpinLock(void *handle);
IMPORT void FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle);
IMPORT void STDCALL IoAcquireCancelSpinLock(uint8_t *irql);
IMPORT void STDCALL IoReleaseCancelSpinLock(uint8_t irql);
IMPORT void STDCALL ExRaiseStatus(int32_t status) __attribute__((noreturn));
IMPORT void STDCALL ExRaiseAccessViolation(void) __attribute__((noreturn));
IMPORT void STDCALL ExRaiseDatatypeMisalignment(void) __attribute__((noreturn));
IMPORT status STDCALL PsTerminateSystemThread(int32_t status);

/* ---- what not every kernel has ---- */

typedef uint8_t FASTCALL acquire_function(void *lock);
typedef void FASTCALL release_function(void *lock, uint8_t irql);
typedef uint8_t FASTCALL try_function(void *lock);
typedef void FASTCALL queued_acquire_function(void *lock, void *handle);
typedef void FASTCALL queued_release_function(void *handle);
typedef uint8_t FASTCALL numbered_acquire_function(uintptr_t number);
typedef uint32_t FASTCALL numbered_try_function(uintptr_t number, uint8_t *irql);
typedef void FASTCALL numbered_release_function(uintptr_t number, uint8_t irql);
typedef uintptr_t STDCALL momentary_2_function(void *first, void *lock);
typedef uintptr_t STDCALL momentary_3_function(void *first, uintptr_t second, void *lock);
typedef union port_large_integer STDCALL add_large_function(void *addend,
							    union port_large_integer increment,
							    void *lock);

/* NULL where the kernel lacks it. */
static struct {
	acquire_function *acquire_synch, *acquire_for_dpc;
	release_function *release_for_dpc;
	try_function *try_at_dpc;
	queued_acquire_function *queued_synch, *queued_for_dpc;
	queued_release_function *queued_release_for_dpc;
	numbered_acquire_function *numbered, *numbered_synch;
	numbered_try_function *numbered_try, *numbered_try_synch;
	numbered_release_function *numbered_release;
	void *momentary[PORT_MOMENTARIES];
	add_large_function *add_large;
} kernel;

static const struct {
	const char *name;
	void **where;
} lookups[] = {
	{ "KeAcquireSpinLockRaiseToSynch", (void **)&kernel.acquire_synch },
	{ "KeAcquireSpinLockForDpc", (void **)&kernel.acquire_for_dpc },
	{ "KeReleaseSpinLockForDpc", (void **)&kernel.release_for_dpc },
	{ "KeTryToAcquireSpinLockAtDpcLevel", (void **)&kernel.try_at_dpc },
	{ "KeAcquireInStackQueuedSpinLockRaiseToSynch", (void **)&kernel.queued_synch },
	{ "KeAcquireInStackQueuedSpinLockForDpc", (void **)&kernel.queued_for_dpc },
	{ "KeReleaseInStackQueuedSpinLockForDpc", (void **)&kernel.queued_release_for_dpc },
	{ "KeAcquireQueuedSpinLock", (void **)&kernel.numbered },
	{ "KeAcquireQueuedSpinLockRaiseToSynch", (void **)&kernel.numbered_synch },
	{ "KeTryToAcquireQueuedSpinLock", (void **)&kernel.numbered_try },
	{ "KeTryToAcquireQueuedSpinLockRaiseToSynch", (void **)&kernel.numbered_try_synch },
	{ "KeReleaseQueuedSpinLock", (void **)&kernel.numbered_release },
	{ "ExInterlockedInsertHeadList", &kernel.momentary[PORT_INSERT_HEAD] },
	{ "ExInterlockedInsertTailList", &kernel.momentary[PORT_INSERT_TAIL] },
	{ "ExInterlockedRemoveHeadList", &kernel.momentary[PORT_REMOVE_HEAD] },
	{ "ExInterlockedPopEntryList", &kernel.momentary[PORT_POP] },
	{ "ExInterlockedPushEntryList", &kernel.momentary[PORT_PUSH] },
	{ "ExInterlockedAddUlong", &kernel.momentary[PORT_ADD_ULONG] },
	{ "ExInterlockedAddLargeInteger", (void **)&kernel.add_large },
};

/* NAME in 16-bit characters in BUFFER of COUNT. */
static struct wide_string widen(const char *name, uint16_t *buffer, unsigned count)
{
	struct wide_string wide = { 0, 0, buffer };
	unsigned i;

	for (i = 0; name[i] && i + 1 < count; i++)
		buffer[i] = (uint8_t)name[i];
	buffer[i] = 0;
	wide.length = (uint16_t)(i * 2);
	wide.size = (uint16_t)(i * 2 + 2);
	return wide;
}

static void *look_up(const char *name)
{
	uint16_t buffer[64];
	struct wide_string wide = widen(name, buffer, 64);

	return MmGetSystemRoutineAddress(&wide);
}

/* KeQueryPerformanceCounter, which hal.dll exports on some kernels and ntoskrnl.exe on others. */
static int64_t (STDCALL *query_counter)(int64_t *frequency);

/* Windows for x86-64 has one of them, or has it as an inline only. */
static void (STDCALL *query_time)(int64_t *time);

static uint8_t (STDCALL *is_address_valid)(const void *address);

/* NULL also on Wine, and before Windows Server 2003. */
static uint8_t (STDCALL *are_all_apcs_disabled)(void);

/* A kernel for one processor leaves the memory of its locks alone. */
static int has_lock_words;

static void look_up_all(void)
{
	static uintptr_t lock;
	uint8_t irql = port_kernel_acquire(&lock);

	has_lock_words = __atomic_load_n(&lock, __ATOMIC_RELAXED) != 0;
	port_kernel_release(&lock, irql);
	is_address_valid = (uint8_t (STDCALL *)(const void *))look_up("MmIsAddressValid");
	query_counter = (int64_t (STDCALL *)(int64_t *))look_up("KeQueryPerformanceCounter");
	query_time = (void (STDCALL *)(int64_t *))look_up("KeQuerySystemTime");
	if (!query_time)
		query_time = (void (STDCALL *)(int64_t *))look_up("KeQuerySystemTimePrecise");
	/* Wine has an address for these routines, but most of them only complain there; it writes files whatever is disabled. */
	if (look_up("wine_ntoskrnl_main_loop"))
		return;
	are_all_apcs_disabled = (uint8_t (STDCALL *)(void))look_up("KeAreAllApcsDisabled");
	for (unsigned i = 0; i < sizeof lookups / sizeof lookups[0]; i++)
		*lookups[i].where = look_up(lookups[i].name);
}

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

/* Windows and ReactOS have the thread in the processor's block, as their headers' inline KeGetCurrentThread knows.  Wine,
 * where that place is empty, has no such block; there the thread's own block says where it is itself. */
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

	for (unsigned i = 1; i < PROBES; i++) {
		struct port_place *place = &port_places[(first + i) % PORT_PLACES];

		if (locks_load(place->thread) == thread)
			return place->set;
	}
	return &port_no_set;
}

static int is_taken(struct held_set *set, uintptr_t thread)
{
	uintptr_t nobody = 0;

	return !locks_load(set->owner) &&
	       __atomic_compare_exchange_n(&set->owner, &nobody, thread, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* A free set for THREAD: the one it had, where its history is, or any; NULL if there is none. */
static struct held_set *take_set(struct held_set *before, uintptr_t thread)
{
	static unsigned start;
	unsigned first;

	if (before && is_taken(before, thread))
		return before;
	first = __atomic_fetch_add(&start, 1, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < PORT_SETS; i++)
		if (is_taken(&port_sets[(first + i) % PORT_SETS], thread))
			return &port_sets[(first + i) % PORT_SETS];
	return NULL;
}

/* A place for THREAD, which is 1 now: an interrupt finds no half of it. */
static struct port_place *take_place(uintptr_t thread)
{
	unsigned first = port_first_place(thread);

	for (unsigned i = 0; i < PROBES; i++) {
		struct port_place *place = &port_places[(first + i) % PORT_PLACES];
		uintptr_t nobody = 0;

		if (!locks_load(place->thread) &&
		    __atomic_compare_exchange_n(&place->thread, &nobody, 1, 0, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return place;
	}
	return NULL;
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
	set->thread = number;
	locks_claimed(set, is_its_own);
	place->set = set;
	__atomic_store_n(&place->thread, thread, __ATOMIC_RELEASE);
	*is_new = 1;
	return set;
}

void port_drop_set(struct held_set *set)
{
	uintptr_t thread = set->owner;
	unsigned first = port_first_place(thread);

	for (unsigned i = 0; i < PROBES; i++) {
		struct port_place *place = &port_places[(first + i) % PORT_PLACES];

		/* From here on what interrupts this thread has another set. */
		if (locks_load(place->thread) == thread && place->set == set) {
			__atomic_store_n(&place->thread, 0, __ATOMIC_RELEASE);
			break;
		}
	}
	set->previous_owner = thread;
	__atomic_store_n(&set->owner, 0, __ATOMIC_RELEASE);
}

unsigned long long port_thread_number(void)
{
	return (uintptr_t)PsGetCurrentThreadId();
}

/* The counter's frequency is rounded to whole megahertz: Windows has 10 MHz, Wine too. */
uint64_t port_microseconds(void)
{
	static uint32_t per_microsecond;
	int64_t frequency, now;
	uint32_t high, low, rest;

	if (!query_counter)
		return 0;
	now = query_counter(&frequency);
	if (!per_microsecond)
		per_microsecond = (uint32_t)frequency / 1000000 ? (uint32_t)frequency / 1000000 : 1;
	/* Bit by bit: on i386 a division of 64 bits would need libgcc, which not every driver is linked with. */
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

/* ---- text ---- */

static void *log_file;

/* What was said where no file can be written.  A slot is 0 when free, 1 while somebody
 * works on it, 2 when there is text in it. */
static struct {
	unsigned state, length;
	char text[DELAYED_SIZE];
} delayed[DELAYED];
static unsigned delayed_count, lost_count;

/* As the machine has it; always 0 where IRQLs are not emulated, and files can be written there. */
static uint8_t real_irql(void)
{
#ifdef __x86_64__
	uintptr_t irql;

	__asm__ volatile("mov %%cr8, %0" : "=r"(irql));
	return (uint8_t)irql;
#else
	return KeGetCurrentIrql();
#endif
}

/* At PASSIVE_LEVEL, where waiting is allowed, and not in a guarded region, where what ends the wait for a file is kept off. */
static int may_write_file(void)
{
	return real_irql() == PORT_PASSIVE_LEVEL &&
	       !(are_all_apcs_disabled && are_all_apcs_disabled());
}

static void write_to_debugger(const char *text, unsigned length)
{
	char chunk[CHUNK + 1];

	while (length) {
		unsigned size = length < CHUNK ? length : CHUNK, last = size;

		/* Whole lines, unless one line is too long. */
		while (size < length && last && text[last - 1] != '\n')
			last--;
		if (last)
			size = last;
		for (unsigned i = 0; i < size; i++)
			chunk[i] = text[i];
		chunk[size] = 0;
		DbgPrint("%s", chunk);
		text += size;
		length -= size;
	}
}

/* Where that may be done. */
static void write_to_file(const char *text, unsigned length)
{
	/* Wine seeks to the end and writes in two steps: writers would write over each other. */
	static int is_writing;
	int64_t end = -1;	/* FILE_WRITE_TO_END_OF_FILE */
	int64_t a_millisecond = -10000;
	struct io_status result;

	while (__atomic_exchange_n(&is_writing, 1, __ATOMIC_ACQUIRE))
		KeDelayExecutionThread(0, 0, &a_millisecond);
	ZwWriteFile(log_file, NULL, NULL, NULL, &result, text, length, &end, NULL);
	__atomic_store_n(&is_writing, 0, __ATOMIC_RELEASE);
}

static void delay(const char *text, unsigned length)
{
	for (unsigned i = 0; i < DELAYED; i++) {
		unsigned is_free = 0;

		if (!__atomic_compare_exchange_n(&delayed[i].state, &is_free, 1, 0,
						 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			continue;
		delayed[i].length = length < DELAYED_SIZE ? length : DELAYED_SIZE;
		for (unsigned j = 0; j < delayed[i].length; j++)
			delayed[i].text[j] = text[j];
		__atomic_fetch_add(&delayed_count, 1, __ATOMIC_RELAXED);
		__atomic_store_n(&delayed[i].state, 2, __ATOMIC_RELEASE);
		return;
	}
	/* No room: the debugger has it, and the file that it has not. */
	__atomic_fetch_add(&lost_count, 1, __ATOMIC_RELAXED);
}

unsigned port_flush(void)
{
	if (!__atomic_load_n(&delayed_count, __ATOMIC_RELAXED) || !log_file || !may_write_file())
		return 0;
	for (unsigned i = 0; i < DELAYED; i++) {
		unsigned is_full = 2;

		if (!__atomic_compare_exchange_n(&delayed[i].state, &is_full, 1, 0,
						 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			continue;
		write_to_file(delayed[i].text, delayed[i].length);
		__atomic_fetch_sub(&delayed_count, 1, __ATOMIC_RELAXED);
		__atomic_store_n(&delayed[i].state, 0, __ATOMIC_RELEASE);
	}
	return __atomic_exchange_n(&lost_count, 0, __ATOMIC_RELAXED);
}

void port_write(const char *text, unsigned length)
{
	write_to_debugger(text, length);
	if (!log_file)
		return;
	if (may_write_file())
		write_to_file(text, length);
	else
		delay(text, length);
}

static struct object_attributes attributes_of(struct wide_string *name)
{
	struct object_attributes attributes = {
		sizeof attributes,
		NULL,
		name,
		OBJECT_CASE_INSENSITIVE | OBJECT_KERNEL_HANDLE,
		NULL,
		NULL,
	};

	return attributes;
}

/* The file PATH opened as asked, or NULL. */
static void *open_file(const char *path, uint32_t access, uint32_t disposition)
{
	uint16_t buffer[OPTION_TEXT_SIZE];
	struct wide_string name = widen(path, buffer, OPTION_TEXT_SIZE);
	struct object_attributes attributes = attributes_of(&name);
	struct io_status result;
	void *file;

	if (ZwCreateFile(&file, access | ACCESS_SYNCHRONIZE, &attributes, &result, NULL,
			 ATTRIBUTE_NORMAL, SHARE_READ_WRITE, disposition,
			 FILE_SYNCHRONOUS_NOT_A_FOLDER, NULL, 0) < 0)
		return NULL;
	return file;
}

int port_open_log(const char *path)
{
	void *file = open_file(path, ACCESS_APPEND, FILE_OPEN_OR_CREATE);

	if (!file)
		return 0;
	log_file = file;
	return 1;
}

int port_read_file(const char *path, char *buffer, unsigned size)
{
	void *file = open_file(path, ACCESS_READ_DATA, FILE_OPEN_THERE);
	struct io_status result = { 0, 0 };
	unsigned length = 0;

	if (!file)
		return -1;
	while (length + 1 < size) {
		int64_t offset = length;

		if (ZwReadFile(file, NULL, NULL, NULL, &result, buffer + length, size - 1 - length,
			       &offset, NULL) < 0 ||
		    !result.information)
			break;
		length += (unsigned)result.information;
	}
	ZwClose(file);
	buffer[length] = 0;
	return (int)length;
}

void port_close_log(void)
{
	void *file = __atomic_exchange_n(&log_file, NULL, __ATOMIC_ACQ_REL);

	if (file)
		ZwClose(file);
}

/* ---- start and stop ---- */

/* Options are not known yet, and so no log file. */
static void say_not_used(const char *why)
{
	char buffer[200];
	struct text text = text_in(buffer, sizeof buffer);

	text_add(&text, "spinrule: ");
	text_add(&text, port_options_place);
	text_add(&text, why);
	text_add(&text, ": not used\n");
	write_to_debugger(buffer, text.length);
}

/* The value's text, as far as it is ASCII; "" if there is none. */
static void read_options(struct wide_string *registry_path, char *buffer, unsigned size)
{
	static struct value_information value;	/* once, at the start */
	struct object_attributes attributes = attributes_of(registry_path);
	uint16_t name_buffer[20];
	struct wide_string name = widen("SpinruleOptions", name_buffer, 20);
	struct text text = text_in(buffer, size);
	uint32_t needed;
	status result;
	void *key;

	if (ZwOpenKey(&key, ACCESS_KEY_READ, &attributes) < 0)
		return;
	result = ZwQueryValueKey(key, &name, KEY_VALUE_PARTIAL, &value, sizeof value, &needed);
	if (result == STATUS_IS_LONGER)
		say_not_used(" is too long");
	else if (result >= 0 && value.type != TYPE_TEXT)
		say_not_used(" is not of type REG_SZ");
	else if (result >= 0)
		for (unsigned i = 0; i < value.size / 2 && value.text[i]; i++) {
			char c = value.text[i] < 0x80 ? (char)value.text[i] : '?';

			text_add_part(&text, &c, 1);
		}
	ZwClose(key);
}

/* The last part of the registry path, as far as it is ASCII. */
static char driver_name[60];

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
	look_up_all();
	if (registry_path) {
		keep_name(registry_path);
		read_options(registry_path, buffer, size);
	}
}

const char *const port_name = "wdm";

uint64_t port_moment(void)
{
	int64_t now = 0;

	if (query_time)
		query_time(&now);
	else if (query_counter)
		now = query_counter(NULL);
	return (uint64_t)now;
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

/* ---- the real DDIs ---- */

uint8_t port_KeAcquireSpinLockRaiseToSynch(void *lock)
{
	return kernel.acquire_synch ? kernel.acquire_synch(lock) : port_kernel_acquire(lock);
}

uint8_t port_KeAcquireSpinLockForDpc(void *lock)
{
	return kernel.acquire_for_dpc ? kernel.acquire_for_dpc(lock) : port_kernel_acquire(lock);
}

void port_KeReleaseSpinLockForDpc(void *lock, uint8_t irql)
{
	if (kernel.release_for_dpc)
		kernel.release_for_dpc(lock, irql);
	else
		port_kernel_release(lock, irql);
}

/* The kernels without this routine have locks that are 0 when free and 1 when held. */
uint8_t port_KeTryToAcquireSpinLockAtDpcLevel(void *lock)
{
	uintptr_t is_free = 0;

	if (kernel.try_at_dpc)
		return kernel.try_at_dpc(lock);
	return __atomic_compare_exchange_n((uintptr_t *)lock, &is_free, 1, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

void port_KeAcquireInStackQueuedSpinLock(void *lock, void *handle)
{
	KeAcquireInStackQueuedSpinLock(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle)
{
	if (kernel.queued_synch)
		kernel.queued_synch(lock, handle);
	else
		KeAcquireInStackQueuedSpinLock(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle)
{
	if (kernel.queued_for_dpc)
		kernel.queued_for_dpc(lock, handle);
	else
		KeAcquireInStackQueuedSpinLock(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle)
{
	KeAcquireInStackQueuedSpinLockAtDpcLevel(lock, handle);
}

void port_KeReleaseInStackQueuedSpinLock(void *handle)
{
	KeReleaseInStackQueuedSpinLock(handle);
}

void port_KeReleaseInStackQueuedSpinLockForDpc(void *handle)
{
	if (kernel.queued_release_for_dpc)
		kernel.queued_release_for_dpc(handle);
	else
		KeReleaseInStackQueuedSpinLock(handle);
}

void port_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle)
{
	KeReleaseInStackQueuedSpinLockFromDpcLevel(handle);
}

/* A kernel without numbered locks uses none itself: locks of our own do. */
static uintptr_t numbered_locks[64];

static void *numbered_lock(unsigned number)
{
	return &numbered_locks[number % 64];
}

uint8_t port_KeAcquireQueuedSpinLock(unsigned number)
{
	return kernel.numbered ? kernel.numbered(number)
			       : port_kernel_acquire(numbered_lock(number));
}

uint8_t port_KeAcquireQueuedSpinLockRaiseToSynch(unsigned number)
{
	return kernel.numbered_synch ? kernel.numbered_synch(number)
				     : port_kernel_acquire(numbered_lock(number));
}

/* The IRQL is raised by acquiring a lock that nobody else has. */
static uint32_t try_numbered(unsigned number, uint8_t *irql)
{
	uintptr_t nobodys = 0;
	uint8_t old = port_kernel_acquire(&nobodys);

	if (port_KeTryToAcquireSpinLockAtDpcLevel(numbered_lock(number))) {
		KeReleaseSpinLockFromDpcLevel((void *)&nobodys);
		*irql = old;
		return 1;
	}
	port_kernel_release(&nobodys, old);
	return 0;
}

uint32_t port_KeTryToAcquireQueuedSpinLock(unsigned number, uint8_t *irql)
{
	return kernel.numbered_try ? kernel.numbered_try(number, irql) : try_numbered(number, irql);
}

uint32_t port_KeTryToAcquireQueuedSpinLockRaiseToSynch(unsigned number, uint8_t *irql)
{
	return kernel.numbered_try_synch ? kernel.numbered_try_synch(number, irql)
					 : try_numbered(number, irql);
}

void port_KeReleaseQueuedSpinLock(unsigned number, uint8_t irql)
{
	if (kernel.numbered_release)
		kernel.numbered_release(number, irql);
	else
		port_kernel_release(numbered_lock(number), irql);
}

uint8_t port_IoAcquireCancelSpinLock(void)
{
	uint8_t irql;

	IoAcquireCancelSpinLock(&irql);
	return irql;
}

void port_IoReleaseCancelSpinLock(uint8_t irql)
{
	IoReleaseCancelSpinLock(irql);
}

/* An inline in the headers, too: all that a kernel does. */
void port_KeInitializeSpinLock(void *lock)
{
	__atomic_store_n((uintptr_t *)lock, 0, __ATOMIC_RELEASE);
}

/* By releasing a lock that nobody else has. */
void port_lower_irql(uint8_t irql)
{
	uintptr_t nobodys = 0;

	port_kernel_acquire(&nobodys);
	port_kernel_release(&nobodys, irql);
}

/* Some kernels keep the thread in a lock that it holds, but in all of them the lowest bit is set. */
enum port_word port_look_at(const void *lock)
{
	uintptr_t word;

	if (is_address_valid && !is_address_valid(lock))
		return PORT_WORD_GONE;
	if (!has_lock_words || !is_address_valid)
		return PORT_WORD_NOTHING;
	word = __atomic_load_n((const uintptr_t *)lock, __ATOMIC_RELAXED);
	return word == 0 ? PORT_WORD_FREE : word & 1 ? PORT_WORD_TAKEN : PORT_WORD_OTHER;
}

uintptr_t port_momentary(enum port_momentary routine, void *first, uintptr_t second, void *lock)
{
	void *real = kernel.momentary[routine];
	uintptr_t result;
	uint8_t irql;

	if (real && (routine == PORT_REMOVE_HEAD || routine == PORT_POP))
		return ((momentary_2_function *)real)(first, lock);
	if (real)
		return ((momentary_3_function *)real)(first, second, lock);
	irql = port_kernel_acquire(lock);
	result = momentary_work(routine, first, second);
	port_kernel_release(lock, irql);
	return result;
}

union port_large_integer port_ExInterlockedAddLargeInteger(void *addend,
							   union port_large_integer increment,
							   void *lock)
{
	union port_large_integer result;
	uint8_t irql;

	if (kernel.add_large)
		return kernel.add_large(addend, increment, lock);
	irql = port_kernel_acquire(lock);
	result = momentary_add_large(addend, increment);
	port_kernel_release(lock, irql);
	return result;
}

void port_ExRaiseStatus(int32_t status)
{
	ExRaiseStatus(status);
}

void port_ExRaiseAccessViolation(void)
{
	ExRaiseAccessViolation();
}

void port_ExRaiseDatatypeMisalignment(void)
{
	ExRaiseDatatypeMisalignment();
}

int32_t port_PsTerminateSystemThread(int32_t status)
{
	return PsTerminateSystemThread(status);
}
