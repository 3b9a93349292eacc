// The compiled sampler of a law: 64 random bits in, nanoseconds out, in one table look-up.
//
// The bits, read as a probability u, are inverted through the quantile function. Cells are
// narrow where a quantile function is steep: their width is a 32nd of the distance (in octaves)
// to the nearer end, 0 or 1, so tails are as well resolved as the middle. Index and position come
// out of the floating-point representation of that distance without a branch. In each cell the
// quantile function is replaced by its least-squares line: the mean of the cell is exact and the
// second moment is short of the law's only by the residue (below 1e-7 for an exponential). A cell
// that no line fits (a jump of a mixture, a kink at a bound) and the last 2^-17 at either end are
// inverted exactly through the law; 2^-64 is the finest probability.
//
// Draws are monotone in the bits up to a nanosecond or so where cells meet, so two laws drawn
// with the same bits are positively coupled. 16 KiB a law; a constant needs no table, and a law
// that is another one on a larger or smaller scale shares its cells: the operations of a platform
// have few shapes, and what is shared stays in the processor's cache.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/hot.hpp"
#include "sim/random/law.hpp"
#include "sim/random/luck.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::sim {

class LawTable {
 public:
  LawTable() = default;
  /// Builds the table: 0.1 to 20 ms.
  explicit LawTable(const Law& law);

  /// The table of a law that is `base`'s on another scale, over the same cells. `scale` is what
  /// base.scale_to(law) says.
  LawTable(const LawTable& base, const Law& law, double scale);
  /// By which factor the law is this table's on another scale; nothing if it is not, or where
  /// rounding to nanoseconds would show. Exact to 1e-11 at eleven quantiles out to 2^-17.
  [[nodiscard]] std::optional<double> scale_to(const Law& law) const;
  /// The same of the table that `base` would have.
  [[nodiscard]] static std::optional<double> scale_between(const Law& base, const Law& law);

  struct Cell {
    double start;  ///< nanoseconds at distance 0 plus one half, so that truncation rounds
    double slope;  ///< nanoseconds per 2^-54 of probability; NaN marks a cell without a line
  };
  /// What a draw reads of a table. Rows stand apart from their tables, close together.
  struct Row {
    const Cell* cells = nullptr;
    double scale = 1;   ///< of the cells' law
    double offset = 0;  ///< keeps the one half that rounds: start x scale would scale it too
    /// Bits nearer than this to an end are inverted exactly; all of them if there are no cells.
    std::uint64_t first_exact = ~std::uint64_t{0};
  };
  [[nodiscard]] const Row& row() const { return row_; }

  /// One draw in nanoseconds, from 0 to Law::kLongestDraw. Works for constants too. `row` is row()
  /// or a copy of it.
  [[nodiscard]] LIFEBOAT_HOT std::int64_t sample(const Row& row, std::uint64_t bits) const {
    const std::int64_t upper_half = static_cast<std::int64_t>(bits) >> 63;  // 0 or all ones
    const std::uint64_t to_end = bits ^ static_cast<std::uint64_t>(upper_half);
    const double distance = static_cast<double>(static_cast<std::int64_t>(to_end >> 10));
    if (to_end < row.first_exact) [[unlikely]]
      return sample_exactly(bits);
    const std::uint64_t index =
        (std::bit_cast<std::uint64_t>(distance) >> kIndexShift) - kIndexBase;
    const Cell& cell = row.cells[index + (static_cast<std::uint64_t>(upper_half) & kCellsPerSide)];
    const double nanoseconds = (cell.start + cell.slope * distance) * row.scale + row.offset;
    if (!(nanoseconds >= 0.0)) [[unlikely]]
      return sample_exactly(bits);  // a cell without a line
    return static_cast<std::int64_t>(nanoseconds);
  }
  [[nodiscard]] std::int64_t sample(std::uint64_t bits) const { return sample(row_, bits); }
  [[nodiscard]] Duration draw(std::uint64_t bits) const {
    return Duration::nanoseconds(sample(bits));
  }

  [[nodiscard]] const Law& law() const { return law_; }
  /// Bytes held beyond the object itself.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  static constexpr int kSubdivisionBits = 5;
  static constexpr int kOctaves = 16;
  static constexpr int kIndexShift = 52 - kSubdivisionBits;
  static constexpr std::uint64_t kIndexBase = std::uint64_t{1023 + 53 - kOctaves}
                                              << kSubdivisionBits;
  static constexpr std::uint64_t kCellsPerSide = std::uint64_t{kOctaves} << kSubdivisionBits;
  static constexpr std::uint64_t kFirstLine = std::uint64_t{1} << (63 - kOctaves);

  [[nodiscard]] std::int64_t sample_exactly(std::uint64_t bits) const;
  /// The line of a cell, given the quantile function at its edges, in nanoseconds.
  [[nodiscard]] Cell fit(bool upper_half, std::size_t index, double first, double last,
                         double least, double most) const;
  [[nodiscard]] static double edge_of(std::size_t cell);
  [[nodiscard]] double quantile_ns(bool upper_half, double distance) const;

  Row row_;
  std::shared_ptr<Cell[]> cells_;
  std::int64_t constant_ = 0;
  bool is_constant_ = true;
  bool owns_cells_ = false;
  std::vector<std::int64_t> values_;  // of an empirical law, sorted
  Law law_;
};

/// An exponential of mean 1 from 64 random bits: -log(1 - u) by our own logarithm, to full double
/// precision and out to 44.7; grows with the bits. For gaps between arrivals.
[[nodiscard]] inline double sample_unit_exponential(std::uint64_t bits) {
  const double survival =
      (static_cast<double>(static_cast<std::int64_t>(~bits >> 1)) + 0.5) * 0x1p-63;
  return -math::log_of_normal(survival);
}

}  // namespace lifeboat::sim
