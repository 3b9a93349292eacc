// Rate limiters in a closed loop, and fronts that shed.
#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

std::uint64_t failed_by(const TrialResult& r, std::size_t journey, Cause cause) {
  return r.journeys[journey].failed_by[static_cast<std::size_t>(cause)];
}

/// 100 users who think for a second call what takes 20 a second and refuses the rest.
TrialResult throttled(bool limited) {
  OneService one;
  Bucket bucket;
  bucket.per_second = 20;
  bucket.burst = 20;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.throttle(one.builder.add_bucket(bucket));
  plan.finish();
  Journey row;
  row.name = "asking";
  row.plan = one.builder.declare_plan("journey.asking", DeploymentId{});
  PlanBuilder root = one.builder.define(row.plan);
  CallPolicy policy;
  if (limited) policy.limiter = one.builder.add_limiter(RateLimiter{});
  root.call(one.plan, policy, "entry");
  root.finish();
  const LawId think = one.builder.add_law(Law::exponential(Duration::seconds(1)));
  one.builder.add_source(users(100, think, one.builder.add_journey(row)));
  RunOptions options;
  options.warmup = Duration::seconds(100);
  options.duration = Duration::seconds(500);
  options.quantile_bin = Duration::infinite();
  return run_trial(*one.builder.build(), options, 0);
}

TEST_CASE("a client-side limiter finds what its callee takes", "[unit]") {
  // Unlimited, some 100 calls a second meet 20: four of five are throttled. The limiter works its
  // way around 20 a second: few are, and what is taken is not much less than all that can be.
  const TrialResult wild = throttled(false);
  const TrialResult tame = throttled(true);
  CAPTURE(tame.journeys[1].succeeded, tame.journeys[1].failed);
  const auto share = [](const TrialResult& r) {
    return static_cast<double>(failed_by(r, 1, Cause::kThrottled)) /
           static_cast<double>(r.journeys[1].succeeded + r.journeys[1].failed);
  };
  CHECK(share(wild) > 0.75);
  CHECK(share(tame) < 0.25);
  CHECK(static_cast<double>(tame.journeys[1].succeeded) > 0.75 * 20 * 500);
}

TEST_CASE("a limiter's wait is not taken for granted by the retry after it", "[unit]") {
  // Three attempts, all through the limiter: its step comes before each.
  OneService one;
  Bucket bucket;
  bucket.per_second = 1e-6;
  bucket.burst = 1e-9;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.throttle(one.builder.add_bucket(bucket));
  plan.finish();
  Journey row;
  row.name = "asking";
  row.plan = one.builder.declare_plan("journey.asking", DeploymentId{});
  PlanBuilder root = one.builder.define(row.plan);
  CallPolicy policy;
  policy.max_attempts = 3;
  policy.retry_on = 1U << static_cast<unsigned>(Cause::kThrottled);
  policy.backoff_base = Duration::milliseconds(1);
  policy.limiter = one.builder.add_limiter(RateLimiter{});
  root.call(one.plan, policy, "entry");
  root.finish();
  const LawId think = one.builder.add_law(Law::constant(Duration::milliseconds(1)));
  one.builder.add_source(users(1, think, one.builder.add_journey(row)));
  RunOptions options;
  options.duration = Duration::seconds(400);
  options.quantile_bin = Duration::infinite();
  const TrialResult r = run_trial(*one.builder.build(), options, 0);
  // All are throttled, so the bucket gives 0.5 tokens a second: 200 attempts and the first few by
  // the one user, three for each request.
  CHECK(r.journeys[1].failed > 60);
  CHECK(r.journeys[1].failed < 75);
}

TEST_CASE("a front that sheds spares critical journeys, and all else by its share", "[oracle]") {
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.gate();
  plan.finish();
  Journey vital;
  vital.name = "vital";
  vital.critical = true;
  vital.plan = one.builder.declare_plan("journey.vital", DeploymentId{});
  PlanBuilder root = one.builder.define(vital.plan);
  root.call(one.plan, CallPolicy{}, "entry");
  root.finish();
  const JourneyId second = one.builder.add_journey(vital);
  one.builder.add_source(constant_source("visit", 400, one.journey));
  one.builder.add_source(constant_source("vital", 400, second));
  struct Nothing {};
  class Shed final : public ControllerOf<Nothing> {
   public:
    explicit Shed(DeploymentId at) : at_(at) {}
    [[nodiscard]] std::string name() const override { return "shed"; }

   private:
    void start_with(Nothing&, Control& control) const override {
      Effect effect;
      effect.kind = Effect::Kind::kShed;
      effect.share = 0.8;
      effect.refuse_share = 0.1;
      (void)control.begin_effect({at_}, effect);
    }
    void wake_with(Nothing&, Control&) const override {}
    DeploymentId at_;
  };
  one.builder.add_controller(std::make_shared<Shed>(one.deployment));
  const auto net = one.builder.build();
  RunOptions options;
  options.duration = Duration::seconds(200);
  options.quantile_bin = Duration::infinite();
  const auto share = [](std::size_t journey) {
    return [journey](const TrialResult& r) {
      return static_cast<double>(failed_by(r, journey, Cause::kRejected)) /
             static_cast<double>(r.journeys[journey].offered);
    };
  };
  check_estimates(*net, options, {{share(0), 0.8}, {share(1), 0.1, kOfRare}});
}

}  // namespace
}  // namespace lifeboat::sim::test
