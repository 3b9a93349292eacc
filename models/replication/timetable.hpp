// When copies leave: backups and batch jobs go by a timetable, every so often at an hour.
//
// What was written since the last departure waits for the next one, and all of it arrives when that
// copy is done. So what a failure takes is as old as the last copy that arrived: uniform over the
// interval, beside the time of a copy, for a failure at no particular hour. A copy that is on its
// way when its source is lost counts for nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/io/clock.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

namespace io {
class ObjectReader;
}  // namespace io

struct Timetable {
  sim::Duration every;  ///< zero: no timetable, each write leaves at once
  /// Time of day of one departure, in UTC; nothing: drawn for each trial.
  std::optional<int> second_of_day;

  /// One of the departures by the scenario's clock; nothing where the phase is luck.
  [[nodiscard]] std::optional<sim::Instant> first(const io::Calendar& calendar) const;
};

/// What a kind says about its timetable.
struct TimetableWords {
  std::string_view every_key;  ///< "backupInterval"
  std::string_view every_what;
  std::string_view every_source;
  sim::Duration every;      ///< default; zero: none
  std::string_view at_key;  ///< "backupWindow"
};

/// Reads both keys.
[[nodiscard]] Timetable read_timetable(io::ObjectReader& reader, const TimetableWords& words);

}  // namespace lifeboat::models
