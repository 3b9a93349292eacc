# How every source is compiled.
#
# -ffp-contract=off keeps a product and a sum two roundings on every machine, so that g++ and
# clang give the same bytes. Warnings are errors with the compilers that the project is checked
# with (g++ 12, clang 14); a newer compiler's new warning does not stop a user's build.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(known_compiler OFF)
if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13) OR
   (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15))
  set(known_compiler ON)
endif()
option(LIFEBOAT_WERROR "Treat warnings as errors" ${known_compiler})
option(LIFEBOAT_PCH "Precompile the test framework's header" ON)
option(LIFEBOAT_FOLDER_UNITS "Compile each folder's sources as one: quicker from nothing" OFF)
set(LIFEBOAT_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, e.g. address,undefined")

add_library(lifeboat_compile INTERFACE)
target_include_directories(lifeboat_compile INTERFACE
  "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(lifeboat_compile INTERFACE
  -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual)
if(LIFEBOAT_WERROR)
  target_compile_options(lifeboat_compile INTERFACE -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # These guess at what was inlined; clang and the sanitizers see the real ones. g++ 12 also
    # finds an overlap in "a" + std::string (GCC bug 105651).
    target_compile_options(lifeboat_compile INTERFACE -Wno-restrict
      -Wno-error=maybe-uninitialized -Wno-error=array-bounds -Wno-error=stringop-overflow
      -Wno-error=stringop-overread -Wno-error=free-nonheap-object)
  endif()
endif()
if(LIFEBOAT_SANITIZE)
  # For third-party objects too: mixing instrumented and plain containers misreports.
  add_compile_options(-fsanitize=${LIFEBOAT_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LIFEBOAT_SANITIZE})
endif()

# lifeboat_folder_units(TARGET): each folder's sources are one unit, if asked for. Most of the time
# goes by headers. A name in an unnamed namespace is then the folder's.
function(lifeboat_folder_units target)
  if(NOT LIFEBOAT_FOLDER_UNITS)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(folder "${source}" DIRECTORY)
    file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${folder}")
    string(MAKE_C_IDENTIFIER "${folder}" group)
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" "${CCACHE_PROGRAM}")
endif()

configure_file("${PROJECT_SOURCE_DIR}/tools/cmake/lifeboat_version.hpp.in"
  "${PROJECT_BINARY_DIR}/generated/lifeboat_version.hpp")
