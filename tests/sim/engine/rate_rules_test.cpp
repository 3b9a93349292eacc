// Rate rules: the counter against a plain model of the same rules, the time to a block, and what
// clients of their own mean.
#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/random/luck.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
/// Longer than two looks, as the default lag mostly is: changes are under way while others are
/// made.
constexpr std::int64_t kLag = 25 * kSecondNs;

RateRule rule_of(std::int64_t limit, std::int64_t window_s, std::uint32_t most = 10'000) {
  RateRule rule;
  rule.name = "rule";
  rule.limit = limit;
  rule.window = Duration::seconds(window_s);
  rule.most_keys = most;
  return rule;
}

struct Arrival {
  std::int64_t at = 0;
  std::uint32_t client = 0;
};

/// The rules as they are written, with every request kept and every client looked at at each look.
class PlainModel {
 public:
  PlainModel(const RateRule& rule, std::int64_t first_look) : rule_(rule), look_(first_look) {}

  bool blocked(const Arrival& arrival) {
    for (; look_ <= arrival.at; look_ += rule_.cadence.count()) look();
    Row& row = rows_[arrival.client];
    row.requests.push_back(arrival.at);
    return row.block_at <= arrival.at && arrival.at < row.unblock_at;
  }

 private:
  static constexpr std::int64_t kFar = std::int64_t{1} << 62;
  struct Row {
    std::vector<std::int64_t> requests;
    std::int64_t block_at = kFar;
    std::int64_t unblock_at = kFar;
    bool listed = false;
  };

  void look() {
    std::vector<std::pair<std::int64_t, std::uint32_t>> over;  // minus the count, client
    for (const auto& [client, row] : rows_) {
      const auto in_window = std::count_if(
          row.requests.begin(), row.requests.end(),
          [&](std::int64_t at) { return at >= look_ - rule_.window.count() && at < look_; });
      if (in_window > rule_.limit) over.emplace_back(-in_window, client);
    }
    std::sort(over.begin(), over.end());
    over.resize(std::min<std::size_t>(over.size(), rule_.most_keys));
    for (auto& [client, row] : rows_) {
      const bool listed = std::any_of(over.begin(), over.end(), [id = client](const auto& entry) {
        return entry.second == id;
      });
      if (listed == row.listed) continue;
      row.listed = listed;
      if (!listed) {
        row.unblock_at = look_ + kLag;
      } else if (row.block_at > look_ || row.unblock_at <= look_) {
        const bool pending = row.block_at > look_ && row.block_at < row.unblock_at;
        row.block_at = pending ? std::min(row.block_at, look_ + kLag) : look_ + kLag;
        row.unblock_at = kFar;
      } else {
        row.unblock_at = kFar;
      }
    }
  }

  RateRule rule_;
  std::int64_t look_;
  std::map<std::uint32_t, Row> rows_;
};

/// 30 clients who ask in bursts and fall silent for a while: 1 to 30 times in a minute.
std::vector<Arrival> bursty(std::uint64_t seed, std::int64_t seconds) {
  std::vector<Arrival> arrivals;
  for (std::uint32_t client = 0; client < 30; ++client) {
    const std::uint64_t luck = mix(seed, client);
    std::int64_t at = 0;
    for (std::uint64_t i = 0; at < seconds * kSecondNs; ++i) {
      const bool silent = mix(luck, i / 40) % 3 == 0;
      const double mean = silent ? 15.0 : 1.0 + client % 5;
      at += 1 + static_cast<std::int64_t>(-std::log1p(-unit(mix(mix(luck, i), 1))) * mean * 1e9);
      arrivals.push_back({at, client * 1000});
    }
  }
  std::sort(arrivals.begin(), arrivals.end(),
            [](const Arrival& a, const Arrival& b) { return a.at < b.at; });
  return arrivals;
}

/// 3,000 clients of whom most ask now and then, so that groups of them come above a limit which
/// none of them is near; 20 of them ask ten times a minute and more, for ten minutes of every
/// forty.
std::vector<Arrival> crowded(std::uint64_t seed, std::int64_t seconds) {
  std::vector<Arrival> arrivals;
  for (std::uint32_t client = 0; client < 3000; ++client) {
    const std::uint64_t luck = mix(seed, client);
    const bool busy = client % 150 == 0;
    const std::uint32_t rank = client / 150;
    std::int64_t at = 0;
    for (std::uint64_t i = 0; at < seconds * kSecondNs; ++i) {
      const bool quiet = !busy || at / (600 * kSecondNs) % 4 != 1;
      const double mean = quiet ? 60.0 : 1.0 + 0.2 * rank;
      at += 1 + static_cast<std::int64_t>(-std::log1p(-unit(mix(luck, i))) * mean * 1e9);
      arrivals.push_back({at, client});
    }
  }
  std::sort(arrivals.begin(), arrivals.end(),
            [](const Arrival& a, const Arrival& b) { return a.at < b.at; });
  return arrivals;
}

