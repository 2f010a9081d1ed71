/* drive.c - the user half of driver tests: loads a driver, talks to it, unloads it, says what became of it.
 *
 * A Windows program for Wine and for Windows:
 *
 *     drive.exe DRIVER.sys [OPTION VALUE | STEP]...
 *
 * "drive.exe" alone prints the options and steps.  Steps run in the order given, each is answered by one
 * line, and the last line is the verdict:
 *
 *     start: ok
 *     ioctl 0x801: ok, 3 bytes: 616263
 *     stop: ok
 *     driver: fine
 *
 * The verdict comes from the exit code of the process in which Wine runs the driver (winedevice.exe),
 * because the service manager goes on saying "running" after a bug check:
 *
 *     driver: fine                   exit status 0
 *     driver: bug check 0xc4                     2
 *     driver: crash 0xc0000005                   2
 *     driver: hang                               3
 *     spinrule-drive: error: ...                 1   no verdict
 *
 * Several drivers ("--also") run in one process, as all drivers do on Windows: their services are of one load-order
 * group.  They start in the order given and stop the other way round; then the names of drivers are said too:
 *
 *     start ring: ok
 *
 * A driver that breaks the rule may spin for ever.  Nothing of Windows ends a request to it then, so a
 * watchdog thread does: it ends winedevice.exe when a step takes too long.
 *
 * SPDX-License-Identifier: MIT
 */

#define WIN32_LEAN_AND_MEAN
#define _WIN32_WINNT 0x0601
#include <windows.h>
#include <winioctl.h>
#include <winternl.h>
#include <tlhelp32.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of ntdll.dll; <winternl.h> leaves them out. */
NTSYSAPI NTSTATUS NTAPI NtOpenSymbolicLinkObject(HANDLE *link, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes);
NTSYSAPI NTSTATUS NTAPI NtMakeTemporaryObject(HANDLE object);

enum { EXIT_FINE = 0, EXIT_NO_VERDICT = 1, EXIT_DEAD = 2, EXIT_HANG = 3 };

enum { MAX_BYTES = 4096, MAX_SENT = 64, MAX_PROCESSES = 1024, MAX_DRIVERS = 8 };

/* What the runtime takes. */
enum { MAX_OPTIONS = 1000 };

/* The exit code that the watchdog gives to a driver that hangs. */
static const DWORD hang_code = 0x474e4148;

/* A request on its way: sent by "--send", or the one that a step waits for. */
struct request {
	OVERLAPPED overlapped;
	HANDLE device;
	DWORD error;		/* it did not even start; else 0 */
	char name[64];		/* the step as it was given */
	BYTE buffer[MAX_BYTES];
};

static const char usage[] =
	"usage: spinrule-drive DRIVER.sys [OPTION VALUE | STEP]...\n"
	"options of the driver named last:\n"
	"  --options TEXT        the driver's SpinruleOptions, for instance halt=0\n"
	"  --log FILE            the runtime writes its reports to the end of this file\n"
	"  --device NAME         open \\\\.\\NAME (default: the name of the .sys file)\n"
	"other options:\n"
	"  --also DRIVER.sys     load this one too, in the same process\n"
	"  --timeout SECONDS     a step that takes longer is a hang (default: 10)\n"
	"steps, in order, of the first driver unless \"--to\" says of which:\n"
	"  --ioctl CODE[:HEX]    DeviceIoControl, with these input bytes\n"
	"  --read COUNT          ReadFile\n"
	"  --write HEX           WriteFile\n"
	"  --send CODE[:HEX]     DeviceIoControl that does not wait for its answer\n"
	"  --wait                wait for the oldest request sent\n"
	"  --cancel              cancel the oldest request sent, and wait for it\n"
	"  --sleep MILLISECONDS\n"
	"  --to NAME             the steps from here on are of this driver (the name of its .sys file)\n"
	"  --unload              stop the driver\n"
	"  --load                start it again\n"
	"A CODE below 0x1000 is a function number: CTL_CODE(FILE_DEVICE_UNKNOWN, CODE, METHOD_BUFFERED,\n"
	"FILE_ANY_ACCESS).\n";

