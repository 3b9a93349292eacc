// Reading recorded traces: CSV files of counts, rates or single arrivals.
//
// A row's time is a date on the trace's own wall clock, or plain seconds from time 0. A row holds
// for one interval from its time on; a trace of plain seconds that begins at half an interval
// marks the middles (the format of the LIMBO load models that HTTP load generators read: "the time
// stamp is always the middle of the interval").
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "models/io/csv.hpp"
#include "models/io/files.hpp"
#include "models/io/reader.hpp"
#include "scenarios/traffic/traffic.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using sim::Duration;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kMostStamps = 10'000'000;
constexpr std::size_t kMostRows = 2'000'000;
constexpr double kMostPerSecond = 1e7;

/// Reads times: all dates, or all seconds; with zones of their own on all rows, or on none.
class Times {
 public:
  explicit Times(Replay& replay) : replay_(replay) {}

  /// Nothing, and an error, where the text is no time or unlike those before.
  std::optional<std::int64_t> read(const std::string& text, const io::Place& place,
                                   io::Problems& problems) {
    if (const auto seconds = io::parse_number(text)) {
      if (!agree(Form::kSeconds, place, problems)) return std::nullopt;
      return Duration::from_seconds(*seconds).count();
    }
    const auto date = io::parse_date_time(text);
    if (!date) {
      problems.error(place, io::quote(text) + " is no time",
                     "a date such as \"2014-04-10 00:04:00\", or seconds");
      return std::nullopt;
    }
    const auto& read = date.value();
    if (!agree(read.zone ? Form::kZoned : Form::kLocal, place, problems)) return std::nullopt;
    replay_.dated = true;
    if (!read.zone) return io::seconds_since_1970(read.civil) * kSecond;
    replay_.zone = io::TimeZone{};
    return read.zone->to_utc(read.civil) * kSecond;
  }

 private:
  enum class Form { kNone, kSeconds, kLocal, kZoned };
  bool agree(Form form, const io::Place& place, io::Problems& problems) {
    if (form_ == Form::kNone) form_ = form;
    if (form_ == form) return true;
    problems.error(place, "a time of another kind than those before",
                   "seconds, dates, or dates with a zone on every row");
    return false;
  }

  Replay& replay_;
  Form form_ = Form::kNone;
};

struct Columns {
  std::size_t time = 0;
  std::size_t value = 1;
};

/// Rows in order into the replay; at most 100 errors are kept, and then reading stops.
void read_rows(const io::CsvTable& table, const Columns& columns, std::size_t first_row,
               Replay& replay, io::Problems& problems) {
  const bool stamps = replay.unit == Replay::Unit::kStamps;
  Times times(replay);
  for (std::size_t row = first_row; row < table.rows() && !problems.full(); ++row) {
    const auto time = times.read(table.field(row, columns.time), table.place(row), problems);
    std::optional<double> value;
    if (!stamps) value = table.number(row, columns.value, problems);
    if (!time) continue;
    if (!replay.times_ns.empty() &&
        (stamps ? *time < replay.times_ns.back() : *time <= replay.times_ns.back())) {
      problems.error(table.place(row), "the time goes back",
                     stamps ? "times that never go back" : "each row later than the last");
      return;
    }
    if (value && *value < 0) {
      problems.error(table.place(row), "a negative value", "0 or more");
      continue;
    }
    replay.times_ns.push_back(*time);
    if (!stamps) replay.values.push_back(value.value_or(kNan));
  }
}

/// The most common distance between rows; the shortest of equals. Zero for fewer than two rows.
Duration most_common_interval(const std::vector<std::int64_t>& times) {
  std::map<std::int64_t, std::size_t> count;
  for (std::size_t i = 1; i < times.size(); ++i) ++count[times[i] - times[i - 1]];
  std::pair<std::int64_t, std::size_t> best{0, 0};
  for (const auto& entry : count) {
    if (entry.second > best.second) best = entry;
  }
  return Duration::nanoseconds(best.first);
}

void check_intervals(const Replay& replay, const io::Value& value, io::Problems& problems) {
  if (replay.interval <= Duration{}) {
    problems.error(value.place(), "one row does not show how long it lasts", "an \"interval\"");
    return;
  }
  for (std::size_t i = 1; i < replay.times_ns.size(); ++i) {
    if (replay.times_ns[i] - replay.times_ns[i - 1] < replay.interval.count()) {
      problems.error(value.place(),
                     "rows stand closer than the interval of " + io::to_text(replay.interval),
                     "the true \"interval\"");
      return;
    }
  }
  double most = 0;
  for (const double v : replay.values) {
    if (v > most) most = v;
  }
  if (replay.unit == Replay::Unit::kCount) most /= replay.interval.to_seconds();
  if (most * replay.scale > kMostPerSecond) {
    problems.error(value.place(), "a rate of over 10 million a second", "a smaller \"scale\"");
  }
}

void read_from(io::ObjectReader& r, Replay& replay) {
  const auto from = r.raw({"from", "which time of the trace is time 0: a date, or an offset", "",
                           "dates meet the scenario's clock"},
                          io::ValueType::kDateTime);
  if (!from || r.describing()) return;
  const std::string text(from->as_string());
  if (replay.dated) {
    const auto date = io::parse_date_time(text);
    if (date) {
      const auto& at = date.value();
      replay.from_ns = kSecond * (at.zone && replay.zone ? at.zone->to_utc(at.civil)
                                                         : io::seconds_since_1970(at.civil));
    } else {
      r.error("from", io::quote(text) + " is no date", "a date: the rows of the trace have dates");
    }
    return;
  }
  if (const auto offset = io::parse_duration(text)) {
    replay.from_ns = (*offset).count();
  } else {
    r.error("from", io::quote(text) + " is no offset", "a duration such as \"90s\"");
  }
}

