// Logs that leave by a timetable, and lags that hold for a while: by hand, and against closed
// forms.
#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/engine/engine.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// Cuts the first stream and opens its copy, at `from` or up to `spread` later, which is luck.
struct CutAt : ControllerOf<int> {
  Instant from;
  Duration spread;
  CutAt(double at, double within)
      : from(Instant::from_seconds(at)), spread(Duration::from_seconds(within)) {}
  [[nodiscard]] std::string name() const override { return "cut"; }
  void start_with(int&, Control& control) const override {
    const double later = control.uniform("when", 0) * spread.to_seconds();
    control.wake_at(from + Duration::from_seconds(later));
  }
  void wake_with(int&, Control& control) const override {
    control.freeze_log(LogId{0});
    control.open_copy(LogId{0}, control.now());
  }
};

struct Timetable {
  Duration every;
  std::optional<Instant> at;
  Law copy;
  Duration holds;
};

/// Writes at the given seconds, or at a rate; the copy opens within `spread` of `cut`.
std::shared_ptr<const Network> departing(const Timetable& timetable,
                                         const std::vector<double>& writes, double per_second,
                                         double cut, double spread) {
  OneService one;
  ReplicationLog log;
  log.lag = one.builder.add_law(timetable.copy);
  log.departs_every = timetable.every;
  log.departs_at = timetable.at;
  log.lag_holds = timetable.holds;
  write_to_copy(one, log);
  one.builder.add_source(writes.empty() ? constant_source("visit", per_second, one.journey)
                                        : stamps_source(writes, one.journey));
  one.builder.add_controller(std::make_shared<CutAt>(cut, spread));
  return one.builder.build();
}

/// The mean and the variance of the RPO over many failures.
struct Moments {
  double mean = 0;
  double variance = 0;
  double least = 1e9;
  double most = 0;
};
Moments rpo_of(const Network& net, const RunOptions& options, int trials) {
  std::vector<double> ages;
  run_trials(net, options, 0, static_cast<std::uint32_t>(trials), 2, [&](TrialResult&& r) {
    ages.push_back(r.losses.at(0).rpo_seconds);
    return true;
  });
  Moments m;
  for (const double age : ages) m.mean += age / trials;
  for (const double age : ages) {
    m.variance += (age - m.mean) * (age - m.mean) / (trials - 1);
    m.least = std::min(m.least, age);
    m.most = std::max(m.most, age);
  }
  return m;
}

}  // namespace

TEST_CASE("what has not left or not arrived by its timetable is lost", "[unit]") {
  // Departures at 30, 130, 230 s, 10 s of copying. The writes of 5 and 30 are there at 40, those of
  // 31 and 129 at 140; that of 131 leaves at 230.
  const Timetable table{
      Duration::seconds(100), Instant::from_seconds(30), Law::constant(Duration::seconds(10)), {}};
  struct Case {
    double cut;
    std::uint64_t lost;
    double rpo;
  };
  for (const Case& c : {Case{20, 1, 15}, Case{39, 3, 34}, Case{40, 1, 9}, Case{139, 3, 108},
                        Case{140, 1, 9}, Case{239, 1, 108}, Case{240, 0, 0}}) {
    CAPTURE(c.cut);
    const auto net = departing(table, {5, 30, 31, 129, 131}, 0, c.cut, 0);
    const TrialResult r = run_trial(*net, run_for(Duration{}, Duration::seconds(300)), 0);
    REQUIRE(r.losses.size() == 1);
    CHECK(r.losses[0].writes_lost == c.lost);
    CHECK(r.losses[0].rpo_seconds == Approx(c.rpo));
  }
}

TEST_CASE("departures before time 0 follow the same timetable", "[unit]") {
  // Every 100 s, one of them at 230 s: also at -70 and 30. A write at -75 is there at -60.
  const Timetable table{
      Duration::seconds(100), Instant::from_seconds(230), Law::constant(Duration::seconds(10)), {}};
  const auto lost = [&](double cut) {
    const auto net = departing(table, {-75, -69}, 0, cut, 0);
    return run_trial(*net, run_for(Duration::seconds(100), Duration::seconds(100)), 0)
        .losses.at(0)
        .writes_lost;
  };
  CHECK(lost(-61) == 2);
  CHECK(lost(-60) == 1);
  CHECK(lost(39) == 1);
  CHECK(lost(40) == 0);
}

