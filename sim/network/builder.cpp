#include "sim/network/builder.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "sim/network/client.hpp"
#include "sim/network/draft.hpp"
#include "sim/network/parts.hpp"
#include "sim/random/luck.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::size_t kMostStations = 2'000'000;
constexpr std::uint32_t kMostSlotServers = 64;
constexpr std::uint32_t kMostProbeTimeouts = 16;  // distinct ones
constexpr std::size_t kMostOfAKind = 0xffff;      // a request keeps them in 16 bits

[[noreturn]] void refuse(const std::string& text) { throw std::invalid_argument(text); }

template <class IdType, class Row>
IdType append_row(std::vector<Row>& rows, Row row) {
  rows.push_back(std::move(row));
  return IdType{static_cast<std::uint32_t>(rows.size() - 1)};
}

/// Walker's alias table for weights 1 / rank^s (Vose's construction, O(n)).
std::vector<KeyCell> zipf_table(std::uint32_t count, double exponent) {
  std::vector<double> weight(count);
  double sum = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    weight[i] = math::pow(static_cast<double>(i + 1), -exponent);
    sum += weight[i];
  }
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::uint32_t i = 0; i < count; ++i) {
    weight[i] *= static_cast<double>(count) / sum;
    (weight[i] < 1 ? small : large).push_back(i);
  }
  std::vector<KeyCell> cells(count);
  const double scale = 4294967295.0;
  while (!small.empty() && !large.empty()) {
    const std::uint32_t low = small.back();
    const std::uint32_t high = large.back();
    small.pop_back();
    cells[low] = {static_cast<std::uint32_t>(weight[low] * scale), high};
    weight[high] -= 1 - weight[low];
    if (weight[high] < 1) {
      large.pop_back();
      small.push_back(high);
    }
  }
  for (const std::uint32_t i : small) cells[i] = {0xffffffffU, i};
  for (const std::uint32_t i : large) cells[i] = {0xffffffffU, i};
  return cells;
}

/// First of the cells for so many keys of that popularity: those of a space like it if there is
/// one.
std::uint32_t popularity(Network& net, std::uint32_t count, double exponent) {
  for (const KeySpace& other : net.key_spaces) {
    const bool same = other.count == count && other.zipf == exponent;
    if (same && other.first_cell != kNone) return other.first_cell;
  }
  const auto first = static_cast<std::uint32_t>(net.key_cells.size());
  const std::vector<KeyCell> cells = zipf_table(count, exponent);
  net.key_cells.insert(net.key_cells.end(), cells.begin(), cells.end());
  return first;
}

bool same_law(const Law& a, const Law& b) {
  return a.mean_seconds() == b.mean_seconds() && a.variance() == b.variance() &&
         a.quantile_seconds(0.31) == b.quantile_seconds(0.31) &&
         a.quantile_seconds(0.97) == b.quantile_seconds(0.97) && a.describe() == b.describe();
}

}  // namespace

NetworkBuilder::NetworkBuilder() : draft_(std::make_unique<Draft>()) {}
NetworkBuilder::~NetworkBuilder() = default;

const Network& NetworkBuilder::so_far() const { return *draft_->network; }

RegionId NetworkBuilder::add_region(std::string name) {
  return append_row<RegionId>(draft_->network->regions, std::move(name));
}

DeploymentId NetworkBuilder::add_deployment(std::string service, RegionId region, bool dependency,
                                            std::string part) {
  Network& net = *draft_->network;
  const auto known = std::find(net.services.begin(), net.services.end(), service);
  const auto index = static_cast<std::uint32_t>(known - net.services.begin());
  if (known == net.services.end()) net.services.push_back(service);
  Deployment row{std::move(service), region, index, dependency, std::move(part)};
  return append_row<DeploymentId>(net.deployments, std::move(row));
}

LawId NetworkBuilder::add_law(const Law& law) {
  Network& net = *draft_->network;
  for (std::size_t i = 0; i < net.laws.size(); ++i) {
    if (same_law(net.laws[i], law)) return LawId{static_cast<std::uint32_t>(i)};
  }
  return append_row<LawId>(net.laws, law);
}