static struct driver {
	const char *options, *log_file, *device_name;
	char name[MAX_PATH], path[MAX_PATH], service_name[MAX_PATH];
	SC_HANDLE service;
	HANDLE device;		/* INVALID_HANDLE_VALUE while it is not open */
	BOOL is_loaded;
} drivers[MAX_DRIVERS];
static int driver_count;
static struct driver *driver = drivers;	/* whose steps these are */

static DWORD timeout_ms = 10000;
static BOOL needs_devices;

static SC_HANDLE manager;
static struct request *sent[MAX_SENT];
static int sent_count;

/* Of winedevice.exe; NULL until it is known. */
static volatile HANDLE driver_process;
static volatile LONG has_started;
static DWORD processes_before[MAX_PROCESSES];
static int processes_before_count;

/* When the current step is late, in GetTickCount's time; 0 between steps. */
static volatile LONG deadline;
static volatile LONG was_hang;

/* ---- saying ---- */

static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

/* Ends what CREATE_SERVICE left in the service manager. */
static void delete_services(void)
{
	for (int i = 0; i < driver_count; i++)
		if (drivers[i].service) {
			DeleteService(drivers[i].service);
			CloseServiceHandle(drivers[i].service);
			drivers[i].service = NULL;
		}
}

static __attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *format, ...)
{
	va_list args;

	printf("spinrule-drive: error: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	delete_services();
	ExitProcess(EXIT_NO_VERDICT);
}

/* ---- the process that runs the driver ---- */

/* Call VISIT for each winedevice.exe until it returns nonzero; returns that process id, or 0. */
static DWORD each_driver_process(int (*visit)(DWORD id))
{
	HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
	PROCESSENTRY32 entry = { .dwSize = sizeof entry };
	DWORD found = 0;

	for (BOOL more = Process32First(snapshot, &entry); more && !found; more = Process32Next(snapshot, &entry))
		if (!_stricmp(entry.szExeFile, "winedevice.exe") && visit(entry.th32ProcessID))
			found = entry.th32ProcessID;
	CloseHandle(snapshot);
	return found;
}

static int note_process(DWORD id)
{
	if (processes_before_count < MAX_PROCESSES)
		processes_before[processes_before_count++] = id;
	return 0;
}

static int is_new_process(DWORD id)
{
	for (int i = 0; i < processes_before_count; i++)
		if (processes_before[i] == id)
			return 0;
	return 1;
}

/* While the service starts: look for the process that is new.  A driver may be dead before the start is
 * over, and only who has its process open learns how it ended. */
static DWORD WINAPI find_driver_process(void *unused)
{
	(void)unused;
	while (!driver_process) {
		/* On a busy machine the start may be over before the first look. */
		BOOL is_last = has_started;
		DWORD id = each_driver_process(is_new_process);

		if (id)
			driver_process = OpenProcess(PROCESS_TERMINATE | PROCESS_QUERY_INFORMATION | SYNCHRONIZE, FALSE, id);
		else if (is_last)
			break;
		else
			Sleep(2);
	}
	return 0;
}

/* What a kernel routine that Wine only names raises. */
#define WINE_STUB 0x80000100

static int is_driver_alive(void)
{
	return !driver_process || WaitForSingleObject(driver_process, 0) == WAIT_TIMEOUT;
}

/* Print the verdict and return the exit status that goes with it. */
static int verdict(void)
{
	DWORD code = 0;

	if (was_hang) {
		say("driver: hang");
		return EXIT_HANG;
	}
	if (driver_process && !is_driver_alive())
		GetExitCodeProcess(driver_process, &code);
	if (!code) {
		say("driver: fine");
		return EXIT_FINE;
	}
	/* Exceptions are 0xCxxxxxxx; bug check codes are small.  One exception is Wine's. */
	say("driver: %s 0x%lx%s", code >= 0x80000000 ? "crash" : "bug check", code,
	    code == WINE_STUB ? ", it calls a routine that this Wine does not have" : "");
	return EXIT_DEAD;
}

/* A driver that died leaves its link \\??\\NAME behind, and its next start would fail on it.  On Windows the
 * machine would start again; here the link is made temporary, so that it goes with its last handle. */
static void remove_link(const char *device_name)
{
	UNICODE_STRING name;
	OBJECT_ATTRIBUTES attributes;
	WCHAR path[MAX_PATH + 8];
	HANDLE link;

	snwprintf(path, sizeof path / sizeof *path, L"\\??\\%hs", device_name);
	RtlInitUnicodeString(&name, path);
	InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
	if (NtOpenSymbolicLinkObject(&link, DELETE, &attributes))
		return;
	NtMakeTemporaryObject(link);
	CloseHandle(link);
}

static void remove_links(void)
{
	for (int i = 0; i < driver_count; i++)
		remove_link(drivers[i].device_name);
}

/* ---- the watchdog ---- */

static DWORD WINAPI watchdog(void *unused)
{
	(void)unused;
	for (;;) {
		LONG late = deadline;

		Sleep(20);
		if (!late || deadline != late || (LONG)GetTickCount() - late < 0)
			continue;
		was_hang = 1;
		if (driver_process)
			TerminateProcess(driver_process, hang_code);
		/* The request ends with the driver.  If not, end without its answer. */
		Sleep(3000);
		if (deadline == late) {
			verdict();
			remove_links();
			delete_services();
			ExitProcess(EXIT_HANG);
		}
	}
}

static void begin_step(void)
{
	LONG when = GetTickCount() + timeout_ms;

	deadline = when ? when : 1;
}

/* Print what became of a step: OK, or the error that was the last. */
static void end_step(const char *name, BOOL ok)
{
	DWORD error = GetLastError();

	deadline = 0;
	if (ok)
		say("%s: ok", name);
	else if (was_hang)
		say("%s: hang", name);
	else
		say("%s: failed %lu", name, error);
}

/* ---- load and unload ---- */

/* What is said of STEP: one of several drivers is named. */
static const char *with_name(const char *step)
{
	static char text[2 * MAX_PATH];

	if (driver_count == 1)
		return step;
	snprintf(text, sizeof text, "%s %s", step, driver->name);
	return text;
}

/* Write SpinruleOptions under the service's key, where the runtime reads it. */
static void write_options(void)
{
	const char *log_file = driver->log_file;
	char key_name[MAX_PATH + 64], path[MAX_PATH], value[MAX_OPTIONS];
	int length;
	HKEY key;

	if (!*driver->options && !log_file)
		return;
	/* The kernel knows files by other names: \\??\\ before the drive's letter.  No file's name has a double quote. */
	if (log_file && !GetFullPathNameA(log_file, sizeof path, path, NULL))
		give_up("no file name: '%s'", log_file);
	length = log_file ? snprintf(value, sizeof value, "%s:logfile=\"\\??\\%s\"", driver->options, path)
			  : snprintf(value, sizeof value, "%s", driver->options);
	if (length >= MAX_OPTIONS)
		give_up("the options are too long: more than %d characters", MAX_OPTIONS - 1);

	snprintf(key_name, sizeof key_name, "SYSTEM\\CurrentControlSet\\Services\\%s", driver->service_name);
	if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, key_name, 0, KEY_SET_VALUE, &key) ||
	    RegSetValueExA(key, "SpinruleOptions", 0, REG_SZ, (const BYTE *)value, strlen(value) + 1))
		give_up("cannot write SpinruleOptions of service %s", driver->service_name);
	RegCloseKey(key);
}

