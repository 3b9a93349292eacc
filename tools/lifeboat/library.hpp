// The shipped files by name.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario/strategy.hpp"

namespace lifeboat::tools {

struct LibraryEntry {
  std::string name;
  std::string title;  ///< its "title", or what it holds
  std::filesystem::path path;
};

/// Sorted by name; empty where the data folder is missing.
[[nodiscard]] std::vector<LibraryEntry> library_scenarios();
[[nodiscard]] std::vector<LibraryEntry> library_platforms();
[[nodiscard]] std::vector<LibraryEntry> library_overlays();
[[nodiscard]] std::vector<LibraryEntry> library_price_books();
[[nodiscard]] std::vector<LibraryEntry> library_years();

/// The recovery strategies, the least prepared first.
[[nodiscard]] std::vector<scenarios::Strategy> library_strategies();
/// Throws UsageError, with the nearest name, if there is none of that name.
[[nodiscard]] scenarios::Strategy find_strategy(const std::string& given);

/// A path as given if there is such a file, otherwise the shipped file of that name. Throws
/// UsageError, with the nearest name, if there is neither.
[[nodiscard]] std::filesystem::path find_scenario(const std::string& given);
[[nodiscard]] std::filesystem::path find_platform(const std::string& given);
[[nodiscard]] std::filesystem::path find_overlay(const std::string& given);
[[nodiscard]] std::vector<std::filesystem::path> find_overlays(
    const std::vector<std::string>& given);
[[nodiscard]] std::filesystem::path find_year(const std::string& given);

/// The shipped scenario, platform, overlay, price book or year of that name; nothing if there is
/// none.
[[nodiscard]] std::optional<std::filesystem::path> shipped_file(const std::string& name);
/// All names that shipped_file knows.
[[nodiscard]] std::vector<std::string> shipped_names();

}  // namespace lifeboat::tools
