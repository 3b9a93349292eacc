# Data files (platforms, prices, traffic, faults, runbooks, the scenario library) are found at
# run time at <executable>/../share/lifeboat. In a build tree that is a link to the source
# folders, so an edited platform needs no build; an installed copy carries the files.
function(link_data name folder)
  set(link "${PROJECT_BINARY_DIR}/share/lifeboat/${name}")
  if(NOT IS_SYMLINK "${link}")
    file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/share/lifeboat")
    file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${link}" SYMBOLIC)
  endif()
endfunction()

link_data(bench tools/bench/models)  # of lifeboat-bench, which is not installed
foreach(folder models scenarios)
  link_data("${folder}" "${folder}")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION "${CMAKE_INSTALL_DATADIR}/lifeboat"
    FILES_MATCHING PATTERN "*.json" PATTERN "*.csv")
endforeach()
# What `lifeboat explain KIND` says of a kind's model.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/models/services"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/lifeboat/models" FILES_MATCHING PATTERN "README.md")
