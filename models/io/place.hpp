// Where a value of an input stands.
//
// Every value keeps the file, the line and the JSON pointer at which it was written, and keeps
// them when documents are merged: a value that an overlay or a region's patch brought still
// points into the overlay or the patch. So an error names what a person can open and mend, not
// a place in a merged document that exists nowhere on disk. A value set on the command line has
// no line; its source is the text of the option.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace lifeboat::models::io {

/// One thing that values come from: a file, a text in memory, or a `--set` option.
struct Source {
  /// As messages show it: the path as it was given, or "--set PATH=VALUE".
  std::string name;
  /// Where relative references in it start.
  std::filesystem::path directory;
  /// The file's canonical path; empty for a text and for an option.
  std::filesystem::path canonical;
  /// The file whose reference led here; null for a file named on the command line.
  std::shared_ptr<const Source> referrer;
};

/// One step of a JSON pointer, linked towards the root (the root itself is a null pointer).
struct PathStep {
  std::shared_ptr<const PathStep> parent;
  std::string key;        ///< member name; unused for an element of an array
  std::size_t index = 0;  ///< element number, where `is_index`
  bool is_index = false;
};

/// A position: source, line and JSON pointer.
struct Place {
  std::shared_ptr<const Source> source;
  int line = 0;  ///< counted from 1; 0 where there are no lines (an option, a value made in code)
  std::shared_ptr<const PathStep> path;

  /// The source's name; empty where there is none.
  [[nodiscard]] std::string file() const;
  /// RFC 6901 pointer, shortened in the middle where it is absurdly long; "/" for the root.
  [[nodiscard]] std::string pointer() const;
  /// The same place one member further down.
  [[nodiscard]] Place member(std::string_view key) const;
  /// The same place one element further down.
  [[nodiscard]] Place element(std::size_t index) const;
  /// "file:line", or the file alone where there is no line.
  [[nodiscard]] std::string text() const;
};

}  // namespace lifeboat::models::io
