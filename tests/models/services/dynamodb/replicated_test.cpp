// Writes that arrive from another region and take units of the copy.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

/// A global table of 100 write units a second in Sydney, 1,000 in Singapore.
std::string global_table(const std::string& charged) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "services": {
      "t": { "kind": "dynamodb", "billingMode": "PROVISIONED", )" +
         charged + R"(
        "regions": {
          "sg": { "provisionedThroughput": { "readCapacityUnits": 5, "writeCapacityUnits": 1000 } },
          "syd": { "provisionedThroughput": { "readCapacityUnits": 5, "writeCapacityUnits": 100 } } } },
      "near": { "kind": "queue", "region": "sg", "servers": 100000, "operations": {
        "write": { "steps": [ { "call": "t.write" } ] } } },
      "far": { "kind": "queue", "region": "syd", "servers": 100000, "operations": {
        "write": { "steps": [ { "call": "t.write" } ] } } } },
    "journeys": { "near": { "entry": "near.write" }, "far": { "entry": "far.write" } } })";
}

}  // namespace

TEST_CASE("writes from another region take the units of the copy", "[oracle]") {
  // 80 a second from Singapore and 60 of Sydney's own on 100 units a second, which has 300 s kept:
  // used up after 750 s. In 3,000 s both together get 330,000, not the 420,000 that they ask for.
  Testbed bed(global_table(R"("replicatedWritesTakeUnits": true,)"));
  bed.traffic("near", 80);
  bed.traffic("far", 60);
  const auto result = bed.run(Duration::seconds(3000));
  const auto& near = result.journeys[bed.journey("near")];
  const auto& far = result.journeys[bed.journey("far")];
  const double copied =
      static_cast<double>(result.stations[bed.station("t@syd/replicated/writes-of-1")].arrivals);
  CHECK(near.failed == 0);
  CHECK(far.failed > 20'000);
  CHECK(static_cast<double>(far.succeeded) + copied == Approx(330'000).epsilon(0.01));
  // Without the key they take nothing, and Sydney's own find enough.
  Testbed free(global_table(""));
  free.traffic("near", 80);
  free.traffic("far", 60);
  const auto without = free.run(Duration::seconds(3000));
  CHECK(without.journeys[free.journey("far")].failed == 0);
}
