// Predictions: the quota to the unit, and the three things an application does without an answer.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

/// A shop that has each order checked; `policy` is what it does without an answer.
std::string shop(const std::string& keys, const std::string& policy = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "fraud": { "kind": "fraud-detector", "region": "sg" )" +
         keys + R"( },
      "review": { "kind": "sqs", "region": "sg", "sendLatency": "1ms" },
      "shop": { "kind": "queue", "region": "sg", "servers": 100000, "operations": {
        "order": { "steps": [ { "call": "fraud.predict" )" +
         policy + R"( } ] } } } },
    "journeys": { "order": { "entry": "shop.order" } } })";
}

struct Count {
  double offered;
  double served;
  double throttled;
};
Count counts(const sim::TrialResult& result) {
  const sim::JourneyResult& row = result.journeys[0];
  return {static_cast<double>(row.offered), static_cast<double>(row.succeeded),
          static_cast<double>(row.failed_by[static_cast<int>(Cause::kThrottled)])};
}

}  // namespace

TEST_CASE("the quota lets 200 predictions a second pass, and those of a second's rest",
          "[oracle]") {
  Testbed bed(shop(R"(, "operations": { "predict": { "latency": "100ms" } })"));
  bed.traffic("order", 400);
  const auto result = bed.run(Duration::seconds(50));
  const Count count = counts(result);
  CHECK(count.served == Approx(200 * 51).margin(2));
  CHECK(count.served + count.throttled == count.offered);
  // What was throttled is not billed; those of the last 100 ms were not answered yet.
  CHECK(bed.metered(result, "fraud", "sg", "predictions") ==
        Approx(count.served).margin(0.1 * 200 + 5));
  CHECK(bed.metered(result, "fraud", "sg", "rule-predictions") == 0);
  CHECK(bed.metered(result, "fraud", "sg", "hosting-hours") == Approx(50.0 / 3600));
}

TEST_CASE("a prediction takes its latency: median and 99th percentile as the file says",
          "[oracle]") {
  // 20,000 requests: the standard error of the median's level is 0.35 %, of the p99's 0.07 %.
  Testbed bed(shop(""));
  bed.traffic("order", 20);
  const auto result = bed.run(Duration::seconds(1000));
  const sim::Histogram& latency = result.journeys[0].latency;
  CHECK(latency.quantile(0.5)->to_seconds() == Approx(0.120).epsilon(0.04));
  CHECK(latency.quantile(0.99)->to_seconds() == Approx(0.600).epsilon(0.12));
}

TEST_CASE("without an answer the order is approved, reviewed or refused, as its call says",
          "[unit]") {
  // 20 orders a second, 10 predictions a second: about half of them have no answer.
  const std::string quota = R"(, "requestRate": "10/s")";
  double throttled = 0;
  SECTION("refuse: the order fails with the cause") {
    Testbed bed(shop(quota));
    bed.traffic("order", 20);
    throttled = counts(bed.run(Duration::seconds(100))).throttled;
    CHECK(throttled > 800);
    CHECK(throttled < 1200);
  }
  SECTION("approve: no order fails") {
    Testbed bed(shop(quota, R"(, "onFailure": "ignore")"));
    bed.traffic("order", 20);
    const Count count = counts(bed.run(Duration::seconds(100)));
    CHECK(count.throttled == 0);
    CHECK(count.served == count.offered);
  }
  SECTION("review: no order fails, and each without an answer is looked at") {
    Testbed bed(shop(quota, R"(, "onFailure": { "call": "review.send" })"));
    bed.traffic("order", 20);
    std::uint64_t reviewed = 0;
    bed.at(100, [&](sim::Control& c) { reviewed = c.buffer(sim::BufferId{0}).put; });
    const auto result = bed.run(Duration::seconds(100));
    const Count count = counts(result);
    CHECK(count.served == count.offered);
    // 10 at once and 10 a second are answered; two more may be on their way to the queue.
    CHECK(static_cast<double>(reviewed) == Approx(count.offered - 1010).margin(4));
  }
  SECTION("approve a late one too: the timeout is a failure of its own") {
    Testbed bed(shop(R"(, "operations": { "predict": { "latency": "2s" } })",
                     R"(, "timeout": "1s", "onFailure": "ignore")"));
    bed.traffic("order", 20);
    const auto result = bed.run(Duration::seconds(100));
    CHECK(result.journeys[0].failed == 0);
    CHECK(result.journeys[0].latency.quantile(0.5)->to_seconds() == Approx(1.0).epsilon(0.02));
  }
}

TEST_CASE("a wrong detector is told", "[unit]") {
  const auto has = [](const std::string& keys, const std::string& text) {
    for (const std::string& line : problems_of(shop(keys))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(R"(, "requestRate": "0/s")", "requestRate"));
  CHECK(has(R"(, "latency": "1s")", "latency"));
  CHECK(has(R"(, "operations": { "predict": { "demand": "1s" } })", "demand"));
}
