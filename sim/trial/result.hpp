// What one trial observed.
//
// A result is plain data: it can be serialised, and results of trials merge in trial order. All
// counts cover requests that arrive in the measured window, followed to their end; series bins
// count requests by their arrival.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/network/ids.hpp"
#include "sim/network/step.hpp"
#include "sim/statistics/histogram.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

/// Counts of requests that arrived in one bin of the series.
struct ArrivalBin {
  std::uint32_t offered = 0;
  std::uint32_t good = 0;
  std::uint32_t succeeded = 0;
  std::array<std::uint32_t, kCauseCount> failed_by{};
};

struct JourneyResult {
  std::uint64_t offered = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t good = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t came_back = 0;  ///< of the offered: second tries of customers
  std::array<std::uint64_t, kCauseCount> failed_by{};
  std::vector<std::uint64_t> served_by;  ///< by region
  Histogram latency;                     ///< of successes, nanoseconds
  /// Time spent by measured requests, by service (index of Network::services): sums in nanoseconds.
  std::vector<std::uint64_t> wait_ns;
  std::vector<std::uint64_t> service_ns;
  /// The same over the slowest 1 % alone; filled in detailed trials.
  std::vector<std::uint64_t> slow_wait_ns;
  std::vector<std::uint64_t> slow_service_ns;
  std::uint64_t slow_count = 0;
  std::vector<ArrivalBin> bins;  ///< bin i: [i, i+1) x bin width
  /// One latency histogram (successes) per coarse bin of Options::quantile_bin.
  std::vector<Histogram> latency_bins;
};

struct StationResult {
  std::uint64_t arrivals = 0;
  std::uint64_t rejected = 0;
  std::uint64_t completions = 0;
  double busy_server_seconds = 0;
  double capacity_seconds = 0;  ///< integral of servers (or processors) over the window
  double queue_seconds = 0;
  double in_service_seconds = 0;  ///< integral of the number in service
};

/// One minute of a task group's life: means over the minute.
struct GroupMinute {
  float cpu_used = 0;      ///< processors
  float cpu_reserved = 0;  ///< processors
  float running = 0;
  float queued = 0;  ///< requests waiting for a worker
};

struct GroupResult {
  double cpu_used_seconds = 0;
  double cpu_reserved_seconds = 0;
  double running_task_seconds = 0;
  std::uint64_t requests = 0;
  std::vector<GroupMinute> minutes;
};

struct CacheResult {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
};

struct BufferResult {
  std::uint64_t put = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t redelivered = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t left = 0;  ///< at the end
  Histogram age;           ///< from put to acknowledgement
  std::uint64_t expired = 0;
};

struct EnvironmentResult {
  std::uint64_t served = 0;  ///< invocations, warm-up included
  std::uint64_t cold_starts = 0;
  double busy_seconds = 0;
  double idle_seconds = 0;
  std::uint64_t measured_served = 0;  ///< in the measured window alone
  double measured_busy_seconds = 0;
};

/// One line of the incident log.
struct IncidentEvent {
  Instant at;
  std::string kind;
  std::string subject;
  std::string region;
  std::string text;
  std::string cause;
};

/// What opening a copy lost (ReplicationLog).
struct LossResult {
  LogId log;
  Instant failed_at;
  Instant opened_at;
  double rpo_seconds = 0;
  std::uint64_t writes_lost = 0;
};

struct RecordLoss {
  std::uint64_t lost = 0;
  std::uint64_t stranded = 0;
  std::uint64_t torn = 0;
  std::uint64_t duplicate = 0;
};

/// A sampled quantity over time, one value an interval; NaN where there is none.
struct Series {
  std::string subject;
  std::string region;
  std::string measure;
  std::string unit;
  std::vector<double> values;
};

struct TrialResult {
  std::uint32_t trial = 0;
  double weight = 1;
  std::uint64_t draws = 0;  ///< fingerprint of the arrivals and outcomes
  Duration bin = Duration::seconds(10);
  Duration measured;        ///< length of the window that was measured
  bool overloaded = false;  ///< stopped at the memory budget
  std::string stopped;      ///< why, when it ended early by force
  std::vector<JourneyResult> journeys;
  /// By station of the network. A task group's sums stand in the rows of its first task.
  std::vector<StationResult> stations;
  std::vector<GroupResult> groups;              ///< by task group
  std::vector<CacheResult> caches;              ///< by cache
  std::vector<BufferResult> buffers;            ///< by buffer
  std::vector<EnvironmentResult> environments;  ///< by environments
  /// By deployment: visits that passed its gate in the measured window.
  std::vector<std::uint64_t> entered;
  /// By register: by how much it grew in the measured window (controllers count in registers).
  std::vector<std::int64_t> register_growth;
  std::vector<IncidentEvent> events;
  std::vector<LossResult> losses;
  std::vector<RecordLoss> records;       ///< by record class
  std::vector<std::uint64_t> committed;  ///< by store: acknowledged writes, warm-up included
  std::vector<Series> series;            ///< detailed trials only
  std::uint64_t engine_events = 0;
  std::uint64_t hops = 0;
  std::uint64_t peak_in_flight = 0;
};

}  // namespace lifeboat::sim
