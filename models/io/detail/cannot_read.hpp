// A file that cannot be read, reported where it was named.
#pragma once

#include <filesystem>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::models::io::detail {

/// Reports at `referred_from`, the value that names the file, or at the file itself if there is
/// none. A suggested file name is completed to the path as the value would write it.
void cannot_read(const std::filesystem::path& path, const Value* referred_from, Complaint complaint,
                 Problems& problems);

}  // namespace lifeboat::models::io::detail
