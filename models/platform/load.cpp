#include "models/platform/load.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "models/platform/hit_ratio.hpp"

namespace lifeboat::models {
namespace {

using sim::kNone;
using sim::Network;
using sim::Step;
using sim::StepCode;

constexpr int kMostTurns = 400;
constexpr int kHitTurns = 8;

/// What one execution of a plan does on average.
struct PlanFlow {
  std::map<std::uint32_t, double> calls;  // plan, executions
  std::vector<double> reach;              // by step of the plan: expected executions
};

class LoadSolver {
 public:
  LoadSolver(const Network& network, const std::vector<double>& journey_rates,
             const RegisterValues& registers)
      : net_(network),
        journey_rates_(journey_rates),
        registers_(registers),
        order_(plans_by_entry()) {
    load_.cache_hit_ratio.assign(net_.caches.size(), 0.5);
  }

  NetworkLoad solve() {
    for (int turn = 0; turn < kHitTurns; ++turn) {
      const std::vector<double> before = std::move(load_.cache_lookups);
      walk_plans();
      solve_rates();
      count_lookups();
      if (load_.cache_lookups == before) break;  // then so are the hit ratios
      for (std::size_t i = 0; i < net_.caches.size(); ++i) {
        load_.cache_hit_ratio[i] = hit_ratio(net_.caches[i], load_.cache_lookups[i]);
      }
    }
    measure_durations();
    count_stations();
    return std::move(load_);
  }

 private:
  // Plans lie one after the other; each ends where the next begins.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> plans_by_entry() const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
    for (std::uint32_t plan = 0; plan < net_.plan_entry.size(); ++plan) {
      if (net_.plan_entry[plan] != kNone) order.emplace_back(net_.plan_entry[plan], plan);
    }
    std::sort(order.begin(), order.end());
    return order;
  }

  static double hit_ratio_of(const sim::KeySpace& keys, const sim::Cache& cache, double rate) {
    CacheShape shape;
    shape.keys = keys.count;
    shape.zipf = keys.zipf;
    shape.capacity = cache.capacity;
    shape.ttl = cache.ttl;
    return steady_hit_ratio(shape, rate);
  }

  double hit_ratio(const sim::Cache& cache, double rate) const {
    if (!cache.keys.valid()) return 0;
    return hit_ratio_of(net_.key_spaces[cache.keys.index()], cache, rate);
  }

  void walk_plans() {
    flows_.assign(net_.plan_entry.size(), {});
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const std::uint32_t first = order_[i].first;
      const auto end = i + 1 < order_.size() ? order_[i + 1].first
                                             : static_cast<std::uint32_t>(net_.steps.size());
      walk(flows_[order_[i].second], first, end);
    }
  }

  // Jumps go forward, but for repeats and the loop over a batch's messages (run once a message).
  void walk(PlanFlow& flow, std::uint32_t first, std::uint32_t end) {
    flow.reach.assign(end - first, 0);
    if (flow.reach.empty()) return;
    flow.reach[0] = 1;
    for (std::uint32_t at = first; at < end; ++at) {
      const double here = flow.reach[at - first];
      if (here > 0) pass_on(flow, first, end, at, here);
    }
    for (std::uint32_t at = first; at < end; ++at) {
      const Step& step = net_.steps[at];
      if (step.code != StepCode::kRepeat || step.a < first || step.a > at) continue;
      for (std::uint32_t i = step.a; i <= at; ++i) flow.reach[i - first] *= step.b;
    }
    for (std::uint32_t at = first; at < end; ++at) add_calls(flow, at, flow.reach[at - first]);
  }

