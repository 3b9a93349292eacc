// The network of a platform and its load, as text.
#pragma once

#include <string>

namespace lifeboat::tools {

/// Prints every station's capacity, demand, visit ratio and offered load; returns an exit status.
int explain_network(const std::string& platform);

}  // namespace lifeboat::tools
