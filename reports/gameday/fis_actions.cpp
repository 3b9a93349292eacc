#include "reports/gameday/fis_actions.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace lifeboat::reports::gameday {
namespace {

using scenarios::FaultAction;

std::string whole_percent(double share) {
  return fmt::format("{:.0f}", std::clamp(std::round(share * 100), 1.0, 100.0));
}

std::string milliseconds_of(sim::Duration time) {
  return fmt::format("{:.0f}", std::max(1.0, time.to_seconds() * 1000));
}

FisChoice subnets(std::string scope, std::string note = {}) {
  return {"aws:network:disrupt-connectivity",
          "Subnets",
          "aws:ec2:subnet",
          {{"scope", std::move(scope)}},
          {},
          true,
          false,
          std::move(note)};
}

FisChoice pause_table() {
  return {"aws:dynamodb:global-table-pause-replication",
          "Tables",
          "aws:dynamodb:global-table",
          {},
          {},
          true,
          false,
          {}};
}

FisChoice pause_bucket(const std::string& destination) {
  return {"aws:s3:bucket-pause-replication",
          "Buckets",
          "aws:s3:bucket",
          {{"region", destination}},
          {},
          true,
          false,
          {}};
}

FisChoice fail_over_instances(std::string note = {}) {
  return {"aws:rds:reboot-db-instances",
          "DBInstances",
          "aws:rds:db",
          {{"forceFailover", "true"}},
          {},
          false,
          false,
          std::move(note)};
}

FisChoice cache_zone() {
  return {"aws:elasticache:replicationgroup-interrupt-az-power",
          "ReplicationGroups",
          "aws:elasticache:replicationgroup",
          {},
          {},
          true,
          false,
          {}};
}

FisChoice stop_tasks(std::string note) {
  return {"aws:ecs:stop-task", "Tasks", "aws:ecs:task", {}, {}, false, false, std::move(note)};
}

FisChoice function_errors(double share) {
  return {"aws:lambda:invocation-error",
          "Functions",
          "aws:lambda:function",
          {{"invocationPercentage", whole_percent(share)}, {"preventExecution", "true"}},
          {},
          true,
          false,
          {}};
}

std::vector<FisChoice> with_zones(const FisChoice& choice, const FisReach& reach,
                                  const std::string& key) {
  std::vector<FisChoice> all;
  for (const std::string& zone : reach.zones) {
    all.push_back(choice);
    all.back().target_parameters[key] = reach.code + zone;
  }
  return all;
}

std::vector<FisChoice> of_zone(std::string_view kind, const FisReach& reach) {
  if (kind.empty()) {
    return with_zones(subnets("all",
                              "what runs there goes on and cannot be reached: power is not "
                              "lost, and nothing is started elsewhere until checks fail"),
                      reach, "availabilityZoneIdentifier");
  }
  if (kind == "elasticache") return with_zones(cache_zone(), reach, "availabilityZoneIdentifier");
  if (kind == "rds") {
    return with_zones(fail_over_instances("the instance is rebooted with a failover: its zone "
                                          "stays"),
                      reach, "availabilityZoneIdentifiers");
  }
  return {};
}

std::vector<FisChoice> of_region(std::string_view kind, const FisReach& reach) {
  if (kind.empty()) {
    return {subnets("all",
                    "the subnets' traffic is denied, and what runs there goes on: the "
                    "region's control plane and what lies outside of subnets still answer")};
  }
  if (kind == "dynamodb" && !reach.other_code.empty()) return {pause_table()};
  if (kind == "s3" && !reach.other_code.empty()) return {pause_bucket(reach.other_code)};
  return {};
}

std::vector<FisChoice> of_latency(const FaultAction& action, std::string_view kind) {
  const auto& effect = action.effects.effect;
  if (!effect) return {};
  if (kind == "ecs-fargate") {
    return {{"aws:ecs:task-network-latency",
             "Tasks",
             "aws:ecs:task",
             {{"delayMilliseconds", milliseconds_of(effect->delay)},
              {"jitterMilliseconds", "0"},
              {"sources", "ALL"},
              {"useEcsFaultInjectionEndpoints", "true"}},
             {},
             true,
             false,
             "tasks need the SSM agent's container and enableFaultInjection"}};
  }
  if (kind == "lambda") {
    return {{"aws:lambda:invocation-add-delay",
             "Functions",
             "aws:lambda:function",
             {{"invocationPercentage", "100"},
              {"startupDelayMilliseconds", milliseconds_of(effect->delay)}},
             {},
             true,
             false,
             "functions need the FIS extension's layer"}};
  }
  return {};
}

std::vector<FisChoice> of_slow(const FaultAction& action, std::string_view kind) {
  if (kind != "ecs-fargate" || !action.effects.effect) return {};
  return {{"aws:ecs:task-cpu-stress",
           "Tasks",
           "aws:ecs:task",
           {{"percent", whole_percent(1 - action.effects.effect->factor)}},
           {},
           true,
           false,
           "a stress process takes that share of the CPU; the tasks' own share follows from the "
           "scheduler. Tasks need the SSM agent's container"}};
}

std::vector<FisChoice> of_outage(std::string_view kind) {
  if (kind == "s3") return {subnets("s3", "callers in these subnets alone")};
  if (kind == "dynamodb") return {subnets("dynamodb", "callers in these subnets alone")};
  if (kind == "lambda") return {function_errors(1)};
  if (kind == "ecs-fargate") {
    return {stop_tasks("ECS starts new ones at once: set the desired count to 0 as well")};
  }
  return {};
}

std::vector<FisChoice> of_network(const FaultAction& action, std::string_view kind,
                                  const FisReach& reach) {
  if (!kind.empty() || !action.effects.network || !action.effects.network->cut) return {};
  if (!reach.zones.empty()) {
    return with_zones(subnets("availability-zone"), reach, "availabilityZoneIdentifier");
  }
  if (reach.other_code.empty()) return {};
  return {{"aws:network:route-table-disrupt-cross-region-connectivity",
           "Subnets",
           "aws:ec2:subnet",
           {{"region", reach.other_code}},
           {},
           true,
           false,
           {}}};
}

std::vector<FisChoice> of_control_plane(std::string_view kind) {
  if (!kind.empty()) return {};
  return {{"aws:fis:inject-api-unavailable-error",
           "Roles",
           "aws:iam:role",
           {{"service", "ec2"},
            {"percentage", "100"},
            {"operations", "CreateTags,DescribeInstances,RunInstances"}},
           {},
           true,
           true,
           "calls of EC2's API by that role alone: deny the others by a policy (by hand)"}};
}

}  // namespace

