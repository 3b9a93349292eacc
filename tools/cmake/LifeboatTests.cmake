# Test programs: one per folder of tests/, each test case a ctest of its own, labelled by its
# kind (unit, oracle, property, cli; and long). See tests/catch.hpp for how a test is written.
find_package(Catch2 QUIET)
if(NOT Catch2_FOUND)
  message(STATUS "No tests: Catch2 is not installed (tools/test installs it)")
  return()
endif()

add_library(lifeboat_tests_main STATIC tests/main/main.cpp tests/main/surroundings.cpp
  tests/main/temporary_folder.cpp)
target_link_libraries(lifeboat_tests_main PUBLIC Catch2::Catch2 PRIVATE lifeboat_compile)
target_include_directories(lifeboat_tests_main PUBLIC "${PROJECT_SOURCE_DIR}")
set_source_files_properties(tests/main/surroundings.cpp PROPERTIES COMPILE_DEFINITIONS
  "LIFEBOAT_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\";LIFEBOAT_BINARY_DIR=\"${PROJECT_BINARY_DIR}\"")

# lifeboat_tests(NAME target...) makes tests_NAME of tests/NAME/**/*.cpp.
function(lifeboat_tests name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${name}/*.cpp")
  if(name STREQUAL "audit")
    list(FILTER sources INCLUDE REGEX "_test\\.cpp$")  # the rest is lifeboat_audit
  endif()
  if(NOT sources)
    return()
  endif()
  set(program tests_${name})
  add_executable(${program} ${sources})
  lifeboat_folder_units(${program})
  target_link_libraries(${program} PRIVATE lifeboat_compile lifeboat_tests_main ${ARGN}
    Eigen3::Eigen Boost::boost fmt::fmt nlohmann_json::nlohmann_json)
  if(LIFEBOAT_PCH)
    target_precompile_headers(${program} PRIVATE "${PROJECT_SOURCE_DIR}/tests/catch.hpp")
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      target_compile_options(${program} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    endif()
  endif()

  set(list_file "${PROJECT_BINARY_DIR}/ctest/${program}.cmake")
  add_custom_command(TARGET ${program} POST_BUILD VERBATIM
    COMMAND "${CMAKE_COMMAND}" "-DPROGRAM=$<TARGET_FILE:${program}>" "-DOUT=${list_file}"
      "-DFOLDER=${name}" -P "${PROJECT_SOURCE_DIR}/tools/cmake/list_tests.cmake")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${list_file}.guard.cmake")
  file(WRITE "${list_file}.guard.cmake"
    "if(EXISTS \"${list_file}\")\n  include(\"${list_file}\")\nelse()\n"
    "  add_test(\"${program} is not built\" NOT_BUILT)\nendif()\n")
endfunction()

lifeboat_tests(sim lifeboat::sim)
lifeboat_tests(models lifeboat::models)
lifeboat_tests(scenarios lifeboat::scenarios)
lifeboat_tests(reports lifeboat::reports lifeboat::audit)
lifeboat_tests(audit lifeboat::audit lifeboat::scenarios)
lifeboat_tests(tools lifeboat::tools)
foreach(program lifeboat lifeboat-bench)
  if(TARGET tests_tools AND TARGET ${program})
    add_dependencies(tests_tools ${program})  # its tests run them
  endif()
endforeach()

# All test programs and what they run, without benchmarks and other tools.
add_custom_target(tests)
foreach(target tests_sim tests_models tests_scenarios tests_reports tests_audit tests_tools lifeboat)
  if(TARGET ${target})
    add_dependencies(tests ${target})
  endif()
endforeach()

# The report page: its words and its reading of data in node, all of it in a browser.
find_program(NODE_PROGRAM NAMES node nodejs)
if(TARGET lifeboat_report_template AND NODE_PROGRAM)
  add_dependencies(tests lifeboat_report_template)
  set(page_tests "${PROJECT_SOURCE_DIR}/tests/reports/html")
  add_test(NAME "The report page words figures and reads data as documented"
    COMMAND "${NODE_PROGRAM}" --test "${page_tests}/words.test.mjs" "${page_tests}/data.test.mjs")
  add_test(NAME "The browser check of a report notices a page that is wrong"
    COMMAND "${NODE_PROGRAM}" --test "${page_tests}/check.test.mjs")
  add_test(NAME "The report page shows every fixture in a browser, without errors or requests"
    COMMAND "${page_tests}/fixtures.sh" "${LIFEBOAT_REPORT_WORK}/out/report.html")
  set_tests_properties("The report page words figures and reads data as documented"
    PROPERTIES LABELS unit TIMEOUT 60)
  set_tests_properties("The browser check of a report notices a page that is wrong"
    "The report page shows every fixture in a browser, without errors or requests"
    PROPERTIES LABELS "cli;long" TIMEOUT 900 SKIP_RETURN_CODE 77)
endif()
