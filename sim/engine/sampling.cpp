// Intervals: areas closed into wide sums, the audit, minutes of task groups, detailed series, and
// the look at the outside world (interruption, memory budget).
#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "sim/audit/interval_audit.hpp"
#include "sim/engine/baseline.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/used_stations.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::int64_t kMinute = Duration::minutes(1).count();
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double Engine::group_cpu_seconds(std::uint32_t group) const {
  const TaskGroup& row = net_.groups[group];
  AreaSum sum = 0;
  for (std::uint32_t i = 0; i < s_.used_tasks[group] * row.stations_per_task; ++i) {
    const std::uint32_t station = row.first_station + i;
    if (net_.station_rows[station].kind != StationKind::kShared) continue;
    const StationState& state = s_.stations[station];
    const std::uint64_t wanted = std::uint64_t{state.in_service} * 1000;
    const std::uint64_t used =
        std::min<std::uint64_t>(wanted, net_.station_rows[station].capacity_milli);
    sum += s_.totals[station].busy + state.busy_area +
           static_cast<AreaSum>(static_cast<std::uint64_t>(s_.now - state.last)) * used;
  }
  return static_cast<double>(sum) * 1e-12;
}

void Engine::close_groups() {
  for (GroupState& group : s_.groups) {
    group.running_area +=
        static_cast<AreaSum>(static_cast<std::uint64_t>(s_.now - group.last)) * group.running;
    group.last = s_.now;
  }
}

void Engine::sample() {
  const RunOptions& options = recorder_.options();
  for_each_used_station(net_, s_, [this](std::uint32_t station) { close_station(station); });
  close_groups();
  audit_interval(net_, s_);
  prune_records();
  if (base_->begun && now() <= recorder_.until()) {
    if (s_.now % kMinute == 0) group_minutes();
    if (options.detail) detail_series();
  }
  if (options.progress) {
    const double span = (options.warmup + options.duration).to_seconds();
    options.progress(span > 0 ? (now() - (Instant::origin() - options.warmup)).to_seconds() / span
                              : 1);
  }
  if (is_interrupted()) end_interrupted();
  if (memory_bytes() > options.memory_budget_bytes) {
    s_.ending = true;
    recorder_.result().overloaded = true;
    recorder_.result().stopped =
        "overloaded: " + std::to_string(s_.tokens.live()) + " in flight, beyond the memory budget";
  }
  if (s_.ending) recorder_.end_early(now());
  schedule(net_.sampler_slot, s_.now + options.bin.count());
}

void Engine::measure_base() {
  for (std::uint32_t i = 0; i < s_.stations.size(); ++i) close_station(i);
  close_groups();
  Baseline& base = *base_;
  base.begun = true;
  if (listener_ != nullptr) listener_->window_opened(now());
  base.totals = s_.totals;
  base.counts = s_.counts;
  base.caches = base.series_caches = s_.caches;
  base.series_resolvers = s_.resolver_counts;
  base.environments = s_.environments;
  for (EnvironmentState& row : base.environments) {
    row.busy_area += static_cast<AreaSum>(static_cast<std::uint64_t>(s_.now - row.last)) * row.busy;
  }
  base.doors = s_.doors;
  base.registers = s_.registers;
  base.group_cpu.clear();
  for (std::uint32_t g = 0; g < s_.groups.size(); ++g) {
    base.group_cpu.push_back(group_cpu_seconds(g));
    base.group_running.push_back(s_.groups[g].running_area);
    base.group_requests.push_back(s_.groups[g].requests);
  }
  base.minute_cpu = base.series_cpu = base.group_cpu;
  base.minute_running = base.series_running = base.group_running;
  recorder_.result().groups.resize(s_.groups.size());
}

void Engine::group_minutes() {
  if (s_.now == 0) return;
  for (std::uint32_t g = 0; g < s_.groups.size(); ++g) {
    const TaskGroup& row = net_.groups[g];
    const double cpu = group_cpu_seconds(g);
    const double running =
        static_cast<double>(s_.groups[g].running_area - base_->minute_running[g]) * 1e-9 / 60;
    double processors = 0;
    double queued = 0;
    for (std::uint32_t i = 0; i < row.stations_per_task; ++i) {
      processors += net_.stations[row.first_station + i].capacity_milli * 1e-3;
    }
    for (std::uint32_t i = 0; i < s_.used_tasks[g] * row.stations_per_task; ++i) {
      queued += s_.stations[row.first_station + i].queued;
    }
    GroupMinute minute;
    minute.cpu_used = static_cast<float>((cpu - base_->minute_cpu[g]) / 60);
    minute.cpu_reserved = static_cast<float>(running * processors);
    minute.running = static_cast<float>(running);
    minute.queued = static_cast<float>(queued);
    recorder_.result().groups[g].minutes.push_back(minute);
    base_->minute_cpu[g] = cpu;
    base_->minute_running[g] = s_.groups[g].running_area;
  }
}

