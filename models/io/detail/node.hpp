// What a Value points at. Immutable once made, but for a describer, which collects.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/schema.hpp"

namespace lifeboat::models::io {

/// Collects what readers declare of one value that is being described.
struct Describer {
  Schema* schema = nullptr;        ///< holds the shared definitions
  std::vector<Declaration> forms;  ///< each way in which the value may be written
};

struct NumberData {
  double value = 0;
  std::optional<std::int64_t> integer;
};

struct ObjectData {
  std::vector<Member> members;
  std::vector<std::uint32_t> by_name;  ///< sorted by name; empty for small objects
};

struct Node {
  std::variant<std::monostate, bool, NumberData, std::string, std::vector<Value>, ObjectData> data;
  Place place;
  std::shared_ptr<Describer> describer;
};

}  // namespace lifeboat::models::io
