// Quantities: every unit by its definition, every kind of slip with its exact complaint, and
// that what we write reads back as the same value.
#include "models/io/quantity.hpp"

#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "tests/catch.hpp"

namespace lifeboat::tests {

using models::io::Bandwidth;
using models::io::Bytes;
using models::io::Complaint;
using models::io::Money;
using models::io::parse_bandwidth;
using models::io::parse_bytes;
using models::io::parse_count;
using models::io::parse_duration;
using models::io::parse_money;
using models::io::parse_number;
using models::io::parse_rate;
using models::io::parse_ratio;
using models::io::parse_vcpu;
using models::io::Parsed;
using models::io::Rate;
using models::io::Ratio;
using models::io::to_text;
using models::io::usd_per_month;
using models::io::Vcpu;
using sim::Duration;

namespace {

/// The complaint as one text: what | expected | suggestion.
template <class T>
std::string complaint(const Parsed<T>& parsed) {
  if (parsed) return "none";
  const Complaint& c = parsed.complaint();
  return c.text + " | " + c.expected + " | " + c.suggestion;
}

Duration duration(const std::string& text) {
  const auto parsed = parse_duration(text);
  INFO(text << ": " << complaint(parsed));
  REQUIRE(parsed);
  return *parsed;
}

const std::string kDuration = R"( | a duration such as "250ms" or "4h" | )";

}  // namespace

TEST_CASE("durations are read in every unit", "[unit]") {
  CHECK(duration("10ns") == Duration::nanoseconds(10));
  CHECK(duration("2us") == Duration::microseconds(2));
  CHECK(duration("2µs") == Duration::microseconds(2));
  CHECK(duration("250ms") == Duration::milliseconds(250));
  CHECK(duration("30s") == Duration::seconds(30));
  CHECK(duration("5m") == Duration::minutes(5));
  CHECK(duration("5min") == Duration::minutes(5));
  CHECK(duration("4h") == Duration::hours(4));
  CHECK(duration("1d") == Duration::days(1));
  CHECK(duration("2w") == Duration::days(14));
  CHECK(duration("1y") == Duration::days(365));
  CHECK(duration("0s") == Duration{});
  CHECK(duration("1.5 h") == Duration::minutes(90));
  CHECK(duration(" 1.5h ") == Duration::minutes(90));
  CHECK(duration("0.1s") == Duration::milliseconds(100));
  CHECK(duration(".5s") == Duration::milliseconds(500));
  CHECK(duration("1e3ms") == Duration::seconds(1));
  CHECK(duration("-5s") == Duration::seconds(-5));
  CHECK(duration("0.4ns") == Duration{});
  CHECK(duration("0.5ns") == Duration::nanoseconds(1));
  CHECK(duration("1e-400s") == Duration{});
}

TEST_CASE("compound durations are whole numbers in falling units", "[unit]") {
  CHECK(duration("6h15m") == Duration::minutes(375));
  CHECK(duration("1d 2h 3m 4s 5ms") == duration("93784005ms"));
  CHECK(duration("-1h30m") == Duration::minutes(-90));
  const std::string no_duration =
      R"( is no duration | a duration such as "250ms", or whole numbers in falling units, "6h15m" | )";
  CHECK(complaint(parse_duration("15m6h")) == "\"15m6h\"" + no_duration);
  CHECK(complaint(parse_duration("1h30")) == "\"1h30\"" + no_duration);
  CHECK(complaint(parse_duration("1h1.5m")) == "\"1h1.5m\"" + no_duration);
  CHECK(complaint(parse_duration("1h-5m")) == "\"1h-5m\"" + no_duration);
  CHECK(complaint(parse_duration("1h5m5m")) == "\"1h5m5m\"" + no_duration);
  CHECK(complaint(parse_duration("1.5h15m")) == "\"1.5h15m\" is no duration" + kDuration);
}

TEST_CASE("whole durations are exact up to the ends of the clock", "[unit]") {
  CHECK(duration("9223372036854775806ns").count() == 9223372036854775806);
  CHECK(duration("106751d").count() == 106751 * std::int64_t{86'400'000'000'000});
  for (const std::string text :
       {"9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "293y", "1e30s",
        "106752d", "106751d 24h", "-1e30s"}) {
    CHECK(complaint(parse_duration(text)) == "\"" + text + "\" is too long | at most 292 years | ");
  }
}

TEST_CASE("a duration without a unit or with a wrong one is refused with what was meant",
          "[unit]") {
  CHECK(complaint(parse_duration("250")) == R"("250" has no unit)" + kDuration + "\"250s\"");
  CHECK(complaint(parse_duration("250 msec")) ==
        R"(unknown unit "msec")" + kDuration + "\"250ms\"");
  CHECK(complaint(parse_duration("5 minutes")) ==
        R"(unknown unit "minutes")" + kDuration + "\"5m\"");
  CHECK(complaint(parse_duration("5 Hours")) == R"(unknown unit "Hours")" + kDuration + "\"5h\"");
  CHECK(complaint(parse_duration("5 S")) == R"(unknown unit "S")" + kDuration + "\"5s\"");
  CHECK(complaint(parse_duration("5 MS")) == R"(unknown unit "MS")" + kDuration + "\"5ms\"");
  CHECK(complaint(parse_duration("5 days")) == R"(unknown unit "days")" + kDuration + "\"5d\"");
  CHECK(complaint(parse_duration("1 month")) == R"(unknown unit "month")" + kDuration);
  CHECK(complaint(parse_duration("5 GiB")) == R"(unknown unit "GiB")" + kDuration);
  CHECK(complaint(parse_duration("")) == "the text is empty" + kDuration);
  CHECK(complaint(parse_duration("  ")) == "the text is empty" + kDuration);
  for (const std::string text : {"abc", "s", "-", "--5s", "+5s", "inf s", "nan", "NaNs", "infinity",
                                 ".", "e5s", "five seconds"}) {
    CHECK(complaint(parse_duration(text)) ==
          "\"" + text + "\" does not start with a number" + kDuration);
  }
  CHECK(complaint(parse_duration("0x10s")) == R"(unknown unit "x10s")" + kDuration);
  CHECK(complaint(parse_duration("1,5s")) == R"(unknown unit ",5s")" + kDuration);
  CHECK(complaint(parse_duration("1e999s")) == R"("1e999s" is too large)" + kDuration);
}

TEST_CASE("rates are read per any time", "[unit]") {
  const auto rate = [](const std::string& text) {
    const auto parsed = parse_rate(text);
    INFO(text << ": " << complaint(parsed));
    REQUIRE(parsed);
    return parsed->per_second;
  };
  CHECK(rate("1200/s") == 1200);
  CHECK(rate("90/min") == 1.5);
  CHECK(rate("90/m") == 1.5);
  CHECK(rate("3/h") == Approx(3.0 / 3600));
  CHECK(rate("5 /s") == 5);
  CHECK(rate("2.5/s") == 2.5);
  CHECK(rate("1/100ms") == Approx(10));
  CHECK(rate("1 / 30y") == Approx(1.0 / (30.0 * 365 * 86400)));
  CHECK(rate("1/month") == Approx(1.0 / (730 * 3600)));
  CHECK(rate("0/s") == 0);
  CHECK(rate("1e6/d") == Approx(1e6 / 86400));
  const std::string expected = R"( | a rate such as "90/s" or "1 / 30y" | )";
  CHECK(complaint(parse_rate("90")) == R"("90" has no unit)" + expected + "\"90/s\"");
  CHECK(complaint(parse_rate("90/sec")) == R"(unknown unit "/sec")" + expected + "\"90/s\"");
  CHECK(complaint(parse_rate("1/30 years")) == R"(unknown unit "/years")" + expected + "\"1/30y\"");
  CHECK(complaint(parse_rate("90/")) == R"(unknown unit "/")" + expected);
  CHECK(complaint(parse_rate("90 per s")) == R"(unknown unit "per s")" + expected);
  CHECK(complaint(parse_rate("90s")) == R"(unknown unit "s")" + expected);
  CHECK(complaint(parse_rate("1/0s")) == R"("1/0s" is no rate)" + expected);
  CHECK(complaint(parse_rate("1/-1s")) == R"("1/-1s" is no rate)" + expected);
  CHECK(complaint(parse_rate("1e308/1ns")) == R"("1e308/1ns" is too large)" + expected);
  CHECK(complaint(parse_rate("1/1e-400s")) == R"("1/1e-400s" is no rate)" + expected);
}

TEST_CASE("sizes are read in thousands and in 1,024s", "[unit]") {
  const auto bytes = [](const std::string& text) {
    const auto parsed = parse_bytes(text);
    INFO(text << ": " << complaint(parsed));
    REQUIRE(parsed);
    return parsed->count;
  };
  CHECK(bytes("512 B") == 512);
  CHECK(bytes("1 kB") == 1000);
  CHECK(bytes("250 MB") == 250'000'000);
  CHECK(bytes("3GB") == 3'000'000'000);
  CHECK(bytes("2 TB") == 2'000'000'000'000);
  CHECK(bytes("1 PB") == 1'000'000'000'000'000);
  CHECK(bytes("6 KiB") == 6144);
  CHECK(bytes("1 MiB") == 1048576);
  CHECK(bytes("1.5 GiB") == 1610612736);
  CHECK(bytes("1 TiB") == 1099511627776);
  CHECK(bytes("1 PiB") == 1125899906842624);
  const std::string expected = R"( | a size such as "6 KiB" or "250 MB" | )";
  CHECK(complaint(parse_bytes("512")) == R"("512" has no unit)" + expected);
  CHECK(complaint(parse_bytes("6 KB")) == R"(unknown unit "KB")" + expected + "\"6 kB\"");
  CHECK(complaint(parse_bytes("6 gib")) == R"(unknown unit "gib")" + expected + "\"6 GiB\"");
  CHECK(complaint(parse_bytes("6G")) == R"(unknown unit "G")" + expected + "\"6 GiB\"");
  CHECK(complaint(parse_bytes("10000 PiB")) == R"("10000 PiB" is too large | at most 8000 PiB | )");
  CHECK(complaint(parse_bytes("5s")) == R"(unknown unit "s")" + expected);
}

TEST_CASE("percentages, processors, bandwidths and money are read with their units", "[unit]") {
  CHECK(parse_ratio("70%").value().value == 0.7);
  CHECK(parse_ratio("99.99 %").value().value == Approx(0.9999));
  CHECK(parse_ratio("250%").value().value == 2.5);
  CHECK(parse_vcpu("0.5 vCPU").value().count == 0.5);
  CHECK(parse_bandwidth("5 Gbit/s").value().bytes_per_second == 625e6);
  CHECK(parse_bandwidth("125 MiB/s").value().bytes_per_second == 125.0 * 1048576);
  CHECK(parse_bandwidth("8 bit/s").value().bytes_per_second == 1);
  CHECK(parse_money("0.05056 USD/h").value() == Money{0.05056, "h"});
  CHECK(parse_money("15000 USD / month").value() == Money{15000, "month"});
  CHECK(parse_money("12 USD").value() == Money{12, ""});
  CHECK(parse_money("0.20 USD/1000000 requests").value() == Money{0.2, "1000000 requests"});

  const std::string ratio = R"( | a percentage such as "70%" | )";
  CHECK(complaint(parse_ratio("0.8")) == R"("0.8" has no unit)" + ratio + "\"80%\"");
  CHECK(complaint(parse_ratio("0.07")) == R"("0.07" has no unit)" + ratio + "\"7%\"");
  CHECK(complaint(parse_ratio("60")) == R"("60" has no unit)" + ratio + "\"60%\"");
  CHECK(complaint(parse_ratio("60 percent")) == R"(unknown unit "percent")" + ratio + "\"60%\"");
  const std::string vcpu = R"( | processors such as "0.5 vCPU" | )";
  CHECK(complaint(parse_vcpu("2")) == R"("2" has no unit)" + vcpu + "\"2 vCPU\"");
  CHECK(complaint(parse_vcpu("2 vcpu")) == R"(unknown unit "vcpu")" + vcpu + "\"2 vCPU\"");
  CHECK(complaint(parse_vcpu("2 cores")) == R"(unknown unit "cores")" + vcpu + "\"2 vCPU\"");
  const std::string bandwidth = R"( | a bandwidth such as "5 Gbit/s" or "125 MiB/s" | )";
  CHECK(complaint(parse_bandwidth("5 Gbps")) ==
        R"(unknown unit "Gbps")" + bandwidth + "\"5 Gbit/s\"");
  CHECK(complaint(parse_bandwidth("5")) == R"("5" has no unit)" + bandwidth);
  const std::string money = R"( | dollars such as "12 USD" or "0.05056 USD/h" | )";
  CHECK(complaint(parse_money("$12")) ==
        R"("$12" does not name the currency)" + money + "\"12 USD\"");
  CHECK(complaint(parse_money("12")) == R"("12" has no unit)" + money + "\"12 USD\"");
  CHECK(complaint(parse_money("12 SGD")) == R"(unknown currency "SGD")" + money);
  CHECK(complaint(parse_money("12 usd/h")) == R"(unknown currency "usd")" + money + "\"12 USD/h\"");
  CHECK(complaint(parse_money("12 USD/")) == R"("12 USD/" ends after the slash)" + money);
}

TEST_CASE("plain numbers have nothing after them", "[unit]") {
  CHECK(parse_number("0.8").value() == 0.8);
  CHECK(parse_number("-1e6").value() == -1e6);
  CHECK_FALSE(parse_number("8x"));
  CHECK_FALSE(parse_number("inf"));
  CHECK_FALSE(parse_number("0x10"));
  CHECK(parse_count("42").value() == 42);
  CHECK_FALSE(parse_count("4.0"));
  CHECK_FALSE(parse_count("99999999999999999999"));
}

TEST_CASE("a month of a price per time has 730 hours", "[unit]") {
  CHECK(usd_per_month({0.05056, "h"}).value() == Approx(36.9088).epsilon(1e-12));
  CHECK(usd_per_month({15000, "month"}).value() == Approx(15000).epsilon(1e-12));
  CHECK(usd_per_month({12, "y"}).value() == Approx(1).epsilon(1e-12));
  CHECK_FALSE(usd_per_month({12, ""}));
  CHECK_FALSE(usd_per_month({12, "GB"}));
}

TEST_CASE("quantities are written as a person would", "[unit]") {
  CHECK(to_text(Duration::milliseconds(250)) == "250ms");
  CHECK(to_text(Duration::seconds(90)) == "90s");
  CHECK(to_text(Duration::hours(4)) == "4h");
  CHECK(to_text(Duration{}) == "0s");
  CHECK(to_text(Duration::seconds(-60)) == "-1m");
  CHECK(to_text(Duration::infinite()) == "unlimited");
  CHECK(to_text(Rate{90}) == "90/s");
  CHECK(to_text(Rate{1.5}) == "1.5/s");
  CHECK(to_text(Rate{1.0 / 3600}) == "1/h");
  CHECK(to_text(Bytes{6144}) == "6 KiB");
  CHECK(to_text(Bytes{250'000'000}) == "250 MB");
  CHECK(to_text(Bytes{}) == "0 B");
  CHECK(to_text(Ratio{0.07}) == "7%");
  CHECK(to_text(Ratio{0.9999}) == "99.99%");
  CHECK(to_text(Vcpu{0.5}) == "0.5 vCPU");
  CHECK(to_text(Bandwidth{625e6}) == "5 Gbit/s");
  CHECK(to_text(Money{0.05056, "h"}) == "0.05056 USD/h");
  CHECK(to_text(0.1) == "0.1");
  CHECK(to_text(1e-9) == "1e-09");
  CHECK(to_text(1e21) == "1e+21");
}

TEST_CASE("what is written reads back as the same value", "[property]") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-12, 12);
  for (int round = 0; round < 1000; ++round) {
    const double x = std::pow(10, exponent(random));
    const auto n = static_cast<std::int64_t>(random() >> (random() % 63 + 1));
    INFO(x << " " << n);
    REQUIRE(parse_number(to_text(x)).value() == x);
    REQUIRE(parse_rate(to_text(Rate{x})).value() == Rate{x});
    REQUIRE(parse_ratio(to_text(Ratio{x})).value().value == Approx(x).epsilon(1e-15));
    REQUIRE(parse_vcpu(to_text(Vcpu{x})).value() == Vcpu{x});
    REQUIRE(parse_bandwidth(to_text(Bandwidth{x})).value() == Bandwidth{x});
    REQUIRE(parse_duration(to_text(Duration::nanoseconds(n))).value().count() == n);
    REQUIRE(parse_bytes(to_text(Bytes{n})).value().count == n);
  }
}

TEST_CASE("no text whatever makes a quantity crash", "[property]") {
  std::mt19937 random(3);
  const std::string alphabet = "0123456789.-+eE/%: dhmsuyµnwKMGTiBbitvCPUSD\"\\\xff\x01";
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto n = random() % 24; n > 0; --n) text += alphabet[random() % alphabet.size()];
    const auto check = [&](const auto& parsed) {
      if (!parsed && parsed.complaint().text.empty()) FAIL(text);
    };
    check(parse_duration(text));
    check(parse_rate(text));
    check(parse_bytes(text));
    check(parse_ratio(text));
    check(parse_vcpu(text));
    check(parse_bandwidth(text));
    check(parse_money(text));
    const auto rate = parse_rate(text);
    if (rate && !std::isfinite(rate->per_second)) FAIL(text);
    const auto number = parse_number(text);
    if (number && !std::isfinite(*number)) FAIL(text);
  }
}

}  // namespace lifeboat::tests
