// The row of a figure in the document of a study of several designs.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"

namespace lifeboat::tests {

inline nlohmann::json row_of(const nlohmann::json& document, const std::string& figure) {
  for (const nlohmann::json& row : document.at("rows")) {
    if (row.at("figure") == figure) return row;
  }
  FAIL("no row of " << figure);
  return {};
}

}  // namespace lifeboat::tests
