// A world without requests, for controllers: registers, wakes, luck, groups whose numbers a test
// sets, and a record of every verb. Controllers run as the engine runs them: faults first among
// those of one instant, watchers after the one that set a register.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"
#include "sim/control/losses.hpp"
#include "sim/network/builder.hpp"
#include "sim/random/luck.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::tests {

class FakeWorld {
 public:
  explicit FakeWorld(std::shared_ptr<const sim::Network> net, std::uint64_t trial = 1)
      : network(std::move(net)), trial_(trial) {
    for (const auto& reg : network->registers) registers.push_back(reg.initial);
    groups.resize(network->groups.size());
  }

  void add(std::shared_ptr<const sim::Controller> controller,
           std::vector<sim::RegisterId> watches = {}) {
    auto row = std::make_unique<Row>(*this, std::move(controller), std::move(watches));
    rows_.push_back(std::move(row));
  }

  void start(sim::Instant at) {
    now = at;
    for (auto& row : rows_) row->controller->start(row->state.data(), *row);
    wake_watchers();
  }

  /// Runs everything due until `end`, inclusive.
  void run_until(sim::Instant end) {
    while (true) {
      Row* next = nullptr;
      for (auto& row : rows_) {
        if (row->wake.is_never() || row->wake > end) continue;
        const bool sooner = next == nullptr || row->wake < next->wake ||
                            (row->wake == next->wake && row->controller->is_fault() &&
                             !next->controller->is_fault());
        if (sooner) next = row.get();
      }
      if (next == nullptr) break;
      now = std::max(now, next->wake);
      next->wake = sim::Instant::never();
      next->controller->wake(next->state.data(), *next);
      wake_watchers();
    }
    now = end;
  }

  void set(sim::RegisterId reg, std::int64_t value) {
    change(reg, value);
    wake_watchers();
  }
  [[nodiscard]] std::int64_t value(const std::string& name) const {
    return registers[network->find_register(name).index()];
  }
  [[nodiscard]] std::vector<std::byte> state(std::size_t row) const { return rows_[row]->state; }

  /// "60 step-begin declare <- person:lead", one line an event, whole seconds.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> result;
    for (const auto& event : events) {
      result.push_back(std::to_string(event.at.nanoseconds() / 1'000'000'000) + " " + event.kind +
                       " " + event.subject + (event.cause.empty() ? "" : " <- " + event.cause));
    }
    return result;
  }
  [[nodiscard]] double when(const std::string& kind, const std::string& subject) const {
    for (const auto& event : events) {
      if (event.kind == kind && event.subject == subject)
        return static_cast<double>(event.at.nanoseconds()) / 1e9;
    }
    return -1;
  }

  std::shared_ptr<const sim::Network> network;
  sim::Instant now;
  std::vector<std::int64_t> registers;
  std::vector<sim::GroupView> groups;
  std::vector<sim::IncidentEvent> events;
  std::map<std::uint32_t, std::pair<std::vector<sim::DeploymentId>, sim::Effect>> effects;
  std::set<std::uint32_t> frozen;             ///< logs that do not ship, for whatever reason
  std::map<std::uint32_t, int> sources_lost;  ///< by log, how often its source was
  std::set<std::uint32_t> detached;
  std::vector<std::pair<std::uint32_t, sim::Instant>>
      opened;                         ///< logs, and the failures counted from
  std::set<std::uint32_t> data_lost;  ///< deployments
  std::map<std::uint32_t, int> stops;
  std::map<std::uint32_t, std::pair<sim::Duration, double>> impeded;
  std::map<std::uint32_t, std::pair<double, double>> rates;
  std::map<std::uint32_t, std::uint64_t> visits;
  std::vector<sim::Instant> ends;
  std::vector<sim::Control::JourneyCounts> journeys;

 private:
  struct Row final : sim::Control, sim::Losses {
    Row(FakeWorld& owner, std::shared_ptr<const sim::Controller> policy,
        std::vector<sim::RegisterId> registers)
        : world(owner), controller(std::move(policy)), watches(std::move(registers)) {
      state.resize(controller->state_size());
    }
    FakeWorld& world;
    std::shared_ptr<const sim::Controller> controller;
    std::vector<sim::RegisterId> watches;
    std::vector<std::byte> state;
    sim::Instant wake = sim::Instant::never();

