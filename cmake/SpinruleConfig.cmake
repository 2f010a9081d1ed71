# SpinruleConfig.cmake - find_package(Spinrule): the plugin and the runtime for this build's
# compiler, and the functions of spinrule.cmake.
#
# Found in an installation (CMAKE_PREFIX_PATH), or in the sources of Spinrule (Spinrule_DIR).
#
# SPDX-License-Identifier: MIT

get_filename_component(spinrule_tool "${CMAKE_CURRENT_LIST_DIR}/../../../bin/spinrule" ABSOLUTE)
if(NOT EXISTS "${spinrule_tool}")
	get_filename_component(spinrule_tool "${CMAKE_CURRENT_LIST_DIR}/../tools/spinrule" ABSOLUTE)
endif()

set(Spinrule_FOUND TRUE)
if(NOT DEFINED SPINRULE_PLUGIN)
	set(spinrule_compiler "${CMAKE_C_COMPILER}")
	if(NOT spinrule_compiler)
		set(spinrule_compiler "${CMAKE_CXX_COMPILER}")
	endif()
	execute_process(COMMAND "${spinrule_tool}" "--print-plugin=${spinrule_compiler}"
		OUTPUT_VARIABLE SPINRULE_PLUGIN ERROR_VARIABLE spinrule_error
		OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE spinrule_status)
	if(NOT spinrule_status EQUAL 0)
		set(Spinrule_FOUND FALSE)
		set(Spinrule_NOT_FOUND_MESSAGE "${spinrule_error}")
		return()
	endif()
endif()
get_filename_component(SPINRULE_RUNTIMES "${SPINRULE_PLUGIN}" DIRECTORY)
execute_process(COMMAND "${spinrule_tool}" --print-include
	OUTPUT_VARIABLE SPINRULE_INCLUDE OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT DEFINED SPINRULE_CHECK)
	find_program(SPINRULE_CHECK spinrule-check
		HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../bin" "${CMAKE_CURRENT_LIST_DIR}/../build")
endif()
include("${CMAKE_CURRENT_LIST_DIR}/spinrule.cmake")