static void create_service(void)
{
	char group[64];

	if (!manager)
		manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
	if (!manager)
		give_up("no service manager: %lu", GetLastError());
	/* One alone has no group, and so a process of its own. */
	snprintf(group, sizeof group, "spinrule-drive-%lu", GetCurrentProcessId());
	driver->service = CreateServiceA(manager, driver->service_name, driver->service_name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
					 SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, driver->path, driver_count > 1 ? group : NULL,
					 NULL, NULL, NULL, NULL);
	if (!driver->service)
		give_up("cannot create service %s: %lu", driver->service_name, GetLastError());
	write_options();
}

static BOOL try_to_start(void)
{
	HANDLE finder;
	DWORD error;
	BOOL ok;

	has_started = 0;
	finder = CreateThread(NULL, 0, find_driver_process, NULL, 0, NULL);
	begin_step();
	ok = StartServiceA(driver->service, 0, NULL);
	error = GetLastError();
	has_started = 1;
	WaitForSingleObject(finder, INFINITE);
	CloseHandle(finder);
	SetLastError(error);
	return ok;
}

/* Start the first of the drivers, and find the process that runs it. */
static BOOL start_first(void)
{
	/* One start at a time: the process that is new must be ours. */
	HANDLE turn = CreateMutexA(NULL, FALSE, "Global\\spinrule-drive-start");
	DWORD error;
	BOOL ok;

	WaitForSingleObject(turn, INFINITE);
	each_driver_process(note_process);
	ok = try_to_start();
	/* On a busy machine Wine now and then makes no process for it (error 6 or 1359): the driver has not been asked yet. */
	if (!ok && !driver_process && !was_hang)
		ok = try_to_start();
	error = GetLastError();
	ReleaseMutex(turn);
	if (!ok && !driver_process && !was_hang)
		give_up("no process was made for the driver: %lu", error);
	SetLastError(error);
	return ok;
}

