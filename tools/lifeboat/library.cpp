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

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string{what} + (count == 1 ? "" : "s");
}

/// The names of an object's members: "sg and syd".
std::string names_of(const io::Member* object) {
  std::string text;
  if (object == nullptr) return text;
  const auto members = object->value.members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) text += i + 1 == members.size() ? " and " : ", ";
    text += members[i].name;
  }
  return text;
}

std::size_t size_of(const io::Member* object) {
  return object == nullptr ? 0 : object->value.members().size();
}

std::string scenario_title(const io::Value& root) {
  const io::Member* title = root.find("title");
  return title == nullptr ? std::string{} : std::string{title->value.as_string()};
}

/// "37 services in sg and syd, 11 journeys".
std::string platform_title(const io::Value& root) {
  return counted(size_of(root.find("services")), "service") + " in " +
         names_of(root.find("regions")) + ", " + counted(size_of(root.find("journeys")), "journey");
}

/// "overlay: changes 33 services, 2 healthChecks".
std::string overlay_title(const io::Value& root) {
  const io::Member* patch = root.find("patch");
  if (patch == nullptr) return "overlay";
  std::string text;
  for (const io::Member& part : patch->value.members()) {
    text += (text.empty() ? "" : ", ") + part.name + " (" + std::to_string(part.value.size()) + ")";
  }
  return "overlay that changes " + text;
}

/// "AWS, Asia Pacific (Singapore), 2026-11-22".
std::string price_book_title(const io::Value& root) {
  std::string text;
  for (const char* key : {"title", "date"}) {
    const io::Member* member = root.find(key);
    if (member == nullptr) continue;
    text += (text.empty() ? "" : ", ") + std::string{member->value.as_string()};
  }
  return text;
}

using TitleOf = std::string (*)(const io::Value& root);

std::vector<LibraryEntry> entries(std::string_view folder, std::string_view suffix,
                                  TitleOf title_of) {
  std::vector<LibraryEntry> all;
  const auto root = io::DataRoot::find();
  if (!root) return all;
  for (const std::string& name : root->names(folder, suffix)) {
    const auto path = root->file(folder, name, suffix);
    if (!path) continue;
    io::Problems ignored;
    const auto document = io::Document::parse_file(*path, ignored);
    all.push_back({name, document ? title_of(document->root()) : std::string{}, *path});
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

std::vector<LibraryEntry> library_scenarios() {
  return entries("scenarios/library", ".json", scenario_title);
}
std::vector<LibraryEntry> library_platforms() {
  return entries("models/platforms", ".json", platform_title);
}
std::vector<LibraryEntry> library_overlays() {
  return entries("models/platforms", ".overlay.json", overlay_title);
}

std::vector<LibraryEntry> library_price_books() {
  return entries("models/prices", ".json", price_book_title);
}

std::vector<LibraryEntry> library_years() {
  return entries("scenarios/year", ".json", scenario_title);
}

std::vector<scenarios::Strategy> library_strategies() {
  const auto root = io::DataRoot::find();
  return root ? scenarios::shipped_strategies(*root) : std::vector<scenarios::Strategy>{};
}

scenarios::Strategy find_strategy(const std::string& given) {
  std::vector<std::string> names;
  for (scenarios::Strategy& strategy : library_strategies()) {
    if (strategy.name == given) return strategy;
    names.push_back(strategy.name);
  }
  throw UsageError("there is no strategy " + io::quote(given) + did_you_mean(given, names) +
                   "\nShipped: " + (names.empty() ? "none found" : io::one_of(names)));
}

std::filesystem::path find_scenario(const std::string& given) {
  return find(given, "scenario", library_scenarios());
}
std::filesystem::path find_platform(const std::string& given) {
  return find(given, "platform", library_platforms());
}
std::filesystem::path find_overlay(const std::string& given) {
  return find(given, "overlay", library_overlays());
}
std::vector<std::filesystem::path> find_overlays(const std::vector<std::string>& given) {
  std::vector<std::filesystem::path> files;
  for (const std::string& one : given) files.push_back(find_overlay(one));
  return files;
}

std::filesystem::path find_year(const std::string& given) {
  return find(given, "year", library_years());
}

std::optional<std::filesystem::path> shipped_file(const std::string& name) {
  const auto root = io::DataRoot::find();
  if (!root) return std::nullopt;
  if (auto path = root->file("scenarios/library", name, ".json")) return path;
  if (auto path = root->file("models/platforms", name, ".json")) return path;
  if (auto path = root->file("models/platforms", name, ".overlay.json")) return path;
  if (auto path = root->file("models/prices", name, ".json")) return path;
  return root->file("scenarios/year", name, ".json");
}

std::vector<std::string> shipped_names() {
  std::vector<std::string> names;
  for (const auto& all : {library_scenarios(), library_platforms(), library_overlays(),
                          library_price_books(), library_years()}) {
    for (const LibraryEntry& entry : all) names.push_back(entry.name);
  }
  return names;
}

}  // namespace lifeboat::tools
