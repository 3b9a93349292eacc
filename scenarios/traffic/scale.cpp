#include "scenarios/traffic/scale.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/io/quantity.hpp"
#include "models/io/units.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using io::Value;

/// The rate that a text names, multiplied; the text itself where it is none (its reader says so).
std::string multiplied_rate(std::string_view text, double factor) {
  const auto rate = io::parse_rate(text);
  if (!rate) return std::string{text};
  return fmt::format("{}/s", rate->per_second * factor);
}

class StreamScaler {
 public:
  StreamScaler(std::string path, double factor, io::Problems& problems,
               std::vector<std::string>& options)
      : path_(std::move(path)), factor_(factor), problems_(problems), options_(options) {}

  void scale(const Value& stream) {
    if (const io::Member* rate = stream.find("rate")) scale_rate(rate->value);
    if (const io::Member* replay = stream.find("replay")) scale_replay(replay->value);
    if (const io::Member* users = stream.find("users")) scale_users(users->value);
  }

 private:
  void set(const std::string& path, const std::string& value) {
    options_.push_back(path_ + "." + path + "=" + value);
  }

  void scale_rate(const Value& rate) {
    if (rate.is_string()) set("rate", multiplied_rate(rate.as_string(), factor_));
    if (const io::Member* mean = rate.find("mean")) {
      set("rate.mean", multiplied_rate(mean->value.as_string(), factor_));
    }
    const io::Member* table = rate.find("table");
    if (table == nullptr) return;
    const auto rows = table->value.elements();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].size() != 2) continue;
      set(fmt::format("rate.table.{}.1", i),
          multiplied_rate(rows[i].elements()[1].as_string(), factor_));
    }
  }

  void scale_replay(const Value& replay) {
    const io::Member* unit = replay.find("unit");
    if (unit != nullptr && unit->value.as_string() == "stamps") {
      problems_.error(unit->value.place(), "stamps are replayed as they are, not multiplied",
                      "a trace of counts or rates");
      return;
    }
    if (const io::Member* peak = replay.find("peak")) {
      set("replay.peak", multiplied_rate(peak->value.as_string(), factor_));
      return;
    }
    const io::Member* scale = replay.find("scale");
    set("replay.scale",
        fmt::format("{}", factor_ * (scale != nullptr ? scale->value.as_number() : 1)));
  }

  void scale_users(const Value& users) {
    const io::Member* count = users.find("count");
    if (count == nullptr) return;
    set("users.count", std::to_string(std::max<std::int64_t>(
                           1, std::llround(count->value.as_number() * factor_))));
  }

  std::string path_;
  double factor_;
  io::Problems& problems_;
  std::vector<std::string>& options_;
};

}  // namespace

std::vector<std::string> scaling_options(const Value& traffic, double factor,
                                         io::Problems& problems) {
  std::vector<std::string> options;
  if (factor == 1) return options;
  for (const io::Member& member : traffic.members()) {
    if (!member.value.is_object()) continue;  // format, name, start, timeZone
    StreamScaler("traffic." + member.name, factor, problems, options).scale(member.value);
  }
  return options;
}

}  // namespace lifeboat::scenarios
