#include "models/services/msk/groups.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "models/replication/store.hpp"
#include "models/services/lambda/lambda.hpp"
#include "models/services/msk/consumers.hpp"

namespace lifeboat::models::msk {

namespace {

/// The sum or the greatest of what `read` says of each buffer.
Metric over_buffers(const char* name, const char* unit, const char* what, bool sum,
                    std::vector<sim::BufferId> buffers, double (*read)(const sim::BufferView&)) {
  return {name, unit, what, [sum, buffers = std::move(buffers), read](sim::Control& control) {
            double result = 0;
            for (const sim::BufferId id : buffers) {
              const double value = read(control.buffer(id));
              result = sum ? result + value : std::max(result, value);
            }
            return result;
          }};
}

double records(const sim::BufferView& view) {
  return static_cast<double>(view.visible) + static_cast<double>(view.in_flight);
}

double age(const sim::BufferView& view) { return view.oldest_age.to_seconds(); }

}  // namespace

void Groups::declare(Compiler& compiler, const DeploymentSite& site, const Description& d) {
  for (const ConsumerGroup& group : d.groups) {
    groups_.push_back(declare_group(compiler, site, d, group));
  }
}

Groups::Group Groups::declare_group(Compiler& compiler, const DeploymentSite& site,
                                    const Description& d, const ConsumerGroup& group) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::DeploymentId here = compiler.deployment(site);
  const std::string name = name_of(site) + "/" + group.name;
  Group in;
  sim::Station members;
  members.name = name + "/members";
  members.kind = sim::StationKind::kHold;
  members.deployment = here;
  members.servers = group.members;
  in.members = network.add_station(members);
  in.wanted = network.add_register(name + "/consumers", group.members);
  in.resting = network.add_register(name + "/rebalancing", 0);
  for (std::uint32_t p = 0; p < d.partitions; ++p) {
    const std::string label = name + "/" + std::to_string(p);
    in.at_work.push_back(network.add_register(label + "/at-work", 1));
    in.consume.push_back(network.declare_plan(site.service + "." + group.name + "/consume", here));
    sim::Buffer buffer;
    buffer.name = label;
    buffer.deployment = here;
    buffer.visibility = group.most_between_polls;
    if (group.mapping) {
      // A batch is with its poller until it is done or given up.
      buffer.visibility = sim::Duration::infinite();
      buffer.max_receives = 1;
      buffer.window = group.mapping->window;
      in.mapping.push_back(declare_mapping(compiler, site, group));
    }
    buffer.batch = group.most_records;
    buffer.consumer = in.consume.back();
    buffer.consumers = in.at_work.back();
    buffer.first_consumers = 1;
    in.buffers.push_back(network.add_buffer(buffer));
  }
  return in;
}

void Groups::define(Compiler& compiler, const DeploymentSite& site, const Description& d,
                    const std::vector<sim::RegisterId>& leaders) {
  sim::NetworkBuilder& network = compiler.network();
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const Group& group = groups_[i];
    for (std::size_t p = 0; p < group.buffers.size(); ++p) {
      if (d.groups[i].mapping) {
        define_mapping(compiler, site, d.groups[i],
                       {group.consume[p], group.mapping[p], group.buffers[p], group.members});
      } else {
        define_consumer(compiler, site, d.groups[i], group, p);
      }
      if (i > 0) continue;  // a journey that follows a record ends with the first group
      for (const Operation& op : d.operations) {
        if (const auto journey = compiler.followed_by(site.service, op.name)) {
          network.buffer(group.buffers[p]).follows = journey->index();
        }
      }
    }
    GroupPolicy policy;
    policy.service = name_of(site);
    policy.subject = policy.service + "/" + d.groups[i].name;
    policy.region = site.region;
    policy.members = group.members;
    policy.wanted = group.wanted;
    policy.resting = group.resting;
    policy.at_work = group.at_work;
    policy.leader = leaders;
    policy.no_leader = d.replication_factor;
    policy.region_up = compiler.region_up(site.region);
    policy.rebalance = network.add_law(d.rebalance);
    if (d.groups[i].mapping) {
      PollerPolicy pollers;
      pollers.subject = policy.subject;
      pollers.buffers = group.buffers;
      pollers.wanted = group.wanted;
      pollers.region_up = policy.region_up;
      pollers.delay = network.add_law(d.groups[i].mapping->scaling_delay);
      network.add_controller(std::make_shared<PollerController>(std::move(pollers)));
    }
    std::vector<sim::RegisterId> watches = leaders;
    watches.push_back(policy.wanted);
    watches.push_back(policy.region_up);
    network.add_controller(std::make_shared<GroupController>(std::move(policy)), watches);
  }
}

