// Leaders of partitions: who leads, and how leadership moves when brokers come and go.
//
// Partition p has its copies on brokers p, p + 1, ... (modulo the brokers), as many as the
// replication factor; the first is the leader that it prefers. Node i's zone is i modulo the zones,
// so the copies of a partition stand in different zones where there are enough.
//
// A broker that is lost takes its partitions' leadership with it until the election is over; then
// the first copy that is there leads. A restart moves it in order, faster. A broker that is back
// catches up and is in sync at the end of that; its partitions turn back to it then, at once.
// A partition with fewer copies in sync than min.insync.replicas is not writable with acks=all.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/replication/nodes.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::msk {

inline constexpr std::uint32_t kMostBrokers = 90;

struct LeaderPolicy {
  std::string subject;
  std::string region;
  NodeFaults faults;
  std::uint32_t brokers = 3;
  std::uint32_t replication_factor = 3;
  std::uint32_t min_in_sync = 2;
  std::vector<sim::RegisterId> in_sync;   ///< by broker: 1 while its copies are
  std::vector<sim::RegisterId> leader;    ///< by partition: which copy; the factor: none
  std::vector<sim::RegisterId> writable;  ///< by partition: 1 while acks=all is taken
  sim::RegisterId restart;                ///< Progress of mskRebootBroker
  sim::LawId hard_election;
  sim::LawId clean_election;
  sim::LawId catch_up;
  sim::LawId restart_time;
};

struct BrokerState {
  sim::Instant elected = sim::Instant::never();    // its partitions' new leaders
  sim::Instant caught_up = sim::Instant::never();  // back in sync
  bool lost = false;                               // not merely restarted
};

struct LeaderState {
  std::array<BrokerState, kMostBrokers> brokers;
  sim::Instant restarted = sim::Instant::never();
  std::uint32_t restarting = kMostBrokers;  // a broker, or none
  std::uint32_t next_restart = 0;
  std::uint32_t number = 0;
};

class LeaderController final : public sim::ControllerOf<LeaderState> {
 public:
  explicit LeaderController(LeaderPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/leaders"; }

 protected:
  void start_with(LeaderState& state, sim::Control& control) const override;
  void wake_with(LeaderState& state, sim::Control& control) const override;

 private:
  void follow_restart(LeaderState& state, sim::Control& control) const;
  void follow_broker(LeaderState& state, sim::Control& control, std::uint32_t broker) const;
  void leave(LeaderState& state, sim::Control& control, std::uint32_t broker, bool hard) const;
  void lead(const LeaderState& state, sim::Control& control) const;
  void sleep(const LeaderState& state, sim::Control& control) const;
  [[nodiscard]] bool in_sync(const sim::Control& control, std::uint32_t broker) const {
    return control.value(policy_.in_sync[broker]) != 0;
  }

  LeaderPolicy policy_;
};

}  // namespace lifeboat::models::msk
