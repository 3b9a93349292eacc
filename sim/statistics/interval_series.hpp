// A value per interval of time: arrivals, failures, areas, high-water marks.
//
// Intervals of one length, [start + i x length, start + (i + 1) x length), are laid out when the
// series is made, so that nothing is allocated later and nothing grows without bound. Cells start
// value-initialised; two series of one shape merge cell by cell with +=.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "sim/time.hpp"

namespace lifeboat::sim {

template <class Cell>
class IntervalSeries {
 public:
  static constexpr std::size_t kMostIntervals = 50'000'000;

  IntervalSeries() = default;
  /// Covers at least `span` from `start`; the last interval may reach beyond. Throws
  /// std::invalid_argument unless length > 0, span >= 0 and there are at most kMostIntervals.
  IntervalSeries(Instant start, Duration length, Duration span) : start_(start), length_(length) {
    if (length <= Duration{} || span < Duration{} || span.is_infinite() ||
        static_cast<std::uint64_t>(span / length) >= kMostIntervals) {
      throw std::invalid_argument(
          "an interval series needs a positive length, a finite span and "
          "at most 50 million intervals");
    }
    const std::int64_t whole = span / length;
    cells_.resize(static_cast<std::size_t>(whole * length < span ? whole + 1 : whole));
  }

  /// The cell of an instant; null before the start and after the end. Runs of calls in the same
  /// interval cost no division.
  [[nodiscard]] Cell* find(Instant t) {
    const std::uint64_t into = static_cast<std::uint64_t>((t - recent_start_).count());
    if (into < static_cast<std::uint64_t>(recent_length_.count())) return &cells_[recent_];
    return find_anew(t);
  }

  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  [[nodiscard]] Cell& operator[](std::size_t i) { return cells_[i]; }
  [[nodiscard]] const Cell& operator[](std::size_t i) const { return cells_[i]; }
  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] Instant start() const { return start_; }
  [[nodiscard]] Duration length() const { return length_; }
  [[nodiscard]] Instant start_of(std::size_t i) const {
    return start_ + length_ * static_cast<std::int64_t>(i);
  }

  /// Adds the cells of a series of the same start, length and size; throws std::invalid_argument
  /// if the shapes differ. An empty series takes the other's shape.
  void merge(const IntervalSeries& other) {
    if (cells_.empty() && length_ == Duration{}) {
      *this = other;
      return;
    }
    if (start_ != other.start_ || length_ != other.length_ || size() != other.size()) {
      throw std::invalid_argument("interval series of different shapes cannot be merged");
    }
    for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i] += other.cells_[i];
  }

 private:
  Cell* find_anew(Instant t) {
    if (t < start_ || cells_.empty()) return nullptr;
    const std::size_t i = static_cast<std::size_t>((t - start_) / length_);
    if (i >= cells_.size()) return nullptr;
    recent_ = i;
    recent_start_ = start_of(i);
    recent_length_ = length_;
    return &cells_[i];
  }

  Instant start_;
  Duration length_;
  std::vector<Cell> cells_;
  // The interval that was found last; no length until there is one.
  std::size_t recent_ = 0;
  Instant recent_start_;
  Duration recent_length_;
};

}  // namespace lifeboat::sim
