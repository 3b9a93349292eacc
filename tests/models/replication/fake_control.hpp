// A Control whose world the test writes: registers, views and a clock, and a record of the verbs.
//
// It runs one controller as the engine would: wakes it at the time it asked for, and again at the
// same instant when a register that it watches changes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"
#include "sim/control/losses.hpp"
#include "sim/network/network.hpp"

namespace lifeboat::tests {

class FakeControl final : public sim::Control, public sim::Losses {
 public:
  FakeControl(const sim::Network& net, const sim::Controller& controller,
              std::vector<sim::RegisterId> watches)
      : network_(net), controller_(controller), watches_(std::move(watches)) {
    for (const sim::Register& reg : net.registers) values.push_back(reg.initial);
    state_.resize(controller.state_size() + 16);
    controller_.start(state(), *this);
  }

  /// Lets time pass, with the wakes that fall into it.
  void run_until(sim::Instant end) {
    while (!wake_.is_never() && wake_ <= end) {
      now_ = std::max(now_, std::exchange(wake_, sim::Instant::never()));
      run();
    }
    now_ = end;
  }
  /// Changes a register from outside.
  void change(sim::RegisterId reg, std::int64_t value) {
    set(reg, value);
    settle();
  }
  /// Does something as a verb would, then wakes the controller if a watched register changed.
  template <class Action>
  void act(Action action) {
    action(*this);
    settle();
  }
  void sleep_at(sim::Instant t) { now_ = t; }

  std::vector<std::int64_t> values;
  std::map<std::uint32_t, sim::CacheView> caches;
  std::map<std::uint32_t, sim::BufferView> buffers;
  std::map<std::uint32_t, sim::LogView> logs;
  std::map<std::uint32_t, sim::Instant> lost;  ///< sources of logs
  bool gate = true;
  struct Opened {
    sim::LogId log;
    sim::Instant failed_at;
    sim::Instant at;
  };
  std::vector<Opened> opened;
  std::vector<sim::LogId> frozen;
  std::vector<std::pair<sim::Instant, sim::Effect>> begun;
  std::vector<sim::Instant> ended;
  std::vector<std::pair<sim::Instant, std::uint32_t>> warmed;
  std::vector<std::string> events;

  const sim::Network& network() const override { return network_; }
  sim::Instant now() const override { return now_; }
  std::uint64_t luck(std::string_view purpose, std::uint64_t number) override {
    return sim::mix(sim::hash_name(purpose), number);
  }
  std::int64_t value(sim::RegisterId reg) const override { return values[reg.index()]; }
  sim::StationView station(sim::StationId) const override { return {}; }
  sim::GroupView group(sim::TaskGroupId) const override { return {}; }
  sim::TaskLife task_life(std::uint32_t) const override { return sim::TaskLife::kFree; }
  bool task_in_service(std::uint32_t) const override { return false; }
  std::uint32_t task_zone(std::uint32_t) const override { return 0; }
  std::uint32_t task_outstanding(std::uint32_t) const override { return 0; }
  sim::CacheView cache(sim::CacheId id) const override { return find(caches, id.index()); }
  [[nodiscard]] sim::RateRuleView rate_rule(sim::RateRuleId /*rule*/) const override { return {}; }
  [[nodiscard]] std::uint32_t partitions(sim::PartitionsId) const override { return 0; }
  [[nodiscard]] sim::PartitionView partition(sim::PartitionsId, std::uint32_t) const override {
    return {};
  }
  sim::BufferView buffer(sim::BufferId id) const override { return find(buffers, id.index()); }
  sim::LogView log(sim::LogId id) const override { return find(logs, id.index()); }
  std::uint32_t breakers_tripped(std::uint32_t) const override { return 0; }
  bool gate_open(sim::DeploymentId) const override { return gate; }
  sim::Duration gate_delay(sim::DeploymentId) const override { return {}; }
  std::uint64_t entered(sim::DeploymentId) const override { return 0; }
  JourneyCounts journey(sim::JourneyId) const override { return {}; }

