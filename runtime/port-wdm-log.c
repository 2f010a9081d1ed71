/* port-wdm-log.c - the text that a driver writes: to the debugger, and to the log file if
 * it has one.
 *
 * SPDX-License-Identifier: MIT
 */

#include "options.h"
#include "port-wdm-kernel.h"
#include "port-wdm-log.h"

#define CHUNK 500	/* DbgPrint takes 512 bytes */
#define DELAYED 8
#define DELAYED_SIZE PORT_TEXT_SIZE

static void *log_file;

/* Text that was to be written at an IRQL at which no file can be written. */
enum slot_state { SLOT_FREE, SLOT_BUSY, SLOT_FULL };

static struct {
	unsigned state, length;
	char text[DELAYED_SIZE];
} delayed[DELAYED];
unsigned port_delayed;
static unsigned lost_count;

/* True if this thread may wait for a file: at PASSIVE_LEVEL, and not in a guarded
 * region, which delays the APC that ends the wait. */
static int may_write_file(void)
{
	return kernel_irql() == PORT_PASSIVE_LEVEL &&
	       !(kernel.are_all_apcs_disabled && kernel.are_all_apcs_disabled());
}

void wdm_write_to_debugger(const char *text, unsigned length)
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

/* Only if may_write_file (). */
static void write_to_file(const char *text, unsigned length)
{
	/* Wine seeks to the end and writes in two steps: two writers could overwrite
	 * each other. */
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
		unsigned is_free = SLOT_FREE;

		if (!__atomic_compare_exchange_n(&delayed[i].state, &is_free, SLOT_BUSY, 0,
						 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			continue;
		delayed[i].length = length < DELAYED_SIZE ? length : DELAYED_SIZE;
		for (unsigned j = 0; j < delayed[i].length; j++)
			delayed[i].text[j] = text[j];
		__atomic_fetch_add(&port_delayed, 1, __ATOMIC_RELAXED);
		__atomic_store_n(&delayed[i].state, SLOT_FULL, __ATOMIC_RELEASE);
		return;
	}
	/* No room: only the debugger gets it; port_flush reports that the file lacks
	 * it. */
	__atomic_fetch_add(&lost_count, 1, __ATOMIC_RELAXED);
}

unsigned port_flush(void)
{
	if (!__atomic_load_n(&port_delayed, __ATOMIC_RELAXED) || !log_file || !may_write_file())
		return 0;
	for (unsigned i = 0; i < DELAYED; i++) {
		unsigned is_full = SLOT_FULL;

		if (!__atomic_compare_exchange_n(&delayed[i].state, &is_full, SLOT_BUSY, 0,
						 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			continue;
		write_to_file(delayed[i].text, delayed[i].length);
		__atomic_fetch_sub(&port_delayed, 1, __ATOMIC_RELAXED);
		__atomic_store_n(&delayed[i].state, SLOT_FREE, __ATOMIC_RELEASE);
	}
	return __atomic_exchange_n(&lost_count, 0, __ATOMIC_RELAXED);
}

void port_write(const char *text, unsigned length)
{
	wdm_write_to_debugger(text, length);
	if (!log_file)
		return;
	if (may_write_file())
		write_to_file(text, length);
	else
		delay(text, length);
}

/* Open the file PATH; returns NULL on failure. */
static void *open_file(const char *path, uint32_t access, uint32_t disposition)
{
	uint16_t buffer[OPTION_TEXT_SIZE];
	struct wide_string name = kernel_string(path, buffer, OPTION_TEXT_SIZE);
	struct object_attributes attributes = kernel_attributes(&name);
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
