// The reference platform for three times its traffic with a zone down: a plan that trials confirm,
// and with one less of any count none that they do.
#include <string>

#include "reports/sizing/candidate.hpp"
#include "reports/sizing/sizing_study.hpp"
#include "tests/catch.hpp"

namespace lifeboat::tests {

namespace {

constexpr std::uint32_t kFreshTrials = 2'000'000;           // the search knows nothing of these
constexpr double kLastError = reports::kError / (10 * 11);  // of the tenth look

}  // namespace

// Five minutes of the peak, and three of the services where the others have what a whole sizing
// gave them; with --long fifteen minutes and all. No step less of a count may be shown to meet the
// objectives by trials such as confirm a plan: as many, with the error of a late look at them.
TEST_CASE("the reference platform is sized for three times its traffic without a zone",
          "[property][long]") {
  models::io::Problems problems;
  reports::SizingRequest request;
  request.scenario = source_dir() / "scenarios" / "library" / "steady-hour.json";
  request.prepare.set = {heavy() ? "duration=15m" : "duration=5m", "warmup=2m"};
  if (!heavy()) {
    // Short windows have too few checkouts to settle their quantile.
    request.prepare.set.emplace_back(
        R"(objectives=["availability >= 99%", "journey:product p(99) < 4s"])");
    request.only = {"search-service", "catalogue-service", "search-web"};
    const auto fix = [&](const char* service, int tasks) {
      for (const char* parameter : {"desiredCount", "scaling.minCapacity", "scaling.maxCapacity"}) {
        request.prepare.set.push_back(std::string{"platform.services."} + service + "." +
                                      parameter + "=" + std::to_string(tasks));
      }
    };
    for (const char* web : {"storefront-web", "account-web", "cart-web", "checkout-web"}) {
      fix(web, 10);
    }
    for (const char* inner : {"pricing-service", "inventory-service", "cart-service",
                              "order-service", "payment-service", "customer-service"}) {
      fix(inner, 9);
    }
  }
  request.load = 3;
  request.zone_region = "sg";
  request.zone_down = "a";
  const auto space = reports::DesignSpace::open(request, problems);
  REQUIRE(space);
  const reports::SizingOptions options{8, 2, 1e6};
  const reports::Sizing sizing = reports::size_platform(*space, options);
  std::string steps;
  for (const auto& step : sizing.steps) {
    steps += step.stage + ": " + step.what + ", " + std::to_string(step.trials) + " trials, " +
             std::string{reports::name_of(step.verdict)} + "\n";
  }
  INFO(steps);
  CHECK(sizing.found);
  CHECK(!sizing.out_of_time);
  CHECK(sizing.confirmed_by >= 4 * options.trials);
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
    reports::Candidate candidate(std::move(*input), kFreshTrials);
    REQUIRE(candidate.run_to(sizing.confirmed_by, 2));
    CHECK(candidate.verdict(kLastError) != reports::Verdict::kMet);
    ++lowered;
  }
  CHECK(lowered >= (heavy() ? 10 : 3));
}

}  // namespace lifeboat::tests
