#include "tools/lifeboat/library.hpp"

#include <system_error>

#include "models/io/document.hpp"
#include "models/io/files.hpp"
#include "models/io/suggest.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/options.hpp"

namespace lifeboat::tools {

namespace io = models::io;

namespace {

/// Its "title", else its "description", else nothing.
std::string title_of(const std::filesystem::path& path) {
  io::Problems ignored;
  const auto document = io::Document::parse_file(path, ignored);
  if (!document) return {};
  for (const char* key : {"title", "description"}) {
    const io::Member* member = document->root().find(key);
    if (member != nullptr && member->value.is_string()) {
      return std::string{member->value.as_string()};
    }
  }
  return {};
}

std::vector<LibraryEntry> entries(std::string_view folder) {
  std::vector<LibraryEntry> all;
  const auto root = io::DataRoot::find();
  if (!root) return all;
  for (const std::string& name : root->names(folder, ".json")) {
    const auto path = root->file(folder, name, ".json");
    if (path) all.push_back({name, title_of(*path), *path});
  }
  return all;
}

std::filesystem::path find(const std::string& given, std::string_view what,
                           const std::vector<LibraryEntry>& shipped) {
  std::error_code ignored;
  if (std::filesystem::exists(given, ignored)) return given;
  std::vector<std::string> names;
  for (const LibraryEntry& entry : shipped) {
    if (entry.name == given) return entry.path;
    names.push_back(entry.name);
  }
  throw UsageError("there is no file and no shipped " + std::string{what} + " " + io::quote(given) +
                   did_you_mean(given, names) +
                   "\nShipped: " + (names.empty() ? "none found" : io::one_of(names)));
}

}  // namespace

std::vector<LibraryEntry> library_scenarios() { return entries("scenarios/library"); }
std::vector<LibraryEntry> library_platforms() { return entries("models/platforms"); }

std::filesystem::path find_scenario(const std::string& given) {
  return find(given, "scenario", library_scenarios());
}
std::filesystem::path find_platform(const std::string& given) {
  return find(given, "platform", library_platforms());
}

}  // namespace lifeboat::tools
