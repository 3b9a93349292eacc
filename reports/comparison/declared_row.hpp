// The row of a comparison that no trial has a say in: what each design is declared to cost.
#pragma once

#include "reports/comparison/comparison.hpp"

namespace lifeboat::reports {

/// Where all designs declare a bill and not all the same: adds the row last, or makes it anew.
/// Dollars a month with what is kept apart, since a standby's stack is. Its differences are exact.
void set_declared_row(Comparison& comparison);

}  // namespace lifeboat::reports
