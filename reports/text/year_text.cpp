#include "reports/text/year_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

/// "1 in 30 y", "2.5 a year".
std::string rate_words(double per_year) {
  return per_year < 1 ? "1 in " + number_words(1 / per_year) + " y"
                      : number_words(per_year) + " a year";
}

/// Of so many draws, all or none of them say less than certainty.
std::string chance_words(double share) {
  if (share >= 1) return "over 99.9 %";
  return share <= 0 ? "under 0.1 %" : share_words(share);
}

std::string minutes_words(double minutes) { return duration_words(60 * std::max(0.0, minutes)); }

std::string minutes_range(double low, double high) {
  return number_words(std::max(0.0, low)) + " to " + number_words(std::max(0.0, high));
}

double allowed_minutes(const YearReport& report) {
  return (1 - report.promise) * scenarios::kMinutesOfYear;
}

/// Rows by what they lose, the most first.
std::vector<std::size_t> by_loss(const YearReport& report) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < report.estimate.rows.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return report.estimate.rows[a].share > report.estimate.rows[b].share;
  });
  return order;
}

std::string about_year(const YearReport& report) {
  return fmt::format(
      "{} pairs of trials of each incident, with and without its faults, with the "
      "same luck (seed {}){}.",
      report.trials, report.seed, report.strategy.empty() ? "" : "; strategy " + report.strategy);
}

std::string year_row(const YearReport& report, std::size_t i, const std::string& name) {
  const YearRow& row = report.estimate.rows[i];
  const YearIncidentReport& incident = report.incidents[i];
  std::string text = "  " + pad(name, 20) + pad_left(rate_words(incident.rate.per_year), 12) +
                     pad_left(minutes_words(row.loss), 11) +
                     pad_left(number_words(row.minutes_a_year.value), 9) + "  " +
                     pad(minutes_range(row.minutes_a_year.low, row.minutes_a_year.high), 17) +
                     pad_left(share_words(row.share), 7);
  while (text.ends_with(' ')) text.pop_back();
  return text + "\n";
}

}  // namespace

std::vector<std::string> year_sentences(const YearReport& report) {
  const YearEstimate& estimate = report.estimate;
  std::vector<std::string> sentences;
  sentences.push_back(fmt::format(
      "Availability of a year: {} ({} to {}): {} min lost ({} min), where {} allows {} min.",
      share_words(estimate.availability.value), share_words(estimate.availability.low),
      share_words(estimate.availability.high), number_words(estimate.minutes.value),
      minutes_range(estimate.minutes.low, estimate.minutes.high), share_words(report.promise),
      number_words(allowed_minutes(report))));
  sentences.push_back(fmt::format(
      "In the long run {} holds with a chance of {}, by what is known of rates and losses: {}. A "
      "single year keeps it with a chance of {}.",
      share_words(report.promise), chance_words(estimate.holds), name_of(report.verdict),
      chance_words(estimate.year_holds)));
  const auto order = by_loss(report);
  if (!order.empty()) {
    const YearRow& most = estimate.rows[order.front()];
    sentences.push_back(
        fmt::format("Most is lost by {}: {} of it.", most.name, share_words(most.share)));
  }
  if (!report.left_out.empty()) {
    std::string names;
    for (const std::string& name : report.left_out) names += (names.empty() ? "" : ", ") + name;
    sentences.push_back("Not reached, and not in the figures: " + names + ".");
  }
  return sentences;
}

std::string year_text(const YearReport& report, bool colours,
                      const std::vector<std::string>& files) {
  std::string text = strong(report.name, colours) + "\n";
  if (!report.title.empty()) text += paragraph(report.title);
  text += paragraph(about_year(report)) + "\n";
  for (const std::string& sentence : year_sentences(report)) text += paragraph(sentence);
  text += "\n  " + pad("incident", 20) + pad_left("rate", 12) + pad_left("one loses", 11) +
          pad_left("min/year", 9) + "  " + pad("range", 17) + pad_left("share", 7) + "\n";
  for (const std::size_t i : by_loss(report)) {
    text += year_row(report, i, report.estimate.rows[i].name);
  }
  const YearEstimate& estimate = report.estimate;
  std::string steady =
      "  " + pad("without incidents", 43) +
      pad_left(number_words(estimate.steady_minutes.value), 9) + "  " +
      pad(minutes_range(estimate.steady_minutes.low, estimate.steady_minutes.high), 17) +
      pad_left(share_words(estimate.steady_part), 7);
  text += steady + "\n\n";
  text += paragraph(
      "one loses: minutes in which all requests had been bad, beyond what the same day loses "
      "without it. Ranges have 90 %: what rates may be (between their ends) and what so few "
      "trials leave open. Two incidents at once are counted twice.");
  for (const Finding& finding : report.findings) {
    text += "\n" + paragraph((finding.severity == "warning" ? "Be careful: " : "") + finding.text);
  }
  for (const std::string& file : files) text += (&file == files.data() ? "\n" : "") + file + "\n";
  return text;
}

std::string year_markdown(const YearReport& report) {
  std::string text = "## Availability of a year: " + table_cell(report.name) + "\n\n" +
                     about_year(report) + "\n\n";
  for (const std::string& sentence : year_sentences(report)) text += "- " + sentence + "\n";
  text +=
      "\n| incident | scenario | rate | between | one loses | a year loses | range | share | basis "
      "|\n|---|---|---:|---|---:|---:|---:|---:|---|\n";
  for (const std::size_t i : by_loss(report)) {
    const YearRow& row = report.estimate.rows[i];
    const YearIncidentReport& incident = report.incidents[i];
    text += fmt::format("| {} | {} | {} | {} and {} | {} | {} min | {} min | {} | {} |\n",
                        table_cell(row.name), table_cell(incident.scenario),
                        rate_words(incident.rate.per_year), rate_words(incident.rate.low),
                        rate_words(incident.rate.high), minutes_words(row.loss),
                        number_words(row.minutes_a_year.value),
                        minutes_range(row.minutes_a_year.low, row.minutes_a_year.high),
                        share_words(row.share), name_of(incident.rate.basis));
  }
  const YearEstimate& estimate = report.estimate;
  text += fmt::format("| without incidents | | | | | {} min | {} min | {} | |\n",
                      number_words(estimate.steady_minutes.value),
                      minutes_range(estimate.steady_minutes.low, estimate.steady_minutes.high),
                      share_words(estimate.steady_part));
  for (const Finding& finding : report.findings) text += "\n" + finding.text + "\n";
  return text;
}

}  // namespace lifeboat::reports
