# The folders as targets, and the commands.

# lifeboat_library(NAME FOLDERS folder... [EXCLUDE regex] DEPENDS target... PACKAGES target...)
# makes lifeboat_NAME (alias lifeboat::NAME) of every .cpp below the folders. DEPENDS are other
# folders, visible to whoever links this one; PACKAGES are third-party and stay inside.
function(lifeboat_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXCLUDE" "FOLDERS;DEPENDS;PACKAGES")
  set(sources)
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
    list(APPEND sources ${found})
  endforeach()
  if(arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${arg_EXCLUDE}")
  endif()
  if(sources)
    add_library(lifeboat_${name} STATIC ${sources})
    target_link_libraries(lifeboat_${name} PUBLIC ${arg_DEPENDS}
      PRIVATE lifeboat_compile ${arg_PACKAGES})
    target_include_directories(lifeboat_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
    lifeboat_folder_units(lifeboat_${name})
  else()
    add_library(lifeboat_${name} INTERFACE)
    target_link_libraries(lifeboat_${name} INTERFACE ${arg_DEPENDS})
    target_include_directories(lifeboat_${name} INTERFACE "${PROJECT_SOURCE_DIR}")
  endif()
  add_library(lifeboat::${name} ALIAS lifeboat_${name})
endfunction()

lifeboat_library(sim FOLDERS sim
  DEPENDS Threads::Threads PACKAGES Eigen3::Eigen Boost::boost fmt::fmt)
# The engine is one translation unit: its hot path goes through many small functions, which the
# compiler then sees together.
file(GLOB engine_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/sim/engine/*.cpp")
set_source_files_properties(${engine_sources} PROPERTIES UNITY_GROUP engine)
set_target_properties(lifeboat_sim PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
lifeboat_library(models FOLDERS models
  DEPENDS lifeboat::sim
  PACKAGES Eigen3::Eigen Boost::boost fmt::fmt nlohmann_json::nlohmann_json)
lifeboat_library(scenarios FOLDERS scenarios
  DEPENDS lifeboat::models
  PACKAGES Eigen3::Eigen Boost::boost fmt::fmt nlohmann_json::nlohmann_json)
lifeboat_library(reports FOLDERS reports EXCLUDE "/node_modules/"
  DEPENDS lifeboat::scenarios
  PACKAGES Eigen3::Eigen Boost::boost fmt::fmt nlohmann_json::nlohmann_json)

# The full auditor lives with the tests, whose independence it shares; `--audit full` links it.
lifeboat_library(audit FOLDERS tests/audit EXCLUDE "_test\\.cpp$"
  DEPENDS lifeboat::models PACKAGES fmt::fmt)

# The command is a thin main over a library, so that tests can link its parts.
lifeboat_library(tools FOLDERS tools/lifeboat EXCLUDE "/main\\.cpp$"
  DEPENDS lifeboat::reports lifeboat::audit
  PACKAGES Boost::program_options fmt::fmt nlohmann_json::nlohmann_json)

if(EXISTS "${PROJECT_SOURCE_DIR}/tools/lifeboat/main.cpp")
  add_executable(lifeboat tools/lifeboat/main.cpp)
  target_link_libraries(lifeboat PRIVATE lifeboat_compile lifeboat::tools
    Boost::program_options fmt::fmt nlohmann_json::nlohmann_json)
  install(TARGETS lifeboat RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

# Every other folder of tools/ with sources is a program of the same name: lifeboat-bench, ...
file(GLOB tool_folders CONFIGURE_DEPENDS LIST_DIRECTORIES true "${PROJECT_SOURCE_DIR}/tools/*")
foreach(folder IN LISTS tool_folders)
  get_filename_component(name "${folder}" NAME)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/tools/bench/peers/")  # built by tools/bench/compare
  if(sources AND NOT name STREQUAL "lifeboat")
    add_executable(lifeboat-${name} ${sources})
    target_link_libraries(lifeboat-${name} PRIVATE lifeboat_compile lifeboat::tools
      Eigen3::Eigen Boost::program_options fmt::fmt nlohmann_json::nlohmann_json)
  endif()
endforeach()
