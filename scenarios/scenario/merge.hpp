// Private to scenarios/scenario: from a scenario's file to one document with everything inline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::scenarios::detail {

/// A path or an object: the document of either.
[[nodiscard]] std::optional<models::io::Document> load_part(const models::io::Value& value,
                                                            models::io::Problems& problems);
/// The elements of a list, or the one value.
[[nodiscard]] std::vector<models::io::Value> one_or_list(const models::io::Value& value);

/// Replaces the paths in `platform` (with overlays merged), `traffic`, `faults` and `runbooks` by
/// the documents that they name, and makes the `changes`: the strategy first. What cannot be loaded
/// is left out, with errors.
[[nodiscard]] models::io::Document merge_scenario(const models::io::Document& document,
                                                  const ScenarioChanges& changes,
                                                  models::io::Problems& problems);

/// The document as text with data files by their bare names, and those files.
struct Resolved {
  std::string document;
  std::vector<Scenario::DataFile> files;
};
[[nodiscard]] Resolved resolve_files(const models::io::Value& root, models::io::Problems& problems);

}  // namespace lifeboat::scenarios::detail
