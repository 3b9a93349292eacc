// A mergeable histogram of durations with bounded relative error.
//
// Log-linear buckets: below 128 ns each nanosecond has its own, above that every octave is cut
// into 128 equal ones. So a bucket is at most 1/128 (0.78 %) of its values wide, and a quantile,
// interpolated inside its bucket, is that close to the exact order statistic; in smooth data it
// is far closer. Counts are integers and the sum is exact, so merging is associative and
// commutative to the last bit, and the mean does not suffer from the buckets.
//
// Only the range between the lowest and the highest bucket met is stored: 1 KiB an octave, 58 KiB
// at most. The scheme is that of Tene's HdrHistogram. A histogram of few counts is a list of their
// buckets instead, 2 bytes each: a journey seldom taken has a histogram for each minute.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "sim/statistics/wide_sum.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

class Histogram {
 public:
  static constexpr int kSubBits = 7;
  /// Width of a bucket relative to its lower edge, at most.
  static constexpr double kRelativeWidth = 1.0 / (1 << kSubBits);

  /// Counts one duration in nanoseconds; a negative one counts as zero. About a nanosecond.
  void add(std::int64_t nanoseconds) {
    const std::uint64_t value = nanoseconds > 0 ? static_cast<std::uint64_t>(nanoseconds) : 0;
    const std::size_t offset = bucket_of(value) - first_;
    if (offset < counts_.size()) [[likely]] {
      ++counts_[offset];
    } else {
      add_outside(value);
    }
    ++count_;
    sum_.add(value);
    if (value < min_) min_ = value;
    if (value > max_) max_ = value;
  }
  void add(Duration d) { add(d.count()); }
  void merge(const Histogram& other);
  /// Back to empty, keeping the memory.
  void clear();

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] WideSum sum_nanoseconds() const { return sum_; }
  /// Exact; zero if empty.
  [[nodiscard]] double mean_seconds() const;
  /// Exact extremes; empty if the histogram is.
  [[nodiscard]] std::optional<Duration> min() const;
  [[nodiscard]] std::optional<Duration> max() const;

  /// The value that a share q of the counts does not exceed, q in [0, 1]; empty if the
  /// histogram is. q = 0 gives the minimum and q = 1 the maximum, both exact.
  [[nodiscard]] std::optional<Duration> quantile(double q) const {
    return quantile_with_infinite(q, 0);
  }
  /// The same when `infinite` further values lie beyond all others (failures count as infinitely
  /// slow): Duration::infinite() where the quantile falls among them.
  [[nodiscard]] std::optional<Duration> quantile_with_infinite(double q,
                                                               std::uint64_t infinite) const;
  /// How many counts lie above the threshold, interpolated inside its bucket (hence fractional).
  [[nodiscard]] double count_above(Duration threshold) const;
  /// Share of counts above the threshold; zero if empty.
  [[nodiscard]] double fraction_above(Duration threshold) const;

  /// A bucket holds values in [low, high).
  struct Bucket {
    std::uint64_t low_ns;
    std::uint64_t high_ns;
    std::uint64_t count;
  };
  /// The buckets that are not empty, in increasing order.
  [[nodiscard]] std::vector<Bucket> buckets() const;

  /// Everything, for writing to a file and reading back.
  struct Parts {
    std::size_t first_bucket = 0;
    std::vector<std::uint64_t> counts;
    WideSum sum;
    std::uint64_t min_ns = 0;
    std::uint64_t max_ns = 0;
  };
  [[nodiscard]] Parts parts() const;
  /// Throws std::invalid_argument if the parts cannot come from a histogram.
  static Histogram from_parts(const Parts& parts);

  [[nodiscard]] std::size_t memory_bytes() const {
    return counts_.capacity() * sizeof(counts_[0]) + few_.capacity() * sizeof(few_[0]);
  }

  /// Equal counts, sums and extremes (whatever memory is held).
  friend bool operator==(const Histogram& a, const Histogram& b);

 private:
  static constexpr std::size_t bucket_of(std::uint64_t value) {
    // The highest 8 bits and how far they were shifted; the lowest octave is linear.
    const int shift = 63 - kSubBits - std::countl_zero(value | (std::uint64_t{1} << kSubBits));
    return (static_cast<std::size_t>(shift) << kSubBits) + static_cast<std::size_t>(value >> shift);
  }
  static constexpr std::uint64_t lower_edge(std::size_t bucket) {
    if (bucket < (std::size_t{2} << kSubBits)) return bucket;
    const std::size_t shift = (bucket >> kSubBits) - 1;
    return (bucket - (shift << kSubBits)) << shift;
  }
  struct Edges {
    double low;
    double high;
  };
  [[nodiscard]] Edges occupied(std::size_t bucket) const;
  // A value whose bucket counts_ does not reach.
  void add_outside(std::uint64_t value);
  // Turns the list of few into counts.
  void spread();
  // Makes the stored range include the value's bucket; returns its place.
  std::size_t make_room_for(std::uint64_t value);
  // The histogram itself if it has counts, else a copy of it in `room` that has.
  [[nodiscard]] const Histogram& spread_in(Histogram& room) const;

  static constexpr std::size_t kFew = 64;
  std::vector<std::uint64_t> counts_;  // of buckets first_, first_ + 1, ...; empty while few
  std::vector<std::uint16_t> few_;     // the bucket of each value, while they are few
  std::size_t first_ = 0;
  std::uint64_t count_ = 0;
  WideSum sum_;
  std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ = 0;
};

}  // namespace lifeboat::sim
