// AWS's benchmark of scale-out times (June 2026), by the library's files and the public path.
//
// Published: a step in load triggers target tracking after 363 s on 60 s metrics and 86 s on 20 s
// ones, and the tasks are there after 386 s and 109 s. What is documented (3 bins, an evaluation
// every 60 s or 10 s) and what is reported of publication (30 to 120 s, 2 to 15 s) give, from a
// step at a random phase of bins and alarms,
//
//     60 s metrics: 180 s + 30 s of phase + 75 s + 30 s = 315 s       20 s: 60 + 10 + 8.5 + 5 = 84
//     s
//
// less what a large step saves by showing already in the bin that it falls into. The first is 48 s
// short of the published figure: so the publication delay of 60 s metrics is fitted (mean 140 s),
// and marked as such where reports list unsourced values.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

constexpr double kStepAt = 600;

struct Mean {
  std::vector<double> values;
  [[nodiscard]] double value() const {
    double sum = 0;
    for (const double each : values) sum += each;
    return sum / static_cast<double>(values.size());
  }
  [[nodiscard]] double deviation() const {
    double squares = 0;
    for (const double each : values) squares += (each - value()) * (each - value());
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
  }
};

struct Times {
  Mean triggered;  // seconds from the step to the new desired count
  Mean ready;      // and to the tasks that it asks for
};

Times times_of(const RunInput& input, std::uint32_t trials) {
  Times times;
  sim::run_trials(*input.network, input.options, 0, trials, 2, [&](sim::TrialResult&& result) {
    double triggered = 0;
    for (const sim::IncidentEvent& event : result.events) {
      const double since = event.at.to_seconds() - kStepAt;
      if (since < 0) continue;
      if (event.kind == "scaling" && triggered == 0) triggered = since;
      if (event.kind != "task" || triggered == 0) continue;
      if (event.text.find("steady state") == std::string::npos) continue;
      times.triggered.values.push_back(triggered);
      times.ready.values.push_back(since);
      break;
    }
    return true;
  });
  return times;
}

}  // namespace

// The spread of one trial: two uniform phases and the publication's make a standard deviation of
// about sqrt(60^2 / 12 x 3) = 30 s, so a standard error of 2 s over 200 trials. Margins are those
// that the benchmark is asked for, 45 s and 15 s, and more than 7 standard errors beyond what is
// seen: they fail by chance with probability below 1e-10.
TEST_CASE("Scale-outs take the times of AWS's benchmark", "[oracle][long]") {
  const std::uint32_t trials = tests::heavy() ? 1000 : 200;
  SECTION("with 60 s metrics") {
    const Times times = times_of(shipped_input("scale-out-60s"), trials);
    CAPTURE(times.triggered.value(), times.triggered.deviation(), times.ready.value());
    CHECK(times.triggered.values.size() == trials);
    CHECK(times.triggered.value() == Approx(363).margin(45));
    CHECK(times.ready.value() == Approx(386).margin(45));
    // Phases are random: were they on the minute, trials would lie close together.
    CHECK(times.triggered.deviation() > 15);
  }
  SECTION("with 20 s metrics") {
    const Times times = times_of(shipped_input("scale-out-20s"), trials);
    CAPTURE(times.triggered.value(), times.triggered.deviation(), times.ready.value());
    CHECK(times.triggered.values.size() == trials);
    CHECK(times.triggered.value() == Approx(86).margin(15));
    CHECK(times.ready.value() == Approx(109).margin(15));
  }
}

// Without the fit: 48 s earlier, as reported delays have it. The fit is what closes the gap, and a
// file can put its own in its place.
TEST_CASE("The publication delay is fitted, says so, and can be given", "[oracle][long]") {
  const RunInput fitted = shipped_input("scale-out-60s");
  const bool marked = std::any_of(
      fitted.unsourced.begin(), fitted.unsourced.end(), [](const UnsourcedValue& value) {
        return value.path.find("publicationDelay") != std::string::npos &&
               value.range.find("fitted") != std::string::npos;
      });
  CHECK(marked);
  const std::string delay =
      R"(platform.services.web.scaling.policies.0.publicationDelay={"uniform":{"low":"30s","high":"120s"}})";
  const Times reported = times_of(shipped_input("scale-out-60s", {delay}), 100);
  const Times times = times_of(fitted, 100);
  // The same luck in both: a difference of 140 - 75 s, rounded up to evaluations of 60 s.
  CHECK(times.triggered.value() - reported.triggered.value() == Approx(65).margin(15));
}

}  // namespace lifeboat::reports