constexpr io::Choice<Replay::Unit> kUnits[] = {
    {"count", Replay::Unit::kCount, "requests in the row's interval"},
    {"rate", Replay::Unit::kRate, "requests a second during the row's interval"},
    {"stamps", Replay::Unit::kStamps, "one request a row, at its very time"},
};
constexpr io::Choice<Replay::Gaps> kGaps[] = {
    {"report", Replay::Gaps::kReport, "no traffic where rows are missing, and a warning"},
    {"error", Replay::Gaps::kError, "missing rows are an error"},
};

std::optional<std::size_t> column_of(io::ObjectReader& r, const io::Parameter& parameter,
                                     const io::CsvTable* table, std::size_t standard) {
  const auto which = r.raw(parameter, io::ValueType::kAny);
  if (table == nullptr) return std::nullopt;
  return table->column(
      which ? *which : io::Value::integer(static_cast<std::int64_t>(standard), r.place()),
      r.problems());
}

bool has_header(const io::CsvTable& table, Replay::Unit unit) {
  if (table.rows() == 0) return false;
  if (unit == Replay::Unit::kStamps || table.columns() < 2) {
    const std::string time = table.field(0, 0);
    return !io::parse_number(time).ok() && !io::parse_date_time(time).ok();
  }
  return !io::parse_number(table.field(0, 1)).ok() && !table.field(0, 1).empty();
}

/// The file as a table: with a header where the file says so or `asked` does.
std::optional<io::CsvTable> read_table(const io::Value& file, std::optional<bool> asked,
                                       Replay::Unit unit, io::Problems& problems) {
  const auto path = io::resolve_reference(file, problems);
  if (!path) return std::nullopt;
  io::CsvOptions options;
  options.header = asked.value_or(false);
  options.rows = unit == Replay::Unit::kStamps ? kMostStamps : kMostRows;
  auto table = io::CsvTable::read(*path, options, problems, &file);
  if (!table || asked || !has_header(*table, unit)) return table;
  options.header = true;
  return io::CsvTable::read(*path, options, problems, &file);
}

}  // namespace

double Replay::total() const {
  if (unit == Unit::kStamps) return static_cast<double>(times_ns.size());
  double total = 0;
  for (const double value : values) {
    if (!std::isnan(value)) total += value;
  }
  return unit == Unit::kRate ? total * interval.to_seconds() : total;
}

Replay read_replay(const io::Value& value, io::Problems& problems) {
  Replay replay;
  io::ObjectReader r(value, problems);
  const std::size_t before = problems.errors();
  replay.unit =
      r.optional_enum({"unit", "what the value of a row is"}, Replay::Unit::kCount, kUnits);
  const auto header = r.maybe_boolean({"header", "whether the first row names the columns", "",
                                       "it does where it holds no number"});
  std::optional<io::CsvTable> table;
  if (const auto file = r.raw({"file", "a CSV file"}, io::ValueType::kFile, true);
      file && !r.describing()) {
    replay.file = std::string(file->as_string());
    table = read_table(*file, header, replay.unit, problems);
  }
  const io::CsvTable* rows = table ? &*table : nullptr;
  const auto time =
      column_of(r, {"time", "column of times, by number from 0 or by name", "", "0"}, rows, 0);
  std::optional<std::size_t> column;
  if (replay.unit != Replay::Unit::kStamps || r.has("value")) {
    column =
        column_of(r, {"value", "column of values, by number from 0 or by name", "", "1"}, rows, 1);
  }
  const auto interval =
      r.maybe_duration({"interval", "how long a row lasts", "", "the most common distance of rows"},
                       {.min = Duration::milliseconds(1), .max = Duration::days(31)});
  replay.zone = r.maybe_time_zone({"timeZone", "zone of the dates", "", "the scenario's"});
  r.at_most_one_of({"scale", "peak"});
  replay.scale = r.optional_number({"scale", "factor on all values"}, 1, {.min = 0.0, .max = 1e9});
  if (const auto peak = r.maybe_rate({"peak", "scales so that the highest row becomes this rate"},
                                     {.min = io::Rate{0}, .max = io::Rate{kMostPerSecond}})) {
    replay.peak_per_second = peak->per_second;
  }
  replay.gaps = r.optional_enum({"gaps", "what missing rows mean"}, Replay::Gaps::kReport, kGaps);
  if (rows != nullptr && time && (column || replay.unit == Replay::Unit::kStamps)) {
    read_rows(*rows, {*time, column.value_or(0)}, 0, replay, problems);
    if (replay.times_ns.empty() && problems.errors() == before) {
      problems.error(value.place(), "a trace without rows", "at least one");
    }
  }
  read_from(r, replay);
  if (r.describing() || problems.errors() > before) return replay;
  if (replay.unit == Replay::Unit::kStamps) {
    for (const std::string_view key : {"scale", "peak"}) {
      if (r.has(key)) r.error(key, "single arrivals cannot be scaled", "counts or rates");
    }
    return replay;
  }
  replay.interval = interval.value_or(most_common_interval(replay.times_ns));
  check_intervals(replay, value, problems);
  replay.marks_middle =
      !replay.dated && !replay.from_ns && replay.times_ns.front() * 2 == replay.interval.count();
  return replay;
}

}  // namespace lifeboat::scenarios
