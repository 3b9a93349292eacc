// Reading the traffic format; traces and shapes are read in read_replay.cpp and read_day_shape.cpp.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "models/io/reader.hpp"
#include "models/platform/law.hpp"
#include "scenarios/traffic/traffic.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using sim::Duration;

constexpr std::size_t kMostTableRows = 100'000;
constexpr std::size_t kMostChoices = 1000;
const io::Range<io::Rate> kRates{.min = io::Rate{0}, .max = io::Rate{1e7}};
const io::Range<Duration> kTimes{.min = Duration{}, .max = Duration::days(3660)};

/// "0s", "+1h", "20:00": an offset from time 0 or a clock time.
std::optional<LocatedClock> read_time(const io::Value& value, io::Problems& problems) {
  if (value.is_string()) {
    if (const auto offset = io::parse_duration(value.as_string())) {
      io::ClockTime time;
      time.offset = *offset;
      return LocatedClock{time, value.place()};
    }
  }
  if (const auto time = io::read_clock(value, problems)) return LocatedClock{*time, value.place()};
  return std::nullopt;
}

constexpr io::Choice<bool> kBetween[] = {
    {"linear", true, "a straight line from one row to the next"},
    {"step", false, "each row holds until the next"},
};

void read_table(io::ObjectReader& r, RateForm& form) {
  form.kind = RateForm::Kind::kTable;
  r.array({"table", "rows of time and rate: [\"1h\", \"90/s\"]"},
          [&](std::size_t, const io::Value& row) {
            if (form.table.size() >= kMostTableRows) return;
            if (row.size() != 2 || !row.is_array()) {
              r.problems().error(row.place(), row.shown() + " is not a row of the table",
                                 "a time and a rate: [\"1h\", \"90/s\"]");
              return;
            }
            const auto at = read_time(row.elements()[0], r.problems());
            const auto rate = io::read_rate(row.elements()[1], r.problems(), kRates);
            if (at && rate) form.table.push_back({*at, rate->per_second});
          });
  if (!r.describing() && form.table.empty() && !r.problems().has_errors()) {
    r.error("table", "the table is empty", "at least one row");
  }
  form.linear = r.optional_enum({"between", "how the rate goes from row to row"}, true, kBetween);
}

void read_week(io::ObjectReader& r, RateForm& form) {
  std::vector<double> weights;
  const bool there =
      r.array({"week", "relative weight of each day, Monday first", "", "all days alike"},
              [&](std::size_t, const io::Value& value) {
                const auto weight = io::read_number(value, r.problems());
                if (weights.size() < 8) weights.push_back(weight.value_or(1));
              });
  if (!there || r.describing()) return;
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (weights.size() != 7 || !(total > 0)) {
    r.error("week", "these are not the weights of a week",
            "seven numbers, Monday first, not all 0");
    return;
  }
  for (std::size_t i = 0; i < 7; ++i) form.week[i] = weights[i] * 7 / total;
}

RateForm read_rate_form(const io::Value& value, io::Problems& problems) {
  RateForm form;
  if (value.is_string() || value.is_number()) {
    form.per_second = io::read_rate(value, problems, kRates).value_or(io::Rate{}).per_second;
    return form;
  }
  if (value.describer() != nullptr) static_cast<void>(io::read_rate(value, problems, kRates));
  io::ObjectReader r(value, problems);
  r.exactly_one_of({"table", "mean"});
  if (r.has("table")) read_table(r, form);
  if (r.has("mean")) {
    form.kind = RateForm::Kind::kShaped;
    form.per_second =
        r.required_rate({"mean", "mean rate over a whole week of this shape"}, kRates).per_second;
    if (const auto day = r.raw({"day",
                                "shape of a day: a CSV file of time of day and weight, or "
                                "weights evenly spaced over the day",
                                "", "all hours alike"},
                               io::ValueType::kPart);
        day && !r.describing()) {
      form.day = read_day_shape(*day, problems);
    }
    if (const auto weekend = r.raw({"weekend",
                                    "shape of Saturdays and Sundays, as day; week says how much "
                                    "traffic they have",
                                    "", "that of the other days"},
                                   io::ValueType::kPart);
        weekend && !r.describing()) {
      form.weekend = read_day_shape(*weekend, problems);
    }
    read_week(r, form);
  }
  return form;
}

