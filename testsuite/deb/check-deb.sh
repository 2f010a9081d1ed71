#!/bin/sh
# check-deb.sh - the Debian packages: what is in them, and that they can be installed, used
# and removed.
#
#   check-deb.sh          (through `make check-deb`)
#
# 1. Builds the packages of the last commit, without optimization, which is faster.
# 2. lintian has nothing to say, of the sources neither.
# 3. Each file is in one package: a plugin in that of its compiler, all else in "spinrule".
# 4. In a new Debian, which mmdebstrap makes of the archive that this machine uses: they are
#    installed, warn of an example, and are purged.  Where no new Debian can be made, they
#    are unpacked and used here, and that is said.
#
# SPDX-License-Identifier: MIT

set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
folder=$top/build/deb
passed=0
failed=0

# verdict NAME WHY: WHY says what is wrong, "" is nothing.
verdict()
{
	if [ -z "$2" ]; then
		echo "ok: $1"
		passed=$((passed + 1))
	else
		echo "FAILED: $1: $2"
		failed=$((failed + 1))
	fi
}

finish()
{
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
	exit
}

cd "$top" || exit 1

# ---- build ----

echo "check-deb: building the packages"
export DEB_BUILD_OPTIONS="noopt noautodbgsym" DEB_CFLAGS_APPEND=-g0 DEB_CXXFLAGS_APPEND=-g0
log=$(sh tools/deb.sh "$folder" 2>&1) || {
	verdict "the packages are built" "$log"
	finish
}
verdict "the packages are built" ""

names="spinrule spinrule-plugin-gcc spinrule-plugin-mingw-w64-i686 spinrule-plugin-mingw-w64-x86-64"
version=$(sed -n 's/^#define SPINRULE_VERSION "\(.*\)"$/\1/p' runtime/rule.h)
for name in $names; do
	set -- "$folder/${name}_${version}_"*.deb
	[ -e "$1" ] || verdict "$name" "no package of version $version"
done
[ "$failed" = 0 ] || finish