void Groups::define_consumer(Compiler& compiler, const DeploymentSite& site,
                             const ConsumerGroup& spec, const Group& group, std::size_t partition) {
  sim::PlanBuilder plan = compiler.network().define(group.consume[partition]);
  const sim::BufferId buffer = group.buffers[partition];
  plan.take(buffer);
  plan.acquire(group.members);
  plan.delay(compiler.network().add_law(spec.poll), "poll");
  const auto callee = compiler.callee(site, spec.call.service, spec.call.operation);
  if (callee) {  // otherwise reported when calls were checked
    const auto* worker = dynamic_cast<const BatchWorker*>(callee->model);
    sim::PlanId per_record = callee->plan;
    if (worker != nullptr && worker->message_plan(spec.call.operation).valid()) {
      per_record = worker->message_plan(spec.call.operation);
      worker->begin_batch(compiler, plan);
    } else {
      worker = nullptr;
    }
    const auto next = plan.label();
    const auto after = plan.label();
    const auto done = plan.label();
    plan.place(next);
    plan.next_message(buffer, done);
    if (spec.skips_failed) {
      plan.call(per_record, {}, "record", after);
    } else {
      plan.call(per_record, {}, "record");
    }
    plan.place(after);
    plan.jump(next);
    plan.place(done);
    plan.acknowledge(buffer);
    if (worker != nullptr) worker->end_batch(plan);
  }
  plan.release(group.members);
  plan.finish();
}

void Groups::put(sim::PlanBuilder& plan, std::uint32_t partition) const {
  for (const Group& group : groups_) plan.put(group.buffers[partition]);
}

void Groups::add_handles(Handles& handles) const {
  if (groups_.empty()) return;
  std::vector<sim::BufferId> all;
  for (const Group& group : groups_) {
    all.insert(all.end(), group.buffers.begin(), group.buffers.end());
  }
  handles.buffers = all;
  handles.metrics.push_back(over_buffers(
      "sumOffsetLag", "1", "records not consumed yet, over all groups", true, all, records));
  handles.metrics.push_back(over_buffers(
      "maxOffsetLag", "1", "the same of the partition that has most", false, all, records));
  handles.metrics.push_back(over_buffers("estimatedMaxTimeLag", "s",
                                         "age of the oldest record that waits to be consumed",
                                         false, all, age));
  handles.verbs.push_back(set_consumers());
}

Verb Groups::set_consumers() const {
  std::vector<std::pair<sim::RegisterId, sim::RegisterId>> registers;
  for (const Group& group : groups_) registers.emplace_back(group.wanted, group.resting);
  Verb verb;
  verb.block = "mskSetConsumers";
  verb.what = "sets the number of consumers of each group, which rebalances it";
  verb.begin = [registers](sim::Control& control, const VerbArguments& arguments) {
    const std::int64_t amount = std::llround(arguments.amount);
    for (const auto& [wanted, resting] : registers) {
      if (control.value(wanted) == amount) continue;
      control.set(resting, 1);  // at once: the step is not over before the controller has woken
      control.set(wanted, amount);
    }
  };
  verb.status = [registers](sim::Control& control, const VerbArguments& arguments) {
    const bool done = std::all_of(registers.begin(), registers.end(), [&](const auto& group) {
      return control.value(group.first) == std::llround(arguments.amount) &&
             control.value(group.second) == 0;
    });
    return done ? VerbStatus::kDone : VerbStatus::kRunning;
  };
  // One register cannot tell of several groups: then the step polls.
  if (registers.size() == 1) verb.changes = registers.front().second;
  return verb;
}

}  // namespace lifeboat::models::msk
