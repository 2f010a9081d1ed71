#!/bin/sh
# setup.sh - see to it that this machine has what a target of the Makefile needs.
#
#   setup.sh demo | check | others | projects | real | bench | afl | lint | coverage | deb |
#            i686 | html
#
# Looks for each thing itself, not for its package, so any compiler or Wine will do,
# however it was installed.  What is missing is installed with apt-get where that is there
# (as root or through sudo), and named where it is not.  Where nothing is missing nothing
# is run but the looking.
#
# Exit status 1 when something is missing in the end.
#
# SPDX-License-Identifier: MIT

set -u

top=$(cd "$(dirname "$0")/.." && pwd)

has() { command -v "$1" >/dev/null 2>&1; }

# has_header COMPILER HEADER
has_header() { has "$1" && echo "#include <$2>" | "$1" -E -x c - >/dev/null 2>&1; }
gcc_has_header() { has_header gcc "$1"; }

# It wants others before it.
has_cmocka()
{
	has gcc && printf '#include <%s>\n' stdarg.h stddef.h stdint.h setjmp.h cmocka.h |
		gcc -E -x c - >/dev/null 2>&1
}

# It wants to know which package includes it.
has_bfd()
{
	has gcc && printf '#define PACKAGE 1\n#include <bfd.h>\n' | gcc -E -x c - >/dev/null 2>&1
}

# A compiler that not every system has: it is missing where a package of its name could be
# installed.
has_if_offered()
{
	has "$1" || ! has apt-cache || [ -z "$(apt-cache show "$1" 2>/dev/null)" ]
}

# Its headers need not be there, and are not used.
has_libiberty() { has gcc && [ -e "$(gcc -print-file-name=libiberty.a)" ]; }

has_plugin_headers() { has "$1" && [ -f "$("$1" -print-file-name=plugin)/include/gcc-plugin.h" ]; }

# The version that the package gcc brings, installed or not yet; Debian 12's where nobody
# knows.
gcc_version()
{
	if has gcc; then
		gcc -dumpversion | cut -d. -f1
	else
		version=$(LC_ALL=C apt-cache show gcc 2>/dev/null |
			sed -n 's/^Depends:.* gcc-\([0-9]*\).*/\1/p' | head -n 1)
		echo "${version:-12}"
	fi
}

# Of the Python that Sphinx runs with, which need not be the first of the path.
has_myst()
{
	python=$(sed -n '1s/^#! *//p' "$(command -v sphinx-build)" 2>/dev/null)
	# Words: "/usr/bin/env python3".
	# shellcheck disable=SC2086
	${python:-python3} -c 'import myst_parser' 2>/dev/null
}

# need NAME TEST...: one row of the table below.  Its TEST is run, and NAME remembered if
# it fails.
missing=
need()
{
	name=$1
	shift
	"$@" || missing="$missing $name"
}

look_for_build()
{
	need make		has make
	need g++		has g++
	need gcc		has gcc
	need libc		gcc_has_header stdio.h
	need gmp		gcc_has_header gmp.h
	need lzma		gcc_has_header lzma.h
	need bfd		has_bfd
	need jansson		gcc_has_header jansson.h
	need iberty		has_libiberty
}

look_for_native()
{
	need plugin-headers	has_plugin_headers gcc
}

look_for_windows()
{
	need mingw64		has_plugin_headers x86_64-w64-mingw32-gcc
	need mingw32		has_plugin_headers i686-w64-mingw32-gcc
}

look_for_demo()
{
	look_for_build
	need mingw64		has_plugin_headers x86_64-w64-mingw32-gcc
	need wine		sh "$top/testsuite/driver/wine-prefix.sh" find >/dev/null 2>&1
}

look_for_check()
{
	look_for_demo
	look_for_native
	look_for_windows
	need mingw64-g++	has x86_64-w64-mingw32-g++
	need mingw32-g++	has i686-w64-mingw32-g++
	need dejagnu		has runtest
	need jq			has jq
	need valgrind		has valgrind
	need gdb		has gdb
	need cmake		has cmake
	need ninja		has ninja
	need meson		has meson
	need ccache		has ccache
	need pkg-config		has pkg-config
	need groff		has groff
	need cmocka		has_cmocka
	need graphviz		has dot
	need chromium		has chromium
	need distcc		has distccd
	# A test has an older compiler load the plugin: where the system has one.
	need gcc-11		has_if_offered gcc-11
	need iproute2		has ip
	need strace		has strace
	need vim		has vim
	need clangd		has clangd
	need poppler		has pdftotext
	look_for_html
}