StationResult Engine::station_result(std::uint32_t station) const {
  const bool shared = net_.stations[station].kind == StationKind::kShared;
  const StationTotal& a = base_->totals[station];
  const StationTotal& b = s_.totals[station];
  const double unit = shared ? 1e-12 : 1e-9;
  StationResult result;
  result.arrivals = s_.counts[station].arrivals - base_->counts[station].arrivals;
  result.rejected = s_.counts[station].rejected - base_->counts[station].rejected;
  result.completions = s_.counts[station].completions - base_->counts[station].completions;
  result.busy_server_seconds = static_cast<double>(b.busy - a.busy) * unit;
  result.capacity_seconds = static_cast<double>(b.capacity - a.capacity) * unit;
  const double present = static_cast<double>(b.queue - a.queue) * 1e-9;
  // A shared station has no queue: all that are present are being served.
  result.queue_seconds = shared ? 0 : present;
  result.in_service_seconds = shared ? present : result.busy_server_seconds;
  return result;
}

void Engine::measure_end() {
  for (std::uint32_t i = 0; i < s_.stations.size(); ++i) close_station(i);
  close_groups();
  if (listener_ != nullptr) listener_->window_closed(now());
  TrialResult& result = recorder_.result();
  result.stations.resize(net_.stations.size());
  for (std::uint32_t i = 0; i < s_.stations.size(); ++i) {
    result.stations[i] = station_result(i);
  }
  result.groups.resize(s_.groups.size());
  for (std::uint32_t g = 0; g < s_.groups.size(); ++g) {
    const TaskGroup& row = net_.groups[g];
    for (std::uint32_t i = row.stations_per_task; i < row.limit * row.stations_per_task; ++i) {
      StationResult& sum = result.stations[row.first_station + i % row.stations_per_task];
      const StationResult& one = result.stations[row.first_station + i];
      sum.arrivals += one.arrivals;
      sum.rejected += one.rejected;
      sum.completions += one.completions;
      sum.busy_server_seconds += one.busy_server_seconds;
      sum.capacity_seconds += one.capacity_seconds;
      sum.queue_seconds += one.queue_seconds;
      sum.in_service_seconds += one.in_service_seconds;
    }
    GroupResult& group = result.groups[g];
    double processors = 0;
    for (std::uint32_t i = 0; i < row.stations_per_task; ++i) {
      processors += net_.stations[row.first_station + i].capacity_milli * 1e-3;
    }
    group.cpu_used_seconds = group_cpu_seconds(g) - base_->group_cpu[g];
    group.running_task_seconds =
        static_cast<double>(s_.groups[g].running_area - base_->group_running[g]) * 1e-9;
    group.cpu_reserved_seconds = group.running_task_seconds * processors;
    group.requests = s_.groups[g].requests - base_->group_requests[g];
  }
  result.caches.resize(s_.caches.size());
  for (std::size_t c = 0; c < s_.caches.size(); ++c) {
    result.caches[c] = {s_.caches[c].hits - base_->caches[c].hits,
                        s_.caches[c].misses - base_->caches[c].misses};
  }
  result.environments.resize(s_.environments.size());
  for (std::uint32_t e = 0; e < s_.environments.size(); ++e) {
    expire_idle(e);
    const EnvironmentState& state = s_.environments[e];
    const EnvironmentState& base = base_->environments[e];
    result.environments[e] = {state.served,
                              state.starts,
                              static_cast<double>(state.busy_area) * 1e-9,
                              static_cast<double>(state.idle_area) * 1e-9,
                              state.served - base.served,
                              static_cast<double>(state.busy_area - base.busy_area) * 1e-9};
  }
  for (std::size_t d = 0; d < s_.doors.size(); ++d) {
    result.entered.push_back(s_.doors[d].entered - base_->doors[d].entered);
  }
  for (std::size_t r = 0; r < s_.registers.size(); ++r) {
    result.register_growth.push_back(s_.registers[r] - base_->registers[r]);
  }
}

