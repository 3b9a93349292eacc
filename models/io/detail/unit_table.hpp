// The units that inputs may use, and the slips that can be guessed.
#pragma once

#include <cstdint>
#include <string_view>

namespace lifeboat::models::io::detail {

/// A unit that is a whole multiple of the smallest (a nanosecond, a byte).
struct WholeUnit {
  std::string_view name;
  std::int64_t factor;
  bool canonical = true;  ///< used when we write
};

inline constexpr std::int64_t kSecond = 1'000'000'000;
inline constexpr std::int64_t kHour = 3600 * kSecond;
inline constexpr std::int64_t kDay = 24 * kHour;

inline constexpr WholeUnit kDurationUnits[] = {
    {"ns", 1},      {"us", 1'000},          {"µs", 1'000, false},         {"ms", 1'000'000},
    {"s", kSecond}, {"m", 60 * kSecond},    {"min", 60 * kSecond, false}, {"h", kHour},
    {"d", kDay},    {"w", 7 * kDay, false}, {"y", 365 * kDay, false},
};

/// What may stand under a rate; those of durations and the month of cloud bills (730 hours).
inline constexpr WholeUnit kRateUnits[] = {
    {"ns", 1, false},
    {"us", 1'000, false},
    {"µs", 1'000, false},
    {"ms", 1'000'000, false},
    {"s", kSecond},
    {"m", 60 * kSecond, false},
    {"min", 60 * kSecond},
    {"h", kHour},
    {"d", kDay},
    {"w", 7 * kDay, false},
    {"month", 730 * kHour, false},
    {"y", 365 * kDay},
};

inline constexpr WholeUnit kByteUnits[] = {
    {"B", 1},
    {"kB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
    {"PB", 1'000'000'000'000'000},
    {"KiB", std::int64_t{1} << 10},
    {"MiB", std::int64_t{1} << 20},
    {"GiB", std::int64_t{1} << 30},
    {"TiB", std::int64_t{1} << 40},
    {"PiB", std::int64_t{1} << 50},
};

struct BandwidthUnit {
  std::string_view name;
  double bytes_per_second;
};

inline constexpr BandwidthUnit kBandwidthUnits[] = {
    {"bit/s", 0.125},        {"kbit/s", 125.0},
    {"Mbit/s", 125e3},       {"Gbit/s", 125e6},
    {"Tbit/s", 125e9},       {"B/s", 1.0},
    {"kB/s", 1e3},           {"MB/s", 1e6},
    {"GB/s", 1e9},           {"TB/s", 1e12},
    {"KiB/s", 1024.0},       {"MiB/s", 1048576.0},
    {"GiB/s", 1073741824.0}, {"TiB/s", 1099511627776.0},
};

/// What people write, in lower case, and what they mean.
struct Slip {
  std::string_view written;
  std::string_view meant;
};

inline constexpr Slip kTimeSlips[] = {
    {"nsec", "ns"},        {"nanosecond", "ns"},   {"nanoseconds", "ns"}, {"usec", "us"},
    {"microsecond", "us"}, {"microseconds", "us"}, {"msec", "ms"},        {"msecs", "ms"},
    {"millis", "ms"},      {"milli", "ms"},        {"millisecond", "ms"}, {"milliseconds", "ms"},
    {"sec", "s"},          {"secs", "s"},          {"second", "s"},       {"seconds", "s"},
    {"mins", "m"},         {"minute", "m"},        {"minutes", "m"},      {"hr", "h"},
    {"hrs", "h"},          {"hour", "h"},          {"hours", "h"},        {"day", "d"},
    {"days", "d"},         {"week", "w"},          {"weeks", "w"},        {"yr", "y"},
    {"yrs", "y"},          {"year", "y"},          {"years", "y"},        {"months", "month"},
    {"mo", "month"},
};

inline constexpr Slip kByteSlips[] = {
    {"byte", "B"},      {"bytes", "B"},      {"k", "KiB"},       {"m", "MiB"},
    {"g", "GiB"},       {"t", "TiB"},        {"kilobyte", "kB"}, {"kilobytes", "kB"},
    {"megabyte", "MB"}, {"megabytes", "MB"}, {"gigabyte", "GB"}, {"gigabytes", "GB"},
    {"ki", "KiB"},      {"mi", "MiB"},       {"gi", "GiB"},      {"ti", "TiB"},
};

inline constexpr Slip kBandwidthSlips[] = {
    {"bps", "bit/s"},   {"kbps", "kbit/s"}, {"mbps", "Mbit/s"}, {"gbps", "Gbit/s"},
    {"tbps", "Tbit/s"}, {"kb/s", "kbit/s"}, {"mb/s", "Mbit/s"}, {"gb/s", "Gbit/s"},
    {"gbit", "Gbit/s"}, {"mbit", "Mbit/s"}, {"kbit", "kbit/s"},
};

}  // namespace lifeboat::models::io::detail
