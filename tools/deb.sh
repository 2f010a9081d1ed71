#!/bin/sh
# deb.sh - Debian packages of the last commit, in FOLDER.
#
#   deb.sh FOLDER
#
# They are built from the tarball of dist.sh, by debian/rules.  DEB_BUILD_OPTIONS is for
# that: "noopt" builds faster.  Prints the names of the packages.
#
# SPDX-License-Identifier: MIT

set -eu

folder=$1
rm -rf "$folder"
mkdir -p "$folder"
tarball=$(sh "$(dirname "$0")/dist.sh" "$folder")
tar -xzf "$tarball" -C "$folder"
sources=${tarball%.tar.gz}
DEB_BUILD_OPTIONS="parallel=$(nproc) ${DEB_BUILD_OPTIONS:-}"
export DEB_BUILD_OPTIONS
# A make that calls this has settings of its own for its makes.
if ! (cd "$sources" && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES \
	dpkg-buildpackage -us -uc -b) >"$folder/build.log" 2>&1; then
	tail -n 20 "$folder/build.log" >&2
	echo "deb.sh: error: the build failed, see $folder/build.log" >&2
	exit 1
fi
rm -rf "$sources"
ls "$folder"/*.deb
