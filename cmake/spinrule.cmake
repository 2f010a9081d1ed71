# spinrule.cmake - the check of a whole driver in a build by CMake.
#
#   include(.../spinrule.cmake)
#   spinrule_check_driver(TARGET [OPTION...])
#
# compiles TARGET so that its objects carry their lock programs, and checks them together when one of them has changed.
# The build fails if there are violations.  OPTIONS are for spinrule-check.  SPINRULE_PLUGIN is the plugin ("spinrule"
# if it is installed with the compiler), SPINRULE_CHECK the program.
#
# SPDX-License-Identifier: MIT

set(SPINRULE_PLUGIN spinrule CACHE STRING "Spinrule's plugin for the compiler")
set(SPINRULE_CHECK spinrule-check CACHE STRING "The program that checks whole drivers")

function(spinrule_check_driver target)
	set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${target}.spinrule)
	target_compile_options(${target} PRIVATE -fplugin=${SPINRULE_PLUGIN} -fplugin-arg-spinrule-embed)
	add_custom_command(OUTPUT ${stamp}
		COMMAND ${SPINRULE_CHECK} --name=${target} ${ARGN} $<TARGET_OBJECTS:${target}>
		COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
		DEPENDS $<TARGET_OBJECTS:${target}>
		COMMENT "Checking driver ${target}" COMMAND_EXPAND_LISTS VERBATIM)
	add_custom_target(${target}_spinrule ALL DEPENDS ${stamp})
endfunction()
