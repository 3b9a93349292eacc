#include "reports/text/comparison_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

std::string painted(std::string_view text, const char* code, bool colours) {
  return colours ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text};
}

const char* colour_of(Difference difference) {
  switch (difference) {
    case Difference::kBetter:
      return "32";
    case Difference::kWorse:
      return "31";
    case Difference::kNone:
    case Difference::kSame:
    case Difference::kNoise:
      break;
  }
  return "2";
}

std::string value_words(const ComparedRow& row, const ComparedFigure& figure) {
  return figure.estimate ? quantity_words(*figure.estimate, row.unit) : "-";
}

/// "met", "missed in 85 % of trials": the verdict, and how many trials met what is judged as a
/// chance.
std::string verdict_words(const ComparedFigure& figure) {
  std::string words = figure.verdict ? std::string{name_of(*figure.verdict)} : std::string{};
  if (figure.share_met) {
    words += (words.empty() ? "" : "; ") +
             fmt::format("{} of trials meet it", share_words(*figure.share_met));
  }
  return words;
}

std::string difference_words(const ComparedRow& row, std::size_t v) {
  const auto& difference = row.differences[v];
  if (!difference || !difference->low || row.found[v] == Difference::kSame) return {};
  const auto end = [&](double value) {
    std::string words = change_words(value, row.unit);
    // The unit of points stands before the interval already; times choose their own.
    return row.unit == "share" ? words.substr(0, words.find(' ')) : words;
  };
  if (difference->is_exact()) return change_words(difference->value, row.unit);
  return fmt::format("{} ({} to {})", change_words(difference->value, row.unit),
                     end(*difference->low), end(*difference->high));
}

/// Whether a row says anything: an objective does, a figure if two variants have it.
bool is_shown(const ComparedRow& row) {
  return row.is_objective || std::any_of(row.found.begin(), row.found.end(), [](Difference found) {
           return found != Difference::kNone;
         });
}

std::string left_out_words(const ComparedRow& row, std::size_t v) {
  const auto& difference = row.differences[v];
  if (!difference || difference->left_out == 0) return {};
  return fmt::format("of the {} pairs in which both have one", difference->pairs);
}

std::size_t name_width(const Comparison& comparison) {
  std::size_t width = 0;
  for (const ComparedVariant& variant : comparison.variants) {
    width = std::max(width, columns(variant.name));
  }
  return std::min<std::size_t>(width, 26);
}

std::string row_text(const Comparison& comparison, const ComparedRow& row, bool colours) {
  const std::size_t width = name_width(comparison);
  std::string text = "\n" + row.label + "\n";
  for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
    const ComparedFigure& figure = row.figures[v];
    const std::string& name = comparison.variants[v].name;
    const bool is_long = columns(name) > width;  // has a line of its own
    if (is_long) text += "  " + name + "\n";
    std::string line = "  " + pad(is_long ? "" : name, width) + "  " +
                       pad_left(value_words(row, figure), 12) + "  ";
    if (row.is_objective) line += pad(verdict_words(figure), 14) + "  ";
    if (row.winner == v) line += painted("best", "32", colours);
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
    if (v == 0) continue;
    const std::string difference = difference_words(row, v);
    std::string below = std::string(width + 4, ' ') +
                        (difference.empty() ? std::string{} : difference + ": ") +
                        painted(name_of(row.found[v]), colour_of(row.found[v]), colours);
    text += below + "\n";
    const std::string left_out = left_out_words(row, v);
    if (!left_out.empty()) text += std::string(width + 4, ' ') + left_out + "\n";
  }
  return text;
}

std::string foot_text(const Comparison& comparison) {
  if (comparison.baseline_trials) {
    return fmt::format(
        "Differences are to {}, an earlier run of {} trials, and are not paired: intervals are 95 "
        "%, "
        "of that run's and of {} trials of each design (seed {}) by themselves. Of figures that "
        "are "
        "equal but for luck, one in twenty or fewer seems different.",
        comparison.variants.front().name, *comparison.baseline_trials, comparison.trials,
        comparison.seed);
  }
  return fmt::format(
      "Intervals are 95 %, of {} pairs of trials (seed {}): each pair meets the same customers "
      "with the same luck, for the whole duration. Of figures that are equal but for luck, one in "
      "twenty seems different.",
      comparison.trials, comparison.seed);
}

/// What to be careful about, by design; the same of several is told once.
std::vector<std::string> warnings_of(const Comparison& comparison) {
  std::vector<std::string> lines;
  std::vector<std::string> told;
  for (const ComparedVariant& variant : comparison.variants) {
    for (const Finding& finding : variant.findings) {
      if (finding.severity != "warning" || finding.code == "input") continue;
      if (std::find(told.begin(), told.end(), finding.text) != told.end()) continue;
      told.push_back(finding.text);
      lines.push_back(variant.name + ": " + finding.text);
    }
  }
  return lines;
}

}  // namespace

std::string change_words(double value, std::string_view unit) {
  const char* const sign = value > 0 ? "+" : value < 0 ? "-" : "";
  const double size = std::abs(value);
  if (unit == "share") return fmt::format("{}{} points", sign, number_words(100 * size));
  return sign + quantity_words(size, unit);
}

