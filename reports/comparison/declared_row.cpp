#include "reports/comparison/declared_row.hpp"

#include <algorithm>

#include "reports/comparison/figure_rows.hpp"

namespace lifeboat::reports {

namespace {

constexpr const char* kLabel = "declared cost, with what is kept apart";

/// The one that costs least, if it is one alone.
std::optional<std::size_t> cheapest(const std::vector<ComparedVariant>& variants) {
  const auto costs_less = [](const ComparedVariant& a, const ComparedVariant& b) {
    return a.declared->together_usd() < b.declared->together_usd();
  };
  const auto least = std::min_element(variants.begin(), variants.end(), costs_less);
  const auto as_cheap = [&](const ComparedVariant& one) { return !costs_less(*least, one); };
  if (std::count_if(variants.begin(), variants.end(), as_cheap) > 1) return std::nullopt;
  return static_cast<std::size_t>(least - variants.begin());
}

}  // namespace

void set_declared_row(Comparison& comparison) {
  std::erase_if(comparison.rows, [](const ComparedRow& row) { return row.label == kLabel; });
  const std::vector<ComparedVariant>& variants = comparison.variants;
  if (!std::all_of(variants.begin(), variants.end(),
                   [](const ComparedVariant& one) { return one.declared.has_value(); })) {
    return;
  }
  ComparedRow row;
  row.label = kLabel;
  row.unit = "USD/month";
  bool differs = false;
  const double first = variants.front().declared->together_usd();
  for (const ComparedVariant& variant : variants) {
    const double usd = variant.declared->together_usd();
    ComparedFigure& figure = row.figures.emplace_back();
    figure.estimate = figure.low = figure.high = usd;
    std::optional<PairedDifference>& difference = row.differences.emplace_back();
    if (row.figures.size() > 1) {
      difference = PairedDifference{usd - first, usd - first, usd - first, comparison.trials, 0, 0};
    }
    row.found.push_back(found_of(difference, row.less_is_better));
    differs = differs || usd != first;
  }
  row.winner = cheapest(variants);
  if (differs) comparison.rows.push_back(std::move(row));
}

}  // namespace lifeboat::reports