/// A counter and a plain reading of its rule, asked the same.
struct Both {
  RateRule rule;
  LawTable lag{Law::constant(Duration::nanoseconds(kLag))};
  RateCounter counter;
  PlainModel plain;
  std::uint64_t wrong = 0;
  std::uint64_t blocked = 0;

  Both(const RateRule& row, std::uint64_t seed)
      : rule(row),
        plain(row, 1 + static_cast<std::int64_t>(unit(mix(seed, hash_name("phase"))) * 10e9)) {
    counter.start(rule, rule.limit, 0, seed);
  }
  void ask(const Arrival& arrival) {
    const bool expected = plain.blocked(arrival);
    const bool got = counter.count(rule, lag, rule.limit, arrival.at, arrival.client);
    wrong += got != expected ? 1U : 0U;
    blocked += got ? 1U : 0U;
  }
};

/// The till takes no time; requests come to it through the rule.
struct Screened {
  OneService one;
  RateRuleId rule;

  Screened(RateRule row, const Law& lag, std::uint32_t population) {
    row.lag = one.builder.add_law(lag);
    rule = one.builder.add_rate_rule(row);
    PlanBuilder plan = one.builder.define(one.plan);
    plan.gate();
    plan.screen(rule, "rule");
    plan.finish();
    one.builder.set_population({population});
  }
};

}  // namespace

TEST_CASE("a rate rule blocks whom a plain reading of it would", "[property]") {
  // The second case has room for 3 clients on the list, and most of the time more above the limit.
  for (const std::uint32_t most : {10'000U, 3U}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      Both both(rule_of(15, 60, most), seed);
      const std::vector<Arrival> arrivals = bursty(seed, 3000);
      for (const Arrival& arrival : arrivals) both.ask(arrival);
      CAPTURE(most, seed, arrivals.size(), both.blocked);
      CHECK(both.wrong == 0);
      CHECK(both.blocked > arrivals.size() / 50);  // it is no test of nothing
      CHECK(both.blocked < arrivals.size());
      CHECK(both.counter.view().matched == both.blocked);
      CHECK(both.counter.view().listed <= most);
      // A window and a lag later all are forgotten.
      both.counter.look_until(both.rule, both.lag, both.rule.limit, 4000 * kSecondNs);
      CHECK(both.counter.view().tracked == 0);
      CHECK(both.counter.view().listed == 0);
    }
  }
}

