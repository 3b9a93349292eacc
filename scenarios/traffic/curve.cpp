#include "scenarios/traffic/curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lifeboat::scenarios {

namespace {

using sim::Duration;
using sim::Instant;
using sim::Profile;

constexpr Duration kTick = Duration::nanoseconds(1);
constexpr int kMostChords = 256;

double between(const Profile::Point& a, const Profile::Point& b, Instant at) {
  const double share =
      static_cast<double>((at - a.at).count()) / static_cast<double>((b.at - a.at).count());
  return a.value + (b.value - a.value) * share;
}

/// Reads a curve at ascending times in constant time each.
class Cursor {
 public:
  explicit Cursor(const Profile& curve) : points_(curve.points) {}

  double at(Instant time) {
    if (points_.empty()) return 0;
    while (next_ < points_.size() && points_[next_].at <= time) ++next_;
    if (next_ == 0) return points_.front().value;
    if (next_ == points_.size()) return points_.back().value;
    return between(points_[next_ - 1], points_[next_], time);
  }

 private:
  const std::vector<Profile::Point>& points_;
  std::size_t next_ = 0;
};

std::vector<Instant> times_of(const Profile& a, const Profile& b) {
  std::vector<Instant> times;
  times.reserve(a.points.size() + b.points.size());
  for (const auto& point : a.points) times.push_back(point.at);
  for (const auto& point : b.points) times.push_back(point.at);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

/// How many chords keep a product of two slopes within kChordError: between its ends a product
/// leaves its chord by at most a quarter of the product of the two rises.
int chords(double a0, double a1, double b0, double b1) {
  const double off = std::fabs((a1 - a0) * (b1 - b0)) / 4;
  const double size = std::max(a0 * b0, a1 * b1);
  if (off <= kChordError * size || off == 0) return 1;
  if (size <= 0) return kMostChords;
  const double needed = std::sqrt(off / (kChordError * size));
  return needed < kMostChords ? static_cast<int>(std::ceil(needed)) : kMostChords;
}

}  // namespace

Profile constant_curve(double value) { return Profile{{{Instant::origin(), value}}}; }

void line_to(Profile& curve, Instant at, double value) {
  auto& points = curve.points;
  if (!points.empty() && at <= points.back().at) at = points.back().at + kTick;
  const std::size_t n = points.size();
  if (n >= 2 && points[n - 1].value == value && points[n - 2].value == value) {
    points.back().at = at;  // a flat stretch grows longer
    return;
  }
  points.push_back({at, value});
}

void step_to(Profile& curve, Instant at, double value) {
  if (!curve.points.empty()) {
    const double before = curve.points.back().value;
    if (before == value) return;
    if (curve.points.back().at < at - kTick) line_to(curve, at - kTick, before);
  }
  line_to(curve, at, value);
}

double value_at(const Profile& curve, Instant at) {
  const auto& points = curve.points;
  if (points.empty()) return 0;
  const auto after =
      std::upper_bound(points.begin(), points.end(), at,
                       [](Instant time, const Profile::Point& point) { return time < point.at; });
  if (after == points.begin()) return points.front().value;
  if (after == points.end()) return points.back().value;
  return between(*(after - 1), *after, at);
}

double peak_of(const Profile& curve, Instant from, Instant to) {
  double peak = std::max(value_at(curve, from), value_at(curve, to));
  for (const auto& point : curve.points) {
    if (point.at > from && point.at < to) peak = std::max(peak, point.value);
  }
  return peak;
}

double mean_of(const Profile& curve, Instant from, Instant to) {
  Instant last = from;
  double last_value = value_at(curve, from);
  double area = 0;  // value-seconds
  const auto close = [&](Instant at, double value) {
    area += (last_value + value) / 2 * (at - last).to_seconds();
    last = at;
    last_value = value;
  };
  for (const auto& point : curve.points) {
    if (point.at > from && point.at < to) close(point.at, point.value);
  }
  close(to, value_at(curve, to));
  return area / (to - from).to_seconds();
}

Profile affine(Profile curve, double factor, double offset) {
  for (auto& point : curve.points) point.value = offset + factor * point.value;
  return curve;
}

Profile scaled(Profile curve, double factor) { return affine(std::move(curve), factor, 0); }

Profile sum(const Profile& a, const Profile& b) {
  Cursor of_a(a);
  Cursor of_b(b);
  Profile result;
  for (const Instant time : times_of(a, b)) {
    const double value = of_a.at(time);
    line_to(result, time, value + of_b.at(time));
  }
  return result;
}

Profile product(const Profile& a, const Profile& b) {
  Cursor of_a(a);
  Cursor of_b(b);
  Profile result;
  Instant last;
  double last_a = 0;
  double last_b = 0;
  for (const Instant time : times_of(a, b)) {
    const double now_a = of_a.at(time);
    const double now_b = of_b.at(time);
    if (!result.points.empty() && time - last > kTick * kMostChords) {
      const int pieces = chords(last_a, now_a, last_b, now_b);
      for (int i = 1; i < pieces; ++i) {
        const double share = static_cast<double>(i) / pieces;
        const Instant at = last + Duration::nanoseconds(static_cast<std::int64_t>(
                                      static_cast<double>((time - last).count()) * share));
        line_to(result, at,
                (last_a + (now_a - last_a) * share) * (last_b + (now_b - last_b) * share));
      }
    }
    line_to(result, time, now_a * now_b);
    last = time;
    last_a = now_a;
    last_b = now_b;
  }
  return result;
}

}  // namespace lifeboat::scenarios