set -- "$folder"/*_"$version"_*.changes
verdict "lintian" "$(lintian --fail-on error,warning --allow-root "$1" 2>&1)"

sources=$folder/sources
rm -rf "$sources"
mkdir -p "$sources"
git archive --prefix="spinrule-$version/" HEAD | tar -x -C "$sources"
said=$(cd "$sources/spinrule-$version" && dpkg-source -b . 2>&1 >/dev/null &&
	lintian --fail-on error,warning --allow-root ../*.dsc 2>&1)
verdict "lintian of the sources" "$said"
rm -rf "$sources"

# ---- what is in them ----

# The files of package $1.
files_of()
{
	dpkg-deb --fsys-tarfile "$folder/$1_${version}_"*.deb | tar -t |
		sed -n 's|^\./||; /[^/]$/p' | LC_ALL=C sort
}

all=$(for name in $names; do files_of "$name"; done | LC_ALL=C sort)
verdict "each file is in one package" "$(echo "$all" | uniq -d)"

# Besides what Debian adds about the package, just the plugin.
for pair in gcc:gcc mingw-w64-x86-64:x86_64-w64-mingw32-gcc mingw-w64-i686:i686-w64-mingw32-gcc; do
	name=spinrule-plugin-${pair%%:*} compiler=${pair##*:}
	why=
	[ "$(files_of "$name" | grep -v '^usr/share/')" = "usr/lib/spinrule/$compiler/identity
usr/lib/spinrule/$compiler/spinrule.so" ] || why=$(files_of "$name")
	verdict "$name has the plugin" "$why"
done
why=
for file in usr/bin/spinrule usr/bin/spinrule-gcc usr/bin/spinrule-check usr/bin/spinrule-report \
	usr/bin/spinrule-drive usr/include/spinrule/sal.h usr/include/spinrule/native/wdm.h \
	usr/lib/cmake/Spinrule/SpinruleConfig.cmake usr/lib/spinrule/gcc/libspinrule-posix.a \
	usr/lib/spinrule/x86_64-w64-mingw32-gcc/libspinrule-wdm.a \
	usr/lib/spinrule/i686-w64-mingw32-gcc/libspinrule-win32.a usr/share/pkgconfig/spinrule.pc \
	usr/share/man/man7/spinrule.7.gz usr/share/man/man1/spinrule-check.1.gz \
	usr/share/doc/spinrule/docs/ids/double-acquire.md usr/share/doc/spinrule/copyright; do
	echo "$all" | grep -qx "$file" || why="$why no $file;"
done
verdict "spinrule has the tools and the runtime" "$why"

# ---- use ----

# What is used, with "$1" before each command.  The wrapper is for builds whose flags one
# cannot reach, so it is used as they use it.
cat >"$folder/use.sh" <<'END'
set -e
cd "$1"
PATH=$2/bin:$PATH
for compiler in $3; do
	# What is Windows' own, gcc finds no header for.
	file=ring.c
	[ $compiler != gcc ] || file=queue.c
	# Into a file: a grep that has seen enough would end the compiler.
	SPINRULE_EMBED=1 LC_ALL=C spinrule-gcc $compiler -O2 -DBROKEN -isystem "$4" -c $file \
		-o ring.o >said 2>&1 || cat said
	grep -q "$file:[0-9:]* warning: .* is still held at return" said ||
		echo "$compiler: no warning;"
	spinrule-check --brief ring.o >said || [ $? = 1 ] || echo "$compiler: no check;"
	grep -q held-at-return said || echo "$compiler: spinrule-check;"
	[ -e "$(spinrule --print-runtime=$compiler)" ] || echo "$compiler: no runtime;"
done
spinrule-report --version >/dev/null || echo "no spinrule-report;"
END

# The archive of this machine: the lists of sources for this very Debian.
sources=
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	sources=$(grep -ls "^deb .* $codename main\|^Suites:.*\b$codename\b" \
		/etc/apt/sources.list /etc/apt/sources.list.d/*.list \
		/etc/apt/sources.list.d/*.sources 2>/dev/null)
fi

# A new Debian in which the packages are installed, used, and purged; prints what is wrong.
use_in_root()
{
	root=$1
	mkdir -p "$root/tmp/use"
	cp examples/ring.c examples/unit/queue.[ch] "$folder/use.sh" "$folder"/spinrule*_"$version"_*.deb "$root/tmp/use/"
	chroot "$root" sh -c 'cd / && find usr etc var/lib/dpkg/info -not -type d' |
		LC_ALL=C sort >"$folder/before"
	chroot "$root" sh -c 'export DEBIAN_FRONTEND=noninteractive
		dpkg -i /tmp/use/*.deb' >>"$folder/root.log" 2>&1 || echo "dpkg -i failed;"
	chroot "$root" sh /tmp/use/use.sh /tmp/use /usr \
		'gcc x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc' \
		/usr/include/spinrule/native 2>>"$folder/root.log" || echo "use failed;"
	# shellcheck disable=SC2086
	chroot "$root" dpkg --purge $names >>"$folder/root.log" 2>&1 || echo "purge failed;"
	chroot "$root" sh -c 'cd / && find usr etc var/lib/dpkg/info -not -type d' |
		LC_ALL=C sort | comm -13 "$folder/before" -
}

root=$folder/root
if [ -n "$sources" ]; then
	echo "check-deb: making a Debian of its own"
	# What the packages depend on, as they say it.
	needs=$(for name in $names; do
		dpkg-deb -f "$folder/${name}_${version}_"*.deb Depends
	done | tr ',' '\n' | sed 's/ (.*//; s/ //g; /^spinrule/d' | sort -u | paste -sd,)
	# Words: a file each.
	# shellcheck disable=SC2086
	if mmdebstrap --mode=root --variant=apt --include="gcc,$needs" "$codename" "$root" \
		$sources >"$folder/root.log" 2>&1; then
		verdict "installed, used and purged in a new Debian" "$(use_in_root "$root")"
		rm -rf "$root"
		finish
	fi
	rm -rf "$root"
fi
echo "check-deb: notice: no new Debian can be made here: the packages are unpacked instead"
for name in $names; do
	dpkg-deb -x "$folder/${name}_${version}_"*.deb "$root"
done
cp examples/ring.c examples/unit/queue.[ch] "$root"
verdict "used where they are unpacked" "$(sh "$folder/use.sh" "$root" "$root/usr" \
	'gcc x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc' "$root/usr/include/spinrule/native" 2>&1)"
rm -rf "$root"
finish