// Of 3,000 clients in groups of three on average: groups come above 15 in a minute with nobody
// above it, and are left again. The plain reading knows no groups.
TEST_CASE("clients who are counted in groups are blocked as if each were counted", "[property]") {
  for (const std::uint64_t seed : {1U, 2U}) {
    Both both(rule_of(15, 60), seed);
    std::uint32_t most_tracked = 0;
    std::uint64_t untracked = 0;  // requests while nobody was told apart, after somebody had been
    for (const Arrival& arrival : crowded(seed, 4000)) {
      both.ask(arrival);
      const std::uint32_t tracked = both.counter.view().tracked;
      most_tracked = std::max(most_tracked, tracked);
      untracked += tracked == 0 && both.blocked > 0 ? 1U : 0U;
    }
    CAPTURE(seed, both.blocked, most_tracked, untracked);
    CHECK(both.wrong == 0);
    CHECK(both.blocked > 1000);
    CHECK(most_tracked > 20);
    CHECK(most_tracked < 1500);
    CHECK(untracked > 10'000);
  }
}

TEST_CASE("a change of the limit empties all counts", "[unit]") {
  const RateRule rule = rule_of(10, 60);
  const LawTable lag(Law::constant(Duration{}));
  RateCounter counter;
  counter.start(rule, 10, 0, 1);
  const auto ask = [&](std::int64_t limit, double second) {
    return counter.count(rule, lag, limit, static_cast<std::int64_t>(second * 1e9), 7);
  };
  for (int i = 0; i < 20; ++i) CHECK_FALSE(ask(10, 0.001 * i));
  CHECK(ask(10, 12));  // 20 in the window, and a look has been
  CHECK(counter.view().tracked == 1);
  CHECK_FALSE(ask(15, 13));  // another rule now
  CHECK(counter.view().tracked == 0);
  CHECK_FALSE(ask(0, 14));  // none: nothing is counted
  CHECK(counter.view().tracked == 0);
  CHECK(counter.view().seen == 23);
}

// A bot of 10 requests a second passes 100 with its 101st request, at 10 s. The next look is
// uniform in the 10 s after that, the lag uniform in 5 s to 60 s: the block begins after
// 10 + 5 + 32.5 = 47.5 s in the mean, within [15, 80]; standard deviation sqrt(10^2 + 55^2) /
// sqrt(12) = 16.14 s. Of 2,000 trials: standard error 0.36 s; 4 of them: false failures 6e-5.
TEST_CASE("a bot is blocked after limit / rate, half a cadence and the lag in the mean",
          "[oracle]") {
  Screened net(rule_of(100, 60), Law::uniform(Duration::seconds(5), Duration::seconds(60)), 1);
  Source bot;
  bot.name = "bot";
  bot.kind = Source::Kind::kStamps;
  for (int i = 0; i < 900; ++i) bot.stamps.push_back(Instant::from_nanoseconds(i * kSecondNs / 10));
  Profile whole;
  whole.points = {{Instant::origin(), 1.0}};
  bot.mix = {{net.one.journey, kNone, whole}};
  net.one.builder.add_source(bot);
  const auto network = net.one.builder.build();
  RunOptions options;
  options.duration = Duration::seconds(91);
  constexpr int kRuns = 2000;
  double sum = 0;
  double squares = 0;
  double least = 1e9;
  double most = 0;
  for (std::uint32_t trial = 0; trial < kRuns; ++trial) {
    const TrialResult result = run_trial(*network, options, trial);
    const JourneyResult& visits = result.journeys[0];
    REQUIRE(visits.failed_by[static_cast<std::size_t>(Cause::kBlocked)] == visits.failed);
    // Once blocked it stays so: what passed tells when.
    const double until = static_cast<double>(visits.succeeded) / 10;
    sum += until;
    squares += until * until;
    least = std::min(least, until);
    most = std::max(most, until);
  }
  const double mean = sum / kRuns;
  CHECK(mean == Approx(47.5 + 0.05).margin(1.45));  // 0.05: requests are counted in whole
  CHECK(std::sqrt(squares / kRuns - mean * mean) == Approx(16.14).epsilon(0.06));
  CHECK(least >= 15);
  CHECK(most <= 80.1);
}

TEST_CASE("a snapshot keeps the counts of a rate rule", "[property]") {
  Screened net(rule_of(10, 60), Law::exponential(Duration::seconds(5)), 50);
  net.one.builder.add_source(constant_source("more", 10, net.one.journey));
  const auto network = net.one.builder.build();
  RunOptions options;
  options.duration = Duration::seconds(600);
  Engine original{*network, options, 3};
  original.run_until(Instant::from_seconds(200));
  const State snapshot = original.state();
  original.run_until(Instant::from_seconds(500));
  Engine copy{*network, options, 3};
  copy.restore(snapshot);
  copy.run_until(Instant::from_seconds(500));
  const RateRuleView a = original.state().rate_rules[0].view();
  const RateRuleView b = copy.state().rate_rules[0].view();
  CHECK(a.matched > 100);
  CHECK(a.matched > snapshot.rate_rules[0].view().matched);
  CHECK(a.matched == b.matched);
  CHECK(a.seen == b.seen);
  CHECK(a.listed == b.listed);
}

// 20 customers at 1 request a second in all never make 10 in a minute each (3 expected); 5 bots at
// 10 a second in all make 120 each. Were the bots of the population, its members would be blocked.
TEST_CASE("a stream's own clients are counted apart and never come back", "[unit]") {
  for (const std::uint32_t own : {5U, 0U}) {
    Screened net(rule_of(14, 60), Law::constant(Duration{}), 20);
    Journey scrape;
    scrape.name = "scrape";
    scrape.plan = net.one.builder.so_far().journeys[0].plan;
    scrape.come_back = 1;
    scrape.come_back_after = net.one.builder.add_law(Law::constant(Duration::seconds(1)));
    const JourneyId bots = net.one.builder.add_journey(scrape);
    net.one.builder.add_source(constant_source("customers", 1, net.one.journey));
    Source stream = constant_source("bots", 10, bots);
    stream.clients = own;
    net.one.builder.add_source(stream);
    const auto network = net.one.builder.build();
    CHECK(network->journeys[0].outsiders == false);
    CHECK(network->journeys[1].outsiders == (own > 0));
    RunOptions options;
    options.duration = Duration::seconds(1000);
    const TrialResult result = run_trial(*network, options, 0);
    const auto blocked = [&](std::size_t j) {
      return result.journeys[j].failed_by[static_cast<std::size_t>(Cause::kBlocked)];
    };
    if (own > 0) {
      CHECK(blocked(0) == 0);
      CHECK(static_cast<double>(blocked(1)) >
            0.97 * static_cast<double>(result.journeys[1].offered));
      CHECK(result.journeys[1].came_back == 0);
    } else {
      CHECK(blocked(0) > 500);
      CHECK(result.journeys[1].came_back > 1000);
    }
  }
}

}  // namespace lifeboat::sim::test
