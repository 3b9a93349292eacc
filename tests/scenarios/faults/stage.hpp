// What faults are tested on: a world without requests that has something for each of them to hit.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "models/io/document.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "tests/catch.hpp"
#include "tests/sim/fake_world.hpp"

namespace lifeboat::scenarios {

using sim::Duration;

/// Two regions with a shop in both, a database that ships from sg to syd, and an edge.
struct Stage {
  std::shared_ptr<const sim::Network> network;
  PlatformNames names;
  sim::RegisterId begun;
  sim::RegisterId blamed;
  sim::RegisterId waiting;
  sim::RegisterId dns;
  sim::RegisterId step;
  std::array<sim::LawId, 2> laws;  ///< 100 s and 20 s
  std::vector<RegionRegisters> regions;
};

inline Stage make_stage() {
  Stage stage;
  sim::NetworkBuilder builder;
  const auto sg = builder.add_region("sg");
  const auto syd = builder.add_region("syd");
  builder.add_deployment("edge", sim::RegionId());
  builder.add_deployment("web", sg);
  builder.add_deployment("web", syd);
  const auto primary = builder.add_deployment("db", sg);
  const auto replica = builder.add_deployment("db", syd);
  builder.add_deployment("edge", sim::RegionId(), true, "waf");
  builder.add_deployment("edge", sim::RegionId(), false, "certificate");
  builder.add_deployment("edge", sim::RegionId(), false, "certificate-renewal");
  sim::ReplicationLog log;
  log.name = "db";
  log.from = primary;
  log.to = replica;
  log.lag = builder.add_law(sim::Law::constant(Duration::milliseconds(50)));
  builder.add_log(log);
  for (const char* region : {"sg", "syd"}) {
    const std::string prefix = std::string("region/") + region + "/";
    stage.regions.push_back({region, builder.add_register(prefix + "up", 1),
                             builder.add_register(prefix + "control-plane", 1),
                             builder.add_register(prefix + "cloudwatch", 1),
                             builder.add_register(prefix + "failed-at", 0),
                             builder.add_register(prefix + "fargate-grant", 1000)});
  }
  for (const char* name : {"version", "unhealthy", "speed", "errors"}) {
    builder.add_register(std::string("web@sg/deployment/") + name, 0);
  }
  builder.add_deployment("log", sg);
  builder.add_register("log@sg/zone-b-lost", 0);
  builder.add_register("log@sg/nodes-lost", 0);
  for (const char* zone : {"a", "b"}) {
    builder.add_deployment("web", sg, false, std::string("zone-") + zone);
    builder.add_register(std::string("web@sg/zone-") + zone + "-lost", 0);
  }
  builder.add_register("db@sg/failover", 0);
  builder.add_deployment("link/sg/syd", sim::RegionId(), true);
  for (const char* name : {"tasks-launched", "stale-broken", "stale-errors", "stale-faults"}) {
    builder.add_register(std::string("web@syd/") + name, 0);
  }
  builder.add_register("health-check/sg-up/blind", 0);
  builder.add_register("health-check/sg-up/failing", 0);
  builder.add_register("region/sg/fargate-vcpu-quota", 64'000);
  builder.add_bucket({"cognito@sg/UserAuthentication", 120, 120});
  builder.add_bucket({"cognito@sg/RespondToAuthChallenge", 360, 360});
  stage.dns = builder.add_register("dns/control-plane", 1);
  stage.step = builder.add_register("runbook/sg-to-syd/step/promote", 0);
  stage.waiting = builder.add_register("faults/waiting", 0);
  stage.laws[0] = builder.add_law(sim::Law::constant(Duration::seconds(100)));
  stage.laws[1] = builder.add_law(sim::Law::constant(Duration::seconds(20)));
  stage.begun = builder.add_register("faults/begun", 0);
  stage.blamed = builder.add_register("faults/blamed", 0);
  stage.network = std::make_shared<const sim::Network>(builder.so_far());
  stage.names.regions = {"sg", "syd"};
  stage.names.zones = {{"a", "b"}, {"a"}};
  stage.names.services = {{"edge", "cloudfront", {}, {}},
                          {"web", "ecs-fargate", {"sg", "syd"}, {}},
                          {"db", "rds", {"sg", "syd"}, {}},
                          {"log", "msk", {"sg"}, {}}};
  stage.names.health_checks = {"sg-up"};
  stage.names.watched_by["sg-up"] = {"web", "sg"};
  stage.names.runbook_steps["sg-to-syd"] = {"declare", "promote"};
  return stage;
}

inline Faults read(const std::string& text, models::io::Problems& problems) {
  const auto document = models::io::Document::parse_text(text, "f.json", problems);
  REQUIRE(document);
  return join_faults({read_faults(document->root(), true, problems)}, problems);
}

inline FaultPlan plan(const Stage& stage, const std::string& text) {
  models::io::Problems problems;
  const auto faults = read(text, problems);
  auto result = plan_faults(faults, models::io::Calendar(), stage.names, *stage.network, problems);
  for (const auto& line : problems.lines()) UNSCOPED_INFO(line);
  REQUIRE(problems.empty());
  result.regions = stage.regions;
  result.begun = stage.begun;
  result.blamed = stage.blamed;
  result.waiting = stage.waiting;
  result.dns = stage.dns;
  for (auto& fault : result.faults) {
    if (fault.moment) fault.moment->reg = stage.network->find_register(fault.moment->name);
    if (fault.between.law) fault.between.id = stage.laws[0];
    if (fault.repair.law) fault.repair.id = stage.laws[1];
    if (fault.mending.law) fault.mending.id = stage.laws[1];
    if (fault.lasts.law) fault.lasts.id = stage.laws[1];
  }
  return result;
}

inline std::vector<std::string> errors(const Stage& stage, const std::string& text) {
  models::io::Problems problems;
  const auto faults = read(text, problems);
  if (problems.has_errors()) return problems.lines();
  static_cast<void>(
      plan_faults(faults, models::io::Calendar(), stage.names, *stage.network, problems));
  return problems.lines();
}

}  // namespace lifeboat::scenarios
