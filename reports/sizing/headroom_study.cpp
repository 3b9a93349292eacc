#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "reports/sizing/analysis.hpp"
#include "reports/sizing/sizing_study.hpp"
#include "reports/sizing/trier.hpp"

namespace lifeboat::reports {

namespace {

constexpr double kLeastFactor = 0.001;
constexpr double kMostFactor = 1000;
constexpr double kFineness = 0.004;  // of the factor, to which it is halved
constexpr int kEdgeTurns = 4;

class HeadroomSearch {
 public:
  HeadroomSearch(const DesignSpace& space, const SizingOptions& options,
                 const SizingProgress& progress)
      : space_(space), trier_(space, options, progress) {}

  Headroom run() {
    const auto bottleneck = bottleneck_of(space_, levels_);
    if (bottleneck) {
      result_.bottleneck = bottleneck->station;
      result_.full_at = bottleneck->factor;
    }
    if (bracket(bottleneck ? bottleneck->factor : 1)) {
      close_in();
      find_edges();
    }
    fill();
    return std::move(result_);
  }

 private:
  const Outcome& at(double factor) {
    const Outcome& outcome =
        trier_.decide(levels_, factor, "headroom", fmt::format("{:.4g} times the traffic", factor));
    if (outcome.trials == 0) return outcome;
    const bool known = std::any_of(result_.points.begin(), result_.points.end(),
                                   [&](const auto& point) { return point.factor == factor; });
    if (!known) {
      result_.points.push_back({factor, outcome.trials, outcome.verdict, outcome.seems_met});
    }
    return outcome;
  }

  bool seems_met(double factor) {
    const Outcome& outcome = at(factor);
    return outcome.verdict == Verdict::kMet || outcome.seems_met;
  }

  /// A factor that seems to be met below one that does not.
  bool bracket(double begin) {
    double factor = std::clamp(begin, kLeastFactor, kMostFactor);
    const bool up = seems_met(factor);
    (up ? met_ : missed_) = factor;
    double ratio = 1.05;
    while (!(met_ && missed_) && !trier_.is_over()) {
      factor = up ? factor * ratio : factor / ratio;
      ratio = std::min(2.0, ratio * ratio);
      if (factor < kLeastFactor || factor > kMostFactor) return false;
      (seems_met(factor) ? met_ : missed_) = factor;
    }
    return met_ && missed_ && !trier_.is_over();
  }

  void close_in() {
    while (*missed_ / *met_ - 1 > kFineness && !trier_.is_over()) {
      const double middle = (*met_ + *missed_) / 2;
      const bool met = seems_met(middle);
      if (trier_.is_over()) break;
      (met ? met_ : missed_) = middle;
    }
    result_.estimate = (*met_ + *missed_) / 2;
  }

  /// The least factor above the estimate that was shown to miss, and the largest below it that was
  /// shown to be met.
  void find_edges() {
    const double middle = *result_.estimate;
    for (const bool above : {false, true}) {
      double step = kFineness * middle;
      for (int turn = 0; turn < 3 * kEdgeTurns && !trier_.is_over(); ++turn) {
        const double factor = above ? middle + step : middle - step;
        if (factor <= 0) break;
        const Verdict wanted = above ? Verdict::kMissed : Verdict::kMet;
        if (at(factor).verdict == wanted) break;
        step *= 2;
      }
    }
    for (const HeadroomPoint& point : result_.points) {
      if (point.verdict == Verdict::kMet && point.factor <= middle) {
        result_.low = std::max(result_.low.value_or(0), point.factor);
      }
      if (point.verdict == Verdict::kMissed && point.factor >= middle) {
        result_.high = std::min(result_.high.value_or(INFINITY), point.factor);
      }
    }
  }

  /// What fails at the smallest factor that was not met.
  void explain_break() {
    const HeadroomPoint* first = nullptr;
    for (const HeadroomPoint& point : result_.points) {
      const bool fails = point.verdict != Verdict::kMet && !point.seems_met;
      if (fails && (first == nullptr || point.factor < first->factor)) first = &point;
    }
    if (first == nullptr) return;
    const Outcome& outcome = at(first->factor);
    result_.breaks = outcome.broken;
    result_.cause = outcome.cause;
    if (outcome.busy.empty()) return;
    const Busy& busiest = outcome.busy.front();
    result_.busiest =
        busiest.region.empty() ? busiest.service : busiest.service + "@" + busiest.region;
    result_.busiest_utilization = busiest.utilization;
  }

  void fill() {
    const scenarios::Scenario& scenario = space_.scenario();
    result_.scenario = scenario.name;
    result_.title = scenario.title;
    result_.platform = scenario.platform->name;
    result_.load = space_.request().load;
    if (!space_.request().zone_down.empty()) {
      result_.zone_down = space_.request().zone_down + " of " + space_.request().zone_region;
    }
    result_.seed = space_.request().prepare.seed;
    result_.interrupted = trier_.interrupted();
    result_.out_of_time = trier_.out_of_time();
    explain_break();
    std::sort(result_.points.begin(), result_.points.end(),
              [](const auto& a, const auto& b) { return a.factor < b.factor; });
    result_.trials = trier_.trials();
    result_.cpu_s = trier_.cpu_s();
    result_.wall_s = trier_.wall_s();
    result_.findings = space_.findings();
    if (!result_.estimate && !result_.interrupted && !result_.out_of_time) {
      result_.findings.push_back(
          {"warning", "no-edge",
           met_ ? "The objectives are met however much traffic was tried."
                : "The objectives are missed however little traffic was tried."});
    }
  }

  const DesignSpace& space_;
  const Levels levels_;  ///< none: the platform as it is, with its policies
  Trier trier_;
  Headroom result_;
  std::optional<double> met_;
  std::optional<double> missed_;
};

}  // namespace

Headroom find_headroom(const DesignSpace& space, const SizingOptions& options,
                       const SizingProgress& progress) {
  return HeadroomSearch(space, options, progress).run();
}

}  // namespace lifeboat::reports
