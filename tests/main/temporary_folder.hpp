// A folder of its own for one test, gone afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace lifeboat::tests {

class TemporaryFolder {
 public:
  /// Throws std::system_error if it cannot be made.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file in it, and the folders that lead there; returns its path.
  std::filesystem::path write(const std::filesystem::path& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

/// The content of a file; fails the test if it cannot be read.
[[nodiscard]] std::string content_of(const std::filesystem::path& file);

}  // namespace lifeboat::tests
