// What the service tells of its tasks while its balancer sends requests to all for want of healthy
// ones.
#include "tests/models/services/testbed.hpp"

namespace lifeboat::tests {

// Checks of 10 s that fail from 100 s on find every task unhealthy by 130 s; good again from 300 s
// on, five good ones in a row are needed.
TEST_CASE("Tasks that fail-open sends requests to do not count as healthy", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "open",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"], "quotas": { "fargateVcpu": 64 } } },
    "services": {
      "front": { "kind": "alb", "to": "web", "region": "sg", "healthCheck": { "interval": "10s" } },
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "10 MB",
        "desiredCount": 3, "region": "sg", "operations": { "get": { "steps": [ { "cpuTime": "1ms" } ] } } } },
    "journeys": { "visit": { "entry": "front.get" } } })");
  bed.traffic("visit", 5);
  const sim::DeploymentId web = bed.compiled().find("web", "sg")->id;
  sim::EffectId errors;
  bed.at(100, [&, web](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kErrors;
    errors = c.begin_effect({web}, effect);
  });
  bed.at(300, [&](sim::Control& c) { c.end_effect(errors); });
  struct Seen {
    double in_service;
    double healthy;
    double share;
    bool done;
    bool operator==(const Seen&) const = default;
  };
  std::vector<Seen> seen;
  for (const double at : {90.0, 130.0, 500.0}) {
    bed.at(at, [&](sim::Control& c) {
      models::VerbArguments three;
      three.amount = 3;
      seen.push_back({static_cast<double>(c.group(sim::TaskGroupId(0)).in_service),
                      bed.metric(c, "web", "sg", "healthyCount"),
                      bed.metric(c, "web", "sg", "healthyShare"),
                      bed.verb("web", "sg", "ecsCapacityIncrease").status(c, three) ==
                          models::VerbStatus::kDone});
    });
  }
  (void)bed.run(sim::Duration::seconds(510));
  REQUIRE(seen.size() == 3);
  CHECK(seen[0] == Seen{3, 3, 1, true});
  CHECK(seen[1].in_service >= 3);
  CHECK(seen[1].healthy == 0);
  CHECK(seen[1].share == 0);
  CHECK_FALSE(seen[1].done);
  CHECK(seen[2] == Seen{3, 3, 1, true});
}

}  // namespace lifeboat::tests
