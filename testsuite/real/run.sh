# run.sh - Wine's test programs on Wine, and what came of their checks.  Sourced by check-real.sh.
#
# SPDX-License-Identifier: MIT

# wine_prefix SECONDS ARGUMENT...: wine-prefix.sh with a time limit.  Without the lock of check-real.sh,
# which Wine's server would keep.
wine_prefix()
{
	limit=$1
	shift
	timeout -k 10 "$limit" sh "$top/testsuite/driver/wine-prefix.sh" "$@" 9>&-
}

# A full prefix: the Plug and Play part needs Wine's own set-up.  Kept from one run to the next.
start_prefix()
{
	prefix=$real/prefix
	if [ -e "$prefix/running" ]; then
		# Half-installed devices would fail every later run.
		stop_prefix
		rm -rf "$prefix"
	fi
	if [ ! -e "$prefix/arch" ]; then
		rm -rf "$prefix"
		echo "making a full Wine prefix ..."
		loader=$(wine_prefix 10 find) || exit 1
		env -u DISPLAY WINEPREFIX="$prefix" WINEARCH=win64 WINEDEBUG=-all \
			WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe= \
			timeout -k 10 200 "$loader" wineboot.exe -i >"$real/wineboot.log" 2>&1 </dev/null 9>&- ||
			give_up "Wine could not make its prefix; see $real/wineboot.log"
		# For wine-prefix.sh, and the sign that the prefix is whole.
		echo x86_64 >"$prefix/arch"
		# wine-prefix.sh starts a server of its own.
		stop_prefix
	fi
	wine_prefix 100 start "$prefix" ||
		give_up "Wine does not start in $prefix; remove that folder to make it anew"
}

# Ends every process of the prefix; harmless when there is none.
stop_prefix()
{
	[ -e "$real/prefix/arch" ] && wine_prefix 60 stop "$real/prefix"
}

# Processor time of everything that runs in the prefix, in clock ticks.
ticks_of_prefix()
{
	for process in /proc/[0-9]*; do
		# A process may end meanwhile.
		tr '\0' '\n' <"$process/environ" | grep -qxF "WINEPREFIX=$prefix" && cat "$process/stat"
	done 2>/dev/null | awk '{ sub(/^.*\) /, ""); ticks += $12 + $13 } END { print ticks + 0 }'
}

# wait_while_it_works PID: the end of PID.  Fails when its prefix did nothing for two minutes, and stops
# it then.  On a busy machine a run takes long; one that works is never idle, one that hangs always.
wait_while_it_works()
{
	idle=0 before=0
	while kill -0 "$1" 2>/dev/null; do
		sleep 1
		idle=$((idle + 1))
		[ $((idle % 10)) = 0 ] || continue
		now=$(ticks_of_prefix)
		if [ "$now" -lt "$before" ] || [ "$now" -ge $((before + 5)) ]; then
			idle=0 before=$now
		elif [ $idle -ge 120 ]; then
			stop_prefix
			wait "$1"
			return 1
		fi
	done
	wait "$1" || :
}

# run_once KIND ROUND PROGRAM TEST: one run, until it hangs, into build/real/KIND/TEST-ROUND.log.
# While it runs, and after it if it did not come to its end, the prefix is marked as running.
# Fails when it was cut off.
run_once()
{
	out=$real/$1/$4-$2
	rm -f "$real/prefix/drive_c/spinrule.log"
	: >"$real/prefix/running"
	(cd "$real/$1" && wine_prefix 3600 run "$real/prefix" "./$3" "$4") >"$out.log" 2>"$out.err" </dev/null &
	wait_while_it_works $!
	works=$?
	# What the runtime wrote; options.c names the file.
	[ -e "$real/prefix/drive_c/spinrule.log" ] && tr -d '\r' <"$real/prefix/drive_c/spinrule.log" >"$out.spinrule"
	if [ $works != 0 ]; then
		# wine-prefix.sh keeps a program's output until its end.
		cat "$real"/prefix/out.* >"$out.cut" 2>/dev/null
		[ -e "$out.spinrule" ] && mv "$out.spinrule" "$out.cut-spinrule"
		start_prefix
		return 1
	fi
	rm -f "$real/prefix/running"
}

# run_program KIND ROUND PROGRAM TEST: a run that counts.  Wine itself hangs in some runs,
# instrumented or not: a run that is cut off is said, kept as TEST-ROUND.cut, and done again, once.
run_program()
{
	if ! run_once "$@"; then
		echo "  $4, $1, round $2: cut off after two idle minutes; done again"
		echo "$2 $4" >>"$real/$1/cut"
		run_once "$@" || fail "$4, $1, round $2: cut off twice; see $out.cut"
	fi
	counts_of "$out.log" "$4" | sed "s/^/$2 /" >>"$real/$1/counts"
}

