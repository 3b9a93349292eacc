#include "models/io/units.hpp"

#include <string_view>

#include "models/io/detail/number.hpp"
#include "models/io/detail/unit_table.hpp"
#include "models/io/quantity.hpp"

namespace lifeboat::models::io {

namespace {

/// `count` in the largest of the units (smallest first) that divides it.
template <std::size_t N>
std::string in_whole_units(std::int64_t count, const detail::WholeUnit (&units)[N],
                           std::string_view space) {
  const detail::WholeUnit* best = &units[0];
  for (const auto& unit : units) {
    if (unit.canonical && unit.factor > best->factor && count % unit.factor == 0) best = &unit;
  }
  return std::to_string(count / best->factor) + std::string{space} + std::string{best->name};
}

/// The shorter of two texts; the first of equals. An empty first is no text yet.
void keep_shorter(std::string& best, const std::string& other) {
  if (best.empty() || other.size() < best.size()) best = other;
}

}  // namespace

std::string to_text(sim::Duration duration) {
  if (duration.is_infinite()) return "unlimited";
  if (duration == sim::Duration{}) return "0s";
  return in_whole_units(duration.count(), detail::kDurationUnits, "");
}

std::string to_text(Rate rate) {
  if (rate.per_second == 0) return "0/s";
  std::string best;
  for (const auto& unit : detail::kRateUnits) {
    if (!unit.canonical) continue;
    const double seconds = static_cast<double>(unit.factor) / 1e9;
    if (unit.factor < 1'000'000'000) continue;
    const auto reads_back = [&](double n) { return n / seconds == rate.per_second; };
    const double scaled = rate.per_second * seconds;
    if (scaled < 0.01 || scaled > 1e15) continue;
    const std::string number = detail::fewest_digits(scaled, reads_back);
    const Parsed<Rate> back = parse_rate(number + "/" + std::string{unit.name});
    if (back && *back == rate) keep_shorter(best, number + "/" + std::string{unit.name});
  }
  return best.empty() ? detail::shortest(rate.per_second) + "/s" : best;
}

std::string to_text(Bytes bytes) {
  if (bytes.count == 0) return "0 B";
  std::string best;
  for (const auto& unit : detail::kByteUnits) {
    if (!unit.canonical || bytes.count % unit.factor != 0) continue;
    keep_shorter(best, std::to_string(bytes.count / unit.factor) + " " + std::string{unit.name});
  }
  return best;
}

std::string to_text(Ratio ratio) {
  return detail::fewest_digits(ratio.value * 100,
                               [&](double n) { return n / 100 == ratio.value; }) +
         "%";
}

std::string to_text(Vcpu vcpu) { return detail::shortest(vcpu.count) + " vCPU"; }

std::string to_text(Bandwidth bandwidth) {
  if (bandwidth.bytes_per_second == 0) return "0 bit/s";
  std::string best;
  for (const auto& unit : detail::kBandwidthUnits) {
    const double scaled = bandwidth.bytes_per_second / unit.bytes_per_second;
    const std::string number = detail::fewest_digits(
        scaled, [&](double n) { return n * unit.bytes_per_second == bandwidth.bytes_per_second; });
    const std::string text = number + " " + std::string{unit.name};
    const Parsed<Bandwidth> back = parse_bandwidth(text);
    if (back && *back == bandwidth) keep_shorter(best, text);
  }
  return best.empty() ? detail::shortest(bandwidth.bytes_per_second) + " B/s" : best;
}

std::string to_text(const Money& money) {
  return detail::shortest(money.usd) + " USD" + (money.per.empty() ? "" : "/" + money.per);
}

std::string to_text(double number) { return detail::shortest(number); }

std::string to_text(std::int64_t count) { return std::to_string(count); }

}  // namespace lifeboat::models::io
