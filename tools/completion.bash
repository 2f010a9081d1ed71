# completion.bash - the words of spinrule's programs in bash: options as --help lists them,
# and the arguments of the plugin behind a compiler.
#
# SPDX-License-Identifier: MIT

_spinrule()
{
	local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]}

	COMPREPLY=()
	case $word in
	-*)
		# Options, with their '=' and without what may follow it.
		mapfile -t COMPREPLY < <(compgen -W "$("$program" --help 2>/dev/null |
			sed -n 's/^ *\(-.\), */\1\n/; s/^  *\(--*[-a-z]*=\{0,1\}\).*/\1/p')" -- "$word")
		[[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace
		;;
	*)
		compopt -o default
		;;
	esac
}

complete -F _spinrule spinrule spinrule-check spinrule-report spinrule-drive

# What follows is a compiler's command.
_spinrule_gcc()
{
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "--help --version $(spinrule --list 2>/dev/null)" \
			-- "${COMP_WORDS[1]}")
	elif [[ ${COMP_WORDS[COMP_CWORD]} == -f* ]]; then
		# With '=' after those that need a value.
		mapfile -t COMPREPLY < <(compgen -W "$(spinrule-gcc "${COMP_WORDS[1]}" \
			-fplugin-arg-spinrule-help -fsyntax-only -x c /dev/null 2>/dev/null |
			sed -n 's/^  \(-fplugin-arg-spinrule-[-a-z]*=\{0,1\}\).*/\1/p')" \
			-- "${COMP_WORDS[COMP_CWORD]}")
		[[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace
	else
		compopt -o default
	fi
}
complete -F _spinrule_gcc spinrule-gcc