std::string_view name_of(Difference difference) {
  switch (difference) {
    case Difference::kNone:
      return "nothing to compare";
    case Difference::kSame:
      return "the same in every trial";
    case Difference::kNoise:
      return "no difference shown";
    case Difference::kBetter:
      return "better";
    case Difference::kWorse:
      return "worse";
  }
  return "";
}

std::vector<std::string> summary_sentences(const Comparison& comparison) {
  std::vector<std::string> sentences;
  const std::string& first = comparison.variants.front().name;
  for (std::size_t v = 1; v < comparison.variants.size(); ++v) {
    const DifferenceCount count = count_differences(comparison, v);
    const std::string& name = comparison.variants[v].name;
    if (count.better + count.worse + count.apart + count.same == 0) {
      sentences.push_back(fmt::format("{} has no figure to compare with {}.", name, first));
      continue;
    }
    if (count.better + count.worse == 0) {
      sentences.push_back(fmt::format("{} shows no difference to {}.", name, first));
      continue;
    }
    std::string sentence = fmt::format("{} is", name);
    if (count.better > 0) sentence += fmt::format(" better than {} in {}", first, count.better);
    if (count.better > 0 && count.worse > 0) sentence += " and";
    if (count.worse > 0) {
      sentence += count.better > 0 ? fmt::format(" worse in {}", count.worse)
                                   : fmt::format(" worse than {} in {}", first, count.worse);
    }
    const std::size_t all = count.better + count.worse + count.apart + count.same;
    sentences.push_back(sentence + fmt::format(" of {} figures.", all));
  }
  return sentences;
}

std::string comparison_text(const Comparison& comparison, bool colours,
                            const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& sentence : summary_sentences(comparison)) {
    for (const std::string& line : wrap(sentence, kColumns)) {
      text += strong(line, colours) + "\n";
    }
  }
  for (const ComparedVariant& variant : comparison.variants) {
    std::string about = variant.name + ": " + (variant.title.empty() ? "" : variant.title + "; ") +
                        "objectives " + std::string{name_of(variant.verdict)};
    if (!variant.has_objectives) about = variant.name + ": " + variant.title;
    if (variant.declared) {
      about += fmt::format("; declared cost {} a month",
                           quantity_words(variant.declared->billed_usd, "USD"));
      if (variant.declared->apart_usd > 0) {
        about +=
            fmt::format(", and {} kept apart", quantity_words(variant.declared->apart_usd, "USD"));
      }
    }
    text += paragraph(about + ".");
  }
  if (comparison.interrupted) text += "Interrupted: only complete trials count.\n";
  for (const bool objectives : {true, false}) {
    bool headed = false;
    for (const ComparedRow& row : comparison.rows) {
      if (row.is_objective != objectives || !is_shown(row)) continue;
      if (!headed) text += "\n" + strong(objectives ? "Objectives" : "Figures", colours) + "\n";
      headed = true;
      text += row_text(comparison, row, colours);
    }
  }
  const std::vector<std::string> warnings = warnings_of(comparison);
  if (!warnings.empty()) text += "\n" + strong("Be careful", colours) + "\n";
  for (const std::string& warning : warnings) {
    text += paragraph(warning);
  }
  text += "\n";
  text += paragraph(foot_text(comparison));
  if (!files.empty()) text += "\nWritten:\n";
  for (const std::string& file : files) text += "  " + file + "\n";
  return text;
}

std::string comparison_markdown(const Comparison& comparison) {
  std::string text;
  for (const std::string& sentence : summary_sentences(comparison)) text += sentence + "\n";
  text += "\n| figure |";
  for (const ComparedVariant& variant : comparison.variants)
    text += " " + table_cell(variant.name) + " |";
  for (std::size_t v = 1; v < comparison.variants.size(); ++v) {
    text += comparison.variants.size() == 2
                ? " difference |"
                : " " + table_cell(comparison.variants[v].name) + " less first |";
  }
  text += "\n|---|";
  for (std::size_t i = 1; i < 2 * comparison.variants.size(); ++i) text += "---|";
  text += "\n";
  for (const ComparedRow& row : comparison.rows) {
    if (!is_shown(row)) continue;
    text += "| " + table_cell(row.label) + " |";
    for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
      const std::string verdict = verdict_words(row.figures[v]);
      text +=
          " " + value_words(row, row.figures[v]) + (verdict.empty() ? "" : ", " + verdict) + " |";
    }
    for (std::size_t v = 1; v < comparison.variants.size(); ++v) {
      const std::string difference = difference_words(row, v);
      const bool real = row.found[v] == Difference::kBetter || row.found[v] == Difference::kWorse;
      const std::string found{name_of(row.found[v])};
      const std::string left_out = left_out_words(row, v);
      text += " " + difference + (difference.empty() ? "" : ": ") +
              (real ? "**" + found + "**" : found) + (left_out.empty() ? "" : ", " + left_out) +
              " |";
    }
    text += "\n";
  }
  return text + "\n" + foot_text(comparison) + "\n";
}

}  // namespace lifeboat::reports