static void open_device(void)
{
	char path[MAX_PATH + 8];

	snprintf(path, sizeof path, "\\\\.\\%s", driver->device_name);
	begin_step();
	driver->device = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
	if (driver->device == INVALID_HANDLE_VALUE) {
		BOOL is_missing = GetLastError() == ERROR_FILE_NOT_FOUND;

		end_step(with_name("open"), FALSE);
		if (is_missing)
			say("no device %s: --device names the symbolic link that the driver makes", path);
	}
	deadline = 0;
}

static BOOL start(void)
{
	if (!driver->service)
		create_service();
	if (has_started) {
		begin_step();
		driver->is_loaded = StartServiceA(driver->service, 0, NULL);
	} else {
		driver->is_loaded = start_first();
	}
	end_step(with_name("start"), driver->is_loaded);
	if (driver->is_loaded && needs_devices)
		open_device();
	return driver->is_loaded;
}

static BOOL is_any_loaded(void)
{
	for (int i = 0; i < driver_count; i++)
		if (drivers[i].is_loaded)
			return TRUE;
	return FALSE;
}

static void stop(void)
{
	SERVICE_STATUS status;
	DWORD error;
	BOOL ok;

	begin_step();
	if (driver->device != INVALID_HANDLE_VALUE)
		CloseHandle(driver->device);
	driver->device = INVALID_HANDLE_VALUE;
	ok = ControlService(driver->service, SERVICE_CONTROL_STOP, &status);
	error = GetLastError();
	driver->is_loaded = FALSE;
	/* DriverUnload runs in there; the process ends soon after its last driver. */
	if (ok && driver_process && !is_any_loaded())
		WaitForSingleObject(driver_process, timeout_ms + 1000);
	SetLastError(error);
	end_step(with_name("stop"), ok);
}

/* ---- steps ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Turn HEX into BYTES; returns how many. */
static DWORD parse_hex(const char *hex, BYTE *bytes)
{
	size_t length = strlen(hex);

	if (length % 2 || length / 2 > MAX_BYTES)
		give_up("'%s' is not a whole number of at most %d bytes", hex, MAX_BYTES);
	for (size_t i = 0; i < length; i++)
		if (hex_digit(hex[i]) < 0)
			give_up("'%s' is not hexadecimal", hex);
	for (size_t i = 0; i < length / 2; i++)
		bytes[i] = hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]);
	return length / 2;
}

static unsigned long parse_number(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 0);

	if (end == text || *end)
		give_up("'%s' is not a number", text);
	return number;
}

static struct request *new_request(void)
{
	struct request *request = calloc(1, sizeof *request);

	request->overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
	request->device = driver->device;
	return request;
}

/* Start the DeviceIoControl of "CODE[:HEX]"; its answer goes to the buffer of the request. */
static struct request *start_ioctl(const char *text)
{
	struct request *request = new_request();
	char number[32];
	size_t length = strcspn(text, ":");
	DWORD code, count = 0;

	if (length >= sizeof number)
		give_up("'%s' is not CODE or CODE:HEX", text);
	memcpy(number, text, length);
	number[length] = 0;
	code = parse_number(number);
	if (code < 0x1000)
		code = CTL_CODE(FILE_DEVICE_UNKNOWN, code, METHOD_BUFFERED, FILE_ANY_ACCESS);
	if (text[length])
		count = parse_hex(text + length + 1, request->buffer);

	snprintf(request->name, sizeof request->name, "ioctl %s", text);
	if (!DeviceIoControl(driver->device, code, request->buffer, count, request->buffer, MAX_BYTES, NULL,
			     &request->overlapped) && GetLastError() != ERROR_IO_PENDING)
		request->error = GetLastError();
	return request;
}