/// One more value of each sampled series. Value i of what stands at an instant (tasks, backlogs,
/// lags) is that at i bins; value i of what is counted over a bin (utilization, hit ratios, stale
/// clients) is that of the bin which begins there, as of a journey's bins.
void Engine::detail_series() {
  std::vector<Series>& series = recorder_.result().series;
  std::size_t next = 0;
  const auto row_of = [&](const DeploymentId deployment, const std::string& measure,
                          const char* unit) -> Series& {
    if (next == series.size()) {
      Series row;
      const Deployment& d = net_.deployments[deployment.index()];
      row.subject = d.service;
      row.region = d.region.valid() ? net_.regions[d.region.index()] : "";
      row.measure = measure;
      row.unit = unit;
      series.push_back(std::move(row));
    }
    return series[next++];
  };
  const auto put = [&](const DeploymentId deployment, const std::string& measure, const char* unit,
                       double value) { row_of(deployment, measure, unit).values.push_back(value); };
  const auto put_over_bin = [&](const DeploymentId deployment, const std::string& measure,
                                double value) {
    Series& row = row_of(deployment, measure, "1");
    if (s_.now > 0) row.values.push_back(value);
  };
  for (std::uint32_t g = 0; g < s_.groups.size(); ++g) {
    const TaskGroup& row = net_.groups[g];
    const double cpu = group_cpu_seconds(g);
    double processors = 0;
    for (std::uint32_t i = 0; i < row.stations_per_task; ++i) {
      processors += net_.stations[row.first_station + i].capacity_milli * 1e-3;
    }
    const double reserved =
        static_cast<double>(s_.groups[g].running_area - base_->series_running[g]) * 1e-9 *
        processors;
    put(row.deployment, "running", "tasks", s_.groups[g].running);
    put(row.deployment, "in-service", "tasks", s_.groups[g].in_service);
    put_over_bin(row.deployment, "utilization",
                 reserved > 0 ? (cpu - base_->series_cpu[g]) / reserved : kNothing);
    base_->series_cpu[g] = cpu;
    base_->series_running[g] = s_.groups[g].running_area;
  }
  for (std::size_t c = 0; c < s_.caches.size(); ++c) {
    const double hits = static_cast<double>(s_.caches[c].hits - base_->series_caches[c].hits);
    const double misses = static_cast<double>(s_.caches[c].misses - base_->series_caches[c].misses);
    put_over_bin(net_.caches[c].deployment, "hit-ratio " + net_.caches[c].name,
                 hits + misses > 0 ? hits / (hits + misses) : kNothing);
  }
  base_->series_caches = s_.caches;
  for (std::size_t r = 0; r < s_.resolver_counts.size(); ++r) {
    const ResolverCount& now = s_.resolver_counts[r];
    const ResolverCount& before = base_->series_resolvers[r];
    const double asked = static_cast<double>(now.asked - before.asked);
    put_over_bin(net_.resolvers[r].deployment, "stale-clients " + net_.resolvers[r].name,
                 asked > 0 ? static_cast<double>(now.stale - before.stale) / asked : kNothing);
  }
  base_->series_resolvers = s_.resolver_counts;
  for (std::size_t b = 0; b < s_.buffers.size(); ++b) {
    put(net_.buffers[b].deployment, "backlog", "messages",
        s_.buffers[b].visible + s_.buffers[b].hidden);
  }
  for (std::size_t l = 0; l < s_.logs.size(); ++l) {
    std::int64_t oldest = s_.now;
    for (std::size_t i = s_.shipment_head[l]; i < s_.shipments[l].size(); ++i) {
      if (s_.shipments[l][i].received > s_.now) {
        oldest = std::min(oldest, s_.shipments[l][i].committed);
      }
    }
    put(net_.logs[l].to, "receive-lag " + net_.logs[l].name, "s",
        static_cast<double>(s_.now - oldest) * 1e-9);
  }
  for (std::uint32_t i = 0; i < s_.stations.size(); ++i) {
    const Station& station = net_.stations[i];
    if (station.kind == StationKind::kShared || net_.group_of_station(i) != kNone) continue;
    put(station.deployment, "queue " + station.name, "requests", s_.stations[i].queued);
  }
}

}  // namespace lifeboat::sim
