// Traffic as people write it: named streams of requests, each an open rate, a replayed trace or a
// closed population, with a mix of journeys, bursts, a forecast error and events.
//
// Reading (read_traffic) checks a file by itself; planning (plan.hpp) puts it on a scenario's
// clock and makes curves of rate and shares of it. So the same file serves scenarios that start
// at different times.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/io/clock.hpp"
#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "scenarios/scenario/located.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// Shares of journeys or visits; they sum to 1.
using Shares = std::vector<std::pair<LocatedName, double>>;

/// A mix that changes in time. A constant one has one entry.
struct Mix {
  struct Entry {
    LocatedClock at;
    Shares shares;
  };
  std::vector<Entry> entries;
  bool linear = true;  ///< between entries; otherwise a step at each
};

/// The rate of an open stream: exactly one of the three forms.
struct RateForm {
  enum class Kind : std::uint8_t { kConstant, kTable, kShaped } kind = Kind::kConstant;
  double per_second = 0;  ///< kConstant, and the mean of kShaped over a whole week
  struct Row {
    LocatedClock at;
    double per_second = 0;
  };
  std::vector<Row> table;  ///< kTable, as written
  bool linear = true;
  /// kShaped: relative weight by second of day, ascending from 0 to 86,400, linear between.
  struct Weight {
    double second_of_day = 0;
    double weight = 1;
  };
  std::vector<Weight> day;
  std::vector<Weight> weekend;  ///< of Saturdays and Sundays; empty: `day` holds for them too
  std::array<double, 7> week{1, 1, 1, 1, 1, 1, 1};  ///< Monday first; mean 1
};

/// A part of a rate's random variation: a factor of mean 1, renewed every `correlation`.
struct Burst {
  double cv = 0;
  sim::Duration correlation;
};
/// What the format takes: of each part, and parts of one stream.
inline constexpr double kMostBurstCv = 10;
inline constexpr std::size_t kMostBursts = 9;

/// A recorded trace. Times are seconds since 1970 of the trace's own wall clock where `dated`,
/// otherwise seconds from time 0; in nanoseconds, ascending.
struct Replay {
  enum class Unit : std::uint8_t { kCount, kRate, kStamps } unit = Unit::kCount;
  std::string file;  ///< as messages show it
  bool dated = false;
  std::vector<std::int64_t> times_ns;
  std::vector<double> values;  ///< NaN: a gap in the file; empty for kStamps
  sim::Duration interval;      ///< of one row
  bool marks_middle = false;   ///< a row's time is the middle of its interval, not its start
  std::optional<models::io::TimeZone> zone;
  double scale = 1;
  std::optional<double> peak_per_second;  ///< instead of scale: what the highest row becomes
  enum class Gaps : std::uint8_t { kReport, kError } gaps = Gaps::kReport;
  /// Which time of the trace is time 0; absent: dates meet the scenario's clock.
  std::optional<std::int64_t> from_ns;

  /// Sum of counts, or of rates times the interval; gaps count nothing. Before scaling.
  [[nodiscard]] double total() const;
};

struct TrafficEvent {
  std::string name;
  models::io::Place place;
  LocatedClock at;
  sim::Duration ramp;
  double peak_factor = 1;
  sim::Duration hold;
  std::optional<sim::Duration> half_life;  ///< absent: falls back at once
  std::optional<Shares> mix;
};

struct Stream {
  std::string name;
  models::io::Place place;
  enum class Kind : std::uint8_t { kRate, kReplay, kUsers } kind = Kind::kRate;
  RateForm rate;
  Replay replay;
  std::uint32_t users = 0;
  std::optional<sim::Law> think;
  std::optional<sim::Law> forecast_error;
  std::vector<Burst> bursts;  ///< their variances add up; see plan.hpp
  std::vector<TrafficEvent> events;
  std::optional<Mix> mix;  ///< absent: the journey or visit of the stream's own name
  /// Clients of its own, outside the population; 0: the population asks.
  std::uint32_t clients = 0;
};

struct Traffic {
  std::string name;
  std::optional<models::io::DateTime> start;
  models::io::Place start_place;
  std::optional<models::io::TimeZone> zone;
  models::io::Place zone_place;
  std::vector<Stream> streams;
};

/// Reads the format lifeboat/traffic/1, files of shapes and traces included. Where `inlined`, the
/// format line may be left out.
[[nodiscard]] Traffic read_traffic(const models::io::Value& value, bool inlined,
                                   models::io::Problems& problems);

/// Reads one `replay` object; `stream_place` is where errors about the whole stand.
[[nodiscard]] Replay read_replay(const models::io::Value& value, models::io::Problems& problems);

/// Reads a day's shape: the path of a CSV file (time of day, weight), or a list of weights evenly
/// spaced over the day. Normalised to mean 1.
[[nodiscard]] std::vector<RateForm::Weight> read_day_shape(const models::io::Value& value,
                                                           models::io::Problems& problems);

}  // namespace lifeboat::scenarios