  void pass_on(PlanFlow& flow, std::uint32_t first, std::uint32_t end, std::uint32_t at,
               double here) const {
    const Step& step = net_.steps[at];
    const auto to = [&](std::uint32_t target, double share) {
      if (target > at && target < end && share > 0) flow.reach[target - first] += here * share;
    };
    switch (step.code) {
      case StepCode::kReturn:
      case StepCode::kFail:
        return;
      case StepCode::kJump:
        return to(step.a, 1);
      case StepCode::kBranch: {
        const double share = step.b == kNone ? 1 : static_cast<double>(step.b) / 4294967295.0;
        to(step.a, share);
        return to(at + 1, 1 - share);
      }
      case StepCode::kLookup: {
        const double hit = load_.cache_hit_ratio[step.a];
        to(step.b, hit);
        return to(at + 1, 1 - hit);
      }
      case StepCode::kResolve:
        return to(entry_of(step, net_.resolvers[step.a].answer, at), 1);
      case StepCode::kSwitch:
        return to(entry_of(step, sim::RegisterId(step.a), at), 1);
      default:
        return to(at + 1, 1);
    }
  }

  std::uint32_t entry_of(const Step& step, sim::RegisterId reg, std::uint32_t at) const {
    if (!reg.valid()) return at + 1;
    const auto set = registers_.find(reg.index());
    const std::int64_t value =
        set == registers_.end() ? net_.registers[reg.index()].initial : set->second;
    if (value < 0 || value >= static_cast<std::int64_t>(step.c)) return at + 1;
    return net_.jumps[step.b + static_cast<std::uint32_t>(value)];
  }

  void add_calls(PlanFlow& flow, std::uint32_t at, double times) const {
    if (!(times > 0)) return;
    const Step& step = net_.steps[at];
    if (sim::is_call(step.code)) {
      flow.calls[net_.called_by(step).index()] += times;
    } else if (step.code == StepCode::kSpawn || step.code == StepCode::kFetch) {
      flow.calls[step.a] += times;
    } else if (step.code == StepCode::kFork) {
      for (const sim::PlanId branch : net_.forks[step.a].branches) {
        flow.calls[branch.index()] += times;
      }
    } else if (step.code == StepCode::kPut) {
      const sim::PlanId consumer = net_.buffers[step.a].consumer;
      if (consumer.valid()) flow.calls[consumer.index()] += times;
    }
  }

  void solve_rates() {
    std::vector<double> external(net_.plan_entry.size(), 0);
    for (std::size_t j = 0; j < net_.journeys.size() && j < journey_rates_.size(); ++j) {
      const sim::PlanId plan = net_.journeys[j].plan;
      if (plan.valid()) external[plan.index()] += journey_rates_[j];
    }
    load_.plan_rate = external;
    for (int turn = 0; turn < kMostTurns; ++turn) {
      std::vector<double> next = external;
      for (std::size_t plan = 0; plan < flows_.size(); ++plan) {
        if (!(load_.plan_rate[plan] > 0)) continue;
        for (const auto& [callee, times] : flows_[plan].calls) {
          next[callee] += load_.plan_rate[plan] * times;
        }
      }
      double change = 0;
      for (std::size_t plan = 0; plan < next.size(); ++plan) {
        change = std::max(
            change, std::abs(next[plan] - load_.plan_rate[plan]) / std::max(1e-12, next[plan]));
      }
      load_.plan_rate = std::move(next);
      if (change < 1e-12) return;
    }
    load_.converged = false;
  }

  template <class Act>
  void each_step(Act act) const {
    for (const auto& [first, plan] : order_) {
      const PlanFlow& flow = flows_[plan];
      for (std::size_t i = 0; i < flow.reach.size(); ++i) {
        if (flow.reach[i] > 0) {
          act(plan, static_cast<std::uint32_t>(first + i), load_.plan_rate[plan] * flow.reach[i]);
        }
      }
    }
  }

  void count_lookups() {
    load_.cache_lookups.assign(net_.caches.size(), 0);
    each_step([&](std::uint32_t, std::uint32_t at, double rate) {
      if (net_.steps[at].code == StepCode::kLookup) load_.cache_lookups[net_.steps[at].a] += rate;
    });
  }