std::vector<FisChoice> fis_choices(const FaultAction& action, std::string_view kind,
                                   const FisReach& reach) {
  const std::string& id = action.action_id;
  if (id == "zone-outage") {
    return of_zone(kind, reach);
  }
  if (id == "region-outage") return of_region(kind, reach);
  if (id == "latency") return of_latency(action, kind);
  if (id == "slow") return of_slow(action, kind);
  if (id == "service-outage") return of_outage(kind);
  if (id == "network-partition") return of_network(action, kind, reach);
  if (id == "control-plane-outage") return of_control_plane(kind);
  if (id == "failover" && kind == "rds") return {fail_over_instances()};
  if (id == "errors" && kind == "lambda" && action.effects.effect) {
    return {function_errors(action.effects.effect->share)};
  }
  if (id == "replica-broken" && kind == "dynamodb") return {pause_table()};
  if (id == "replica-broken" && kind == "s3" && !reach.other_code.empty()) {
    // The source bucket's replication is paused, in its own region.
    FisChoice pause = pause_bucket(reach.code);
    pause.at_other_end = true;
    return {pause};
  }
  return {};
}

ByHand by_hand(std::string_view id) {
  struct Row {
    std::string_view id;
    const char* does;
    const char* undoes;
  };
  static constexpr Row kRows[] = {
      {"bad-deployment", "deploy the prepared bad version of the service",
       "deploy the version before"},
      {"cache-flush", "send FLUSHALL to every primary node of the cache",
       "nothing: it fills again"},
      {"capacity-unavailable",
       "let launches fail: take ecs:UpdateService and ecs:RunTask from the deploying role, or give "
       "the services subnets without free addresses",
       "give them back"},
      {"certificate-expiry", "attach the prepared expired or foreign certificate to the listener",
       "attach the right one"},
      {"certificate-renewal-fails", "remove the validation record of the certificate",
       "put the record back"},
      {"control-plane-outage",
       "deny every changing call in the region by a service control policy "
       "(aws:RequestedRegion)",
       "detach the policy"},
      {"dns-control-plane-outage", "deny route53:ChangeResourceRecordSets by a policy",
       "detach the policy"},
      {"errors", "switch the prepared error injection of the service on (a flag, a proxy)",
       "switch it off"},
      {"failover", "call the service's own test failover (elasticache:TestFailover)",
       "nothing: it has failed over"},
      {"health-checks-blind", "disable the health check: it keeps its last status", "enable it"},
      {"latency", "switch the prepared delay on (a proxy, tc netem)", "switch it off"},
      {"metric-blackout", "deny cloudwatch:PutMetricData, and disable the alarms' actions",
       "detach the policy, enable the actions"},
      {"network-latency", "put a delay on the transit path (a proxy, tc netem)", "take it off"},
      {"network-partition", "deny the other side's address range in network ACLs",
       "put the old ACLs back"},
      {"nodes-lost", "reboot or delete the nodes that the scenario names", "let them be replaced"},
      {"quota-too-small",
       "cap what may be asked for: the services' maximum counts, or the quota itself where support "
       "lowers it",
       "take the cap away"},
      {"region-outage", "deny all traffic of the region's subnets by network ACLs",
       "put the old ACLs back"},
      {"replica-broken", "stop the replication task, or remove its network rule",
       "start it again, and check that it catches up"},
      {"replica-lag", "load the replica, or lower its I/O, until it lags", "take the load away"},
      {"service-outage", "deny the service's calls by a policy, or its port by a security group",
       "detach the policy, put the rule back"},
      {"slow", "load the servers from inside (stress-ng), or give them fewer processors",
       "stop the load"},
      {"stale-configuration",
       "roll the parameter, secret or image in the standby back to an old one",
       "put the current one in place"},
      {"throttling", "lower the service's configured rate (a usage plan, a provisioned capacity)",
       "put the old rate back"},
      {"writes-refused", "deny the writing calls by a resource policy", "remove the statement"},
      {"zone-outage", "deny all traffic of the zone's subnets by network ACLs",
       "put the old ACLs back"},
  };
  const auto* found = std::find_if(std::begin(kRows), std::end(kRows),
                                   [&](const Row& row) { return row.id == id; });
  if (found == std::end(kRows)) return {"agree on how to bring it about", "take it back"};
  return {found->does, found->undoes};
}

}  // namespace lifeboat::reports::gameday
