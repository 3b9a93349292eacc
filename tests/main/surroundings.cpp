// Where a test finds the source tree, the built command and the real traces. The only source
// that is compiled with absolute paths, so that the others share ccache between checkouts.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "tests/catch.hpp"
#include "tests/main/main.hpp"

namespace lifeboat::tests {

namespace {

bool skipped = false;

}  // namespace

std::filesystem::path source_dir() { return LIFEBOAT_SOURCE_DIR; }

std::filesystem::path build_dir() { return LIFEBOAT_BINARY_DIR; }

std::filesystem::path lifeboat_binary() { return build_dir() / "bin" / "lifeboat"; }

std::filesystem::path traces_dir() {
  if (const char* folder = std::getenv("LIFEBOAT_TRACES")) return folder;
  return source_dir().parent_path() / "shared" / "data";
}

bool heavy() {
  const char* value = std::getenv("LIFEBOAT_LONG");
  return value != nullptr && std::string_view{value} == "1";
}

void note_skipped(const std::string& reason) {
  skipped = true;
  std::cout << "SKIPPED: " << reason << std::endl;
}

bool any_skipped() { return skipped; }

}  // namespace lifeboat::tests
