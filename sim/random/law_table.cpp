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
// Cells without use behind each table. Half of all draws take 64 cells of the 1,024, and a table is
// a whole number of pages long: one after the other, all tables would have those cells in the same
// few sets of the processor's cache.
constexpr std::size_t kApart = 36;

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
  cells_ = std::make_shared<Cell[]>(2 * kCellsPerSide + kApart);
  owns_cells_ = true;
  for (const bool upper_half : {false, true}) {
    double first = quantile_ns(upper_half, edge_of(0));
    for (std::size_t i = 0; i < kCellsPerSide; ++i) {
      const double last = quantile_ns(upper_half, edge_of(i + 1));
      cells_.get()[i + (upper_half ? kCellsPerSide : 0)] =
          fit(upper_half, i, first, last, least, most);
      first = last;
    }
  }
  row_.cells = cells_.get();
  row_.first_exact = kFirstLine;
}

LawTable::LawTable(const LawTable& base, const Law& law, double scale)
    : row_(base.row_), cells_(base.cells_), is_constant_(false), law_(law) {
  row_.scale *= scale;
  row_.offset = 0.5 - 0.5 * row_.scale;
}

std::optional<double> LawTable::scale_to(const Law& law) const {
  return cells_ ? scale_between(law_, law) : std::nullopt;
}

std::optional<double> LawTable::scale_between(const Law& base, const Law& law) {
  constexpr std::array<double, 6> kTails = {0x1p-17, 1e-4, 0.01, 0.1, 0.3, 0.5};
  constexpr double kLeastMedian_s = 100e-6;  // below, a quarter of a nanosecond of a cell may show
  constexpr double kMostDifferent = 1e-11;
  const auto has_no_cells = [](const Law& one) {
    return one.is_constant() || !one.values().empty();
  };
  if (has_no_cells(base) || has_no_cells(law)) return std::nullopt;
  const double median = base.quantile_seconds(0.5);
  const double scale = law.quantile_seconds(0.5) / median;
  if (!(median >= kLeastMedian_s && scale * median >= kLeastMedian_s)) return std::nullopt;
  for (const double p : kTails) {
    const double low = scale * base.quantile_seconds(p) / law.quantile_seconds(p);
    const double high = scale * base.upper_quantile_seconds(p) / law.upper_quantile_seconds(p);
    const bool same = std::fabs(low - 1) <= kMostDifferent && std::fabs(high - 1) <= kMostDifferent;
    if (!same) return std::nullopt;
  }
  const bool fits = 1e9 * law.upper_quantile_seconds(kTails[0]) < kMostNanoseconds;
  return fits ? std::optional<double>(scale) : std::nullopt;
}

double LawTable::edge_of(std::size_t cell) {
  return std::bit_cast<double>((kIndexBase + cell) << kIndexShift);
}

double LawTable::quantile_ns(bool upper_half, double distance) const {
  const double p = distance * 0x1p-54;  // distances are 53-bit integers below one half
  return 1e9 * (upper_half ? law_.upper_quantile_seconds(p) : law_.quantile_seconds(p));
}

// Projects the quantile function on the lines, in the cell's own mean square: with t the
// distance from the cell's middle in cell widths, the line is mean + 12 E[q t] t.
LawTable::Cell LawTable::fit(bool upper_half, std::size_t index, double first, double last,
                             double least, double most) const {
  const double from = edge_of(index);
  const double width = edge_of(index + 1) - from;
  std::array<double, kGauss4.size()> q{};
  double mean = 0.0;
  double moment = 0.0;
  for (std::size_t i = 0; i < q.size(); ++i) {
    q[i] = quantile_ns(upper_half, from + kGauss4[i].position * width);
    mean += kGauss4[i].weight * q[i];
    moment += kGauss4[i].weight * q[i] * (kGauss4[i].position - 0.5);
  }
  const double rise = 12.0 * moment;
  const auto misses = [&](double position, double value) {
    const double line = mean + rise * (position - 0.5);
    return !(std::fabs(value - line) <= kTolerance * value + 0.25 && value < kMostNanoseconds);
  };
  bool bad = misses(0.0, first) || misses(1.0, last);
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
  const std::size_t cells = owns_cells_ ? 2 * kCellsPerSide : 0;
  return cells * sizeof(Cell) + values_.capacity() * sizeof(std::int64_t);
}

}  // namespace lifeboat::sim