std::optional<double> read_share(const io::Value& value, io::Problems& problems) {
  if (value.is_string()) {
    const auto ratio = io::read_ratio(value, problems);
    return ratio ? std::optional(ratio->value) : std::nullopt;
  }
  return io::read_number(value, problems, {.min = 0.0, .max = 1.0});
}

Shares read_shares(const io::Value& value, io::Problems& problems) {
  Shares shares;
  if (!value.is_object()) {
    problems.error(value.place(), value.shown() + " is not a mix",
                   "an object with a share for each journey or visit");
    return shares;
  }
  double total = 0;
  bool complete = true;
  for (const auto& member : value.members()) {
    if (shares.size() >= kMostChoices) break;
    if (const auto complaint = io::check_name(member.name))
      problems.error(member.place, *complaint);
    const auto share = read_share(member.value, problems);
    complete = complete && share.has_value();
    total += share.value_or(0);
    shares.push_back({{member.name, member.place}, share.value_or(0)});
  }
  if (complete && std::fabs(total - 1) > 1e-6) {
    problems.error(value.place(), "the shares sum to " + io::to_text(total), "a sum of 1");
  }
  return shares;
}

Mix read_mix(const io::Value& value, io::Problems& problems) {
  Mix mix;
  const auto* table = value.find("table");
  if (table == nullptr || !table->value.is_array()) {
    mix.entries.push_back({{}, read_shares(value, problems)});
    return mix;
  }
  io::ObjectReader r(value, problems);
  r.array({"table", "rows of time and mix: [\"20:00\", {\"product\": 0.7, ...}]"},
          [&](std::size_t, const io::Value& row) {
            if (mix.entries.size() >= kMostTableRows) return;
            if (row.size() != 2 || !row.is_array()) {
              problems.error(row.place(), row.shown() + " is not a row of the table",
                             "a time and a mix: [\"20:00\", {\"product\": 1}]");
              return;
            }
            const auto at = read_time(row.elements()[0], problems);
            Shares shares = read_shares(row.elements()[1], problems);
            if (at) mix.entries.push_back({*at, std::move(shares)});
          });
  mix.linear = r.optional_enum({"between", "how the mix goes from row to row"}, true, kBetween);
  if (mix.entries.empty()) r.error("table", "the table is empty", "at least one row");
  return mix;
}

