# spinrule.cmake - Spinrule in a build by CMake.
#
#   find_package(Spinrule REQUIRED)
#   spinrule_check(TARGET [SAL] [ARGUMENT...])  warn while TARGET is compiled; SAL: its annotations
#                                               count, by -include spinrule/sal.h
#   spinrule_instrument(TARGET [wdm|win32|posix])
#                                               check TARGET while it runs: a test build
#   spinrule_check_driver(TARGET [OPTION...])   check the files of TARGET together
#
# spinrule_check_driver compiles TARGET so that its objects carry their lock programs, and checks
# them when one of them has changed.  The build fails if there are violations.  OPTIONS are for
# spinrule-check.
#
# Without find_package, SPINRULE_PLUGIN is the plugin ("spinrule" if it is installed with the
# compiler), SPINRULE_CHECK the program, and SPINRULE_RUNTIMES the folder of the libraries.
#
# SPDX-License-Identifier: MIT

# Those that find_package found would be hidden by cache entries.
if(NOT DEFINED SPINRULE_PLUGIN)
	set(SPINRULE_PLUGIN spinrule CACHE STRING "Spinrule's plugin for the compiler")
endif()
if(NOT SPINRULE_CHECK)
	set(SPINRULE_CHECK spinrule-check CACHE STRING "The program that checks whole drivers")
endif()

# Compile TARGET with the plugin, with the arguments that follow: "embed", "instrument", ...
function(spinrule_check target)
	set(flags "-fplugin=${SPINRULE_PLUGIN}")
	foreach(argument IN LISTS ARGN)
		if(NOT argument STREQUAL "SAL")
			list(APPEND flags "-fplugin-arg-spinrule-${argument}")
		endif()
	endforeach()
	foreach(flag IN LISTS flags)
		target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:C,CXX>:${flag}>")
	endforeach()
	if(SPINRULE_INCLUDE)
		target_include_directories(${target} PRIVATE "${SPINRULE_INCLUDE}")
	endif()
	if("SAL" IN_LIST ARGN)
		target_compile_options(${target} PRIVATE
			"$<$<COMPILE_LANGUAGE:C,CXX>:SHELL:-include spinrule/sal.h>")
	endif()
endfunction()

# The runtime for PORT as a library: what it needs itself comes behind it.
function(spinrule_runtime port)
	if(TARGET Spinrule::${port})
		return()
	endif()
	set(file "${SPINRULE_RUNTIMES}/libspinrule-${port}.a")
	if(NOT EXISTS "${file}")
		message(FATAL_ERROR "Spinrule: no runtime for port ${port} of this compiler: ${file}")
	endif()
	add_library(Spinrule::${port} STATIC IMPORTED GLOBAL)
	set_target_properties(Spinrule::${port} PROPERTIES IMPORTED_LOCATION "${file}")
	if(port STREQUAL wdm)
		set_target_properties(Spinrule::${port} PROPERTIES INTERFACE_LINK_LIBRARIES "ntoskrnl;hal;gcc")
	elseif(port STREQUAL posix)
		set_target_properties(Spinrule::${port} PROPERTIES INTERFACE_LINK_LIBRARIES "-pthread")
	endif()
endfunction()

# Set RESULT to the port of the runtime that TARGET needs.  A driver may be a library, or an
# executable that is linked for the native subsystem.
function(spinrule_port target result)
	get_target_property(type ${target} TYPE)
	if(NOT WIN32)
		set(${result} posix PARENT_SCOPE)
		return()
	endif()
	set(${result} wdm PARENT_SCOPE)
	if(type STREQUAL EXECUTABLE)
		set(flags "${CMAKE_EXE_LINKER_FLAGS}")
		foreach(property IN ITEMS LINK_OPTIONS LINK_FLAGS LINK_LIBRARIES)
			get_target_property(more ${target} ${property})
			string(APPEND flags " ${more}")
		endforeach()
		if(NOT flags MATCHES "subsystem[,=:]native")
			set(${result} win32 PARENT_SCOPE)
		endif()
	endif()
endfunction()

function(spinrule_instrument target)
	set(port "${ARGV1}")
	if(NOT port)
		spinrule_port(${target} port)
	endif()
	spinrule_runtime(${port})
	spinrule_check(${target} instrument)
	get_target_property(type ${target} TYPE)
	# Not by target_link_libraries: whether it wants PRIVATE depends on how the project
	# calls it for this target.
	if(type STREQUAL STATIC_LIBRARY OR type STREQUAL OBJECT_LIBRARY)
		set_property(TARGET ${target} APPEND PROPERTY INTERFACE_LINK_LIBRARIES Spinrule::${port})
	else()
		set_property(TARGET ${target} APPEND PROPERTY LINK_LIBRARIES Spinrule::${port})
	endif()
endfunction()

function(spinrule_check_driver target)
	set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${target}.spinrule)
	spinrule_check(${target} embed)
	add_custom_command(OUTPUT ${stamp}
		COMMAND ${SPINRULE_CHECK} --name=${target} ${ARGN} $<TARGET_OBJECTS:${target}>
		COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
		DEPENDS $<TARGET_OBJECTS:${target}>
		COMMENT "Checking driver ${target}" COMMAND_EXPAND_LISTS VERBATIM)
	add_custom_target(${target}_spinrule ALL DEPENDS ${stamp})
endfunction()
