# The checks of the source itself, as tests with the label lint (see tests/lint).
#
# clang-tidy and the headers remember what was clean, in one folder that the presets share.
set(LIFEBOAT_LINT_WORK "${PROJECT_BINARY_DIR}/lint" CACHE PATH "What lint keeps between runs")

# lifeboat_lint(NAME [argument...]) makes the test "lint: NAME" of tests/lint/NAME.sh.
function(lifeboat_lint name)
  add_test(NAME "lint: ${name}" WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    COMMAND "${PROJECT_SOURCE_DIR}/tests/lint/${name}.sh" ${ARGN})
  set_tests_properties("lint: ${name}" PROPERTIES
    LABELS lint TIMEOUT 2400 SKIP_RETURN_CODE 77)
endfunction()

lifeboat_lint(includes)
lifeboat_lint(format)
lifeboat_lint(text)
lifeboat_lint(scripts)
lifeboat_lint(gates)
lifeboat_lint(headers "${LIFEBOAT_LINT_WORK}")
lifeboat_lint(tidy "${LIFEBOAT_LINT_WORK}")
# These two use all processors themselves.
set_tests_properties("lint: headers" "lint: tidy" PROPERTIES RUN_SERIAL TRUE)
