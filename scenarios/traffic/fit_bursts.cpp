#include "scenarios/traffic/fit_bursts.hpp"

#include <algorithm>
#include <cmath>

#include "sim/random/math.hpp"

namespace lifeboat::scenarios {

namespace {

using sim::Duration;

constexpr std::size_t kLeastWindows = 4;
/// The ladder of time scales: neighbours a factor 4 apart are told apart by the curve. It begins
/// below the bin, at no whole part of it, so that parts have no phase of their own in the windows.
constexpr double kFirstRung = 0.7;
constexpr double kRungs = 4;
constexpr int kSweeps = 4000;
/// A part that is nowhere more than this share of the curve is left out.
constexpr double kLeastShare = 0.02;

std::vector<double> ladder(Duration bin, Duration longest) {
  std::vector<double> scales;
  const double most = longest.to_seconds();
  for (double scale = std::max(1.0, bin.to_seconds() * kFirstRung); scale < most * 0.6;
       scale *= kRungs) {
    scales.push_back(scale);
  }
  scales.push_back(std::max(1.0, most));
  return scales;
}

}  // namespace

std::vector<DispersionPoint> dispersion_of(const std::vector<double>& counts,
                                           const std::vector<double>& expected, Duration bin,
                                           Duration longest, double spread) {
  std::vector<DispersionPoint> curve;
  for (std::size_t width = 1; static_cast<std::int64_t>(width) * bin.count() <= longest.count();
       width *= 2) {
    DispersionPoint point;
    point.window_s = bin.to_seconds() * static_cast<double>(width);
    double squares = 0;
    double means = 0;
    double means_squared = 0;
    for (std::size_t at = 0; at + width <= counts.size(); at += width) {
      double count = 0;
      double mean = 0;
      for (std::size_t i = at; i < at + width; ++i) {
        count += counts[i];
        mean += expected[i];
      }
      if (std::isnan(count) || !(mean > 0)) continue;
      squares += (count - mean) * (count - mean) * spread;
      means += mean;
      means_squared += mean * mean;
      ++point.windows;
    }
    if (point.windows < kLeastWindows) break;
    point.relative_variance = (squares - means) / means_squared;
    point.mean_count = means_squared / means;
    curve.push_back(point);
  }
  return curve;
}

double burst_share(double window_s, double correlation_s) {
  const double x = window_s / correlation_s;
  return x <= 1 ? 1 - x / 3 : 1 / x - 1 / (3 * x * x);
}

std::vector<Burst> fit_bursts(const std::vector<DispersionPoint>& curve, Duration bin,
                              Duration longest) {
  const std::vector<double> scales = ladder(bin, longest);
  std::vector<double> weights;
  for (const DispersionPoint& point : curve) {
    // Of n windows the relative variance of a variance is about 2 / n; the curve's points are no
    // better than 5 % whatever their number. A point of no variance weighs as one of Poisson's.
    const double n = static_cast<double>(point.windows);
    const double size = std::max(point.relative_variance, 0.1 / point.mean_count);
    weights.push_back(1 / (size * size * (0.0025 + 2 / n)));
  }
  std::vector<double> squares(scales.size(), 0);  // cv_k^2
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (std::size_t k = 0; k < scales.size(); ++k) {
      double above = 0;
      double below = 0;
      for (std::size_t p = 0; p < curve.size(); ++p) {
        double rest = curve[p].relative_variance;
        for (std::size_t other = 0; other < scales.size(); ++other) {
          if (other != k) rest -= squares[other] * burst_share(curve[p].window_s, scales[other]);
        }
        const double share = burst_share(curve[p].window_s, scales[k]);
        above += weights[p] * share * rest;
        below += weights[p] * share * share;
      }
      squares[k] = below > 0 ? std::clamp(above / below, 0.0, kMostBurstCv * kMostBurstCv) : 0;
    }
  }
  std::vector<Burst> parts;
  for (std::size_t k = 0; k < scales.size(); ++k) {
    double most = 0;
    for (const DispersionPoint& point : curve) {
      double total = 1 / point.mean_count;  // Poisson's own
      for (std::size_t other = 0; other < scales.size(); ++other) {
        total += squares[other] * burst_share(point.window_s, scales[other]);
      }
      most = std::max(most, squares[k] * burst_share(point.window_s, scales[k]) / total);
    }
    if (most >= kLeastShare) {
      parts.push_back({std::sqrt(squares[k]), Duration::from_seconds(scales[k])});
    }
  }
  return parts;
}

void merge_bursts(std::vector<Burst>& parts) {
  while (parts.size() > kMostBursts) {
    const auto least = std::min_element(parts.begin(), parts.end(),
                                        [](const Burst& a, const Burst& b) { return a.cv < b.cv; });
    const auto into = least == parts.begin() ? least + 1 : least - 1;
    into->cv = std::min(kMostBurstCv, std::sqrt(into->cv * into->cv + least->cv * least->cv));
    parts.erase(least);
  }
}

}  // namespace lifeboat::scenarios
