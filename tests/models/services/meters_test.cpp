// Meters: the contract of every kind, and what they read of a run, worked by hand.
#include <algorithm>
#include <set>

#include "models/io/reader.hpp"
#include "models/platform/load_table.hpp"
#include "models/platform/meter_readings.hpp"
#include "tests/models/services/testbed.hpp"

namespace lifeboat::models {
namespace {

using tests::Testbed;

constexpr double kMonth = 730;

double read(Testbed& bed, std::string_view service, std::string_view region, std::string_view meter,
            const MeterReadings& used) {
  const auto& meters = bed.handles(service, region).meters;
  const auto found =
      std::find_if(meters.begin(), meters.end(), [&](const Meter& m) { return m.name == meter; });
  REQUIRE(found != meters.end());
  return found->read(used);
}

/// Every kind in one platform: the reference's.
std::unique_ptr<Platform> reference() {
  io::Problems problems;
  auto loaded =
      load_platform({tests::source_dir() / "models/platforms/ecommerce.json"}, {}, problems);
  REQUIRE(loaded);
  return std::make_unique<Platform>(std::move(loaded->platform));
}

const std::string kStores = R"({ "format": "lifeboat/platform/1", "name": "stores",
  "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"] },
               "syd": { "code": "ap-southeast-2" } },
  "keys": { "item": { "count": 100, "size": "5 KiB" } },
  "services": {
    "web": { "kind": "ecs-fargate", "cpu": "0.5 vCPU", "memory": "1 GiB", "desiredCount": 2,
             "operations": { "page": { "steps": [ { "cpuTime": "1ms" },
               { "call": "table.read", "key": "item", "times": 3 },
               { "call": "table.write", "key": "item" },
               { "call": "work.do" } ] } }, "region": "sg" },
    "table": { "kind": "dynamodb", "regions": { "sg": { "role": "active" }, "syd": { "role": "active" } } },
    "work": { "kind": "lambda", "memorySize": "512 MB", "coldStart": "0s", "operations": { "do": { "demand": "200ms" } }, "region": "sg" },
    "db": { "kind": "rds", "dbInstanceClass": "db.r6g.large", "allocatedStorage": "100 GiB", "readReplicas": 2,
            "operations": { "get": { "access": "read", "cpuTime": "1ms" } },
            "regions": { "sg": { "multiAz": true }, "syd": { "role": "backup", "of": "sg" } } },
    "cache": { "kind": "elasticache", "cacheNodeType": "cache.r6g.large", "numNodeGroups": 3,
               "replicasPerNodeGroup": 1, "region": "sg" } },
  "journeys": { "page": { "entry": "web.page" } } })";

}  // namespace

TEST_CASE("every kind has meters, documented and read by each of its deployments", "[unit]") {
  const auto platform = reference();
  const CompiledPlatform compiled = compile_platform(*platform);
  std::set<std::string_view> seen;
  for (const CompiledDeployment& deployment : compiled.deployments) {
    INFO(deployment.kind);
    seen.insert(deployment.kind);
    std::vector<std::string_view> documented;
    for (const MeterSpec& spec : find_service_kind(deployment.kind)->meters()) {
      CHECK_FALSE(io::check_name(spec.name).has_value());
      CHECK_FALSE(spec.unit.empty());
      CHECK(spec.what.size() > 10);
      documented.push_back(spec.name);
    }
    std::vector<std::string_view> read;
    for (const Meter& meter : deployment.handles().meters) {
      read.push_back(meter.name);
      CHECK(meter.read(MeterReadings{}) == 0);  // nothing ran
    }
    CHECK_FALSE(read.empty());
    CHECK(read == documented);
  }
  for (const ServiceKind* kind : service_kinds()) {
    INFO(kind->name());
    const auto property = kind->property();
    CHECK((seen.count(kind->name()) == 1) != property.has_value());
    if (!property) continue;
    // What a property is billed by, each kind that takes it meters.
    for (const std::string_view host : property->kinds) {
      const auto meters = find_service_kind(host)->meters();
      for (const MeterSpec& spec : kind->meters()) {
        CHECK(std::any_of(meters.begin(), meters.end(),
                          [&](const MeterSpec& meter) { return meter.name == spec.name; }));
      }
    }
  }
}