  double own_time(const Step& step) const {
    switch (step.code) {
      case StepCode::kVisit:
      case StepCode::kCompute:
      case StepCode::kDelay:
        return net_.laws[step.b].mean_seconds();
      case StepCode::kCall:
      case StepCode::kGuardedCall:
        return duration_[net_.called_by(step).index()];
      case StepCode::kFetch:
        return duration_[step.a];
      case StepCode::kFork: {
        double longest = 0;
        for (const sim::PlanId branch : net_.forks[step.a].branches) {
          longest = std::max(longest, duration_[branch.index()]);
        }
        return longest;
      }
      default:
        return 0;
    }
  }

  // Mean time of each plan without any waiting: callees first, by iteration.
  void measure_durations() {
    duration_.assign(net_.plan_entry.size(), 0);
    for (int turn = 0; turn < 40; ++turn) {
      bool changed = false;
      for (const auto& [first, plan] : order_) {
        double sum = 0;
        const PlanFlow& flow = flows_[plan];
        for (std::size_t i = 0; i < flow.reach.size(); ++i) {
          if (flow.reach[i] > 0) sum += flow.reach[i] * own_time(net_.steps[first + i]);
        }
        changed = changed || sum != duration_[plan];
        duration_[plan] = sum;
      }
      if (!changed) return;
    }
  }

  std::uint32_t station_of(std::uint32_t plan, const Step& step) const {
    if ((step.flags & sim::kOnTask) == 0) return step.a;
    const std::uint32_t deployment = net_.plan_deployment[plan].index();
    for (const sim::TaskGroup& group : net_.groups) {
      if (group.deployment.index() == deployment) return group.first_station + step.a;
    }
    return kNone;
  }

  // Time that a place is held: from the step after the acquire to its release, or the plan's end.
  double held_time(std::uint32_t plan, std::uint32_t first, std::uint32_t at) const {
    const PlanFlow& flow = flows_[plan];
    const Step& acquire = net_.steps[at];
    const double reach = flow.reach[at - first];
    double sum = 0;
    for (std::uint32_t i = at + 1; i < first + flow.reach.size(); ++i) {
      const Step& step = net_.steps[i];
      if (step.code == StepCode::kRelease && step.a == acquire.a && step.flags == acquire.flags) {
        break;
      }
      sum += flow.reach[i - first] * own_time(step);
    }
    return reach > 0 ? sum / reach : 0;
  }

  void count_stations() {
    load_.station_arrivals.assign(net_.stations.size(), 0);
    load_.station_work.assign(net_.stations.size(), 0);
    load_.group_arrivals.assign(net_.groups.size(), 0);
    load_.deployment_cpu.assign(net_.deployments.size(), 0);
    load_.environment_work.assign(net_.environments.size(), 0);
    each_step([&](std::uint32_t plan, std::uint32_t at, double rate) { count(plan, at, rate); });
  }

  void count(std::uint32_t plan, std::uint32_t at, double rate) {
    const Step& step = net_.steps[at];
    double time = 0;
    switch (step.code) {
      case StepCode::kChoose:
        load_.group_arrivals[step.a] += rate;
        return;
      case StepCode::kEnvironment:
        load_.environment_work[step.a] += rate * duration_[plan];
        return;
      case StepCode::kVisit:
      case StepCode::kCompute:
        time = own_time(step);
        break;
      case StepCode::kAcquire:
        time = held_time(plan, net_.plan_entry[plan], at);
        break;
      default:
        return;
    }
    if (step.code == StepCode::kCompute && net_.plan_deployment[plan].valid()) {
      load_.deployment_cpu[net_.plan_deployment[plan].index()] += rate * time;
    }
    const std::uint32_t station = station_of(plan, step);
    if (station == kNone) return;
    load_.station_arrivals[station] += rate;
    load_.station_work[station] += rate * time;
  }

  const Network& net_;
  const std::vector<double>& journey_rates_;
  const RegisterValues& registers_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order_;
  std::vector<PlanFlow> flows_;
  std::vector<double> duration_;
  NetworkLoad load_;
};

}  // namespace

NetworkLoad network_load(const Network& network, const std::vector<double>& journey_rates,
                         const RegisterValues& registers) {
  return LoadSolver(network, journey_rates, registers).solve();
}

}  // namespace lifeboat::models
