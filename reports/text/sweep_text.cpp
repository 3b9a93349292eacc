#include "reports/text/sweep_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/text/comparison_text.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

constexpr std::size_t kBar = 16;
constexpr std::size_t kName = 26;

std::string axes_words(const Sweep& sweep) {
  std::string words;
  for (const SweepAxis& axis : sweep.axes) words += (words.empty() ? "" : ", ") + axis.name;
  return words;
}

std::size_t name_width(const Sweep& sweep) {
  std::size_t width = columns(axes_words(sweep));
  for (const SweptPoint& point : sweep.points) width = std::max(width, columns(point.name));
  return std::min(width, kName);
}

/// Whether a row says anything: an objective does, a figure that differs between points.
bool is_shown(const SweptRow& row) {
  if (row.is_objective) return true;
  std::vector<double> seen;
  for (const ComparedFigure& figure : row.figures) {
    if (figure.estimate) seen.push_back(*figure.estimate);
  }
  return !seen.empty() &&
         std::any_of(seen.begin(), seen.end(), [&](double value) { return value != seen[0]; });
}

/// A bar from the row's least estimate to its most.
class Bars {
 public:
  explicit Bars(const SweptRow& row) {
    for (const ComparedFigure& figure : row.figures) {
      if (!figure.estimate || !std::isfinite(*figure.estimate)) continue;
      least_ = std::min(least_, *figure.estimate);
      most_ = std::max(most_, *figure.estimate);
    }
    // From zero where that shows the differences all the same.
    if (least_ > 0 && least_ < most_ / 2) least_ = 0;
  }
  [[nodiscard]] std::string of(const ComparedFigure& figure, std::size_t width) const {
    if (!figure.estimate || !std::isfinite(*figure.estimate) || !(most_ > least_)) return {};
    const double share = (*figure.estimate - least_) / (most_ - least_);
    return std::string(static_cast<std::size_t>(std::lround(share * static_cast<double>(width))),
                       '#');
  }

 private:
  double least_ = INFINITY;
  double most_ = -INFINITY;
};

std::string step_words(const SweptRow& row, std::size_t point) {
  switch (row.found[point]) {
    case Difference::kBetter:
      return "better";
    case Difference::kWorse:
      return "worse";
    case Difference::kNoise:
    case Difference::kSame:
    case Difference::kNone:
      break;
  }
  return "";
}

std::string figure_words(const SweptRow& row, const ComparedFigure& figure) {
  return figure.estimate ? quantity_words(*figure.estimate, row.unit) : "-";
}

/// "settled in 85 % of trials, 80 % meet it", where it is not all of them.
std::string trials_words(const ComparedFigure& figure) {
  std::string words;
  if (figure.share_settled && *figure.share_settled < 1) {
    words = fmt::format("settled in {} of trials", share_words(*figure.share_settled));
  }
  if (figure.verdict && figure.share_met && *figure.share_met < 1) {
    words += words.empty() ? fmt::format("{} of trials meet it", share_words(*figure.share_met))
                           : fmt::format(", {} meet it", share_words(*figure.share_met));
  }
  return words;
}

std::string line_of(const Sweep& sweep, const SweptRow& row, std::size_t p, const Bars& bars,
                    bool colours) {
  const ComparedFigure& figure = row.figures[p];
  const std::size_t names = name_width(sweep);
  // What is left beside the name, the figure, the verdict and "knee better".
  const std::size_t bar = std::min(kBar, kColumns - names - (row.is_objective ? 44 : 30));
  std::string line = "  " + pad(shortened(sweep.points[p].name, names), names) + "  " +
                     pad_left(figure_words(row, figure), 11) + "  ";
  if (row.is_objective) {
    line += pad(figure.verdict ? std::string{name_of(*figure.verdict)} : std::string{}, 12) + "  ";
  }
  line += pad(bars.of(figure, bar), bar) + "  ";
  if (row.knee == p) line += strong("knee ", colours);
  line += step_words(row, p);
  while (line.ends_with(' ')) line.pop_back();
  line += "\n";
  const std::string trials = trials_words(figure);
  return trials.empty() ? line : line + std::string(names + 4, ' ') + trials + "\n";
}

std::string row_text(const Sweep& sweep, const SweptRow& row, bool colours) {
  std::string text = "\n" + row.label + "\n";
  const Bars bars(row);
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    if (sweep.points[p].trials > 0) text += line_of(sweep, row, p, bars, colours);
  }
  return text;
}

