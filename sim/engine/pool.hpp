// Storage for records of one type that come and go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/network/ids.hpp"

namespace lifeboat::sim {

/// Records that come and go, addressed by index; freed ones are used again, last first, linked by
/// their member `Link`. Allocation may move the storage: a reference does not outlive the next
/// allocate().
template <class Record, std::uint32_t Record::*Link = &Record::next>
class Pool {
 public:
  std::uint32_t allocate() {
    if (free_ == kNone) [[unlikely]]
      append();
    const std::uint32_t index = free_;
    Record& record = records_[index];
    free_ = record.*Link;
    record = Record{};
    ++live_;
    return index;
  }
  void release(std::uint32_t index) {
    records_[index].*Link = free_;
    free_ = index;
    --live_;
  }
  Record& operator[](std::uint32_t index) { return records_[index]; }
  const Record& operator[](std::uint32_t index) const { return records_[index]; }
  /// Number of records ever in use at once; indices are below it.
  [[nodiscard]] std::uint32_t extent() const { return static_cast<std::uint32_t>(records_.size()); }
  [[nodiscard]] std::uint32_t live() const { return live_; }
  [[nodiscard]] std::size_t bytes() const { return records_.capacity() * sizeof(Record); }

 private:
  [[gnu::noinline]] void append() {
    free_ = static_cast<std::uint32_t>(records_.size());
    records_.push_back(Record{});
    records_.back().*Link = kNone;
  }

  std::vector<Record> records_;
  std::uint32_t free_ = kNone;
  std::uint32_t live_ = 0;
};

}  // namespace lifeboat::sim
