// The main function of every test program: Catch2's, and two things for ctest.
//
// `--list-for-ctest` prints each case as NAME<TAB>[tag][tag]... (list_tests.cmake reads
// it). The exit status is 0 when all passed, 77 when nothing failed and a case was skipped (ctest
// then counts it as skipped), 1 when something failed, whatever the number of failures.
#define CATCH_CONFIG_RUNNER
#include "tests/main/main.hpp"

#include <cstring>
#include <iostream>
#include <string>

#include "tests/catch.hpp"

namespace {

#if __has_include(<catch2/catch_all.hpp>)
const std::string& name_of(const Catch::TestCaseHandle& test) {
  return test.getTestCaseInfo().name;
}

std::string tags_of(const Catch::TestCaseHandle& test) {
  return test.getTestCaseInfo().tagsAsString();
}
#else
const std::string& name_of(const Catch::TestCase& test) { return test.name; }

std::string tags_of(const Catch::TestCase& test) { return test.tagsAsString(); }
#endif

/// A name that begins with a dash would be an option of the program when ctest runs the case.
bool list_for_ctest() {
  bool sound = true;
  for (const auto& test : Catch::getRegistryHub().getTestCaseRegistry().getAllTests()) {
    if (name_of(test).starts_with('-')) {
      std::cerr << "a test's name begins with a dash: " << name_of(test) << '\n';
      sound = false;
    }
    std::cout << name_of(test) << '\t' << tags_of(test) << '\n';
  }
  return sound;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc == 2 && std::strcmp(argv[1], "--list-for-ctest") == 0) {
    return list_for_ctest() ? 0 : 1;
  }
  Catch::Session session;
  if (session.applyCommandLine(argc, argv) != 0) return 1;
#if !__has_include(<catch2/catch_all.hpp>)
  // A name that matches no case is a failure, as it is by default in Catch2 3.
  auto& warnings = session.configData().warnings;
  warnings = static_cast<Catch::WarnAbout::What>(warnings | Catch::WarnAbout::NoTests);
#endif
  if (session.run() != 0) return 1;
  return lifeboat::tests::any_skipped() ? 77 : 0;
}
