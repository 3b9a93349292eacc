// Private to models/sizing: which parameters of which kind are knobs.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/sizing/knob.hpp"

namespace lifeboat::models::detail {

struct KnobRow {
  std::string_view kind;
  std::string_view parameter;
  std::string_view unit;
  std::int64_t silent;  ///< level where the file is silent; negative: then it is no knob
  std::int64_t least;
  std::int64_t most;
  bool spread;
  double weight;
  std::vector<std::string_view> together;
  std::vector<std::string_view> emptied;
  /// By the deployment's description; null: no meter knows it.
  std::vector<KnobUse> (*each)(const io::Value& description);
};

[[nodiscard]] const std::vector<KnobRow>& knob_rows();

}  // namespace lifeboat::models::detail
