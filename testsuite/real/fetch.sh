# fetch.sh - Wine's source and development files from Debian, into build/real.  Sourced by check-real.sh.
#
# What apt-get reads and writes for it is under $real/apt: the machine's own package lists and
# sources are left as they are.  Nothing here needs root, and nothing is installed.
#
# SPDX-License-Identifier: MIT

# A configuration for apt-get that has the machine's own package archives, with sources.
private_apt()
{
	apt=$real/apt
	rm -rf "$apt/sources.list.d"
	mkdir -p "$apt/sources.list.d" "$apt/lists/partial" "$apt/archives/partial"

	# Each archive of the machine, as it stands there, now for packages and for sources.
	for list in /etc/apt/sources.list.d/*.sources; do
		[ -f "$list" ] && sed 's/^Types:.*/Types: deb deb-src/' "$list" >"$apt/sources.list.d/$(basename "$list")"
	done
	for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -f "$list" ] && sed -n 's/^deb[[:space:]]\(.*\)/deb \1\ndeb-src \1/p' "$list" >"$apt/sources.list.d/$(basename "$list" .list).list"
	done

	cat >"$apt/apt.conf" <<-END
	Dir::Etc::sourcelist "/dev/null";
	Dir::Etc::sourceparts "$apt/sources.list.d";
	Dir::State::lists "$apt/lists";
	Dir::Cache "$apt";
	Acquire::Languages "none";
	Acquire::Retries "2";
	APT::Sandbox::User "";
	END
	APT_CONFIG=$apt/apt.conf
	export APT_CONFIG
}

# The version of Wine's source that the Wine on this machine was built from; nothing when Wine is no package.
installed_source_version()
{
	dpkg-query -W -f='${source:Package} ${source:Version}\n' libwine wine64 2>/dev/null | sed -n 's/^wine //p' | head -n 1
}

# Set WINE_SOURCE and WINE_DEV; fetch both when they are not there yet.
fetch_wine()
{
	WINE_SOURCE=$real/wine
	WINE_DEV=$real/dev
	[ -e "$real/fetched" ] && return

	for tool in apt-get dpkg tar; do
		command -v $tool >/dev/null 2>&1 ||
			give_up "'$tool' not found: Wine's source is taken as a Debian package, so this check needs Debian or one of its kin"
	done
	rm -rf "$WINE_SOURCE" "$WINE_DEV" "$real/packages"
	mkdir -p "$real/packages" "$WINE_DEV"
	log=$real/fetch.log
	private_apt

	echo "fetching Wine's source package ..."
	# An archive that has no sources is no matter as long as Wine's are found in another.
	timeout -k 10 300 apt-get -q update >"$log" 2>&1 </dev/null || echo "apt-get update failed, trying with what there is" >>"$log"
	version=$(installed_source_version)
	(
		cd "$real/packages" || exit 1
		timeout -k 10 600 apt-get -q --download-only --tar-only source "wine${version:+=$version}" &&
			timeout -k 10 300 apt-get -q download libwine-dev wine64-tools
	) >>"$log" 2>&1 </dev/null ||
		give_up "apt-get could not fetch libwine-dev, wine64-tools and the source package of" \
			"wine${version:+ $version}; see $log"

	mkdir -p "$WINE_SOURCE"
	tar -xf "$real"/packages/wine_*.orig.tar.* -C "$WINE_SOURCE" --strip-components 1 2>>"$log" ||
		give_up "could not unpack Wine's source; see $log"
	for package in "$real"/packages/*.deb; do
		dpkg -x "$package" "$WINE_DEV" 2>>"$log" || give_up "could not unpack $package; see $log"
	done
	generate_headers >>"$log" 2>&1 </dev/null || echo "some headers could not be made; the files that need them are not compiled" >>"$log"
	(cd "$real/packages" && sha256sum ./*) >"$real/fetched"
	rm -rf "$real/packages" "$apt"
}

# Headers that Wine makes during its build and that libwine-dev leaves out.
generate_headers()
{
	(cd "$WINE_SOURCE" && perl tools/make_requests)
	: >"$WINE_SOURCE/include/config.h"
	for idl in svcctl plugplay; do
		"$WINE_DEV/usr/lib/wine/widl" -h -I"$WINE_SOURCE/include" -o "$WINE_SOURCE/include/wine/$idl.h" "$WINE_SOURCE/include/wine/$idl.idl"
	done
}
