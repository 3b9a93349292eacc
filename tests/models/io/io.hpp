// What the tests of the reading layer share: a document from a text, and a folder for files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "tests/main/temporary_folder.hpp"

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

using Lines = std::vector<std::string>;

}  // namespace lifeboat::tests