  void wake_at(sim::Instant at) override { wake_ = at; }
  void set(sim::RegisterId reg, std::int64_t value) override {
    if (values[reg.index()] == value) return;
    values[reg.index()] = value;
    for (const sim::RegisterId watched : watches_) changed_ = changed_ || watched == reg;
  }
  std::optional<std::uint32_t> start_task(sim::TaskGroupId, std::uint32_t) override { return {}; }
  void task_running(std::uint32_t) override {}
  void put_in_service(std::uint32_t, bool) override {}
  void ramp_task(std::uint32_t, sim::Duration) override {}
  void drain_task(std::uint32_t) override {}
  void stop_task(std::uint32_t) override {}
  void set_task_version(std::uint32_t, double, double) override {}
  void set_servers(sim::StationId, std::uint32_t) override {}
  void set_bucket_rate(sim::BucketId, double, double) override {}
  void split_partition(sim::PartitionsId, std::uint32_t) override {}
  void set_answer_changed(sim::ResolverId, std::int64_t) override {}
  sim::EffectId begin_effect(const std::vector<sim::DeploymentId>&,
                             const sim::Effect& effect) override {
    begun.emplace_back(now_, effect);
    return {static_cast<std::uint32_t>(begun.size() - 1)};
  }
  void end_effect(sim::EffectId) override { ended.push_back(now_); }
  void freeze_log(sim::LogId) override {}
  void pause_log(sim::LogId) override {}
  void thaw_log(sim::LogId) override {}
  sim::Instant source_lost_at(sim::LogId log) const override {
    const auto at = lost.find(log.index());
    return at == lost.end() ? sim::Instant::never() : at->second;
  }
  void lose_data(const std::vector<sim::DeploymentId>&) override {}
  void detach_log(sim::LogId log) override { frozen.push_back(log); }
  void impede_log(sim::LogId, sim::Duration, double) override {}
  void open_copy(sim::LogId log, sim::Instant failed_at) override {
    opened.push_back({log, failed_at, now_});
  }
  void flush_cache(sim::CacheId id) override { caches[id.index()].entries = 0; }
  void warm_cache(sim::CacheId id, std::uint32_t keys) override {
    caches[id.index()].entries += keys;
    warmed.emplace_back(now_, keys);
  }
  void probe(sim::PlanId, sim::Duration, std::uint64_t, std::uint32_t) override {}
  void log_event(std::string_view, std::string_view, std::string_view, std::string_view text,
                 std::string_view) override {
    events.emplace_back(text);
  }
  void end_soon(sim::Instant) override {}

 private:
  template <class View>
  static View find(const std::map<std::uint32_t, View>& views, std::uint32_t index) {
    const auto at = views.find(index);
    return at == views.end() ? View{} : at->second;
  }
  void* state() {
    auto address = reinterpret_cast<std::uintptr_t>(state_.data());
    return reinterpret_cast<void*>((address + 15) & ~std::uintptr_t{15});
  }
  void run() {
    changed_ = false;
    controller_.wake(state(), *this);
    settle();
  }
  void settle() {
    for (int round = 0; changed_ && round < 10; ++round) {
      changed_ = false;
      controller_.wake(state(), *this);
    }
  }

  const sim::Network& network_;
  const sim::Controller& controller_;
  std::vector<sim::RegisterId> watches_;
  std::vector<unsigned char> state_;
  sim::Instant now_;
  sim::Instant wake_ = sim::Instant::never();
  bool changed_ = false;
};

/// A network of registers and constant laws only.
struct FakeNetwork {
  sim::Network network;
  sim::RegisterId reg(std::int64_t initial) {
    network.registers.push_back({"r" + std::to_string(network.registers.size()), initial});
    return sim::RegisterId{static_cast<std::uint32_t>(network.registers.size() - 1)};
  }
  sim::LawId takes(sim::Duration d) {
    network.laws.push_back(sim::Law::constant(d));
    return sim::LawId{static_cast<std::uint32_t>(network.laws.size() - 1)};
  }
};

}  // namespace lifeboat::tests
