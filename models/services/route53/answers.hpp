// The name servers' side of failover routing: from health checks to the answer that is given.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

/// One record of a failover pair; `check` invalid: always healthy.
struct FailoverRecord {
  std::uint32_t region = 0;  ///< index
  std::string region_name;
  sim::RegisterId check;
};

/// The record that answers: the primary if it is healthy or both are not, else the secondary.
[[nodiscard]] std::size_t failover_answer(bool primary_healthy, bool secondary_healthy);

struct AnswerState {
  struct Edge {
    sim::Instant arrives_at = sim::Instant::never();  ///< of a status on its way
    bool healthy = true;                              ///< as the edge knows it
    bool sent = true;                                 ///< as it was last sent
  };
  std::array<Edge, 2> edges;
  std::uint64_t pushes = 0;
  std::size_t answer = 0;
};

class FailoverAnswers final : public sim::ControllerOf<AnswerState> {
 public:
  /// records[0] is the primary. `answers` mirror the region index for each resolver.
  FailoverAnswers(std::string service, std::array<FailoverRecord, 2> records,
                  std::vector<sim::ResolverId> resolvers, std::vector<sim::RegisterId> answers)
      : service_(std::move(service)),
        records_(std::move(records)),
        resolvers_(std::move(resolvers)),
        answers_(std::move(answers)) {}
  [[nodiscard]] std::string name() const override { return service_ + "/answers"; }

 private:
  void start_with(AnswerState& state, sim::Control& control) const override;
  void wake_with(AnswerState& state, sim::Control& control) const override;
  [[nodiscard]] bool passes(std::size_t record, const sim::Control& control) const;
  void answer(AnswerState& state, sim::Control& control) const;

  std::string service_;
  std::array<FailoverRecord, 2> records_;
  std::vector<sim::ResolverId> resolvers_;
  std::vector<sim::RegisterId> answers_;
};

}  // namespace lifeboat::models
