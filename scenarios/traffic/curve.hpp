// Piecewise linear curves of time: how rates and shares are put together.
//
// A curve is a sim::Profile: points in strictly ascending time, linear between, constant beyond
// its ends. A step is two points one nanosecond apart, which costs half a nanosecond's worth of
// the step in any integral. Products of two slopes are parabolas; they are cut into chords that
// stay within kChordError of the true value, always on the curve at their ends.
#pragma once

#include "sim/network/network.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// Relative error of a chord of a product or of a decay, at most.
inline constexpr double kChordError = 1e-4;

/// The curve that always has this value.
[[nodiscard]] sim::Profile constant_curve(double value);

/// Appends a point: the curve goes there in a straight line. A time at or before the last point's
/// moves to a nanosecond after it.
void line_to(sim::Profile& curve, sim::Instant at, double value);
/// Appends a step: the last value holds until `at`, where `value` begins.
void step_to(sim::Profile& curve, sim::Instant at, double value);

[[nodiscard]] double value_at(const sim::Profile& curve, sim::Instant at);
/// Largest value in [from, to].
[[nodiscard]] double peak_of(const sim::Profile& curve, sim::Instant from, sim::Instant to);
/// Mean over [from, to], from < to.
[[nodiscard]] double mean_of(const sim::Profile& curve, sim::Instant from, sim::Instant to);

[[nodiscard]] sim::Profile scaled(sim::Profile curve, double factor);
/// offset + factor x curve.
[[nodiscard]] sim::Profile affine(sim::Profile curve, double factor, double offset);
[[nodiscard]] sim::Profile sum(const sim::Profile& a, const sim::Profile& b);
/// See the file comment. Both must not be negative.
[[nodiscard]] sim::Profile product(const sim::Profile& a, const sim::Profile& b);

}  // namespace lifeboat::scenarios
