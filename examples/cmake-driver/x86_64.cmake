# The compiler of drivers for 64-bit Windows.
#
# SPDX-License-Identifier: MIT

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc)
