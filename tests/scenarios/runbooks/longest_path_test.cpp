// The executor against what shares no code with it: the longest path through a random runbook's
// graph, by Boost.Graph's shortest paths over times with their sign turned. With people who answer
// at once and never run out, and no failures, a step ends when the longest path to it does; with
// one person for all, everything is done after the sum of that person's steps. To the nanosecond.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dag_shortest_paths.hpp>

#include "scenarios/runbooks/executor.hpp"
#include "tests/catch.hpp"
#include "tests/sim/fake_world.hpp"

namespace lifeboat::scenarios {
namespace {

using sim::Duration;
using sim::Instant;

/// Steps in the order of the plan, which is no order of the graph's.
struct RandomRunbook {
  std::vector<std::int64_t> nanoseconds;                       ///< by step; 0 for some
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;  ///< before, after
};

RandomRunbook random_runbook(std::mt19937_64& luck) {
  RandomRunbook book;
  const auto steps = static_cast<std::uint32_t>(1 + luck() % 40);
  std::vector<std::uint32_t> row(steps);  // of the n-th step in an order that the graph keeps
  std::iota(row.begin(), row.end(), 0U);
  std::shuffle(row.begin(), row.end(), luck);
  for (std::uint32_t i = 0; i < steps; ++i) {
    const bool at_once = luck() % 8 == 0;
    book.nanoseconds.push_back(at_once ? 0 : static_cast<std::int64_t>(luck() % 600'000'000'000));
  }
  const double density = std::uniform_real_distribution<>(0, 0.5)(luck);
  for (std::uint32_t i = 0; i < steps; ++i) {
    for (std::uint32_t j = i + 1; j < steps; ++j) {
      if (std::uniform_real_distribution<>()(luck) < density)
        book.edges.push_back({row[i], row[j]});
    }
  }
  return book;
}

/// When each step ends after the start, by Boost.Graph.
std::vector<std::int64_t> longest_paths(const std::vector<std::int64_t>& nanoseconds,
                                        const RandomRunbook& book) {
  using Graph =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                            boost::property<boost::edge_weight_t, std::int64_t>>;
  const std::size_t steps = nanoseconds.size();
  Graph graph(steps + 1);  // the last vertex is the start
  for (std::size_t i = 0; i < steps; ++i) boost::add_edge(steps, i, -nanoseconds[i], graph);
  for (const auto& [before, after] : book.edges) {
    boost::add_edge(before, after, -nanoseconds[after], graph);
  }
  std::vector<std::int64_t> negative(steps + 1);
  boost::dag_shortest_paths(graph, steps, boost::distance_map(negative.data()));
  std::vector<std::int64_t> ends;
  for (std::size_t i = 0; i < steps; ++i) ends.push_back(-negative[i]);
  return ends;
}

/// A plan in which step i has the law; who does it: nobody, or one of the groups.
class RandomStage {
 public:
  explicit RandomStage(const RandomRunbook& book) : book_(book) {
    plan.name = "random";
    plan.at = Instant::from_seconds(1);
  }

  /// `count` people who answer at once.
  std::uint32_t people(const std::string& name, std::uint32_t count) {
    PlannedPeople group;
    group.name = name;
    group.count = count;
    group.answers = builder_.add_law(sim::Law::constant(Duration{}));
    plan.people.push_back(group);
    return static_cast<std::uint32_t>(plan.people.size() - 1);
  }

  void add_step(const sim::Law& law, std::optional<std::uint32_t> by) {
    const auto i = static_cast<std::uint32_t>(plan.steps.size());
    PlannedStep step;
    step.name = "step-" + std::to_string(i);
    step.block = "executionApproval";
    step.people = by;
    step.takes = builder_.add_law(law);
    for (const auto& [before, after] : book_.edges) {
      if (after == i) step.after.push_back(before);
    }
    plan.steps.push_back(std::move(step));
  }

  void run(std::uint64_t trial) {
    tests::FakeWorld world(std::make_shared<const sim::Network>(builder_.so_far()), trial);
    world.add(make_runbook_controller(plan), watched_registers(plan));
    world.start(Instant::origin());
    world.run_until(Instant::from_seconds(200'000));
    begins.assign(plan.steps.size(), -1);
    ends = begins;
    for (const auto& event : world.events) {
      const std::int64_t at = (event.at - *plan.at).count();
      if (event.kind == "runbook-end") over = at;
      if (!event.subject.starts_with("step-")) continue;
      const auto i = static_cast<std::size_t>(std::stoul(event.subject.substr(5)));
      if (event.kind == "step-begin") begins[i] = at;
      if (event.kind == "step-end") ends[i] = at;
    }
  }

  RunbookPlan plan;
  std::vector<std::int64_t> begins;  ///< by step, nanoseconds after the start; -1: never
  std::vector<std::int64_t> ends;
  std::int64_t over = -1;

 private:
  const RandomRunbook& book_;
  sim::NetworkBuilder builder_;
};

int runbooks_to_draw() { return tests::heavy() ? 20'000 : 500; }

TEST_CASE("an automatic runbook takes the longest path through its graph", "[property]") {
  std::mt19937_64 luck(1);
  for (int n = 0; n < runbooks_to_draw(); ++n) {
    const RandomRunbook book = random_runbook(luck);
    RandomStage stage(book);
    for (const std::int64_t time : book.nanoseconds) {
      stage.add_step(sim::Law::constant(Duration::nanoseconds(time)), std::nullopt);
    }
    stage.run(1);
    const auto expected = longest_paths(book.nanoseconds, book);
    INFO("runbook " << n << " of " << expected.size() << " steps");
    REQUIRE(stage.ends == expected);
    REQUIRE(stage.over == *std::max_element(expected.begin(), expected.end()));
  }
}

TEST_CASE("people who never run out and answer at once cost a runbook nothing", "[property]") {
  // What labour took is drawn by the executor and read from the log; the order is Boost.Graph's.
  std::mt19937_64 luck(2);
  for (int n = 0; n < runbooks_to_draw(); ++n) {
    const RandomRunbook book = random_runbook(luck);
    const auto steps = static_cast<std::uint32_t>(book.nanoseconds.size());
    RandomStage stage(book);
    const std::uint32_t groups[] = {stage.people("on-call", steps), stage.people("lead", steps)};
    for (std::uint32_t i = 0; i < steps; ++i) {
      const bool automatic = luck() % 3 == 0;
      stage.add_step(sim::Law::exponential(Duration::nanoseconds(1 + book.nanoseconds[i])),
                     automatic ? std::nullopt : std::optional{groups[luck() % 2]});
    }
    stage.run(static_cast<std::uint64_t>(n));
    std::vector<std::int64_t> took;
    for (std::uint32_t i = 0; i < steps; ++i) {
      REQUIRE(stage.begins[i] >= 0);
      REQUIRE(stage.ends[i] >= stage.begins[i]);
      took.push_back(stage.ends[i] - stage.begins[i]);
    }
    const auto expected = longest_paths(took, book);
    INFO("runbook " << n << " of " << steps << " steps");
    REQUIRE(stage.ends == expected);
    REQUIRE(stage.over == *std::max_element(expected.begin(), expected.end()));
  }
}

TEST_CASE("one person takes the sum of a runbook's steps, whatever their order", "[property]") {
  std::mt19937_64 luck(3);
  for (int n = 0; n < runbooks_to_draw(); ++n) {
    const RandomRunbook book = random_runbook(luck);
    RandomStage stage(book);
    const std::uint32_t all = stage.people("on-call", 1);
    std::int64_t sum = 0;
    for (const std::int64_t time : book.nanoseconds) {
      stage.add_step(sim::Law::constant(Duration::nanoseconds(time)), all);
      sum += time;
    }
    stage.run(1);
    INFO("runbook " << n << " of " << book.nanoseconds.size() << " steps");
    REQUIRE(stage.over == sum);
    // Nobody does two things at once.
    for (std::size_t a = 0; a < stage.ends.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        REQUIRE((stage.ends[a] <= stage.begins[b] || stage.ends[b] <= stage.begins[a] ||
                 stage.begins[a] == stage.ends[a] || stage.begins[b] == stage.ends[b]));
      }
    }
  }
}

}  // namespace
}  // namespace lifeboat::scenarios
