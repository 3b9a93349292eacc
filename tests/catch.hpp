// The one header that a test includes to get the test framework and its surroundings.
//
// Finds Catch2 2 (Debian 12) or Catch2 3. A test case's name is a sentence, and its tags hold
// exactly one kind, which becomes its ctest label:
//
//   [unit]      a case worked by hand
//   [oracle]    an estimate against a closed form or a published figure
//   [property]  an invariant on random systems
//   [cli]       the command, run as a person runs it
//
// and [long] if it takes over 5 seconds (run once, in release). The build refuses a case
// without a kind. Heavier counts belong under `if (heavy())`.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#include <filesystem>
#include <string>

namespace lifeboat::tests {

/// The root of the source tree.
std::filesystem::path source_dir();

/// The root of the build tree; its bin/ holds the programs.
std::filesystem::path build_dir();

/// The built command `lifeboat`.
std::filesystem::path lifeboat_binary();

/// The folder of real traffic traces: LIFEBOAT_TRACES from the environment, else ../shared/data
/// beside the source tree. May be absent: then skip, with SKIP_TEST.
std::filesystem::path traces_dir();

/// True under `./tools/test --long` (LIFEBOAT_LONG=1): run the heavier counts.
bool heavy();

/// Tells the test program that a case was skipped; use SKIP_TEST.
void note_skipped(const std::string& reason);

}  // namespace lifeboat::tests

/// Ends the test case as skipped, and says why. If nothing fails, ctest counts it as skipped.
#define SKIP_TEST(reason)                    \
  do {                                       \
    ::lifeboat::tests::note_skipped(reason); \
    SUCCEED();                               \
    return;                                  \
  } while (false)
