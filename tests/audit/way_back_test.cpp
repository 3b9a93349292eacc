// Every event of a way back, checked by the auditor: streams that are opened, made anew and opened
// again.
#include <string>

#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "sim/trial/trial.hpp"
#include "tests/audit/full_audit.hpp"
#include "tests/catch.hpp"

namespace lifeboat::audit {

TEST_CASE("a way back breaks no invariant", "[property]") {
  for (const char* name : {"failback", "failback-hasty", "failback-ecommerce"}) {
    models::io::Problems problems;
    scenarios::ScenarioChanges changes;
    const bool whole = std::string(name) == "failback-ecommerce";
    changes.set = {whole ? "traffic.shoppers.rate=2/s" : "traffic.browse.rate=1/s"};
    const auto scenario = scenarios::load_scenario(
        tests::source_dir() / "scenarios/library" / (std::string(name) + ".json"), changes,
        problems);
    CAPTURE(name, problems.lines());
    REQUIRE(scenario);
    const auto compiled = scenarios::compile_scenario(*scenario, problems);
    REQUIRE_FALSE(problems.has_errors());
    sim::RunOptions options = compiled.options;
    const sim::Network& network = *compiled.network;
    options.listen = [&network](std::uint32_t) { return make_full_auditor(network); };
    const sim::TrialResult trial = sim::run_trial(network, options, 0);  // throws if one is broken
    CHECK(trial.losses.size() >= (whole ? 6 : 2));
  }
}

}  // namespace lifeboat::audit
