# driver.awk - a large driver to check as a whole: awk -v into=DIR -v first=0 -v last=249 -f driver.awk
#
# Files FIRST to LAST of it, DIR/fNUMBER.c, fifty functions each: ten with locks, the others of ordinary work.  Forty
# files after each other are one chain: what has locks in a file calls the next file's, so calls are forty deep.  Each
# forty files share a helper that takes a lock and one that releases it, in the first of them.  All of it is clean but
# for the callback of file 39, which leaves the lock held on one way.  A number of files that is a multiple of forty is
# a whole driver.
#
# SPDX-License-Identifier: MIT

function line(text) { print text >file }

# Ordinary work: function N of file F, which calls others of the file and of the next file.
function ordinary(f, n, last_one)
{
	line("int work" f "_" n "(struct extension *ext, int mode)")
	line("{")
	line("\tint sum = " n ";")
	line("")
	line("\tfor (int i = 0; i < ext->size; i++) {")
	line("\t\tif (ext->data[i] > " n ")")
	line("\t\t\tsum += ext->data[i] * " n + 3 ";")
	line("\t\telse if (ext->data[i] == mode)")
	line("\t\t\text->state = sum ^ " f ";")
	line("\t}")
	line("\tswitch (mode & 7) {")
	line("\tcase 1: sum *= 3; break;")
	line("\tcase 2: sum += ext->count; break;")
	line("\tcase 5: ext->count = sum - mode; break;")
	line("\tdefault: sum ^= mode;")
	line("\t}")
	if (n < last_one)
		line("\tif (sum > " n * 7 ")\n\t\tsum += work" f "_" n + 1 "(ext->next, mode + 1);")
	else if (f % 40 < 39)
		line("\tsum += work" f + 1 "_" 20 "(ext, sum);")
	line("\treturn sum;")
	line("}")
	line("")
}

function helpers(f)
{
	line("KIRQL take" f "(struct extension *ext)")
	line("{")
	line("\tKIRQL irql;")
	line("")
	line("\tKeAcquireSpinLock(&ext->lock, &irql);")
	line("\treturn irql;")
	line("}")
	line("")
	line("void give" f "(struct extension *ext, KIRQL irql)")
	line("{")
	line("\text->state = 0;")
	line("\tKeReleaseSpinLock(&ext->lock, irql);")
	line("}")
	line("")
}

# A function that takes the lock itself, leaves early, and goes on in the next file.
function direct(f, n)
{
	line("int lock" f "_" n "(struct extension *ext, int mode)")
	line("{")
	line("\tint status = 0;")
	line("\tKIRQL irql;")
	line("")
	line("\tKeAcquireSpinLock(&ext->lock, &irql);")
	line("\tif (ext->state == " n ") {")
	line("\t\tKeReleaseSpinLock(&ext->lock, irql);")
	line("\t\treturn -1;")
	line("\t}")
	line("\text->count += mode;")
	line("\tif (mode > 3)")
	line("\t\tstatus = work" f "_" 30 + n "(ext, mode);")
	line("\tKeReleaseSpinLock(&ext->lock, irql);")
	if (f % 40 < 39)
		line("\tif (status >= 0)\n\t\tstatus = lock" f + 1 "_" n "(ext->next, mode);")
	line("\treturn status;")
	line("}")
	line("")
}

# A function that takes it by helpers of another file.
function indirect(f, n,  group)
{
	group = f - f % 40
	line("int lock" f "_" n "(struct extension *ext, int mode)")
	line("{")
	line("\tKIRQL irql = take" group "(ext);")
	line("\tint status = ext->state;")
	line("")
	line("\tif (ext->size > " n ") {")
	line("\t\tgive" group "(ext, irql);")
	line("\t\treturn status;")
	line("\t}")
	line("\text->size += mode;")
	line("\tKeAcquireSpinLockAtDpcLevel(&ext->other);")
	line("\text->next->count--;")
	line("\tKeReleaseSpinLockFromDpcLevel(&ext->other);")
	line("\tgive" group "(ext, irql);")
	if (f % 40 < 39)
		line("\tstatus += lock" f + 1 "_" n "(ext, status);")
	line("\treturn status;")
	line("}")
	line("")
}

function callback(f)
{
	line("static DRIVER_DISPATCH dispatch" f ";")
	line("static NTSTATUS NTAPI dispatch" f "(PDEVICE_OBJECT device, PIRP irp)")
	line("{")
	line("\tstruct extension *ext = device->DeviceExtension;")
	line("")
	line("\t(void)irp;")
	if (f == 39) {
		line("\tKIRQL irql = take" f - f % 40 "(ext);\n")
		line("\tif (ext->count)\n\t\treturn -1;")
		line("\tgive" f - f % 40 "(ext, irql);")
	}
	line("\treturn lock" f "_0(ext, 1) + lock" f "_8(ext, 2);")
	line("}")
	line("")
	line("void start" f "(PDRIVER_OBJECT driver)")
	line("{")
	line("\tdriver->MajorFunction[" f % 20 "] = dispatch" f ";")
	line("}")
}

BEGIN {
	for (f = first + 0; f <= last + 0; f++) {
		file = into "/f" f ".c"
		line("#include \"driver.h\"\n")
		for (n = 0; n < 40; n++) {
			line("int work" f "_" n "(struct extension *, int);")
			if (n < 9)
				line("int lock" f "_" n "(struct extension *, int), lock" f + 1 "_" n "(struct extension *, int);")
		}
		line("int work" f + 1 "_20(struct extension *, int);")
		line("KIRQL take" f - f % 40 "(struct extension *);")
		line("void give" f - f % 40 "(struct extension *, KIRQL);\n")
		end = f % 40 ? 38 : 36
		for (n = 0; n <= end; n++)
			ordinary(f, n, end)
		if (f % 40 == 0)
			helpers(f)
		for (n = 0; n < 5; n++)
			direct(f, n)
		for (; n < 9; n++)
			indirect(f, n)
		callback(f)
		close(file)
	}
}
