#include "sim/engine/recorder.hpp"

#include <algorithm>
#include <utility>

#include "sim/random/luck.hpp"

namespace lifeboat::sim {
namespace {

// Slowest requests kept by journey in a detailed trial: 1 % of 200,000.
constexpr std::size_t kMostSlow = 2000;
constexpr std::size_t kMostBins = 4'000'000;

}  // namespace

Recorder::Recorder(const Network& network, const RunOptions& options, std::uint32_t trial)
    : options_(options),
      until_(Instant::origin() + options.duration),
      arrived_bin_{options.bin.count()},
      ended_bin_{options.bin.count()},
      quantile_bin_{options.quantile_bin.count()},
      services_(network.services.size()),
      spent_(network.journeys.size() * network.services.size()),
      tallies_(network.journeys.size()),
      slow_(network.journeys.size()) {
  for (std::size_t j = 0; j < tallies_.size(); ++j) {
    tallies_[j].good_within = network.journeys[j].good_within.count();
  }
  result_.trial = trial;
  result_.bin = options.bin;
  result_.measured = options.duration;
  result_.journeys.resize(network.journeys.size());
  for (JourneyResult& journey : result_.journeys) {
    journey.served_by.resize(network.regions.size());
  }
  result_.records.resize(network.record_classes.size());
  result_.buffers.resize(network.buffers.size());
  result_.committed.resize(network.stores.size());
}

ArrivalBin* Recorder::new_bin(std::vector<ArrivalBin>& bins, std::size_t index) {
  if (index >= kMostBins) return nullptr;
  bins.resize(index + 1);
  return &bins[index];
}

void Recorder::arrived(const Request& request) {
  Tally& tally = tallies_[request.journey];
  ++tally.all.arrived;
  if (!request.measured) return;
  stamp(request.key ^ static_cast<std::uint64_t>(request.arrival));
  ++tally.offered;
  tally.came_back += request.came_back ? 1U : 0U;
  if (ArrivalBin* b = bin(request.journey, request.arrival, arrived_bin_)) ++b->offered;
}

void Recorder::began_following(std::uint32_t journey, std::int64_t at) {
  Tally& tally = tallies_[journey];
  ++tally.all.arrived;
  if (!measured(at)) return;
  ++tally.offered;
  if (ArrivalBin* b = bin(journey, at, arrived_bin_)) ++b->offered;
}

void Recorder::succeeded(std::uint32_t journey, std::int64_t arrival, std::int64_t now,
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
  JourneyResult& result = result_.journeys[journey];
  if (region < result.served_by.size()) ++result.served_by[region];
  if (ArrivalBin* b = bin(journey, arrival, ended_bin_)) {
    ++b->succeeded;
    b->good += good;
  }
  // Merged into the whole at the end, to the same bits.
  if (options_.quantile_bin.is_infinite()) {
    result.latency.add(latency);
    return;
  }
  const std::size_t index = quantile_bin_.find(arrival);
  if (index >= result.latency_bins.size()) result.latency_bins.resize(index + 1);
  result.latency_bins[index].add(latency);
}

void Recorder::failed(std::uint32_t journey, std::int64_t arrival, std::int64_t now, Cause cause) {
  Tally& tally = tallies_[journey];
  ++tally.all.failed;
  if (!measured(arrival)) return;
  stamp(mix(static_cast<std::uint64_t>(now), static_cast<std::uint64_t>(cause)));
  ++tally.failed;
  ++result_.journeys[journey].failed_by[static_cast<std::size_t>(cause)];
  ArrivalBin* const b = bin(journey, arrival, ended_bin_);
  if (b != nullptr) ++b->failed_by[static_cast<std::size_t>(cause)];
}

std::uint32_t Recorder::open_detail() {
  if (!free_detail_.empty()) {
    const std::uint32_t index = free_detail_.back();
    free_detail_.pop_back();
    std::fill_n(detail_.begin() + static_cast<std::ptrdiff_t>(index * 2 * services_), 2 * services_,
                0);
    return index;
  }
  detail_.resize(detail_.size() + 2 * services_);
  return static_cast<std::uint32_t>(detail_.size() / (2 * services_) - 1);
}

void Recorder::spent_in_detail(const Request& request, std::uint32_t service, std::int64_t wait,
                               std::int64_t in_service) {
  const std::size_t cell = std::size_t{request.detail} * 2 * services_ + service;
  detail_[cell] += wait;
  detail_[cell + services_] += in_service;
}

void Recorder::close_detail(const Request& request, std::int64_t latency, bool good) {
  std::vector<Slow>& slow = slow_[request.journey];
  const auto faster = [](const Slow& a, const Slow& b) { return a.latency > b.latency; };
  if (!good) {
    free_detail_.push_back(request.detail);
    return;
  }
  // A heap with the fastest of the slow ones on top, to be replaced by a slower one.
  if (slow.size() >= kMostSlow) {
    if (slow.front().latency >= latency) {
      free_detail_.push_back(request.detail);
      return;
    }
    std::pop_heap(slow.begin(), slow.end(), faster);
    free_detail_.push_back(slow.back().detail);
    slow.pop_back();
  }
  slow.push_back({latency, request.detail});
  std::push_heap(slow.begin(), slow.end(), faster);
}

void Recorder::event(IncidentEvent event) {
  constexpr std::size_t kMostEvents = 100'000;
  if (result_.events.size() < kMostEvents) result_.events.push_back(std::move(event));
}

void Recorder::finish() {
  result_.measured = until_ - Instant::origin();
  result_.draws = fingerprint_;
  for (std::size_t j = 0; j < result_.journeys.size(); ++j) {
    JourneyResult& journey = result_.journeys[j];
    const Tally& tally = tallies_[j];
    journey.offered = tally.offered;
    journey.came_back = tally.came_back;
    journey.succeeded = tally.succeeded;
    journey.good = tally.good;
    journey.failed = tally.failed;
    for (const Histogram& part : journey.latency_bins) journey.latency.merge(part);
    for (std::size_t s = 0; s < services_; ++s) {
      journey.wait_ns.push_back(spent_[j * services_ + s].wait);
      journey.service_ns.push_back(spent_[j * services_ + s].service);
    }
    journey.unfinished = journey.offered - journey.succeeded - journey.failed;
    // The slowest 1 % of the successes, as far as they were kept.
    std::vector<Slow>& slow = slow_[j];
    std::sort(slow.begin(), slow.end(),
              [](const Slow& a, const Slow& b) { return a.latency > b.latency; });
    const std::size_t wanted =
        std::min<std::size_t>(slow.size(), static_cast<std::size_t>(journey.succeeded / 100 + 1));
    if (slow.empty()) continue;
    journey.slow_wait_ns.assign(services_, 0);
    journey.slow_service_ns.assign(services_, 0);
    journey.slow_count = wanted;
    for (std::size_t i = 0; i < wanted; ++i) {
      const std::size_t base = std::size_t{slow[i].detail} * 2 * services_;
      for (std::size_t s = 0; s < services_; ++s) {
        journey.slow_wait_ns[s] += static_cast<std::uint64_t>(detail_[base + s]);
        journey.slow_service_ns[s] += static_cast<std::uint64_t>(detail_[base + services_ + s]);
      }
    }
  }
}

}  // namespace lifeboat::sim
