#!/bin/sh
# install.sh - put files where they belong, and take away exactly those.
#
#   install.sh install DESTDIR PREFIX <LIST      a line for each file: MODE:SOURCE:TARGET
#   install.sh uninstall DESTDIR PREFIX
#
# MODE may be "link": SOURCE is what a symbolic link says.  A TARGET is below PREFIX unless it is absolute.  What was made is in a manifest, a line for
# each file and each folder, so `uninstall' leaves what was there before, and what others
# have put there since.
#
# SPDX-License-Identifier: MIT

set -eu

what=$1 destdir=$2 prefix=$3
manifest=$destdir$prefix/lib/spinrule/manifest

# Make folder $1 and those above it, and print those that were not there.
make_folder()
{
	[ ! -d "$1" ] || return 0
	make_folder "$(dirname "$1")"
	mkdir -m 755 "$1"
	echo "folder ${1#"$destdir"}"
}

install_all()
{
	while IFS=: read -r mode source target; do
		case $target in
		/*) ;;
		*) target=$prefix/$target ;;
		esac
		make_folder "$(dirname "$destdir$target")"
		# A compiler that runs meanwhile has the old plugin or the new one, whole.
		if [ "$mode" = link ]; then
			ln -s "$source" "$destdir$target.new$$"
		else
			install -m "$mode" "$source" "$destdir$target.new$$"
		fi
		mv -f "$destdir$target.new$$" "$destdir$target"
		echo "file $target"
	done
}

case $what in
install)
	new=$(install_all)
	old=
	[ ! -e "$manifest" ] || old=$(cat "$manifest")
	printf '%s\n%s\n' "$old" "$new" | sed '/^$/d' | LC_ALL=C sort -u >"$manifest.new"
	mv -f "$manifest.new" "$manifest"
	chmod 644 "$manifest"
	;;
uninstall)
	if [ ! -e "$manifest" ]; then
		echo "install.sh: error: nothing is installed in $destdir$prefix" >&2
		exit 1
	fi
	sed -n 's/^file //p' "$manifest" | while read -r target; do
		rm -f "$destdir$target"
	done
	folders=$(sed -n 's/^folder //p' "$manifest" | LC_ALL=C sort -r)
	rm -f "$manifest"
	printf '%s\n' "$folders" | while read -r target; do
		[ -z "$target" ] || rmdir --ignore-fail-on-non-empty "$destdir$target" 2>/dev/null || :
	done
	;;
esac
