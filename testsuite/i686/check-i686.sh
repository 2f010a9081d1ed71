#!/bin/sh
# check-i686.sh - the tests that run 32-bit Windows programs and drivers, also on a machine
# that has no 32-bit Wine and cannot install one beside its 64-bit one.
#
#   check-i686.sh [TOOL:FILE...]    (through `make check-i686`)
#
# In a Debian of its own, build/i686/root, which mmdebstrap makes of the archive that this
# machine uses and which is kept from one run to the next (1.9 GB; remove the folder to make
# it anew).  It has both Wines and what `make check` needs.  This folder is mounted there
# under its own name, for the time of the run and for nobody else.
#
# TOOL:FILE is a file of a tool's tests: runtime:try.c, driver:driver.exp.  Without one:
# all programs of the runtime, and the drivers.
#
# Exit status 1 when a test failed, or when no such Debian can be made here: then it says
# why.
#
# SPDX-License-Identifier: MIT

set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
folder=$top/build/i686
root=$folder/root
: "${MAKE:=make}"

give_up()
{
	echo "check-i686: error: $*" >&2
	echo "0 passed, 1 failed"
	exit 1
}

# Name and archive of this machine's Debian, without its updates: one list cannot be newer
# than another then.
find_archive()
{
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	archive=$(sed -n "s/^deb \(\[[^]]*\] \)*\([^ ]*\) $codename main.*/\2/p" \
		/etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | head -n 1)
	# The newer form of the list has a line for each part.
	[ -n "$archive" ] || archive=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
		awk -v name="$codename" '/^URIs:/ { uri = $2 }
			/^Suites:/ { for (i = 2; i <= NF; i++) if ($i == name) { print uri; exit } }')
	[ -n "$archive" ] || give_up "the lists of packages of this machine name no archive of '$codename'"
}

# run_in_root COMMAND: COMMAND of sh in the root, in this folder.
run_in_root()
{
	unshare -m sh -ec '
		root=$1 top=$2
		mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		mkdir -p "$root$top"
		mount --bind "$top" "$root$top"
		exec env -u MAKEFLAGS -u MAKELEVEL chroot "$root" sh -c "cd \"\$1\" && $3" sh "$top"
	' sh "$root" "$top" "$1" </dev/null 9>&-
}

make_root()
{
	find_archive
	echo "check-i686: making a Debian with both Wines in $root"
	rm -rf --one-file-system "$root"
	mmdebstrap --mode=root --variant=apt --architectures=amd64,i386 \
		--include=wine,wine64,wine32:i386 "$codename" "$root" \
		"deb $archive $codename main" >"$folder/root.log" 2>&1 ||
		give_up "mmdebstrap could not make it; see $folder/root.log"
	run_in_root 'sh testsuite/setup.sh check' >>"$folder/root.log" 2>&1 ||
		give_up "what the tests need could not be installed there; see $folder/root.log"
	: >"$root/whole"
}

[ "$(id -u)" = 0 ] || give_up "root makes it; or run 'make check' where a 32-bit Wine is installed"
unshare -m true 2>/dev/null || give_up "this machine allows no mount of one's own, which it needs"
mkdir -p "$folder"
# One run at a time.
exec 9>"$folder/lock"
flock 9
[ -e "$root/whole" ] || make_root

run_in_root '/lib/ld-linux.so.2 --version' >/dev/null 2>&1 ||
	give_up "the kernel of this machine runs no 32-bit programs (CONFIG_IA32_EMULATION)"

runtime='' driver=''
for test in "$@"; do
	case $test in
	runtime:*) runtime="$runtime ${test#*:}" ;;
	driver:*) driver="$driver ${test#*:}" ;;
	*) give_up "unknown test '$test': use runtime:FILE or driver:FILE" ;;
	esac
done
commands=
if [ -n "$runtime" ] || [ $# = 0 ]; then
	commands="$MAKE -s check-runtime COMPILERS=i686-w64-mingw32-gcc TESTS='${runtime# }'"
fi
if [ -n "$driver" ] || [ $# = 0 ]; then
	driver=${driver:-driver.exp}
	commands="${commands:+$commands; }$MAKE -s check-driver TESTS='${driver# }'"
fi
echo "check-i686: running in $root"
run_in_root "$commands" 2>&1 | tee "$folder/log"
# The last line of each run of tests.
awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; runs++ }
	END { printf "%d passed, %d failed\n", passed, failed + !runs; exit failed > 0 || !passed }' "$folder/log"