TEST_CASE("the RPO of a timetable is uniform over its interval, beside the time of the copy",
          "[oracle]") {
  // The last copy that arrived left u ago, or an interval N earlier if the latest is on its way:
  // the oldest write that is lost came right after. For a failure at a random moment and copies
  // that take C < N the age is uniform over N beside C: mean N / 2 + E[C], variance N^2 / 12 +
  // Var(C). The first write after a departure comes 1 / rate later, in the mean and as a standard
  // deviation. The variance of a uniform age is off by sqrt(0.8 / n), 0.6 % at 20,000 failures: 5
  // of them.
  constexpr int kFailures = 20'000;
  const RunOptions options = run_for(Duration::seconds(250), Duration::seconds(101));
  const auto check = [&](const Timetable& table, double spread) {
    const auto net = departing(table, {}, 1, 0, spread);
    const Moments m = rpo_of(*net, options, kFailures);
    const double mean = 50 + table.copy.mean_seconds() - 1;
    const double square = table.copy.mean_seconds() * table.copy.mean_seconds();
    const double variance = 100.0 * 100 / 12 + table.copy.squared_cv() * square + 1;
    CHECK(std::abs(m.mean - mean) <= 5 * std::sqrt(variance / kFailures));
    CHECK(m.variance == Approx(variance).epsilon(5 * std::sqrt(0.8 / kFailures)));
    CHECK(m.most < 150);
    CHECK(m.most > 148 - 48 * (table.copy.squared_cv() > 0 ? 0.0 : 1.0));
  };
  SECTION("known departures, failures at random moments") {
    check({Duration::seconds(100),
           Instant::from_seconds(30),
           Law::constant(Duration::seconds(20)),
           {}},
          100);
  }
  SECTION("departures of unknown phase") {
    check({Duration::seconds(100), {}, Law::constant(Duration::seconds(20)), {}}, 0);
  }
  SECTION("copies that take a time of their own") {
    check({Duration::seconds(100),
           {},
           Law::uniform(Duration::seconds(10), Duration::seconds(50)),
           {}},
          0);
  }
}

TEST_CASE("writes of one departure arrive together", "[property]") {
  // All of an interval or nothing is lost beyond what has not left: never a part of a departure.
  const Timetable table{Duration::seconds(10),
                        Instant::origin(),
                        Law::uniform(Duration::seconds(1), Duration::seconds(9)),
                        {}};
  for (std::uint32_t trial = 0; trial < 50; ++trial) {
    std::vector<double> writes;
    for (int i = 0; i < 1000; ++i) writes.push_back(-100 + 0.1 * i + 0.05);
    const auto net = departing(table, writes, 0, 0, 10);
    const TrialResult r =
        run_trial(*net, run_for(Duration::seconds(100), Duration::seconds(20)), trial);
    // The last write is of -0.05 s: whole hundreds of them are absent.
    CHECK(r.losses.at(0).writes_lost % 100 == 0);
  }
}

TEST_CASE("a lag that holds delays whole stretches, and what follows a slow one", "[oracle]") {
  // A lag L is drawn for each second. In order, the first writes of a stretch wait for the last of
  // one that was slower by D: their lag falls from L + D to L, an excess of D^2 / 2 a stretch, and
  // E[max(D, 0)^2] = Var(L): mean lag E[L] + Var(L) / 2 = 0.3 + 0.16 / 24 s. By Little 100 writes a
  // second have 30.667 on their way; with a lag of each write's own they had over 45.
  const Timetable table{{},
                        {},
                        Law::uniform(Duration::milliseconds(100), Duration::milliseconds(500)),
                        Duration::seconds(1)};
  const auto net = departing(table, {}, 100, 0, 0);
  const Figure lost = [](const TrialResult& r) {
    return static_cast<double>(r.losses[0].writes_lost);
  };
  RunOptions options = run_for(Duration::seconds(4), Duration::milliseconds(1));
  options.follow = Duration{};
  check_estimate(estimate(*net, options, lost, 20'000), 100 * (0.3 + 0.16 / 24), 0.016);
}

TEST_CASE("a snapshot of an engine goes on with the same timetable", "[property]") {
  const Timetable table{
      Duration::seconds(100), {}, Law::uniform(Duration::seconds(10), Duration::seconds(50)), {}};
  const auto net = departing(table, {}, 5, 350, 0);
  const RunOptions options = run_for(Duration{}, Duration::seconds(400));
  Engine original{*net, options, 3};
  original.run_until(Instant::from_seconds(220));
  const State snapshot = original.state();
  original.run_until(Instant::from_seconds(400));
  Engine copy{*net, options, 3};
  copy.restore(snapshot);
  copy.run_until(Instant::from_seconds(400));
  const LossResult& of_original = original.recorder().result().losses.at(0);
  const LossResult& of_copy = copy.recorder().result().losses.at(0);
  CHECK(of_copy.writes_lost == of_original.writes_lost);
  CHECK(of_copy.rpo_seconds == of_original.rpo_seconds);
  // A fork with other luck keeps the departures, and draws the copies' times anew.
  RunOptions other = options;
  other.seed = 2;
  Engine fork{*net, other, 3};
  fork.restore(snapshot);
  fork.run_until(Instant::from_seconds(349));
  CHECK(fork.state().logs[0].first_departure == snapshot.logs[0].first_departure);
  CHECK(fork.state().logs[0].last_received != original.state().logs[0].last_received);
}

}  // namespace lifeboat::sim::test
