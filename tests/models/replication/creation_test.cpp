// What is not there until a stack is created: refused before, served after its creation time.
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using sim::Duration;
using tests::Testbed;

namespace {

/// A cache of Sydney that is absent, asked ten times a second.
const char* const kAbsentCache = R"({ "format": "lifeboat/platform/1", "name": "t",
  "regions": { "syd": { "code": "ap-southeast-2" } },
  "services": {
    "pages": { "kind": "elasticache", "region": "syd", "cacheNodeType": "cache.r6g.large",
      "initial": "absent", "creationTime": "600s" },
    "app": { "kind": "queue", "region": "syd", "servers": 1000,
      "operations": { "look": { "calls": [{ "call": "pages.get" }] } } } },
  "journeys": { "look": { "entry": "app.look" } } })";

}  // namespace

TEST_CASE("an absent deployment refuses all until its creation time is over", "[unit]") {
  Testbed bed(kAbsentCache);
  bed.traffic("look", 10);
  bed.at(400, [&](sim::Control& c) {
    bed.verb("pages", "syd", "cloudFormationCreateStack").begin(c, {});
  });
  const auto result = bed.run(Duration::seconds(2000));
  const sim::JourneyResult& look = result.journeys[bed.journey("look")];
  // 1,000 s at 10 a second: Poisson, 4 sigma.
  CHECK(static_cast<double>(look.failed) == Approx(10000).margin(400));
  CHECK(look.failed_by[static_cast<int>(sim::Cause::kDependency)] == look.failed);
}

TEST_CASE("nothing is created while the region's control plane is down", "[unit]") {
  Testbed bed(kAbsentCache);
  bed.traffic("look", 10);
  const sim::RegisterId plane = bed.compiled().find_region("syd")->control_plane;
  const auto control_plane = [plane](std::int64_t up) {
    return [plane, up](sim::Control& c) { c.set(plane, up); };
  };
  bed.at(300, control_plane(0));
  bed.at(400, [&](sim::Control& c) {
    bed.verb("pages", "syd", "cloudFormationCreateStack").begin(c, {});
  });
  bed.at(900, control_plane(1));
  const auto result = bed.run(Duration::seconds(2000));
  const sim::JourneyResult& look = result.journeys[bed.journey("look")];
  CHECK(static_cast<double>(look.failed) == Approx(15000).margin(490));
}