look_for_others()
{
	look_for_check
	need gcc-11		has gcc-11
	need gcc-11-headers	has_plugin_headers gcc-11
	need aarch64		has aarch64-linux-gnu-gcc-12
	need aarch64-headers	has_plugin_headers aarch64-linux-gnu-gcc-12
	need aarch64-libc	has_header aarch64-linux-gnu-gcc-12 stdio.h
}

look_for_projects()
{
	look_for_build
	look_for_native
	need jq			has jq
	need cmake		has cmake
}

look_for_html()
{
	need sphinx		has sphinx-build
	need myst		has_myst
}

look_for_real()
{
	look_for_check
}

look_for_bench()
{
	look_for_check
	need clang		has clang
}

look_for_afl()
{
	look_for_build
	look_for_native
	need afl		has afl-clang-fast
}

look_for_lint()
{
	look_for_build
	look_for_native
	look_for_windows
	need clang-format	has clang-format
	need clang-tidy		has clang-tidy
	need cppcheck		has cppcheck
	need shellcheck		has shellcheck
	need checkbashisms	has checkbashisms
}

look_for_coverage()
{
	look_for_build
	look_for_native
	need dejagnu		has runtest
	need jq			has jq
	need gcovr		has gcovr
}

# Packages are built by Debian's own tools, of what Debian has.
look_for_deb()
{
	look_for_build
	look_for_native
	look_for_windows
	need git		has git
	need debhelper		has dh
	need dpkg-dev		has dpkg-buildpackage
	need lintian		has lintian
	need mmdebstrap		has mmdebstrap
}

# The Debian that has the rest.
look_for_i686()
{
	need mmdebstrap		has mmdebstrap
}

look()
{
	missing=
	"look_for_$1"
}

# The packages of $missing on Debian and its kin, on Fedora, on Arch.
packages()
{
	for name in $missing; do
		case $1:$name in
		*:make | *:dejagnu | *:wine | *:jq | *:valgrind | *:gdb | *:graphviz | *:chromium | *:clang | *:cmake | *:meson | *:ccache | *:distcc | *:vim | *:strace | *:groff) echo "$name" ;;
		*:cppcheck | *:gcovr) echo "$name" ;;
		fedora:iproute2) echo iproute ;;
		*:iproute2) echo iproute2 ;;
		esac
		case $1:$name in
		debian:g++) echo g++ ;;
		debian:gcc) echo gcc ;;
		debian:libc) echo libc6-dev ;;
		debian:gmp) echo libgmp-dev ;;
		debian:lzma) echo liblzma-dev ;;
		debian:bfd) echo binutils-dev ;;
		debian:jansson) echo libjansson-dev ;;
		debian:iberty) echo libiberty-dev ;;
		*:git | *:debhelper | *:dpkg-dev | *:lintian | *:mmdebstrap) echo "$name" ;;
		*:poppler) [ "$1" = arch ] && echo poppler || echo poppler-utils ;;
		debian:clangd) echo clangd ;;
		fedora:clangd) echo clang-tools-extra ;;
		arch:clangd) echo clang ;;
		debian:cmocka) echo libcmocka-dev ;;
		debian:sphinx | fedora:sphinx) echo python3-sphinx ;;
		debian:myst | fedora:myst) echo python3-myst-parser ;;
		debian:gcc-11) echo gcc-11 ;;
		debian:gcc-11-headers) echo gcc-11-plugin-dev ;;
		debian:aarch64) echo gcc-12-aarch64-linux-gnu ;;
		debian:aarch64-libc) echo libc6-dev-arm64-cross ;;
		debian:aarch64-headers) echo gcc-12-plugin-dev-aarch64-linux-gnu ;;
		debian:plugin-headers) echo "gcc-$(gcc_version)-plugin-dev" ;;
		*:pkg-config) echo pkgconf ;;
		debian:afl) echo afl++ ;;
		debian:mingw64) echo gcc-mingw-w64-x86-64-win32 ;;
		debian:mingw64-g++) echo g++-mingw-w64-x86-64-win32 ;;
		debian:mingw32) echo gcc-mingw-w64-i686-win32 ;;
		debian:mingw32-g++) echo g++-mingw-w64-i686-win32 ;;
		debian:wine) echo wine64 ;;
		debian:clang-format | debian:clang-tidy | debian:shellcheck) echo "$name" ;;
		debian:checkbashisms) echo devscripts ;;
		debian:ninja | fedora:ninja) echo ninja-build ;;
		fedora:g++) echo gcc-c++ ;;
		fedora:gcc) echo gcc ;;
		fedora:libc) echo glibc-devel ;;
		fedora:gmp) echo gmp-devel ;;
		fedora:lzma) echo xz-devel ;;
		fedora:bfd | fedora:iberty) echo binutils-devel ;;
		fedora:jansson) echo jansson-devel ;;
		fedora:cmocka) echo libcmocka-devel ;;
		fedora:plugin-headers) echo gcc-plugin-devel ;;
		fedora:afl) echo american-fuzzy-lop-clang ;;
		fedora:mingw64) echo mingw64-gcc ;;
		fedora:mingw64-g++) echo mingw64-gcc-c++ ;;
		fedora:mingw32) echo mingw32-gcc ;;
		fedora:mingw32-g++) echo mingw32-gcc-c++ ;;
		fedora:clang-*) echo clang-tools-extra ;;
		fedora:shellcheck) echo ShellCheck ;;
		fedora:checkbashisms) echo devscripts-checkbashisms ;;
		arch:g++ | arch:gcc | arch:plugin-headers) echo gcc ;;
		arch:libc) echo glibc ;;
		arch:gmp) echo gmp ;;
		arch:lzma) echo xz ;;
		arch:bfd | arch:iberty) echo binutils ;;
		arch:jansson | arch:cmocka) echo "$name" ;;
		arch:sphinx) echo python-sphinx ;;
		arch:myst) echo python-myst-parser ;;
		arch:afl) echo afl++ ;;
		arch:mingw*) echo mingw-w64-gcc ;;
		arch:clang-*) echo clang ;;
		arch:shellcheck | arch:checkbashisms | arch:ninja) echo "$name" ;;
		esac
	done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

