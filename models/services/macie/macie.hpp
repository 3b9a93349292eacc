// The kind `macie`: Amazon Macie, a scanner of stored objects.
//
// Automated discovery looks at a sample of each watched bucket's objects once a day: it reads them,
// one after another at a rate, through the store's own operation, so that they wait with the
// customers' reads and take of the same limits. It is no part of a request.
//
// Source: Macie User Guide, automated sensitive data discovery (a daily sample); its size and pace
// are unpublished and guessed.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& macie_kind();

}  // namespace lifeboat::models
