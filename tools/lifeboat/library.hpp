// The shipped files by name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lifeboat::tools {

struct LibraryEntry {
  std::string name;
  std::string title;  ///< its "title", or what it is
  std::filesystem::path path;
};

/// Sorted by name; empty where the data folder is missing.
[[nodiscard]] std::vector<LibraryEntry> library_scenarios();
[[nodiscard]] std::vector<LibraryEntry> library_platforms();

/// A path as given if there is such a file, otherwise the shipped file of that name. Throws
/// UsageError, with the nearest name, if there is neither.
[[nodiscard]] std::filesystem::path find_scenario(const std::string& given);
[[nodiscard]] std::filesystem::path find_platform(const std::string& given);

}  // namespace lifeboat::tools
