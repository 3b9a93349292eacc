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
      bin_width_(options.bin.count()),
      quantile_width_(options.quantile_bin.count()),
      services_(network.services.size()),
      regions_(network.regions.size()),
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

void Recorder::open_bin(std::uint32_t journey, OpenBin<ArrivalBin>& open, std::int64_t arrival) {
  const std::int64_t index = arrival / bin_width_;
  open.start = index * bin_width_;
  std::vector<ArrivalBin>& bins = result_.journeys[journey].bins;
  const auto wanted = static_cast<std::size_t>(index);
  if (wanted >= bins.size() && wanted < kMostBins) bins.resize(wanted + 1);
  // The series may have moved.
  Tally& tally = tallies_[journey];
  for (OpenBin<ArrivalBin>* one : {&tally.arrived, &tally.ended}) {
    if (one->start < 0) continue;
    const auto at = static_cast<std::size_t>(one->start / bin_width_);
    one->cell = at < bins.size() ? &bins[at] : &beyond_;
  }
}

/// One histogram a coarse bin; they are merged into the whole at the end, to the same bits.
void Recorder::open_histogram(std::uint32_t journey, std::int64_t arrival) {
  OpenBin<Histogram>& open = tallies_[journey].latency;
  if (options_.quantile_bin.is_infinite()) {
    open = {0, &result_.journeys[journey].latency};
    return;
  }
  const std::int64_t index = arrival / quantile_width_;
  std::vector<Histogram>& bins = result_.journeys[journey].latency_bins;
  const auto wanted = static_cast<std::size_t>(index);
  if (wanted >= bins.size()) bins.resize(wanted + 1);
  open = {index * quantile_width_, &bins[wanted]};
}

void Recorder::began_following(std::uint32_t journey, std::int64_t at) {
  Tally& tally = tallies_[journey];
  ++tally.all.arrived;
  if (!measured(at)) return;
  ++tally.offered;
  ++bin(journey, tally.arrived, at).offered;
}

void Recorder::failed(std::uint32_t journey, std::int64_t arrival, std::int64_t now, Cause cause) {
  Tally& tally = tallies_[journey];
  ++tally.all.failed;
  if (!measured(arrival)) return;
  stamp(mix(static_cast<std::uint64_t>(now), static_cast<std::uint64_t>(cause)));
  ++tally.failed;
  ++result_.journeys[journey].failed_by[static_cast<std::size_t>(cause)];
  ++bin(journey, tally.ended, arrival).failed_by[static_cast<std::size_t>(cause)];
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
