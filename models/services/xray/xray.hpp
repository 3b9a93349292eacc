// The kind `xray`: AWS X-Ray, sampling of a region's requests.
//
// A side channel: it delays no request. Every second the requests that entered at `entry` are
// counted; the first `reservoirSize` of them and `fixedRate` of the rest are traced, and each trace
// has as many segments as a request visits the `traced` services. More than the region's quota of
// segments a second are lost.
//
// Sources: X-Ray Developer Guide, concepts, as of 2022-06 (one request a second and 5 % of the
// rest); 2,600 segments a second and region, service quotas, as of 2026-11.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& xray_kind();

}  // namespace lifeboat::models
