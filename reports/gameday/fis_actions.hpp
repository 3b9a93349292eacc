// Private to this folder: which action of FIS does what a fault does to services of a kind.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/faults/faults.hpp"

namespace lifeboat::reports::gameday {

/// What a fault hits in one region.
struct FisReach {
  std::string code;                ///< of the region
  std::string other_code;          ///< of the region at the other end, where there is one
  std::vector<std::string> zones;  ///< that it names; empty: all
};

struct FisChoice {
  std::string action_id;
  std::string target_key;
  std::string resource_type;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> target_parameters;
  bool lasts = true;          ///< takes a duration
  bool needs_arn = false;     ///< its targets are named by ARN
  std::string note;           ///< what it does otherwise than the fault
  bool at_other_end = false;  ///< its resources stand in the region at the other end
};

/// On services of a kind; with an empty kind, on the region or zone as a whole. Empty: FIS has
/// none.
[[nodiscard]] std::vector<FisChoice> fis_choices(const scenarios::FaultAction& action,
                                                 std::string_view kind, const FisReach& reach);

/// What somebody does by hand, in a sentence, and how it is taken back.
struct ByHand {
  std::string does;
  std::string undoes;
};
[[nodiscard]] ByHand by_hand(std::string_view action_id);

}  // namespace lifeboat::reports::gameday