give_up()
{
	echo "setup.sh: error: $1" >&2
	exit 1
}

case ${1:-} in
demo | check | others | projects | real | bench | afl | lint | coverage | deb | i686 | html) ;;
*) give_up "say what for: demo, check, others, projects, real, bench, afl, lint, coverage, deb, i686 or html" ;;
esac

# A validator for SARIF and one for the page, which npm has: tests run without them where
# there is no npm.
modules=$top/build/tools/node_modules
get_from_npm()
{
	[ ! -e "$modules/$1" ] && has npm && has node || return
	npm install --silent --no-audit --no-fund --prefix "$top/build/tools" "$1@$2" \
		</dev/null >/dev/null 2>&1 || echo "setup.sh: notice: npm could not install $1"
}
if [ "$1" = check ]; then
	get_from_npm @microsoft/sarif-multitool 5.7.0
	get_from_npm axe-core 4.14.1
fi

look "$1"
[ -z "$missing" ] && exit 0

if ! has apt-get; then
	echo "setup.sh: error: this machine lacks:$missing" >&2
	echo "setup.sh: install these packages, then run make again:" >&2
	echo "  Fedora: dnf install $(packages fedora)" >&2
	echo "  Arch:   pacman -S $(packages arch)" >&2
	echo "  Debian: apt-get install $(packages debian)" >&2
	exit 1
fi

if [ "$(id -u)" = 0 ]; then
	as_root="env"
elif has sudo; then
	as_root="sudo env"
else
	give_up "needs root and finds no sudo; as root run:
  apt-get install --no-install-recommends $(packages debian)"
fi

apt()
{
	$as_root DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

echo "setup.sh: installing what is missing:$missing"
# Lists that are there but cannot be refreshed may still do; the install says so if not.
apt update || echo "setup.sh: notice: apt-get update failed, trying with the lists there are"
# Of what the lists have now.
look "$1"
# Words: a package each.
# shellcheck disable=SC2046
apt install --no-install-recommends $(packages debian) ||
	give_up "apt-get could not install: $(packages debian)"

look "$1"
[ -z "$missing" ] ||
	give_up "still missing after the installation:$missing; packages: $(packages debian)"
