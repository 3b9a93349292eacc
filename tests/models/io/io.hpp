// What the tests of the reading layer share: a document from a text, and a folder for files.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::tests {

/// The root of a text that must parse; a null where it does not.
inline models::io::Value parse(std::string_view text, models::io::Problems& problems,
                               std::string name = "t.json") {
  const auto document = models::io::Document::parse_text(text, std::move(name), problems);
  return document ? document->root() : models::io::Value{};
}

/// The problems of a text, one a line.
inline std::vector<std::string> complaints(std::string_view text) {
  models::io::Problems problems;
  const auto document = models::io::Document::parse_text(text, "t.json", problems);
  if (!document && !problems.has_errors()) return {"refused without a word"};
  return problems.lines();
}

/// A folder of its own that is gone at the end of the test.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lifeboat-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

using Lines = std::vector<std::string>;

}  // namespace lifeboat::tests