// Two tasks of half a processor and 1 GiB for the whole of the run; a page makes three reads of
// 5 KiB, eventually consistent: 2 x 4 KiB units, half price: 1 unit each; a write of 5 KiB: 5
// units, billed at this copy and at the other; an invocation of 200 ms at 0.5 GiB: 0.1 GB-s.
TEST_CASE("meters of a run follow from its requests", "[unit]") {
  Testbed bed(kStores);
  bed.traffic("page", 20);
  bed.build();
  const std::map<std::string, double, std::less<>> rates{{"page", 20.0}};
  MeterReadings used(plan_rates(bed.compiled(), bed.build(), rates));
  std::uint64_t pages = 0;
  for (const std::uint64_t seed : {1U, 2U}) {
    const sim::TrialResult result =
        bed.run(sim::Duration::minutes(30), sim::Duration::minutes(5), seed);
    pages += result.journeys[bed.journey("page")].offered;
    used.add(result);
  }
  const auto count = static_cast<double>(pages);
  CHECK(count > 70'000);
  CHECK(used.hours() == Approx(1));
  CHECK(read(bed, "web", "sg", "vcpu-hours", used) == Approx(2 * 0.5));
  CHECK(read(bed, "web", "sg", "memory-gb-hours", used) == Approx(2));
  // The window cuts requests at its ends: a few of 72,000.
  CHECK(read(bed, "table", "sg", "read-units", used) == Approx(3 * count).epsilon(1e-4));
  CHECK(read(bed, "table", "sg", "write-units", used) == 0);
  CHECK(read(bed, "table", "sg", "replicated-write-units", used) ==
        Approx(5 * count).epsilon(1e-4));
  CHECK(read(bed, "table", "syd", "replicated-write-units", used) ==
        Approx(5 * count).epsilon(1e-4));
  CHECK(read(bed, "table", "syd", "read-units", used) == 0);
  CHECK(read(bed, "work", "sg", "requests", used) == Approx(count).epsilon(1e-4));
  CHECK(read(bed, "work", "sg", "gb-seconds", used) == Approx(0.1 * count).epsilon(1e-3));
}

TEST_CASE("what is there is metered by the hour, used or not", "[unit]") {
  Testbed bed(kStores);
  bed.build();
  MeterReadings used;
  used.add(bed.run(sim::Duration::hours(2)));
  CHECK(read(bed, "db", "sg", "multi-az-instance-hours", used) == Approx(2));
  CHECK(read(bed, "db", "sg", "instance-hours", used) == Approx(4));
  CHECK(read(bed, "db", "sg", "multi-az-storage-gb-months", used) * kMonth == Approx(100 * 2));
  CHECK(read(bed, "db", "sg", "storage-gb-months", used) * kMonth == Approx(200 * 2));
  for (const char* meter : {"multi-az-instance-hours", "instance-hours", "storage-gb-months"}) {
    CHECK(read(bed, "db", "syd", meter, used) == 0);  // a backup is no instance
  }
  CHECK(read(bed, "cache", "sg", "node-hours", used) == Approx(3 * 2 * 2));
}

// A request that the warm-up began is not measured: what passed the gate before is subtracted.
TEST_CASE("visits are metered in the measured window alone", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "till",
    "regions": { "home": { "code": "ap-southeast-1" } },
    "services": { "till": { "kind": "queue", "region": "home", "servers": 10,
                            "operations": { "serve": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "till.serve" } } })");
  bed.traffic("visit", 100);
  const sim::TrialResult with = bed.run(sim::Duration::seconds(100), sim::Duration::seconds(50));
  MeterReadings used;
  used.add(with);
  const double visits = read(bed, "till", "home", "requests", used);
  CHECK(visits == static_cast<double>(with.stations[bed.station("till")].arrivals));
  CHECK(visits == Approx(static_cast<double>(with.journeys[0].offered)).margin(3));
  CHECK(visits < 11'000);  // 15,000 with the warm-up
}

// Of 12 visits to a place with two plans at rates 1 and 2, a third and two thirds.
TEST_CASE("visits are split between plans by their rates, evenly where none is known", "[unit]") {
  sim::TrialResult result;
  result.measured = sim::Duration::hours(1);
  result.entered = {0, 12};
  MeterReadings used({5, 1, 2, 0, 0});
  used.add(result);
  const sim::DeploymentId here(1);
  CHECK(used.entered_by(here, {sim::PlanId(1), sim::PlanId(2)}) == std::vector<double>{4, 8});
  CHECK(used.entered_by(here, {sim::PlanId(3), sim::PlanId(4)}) == std::vector<double>{6, 6});
  CHECK(used.entered(sim::DeploymentId(7)) == 0);  // a place that the run did not know
}

}  // namespace lifeboat::models
