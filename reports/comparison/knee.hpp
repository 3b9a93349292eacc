// Where a curve bends: past its knee, more of the parameter brings little.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace lifeboat::reports {

/// Index of the knee of y over growing x; nothing for fewer than five points, for a curve that does
/// not change, or for one that bends nowhere by more than a tenth of its range.
///
/// Both axes are scaled to [0, 1], and y is turned so that it grows from its first to its last
/// value; the knee is the point furthest above the diagonal (Satopaa, Albrecht, Irwin and Raghavan,
/// "Finding a 'Kneedle' in a haystack", ICDCS workshops 2011, with sensitivity 0 and no smoothing).
/// A curve that bends the other way (little at first, then much) has none.
[[nodiscard]] std::optional<std::size_t> knee_of(std::span<const double> x,
                                                 std::span<const double> y);

}  // namespace lifeboat::reports
