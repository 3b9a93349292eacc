// The reference platform for three times its traffic with a zone down: a plan that trials confirm,
// and with one less of any count none that they do.
#include "reports/sizing/candidate.hpp"
#include "reports/sizing/sizing_study.hpp"
#include "tests/catch.hpp"

namespace lifeboat::tests {

// Five minutes of the peak, with --long fifteen. Each "met" below is asked for with an error of
// 5 % or less of a bound, of designs that the plan has been told from already.
TEST_CASE("the reference platform is sized for three times its traffic without a zone",
          "[property][long]") {
  models::io::Problems problems;
  reports::SizingRequest request;
  request.scenario = source_dir() / "scenarios" / "library" / "steady-hour.json";
  request.set = {heavy() ? "duration=15m" : "duration=5m", "warmup=2m"};
  request.load = 3;
  request.zone_region = "sg";
  request.zone_down = "a";
  const auto space = reports::DesignSpace::open(request, problems);
  REQUIRE(space);
  const reports::SizingOptions options{8, 2, 1e6};
  const reports::Sizing sizing = reports::size_platform(*space, options);
  CHECK(sizing.found);
  CHECK(!sizing.out_of_time);
  CHECK(sizing.confirmed_by == 8);
  REQUIRE(sizing.knobs.size() == space->knobs().size());
  for (const auto& objective : sizing.objectives) {
    CHECK(objective.verdict == reports::Verdict::kMet);
  }

  reports::Levels plan;
  for (std::size_t k = 0; k < sizing.knobs.size(); ++k) {
    const reports::SpaceKnob& knob = space->knobs()[k];
    std::int64_t level = knob.least;
    while (level < knob.most && knob.text(level) != sizing.knobs[k].plan) level += knob.step;
    plan.push_back(level);
  }
  int lowered = 0;
  for (std::size_t k = 0; k < plan.size(); ++k) {
    const reports::SpaceKnob& knob = space->knobs()[k];
    CAPTURE(knob.service, knob.parameter, sizing.knobs[k].plan);
    if (plan[k] - knob.step < knob.least) continue;
    reports::Levels less = plan;
    less[k] -= knob.step;
    auto input = space->input(less, 1, problems);
    if (!input) continue;  // the platform refuses it
    reports::Candidate candidate(std::move(*input));
    REQUIRE(candidate.run_to(8, 2));
    CHECK(candidate.verdict(reports::kError / 4) != reports::Verdict::kMet);
    ++lowered;
  }
  CHECK(lowered >= 10);
}

}  // namespace lifeboat::tests
