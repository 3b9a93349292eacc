#include "reports/comparison/figure_rows.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "reports/verdict/trial_view.hpp"

namespace lifeboat::reports {

namespace {

using scenarios::Objective;

bool same_figure(const Objective& a, const Objective& b) {
  return a.subject == b.subject && a.name == b.name && a.region == b.region &&
         a.measure == b.measure && a.quantile == b.quantile && a.window == b.window &&
         a.phase == b.phase;
}

// A main figure's threshold is nobody's wish.
std::string label_of(const Objective& objective, bool is_objective) {
  return is_objective ? objective.text
                      : objective.text.substr(0, objective.text.find_first_of("<>") - 1);
}

std::optional<double> share_settled(const Figure& figure) {
  if (figure.way() != Figure::Way::kChance && figure.way() != Figure::Way::kMean) {
    return std::nullopt;
  }
  const std::vector<Sample>& samples = figure.samples();
  const auto settled = std::count_if(samples.begin(), samples.end(), [&](const Sample& sample) {
    return is_settled(figure.way(), sample);
  });
  return static_cast<double>(settled) / static_cast<double>(samples.size());
}

bool has_objective(const RunInput& input, const Objective& asked) {
  return std::any_of(input.objectives.begin(), input.objectives.end(),
                     [&](const Objective& one) { return one.text == asked.text; });
}

}  // namespace

FigureRows::FigureRows(std::vector<const RunInput*> inputs) : inputs_(std::move(inputs)) {
  for (const RunInput* input : inputs_) {
    for (const Objective& objective : input->objectives) list(objective, true);
  }
  for (const RunInput* input : inputs_) {
    for (const Objective& figure : main_figures(*input)) list(figure, false);
  }
}

void FigureRows::list(const Objective& asked, bool is_objective) {
  const bool known = std::any_of(asked_.begin(), asked_.end(), [&](const Objective& other) {
    return is_objective ? other.text == asked.text : same_figure(other, asked);
  });
  if (known) return;
  const Objective& objective = asked_.emplace_back(asked);
  std::vector<std::string> subjects;
  std::vector<std::vector<Figure>> figures;
  for (const RunInput* input : inputs_) {
    figures.push_back(figures_of(*input, objective));
    for (const Figure& figure : figures.back()) {
      if (std::find(subjects.begin(), subjects.end(), figure.subject()) == subjects.end()) {
        subjects.push_back(figure.subject());
      }
    }
  }
  for (const std::string& subject : subjects) {
    FigureRow row{label_of(objective, is_objective), is_objective, &objective, {}};
    if (subjects.size() > 1) row.label += " (" + subject + ")";
    for (std::vector<Figure>& of_design : figures) {
      std::optional<Figure>& one = row.figures.emplace_back();
      for (Figure& figure : of_design) {
        if (figure.subject() == subject) one = std::move(figure);
      }
    }
    rows_.push_back(std::move(row));
  }
}

void FigureRows::add(std::size_t design, const sim::TrialResult& result) {
  const TrialView view = view_of(*inputs_[design], result);
  for (FigureRow& row : rows_) {
    std::optional<Figure>& figure = row.figures[design];
    if (figure) figure->add(sample_of(*row.objective, *figure, view));
  }
}

ComparedFigure FigureRows::figure_of(const FigureRow& row, std::size_t design) const {
  const std::optional<Figure>& figure = row.figures[design];
  if (!figure || figure->samples().empty()) return {};
  const ObjectiveReport shown =
      figure->judge((1 - kComparisonConfidence) / 2, Figure::Samples::kTrials);
  ComparedFigure result;
  result.estimate = shown.estimate;
  result.low = shown.low;
  result.high = shown.high;
  result.share_met = shown.share_met;
  result.share_settled = share_settled(*figure);
  if (row.is_objective && has_objective(*inputs_[design], *row.objective)) {
    result.verdict = figure->judge(kError, Figure::Samples::kTrials).verdict;
  }
  return result;
}

std::vector<Objective> main_figures(const RunInput& input) {
  std::vector<std::string> texts = {"availability >= 99%", "errors < 1%"};
  for (const std::size_t j : critical_journeys(*input.network)) {
    const std::string& name = input.network->journeys[j].name;
    texts.push_back(fmt::format("journey:{} mean < 1s", name));
    texts.push_back(fmt::format("journey:{} p(99) < 1s", name));
  }
  texts.emplace_back("bad-minutes < 1");
  if (!input.given.empty()) {
    texts.emplace_back("rto < 1h");
    texts.emplace_back("rpo < 1h");
  }
  if (input.cost) texts.emplace_back("cost < 1 USD/month");
  std::vector<Objective> figures;
  for (const std::string& text : texts) figures.push_back(scenarios::parse_objective(text).value());
  return figures;
}

std::optional<PairedDifference> difference_between(const FigureRow& row, std::size_t first,
                                                   std::size_t second) {
  const auto& one = row.figures[first];
  const auto& two = row.figures[second];
  if (!one || !two || one->samples().size() != two->samples().size()) return std::nullopt;
  return paired_difference(one->way(), one->samples(), two->samples(), row.objective->quantile,
                           kComparisonConfidence);
}

Difference found_of(const std::optional<PairedDifference>& difference, bool less_is_better) {
  if (!difference || !difference->low) return Difference::kNone;
  if (difference->value == 0 && *difference->low == 0 && *difference->high == 0) {
    return Difference::kSame;
  }
  if (!difference->is_real()) return Difference::kNoise;
  return (difference->value < 0) == less_is_better ? Difference::kBetter : Difference::kWorse;
}

}  // namespace lifeboat::reports