    const sim::Network& network() const override { return *world.network; }
    sim::Instant now() const override { return world.now; }
    std::uint64_t luck(std::string_view purpose, std::uint64_t number) override {
      const std::uint64_t owner = sim::mix(world.trial_, sim::hash_name(controller->name()));
      return sim::mix(sim::mix(owner, sim::hash_name(purpose)), number);
    }
    std::int64_t value(sim::RegisterId reg) const override { return world.registers[reg.index()]; }
    sim::StationView station(sim::StationId) const override { return {}; }
    sim::GroupView group(sim::TaskGroupId id) const override {
      auto view = world.groups[id.index()];
      view.running_task_seconds = view.running * (world.now.to_seconds() + 1e6);
      return view;
    }
    sim::TaskLife task_life(std::uint32_t) const override { return sim::TaskLife::kFree; }
    bool task_in_service(std::uint32_t) const override { return false; }
    std::uint32_t task_zone(std::uint32_t) const override { return 0; }
    std::uint32_t task_outstanding(std::uint32_t) const override { return 0; }
    sim::CacheView cache(sim::CacheId) const override { return {}; }
    sim::RateRuleView rate_rule(sim::RateRuleId) const override { return {}; }
    std::uint32_t partitions(sim::PartitionsId) const override { return 0; }
    sim::PartitionView partition(sim::PartitionsId, std::uint32_t) const override { return {}; }
    sim::BufferView buffer(sim::BufferId) const override { return {}; }
    sim::LogView log(sim::LogId) const override { return {}; }
    std::uint32_t breakers_tripped(std::uint32_t) const override { return 0; }
    bool gate_open(sim::DeploymentId) const override { return true; }
    sim::Duration gate_delay(sim::DeploymentId) const override { return {}; }
    std::uint64_t entered(sim::DeploymentId id) const override {
      const auto found = world.visits.find(id.index());
      return found == world.visits.end() ? 0 : found->second;
    }
    void wake_at(sim::Instant at) override { wake = at; }
    void set(sim::RegisterId reg, std::int64_t value) override { world.change(reg, value); }
    std::optional<std::uint32_t> start_task(sim::TaskGroupId, std::uint32_t) override {
      return std::nullopt;
    }
    void task_running(std::uint32_t) override {}
    void put_in_service(std::uint32_t, bool) override {}
    void ramp_task(std::uint32_t, sim::Duration) override {}
    void drain_task(std::uint32_t) override {}
    void stop_task(std::uint32_t) override {}
    void set_task_version(std::uint32_t, double, double) override {}
    void set_servers(sim::StationId, std::uint32_t) override {}
    void set_bucket_rate(sim::BucketId bucket, double per_second, double burst) override {
      world.rates[bucket.index()] = {per_second, burst};
    }
    void split_partition(sim::PartitionsId, std::uint32_t) override {}
    void set_answer_changed(sim::ResolverId, std::int64_t) override {}
    sim::EffectId begin_effect(const std::vector<sim::DeploymentId>& deployments,
                               const sim::Effect& effect) override {
      const std::uint32_t id = world.next_effect_++;
      world.effects[id] = {deployments, effect};
      return sim::EffectId{id};
    }
    void end_effect(sim::EffectId effect) override { world.effects.erase(effect.index); }
    void freeze_log(sim::LogId log) override {
      ++world.sources_lost[log.index()];
      pause_log(log);
    }
    void pause_log(sim::LogId log) override {
      ++world.stops[log.index()];
      world.frozen.insert(log.index());
    }
    void thaw_log(sim::LogId log) override {
      if (--world.stops[log.index()] == 0) world.frozen.erase(log.index());
    }
    sim::Instant source_lost_at(sim::LogId) const override { return sim::Instant::never(); }
    void lose_data(const std::vector<sim::DeploymentId>& deployments) override {
      for (const sim::DeploymentId id : deployments) world.data_lost.insert(id.index());
    }
    void detach_log(sim::LogId log) override { world.detached.insert(log.index()); }
    void impede_log(sim::LogId log, sim::Duration lag, double replay) override {
      world.impeded[log.index()] = {lag, replay};
    }
    void open_copy(sim::LogId log, sim::Instant failed_at) override {
      world.opened.emplace_back(log.index(), failed_at);
    }
    void flush_cache(sim::CacheId) override {}
    void warm_cache(sim::CacheId, std::uint32_t) override {}
    void probe(sim::PlanId, sim::Duration, std::uint64_t, std::uint32_t) override {}
    void log_event(std::string_view kind, std::string_view subject, std::string_view region,
                   std::string_view text, std::string_view cause) override {
      world.events.push_back({world.now, std::string(kind), std::string(subject),
                              std::string(region), std::string(text), std::string(cause)});
    }
    void end_soon(sim::Instant at) override { world.ends.push_back(at); }
    JourneyCounts journey(sim::JourneyId id) const override {
      return id.index() < world.journeys.size() ? world.journeys[id.index()] : JourneyCounts{};
    }
  };

  void change(sim::RegisterId reg, std::int64_t value) {
    if (registers[reg.index()] == value) return;
    registers[reg.index()] = value;
    for (auto& row : rows_) {
      const auto& watches = row->watches;
      if (std::find(watches.begin(), watches.end(), reg) != watches.end()) {
        woken_.push_back(row.get());
      }
    }
  }
  void wake_watchers() {
    for (std::size_t i = 0; i < woken_.size(); ++i) {
      woken_[i]->controller->wake(woken_[i]->state.data(), *woken_[i]);
    }
    woken_.clear();
  }

  std::uint64_t trial_;
  std::vector<std::unique_ptr<Row>> rows_;
  std::vector<Row*> woken_;
  std::uint32_t next_effect_ = 0;
};

}  // namespace lifeboat::tests
