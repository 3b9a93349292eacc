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

void list_for_ctest() {
  for (const auto& test : Catch::getRegistryHub().getTestCaseRegistry().getAllTests()) {
    std::cout << name_of(test) << '\t' << tags_of(test) << '\n';
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc == 2 && std::strcmp(argv[1], "--list-for-ctest") == 0) {
    list_for_ctest();
    return 0;
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