/// A cell a point: the first axis downwards, the last across.
template <class Cell>
std::string grid_text(const Sweep& sweep, const Cell& cell) {
  const SweepAxis& down = sweep.axes[0];
  const SweepAxis& across = sweep.axes[1];
  std::size_t first = columns(down.name);
  for (const std::string& value : down.values) first = std::max(first, columns(value));
  std::vector<std::size_t> widths;
  for (std::size_t x = 0; x < across.values.size(); ++x) {
    std::size_t width = columns(across.values[x]);
    for (std::size_t y = 0; y < down.values.size(); ++y) {
      width = std::max(width, columns(cell(y * across.values.size() + x)));
    }
    widths.push_back(width);
  }
  // As many columns beside each other as fit, the others beneath.
  std::string text;
  for (std::size_t from = 0; from < widths.size();) {
    std::size_t to = from;
    std::size_t used = first + 4;
    while (to < widths.size() && (to == from || used + 1 + widths[to] <= kColumns)) {
      used += 1 + widths[to++];
    }
    if (from > 0) text += "\n";
    text += "  " + pad(down.name, first) + " | " + across.name + "\n  " + std::string(first, ' ') +
            " |";
    for (std::size_t x = from; x < to; ++x) text += " " + pad_left(across.values[x], widths[x]);
    text += "\n";
    for (std::size_t y = 0; y < down.values.size(); ++y) {
      text += "  " + pad(down.values[y], first) + " |";
      for (std::size_t x = from; x < to; ++x) {
        text += " " + pad_left(cell(y * widths.size() + x), widths[x]);
      }
      text += "\n";
    }
    from = to;
  }
  return text;
}

std::string verdict_words(const SweptPoint& point) {
  if (point.trials == 0) return "-";
  return point.has_objectives ? std::string{name_of(point.verdict)} : "none";
}

std::string points_text(const Sweep& sweep, bool colours) {
  std::string text = "\n" + strong("Points", colours) + "\n";
  if (sweep.axes.size() == 2) {
    return text + grid_text(sweep, [&](std::size_t p) { return verdict_words(sweep.points[p]); });
  }
  const std::size_t width = name_width(sweep);
  text += "  " + pad(axes_words(sweep), width) + "  objectives      cost a month\n";
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    const SweptPoint& point = sweep.points[p];
    const auto cost = cost_of(sweep, p);
    std::string line = "  " + pad(shortened(point.name, width), width) + "  " +
                       pad(verdict_words(point), 12) +
                       pad_left(cost ? quantity_words(*cost, "USD") : std::string{"-"}, 16);
    const bool is_first = sweep.first_met == p && p > 0;
    const bool is_last = sweep.last_met == p && p + 1 < sweep.points.size();
    if (is_first && is_last) {
      line += "  the only one to meet all";
    } else if (is_first || is_last) {
      line += is_first ? "  the first to meet all" : "  the last to meet all";
    }
    text += line + "\n";
  }
  return text;
}

std::string frontier_text(const Sweep& sweep, const Frontier& frontier) {
  const SweptRow& row = sweep.rows[frontier.row];
  std::string text = "\n" + row.label + "\n";
  const std::size_t width = name_width(sweep);
  for (const FrontierPoint& point : frontier.points) {
    const ComparedFigure& figure = row.figures[point.point];
    std::string line = "  " + pad(shortened(sweep.points[point.point].name, width), width) + "  " +
                       pad_left(figure_words(row, figure), 11) + "  " +
                       pad_left(quantity_words(point.monthly_usd, "USD"), 12);
    if (point.price) {
      line += fmt::format("  {} a {}", quantity_words(point.price->usd, "USD"), point.price->per);
    }
    text += line + "\n";
    const std::string trials = trials_words(figure);
    if (!trials.empty()) text += std::string(width + 4, ' ') + trials + "\n";
  }
  return text;
}

/// "4 to 8 meet all objectives."
std::string met_sentence(const Sweep& sweep) {
  std::vector<std::string> runs;
  std::size_t met = 0;
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    const auto meets = [&](std::size_t at) {
      const SweptPoint& point = sweep.points[at];
      return point.trials > 0 && point.has_objectives && point.verdict == Verdict::kMet;
    };
    if (!meets(p)) continue;
    ++met;
    std::size_t last = p;
    while (sweep.axes.size() == 1 && last + 1 < sweep.points.size() && meets(last + 1)) ++last;
    const std::string& name = sweep.points[p].name;
    runs.push_back(last == p ? name : name + " to " + sweep.points[last].name);
    met += last - p;
    p = last;
  }
  if (met == sweep.points.size()) return "All points meet all objectives.";
  if (sweep.axes.size() == 2) {
    return fmt::format("{} of {} points meet all objectives.", met, sweep.points.size());
  }
  return fmt::format("{} {} all objectives.", fmt::join(runs, " and "),
                     met == 1 ? "meets" : "meet");
}

std::string foot_text(const Sweep& sweep) {
  std::string text = fmt::format(
      "{} trials a point (seed {}), with the same customers and luck at "
      "each.",
      sweep.trials, sweep.seed);
  if (sweep.axes.size() == 1) {
    text +=
        " \"better\" and \"worse\" stand where the step from the point before is real: its "
        "paired 95 % interval leaves zero out.";
  }
  return text;
}

/// For the terminal alone: what was written must be the same however often it was begun.
std::string kept_sentence(const Sweep& sweep) {
  const auto kept = std::count_if(sweep.points.begin(), sweep.points.end(),
                                  [](const SweptPoint& point) { return point.kept; });
  return kept == 0 ? std::string{}
                   : fmt::format("{} of {} points were there already and were not run again.", kept,
                                 sweep.points.size());
}

}  // namespace

