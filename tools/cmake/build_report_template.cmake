# cmake -DNPM=... -DPACKAGE=... -DWORK=... -DOUT=... -P build_report_template.cmake
#
# Copies the npm package to WORK, installs what its lock file names (only when that changed),
# builds the template (only when a file of the package changed), and writes it as C++ to OUT.
# Quiet unless something fails. Several builds may share WORK: they take turns.
file(MAKE_DIRECTORY "${WORK}")
file(LOCK "${WORK}" DIRECTORY GUARD PROCESS TIMEOUT 900)

function(run_npm)
  execute_process(COMMAND "${NPM}" ${ARGN} WORKING_DIRECTORY "${WORK}/package"
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "npm ${command} failed in ${WORK}/package:\n${output}")
  endif()
endfunction()

# unchanged(VARIABLE STAMP HASH): whether the last success was with the same content.
function(unchanged variable stamp hash)
  set(${variable} FALSE PARENT_SCOPE)
  if(EXISTS "${stamp}")
    file(READ "${stamp}" before)
    if(before STREQUAL hash)
      set(${variable} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

file(GLOB_RECURSE files RELATIVE "${PACKAGE}" "${PACKAGE}/*")
list(FILTER files EXCLUDE REGEX "(^|/)(node_modules|dist)/|\\.(cpp|hpp|md)$")
list(SORT files)
set(hashes "")
foreach(file IN LISTS files)
  file(SHA256 "${PACKAGE}/${file}" hash)
  string(APPEND hashes "${file} ${hash}\n")
endforeach()
string(SHA256 package_hash "${hashes}")
file(SHA256 "${PACKAGE}/package-lock.json" lock_hash)
set(template "${WORK}/out/report.html")

unchanged(built "${WORK}/built" "${package_hash}")
if(NOT built OR NOT EXISTS "${template}")
  file(GLOB old RELATIVE "${WORK}/package" "${WORK}/package/*")
  list(REMOVE_ITEM old node_modules)
  foreach(entry IN LISTS old)
    file(REMOVE_RECURSE "${WORK}/package/${entry}")
  endforeach()
  foreach(file IN LISTS files)
    get_filename_component(folder "${WORK}/package/${file}" DIRECTORY)
    file(COPY "${PACKAGE}/${file}" DESTINATION "${folder}")
  endforeach()

  unchanged(installed "${WORK}/installed" "${lock_hash}")
  if(NOT installed OR NOT IS_DIRECTORY "${WORK}/package/node_modules")
    file(REMOVE "${WORK}/installed")
    run_npm(ci --no-audit --no-fund --no-progress)
    file(WRITE "${WORK}/installed" "${lock_hash}")
  endif()

  file(REMOVE_RECURSE "${WORK}/out")
  file(MAKE_DIRECTORY "${WORK}/out")
  run_npm(run build -- --out "${WORK}/out")
  if(NOT EXISTS "${template}")
    message(FATAL_ERROR "npm run build did not write ${template}")
  endif()
  file(WRITE "${WORK}/built" "${package_hash}")
endif()

# A byte array: compilers limit the length of a string literal.
file(READ "${template}" bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${OUT}.new" "// Written by cmake/build_report_template.cmake.
#include <cstddef>

namespace lifeboat::reports::html {
extern const unsigned char kTemplate[];
extern const std::size_t kTemplateSize;
const unsigned char kTemplate[] = {
${bytes}
};
const std::size_t kTemplateSize = sizeof(kTemplate);
}  // namespace lifeboat::reports::html
")
file(COPY_FILE "${OUT}.new" "${OUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUT}.new")
file(TOUCH "${OUT}")
