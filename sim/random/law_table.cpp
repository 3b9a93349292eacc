#include "sim/random/law_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/random/quadrature.hpp"

namespace lifeboat::sim {
namespace {

constexpr double kMostNanoseconds = static_cast<double>(Law::kLongestDraw.count());
// A cell whose line misses the quantile function by more than this part of it has no line.
constexpr double kTolerance = 1.0 / 256;

std::int64_t round_nanoseconds(double seconds) {
  return std::min(Duration::from_seconds(seconds), Law::kLongestDraw).count();
}

}  // namespace

LawTable::LawTable(const Law& law) : is_constant_(law.is_constant()), law_(law) {
  if (is_constant_) {
    constant_ = round_nanoseconds(law.mean_seconds());
    return;
  }
  for (const double v : law.values()) values_.push_back(round_nanoseconds(v));
  if (!values_.empty()) return;
  // No line may leave the law's support, as it could where a bound cuts its cell.
  constexpr double kSlack = 0.25;  // nanoseconds, below the rounding
  const double least = 1e9 * law.quantile_seconds(0) - kSlack;
  const double most = 1e9 * law.upper_quantile_seconds(0) + kSlack;
  cells_.resize(2 * kCellsPerSide);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    cells_[i] = fit(i >= kCellsPerSide, i % kCellsPerSide, least, most);
  }
  first_exact_ = kFirstLine;
}

// Projects the quantile function on the lines, in the cell's own mean square: with t the
// distance from the cell's middle in cell widths, the line is mean + 12 E[q t] t.
LawTable::Cell LawTable::fit(bool upper_half, std::size_t index, double least, double most) const {
  const auto quantile_ns = [&](double distance) {
    const double p = distance * 0x1p-54;  // distances are 53-bit integers below one half
    return 1e9 * (upper_half ? law_.upper_quantile_seconds(p) : law_.quantile_seconds(p));
  };
  const auto edge = [](std::size_t i) {
    return std::bit_cast<double>((kIndexBase + i) << kIndexShift);
  };
  const double from = edge(index);
  const double width = edge(index + 1) - from;
  std::array<double, kGauss4.size()> q{};
  double mean = 0.0;
  double moment = 0.0;
  for (std::size_t i = 0; i < q.size(); ++i) {
    q[i] = quantile_ns(from + kGauss4[i].position * width);
    mean += kGauss4[i].weight * q[i];
    moment += kGauss4[i].weight * q[i] * (kGauss4[i].position - 0.5);
  }
  const double rise = 12.0 * moment;
  const auto misses = [&](double position, double value) {
    const double line = mean + rise * (position - 0.5);
    return !(std::fabs(value - line) <= kTolerance * value + 0.25 && value < kMostNanoseconds);
  };
  bool bad = misses(0.0, quantile_ns(from)) || misses(1.0, quantile_ns(from + width));
  for (std::size_t i = 0; i < q.size(); ++i) bad = bad || misses(kGauss4[i].position, q[i]);
  bad = bad || mean - 0.5 * std::fabs(rise) < least || mean + 0.5 * std::fabs(rise) > most;
  if (bad) return {math::kNan, math::kNan};
  const double slope = rise / width;
  return {mean - slope * (from + 0.5 * width) + 0.5, slope};
}

std::int64_t LawTable::sample_exactly(std::uint64_t bits) const {
  if (is_constant_) return constant_;
  if (!values_.empty()) return values_[multiply_wide(bits, values_.size()).high];
  // The middle of the 2^-64 of probability that these bits stand for.
  const bool upper_half = (bits >> 63) != 0;
  const std::uint64_t to_end = upper_half ? ~bits : bits;
  const double p = (static_cast<double>(static_cast<std::int64_t>(to_end)) + 0.5) * 0x1p-64;
  return round_nanoseconds(upper_half ? law_.upper_quantile_seconds(p) : law_.quantile_seconds(p));
}

std::size_t LawTable::memory_bytes() const {
  return cells_.capacity() * sizeof(Cell) + values_.capacity() * sizeof(std::int64_t);
}

}  // namespace lifeboat::sim
