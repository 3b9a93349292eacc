// The engine's side of Control: what one controller sees and does.
#pragma once

#include "sim/control/control.hpp"
#include "sim/control/losses.hpp"
#include "sim/engine/engine.hpp"

namespace lifeboat::sim {

class ControlView final : public Control, public Losses {
 public:
  ControlView(Engine& engine, std::uint32_t controller)
      : engine_(&engine), controller_(controller) {}

  [[nodiscard]] const Network& network() const override { return engine_->net_; }
  [[nodiscard]] Instant now() const override { return engine_->now(); }
  [[nodiscard]] std::uint64_t luck(std::string_view purpose, std::uint64_t number) override;

  [[nodiscard]] std::int64_t value(RegisterId reg) const override;
  [[nodiscard]] StationView station(StationId id) const override;
  [[nodiscard]] GroupView group(TaskGroupId id) const override;
  [[nodiscard]] TaskLife task_life(std::uint32_t task) const override;
  [[nodiscard]] bool task_in_service(std::uint32_t task) const override;
  [[nodiscard]] std::uint32_t task_zone(std::uint32_t task) const override;
  [[nodiscard]] std::uint32_t task_outstanding(std::uint32_t task) const override;
  [[nodiscard]] CacheView cache(CacheId id) const override;
  [[nodiscard]] RateRuleView rate_rule(RateRuleId id) const override;
  [[nodiscard]] std::uint32_t partitions(PartitionsId id) const override;
  [[nodiscard]] PartitionView partition(PartitionsId id, std::uint32_t index) const override;
  [[nodiscard]] BufferView buffer(BufferId id) const override;
  [[nodiscard]] LogView log(LogId id) const override;
  [[nodiscard]] std::uint32_t breakers_tripped(std::uint32_t breaker) const override;
  [[nodiscard]] bool gate_open(DeploymentId deployment) const override;
  [[nodiscard]] Duration gate_delay(DeploymentId deployment) const override;
  [[nodiscard]] std::uint64_t entered(DeploymentId deployment) const override;
  [[nodiscard]] JourneyCounts journey(JourneyId journey) const override;

  void wake_at(Instant at) override;
  void set(RegisterId reg, std::int64_t value) override;
  std::optional<std::uint32_t> start_task(TaskGroupId id, std::uint32_t zone) override;
  void task_running(std::uint32_t task) override;
  void put_in_service(std::uint32_t task, bool in_service) override;
  void ramp_task(std::uint32_t task, Duration over) override;
  void drain_task(std::uint32_t task) override;
  void stop_task(std::uint32_t task) override;
  void set_task_version(std::uint32_t task, double speed, double error_share) override;
  void set_servers(StationId station, std::uint32_t servers) override;
  void set_bucket_rate(BucketId bucket, double per_second, double burst) override;
  void split_partition(PartitionsId id, std::uint32_t index) override;
  void set_answer_changed(ResolverId resolver, std::int64_t region) override;
  EffectId begin_effect(const std::vector<DeploymentId>& deployments,
                        const Effect& effect) override;
  void end_effect(EffectId effect) override;
  void freeze_log(LogId log) override;
  void pause_log(LogId log) override;
  void thaw_log(LogId log) override;
  Instant source_lost_at(LogId log) const override;
  void lose_data(const std::vector<DeploymentId>& deployments) override;
  void detach_log(LogId log) override;
  void impede_log(LogId log, Duration lag, double replay) override;
  void open_copy(LogId log, Instant failed_at) override;
  void flush_cache(CacheId cache) override;
  void warm_cache(CacheId cache, std::uint32_t keys) override;
  void probe(PlanId plan, Duration timeout, std::uint64_t cookie, std::uint32_t task) override;
  void log_event(std::string_view kind, std::string_view subject, std::string_view region,
                 std::string_view text, std::string_view cause) override;
  void end_soon(Instant at) override;

 private:
  void settle_running(std::uint32_t group);
  void leave_service(std::uint32_t task);

  Engine* engine_;
  std::uint32_t controller_;
};

}  // namespace lifeboat::sim
