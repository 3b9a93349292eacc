// What is observed while a trial runs: the trial's result in the making.
//
// Kept apart from the state: a snapshot of the state may be continued with a fresh recorder, and
// nothing that the recorder holds ever influences the run.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/engine/state.hpp"
#include "sim/network/network.hpp"
#include "sim/trial/result.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::sim {

class Recorder {
 public:
  Recorder(const Network& network, const RunOptions& options, std::uint32_t trial);

  void arrived(const Request& request) {
    Tally& tally = tallies_[request.journey];
    ++tally.all.arrived;
    if (!request.measured) return;
    stamp(request.key ^ static_cast<std::uint64_t>(request.arrival));
    ++tally.offered;
    tally.came_back += request.came_back ? 1U : 0U;
    ++bin(request.journey, tally.arrived, request.arrival).offered;
  }
  /// A followed journey (a message) that began.
  void began_following(std::uint32_t journey, std::int64_t at);
  void succeeded(std::uint32_t journey, std::int64_t arrival, std::int64_t now,
                 std::uint32_t region) {
    Tally& tally = tallies_[journey];
    const std::int64_t latency = now - arrival;
    const std::uint32_t good = latency <= tally.good_within ? 1 : 0;
    ++tally.all.succeeded;
    tally.all.good += good;
    if (!measured(arrival)) return;
    stamp(static_cast<std::uint64_t>(now));
    ++tally.succeeded;
    tally.good += good;
    if (region < regions_) ++result_.journeys[journey].served_by[region];
    ArrivalBin& cell = bin(journey, tally.ended, arrival);
    ++cell.succeeded;
    cell.good += good;
    if (!tally.latency.has(arrival, quantile_width_)) [[unlikely]]
      open_histogram(journey, arrival);
    tally.latency.cell->add(latency);
  }
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
  /// The interval of a series that was found last: instants come in near order.
  template <class Cell>
  struct OpenBin {
    std::int64_t start = std::numeric_limits<std::int64_t>::min();
    Cell* cell = nullptr;

    [[nodiscard]] bool has(std::int64_t at, std::int64_t width) const {
      return static_cast<std::uint64_t>(at) - static_cast<std::uint64_t>(start) <
             static_cast<std::uint64_t>(width);
    }
  };
  /// What is counted of a journey at each request.
  struct alignas(64) Tally {
    Counts all;
    std::int64_t good_within = 0;
    std::uint64_t offered = 0;  ///< from here on: of the measured window
    std::uint64_t came_back = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t good = 0;
    std::uint64_t failed = 0;
    OpenBin<ArrivalBin> arrived;  ///< where the last arrival fell
    OpenBin<ArrivalBin> ended;    ///< where the last to end had arrived
    OpenBin<Histogram> latency;
  };
  void spent_in_detail(const Request& request, std::uint32_t service, std::int64_t wait,
                       std::int64_t in_service);
  /// The journey's bin of an arrival.
  ArrivalBin& bin(std::uint32_t journey, OpenBin<ArrivalBin>& open, std::int64_t arrival) {
    if (!open.has(arrival, bin_width_)) [[unlikely]]
      open_bin(journey, open, arrival);
    return *open.cell;
  }
  void open_bin(std::uint32_t journey, OpenBin<ArrivalBin>& open, std::int64_t arrival);
  void open_histogram(std::uint32_t journey, std::int64_t arrival);
  /// Folds a value into the fingerprint; the order matters.
  void stamp(std::uint64_t value) {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;  // the golden ratio's fraction
    fingerprint_ = (fingerprint_ ^ value) * kOdd;
    fingerprint_ ^= fingerprint_ >> 32;
  }

  RunOptions options_;
  Instant until_;
  TrialResult result_;
  std::int64_t bin_width_;
  std::int64_t quantile_width_;
  ArrivalBin beyond_;  ///< of arrivals later than the last bin that is kept
  std::size_t services_;
  std::size_t regions_;
  std::uint64_t fingerprint_ = 0;
  std::vector<Spent> spent_;          ///< by journey and service
  std::vector<Tally> tallies_;        ///< by journey
  std::vector<std::int64_t> detail_;  ///< by detail and service: wait, then service
  std::vector<std::uint32_t> free_detail_;
  std::vector<std::vector<Slow>> slow_;  ///< by journey: a heap of the slowest seen
};

}  // namespace lifeboat::sim
