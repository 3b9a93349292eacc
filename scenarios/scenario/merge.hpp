// Private to scenarios/scenario: from a scenario's file to one document with everything inline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::scenarios::detail {

/// Replaces the paths in `platform` (with overlays merged), `traffic`, `faults` and `runbooks` by
/// the documents that they name, and applies `options`. What cannot be loaded is left out, with
/// errors.
[[nodiscard]] models::io::Document merge_scenario(const models::io::Document& document,
                                                  const std::vector<std::string>& options,
                                                  models::io::Problems& problems);

/// The document as text with data files by their bare names, and those files.
struct Resolved {
  std::string document;
  std::vector<Scenario::DataFile> files;
};
[[nodiscard]] Resolved resolve_files(const models::io::Value& root, models::io::Problems& problems);

}  // namespace lifeboat::scenarios::detail