StationId NetworkBuilder::add_station(Station station) {
  if (draft_->network->stations.size() >= kMostStations) refuse("too many stations");
  if (station.kind == StationKind::kServers && station.servers == 0) {
    refuse("station '" + station.name + "' has no servers");
  }
  return append_row<StationId>(draft_->network->stations, std::move(station));
}

TaskGroupId NetworkBuilder::add_task_group(TaskGroup group,
                                           std::vector<Station> stations_of_a_task) {
  Network& net = *draft_->network;
  const std::size_t wanted = std::size_t{group.limit} * stations_of_a_task.size();
  if (group.limit == 0) refuse("task group '" + group.name + "' has no place for tasks");
  if (net.stations.size() + wanted > kMostStations) refuse("too many tasks");
  const auto index = static_cast<std::uint32_t>(net.groups.size());
  group.first_task = static_cast<std::uint32_t>(net.task_group.size());
  group.first_station = static_cast<std::uint32_t>(net.stations.size());
  group.stations_per_task = static_cast<std::uint32_t>(stations_of_a_task.size());
  for (Station& station : stations_of_a_task) {
    station.name = group.name + "/" + station.name;
    station.deployment = group.deployment;
  }
  for (std::uint32_t t = 0; t < group.limit; ++t) {
    net.task_group.push_back(index);
    for (const Station& station : stations_of_a_task) add_station(station);
  }
  return append_row<TaskGroupId>(net.groups, std::move(group));
}

BucketId NetworkBuilder::add_bucket(Bucket bucket) {
  return append_row<BucketId>(draft_->network->buckets, std::move(bucket));
}