TrafficEvent read_event(std::string_view name, io::ObjectReader& r) {
  TrafficEvent event;
  event.name = std::string(name);
  event.place = r.place();
  if (const auto at = r.required_clock({"at", "when it begins: a clock time or an offset"})) {
    event.at = {*at, r.place_of("at")};
  }
  event.ramp = r.optional_duration({"ramp", "time to grow to the peak, in a straight line"},
                                   Duration{}, kTimes);
  event.peak_factor = r.required_number(
      {"peakFactor", "the rate at the peak over the rate without"}, {.min = 0.0, .max = 10'000.0});
  event.hold = r.optional_duration({"hold", "time at the peak"}, Duration{}, kTimes);
  r.section({"decay", "how it falls back", "", "at once"}, [&](io::ObjectReader& decay) {
    event.half_life = decay.required_duration(
        {"halfLife", "time in which the excess over the normal rate halves"},
        {.min = Duration::milliseconds(1), .max = Duration::days(366)});
  });
  if (const auto mix =
          r.raw({"mix", "the mix at the peak", "", "the stream's own"}, io::ValueType::kMap);
      mix && !r.describing()) {
    event.mix = read_shares(*mix, r.problems());
  }
  return event;
}

void read_users(io::ObjectReader& r, Stream& stream) {
  r.section({"users", "a closed population: each user thinks, asks, waits for the answer"},
            [&](io::ObjectReader& users) {
              stream.kind = Stream::Kind::kUsers;
              stream.users = static_cast<std::uint32_t>(users.required_count(
                  {"count", "how many users"}, {.min = std::int64_t{1}, .max = 10'000'000}));
              stream.think =
                  models::required_law(users, {"think", "time from an answer to the next request"});
            });
}

Burst read_burst(io::ObjectReader& r) {
  Burst burst;
  burst.cv = r.required_number({"cv", "coefficient of variation of the rate"},
                               {.min = 0.0, .max = kMostBurstCv});
  burst.correlation =
      r.required_duration({"correlation", "time over which the rate forgets itself"},
                          {.min = Duration::seconds(1), .max = Duration::days(366)});
  return burst;
}

void read_variation(io::ObjectReader& r, Stream& stream) {
  stream.forecast_error = models::maybe_factor(
      r, {"forecastError", "one factor a trial on the whole rate: a law of plain numbers, mean 1",
          "", "the forecast is exact"});
  if (stream.forecast_error) {
    const double mean = stream.forecast_error->mean_seconds();
    if (std::fabs(mean - 1) > 0.01) {
      r.warning("forecastError", "its mean is " + io::to_text(mean) +
                                     ", so the expected rate is not the rate given");
    }
  }
  r.section({"burstiness", "a rate that itself varies at random (doubly stochastic)", "",
             "Poisson arrivals"},
            [&](io::ObjectReader& bursts) {
              stream.bursts.push_back(read_burst(bursts));
              bursts.objects({"also", "further parts, at other time scales: their variances add up",
                              "", "one time scale"},
                             [&](std::size_t i, io::ObjectReader& part) {
                               if (i + 1 < kMostBursts) stream.bursts.push_back(read_burst(part));
                               if (i + 1 == kMostBursts) {
                                 part.problems().error(part.place(), "too many parts",
                                                       "at most 8 beside the first");
                               }
                             });
              const auto none = [](const Burst& burst) { return burst.cv <= 0; };
              std::erase_if(stream.bursts, none);
            });
}

Stream read_stream(std::string_view name, io::ObjectReader& r) {
  Stream stream;
  stream.name = std::string(name);
  stream.place = r.place();
  r.exactly_one_of({"rate", "replay", "users"});
  if (const auto rate = r.raw({"rate", "open arrivals: \"90/s\", a table, or a mean with shapes"},
                              io::ValueType::kRate)) {
    stream.rate = read_rate_form(*rate, r.problems());
  }
  if (const auto replay = r.raw({"replay", "a recorded trace"}, io::ValueType::kObject)) {
    stream.kind = Stream::Kind::kReplay;
    stream.replay = read_replay(*replay, r.problems());
  }
  read_users(r, stream);
  if (const auto mix = r.raw({"mix", "share of each journey or visit, constant or a table in time",
                              "", "the journey or visit of the stream's own name"},
                             io::ValueType::kMap);
      mix && !r.describing()) {
    stream.mix = read_mix(*mix, r.problems());
  }
  stream.clients = static_cast<std::uint32_t>(
      r.maybe_count({"clients",
                     "how many clients of its own ask, no customers (bots): they never come back, "
                     "and a journey that only such streams drive is out of the availability",
                     "", "the platform's population"},
                    {.min = std::int64_t{1}, .max = std::int64_t{100'000'000}})
          .value_or(0));
  read_variation(r, stream);
  r.map({"events", "what raises the rate for a while"},
        [&](std::string_view event, io::ObjectReader& e) {
          stream.events.push_back(read_event(event, e));
        });
  if (r.describing()) return stream;
  const bool rates =
      stream.kind == Stream::Kind::kRate ||
      (stream.kind == Stream::Kind::kReplay && stream.replay.unit != Replay::Unit::kStamps);
  for (const std::string_view key : {"events", "burstiness", "forecastError"}) {
    if (!rates && r.has(key)) {
      r.error(key, "\"" + std::string(key) + "\" needs a rate to act on",
              "\"rate\", or \"replay\" with counts or rates");
    }
  }
  return stream;
}

}  // namespace

Traffic read_traffic(const io::Value& value, bool inlined, io::Problems& problems) {
  Traffic traffic;
  io::ObjectReader r(value, problems);
  r.format("traffic", 1, !inlined);
  traffic.name = r.optional_string({"name", "what reports call it"}, "");
  traffic.start = r.maybe_date_time(
      {"start", "date and clock at time 0", "", "the scenario's, or the first replay's first row"});
  traffic.start_place = r.place_of("start");
  traffic.zone = r.maybe_time_zone({"timeZone", "zone of the clock", "", "the scenario's, or UTC"});
  traffic.zone_place = r.place_of("timeZone");
  r.rest("a stream of requests, driving the journey or visit of its name unless it has a mix",
         [&](std::string_view name, io::ObjectReader& stream) {
           if (traffic.streams.size() < kMostChoices) {
             traffic.streams.push_back(read_stream(name, stream));
           }
         });
  if (!r.describing() && value.is_object() && traffic.streams.empty() && !problems.has_errors()) {
    problems.error(value.place(), "no traffic", "at least one stream");
  }
  return traffic;
}

}  // namespace lifeboat::scenarios
