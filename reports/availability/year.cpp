#include "reports/availability/year.hpp"

#include <algorithm>
#include <cmath>

#include "reports/verdict/summary.hpp"
#include "scenarios/year/year.hpp"
#include "sim/random/luck.hpp"
#include "sim/statistics/confidence.hpp"

namespace lifeboat::reports {

namespace {

using scenarios::kMinutesOfYear;

/// Numbers of one draw that belong to one incident.
class Draw {
 public:
  Draw(std::uint64_t seed, std::uint64_t number, std::string_view owner)
      : key_(sim::mix(sim::mix(sim::mix(seed, sim::hash_name("year")), sim::hash_name(owner)),
                      number)) {}

  [[nodiscard]] std::uint64_t bits(std::string_view purpose, std::uint64_t number = 0) const {
    return sim::mix(sim::mix(key_, sim::hash_name(purpose)), number);
  }
  /// In (0, 1).
  [[nodiscard]] double uniform(std::string_view purpose, std::uint64_t number = 0) const {
    return std::max(0x1.0p-54, sim::unit(bits(purpose, number)));
  }

 private:
  std::uint64_t key_;
};

/// Quantile of the triangular law from low over mode to high.
double triangular(double low, double mode, double high, double u) {
  const double width = high - low;
  if (!(width > 0)) return mode;
  const double turn = (mode - low) / width;
  return u < turn ? low + std::sqrt(u * width * (mode - low))
                  : high - std::sqrt((1 - u) * width * (high - mode));
}

double drawn_rate(const YearlyLoss& incident, double u) {
  if (!(incident.rate_low > 0)) return incident.rate;
  return std::exp(triangular(std::log(incident.rate_low), std::log(incident.rate),
                             std::log(incident.rate_high), u));
}

/// A mean of trials, and what it may be.
struct MeanOfTrials {
  explicit MeanOfTrials(std::span<const double> values) : count(values.size()) {
    const sim::Estimate of = sim::mean_estimate(values, kYearConfidence);
    value = of.value;
    if (count < 2) return;
    standard_error = of.standard_error;
    interval = of.interval;
  }
  [[nodiscard]] double drawn(double u) const {
    if (!(standard_error > 0)) return std::max(0.0, value);
    return std::max(
        0.0, value + sim::student_t_quantile(u, static_cast<double>(count) - 1) * standard_error);
  }
  std::size_t count = 0;
  double value = 0;
  double standard_error = 0;
  std::optional<sim::Interval> interval;
};

/// So many of a kind in a year that their sum is as good as its mean.
constexpr double kMany = 500;

/// By inversion: the least n whose distribution function exceeds u; mean at most kMany.
std::uint64_t poisson(double mean, double u) {
  double term = std::exp(-mean);
  double sum = term;
  std::uint64_t n = 0;
  while (sum < u && n < 10'000) {
    ++n;
    term *= mean / static_cast<double>(n);
    sum += term;
  }
  return n;
}

/// At least from the value to itself: a rate's likeliest may be an end of its range.
YearRange range_of(double value, std::vector<double>& drawn) {
  return {value, std::min(value, sample_quantile(drawn, (1 - kYearConfidence) / 2)),
          std::max(value, sample_quantile(drawn, (1 + kYearConfidence) / 2))};
}

/// What one incident of the kind lost, by luck; less than nothing where it was luckier than the day
/// without it.
double one_loss(const YearlyLoss& incident, const Draw& draw, std::uint64_t number) {
  const std::size_t trial =
      sim::uniform_index(draw.bits("trial", number), incident.lost_minutes.size());
  return incident.lost_minutes[trial];
}

}  // namespace

YearEstimate estimate_year(const YearInput& input) {
  YearEstimate estimate;
  const std::size_t kinds = input.incidents.size();
  std::vector<MeanOfTrials> losses;
  std::vector<double> by_kind;
  for (const YearlyLoss& incident : input.incidents) {
    losses.emplace_back(incident.lost_minutes);
    by_kind.push_back(incident.rate * std::max(0.0, losses.back().value));
  }
  const std::vector<double> nothing{0.0};
  const MeanOfTrials steady(input.steady_share.empty() ? nothing : input.steady_share);
  const double steady_minutes = std::max(0.0, steady.value) * kMinutesOfYear;
  std::vector<double> parts = by_kind;
  parts.push_back(steady_minutes);
  const double minutes = sim::tree_sum(parts);

  std::vector<std::vector<double>> drawn(kinds);
  std::vector<double> drawn_steady;
  std::vector<double> drawn_minutes;
  const double allowed = (1 - input.promise) * kMinutesOfYear;
  double holds = 0;
  double year_holds = 0;
  for (std::uint32_t d = 0; d < input.draws; ++d) {
    const double without =
        steady.drawn(Draw(input.seed, d, "steady").uniform("mean")) * kMinutesOfYear;
    double sum = without;
    double of_a_year = without;
    for (std::size_t i = 0; i < kinds; ++i) {
      const YearlyLoss& incident = input.incidents[i];
      const Draw draw(input.seed, d, "incident " + incident.name);
      const double rate = drawn_rate(incident, draw.uniform("rate"));
      const double lost = rate * losses[i].drawn(draw.uniform("mean"));
      drawn[i].push_back(lost);
      sum += lost;
      if (rate > kMany) {
        of_a_year += lost;
        continue;
      }
      const std::uint64_t count = poisson(rate, draw.uniform("count"));
      double of_kind = 0;
      for (std::uint64_t n = 0; n < count; ++n) of_kind += one_loss(incident, draw, n);
      of_a_year += std::max(0.0, of_kind);
    }
    drawn_steady.push_back(without);
    drawn_minutes.push_back(sum);
    holds += sum <= allowed ? 1 : 0;
    year_holds += of_a_year <= allowed ? 1 : 0;
  }
  estimate.holds = holds / input.draws;
  estimate.year_holds = year_holds / input.draws;
  estimate.minutes = range_of(minutes, drawn_minutes);
  estimate.availability = {1 - minutes / kMinutesOfYear, 1 - estimate.minutes.high / kMinutesOfYear,
                           1 - estimate.minutes.low / kMinutesOfYear};
  estimate.steady_minutes = range_of(steady_minutes, drawn_steady);
  estimate.steady_part = minutes > 0 ? steady_minutes / minutes : 0;
  for (std::size_t i = 0; i < kinds; ++i) {
    const YearlyLoss& incident = input.incidents[i];
    YearRow row;
    row.name = incident.name;
    row.loss = losses[i].value;
    if (losses[i].interval) {
      row.loss_low = losses[i].interval->low;
      row.loss_high = losses[i].interval->high;
    }
    if (!incident.bad_minutes.empty()) {
      row.bad_minutes =
          sim::tree_sum(incident.bad_minutes) / static_cast<double>(incident.bad_minutes.size());
    }
    row.bad_minutes_a_year = incident.rate * row.bad_minutes;
    row.minutes_a_year = range_of(by_kind[i], drawn[i]);
    row.share = minutes > 0 ? by_kind[i] / minutes : 0;
    estimate.bad_minutes += row.bad_minutes_a_year;
    estimate.rows.push_back(std::move(row));
  }
  return estimate;
}

}  // namespace lifeboat::reports
