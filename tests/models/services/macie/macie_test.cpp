// A day's scan: how much is read, and what it does to the readers of the same store.
#include "models/platform/meter_readings.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using sim::Duration;

namespace {

std::string scanned(const std::string& store, const std::string& scan,
                    const std::string& demand = "10ms") {
  return R"({ "format": "lifeboat/platform/1", "name": "scanned",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "store": { "kind": "queue", "region": "sg", )" +
         store + R"(, "operations": { "get": { "demand": ")" + demand + R"(" } } },
      "scanner": { "kind": "macie", "region": "sg", "scans": "store.get", )" +
         scan + R"( } },
    "journeys": { "read": { "entry": "store.get" } } })";
}

}  // namespace

TEST_CASE("A scan reads its sample once a day, at its pace, and is billed for it", "[unit]") {
  Testbed bed(scanned(R"("servers": 10)", R"("objectsPerDay": 500, "objectsPerSecond": 5,
                                           "objectSize": "2 MB", "buckets": 3)"));
  bed.traffic("read", 0.01);
  models::MeterReadings used;
  used.add(bed.run(Duration::hours(73)));  // three scans, wherever the first begins within a day
  const auto& meters = bed.handles("scanner", "sg").meters;
  const double scans = meters[0].read(used) / (500 * 2e6 / 1e9);
  CHECK(scans >= 3);
  CHECK(scans <= 4);
  CHECK(meters[1].read(used) == Approx(3.0 * 73 / 730));
}

// Without a scan M/D/1 at 5 %: 0.1 s + 0.05 x 0.1 s / (2 x 0.95). A scan at an even 9 a second
// keeps the server of 100 ms busy for 90 % of the time: a read waits for what is left of a scanned
// object, 0.9 x 0.05 s, and for what earlier reads have left, which is worked off with the tenth
// that the scan spares. In that tenth a read takes 1 s and 0.5 come a second: M/D/1 at 50 %, 0.5 s
// of it, 0.05 s of work. In all 0.1 + 0.045 + 0.05 s.
TEST_CASE("A scan takes of the store's capacity", "[unit]") {
  const auto mean = [](const char* scan) {
    Testbed bed(scanned(R"("servers": 1)", scan, "100ms"));
    bed.traffic("read", 0.5);
    const sim::TrialResult result = bed.run(Duration::hours(24), Duration::hours(24));
    const sim::JourneyResult& reads = result.journeys[bed.journey("read")];
    std::uint64_t sum = 0;
    for (const auto* times : {&reads.wait_ns, &reads.service_ns}) {
      for (const std::uint64_t time : *times) sum += time;
    }
    return static_cast<double>(sum) * 1e-9 / static_cast<double>(reads.succeeded);
  };
  const double quiet = mean(R"("objectsPerDay": 0)");
  const double busy = mean(R"("objectsPerDay": 777600, "objectsPerSecond": 9)");
  CHECK(quiet == Approx(0.1 + 0.05 * 0.1 / (2 * 0.95)).epsilon(0.01));
  CHECK(busy == Approx(0.195).epsilon(0.03));
}

TEST_CASE("Reads that fail are counted apart", "[unit]") {
  Testbed bed(scanned(R"("servers": 10)", R"("objectsPerDay": 86400, "objectsPerSecond": 1)"));
  bed.traffic("read", 0.01);
  const auto& scanner = bed.handles("scanner", "sg");
  sim::Effect errors;
  errors.kind = sim::Effect::Kind::kErrors;
  errors.share = 0.25;
  const sim::DeploymentId store = bed.compiled().find("store", "sg")->id;
  bed.at(0, [=](sim::Control& control) { (void)control.begin_effect({store}, errors); });
  const sim::TrialResult result = bed.run(Duration::hours(60));
  REQUIRE(scanner.metrics.size() == 2);
  const auto& net = bed.build();
  const auto read = result.register_growth[net.find_register("scanner@sg/objects-read").index()];
  const auto failed =
      result.register_growth[net.find_register("scanner@sg/objects-failed").index()];
  const auto all = static_cast<double>(read + failed);
  CHECK(all > 100'000);
  CHECK(static_cast<double>(failed) / all == Approx(0.25).margin(0.006));
}

TEST_CASE("What is scanned must be there", "[unit]") {
  const auto lines = problems_of(R"({ "format": "lifeboat/platform/1", "name": "scanned",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "store": { "kind": "queue", "region": "sg", "operations": { "get": { "demand": "10ms" } } },
      "scanner": { "kind": "macie", "region": "sg", "scans": "store.got" } },
    "journeys": { "read": { "entry": "store.get" } } })");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("did you mean \"get\"") != std::string::npos);
}
