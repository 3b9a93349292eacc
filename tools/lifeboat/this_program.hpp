// Which program this is: what it kept of an earlier run counts only if it was the same.
#pragma once

#include <string>

namespace lifeboat::tools {

/// 16 hexadecimal digits over the program's own file (FNV-1a); where it cannot be read, the
/// version.
[[nodiscard]] std::string this_program();

}  // namespace lifeboat::tools
