# Run after a test program is linked: writes its test cases as ctest tests.
#
# The program prints one line per case, NAME<TAB>[tag][tag]... (see tests/main/main.cpp). A case
# must carry exactly one kind: [unit], [oracle], [property] or [cli]. [long] adds that label.
execute_process(COMMAND "${PROGRAM}" --list-for-ctest
  OUTPUT_VARIABLE listing RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} --list-for-ctest failed: ${status}\n${listing}")
endif()

set(script "# Written by cmake/list_tests.cmake.\n")
set(wrong "")
while(listing MATCHES "^([^\t\n]*)\t([^\n]*)\n")  # no list: a name may hold ; or [
  set(name "${CMAKE_MATCH_1}")
  set(tags "${CMAKE_MATCH_2}")
  string(LENGTH "${CMAKE_MATCH_0}" taken)
  string(SUBSTRING "${listing}" ${taken} -1 listing)

  set(labels "")
  foreach(kind unit oracle property cli)
    if(tags MATCHES "\\[${kind}\\]")
      list(APPEND labels ${kind})
    endif()
  endforeach()
  list(LENGTH labels kinds)
  if(NOT kinds EQUAL 1)
    string(APPEND wrong "\n  \"${name}\" ${tags}")
  endif()
  set(timeout 120)
  if(tags MATCHES "\\[long\\]")
    list(APPEND labels long)
    set(timeout 900)
  endif()

  # Catch2 reads a name as a test spec, where these characters have a meaning.
  set(spec "${name}")
  foreach(character "\\" "," "[" "]" "*" "\"" "~")
    string(REPLACE "${character}" "\\${character}" spec "${spec}")
  endforeach()
  set(test "[==[${FOLDER}: ${name}]==]")
  string(APPEND script "add_test(${test} [==[${PROGRAM}]==] [==[${spec}]==])\n"
    "set_tests_properties(${test} PROPERTIES LABELS \"${labels}\" TIMEOUT ${timeout}"
    " SKIP_RETURN_CODE 77)\n")
endwhile()
if(wrong)
  message(FATAL_ERROR
    "A test case needs exactly one of [unit] [oracle] [property] [cli]:${wrong}")
endif()
file(WRITE "${OUT}" "${script}")
