#include "reports/comparison/baseline.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <boost/math/distributions/normal.hpp>
#include <nlohmann/json.hpp>

#include "reports/comparison/declared_row.hpp"
#include "reports/comparison/figure_rows.hpp"

namespace lifeboat::reports {

namespace {

using Json = nlohmann::json;

constexpr const char* kFormat = "lifeboat/result/1";

double quantile_of(double two_sided) {
  return boost::math::quantile(boost::math::normal(), (1 + two_sided) / 2);
}

std::optional<double> number_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

Verdict verdict_of(const Json& json) {
  const std::string word = json.is_string() ? json.get<std::string>() : std::string{};
  for (const Verdict verdict : {Verdict::kMet, Verdict::kMissed}) {
    if (word == name_of(verdict)) return verdict;
  }
  return Verdict::kInconclusive;
}

/// An interval at `confidence`, widened or narrowed around the estimate to the comparison's.
void set_interval(BaselineFigure& figure, std::optional<double> low, std::optional<double> high,
                  double confidence) {
  if (!low || !high) return;
  const double scale = quantile_of(kComparisonConfidence) / quantile_of(confidence);
  figure.low = figure.estimate + scale * (*low - figure.estimate);
  figure.high = figure.estimate + scale * (*high - figure.estimate);
}

void read_objectives(Baseline& baseline, const Json& rows) {
  for (const Json& row : rows) {
    baseline.has_objectives = true;
    const auto estimate = number_at(row, "estimate");
    BaselineFigure figure;
    figure.share_met = number_at(row, "share_met");
    figure.verdict = verdict_of(row.value("verdict", Json()));
    if (estimate) {
      figure.estimate = *estimate;
      set_interval(figure, number_at(row, "low"), number_at(row, "high"),
                   row.value("confidence", 0.9));
    } else {
      figure.estimate = NAN;
    }
    baseline.figures[row.at("objective").get<std::string>()] = figure;
  }
}

void read_figures(Baseline& baseline, const Json& figures, double confidence) {
  for (const auto& [name, row] : figures.items()) {
    const auto estimate = number_at(row, "estimate");
    if (!estimate) continue;
    BaselineFigure figure;
    figure.estimate = *estimate;
    set_interval(figure, number_at(row, "low"), number_at(row, "high"), confidence);
    baseline.figures.emplace(name, figure);
  }
}

void read_journeys(Baseline& baseline, const Json& journeys, double confidence) {
  for (const auto& [name, journey] : journeys.items()) {
    const Json latency = journey.value("latency", Json::object());
    const auto add = [&](const std::string& label, const char* estimate, const char* low,
                         const char* high) {
      const auto value = number_at(latency, estimate);
      if (!value) return;
      BaselineFigure figure;
      figure.estimate = *value;
      set_interval(figure, number_at(latency, low), number_at(latency, high), confidence);
      baseline.figures.emplace(label, figure);
    };
    add("journey:" + name + " mean", "mean_s", "mean_low_s", "mean_high_s");
    add("journey:" + name + " p(99)", "p99_s", "p99_low_s", "p99_high_s");
  }
}

double half_width(const std::optional<double>& low, const std::optional<double>& high) {
  return low && high ? (*high - *low) / 2 : NAN;
}

/// Of a design's figure less the baseline's.
std::optional<PairedDifference> unpaired_difference(const BaselineFigure& before,
                                                    const ComparedFigure& now) {
  if (!now.estimate || !std::isfinite(before.estimate) || !std::isfinite(*now.estimate)) {
    return std::nullopt;
  }
  PairedDifference difference;
  difference.value = *now.estimate - before.estimate;
  const double half =
      std::hypot(half_width(before.low, before.high), half_width(now.low, now.high));
  if (!std::isfinite(half)) return difference;
  difference.low = difference.value - half;
  difference.high = difference.value + half;
  difference.unpaired_half_width = half;
  return difference;
}

void add_to(ComparedRow& row, const BaselineFigure* before) {
  ComparedFigure figure;
  if (before != nullptr) {
    if (std::isfinite(before->estimate)) figure.estimate = before->estimate;
    figure.low = before->low;
    figure.high = before->high;
    figure.share_met = before->share_met;
    figure.verdict = before->verdict;
  }
  const std::size_t designs = row.figures.size();
  row.differences.assign(designs, std::nullopt);
  row.found.assign(designs, Difference::kNone);
  for (std::size_t v = 0; v < designs && before != nullptr; ++v) {
    row.differences[v] = unpaired_difference(*before, row.figures[v]);
    row.found[v] = found_of(row.differences[v], row.less_is_better);
  }
  // The best of the designs is the best of all if it beats the baseline; one alone need beat nobody
  // else. The baseline is best if it beats them all.
  const bool all_worse = std::all_of(row.found.begin(), row.found.end(),
                                     [](Difference found) { return found == Difference::kWorse; });
  const std::size_t best = designs == 1 ? 0 : row.winner.value_or(designs);
  const bool wins = best < designs && row.found[best] == Difference::kBetter;
  row.winner = wins        ? std::optional{best + 1}
               : all_worse ? std::optional<std::size_t>{0}
                           : std::nullopt;
  row.figures.insert(row.figures.begin(), figure);
  row.differences.insert(row.differences.begin(), std::nullopt);
  row.found.insert(row.found.begin(), Difference::kNone);
}

}  // namespace

Baseline read_baseline(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  const Json json = Json::parse(stream, nullptr, false);
  if (json.is_discarded() || !json.is_object() || json.value("format", "") != kFormat) {
    throw std::runtime_error(file.string() + " is no result document (" + kFormat +
                             "), as lifeboat run --out and --format json write it");
  }
  try {
    Baseline baseline;
    baseline.name = file.filename().string();
    baseline.scenario = json.value("scenario", "");
    baseline.fingerprint = json.value("fingerprint", "");
    baseline.trials = json.value("trials", 0U);
    baseline.verdict = verdict_of(json.value("verdict", Json()));
    if (json.contains("cost") && json.at("cost").is_object()) {
      const Json& cost = json.at("cost");
      if (const auto billed = number_at(cost, "declared_monthly_usd")) {
        baseline.declared = DeclaredCost{
            *billed,
            number_at(cost.value("apart", Json::object()), "declared_monthly_usd").value_or(0)};
      }
    }
    read_objectives(baseline, json.value("objectives", Json::array()));
    const double confidence = json.value("confidence", 0.9);
    read_figures(baseline, json.value("figures", Json::object()), confidence);
    read_journeys(baseline, json.value("journeys", Json::object()), confidence);
    if (json.contains("given") && json.at("given").is_string()) {
      baseline.given = json.at("given").get<std::string>();
    }
    baseline.ends_when_recovered = json.value("ends_when_recovered", false);
    return baseline;
  } catch (const Json::exception& error) {
    throw std::runtime_error(file.string() + " is damaged: " + error.what());
  }
}

void compare_with(Comparison& comparison, const Baseline& baseline, const std::string& scenario) {
  ComparedVariant variant;
  variant.name = baseline.name;
  variant.title = baseline.scenario.empty() ? "" : "an earlier run of " + baseline.scenario;
  variant.given = baseline.given;
  variant.fingerprint = baseline.fingerprint;
  if (baseline.ends_when_recovered) {
    variant.findings.push_back(
        {"warning", "baseline-ends-early",
         "it ended once it had recovered, so its figures cover a shorter time than those that are "
         "compared with it. Shares, latencies and bad minutes do not compare"});
  }
  if (baseline.scenario != scenario) {
    variant.findings.push_back({"warning", "baseline-scenario",
                                "it is a run of " + baseline.scenario + ", not of " + scenario});
  }
  variant.verdict = baseline.verdict;
  variant.has_objectives = baseline.has_objectives;
  variant.declared = baseline.declared;
  comparison.variants.insert(comparison.variants.begin(), std::move(variant));
  comparison.baseline_trials = baseline.trials;
  for (ComparedRow& row : comparison.rows) {
    const auto found = baseline.figures.find(row.label);
    add_to(row, found == baseline.figures.end() ? nullptr : &found->second);
  }
  set_declared_row(comparison);
  for (ComparedSeries& series : comparison.series) {
    series.values.insert(series.values.begin(), std::vector<std::optional<double>>{});
  }
}

}  // namespace lifeboat::reports
