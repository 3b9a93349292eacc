#include "models/replication/timetable.hpp"

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models {

std::optional<sim::Instant> Timetable::first(const io::Calendar& calendar) const {
  if (!second_of_day) return std::nullopt;
  const std::int64_t day = calendar.start_utc() - calendar.start_utc() % io::kDaySeconds;
  return calendar.at_utc(day + *second_of_day);
}

Timetable read_timetable(io::ObjectReader& reader, const TimetableWords& words) {
  Timetable timetable;
  timetable.every =
      reader.optional_duration({words.every_key, words.every_what, words.every_source}, words.every,
                               {.min = sim::Duration{}, .max = sim::Duration::days(31)});
  const auto at =
      reader.maybe_string({words.at_key, "time of day of one departure, in UTC (\"03:00\")", "",
                           "drawn for each trial: no hour is better than another"});
  if (!at || reader.describing()) return timetable;
  const auto parsed = io::parse_time_of_day(*at);
  if (!parsed) {
    reader.error(words.at_key, io::quote(*at) + " is no time of day", "one like \"03:00\"");
  } else if (timetable.every == sim::Duration{}) {
    reader.error(words.at_key, "without an interval nothing departs at an hour",
                 std::string(words.every_key) + " above 0");
  } else {
    timetable.second_of_day = *parsed;
  }
  return timetable;
}

}  // namespace lifeboat::models
