# The HTML report's template: built by npm from reports/html, embedded in lifeboat_reports.
#
# `npm run build -- --out DIR` writes DIR/report.html, one file without references to others. It
# becomes a byte array in a generated source:
#
#   namespace lifeboat::reports::html {
#   extern const unsigned char kTemplate[];
#   extern const std::size_t kTemplateSize;
#   }
#
# The package is copied to a working folder, so that npm writes nothing in the source tree. The
# presets share one working folder.
set(LIFEBOAT_REPORT_WORK "${PROJECT_BINARY_DIR}/report-template" CACHE PATH
  "Where npm builds the report's template")
find_program(NPM_PROGRAM npm)
if(NOT NPM_PROGRAM)
  message(FATAL_ERROR "npm is missing: install it (Debian: nodejs npm), or run tools/build")
endif()

file(GLOB_RECURSE package_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/reports/html/*")
list(FILTER package_files EXCLUDE REGEX "/(node_modules|dist)/|\\.(cpp|hpp|md)$")
set(template_source "${PROJECT_BINARY_DIR}/generated/report_template.cpp")
add_custom_command(OUTPUT "${template_source}" VERBATIM
  COMMAND "${CMAKE_COMMAND}" "-DNPM=${NPM_PROGRAM}" "-DPACKAGE=${PROJECT_SOURCE_DIR}/reports/html"
    "-DWORK=${LIFEBOAT_REPORT_WORK}" "-DOUT=${template_source}"
    -P "${PROJECT_SOURCE_DIR}/tools/cmake/build_report_template.cmake"
  DEPENDS ${package_files} "${PROJECT_SOURCE_DIR}/tools/cmake/build_report_template.cmake"
  COMMENT "Building the HTML report's template")

add_library(lifeboat_report_template STATIC "${template_source}")
target_link_libraries(lifeboat_report_template PRIVATE lifeboat_compile)
get_target_property(kind lifeboat_reports TYPE)
if(kind STREQUAL "INTERFACE_LIBRARY")
  target_link_libraries(lifeboat_reports INTERFACE lifeboat_report_template)
else()
  target_link_libraries(lifeboat_reports PRIVATE lifeboat_report_template)
endif()
