// What a builder refuses.
#include "sim/network/builder.hpp"

#include <stdexcept>

#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {

// Steps and frames number the lanes of timeouts in 16 bits: one more would share a lane with
// another length.
TEST_CASE("more distinct timeouts than can be told apart are refused", "[unit]") {
  constexpr int kMost = 65'535;
  OneService one;
  one.builder.define(one.plan).finish();
  const PlanId caller = one.builder.declare_plan("till.caller", one.deployment);
  PlanBuilder plan = one.builder.define(caller);
  for (int i = 0; i <= kMost; ++i) {
    CallPolicy policy;
    policy.timeout = Duration::milliseconds(1 + i);
    plan.call(one.plan, policy, "call");
  }
  plan.finish();
  CHECK_THROWS_WITH(one.builder.build(), Catch::Matchers::Contains("too many distinct timeouts"));
}

}  // namespace lifeboat::sim::test
