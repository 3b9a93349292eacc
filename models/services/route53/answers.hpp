// The name servers' side of routing: from health checks to the answers that are given.
//
// A changed status is pushed to the name servers at the edge; 1 to 10 s later they answer by it.
// What is answered follows each order of preference (records.hpp) and the statuses as the edge
// knows them.
//
// An edit of the records (a call of the control plane, which all regions share and which stands in
// us-east-1) points the name at one region, whatever the checks say. The edge has it within 60 s:
// changes "generally propagate within 60 seconds" (Route 53 Developer Guide, as of 2026-11). While
// the control plane is down no edit is taken; statuses are pushed all the same.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "models/services/route53/records.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::route53 {

struct AnswerRecord {
  std::uint32_t region = 0;  ///< index
  std::string region_name;
  std::string note;       ///< " (primary)"
  sim::RegisterId check;  ///< invalid: always healthy
};

/// Those who are answered by one order, and the resolvers that keep their answers.
struct AnswerClass {
  std::string who;  ///< for the log: "70 % of clients"; empty where there is one order
  std::vector<std::uint8_t> order;
  std::vector<sim::ResolverId> resolvers;
  std::vector<sim::RegisterId> answers;  ///< region index, for each of the resolvers
};

struct AnswerState {
  struct Edge {
    sim::Instant arrives_at = sim::Instant::never();  ///< of a status on its way
    bool healthy = true;                              ///< as the edge knows it
    bool sent = true;                                 ///< as it was last sent
  };
  std::array<Edge, kMostRecords> edges;
  std::uint64_t pushes = 0;
  std::uint64_t edits = 0;
  sim::Instant edit_arrives = sim::Instant::never();
  std::uint32_t edited = kMostRecords;  ///< record that an edit points to; kMostRecords: none
  std::uint32_t sent_edit = kMostRecords;
  std::array<std::uint8_t, 24> answers{};  ///< by class: its record
};

/// Registers by which a runbook edits a name's records.
struct EditRegisters {
  sim::RegisterId region;         ///< index of the region to point at
  sim::RegisterId progress;       ///< models/replication/opening.hpp: Progress
  sim::RegisterId control_plane;  ///< 1 while Route 53 takes changes
};

class Answers final : public sim::ControllerOf<AnswerState> {
 public:
  Answers(std::string service, std::vector<AnswerRecord> records, std::vector<AnswerClass> classes,
          EditRegisters edit = {})
      : service_(std::move(service)),
        records_(std::move(records)),
        classes_(std::move(classes)),
        edit_(edit) {}
  [[nodiscard]] std::string name() const override { return service_ + "/answers"; }

 private:
  void start_with(AnswerState& state, sim::Control& control) const override;
  void wake_with(AnswerState& state, sim::Control& control) const override;
  [[nodiscard]] bool passes(std::size_t record, const sim::Control& control) const;
  void answer(AnswerState& state, sim::Control& control, std::size_t which) const;
  void edit(AnswerState& state, sim::Control& control) const;

  std::string service_;
  std::vector<AnswerRecord> records_;
  std::vector<AnswerClass> classes_;
  EditRegisters edit_;
};

}  // namespace lifeboat::models::route53