std::vector<std::string> sweep_sentences(const Sweep& sweep) {
  std::vector<std::string> sentences;
  std::size_t reached = 0;
  bool judged = false;
  for (const SweptPoint& point : sweep.points) {
    reached += point.trials > 0 ? 1U : 0U;
    judged = judged || point.has_objectives;
  }
  if (sweep.first_met && sweep.axes.size() == 1 && sweep.axes.front().path == kStandbyAxis) {
    const std::size_t least = *sweep.first_met;
    const auto cost = cost_of(sweep, least);
    sentences.push_back(fmt::format(
        "A standby of {} is the smallest that meets all objectives{}.", sweep.points[least].name,
        cost ? ", for " + quantity_words(*cost, "USD") + " a month" : std::string{}));
  } else if (sweep.first_met) {
    sentences.push_back(met_sentence(sweep));
  } else if (judged && reached > 0) {
    sentences.push_back(
        reached == sweep.points.size()
            ? std::string{"No point meets all objectives."}
            : std::string{"None of the points that were reached meets all objectives."});
  }
  for (const SweptRow& row : sweep.rows) {
    if (row.knee && is_shown(row)) {
      sentences.push_back(fmt::format("{} bends at {}: more brings little.", row.label,
                                      sweep.points[*row.knee].name));
    }
    for (const std::size_t turn : row.turns) {
      // The next real step is the one that turned.
      const auto next =
          std::find_if(row.found.begin() + static_cast<std::ptrdiff_t>(turn) + 1, row.found.end(),
                       [](Difference found) {
                         return found == Difference::kBetter || found == Difference::kWorse;
                       });
      const bool best = next != row.found.end() && *next == Difference::kWorse;
      sentences.push_back(fmt::format("{} does not go one way: it is {} around {}.", row.label,
                                      best ? "best" : "worst", sweep.points[turn].name));
    }
  }
  if (reached < sweep.points.size()) {
    sentences.push_back(fmt::format("{} of {} points were reached{}.", reached, sweep.points.size(),
                                    sweep.interrupted ? " before the interrupt" : ""));
  }
  return sentences;
}

std::string sweep_text(const Sweep& sweep, bool colours, const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& sentence : sweep_sentences(sweep)) {
    for (const std::string& line : wrap(sentence, kColumns)) text += strong(line, colours) + "\n";
  }
  const std::string kept = kept_sentence(sweep);
  if (!kept.empty()) text += kept + "\n";
  std::string about = (sweep.title.empty() ? sweep.scenario : sweep.title) + "; " +
                      fmt::format("{} points", sweep.points.size());
  for (const SweepAxis& axis : sweep.axes) about += ", " + axis.path;
  text += paragraph(about + ".");
  text += points_text(sweep, colours);
  for (const bool objectives : {true, false}) {
    bool headed = false;
    for (const SweptRow& row : sweep.rows) {
      if (row.is_objective != objectives || !is_shown(row)) continue;
      if (!headed) text += "\n" + strong(objectives ? "Objectives" : "Figures", colours) + "\n";
      headed = true;
      if (sweep.axes.size() == 1) {
        text += row_text(sweep, row, colours);
      } else {
        text += "\n" + row.label + "\n" +
                grid_text(sweep, [&](std::size_t p) { return figure_words(row, row.figures[p]); });
      }
    }
  }
  if (!sweep.frontiers.empty()) {
    text +=
        "\n" + strong("What nobody beats: no other point is as cheap and better", colours) + "\n";
    for (const Frontier& frontier : sweep.frontiers) text += frontier_text(sweep, frontier);
  }
  if (!sweep.findings.empty()) text += "\n" + strong("Be careful", colours) + "\n";
  for (const Finding& finding : sweep.findings) {
    text += paragraph(finding.text);
  }
  text += "\n";
  text += paragraph(foot_text(sweep));
  if (!files.empty()) text += "\nWritten:\n";
  for (const std::string& file : files) text += "  " + file + "\n";
  return text;
}

std::string sweep_markdown(const Sweep& sweep) {
  std::string text;
  for (const std::string& sentence : sweep_sentences(sweep)) text += sentence + "\n";
  text += "\n| " + axes_words(sweep) + " | objectives |";
  std::string rule = "|---|---|";
  for (const SweptRow& row : sweep.rows) {
    if (!is_shown(row)) continue;
    text += " " + table_cell(row.label) + " |";
    rule += "---|";
  }
  text += "\n" + rule + "\n";
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    const SweptPoint& point = sweep.points[p];
    text += "| " + table_cell(point.name) + " | " + verdict_words(point) + " |";
    for (const SweptRow& row : sweep.rows) {
      if (is_shown(row)) text += " " + figure_words(row, row.figures[p]) + " |";
    }
    text += "\n";
  }
  return text + "\n" + foot_text(sweep) + "\n";
}

}  // namespace lifeboat::reports
