// The cheapest design that meets a scenario's objectives, within a bounded time.
//
//   theory    exact levels where there are closed forms; otherwise generous ones, raised where
//             the simulation finds them too few
//   scant     ever scanter designs of the same theory (the chance to wait grows), by halving, down
//             to the scantest that still meets the objectives
//   one less  every knob by itself one step less: those that are still met are taken together, or
//             half of them; until no step less is met
//   confirm   the plan by trials of their own, of which the search saw nothing: four times as many
//             as a design gets, eight times while they speak for it but prove nothing; a plan that
//             these do not confirm grows until they do, towards the first design that was met, and
//             what grew too far is taken back a step at a time, each confirmed
//
// Costs are known and only feasibility is simulated, so the choice is a feasibility check of each
// design with error spread over looks and objectives (Batur and Kim 2010, "Finding feasible systems
// in the presence of constraints on multiple performance measures", ACM TOMACS 20), and the
// guarantee is that of a clean-up after the search: fresh trials of the one design it chose
// (Boesel, Nelson and Kim 2003, "Using ranking and selection to clean up after simulation
// optimization", Operations Research 51). So the plan meets the objectives with the stated
// probability whatever the search did. That nothing cheaper would is stated for one step less of
// each knob, which also rests on more capacity never hurting: what is missed at a design is missed
// at a smaller one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "reports/sizing/design_space.hpp"
#include "reports/sizing/sizing.hpp"

namespace lifeboat::reports {

struct SizingOptions {
  std::uint32_t trials = 16;  ///< of a design, at most; a confirmation has 4 to 8 times as many
  unsigned jobs = 1;
  double budget_s = 180;  ///< wall-clock seconds: no look begins after it
};

/// Told what is being tried, and the share of the budget that is spent.
using SizingProgress = std::function<void(const std::string& what, double share)>;

[[nodiscard]] Sizing size_platform(const DesignSpace& space, const SizingOptions& options,
                                   const SizingProgress& progress = {});

/// How much more traffic the platform takes as it is: halving between factors under common luck,
/// begun where theory says that the first station runs full.
[[nodiscard]] Headroom find_headroom(const DesignSpace& space, const SizingOptions& options,
                                     const SizingProgress& progress = {});

}  // namespace lifeboat::reports
