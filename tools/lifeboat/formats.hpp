// The file formats that people write, in one list: how each is described and checked.
#pragma once

#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/io/schema.hpp"

namespace lifeboat::tools {

struct FileFormat {
  std::string_view name;  ///< "scenario", as in "lifeboat/scenario/1"
  std::string_view summary;
  models::io::Schema (*schema)();
  /// Reads and checks one document of the format alone.
  void (*check)(const models::io::Document& document, models::io::Problems& problems);
};

[[nodiscard]] const std::vector<FileFormat>& file_formats();
[[nodiscard]] const FileFormat* find_format(std::string_view name);

}  // namespace lifeboat::tools
