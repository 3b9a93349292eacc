// Small networks that several engine tests share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/network/builder.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::sim::test {

/// The service time of most tests, on average.
inline constexpr Duration kTenMs = Duration::milliseconds(10);

/// A source of constant rate (per second) that drives one journey.
inline Source constant_source(const std::string& name, double per_second, JourneyId journey) {
  Source source;
  source.name = name;
  source.rate.points = {{Instant::origin(), per_second}};
  Profile whole;
  whole.points = {{Instant::origin(), 1.0}};
  source.mix = {{journey, kNone, whole}};
  return source;
}

/// A builder with one region, one deployment and one journey whose entry is `plan`.
struct OneService {
  NetworkBuilder builder;
  RegionId region = builder.add_region("home");
  DeploymentId deployment = builder.add_deployment("till", region);
  PlanId plan = builder.declare_plan("till.serve", deployment);
  JourneyId journey;

  OneService() {
    Journey row;
    row.name = "visit";
    row.plan = builder.declare_plan("journey.visit", DeploymentId{});
    PlanBuilder root = builder.define(row.plan);
    root.call(plan, CallPolicy{}, "entry");
    root.finish();
    journey = builder.add_journey(row);
  }
};

/// Places for so many tasks of the service in three zones, each with that station.
inline TaskGroupId add_tasks(OneService& one, std::uint32_t places, TaskGroup::Choice choice,
                             const Station& station) {
  TaskGroup row;
  row.name = "web";
  row.deployment = one.deployment;
  row.limit = places;
  row.zones = 3;
  row.choice = choice;
  return one.builder.add_task_group(row, {station});
}

/// A source of one request each at the given seconds.
inline Source stamps_source(const std::vector<double>& seconds, JourneyId journey) {
  Source source = constant_source("visit", 0, journey);
  source.kind = Source::Kind::kStamps;
  for (const double s : seconds) source.stamps.push_back(Instant::from_seconds(s));
  return source;
}

/// Makes each request of the service a write that travels to a copy far away as `log` says (its
/// ends are set here); with `records`, the only part of an order.
inline void write_to_copy(OneService& one, ReplicationLog log, bool records = false) {
  log.name = "store";
  log.from = one.deployment;
  log.to = one.builder.add_deployment("copy", one.builder.add_region("far"));
  Commit commit;
  commit.logs = {one.builder.add_log(log)};
  commit.deployment = one.deployment;
  commit.store = one.builder.add_store("store");
  if (records) {
    RecordClass orders;
    orders.name = "orders";
    orders.parts = 1;
    commit.record = one.builder.add_record_class(orders);
  }
  PlanBuilder plan = one.builder.define(one.plan);
  plan.commit(commit, "insert");
  plan.finish();
}

/// A service "web" with a task in each of three zones, chosen in turn; requests at 1, 2, ..., 12 s
/// pass the service's gate and that of their task's zone. Somebody has to start the tasks, and to
/// say what they do.
struct ZonedTasks {
  NetworkBuilder builder;
  RegionId region = builder.add_region("home");
  DeploymentId web = builder.add_deployment("web", region);
  std::vector<DeploymentId> zones;
  TaskGroupId group;

  /// `station`: of each task; `work` adds the steps behind the gates.
  template <class Work>
  ZonedTasks(const Station& station, const Work& work) {
    for (const char* zone : {"zone-0", "zone-1", "zone-2"}) {
      zones.push_back(builder.add_deployment("web", region, false, zone));
    }
    TaskGroup row;
    row.name = "web";
    row.deployment = web;
    row.limit = 3;
    row.zones = 3;
    row.first_zone_gate = zones[0];
    group = builder.add_task_group(row, {station});
    const PlanId get = builder.declare_plan("web.get", web);
    PlanBuilder plan = builder.define(get);
    plan.gate();
    plan.choose(group);
    plan.gate_of_zone(zones[0], "zone");
    work(builder, plan);
    plan.finish();
    Journey journey;
    journey.name = "get";
    journey.plan = get;
    const JourneyId visit = builder.add_journey(journey);
    builder.add_source(stamps_source({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, visit));
  }
};

/// A pool of places to hold.
inline StationId hold(NetworkBuilder& builder, DeploymentId deployment, const std::string& name,
                      std::uint32_t places, std::uint32_t queue_limit = kNone) {
  Station station;
  station.name = name;
  station.kind = StationKind::kHold;
  station.servers = places;
  station.queue_limit = queue_limit;
  station.deployment = deployment;
  return builder.add_station(station);
}

/// A closed population that drives one journey.
inline Source users(std::uint32_t count, LawId think, JourneyId journey) {
  Source source;
  source.name = "users";
  source.kind = Source::Kind::kUsers;
  source.users = count;
  source.think = think;
  Profile whole;
  whole.points = {{Instant::origin(), 1.0}};
  source.mix = {{journey, kNone, whole}};
  return source;
}

/// An M/G/c queue (kServers) at which requests arrive at `per_second`.
inline std::shared_ptr<const Network> single_queue(double per_second, const Law& service,
                                                   std::uint32_t servers,
                                                   std::uint32_t queue_limit = kNone,
                                                   Discipline discipline = Discipline::kFifo) {
  OneService one;
  Station station;
  station.name = "till";
  station.servers = servers;
  station.queue_limit = queue_limit;
  station.discipline = discipline;
  station.deployment = one.deployment;
  const StationId id = one.builder.add_station(station);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.gate();
  plan.visit(id, one.builder.add_law(service), "demand");
  plan.finish();
  one.builder.add_source(constant_source("visit", per_second, one.journey));
  return one.builder.build();
}

inline RunOptions run_for(Duration warmup, Duration duration, std::uint64_t seed = 1) {
  RunOptions options;
  options.seed = seed;
  options.warmup = warmup;
  options.duration = duration;
  options.quantile_bin = Duration::infinite();
  return options;
}

}  // namespace lifeboat::sim::test
