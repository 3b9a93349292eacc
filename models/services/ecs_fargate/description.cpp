#include "models/services/ecs_fargate/description.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/law.hpp"
#include "models/platform/platform.hpp"
#include "models/services/ecs_fargate/dimension.hpp"
#include "models/services/ecs_fargate/shedding.hpp"

namespace lifeboat::models::ecs {
namespace {

using sim::Duration;
using sim::Law;

/// Task sizes of Fargate: vCPUs and the memory that goes with them, in GiB.
struct TaskSize {
  double cpu;
  double least;
  double most;
};
constexpr std::array<TaskSize, 7> kSizes = {
    {{0.25, 0.5, 2}, {0.5, 1, 4}, {1, 2, 8}, {2, 4, 16}, {4, 8, 30}, {8, 16, 60}, {16, 32, 120}}};

void read_size(io::ObjectReader& r, Description& description) {
  description.cpu =
      r.required_vcpu({"cpu", "processors of one task: 0.25, 0.5, 1, 2, 4, 8 or 16 vCPU"},
                      io::positive<io::Vcpu>())
          .count;
  const io::Bytes memory = r.required_bytes({"memory", "memory of one task"});
  if (r.describing()) return;
  const auto size = std::find_if(kSizes.begin(), kSizes.end(),
                                 [&](const TaskSize& each) { return each.cpu == description.cpu; });
  if (size == kSizes.end()) {
    r.error("cpu", "Fargate has no tasks of that size", "0.25, 0.5, 1, 2, 4, 8 or 16 vCPU");
    return;
  }
  const double gibibytes = static_cast<double>(memory.count) / (1024.0 * 1024 * 1024);
  description.memory_gib = gibibytes;
  if (gibibytes < size->least || gibibytes > size->most) {
    r.error("memory", "Fargate has no tasks of that size",
            io::to_text(size->least) + " to " + io::to_text(size->most) + " GiB with this cpu");
  }
}

void read_pools(io::ObjectReader& r, const Platform& platform, Description& description) {
  r.map({"pools", "connection pools of a task, by the service called"},
        [&](std::string_view service, io::ObjectReader& p) {
          PoolSpec pool;
          pool.service = service;
          if (!r.describing() && platform.find_service(service) == nullptr) {
            io::unknown_name(p.problems(), p.place(), "service", service, platform.service_names());
          }
          pool.max = static_cast<std::uint32_t>(
              p.required_count({"max", "connections"}, {.min = 1, .max = 100'000}));
          pool.acquire_timeout = p.optional_duration(
              {"acquireTimeout", "wait for a connection at most", "guess, 1 s to 30 s by driver"},
              Duration::seconds(10), io::positive<Duration>());
          description.pools.push_back(std::move(pool));
        });
}

constexpr io::Choice<bool> kRebalancing[] = {
    {"ENABLED", true, "tasks that stand unevenly are moved"},
    {"DISABLED", false, "tasks stay where they were launched"}};

void read_zones(io::ObjectReader& r, Description& description) {
  description.rebalancing = r.optional_enum(
      {"availabilityZoneRebalancing", "whether tasks are moved when zones have uneven numbers",
       "AWS API reference, ECS CreateService: enabled for new services, as of 2026-11"},
      true, kRebalancing);
  description.rebalancing_delay =
      optional_law(r,
                   {"rebalancingDelay", "from uneven zones to the launch of replacements",
                    "guess, 1 min to 10 min: unpublished"},
                   Law::uniform(Duration::minutes(1), Duration::minutes(10)));
  // Acts where a zone is lost only: no figure of another run rests on it.
  description.zone_loss_detection =
      maybe_law(r, {"zoneLossDetection", "from the loss of a zone until ECS finds its tasks gone",
                    "guess, 10 s to 60 s: unpublished", "uniform, 10 s to 60 s"})
          .value_or(Law::uniform(Duration::seconds(10), Duration::seconds(60)));
}

}  // namespace

std::uint32_t Description::most_tasks() const {
  std::uint32_t most = desired;
  if (scaling) most = std::max(most, scaling->most());
  // A maximum that may rise with the forecast: what its highest hour needs, half as much again.
  if (scaling && scaling->predictive && scaling->predictive->may_exceed_max) {
    const PredictiveScaling& policy = *scaling->predictive;
    const double highest = policy.capacity_for(policy.forecast.highest(), cpu);
    most = std::max(most, static_cast<std::uint32_t>(std::min(
                              5000.0, std::ceil(1.5 * highest * (1 + policy.max_buffer)))));
  }
  return most;
}

Description read_description(const Platform& platform, const DeploymentSite& site,
                             const io::Value& value, io::Problems& problems) {
  io::ObjectReader r(value, problems);
  Description description;
  read_size(r, description);
  description.image_megabytes =
      static_cast<double>(
          r.optional_bytes({"image", "size of the image that is pulled", "guess, 20 MB to 2 GB"},
                           io::Bytes{250'000'000},
                           {.min = io::Bytes{0}, .max = io::Bytes{100'000'000'000}})
              .count) /
      1e6;
  description.boot = r.optional_duration(
      {"bootTime", "from a started container to a listening one",
       "guess, 0 s to 60 s: the fitted start times are of containers that listen at once"},
      Duration{}, {.min = Duration{}, .max = Duration::hours(1)});
  description.health_grace = r.optional_duration(
      {"healthCheckGracePeriod",
       "from a started container on, in which the balancer's word does not stop the task",
       "Amazon ECS Developer Guide, service definition parameters, 2023: none unless set"},
      Duration{}, {.min = Duration{}, .max = Duration::days(7)});
  description.stop_timeout = r.optional_duration(
      {"stopTimeout", "from the signal to the kill",
       "AWS documentation, ECS task definition parameters, as of 2026-11"},
      Duration::seconds(30), {.min = Duration{}, .max = Duration::seconds(120)});
  description.desired = static_cast<std::uint32_t>(r.optional_count(
      {"desiredCount", "tasks at the start, where no scaling policy says otherwise",
       "AWS API reference, ECS CreateService, as of 2026-11"},
      1, {.min = 0, .max = 5000}));
  description.workers = static_cast<std::uint32_t>(
      r.optional_count({"workersPerTask", "requests that a task works on at once",
                        "guess, 8 to 400 by server software"},
                       64, {.min = 1, .max = 100'000}));
  description.backlog = static_cast<std::uint32_t>(
      r.optional_count({"backlogPerTask", "requests that wait for a worker; more are refused",
                        "guess, 0 to 4,096: the listen backlog of many servers"},
                       128, {.min = 0, .max = 1'000'000}));
  read_zones(r, description);
  read_pools(r, platform, description);
  r.section(
      {"scaling", "Application Auto Scaling", "", "the count stays"},
      [&](io::ObjectReader& scaling) { description.scaling = read_scaling(scaling, kTasks); });
  r.section(
      {"deployment", "how a new version is rolled out", "", "it is never deployed to"},
      [&](io::ObjectReader& deployment) { description.deployment = read_deployment(deployment); });
  description.shedding = read_shedding(r);
  const bool some = r.map({"operations", "what it can be asked to do"},
                          [&](std::string_view operation, io::ObjectReader& o) {
                            description.operations.push_back(read_operation(
                                platform, site, operation, o.value(), {}, o.problems()));
                            o.leave_open();
                          });
  if (!some && !r.describing()) r.error("operations", "a service without operations");
  r.finish();
  return description;
}

}  // namespace lifeboat::models::ecs
