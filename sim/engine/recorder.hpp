// What is observed while a trial runs: the trial's result in the making.
//
// Kept apart from the state: a snapshot of the state may be continued with a fresh recorder, and
// nothing that the recorder holds ever influences the run.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/state.hpp"
#include "sim/network/network.hpp"
#include "sim/trial/result.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::sim {

class Recorder {
 public:
  Recorder(const Network& network, const RunOptions& options, std::uint32_t trial);

  void arrived(const Request& request);
  /// A followed journey (a message) that began.
  void began_following(std::uint32_t journey, std::int64_t at);
  void succeeded(std::uint32_t journey, std::int64_t arrival, std::int64_t now,
                 std::uint32_t region);
  void failed(std::uint32_t journey, std::int64_t arrival, std::int64_t now, Cause cause);
  /// Time spent for a request at a service.
  void spent(const Request& request, std::uint32_t service, std::int64_t wait,
             std::int64_t in_service) {
    if (!request.measured || service == kNone) return;
    Spent& cell = spent_[std::size_t{request.journey} * services_ + service];
    cell.wait += static_cast<std::uint64_t>(wait);
    cell.service += static_cast<std::uint64_t>(in_service);
    if (request.detail != kNone) [[unlikely]]
      spent_in_detail(request, service, wait, in_service);
  }
  [[nodiscard]] bool detailed() const { return options_.detail; }
  /// Detailed trials: a place for the request's own times, until it ends.
  std::uint32_t open_detail();
  void close_detail(const Request& request, std::int64_t latency, bool good);

  [[nodiscard]] bool measured(std::int64_t arrival) const {
    return arrival >= 0 && arrival < until_.nanoseconds();
  }
  /// End of the measured window: the run's duration, or earlier once end_early() said so.
  [[nodiscard]] Instant until() const { return until_; }
  void end_early(Instant at) {
    if (at < until_ && at > Instant::origin()) until_ = at;
  }
  void acknowledged(std::uint32_t buffer, std::int64_t put, std::int64_t now) {
    if (measured(put)) result_.buffers[buffer].age.add(now - put);
  }
  void committed(std::uint32_t store) { ++result_.committed[store]; }
  void event(IncidentEvent event);
  [[nodiscard]] TrialResult& result() { return result_; }
  [[nodiscard]] const RunOptions& options() const { return options_; }
  /// All outcomes so far, the warm-up included, by journey.
  struct Counts {
    std::uint64_t arrived = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0;
    std::uint64_t good = 0;
  };
  [[nodiscard]] const Counts& counts(std::uint32_t journey) const { return tallies_[journey].all; }
  void finish();

 private:
  struct Slow {
    std::int64_t latency = 0;
    std::uint32_t detail = 0;
  };
  struct Spent {
    std::uint64_t wait = 0;  ///< nanoseconds
    std::uint64_t service = 0;
  };
  /// What is counted of a journey at each request, in two cache lines.
  struct alignas(64) Tally {
    Counts all;
    std::int64_t good_within = 0;
    std::uint64_t offered = 0;  ///< from here on: of the measured window
    std::uint64_t came_back = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t good = 0;
    std::uint64_t failed = 0;
  };
  void spent_in_detail(const Request& request, std::uint32_t service, std::int64_t wait,
                       std::int64_t in_service);
  /// Which interval of one width an instant from 0 on lies in; instants come in near order, so the
  /// one found last is tried before anything is divided.
  struct BinFinder {
    std::int64_t width = 1;
    std::int64_t start = 0;
    std::size_t index = 0;

    std::size_t find(std::int64_t at) {
      if (static_cast<std::uint64_t>(at - start) >= static_cast<std::uint64_t>(width)) {
        index = static_cast<std::size_t>(at / width);
        start = static_cast<std::int64_t>(index) * width;
      }
      return index;
    }
  };
  /// The journey's bin of an arrival, or null beyond the last that is kept.
  ArrivalBin* bin(std::uint32_t journey, std::int64_t arrival, BinFinder& finder) {
    const std::size_t index = finder.find(arrival);
    std::vector<ArrivalBin>& bins = result_.journeys[journey].bins;
    if (index < bins.size()) [[likely]]
      return &bins[index];
    return new_bin(bins, index);
  }
  static ArrivalBin* new_bin(std::vector<ArrivalBin>& bins, std::size_t index);
  /// Folds a value into the fingerprint; the order matters.
  void stamp(std::uint64_t value) {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;  // the golden ratio's fraction
    fingerprint_ = (fingerprint_ ^ value) * kOdd;
    fingerprint_ ^= fingerprint_ >> 32;
  }

  RunOptions options_;
  Instant until_;
  TrialResult result_;
  BinFinder arrived_bin_;
  BinFinder ended_bin_;
  BinFinder quantile_bin_;
  std::size_t services_;
  std::uint64_t fingerprint_ = 0;
  std::vector<Spent> spent_;  ///< by journey and service
  std::vector<Tally> tallies_;  ///< by journey
  std::vector<std::int64_t> detail_;  ///< by detail and service: wait, then service
  std::vector<std::uint32_t> free_detail_;
  std::vector<std::vector<Slow>> slow_;  ///< by journey: a heap of the slowest seen
};

}  // namespace lifeboat::sim
