// What nobody beats: designs worked by hand.
#include "reports/comparison/frontier.hpp"

#include <cmath>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "reports/text/sweep_text.hpp"
#include "tests/catch.hpp"

namespace lifeboat::tests {

namespace {

using reports::Difference;
using reports::Figure;
using reports::Frontier;
using reports::Sample;

constexpr double kNever = std::numeric_limits<double>::infinity();

/// A sweep of one figure over designs, each with a cost and what its trials said.
class Designs {
 public:
  explicit Designs(const std::string& figure) : objective_(*scenarios::parse_objective(figure)) {
    sweep_.axes.push_back({"strategy", "strategy", {}, {}, ""});
    samples_.objective = &objective_;
    row_.label = figure;
    row_.unit = reports::unit_of(objective_);
    row_.less_is_better = reports::wants_less(objective_);
  }

  /// Values of trials; kNever: it did not come to one.
  void add(const std::string& name, double usd, const std::vector<double>& values) {
    std::vector<Sample> samples;
    for (const double value : values) {
      samples.emplace_back().value = value;
    }
    add_samples(name, usd, samples);
  }

  void add_samples(const std::string& name, double usd, const std::vector<Sample>& samples) {
    Figure& figure = samples_.figures.emplace_back(Figure(objective_, "", {})).value();
    double sum = 0;
    double below = 0;
    for (const Sample& sample : samples) {
      if (reports::is_settled(figure.way(), sample)) {
        sum += sample.denominator > 0 ? sample.numerator : *sample.value;
        below += sample.denominator > 0 ? sample.denominator : 1;
      }
      figure.add(sample);
    }
    reports::ComparedFigure shown;
    if (below > 0) shown.estimate = sum / below;
    if (samples.front().denominator == 0) {
      shown.share_settled = below / static_cast<double>(samples.size());
    }
    row_.figures.push_back(shown);
    row_.found.push_back(Difference::kNone);
    row_.steps.emplace_back();
    reports::SweptPoint point;
    point.name = name;
    point.trials = static_cast<std::uint32_t>(samples.size());
    point.declared = reports::DeclaredCost{usd, 0};
    sweep_.points.push_back(point);
    sweep_.axes[0].values.push_back(name);
  }

  std::vector<Frontier> frontiers() {
    sweep_.rows = {row_};
    sweep_.frontiers = reports::frontiers_of(sweep_, {samples_});
    return sweep_.frontiers;
  }

  /// Names of the only frontier's points.
  std::vector<std::string> names() {
    std::vector<std::string> names;
    const std::vector<Frontier> found = frontiers();
    REQUIRE(found.size() == 1);
    for (const auto& point : found[0].points) names.push_back(sweep_.points[point.point].name);
    return names;
  }

  [[nodiscard]] const reports::Sweep& sweep() const { return sweep_; }

 private:
  scenarios::Objective objective_;
  reports::FigureRow samples_;
  reports::SweptRow row_;
  reports::Sweep sweep_;
};

Sample share(double numerator, double denominator) {
  Sample sample;
  sample.numerator = numerator;
  sample.denominator = denominator;
  return sample;
}

}  // namespace

TEST_CASE("a frontier keeps what is better for its cost", "[unit]") {
  Designs designs("rto < 4h");
  designs.add("dear", 900, {590, 610, 605});  // as good as the middle one, but for noise
  designs.add("cheap", 100, {6000, 6030, 6060});
  designs.add("worse", 200, {7000, 7020, 7050});
  designs.add("middle", 500, {600, 606, 609});
  CHECK(designs.names() == std::vector<std::string>{"cheap", "middle"});
  // 400 USD for (6030 - 605) / 60 = 90.42 minutes.
  const auto price = designs.frontiers()[0].points[1].price;
  REQUIRE(price);
  CHECK(price->per == "minute");
  CHECK(price->usd == Approx(400 / ((6030 - 605) / 60.0)));
  CHECK_FALSE(designs.frontiers()[0].points[0].price);
}

TEST_CASE("of two designs of one cost the better stays", "[unit]") {
  Designs designs("rto < 4h");
  designs.add("slow", 100, {6000, 6030, 6060});
  designs.add("quick", 100, {600, 630, 660});
  designs.add("quickest", 300, {60, 63, 66});
  CHECK(designs.names() == std::vector<std::string>{"quick", "quickest"});
}

TEST_CASE("a design that recovers more often is not beaten by one that hardly does", "[unit]") {
  const std::vector<double> always(12, 3000);
  std::vector<double> seldom(12, kNever);
  seldom[0] = 600;
  seldom[1] = 610;
  Designs designs("rto < 4h");
  designs.add("seldom", 100, seldom);
  designs.add("always", 200, always);
  CHECK(designs.names() == std::vector<std::string>{"seldom", "always"});
  // Its price is not that of minutes: those that it has are of other trials.
  CHECK_FALSE(designs.frontiers()[0].points[1].price);
  // The other way round: soon in two trials of twelve is no improvement on always.
  Designs dear("rto < 4h");
  dear.add("always", 100, always);
  dear.add("seldom", 200, seldom);
  CHECK(dear.frontiers().empty());
  // What it rests on is said beside the figure.
  CHECK(reports::sweep_text(designs.sweep(), false, {}).find("settled in 16.7 % of trials") !=
        std::string::npos);
}

TEST_CASE("availability is priced by the nine", "[unit]") {
  Designs designs("availability >= 99.99%");
  designs.add_samples("one", 100, {share(99000, 100000), share(98990, 100000)});
  designs.add_samples("two", 350, {share(99990, 100000), share(99991, 100000)});
  const auto price = designs.frontiers().at(0).points[1].price;
  REQUIRE(price);
  CHECK(price->per == "nine");
  CHECK(price->usd == Approx(250 / std::log10(0.01005 / 0.000095)));
}

TEST_CASE("designs of one cost, and costs themselves, have no frontier", "[unit]") {
  Designs same("rto < 4h");
  same.add("a", 100, {60, 61});
  same.add("b", 100, {30, 31});
  CHECK(same.frontiers().empty());
  Designs costs("cost < 1 USD/month");
  costs.add("a", 100, {120, 121});
  costs.add("b", 90, {80, 81});
  CHECK(costs.frontiers().empty());
}

}  // namespace lifeboat::tests