BucketId NetworkBuilder::add_partitions(const Bucket& bucket, std::uint32_t count) {
  if (count == 0 || count > 100'000) refuse("partitions of '" + bucket.name + "' out of range");
  const BucketId first = add_bucket(bucket);
  Bucket next = bucket;
  next.name.clear();  // the first names them all
  for (std::uint32_t i = 1; i < count; ++i) add_bucket(next);
  return first;
}

PartitionsId NetworkBuilder::add_key_ranges(Partitions partitions) {
  if (partitions.count == 0 || partitions.count > 100'000) {
    refuse("partitions of '" + partitions.name + "' out of range");
  }
  if (!(partitions.per_second > 0)) refuse("partitions of '" + partitions.name + "' give nothing");
  if (!partitions.table.valid()) refuse("partitions of '" + partitions.name + "' have no table");
  return append_row<PartitionsId>(draft_->network->partitions, std::move(partitions));
}

RateRuleId NetworkBuilder::add_rate_rule(RateRule rule) {
  if (rule.cadence <= Duration{} || rule.window.count() % rule.cadence.count() != 0 ||
      rule.window < rule.cadence) {
    refuse("the window of rule '" + rule.name + "' is no whole number of cadences");
  }
  if (!rule.lag.valid()) refuse("rule '" + rule.name + "' has no lag");
  if (rule.most_keys == 0) refuse("rule '" + rule.name + "' can list nobody");
  rule.hash = hash_name(rule.name);
  return append_row<RateRuleId>(draft_->network->rate_rules, std::move(rule));
}

KeySpaceId NetworkBuilder::add_key_space(std::string name, std::uint32_t count, double zipf,
                                         bool per_client) {
  if (count == 0) refuse("key space '" + name + "' has no keys");
  KeySpace space;
  space.hash = hash_name(name);
  space.name = std::move(name);
  space.count = count;
  space.per_client = per_client;
  space.zipf = zipf;
  if (!per_client && zipf > 0) space.first_cell = popularity(*draft_->network, count, zipf);
  return append_row<KeySpaceId>(draft_->network->key_spaces, std::move(space));
}

CacheId NetworkBuilder::add_cache(Cache cache) {
  return append_row<CacheId>(draft_->network->caches, std::move(cache));
}
BufferId NetworkBuilder::add_buffer(Buffer buffer) {
  return append_row<BufferId>(draft_->network->buffers, std::move(buffer));
}
LogId NetworkBuilder::add_log(ReplicationLog log) {
  return append_row<LogId>(draft_->network->logs, std::move(log));
}
RecordClassId NetworkBuilder::add_record_class(RecordClass record_class) {
  return append_row<RecordClassId>(draft_->network->record_classes, std::move(record_class));
}
std::uint32_t NetworkBuilder::add_store(std::string name) {
  draft_->network->stores.push_back(std::move(name));
  return static_cast<std::uint32_t>(draft_->network->stores.size() - 1);
}
RegisterId NetworkBuilder::add_register(std::string name, std::int64_t initial) {
  draft_->network->register_watchers.emplace_back();
  return append_row<RegisterId>(draft_->network->registers, Register{std::move(name), initial});
}
ResolverId NetworkBuilder::add_resolver(Resolver resolver) {
  resolver.hash = hash_name(resolver.name);
  return append_row<ResolverId>(draft_->network->resolvers, std::move(resolver));
}
EnvironmentId NetworkBuilder::add_environments(Environments environments) {
  return append_row<EnvironmentId>(draft_->network->environments, std::move(environments));
}
JourneyId NetworkBuilder::add_journey(Journey journey) {
  return append_row<JourneyId>(draft_->network->journeys, std::move(journey));
}
std::uint32_t NetworkBuilder::add_visit(Visit visit) {
  draft_->network->visits.push_back(std::move(visit));
  return static_cast<std::uint32_t>(draft_->network->visits.size() - 1);
}
SourceId NetworkBuilder::add_source(Source source) {
  source.hash = hash_name(source.name);
  return append_row<SourceId>(draft_->network->sources, std::move(source));
}
void NetworkBuilder::set_population(Population population) {
  draft_->network->population = population;
}

ControllerId NetworkBuilder::add_controller(std::shared_ptr<const Controller> controller,
                                            const std::vector<RegisterId>& watches) {
  Network& net = *draft_->network;
  const auto index = static_cast<std::uint32_t>(net.controllers.size());
  for (const RegisterId reg : watches) {
    if (reg.index() >= net.registers.size()) refuse("a controller watches an unknown register");
    net.register_watchers[reg.index()].push_back(index);
  }
  net.controller_luck.push_back(hash_name(controller->name()));
  return append_row<ControllerId>(net.controllers, std::move(controller));
}

PlanId NetworkBuilder::declare_plan(std::string luck_name, DeploymentId deployment) {
  Network& net = *draft_->network;
  net.plan_names.push_back(std::move(luck_name));
  net.plan_deployment.push_back(deployment);
  net.plan_entry.push_back(kNone);
  draft_->plan_defined.push_back(false);
  draft_->calls.emplace_back();
  return PlanId{static_cast<std::uint32_t>(net.plan_entry.size() - 1)};
}

PlanBuilder NetworkBuilder::define(PlanId plan) {
  if (!plan.valid() || plan.index() >= draft_->plan_defined.size()) refuse("unknown plan");
  if (draft_->plan_defined[plan.index()]) {
    refuse("plan '" + draft_->network->plan_names[plan.index()] + "' is defined twice");
  }
  draft_->plan_defined[plan.index()] = true;
  return PlanBuilder{*this, plan};
}

bool NetworkBuilder::defined(PlanId plan) const {
  return plan.valid() && draft_->plan_defined[plan.index()];
}
Buffer& NetworkBuilder::buffer(BufferId id) { return draft_->network->buffers[id.index()]; }
Cache& NetworkBuilder::cache(CacheId id) { return draft_->network->caches[id.index()]; }
Journey& NetworkBuilder::journey(JourneyId id) { return draft_->network->journeys[id.index()]; }

namespace {

/// Throws with the path when plans call each other in a circle and each waits for the next.
void refuse_cycles(const Network& net, const std::vector<std::vector<std::uint32_t>>& calls) {
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(calls.size(), Mark::kNew);
  struct Visit {
    std::uint32_t plan;
    std::size_t next;
  };
  for (std::uint32_t root = 0; root < calls.size(); ++root) {
    if (marks[root] != Mark::kNew) continue;
    std::vector<Visit> path{{root, 0}};
    marks[root] = Mark::kOpen;
    while (!path.empty()) {
      Visit& top = path.back();
      if (top.next == calls[top.plan].size()) {
        marks[top.plan] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const std::uint32_t to = calls[top.plan][top.next++];
      if (marks[to] == Mark::kOpen) {
        std::string text = "synchronous cycle: ";
        bool inside = false;
        for (const Visit& v : path) {
          inside = inside || v.plan == to;
          if (inside) text += net.plan_names[v.plan] + " -> ";
        }
        refuse(text + net.plan_names[to]);
      }
      if (marks[to] == Mark::kNew) {
        marks[to] = Mark::kOpen;
        path.push_back({to, 0});
      }
    }
  }
}

void lay_out_slots(Network& net) {
  using Kind = SlotOwner::Kind;
  const auto add = [&net](Kind kind, std::size_t index) {
    net.slots.push_back({kind, static_cast<std::uint32_t>(index)});
    return static_cast<std::uint32_t>(net.slots.size() - 1);
  };
  net.controller_slot.resize(net.controllers.size());
  for (const bool faults : {true, false}) {
    for (std::size_t i = 0; i < net.controllers.size(); ++i) {
      if (net.controllers[i]->is_fault() == faults) {
        net.controller_slot[i] = add(Kind::kController, i);
      }
    }
  }
  for (std::size_t i = 0; i < net.stations.size(); ++i) {
    Station& station = net.stations[i];
    station.first_slot = static_cast<std::uint32_t>(net.slots.size());
    if (station.kind == StationKind::kServers && station.servers <= kMostSlotServers) {
      for (std::uint32_t k = 0; k < station.servers; ++k) add(Kind::kServer, i);
    } else if (station.kind == StationKind::kShared) {
      add(Kind::kShared, i);
    }
  }
  net.delay_lane_slot = static_cast<std::uint32_t>(net.slots.size());
  for (std::size_t i = 0; i < net.delay_lanes.size(); ++i) add(Kind::kDelayLane, i);
  net.delay_set_slot = add(Kind::kDelaySet, 0);
  net.timeout_lane_slot = static_cast<std::uint32_t>(net.slots.size());
  net.spare_lanes = net.controllers.empty() ? 0 : kMostProbeTimeouts;
  const std::size_t lanes = net.timeout_lanes.size() + net.spare_lanes;
  // Calls' steps and frames number them in 16 bits.
  if (lanes > std::numeric_limits<std::uint16_t>::max()) refuse("too many distinct timeouts");
  for (std::size_t i = 0; i < lanes; ++i) add(Kind::kTimeoutLane, i);
  net.visibility_slot = static_cast<std::uint32_t>(net.slots.size());
  for (std::size_t i = 0; i < net.buffers.size(); ++i) add(Kind::kVisibility, i);
  net.source_slot = static_cast<std::uint32_t>(net.slots.size());
  for (std::size_t i = 0; i < net.sources.size(); ++i) add(Kind::kSource, i);
  net.sampler_slot = add(Kind::kSampler, 0);
}

/// Sources without clients of their own draw from the population; the others' clients follow it,
/// the same for all parts of a source.
void number_clients(Network& net) {
  std::uint64_t next = net.population.clients;
  const Source* last = nullptr;
  for (Source& source : net.sources) {
    const Source* before = std::exchange(last, &source);
    source.outsiders = source.clients > 0;
    if (!source.outsiders) {
      source.clients = net.population.clients;
      continue;
    }
    if (before != nullptr && before->outsiders && whole_of(source.name) != source.name &&
        whole_of(source.name) == whole_of(before->name)) {
      source.first_client = before->first_client;
      continue;
    }
    source.first_client = static_cast<std::uint32_t>(next);
    next += source.clients;
    if (next >= kNone) refuse("too many clients");
  }
}

/// Tells the journeys that no customer asks for.
void mark_outsiders(Network& net) {
  std::vector<bool> by_customers(net.journeys.size());
  std::vector<bool> by_others(net.journeys.size());
  for (const Source& source : net.sources) {
    std::vector<bool>& asked = source.outsiders ? by_others : by_customers;
    for (const Source::Choice& choice : source.mix) {
      if (choice.visit == kNone) {
        if (choice.journey.valid()) asked[choice.journey.index()] = true;
        continue;
      }
      const Visit& visit = net.visits[choice.visit];
      asked[visit.start.index()] = true;
      for (const auto& ways : visit.next) {
        for (const Visit::Next& way : ways) asked[way.to.index()] = true;
      }
    }
  }
  for (std::size_t j = 0; j < net.journeys.size(); ++j) {
    net.journeys[j].outsiders = by_others[j] && !by_customers[j];
  }
}

/// The tables that repeat, in the engine's order, what others say.
void derive_rows(Network& net) {
  for (const Deployment& deployment : net.deployments) {
    net.service_of.push_back(deployment.service_index);
  }
  for (const Station& station : net.stations) {
    StationRow row;
    row.first_slot = station.first_slot;
    row.queue_limit = station.queue_limit;
    row.capacity_milli = station.capacity_milli;
    row.deployment = station.deployment.index();
    if (station.deployment.valid()) row.service = net.service_of[row.deployment];
    row.kind = station.kind;
    row.discipline = station.discipline;
    row.has_slots = station.kind == StationKind::kServers && station.servers <= kMostSlotServers;
    net.station_rows.push_back(row);
  }
  for (std::uint32_t task = 0; task < net.task_group.size(); ++task) {
    const TaskGroup& group = net.groups[net.task_group[task]];
    net.task_first_station.push_back(group.first_station +
                                     (task - group.first_task) * group.stations_per_task);
  }
  // Plans may be called before they are defined, so calls learn only now where theirs stand.
  for (Step& step : net.steps) {
    if (is_call(step.code)) step.a = net.plan_entry[step.a] - 1;
  }
  for (Source& source : net.sources) {
    const auto varies = [](const Source::Choice& choice) {
      return choice.share.points.size() != 1;
    };
    if (std::any_of(source.mix.begin(), source.mix.end(), varies)) continue;
    double sum = 0;
    for (const Source::Choice& choice : source.mix) {
      source.running_share.push_back(sum += choice.share.points.front().value);
    }
  }
  net.clients_matter = !net.resolvers.empty() || !net.rate_rules.empty();
  for (const KeySpace& space : net.key_spaces) {
    net.clients_matter = net.clients_matter || space.per_client;
  }
}

}  // namespace

namespace {

/// A follower is a copy, entry by entry, in the order in which they come.
void check_followers(const Network& net) {
  for (const Cache& cache : net.caches) {
    for (const Cache::Follower& follower : cache.followers) {
      if (!net.logs[follower.log.index()].ordered) {
        refuse("the log that feeds followers of '" + cache.name + "' is not in order");
      }
      if (!follower.to.valid()) continue;
      const Cache& to = net.caches[follower.to.index()];
      if (to.keys != cache.keys || to.capacity != cache.capacity || to.ttl != cache.ttl) {
        refuse("'" + to.name + "' cannot hold what '" + cache.name + "' holds");
      }
    }
  }
}

}  // namespace

std::shared_ptr<const Network> NetworkBuilder::build() {
  Network& net = *draft_->network;
  check_followers(net);
  for (std::size_t i = 0; i < draft_->plan_defined.size(); ++i) {
    if (net.plan_entry[i] == kNone) refuse("plan '" + net.plan_names[i] + "' was never defined");
  }
  refuse_cycles(net, draft_->calls);
  if (net.regions.size() >= kMostOfAKind || net.visits.size() >= kMostOfAKind ||
      net.resolvers.size() >= kMostOfAKind) {
    refuse("a network has at most 65,534 regions, visits and resolvers each");
  }
  number_clients(net);
  mark_outsiders(net);
  lay_out_slots(net);
  lay_out_plans(net, draft_->calls, draft_->targets);
  derive_rows(net);
  lay_out_clients(net);
  return draft_->network;
}

}  // namespace lifeboat::sim
