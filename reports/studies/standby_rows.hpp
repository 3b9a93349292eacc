// What a sweep of the standby's share has beyond other sweeps: the chance of meeting each
// objective, and whether more standby ever made something worse.
//
// The chance is the share of a point's trials that meet the objective by themselves
// (Clopper-Pearson intervals; steps are paired). More capacity should hurt nothing: where a point's
// recovery, availability, errors, bad minutes or chance is worse than that of the best point with
// less standby, by a paired difference whose interval leaves zero out, a finding says so. One in
// twenty of equal figures would; a model in which more standby truly hurts has something wrong with
// it.
#pragma once

#include <vector>

#include "reports/comparison/figure_rows.hpp"
#include "reports/comparison/sweep.hpp"

namespace lifeboat::reports {

/// Of a sweep over the standby's share alone; `sweep.rows` stand for `rows`, by index, and `whole`
/// says which points are complete. Adds rows after them, and findings.
void add_standby_rows(Sweep& sweep, const FigureRows& rows, const std::vector<bool>& whole);

}  // namespace lifeboat::reports
