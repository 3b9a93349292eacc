// Frontiers of a sweep: of each figure the points that no other beats at its cost.
//
// Points stand in the order of their cost. One stays if it beats the last that stays: if its
// figure is better by a real paired difference and not settled in fewer trials, or if it is
// settled in more trials by a real difference (a design that recovers in one trial of ten is not
// better than one that always does, however soon it recovers in that one). One that beats a point
// of the same cost takes its place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/figure_rows.hpp"
#include "reports/comparison/sweep.hpp"

namespace lifeboat::reports {

/// Of every row but a cost; nothing where fewer than two points of different cost were reached.
/// `rows` are those of `sweep`, whose points and rows are complete.
[[nodiscard]] std::vector<Frontier> frontiers_of(const Sweep& sweep,
                                                 const std::vector<FigureRow>& rows);

}  // namespace lifeboat::reports