static struct request *start_read(const char *text)
{
	struct request *request = new_request();
	DWORD count = parse_number(text);

	if (count > MAX_BYTES)
		give_up("at most %d bytes in one read", MAX_BYTES);
	snprintf(request->name, sizeof request->name, "read %lu", count);
	if (!ReadFile(driver->device, request->buffer, count, NULL, &request->overlapped) && GetLastError() != ERROR_IO_PENDING)
		request->error = GetLastError();
	return request;
}

static struct request *start_write(const char *text)
{
	struct request *request = new_request();
	DWORD count = parse_hex(text, request->buffer);

	snprintf(request->name, sizeof request->name, "write %s", text);
	if (!WriteFile(driver->device, request->buffer, count, NULL, &request->overlapped) && GetLastError() != ERROR_IO_PENDING)
		request->error = GetLastError();
	/* What a write brings back is a count, not these bytes. */
	memset(request->buffer, 0, count);
	return request;
}

/* Wait for REQUEST, print its answer, forget it. */
static void finish(struct request *request, int has_answer)
{
	DWORD count = 0;
	BOOL ok = !request->error && GetOverlappedResult(request->device, &request->overlapped, &count, TRUE);
	DWORD error = request->error ? request->error : GetLastError();

	deadline = 0;
	if (!ok) {
		SetLastError(error);
		end_step(request->name, FALSE);
	} else {
		printf("%s: ok", request->name);
		if (count)
			printf(", %lu byte%s%s", count, count == 1 ? "" : "s", has_answer ? ": " : "");
		for (DWORD i = 0; has_answer && i < count; i++)
			printf("%02x", request->buffer[i]);
		say("");
	}
	CloseHandle(request->overlapped.hEvent);
	free(request);
}

static struct request *oldest_sent(const char *step)
{
	struct request *oldest = sent[0];

	if (!sent_count)
		give_up("%s: nothing was sent", step);
	memmove(sent, sent + 1, --sent_count * sizeof *sent);
	return oldest;
}

static void step_send(const char *text)
{
	if (sent_count == MAX_SENT)
		give_up("more than %d requests on their way", MAX_SENT);
	begin_step();
	sent[sent_count++] = start_ioctl(text);
	deadline = 0;
}

static void step_cancel(void)
{
	struct request *request = oldest_sent("--cancel");

	begin_step();
	CancelIoEx(request->device, &request->overlapped);
	finish(request, 1);
}

/* True if a step that needs no device was done. */
static BOOL load_or_unload(const char *name)
{
	BOOL is_load = !strcmp(name, "--load");

	if (!is_load && strcmp(name, "--unload"))
		return FALSE;
	if (driver->is_loaded == is_load)
		give_up("%s: %s is %sloaded", name, driver->name, is_load ? "" : "not ");
	if (is_load)
		start();
	else
		stop();
	return TRUE;
}

static struct driver *driver_of(const char *name)
{
	for (int i = 0; i < driver_count; i++)
		if (!_stricmp(drivers[i].name, name))
			return &drivers[i];
	give_up("--to %s: no such driver", name);
}

/* Do the step whose name is at ARGS[0]; returns how many arguments it used. */
static int step(char **args)
{
	const char *name = args[0], *value = args[1];

	if (!strcmp(name, "--to")) {
		driver = driver_of(value);
		return 2;
	}
	if (load_or_unload(name))
		return 1;
	if (!strcmp(name, "--wait")) {
		struct request *request = oldest_sent(name);

		begin_step();
		finish(request, 1);
		return 1;
	}
	if (!strcmp(name, "--cancel")) {
		step_cancel();
		return 1;
	}
	if (!strcmp(name, "--send")) {
		step_send(value);
		return 2;
	}
	if (!strcmp(name, "--sleep")) {
		Sleep(parse_number(value));
		return 2;
	}
	begin_step();
	if (!strcmp(name, "--ioctl"))
		finish(start_ioctl(value), 1);
	else if (!strcmp(name, "--read"))
		finish(start_read(value), 1);
	else if (!strcmp(name, "--write"))
		finish(start_write(value), 0);
	deadline = 0;
	return 2;
}

/* ---- the command line ---- */