# counts_of LOG TEST: "PART PASSED EXECUTED EXPECTED-FAILURES FAILURES" for each part of the test.
# A driver and the program each end with a line of their own.  Wine's ntoskrnl drivers print it in the
# program's name: the part is named by the line that opened it ("Subtest driver_pnp").  The program's
# own line comes last.
counts_of()
{
	tr -d '\r' <"$1" | awk -v test="$2" '
		/: Subtest / { part = $NF }
		/tests executed \(/ {
			match($0, /[0-9]+ tests executed/); executed = substr($0, RSTART) + 0
			match($0, /[0-9]+ marked/); todo = substr($0, RSTART) + 0
			match($0, /[0-9]+ failure/); failures = substr($0, RSTART) + 0
			name = $0; sub(/^[^:]*:/, "", name); sub(/:.*/, "", name)
			last = name
			n++; label[n] = (name == test ? part : name)
			e[n] = executed; t[n] = todo; f[n] = failures
		}
		END {
			if (n && last == test) label[n] = "program"
			for (i = 1; i <= n; i++) {
				key = label[i]
				if (!(key in E)) order[++parts] = key
				E[key] += e[i]; T[key] += t[i]; F[key] += f[i]
			}
			# A program without its line did not reach its end.
			if (!("program" in E)) { order[++parts] = "program"; E["program"] = F["program"] = T["program"] = 0 }
			for (i = 1; i <= parts; i++) {
				key = order[i]
				print test ":" key, E[key] - T[key] - F[key], E[key], T[key], F[key]
			}
		}'
}

# The counts of all runs, a line for each part: passed checks, plain runs then instrumented ones.
table()
{
	printf '  %-22s %-32s %s\n' "checks passed in" "plain runs" "instrumented runs"
	awk '
		{
			part = $2; if (!(part in seen)) { seen[part] = 1; order[++parts] = part }
			kind = (FILENAME ~ /\/plain\//) ? "plain" : "instrumented"
			row[kind, part] = row[kind, part] " " $3
		}
		END { for (i = 1; i <= parts; i++) printf "  %-22s%-32s %s\n", order[i], row["plain", order[i]], row["instrumented", order[i]] }
	' "$real/plain/counts" "$real/instrumented/counts"
}

# compare_counts: "PART VERDICT" for each part.
#
# same    as many checks passed in every run of both kinds
# races   runs differ, and the best instrumented run is as good as the middle plain one: some checks
#         sleep for a moment and expect another thread to have done something
# polls   plain runs differ in how many checks they make at all, no check failed when instrumented, and no
#         instrumented run made less than nine tenths of the checks of the middle plain run: a driver
#         that is polled checks something each time, and how often it is polled is chance
# worse   none of these
compare_counts()
{
	sort -k 3,3n "$real/plain/counts" >"$real/plain/sorted"
	awk '
		FILENAME ~ /\/plain\// {
			plain[$2] = plain[$2] " " $3
			if ($2 in made && made[$2] != $4) varies[$2] = 1
			made[$2] = $4
			parts[$2] = 1
			next
		}
		{
			if (!($2 in least) || $3 < least[$2]) least[$2] = $3
			if (!($2 in best) || $3 > best[$2]) best[$2] = $3
			failures[$2] += $6
			parts[$2] = 1
		}
		END {
			for (p in parts) {
				n = split(plain[p], passed, " ")
				middle = passed[int((n + 1) / 2)]
				verdict = "worse"
				if (n && p in best) {
					if (passed[1] == passed[n] && least[p] == passed[1] && best[p] == passed[1])
						verdict = "same"
					else if (best[p] >= middle)
						verdict = "races"
					else if (p in varies && !failures[p] && least[p] >= 0.9 * middle)
						verdict = "polls"
				}
				print p, verdict
			}
		}
	' "$real/plain/sorted" "$real/instrumented/counts" | sort
}

# failed_checks KIND: "TEST FILE:LINE RUNS", in how many runs each check failed.
failed_checks()
{
	(cd "$real/$1" && grep -a 'Test failed' ./*.log) | tr -d '\r' |
		sed 's|^\./\([a-z]*\)-\([0-9]*\)\.log:\([^:]*:[0-9]*\):.*|\1 \3 \2|' | sort -u |
		awk '{ runs[$1 " " $2]++ } END { for (c in runs) print c, runs[c] }' | sort
}

# compare_failures ROUNDS: "TEST FILE:LINE N M VERDICT" for each check that failed in N plain and M
# instrumented runs: "worse" where it failed in most of the instrumented and not in most of the plain ones.
compare_failures()
{
	failed_checks plain >"$real/plain/failures"
	failed_checks instrumented >"$real/instrumented/failures"
	awk -v rounds="$1" '
		FILENAME ~ /\/plain\// { plain[$1 " " $2] = $3; checks[$1 " " $2] = 1; next }
		{ instrumented[$1 " " $2] = $3; checks[$1 " " $2] = 1 }
		END {
			for (c in checks)
				print c, plain[c] + 0, instrumented[c] + 0, (2 * instrumented[c] > rounds && 2 * plain[c] <= rounds) ? "worse" : "races"
		}
	' "$real/plain/failures" "$real/instrumented/failures" | sort
}

# runtime_totals TEST: "LOGS LOADS VIOLATIONS CALLS INCOMPLETE" of all instrumented runs of TEST: how many
# runs left a log, how often a driver was unloaded, and what the runtime said then.
runtime_totals()
{
	set -- "$real/instrumented/$1"-*[0-9].spinrule
	[ -f "$1" ] || { echo 0 0 0 0 0; return; }
	awk '
		FNR == 1 { logs++ }
		/no lock call was checked/ { loads++ }
		match($0, /[0-9]+ lock calls? checked/) {
			loads++
			calls += substr($0, RSTART) + 0
			match($0, /[0-9]+ violations?/); violations += substr($0, RSTART) + 0
		}
		/\[spinrule-/ { reports++ }
		/checking is incomplete/ { incomplete++ }
		END { print logs + 0, loads + 0, (violations > reports ? violations : reports) + 0, calls + 0, incomplete + 0 }
	' "$@"
}
