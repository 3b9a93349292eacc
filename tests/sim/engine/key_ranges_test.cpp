// Partitions that keep what they do not use, and that are split one by one: to the token by hand.
#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/random/luck.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// Splits a partition of the first row at an instant.
struct SplitAt : ControllerOf<int> {
  Instant when;
  std::uint32_t index;
  SplitAt(double at, std::uint32_t which) : when(Instant::from_seconds(at)), index(which) {}
  [[nodiscard]] std::string name() const override { return "split"; }
  void start_with(int&, Control& control) const override { control.wake_at(when); }
  void wake_with(int&, Control& control) const override {
    control.split_partition(PartitionsId{0}, index);
    control.split_partition(PartitionsId{0}, index);  // once
    CHECK(control.partition(PartitionsId{0}, index).split);
  }
};

struct Setting {
  std::uint32_t partitions = 1;
  double of_one = 1000;    ///< tokens a second
  double of_table = 1000;  ///< likewise
  Duration keeps = Duration::seconds(300);
  std::uint32_t keys = 1;
};

struct Ranges {
  OneService one;
  explicit Ranges(const Setting& setting) {
    Partitions row;
    row.name = "writes";
    row.count = setting.partitions;
    row.per_second = setting.of_one;
    row.table = one.builder.add_bucket({"table", setting.of_table, setting.of_table});
    row.keeps = setting.keeps;
    const PartitionsId id = one.builder.add_key_ranges(row);
    const KeySpaceId space = one.builder.add_key_space("item", setting.keys, 0, false);
    PlanBuilder plan = one.builder.define(one.plan);
    plan.key_range(id, space);
    plan.finish();
  }
  /// `count` calls, the first at 0, `per_second` apart.
  JourneyResult steady(int count, double per_second) {
    Source source = constant_source("visit", 0, one.journey);
    source.kind = Source::Kind::kStamps;
    for (int i = 0; i < count; ++i) source.stamps.push_back(Instant::from_seconds(i / per_second));
    one.builder.add_source(source);
    return run_trial(*one.builder.build(),
                     run_for(Duration{}, Duration::from_seconds(count / per_second + 1)), 0)
        .journeys[0];
  }
  std::uint64_t poisson(double per_second, double seconds) {
    one.builder.add_source(constant_source("visit", per_second, one.journey));
    return run_trial(*one.builder.build(), run_for(Duration{}, Duration::from_seconds(seconds)), 0)
        .journeys[0]
        .succeeded;
  }
};

}  // namespace

TEST_CASE("a partition at twice its part is throttled after 300 s", "[unit]") {
  // 100 tokens a second and 30,000 kept, 200 calls a second from 0 on. Call i, at i / 200 s, is the
  // (i + 1)st to take 10 ms of it: 0.01 (i + 1) - 0.005 i <= 300 up to i = 59,998. That at 299.995
  // s is refused.
  Setting setting;
  setting.of_table = 100;
  CHECK(Ranges(setting).steady(59'999, 200).failed == 0);
  CHECK(Ranges(setting).steady(60'000, 200).failed == 1);
  // From then on half of the calls are served: 100 a second beside the 30,000.
  CHECK(static_cast<double>(Ranges(setting).steady(80'000, 200).succeeded) ==
        Approx(30'000 + 400 * 100).margin(2));
  // What was kept is no more for having rested longer, and a partition's limit holds all the same.
  Setting narrow = setting;
  narrow.of_one = 150;
  CHECK(static_cast<double>(Ranges(narrow).steady(20'000, 200).succeeded) ==
        Approx(150 * 101).margin(2));
}

TEST_CASE("a hot partition has what the table leaves over when its part is used up", "[unit]") {
  // 400 a second over four partitions: a part of 100 a second, and 30,000 kept. One key is asked
  // for 500 a second: its part is used up after 30,000 / (500 - 100) = 75 s; then it has its 100
  // and the 300 of the others, less the second of debt into which the table went.
  Setting setting;
  setting.partitions = 4;
  setting.of_table = 400;
  CHECK(Ranges(setting).steady(37'499, 500).failed == 0);
  CHECK(static_cast<double>(Ranges(setting).steady(100'000, 500).succeeded) ==
        Approx(500 * 75 + 400 * 125 - 400).margin(5));
  // What the table as a whole has is never refused, however uneven.
  CHECK(Ranges(setting).steady(150'000, 395).failed == 0);
  // A table that keeps nothing gives its rate and one second of it.
  setting.keeps = Duration{};
  CHECK(static_cast<double>(Ranges(setting).steady(100'000, 500).succeeded) ==
        Approx(400 * 201).margin(2));
}

TEST_CASE("a split parts the keys of one range, and leaves its neighbour alone", "[oracle]") {
  // 64 keys asked for equally, 400 a second, over two partitions of 100 a second.
  constexpr std::uint32_t kKeys = 64;
  std::vector<double> quarter(4, 0);
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    quarter[uniform_index(mix(key, 0), 4)] += 400.0 / kKeys;
  }
  const auto served = [](double load) { return std::min(load, 100.0); };
  Setting setting;
  setting.partitions = 2;
  setting.of_one = 100;
  setting.of_table = 1e6;
  setting.keeps = Duration{};
  setting.keys = kKeys;
  const double before = served(quarter[0] + quarter[1]) + served(quarter[2] + quarter[3]);
  const double first = served(quarter[0]) + served(quarter[1]) + served(quarter[2] + quarter[3]);
  const double second = served(quarter[0] + quarter[1]) + served(quarter[2]) + served(quarter[3]);
  REQUIRE(first > before + 20);
  REQUIRE(second > before + 20);
  REQUIRE(std::abs(first - second) > 5);
  const auto throughput = [&](double split_at, std::uint32_t index) {
    Ranges ranges(setting);
    ranges.one.builder.add_controller(std::make_shared<SplitAt>(split_at, index));
    return static_cast<double>(ranges.poisson(400, 1000)) / 1000;
  };
  // Each bucket is full at the start (0.1 a second over 1,000 s); Poisson where one is not full:
  // a standard deviation of at most sqrt(300 / 1000) = 0.55.
  CHECK(throughput(999.9, 0) == Approx(before + 0.2).margin(2.2));
  CHECK(throughput(0, 0) == Approx(first + 0.3).margin(2.2));
  CHECK(throughput(0, 1) == Approx(second + 0.3).margin(2.2));
}

TEST_CASE("the halves of a split partition begin with what it had", "[unit]") {
  // 1 a second and 300 kept for two keys in one partition, 100 calls a second of both: used up
  // after about 3 s. Split at 10 s, each half has a part of 0.5 a second, used up: 1 a second in
  // all, as before.
  Setting setting;
  setting.of_table = 1;
  setting.keys = 2;
  Ranges ranges(setting);
  ranges.one.builder.add_controller(std::make_shared<SplitAt>(10, 0));
  CHECK(static_cast<double>(ranges.poisson(100, 110)) == Approx(300 + 110).margin(4));
}

}  // namespace lifeboat::sim::test