/* Another driver, of the file at NAME. */
static void add_driver(const char *name)
{
	struct driver *new = &drivers[driver_count];
	char *file, *dot;

	if (driver_count == MAX_DRIVERS)
		give_up("more than %d drivers", MAX_DRIVERS);
	if (!GetFullPathNameA(name, sizeof new->path, new->path, &file) || !file ||
	    GetFileAttributesA(new->path) == INVALID_FILE_ATTRIBUTES)
		give_up("no driver '%s'", name);
	lstrcpynA(new->name, file, sizeof new->name);
	dot = strrchr(new->name, '.');
	if (dot)
		*dot = 0;
	for (int i = 0; i < driver_count; i++)
		if (!_stricmp(drivers[i].name, new->name))
			give_up("two drivers are called %s", new->name);
	new->device_name = new->name;
	new->options = "";
	new->device = INVALID_HANDLE_VALUE;
	/* Two runs of one driver must not meet in the service manager. */
	snprintf(new->service_name, sizeof new->service_name, "%.100s-%lu", new->name, GetCurrentProcessId());
	driver_count++;
}

/* Set the value of the option at ARGS[0]; false if it is no option. */
static int set_option(char **args)
{
	struct driver *last = &drivers[driver_count - 1];

	if (!strcmp(args[0], "--also"))
		add_driver(args[1]);
	else if (!strcmp(args[0], "--options"))
		last->options = args[1];
	else if (!strcmp(args[0], "--log"))
		last->log_file = args[1];
	else if (!strcmp(args[0], "--device"))
		last->device_name = args[1];
	else if (!strcmp(args[0], "--timeout"))
		timeout_ms = 1000 * parse_number(args[1]);
	else
		return 0;
	return 1;
}

static const char *const names_alone[] = { "--wait", "--cancel", "--load", "--unload" };

static int takes_value(const char *name)
{
	for (size_t i = 0; i < sizeof names_alone / sizeof *names_alone; i++)
		if (!strcmp(name, names_alone[i]))
			return 0;
	return 1;
}

static int is_step(const char *name)
{
	static const char *const names[] = { "--ioctl", "--read", "--write", "--send", "--sleep", "--to" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return 1;
	return !takes_value(name);
}

static BOOL needs_device(const char *name)
{
	return strcmp(name, "--sleep") && strcmp(name, "--to") && strcmp(name, "--load") && strcmp(name, "--unload");
}

/* Look at the whole command line before anything is loaded; steps stay in STEPS, which ends with NULL. */
static void parse(int count, char **args, char **steps)
{
	if (count < 2) {
		fputs(usage, stderr);
		exit(EXIT_NO_VERDICT);
	}
	add_driver(args[1]);
	for (int i = 2; i < count; i += 1 + takes_value(args[i])) {
		if (takes_value(args[i]) && i + 1 == count)
			give_up("%s needs a value", args[i]);
		if (is_step(args[i])) {
			needs_devices = needs_devices || needs_device(args[i]);
			*steps++ = args[i];
			if (takes_value(args[i]))
				*steps++ = args[i + 1];
		} else if (!set_option(args + i)) {
			give_up("unknown argument '%s'", args[i]);
		}
	}
	*steps = NULL;
}

/* True while steps can be sent: a driver that does not even start ends it. */
static BOOL goes_on(void)
{
	return is_driver_alive() && !was_hang;
}

static BOOL start_all(void)
{
	for (int i = 0; i < driver_count; i++) {
		driver = &drivers[i];
		if (!start() || !goes_on() || (needs_devices && driver->device == INVALID_HANDLE_VALUE))
			return FALSE;
	}
	driver = drivers;
	return TRUE;
}

int main(int count, char **args)
{
	char **steps = calloc(count + 1, sizeof *steps);
	int status;

	parse(count, args, steps);
	CreateThread(NULL, 0, watchdog, NULL, 0, NULL);

	if (start_all())
		while (*steps && goes_on())
			steps += step(steps);
	/* A driver that is dead cannot be stopped, and the service manager does not know. */
	for (int i = driver_count; i-- > 0; ) {
		driver = &drivers[i];
		if (driver->is_loaded && goes_on())
			stop();
	}
	status = verdict();
	if (status != EXIT_FINE)
		remove_links();
	delete_services();
	/* Requests still on their way would keep an ordinary return waiting. */
	ExitProcess(status);
}
