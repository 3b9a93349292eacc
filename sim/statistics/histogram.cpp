#include "sim/statistics/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace lifeboat::sim {

void Histogram::add_outside(std::uint64_t value) {
  if (counts_.empty() && few_.size() < kFew) {
    if (few_.empty()) few_.reserve(8);
    few_.push_back(static_cast<std::uint16_t>(bucket_of(value)));
    return;
  }
  spread();
  ++counts_[make_room_for(value)];
}

void Histogram::spread() {
  const std::vector<std::uint16_t> few = std::exchange(few_, {});
  for (const std::uint16_t bucket : few) ++counts_[make_room_for(lower_edge(bucket))];
}

const Histogram& Histogram::spread_in(Histogram& room) const {
  if (few_.empty()) return *this;
  room = *this;
  room.spread();
  return room;
}

std::size_t Histogram::make_room_for(std::uint64_t value) {
  // Whole octaves, so that growth is rare, and no more, so that memory stays what it says.
  constexpr std::size_t kOctave = std::size_t{1} << kSubBits;
  const std::size_t bucket = bucket_of(value);
  std::size_t first = bucket / kOctave * kOctave;
  std::size_t end = first + kOctave;
  if (!counts_.empty()) {
    first = std::min(first, first_);
    end = std::max(end, first_ + counts_.size());
  }
  if (end - first > counts_.size()) {
    std::vector<std::uint64_t> wider(end - first, 0);
    std::copy(counts_.begin(), counts_.end(),
              wider.begin() + static_cast<std::ptrdiff_t>(counts_.empty() ? 0 : first_ - first));
    counts_ = std::move(wider);
    first_ = first;
  }
  return bucket - first_;
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (&other == this) return merge(Histogram(other));
  if (other.few_.empty()) {
    spread();
    make_room_for(other.min_);
    make_room_for(other.max_);
  }
  for (const std::uint16_t bucket : other.few_) {
    const std::uint64_t value = lower_edge(bucket);
    const std::size_t offset = bucket - first_;
    if (offset < counts_.size()) {
      ++counts_[offset];
    } else {
      add_outside(value);
    }
  }
  for (std::size_t i = 0; i < other.counts_.size(); ++i) {
    if (other.counts_[i] != 0) counts_[other.first_ + i - first_] += other.counts_[i];
  }
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void Histogram::clear() {
  std::fill(counts_.begin(), counts_.end(), 0);
  few_.clear();
  count_ = 0;
  sum_ = WideSum{};
  min_ = std::numeric_limits<std::uint64_t>::max();
  max_ = 0;
}

double Histogram::mean_seconds() const {
  return count_ == 0 ? 0.0 : sum_.to_double() / static_cast<double>(count_) * 1e-9;
}

std::optional<Duration> Histogram::min() const {
  if (count_ == 0) return std::nullopt;
  return Duration::nanoseconds(static_cast<std::int64_t>(min_));
}

std::optional<Duration> Histogram::max() const {
  if (count_ == 0) return std::nullopt;
  return Duration::nanoseconds(static_cast<std::int64_t>(max_));
}

// The part of a bucket that can hold values: the extremes bound the outer ones.
Histogram::Edges Histogram::occupied(std::size_t bucket) const {
  const std::uint64_t low = std::max(lower_edge(bucket), min_);
  const std::uint64_t high = std::min(lower_edge(bucket + 1), max_ + 1);
  return {static_cast<double>(low), static_cast<double>(high)};
}

std::optional<Duration> Histogram::quantile_with_infinite(double q, std::uint64_t infinite) const {
  const double total = static_cast<double>(count_) + static_cast<double>(infinite);
  if (total == 0) return std::nullopt;
  const double rank = std::clamp(q, 0.0, 1.0) * total;
  if (rank > static_cast<double>(count_) || count_ == 0) return Duration::infinite();
  if (rank <= 1.0) return min();  // the first order statistic
  Histogram room;
  const Histogram& h = spread_in(room);
  double below = 0.0;
  for (std::size_t i = 0; i < h.counts_.size(); ++i) {
    const double here = static_cast<double>(h.counts_[i]);
    if (below + here >= rank) {
      // The last value of a bucket one nanosecond wide is its lower edge.
      const Edges edges = occupied(h.first_ + i);
      const double value = edges.low + (edges.high - 1.0 - edges.low) * ((rank - below) / here);
      if (value >= static_cast<double>(max_)) return max();
      return Duration::nanoseconds(static_cast<std::int64_t>(value + 0.5));
    }
    below += here;
  }
  return max();
}

double Histogram::count_above(Duration threshold) const {
  if (threshold.count() < 0) return static_cast<double>(count_);
  const std::uint64_t limit = static_cast<std::uint64_t>(threshold.count());
  if (count_ == 0 || limit >= max_) return 0.0;
  if (limit < min_) return static_cast<double>(count_);
  const std::size_t bucket = bucket_of(limit);
  Histogram room;
  const Histogram& h = spread_in(room);
  std::uint64_t above = 0;
  for (std::size_t i = h.counts_.size(); h.first_ + i > bucket + 1; --i) above += h.counts_[i - 1];
  const Edges edges = occupied(bucket);
  const double share = (edges.high - static_cast<double>(limit) - 1.0) / (edges.high - edges.low);
  return static_cast<double>(above) + share * static_cast<double>(h.counts_[bucket - h.first_]);
}

double Histogram::fraction_above(Duration threshold) const {
  return count_ == 0 ? 0.0 : count_above(threshold) / static_cast<double>(count_);
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> list;
  Histogram room;
  const Histogram& h = spread_in(room);
  for (std::size_t i = 0; i < h.counts_.size(); ++i) {
    if (h.counts_[i] == 0) continue;
    list.push_back({lower_edge(h.first_ + i), lower_edge(h.first_ + i + 1), h.counts_[i]});
  }
  return list;
}

Histogram::Parts Histogram::parts() const {
  if (count_ == 0) return {};
  Histogram room;
  const Histogram& h = spread_in(room);
  return {h.first_, h.counts_, sum_, min_, max_};
}

Histogram Histogram::from_parts(const Parts& parts) {
  Histogram h;
  constexpr std::size_t kBuckets = bucket_of(std::numeric_limits<std::int64_t>::max()) + 1;
  const auto refuse = [] { throw std::invalid_argument("these are not the parts of a histogram"); };
  if (parts.first_bucket > kBuckets || parts.counts.size() > kBuckets - parts.first_bucket) {
    refuse();
  }
  std::size_t lowest = kBuckets;
  std::size_t highest = 0;
  for (std::size_t i = 0; i < parts.counts.size(); ++i) {
    if (parts.counts[i] == 0) continue;
    if (__builtin_add_overflow(h.count_, parts.counts[i], &h.count_)) refuse();
    lowest = std::min(lowest, parts.first_bucket + i);
    highest = parts.first_bucket + i;
  }
  if (h.count_ == 0) return {};
  if (bucket_of(parts.min_ns) != lowest || bucket_of(parts.max_ns) != highest ||
      parts.min_ns > parts.max_ns) {
    refuse();
  }
  h.first_ = parts.first_bucket;
  h.counts_ = parts.counts;
  h.sum_ = parts.sum;
  h.min_ = parts.min_ns;
  h.max_ = parts.max_ns;
  return h;
}

bool operator==(const Histogram& a, const Histogram& b) {
  if (a.count_ != b.count_ || a.sum_ != b.sum_ || a.min_ != b.min_ || a.max_ != b.max_) {
    return false;
  }
  Histogram room_a;
  Histogram room_b;
  const Histogram& one = a.spread_in(room_a);
  const Histogram& two = b.spread_in(room_b);
  const auto count_at = [](const Histogram& h, std::size_t bucket) {
    const std::size_t offset = bucket - h.first_;
    return offset < h.counts_.size() ? h.counts_[offset] : 0;
  };
  const std::size_t end =
      std::max(one.first_ + one.counts_.size(), two.first_ + two.counts_.size());
  for (std::size_t i = std::min(one.first_, two.first_); i < end; ++i) {
    if (count_at(one, i) != count_at(two, i)) return false;
  }
  return true;
}

}  // namespace lifeboat::sim
