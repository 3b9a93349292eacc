#include "tools/bench/text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lifeboat::bench {

namespace {

std::string with_unit(double value, const std::string& unit) {
  if (unit == "s" && std::abs(value) < 1) return fmt::format("{:.5g} ms", value * 1000);
  return fmt::format("{:.5g}{}{}", value, unit.empty() || unit[0] == '/' ? "" : " ", unit);
}

std::string outcome_line(const Outcome& outcome) {
  const std::string values = fmt::format("{} simulated, {} analytic",  //
                                         with_unit(outcome.simulated, outcome.unit),
                                         with_unit(outcome.analytic, outcome.unit));
  std::string judgement = "one trial: no interval";
  if (outcome.judged) {
    judgement = fmt::format(
        "{} [{:.5g}, {:.5g}]", outcome.within ? "within" : "OUTSIDE",
        outcome.unit == "s" && outcome.simulated < 1 ? outcome.low * 1000 : outcome.low,
        outcome.unit == "s" && outcome.simulated < 1 ? outcome.high * 1000 : outcome.high);
  }
  return fmt::format("  {}: {}, {}\n", outcome.what, values, judgement);
}

/// "+-3 %": half the spread of the passes' speed over its median.
std::string spread(const Measurement& m) {
  if (m.passes.size() < 2) return "";
  double least = INFINITY;
  double most = 0;
  for (const Pass& pass : m.passes) {
    least = std::min(least, pass.cpu_s / pass.hops);
    most = std::max(most, pass.cpu_s / pass.hops);
  }
  const Pass& median = m.median();
  return fmt::format("  {} passes: {:.1f} to {:.1f} ns a hop, median {:.1f}\n", m.passes.size(),
                     1e9 * least, 1e9 * most, 1e9 * median.cpu_s / median.hops);
}

}  // namespace

std::string short_number(double value) {
  constexpr const char* kPrefixes[] = {"", " k", " M", " G"};
  std::size_t prefix = 0;
  while (std::abs(value) >= 999.95 && prefix + 1 < std::size(kPrefixes)) {
    value /= 1000;
    ++prefix;
  }
  const int decimals = std::abs(value) < 10 ? 2 : 1;
  return fmt::format("{:.{}f}{}", value, decimals, kPrefixes[prefix]);
}

std::string table_head() {
  return fmt::format("{:<16}{:>11}{:>10}{:>10}{:>8}{:>9}{:>8}{:>9}{:>9}\n", "model", "requests/s",
                     "hops/s", "hops/req", "ns/hop", "peak MiB", "trials", "s/trial", "start-up");
}

std::string table_row(const Measurement& m) {
  const Pass& pass = m.median();
  std::string text =
      fmt::format("{:<16}{:>11}{:>10}{:>10.2f}{:>8.1f}{:>9.1f}{:>8}{:>9.3f}{:>6.1f} ms\n", m.model,
                  short_number(pass.requests / pass.cpu_s), short_number(pass.hops / pass.cpu_s),
                  pass.hops / pass.requests, 1e9 * pass.cpu_s / pass.hops, m.memory_mib,
                  pass.trials, pass.cpu_s / pass.trials, 1e3 * m.startup_s);
  text += spread(m);
  for (const Outcome& outcome : m.outcomes) text += outcome_line(outcome);
  return text;
}

}  // namespace lifeboat::bench
