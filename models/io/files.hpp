// Files that name files, and where the shipped ones lie.
//
// A reference is a string value with a path, relative to the directory of the file in which the
// string stands (a string set on the command line: relative to the current directory). Each
// loaded file remembers who named it, so a cycle is found when it closes and reported with its
// whole path. A chain is at most 20 files long.
//
// The shipped files (platforms, overlays, scenarios, runbooks, traces) lie under one data root in
// the folders of the source tree (`models/platforms`, `scenarios/library`, ...): beside the
// executable in ../share/lifeboat, or the source tree itself when run from a build folder in it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"

namespace lifeboat::models::io {

/// The path that a reference means, and its source chain checked. Nothing, and an error, if the
/// value is no string, is empty, or names a file that is being read already.
[[nodiscard]] std::optional<std::filesystem::path> resolve_reference(const Value& reference,
                                                                     Problems& problems);

/// Reads the document that a reference names. Nothing, and errors, where that fails; a missing
/// file is reported with the nearest file name in its directory.
[[nodiscard]] std::optional<Document> load_reference(const Value& reference, Problems& problems,
                                                     const Limits& limits = {});

/// The content of a regular file of at most `most` bytes; a complaint for anything else (missing,
/// a directory, a device, a pipe, unreadable, larger). Never blocks.
[[nodiscard]] Parsed<std::string> read_file(const std::filesystem::path& path, std::size_t most);

/// The folder with the shipped files.
class DataRoot {
 public:
  explicit DataRoot(std::filesystem::path root) : root_(std::move(root)) {}
  /// Finds it from the executable's own path (/proc/self/exe); nothing if there is none.
  static std::optional<DataRoot> find();
  /// Finds it for an executable at `executable`.
  static std::optional<DataRoot> find_for(const std::filesystem::path& executable);

  [[nodiscard]] const std::filesystem::path& path() const { return root_; }
  /// Names in a folder: files that end in `suffix`, without it, sorted. Example:
  /// names("scenarios/library", ".json").
  [[nodiscard]] std::vector<std::string> names(std::string_view folder,
                                               std::string_view suffix) const;
  /// The file of that name, or nothing if there is none (or the name is no plain name).
  [[nodiscard]] std::optional<std::filesystem::path> file(std::string_view folder,
                                                          std::string_view name,
                                                          std::string_view suffix) const;

 private:
  std::filesystem::path root_;
};

}  // namespace lifeboat::models::io
