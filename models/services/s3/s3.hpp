// The kind `s3`: a bucket of objects whose request rate is limited by prefix, and its copies.
//
// A call takes one of its prefix's requests (5,500 reads and 3,500 writes a second a prefix) or is
// told to slow down; what passes takes its latency and the time of its bytes. Prefixes that stay
// too hot are split, minutes later. Writes travel to copies in other regions one by one, with the
// lag of replication with or without Replication Time Control. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& s3_kind();

}  // namespace lifeboat::models
