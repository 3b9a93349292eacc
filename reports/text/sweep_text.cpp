#include "reports/text/sweep_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/text/comparison_text.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

constexpr std::size_t kBar = 16;

std::string strong(const std::string& text, bool colours) {
  return colours ? "\x1b[1m" + text + "\x1b[0m" : text;
}

std::string axes_words(const Sweep& sweep) {
  std::string words;
  for (const SweepAxis& axis : sweep.axes) words += (words.empty() ? "" : ", ") + axis.name;
  return words;
}

std::size_t name_width(const Sweep& sweep) {
  std::size_t width = columns(axes_words(sweep));
  for (const SweptPoint& point : sweep.points) width = std::max(width, columns(point.name));
  return std::min<std::size_t>(width, 26);
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
  [[nodiscard]] std::string of(const ComparedFigure& figure) const {
    if (!figure.estimate || !std::isfinite(*figure.estimate) || !(most_ > least_)) return {};
    const double share = (*figure.estimate - least_) / (most_ - least_);
    return std::string(static_cast<std::size_t>(std::lround(share * kBar)), '#');
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

std::string line_of(const Sweep& sweep, const SweptRow& row, std::size_t p, const Bars& bars,
                    bool colours) {
  const ComparedFigure& figure = row.figures[p];
  std::string line = "  " + pad(sweep.points[p].name, name_width(sweep)) + "  " +
                     pad_left(figure_words(row, figure), 11) + "  ";
  if (row.is_objective) {
    line += pad(figure.verdict ? std::string{name_of(*figure.verdict)} : std::string{}, 12) + "  ";
  }
  line += pad(bars.of(figure), kBar) + "  ";
  if (row.knee == p) line += strong("knee ", colours);
  line += step_words(row, p);
  while (line.ends_with(' ')) line.pop_back();
  return line + "\n";
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
  std::string text =
      "  " + pad(down.name, first) + " | " + across.name + "\n  " + std::string(first, ' ') + " |";
  for (std::size_t x = 0; x < widths.size(); ++x)
    text += " " + pad_left(across.values[x], widths[x]);
  text += "\n";
  for (std::size_t y = 0; y < down.values.size(); ++y) {
    text += "  " + pad(down.values[y], first) + " |";
    for (std::size_t x = 0; x < widths.size(); ++x) {
      text += " " + pad_left(cell(y * widths.size() + x), widths[x]);
    }
    text += "\n";
  }
  return text;
}

std::string verdict_words(const SweptPoint& point) {
  return point.trials == 0 ? "-" : std::string{name_of(point.verdict)};
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
    std::string line = "  " + pad(point.name, width) + "  " +
                       pad(point.has_objectives ? verdict_words(point) : std::string{"none"}, 12) +
                       pad_left(cost ? quantity_words(*cost, "USD") : std::string{"-"}, 16);
    if (sweep.first_met == p && p > 0) line += "  the first that meets all";
    if (sweep.last_met == p && p + 1 < sweep.points.size()) line += "  the last that meets all";
    text += line + "\n";
  }
  return text;
}

/// "USD 12.3 a minute": what the step from one point of a frontier to the next costs.
std::string price_words(const Sweep& sweep, const Frontier& frontier, std::size_t i) {
  const SweptRow* row = nullptr;
  for (const SweptRow& one : sweep.rows) {
    if (one.label == frontier.label) row = &one;
  }
  const double cost = *cost_of(sweep, frontier.points[i]) - *cost_of(sweep, frontier.points[i - 1]);
  const double before = *row->figures[frontier.points[i - 1]].estimate;
  const double now = *row->figures[frontier.points[i]].estimate;
  const double change = std::abs(now - before);
  if (frontier.label == "availability") {
    if (now >= 1 || before >= 1) return {};
    const double nines = std::log10((1 - before) / (1 - now));
    return fmt::format("{} a nine", quantity_words(cost / nines, "USD"));
  }
  if (frontier.unit == "s" && std::isfinite(change)) {
    const bool minutes = std::max(before, now) >= 60;
    return fmt::format("{} a {}", quantity_words(cost / (change / (minutes ? 60 : 0.001)), "USD"),
                       minutes ? "minute" : "millisecond");
  }
  if (frontier.unit == "min" && std::isfinite(change)) {
    return fmt::format("{} a minute", quantity_words(cost / change, "USD"));
  }
  return {};
}

std::string frontier_text(const Sweep& sweep, const Frontier& frontier) {
  const SweptRow* row = nullptr;
  for (const SweptRow& one : sweep.rows) {
    if (one.label == frontier.label) row = &one;
  }
  std::string text = "\n" + frontier.label + "\n";
  const std::size_t width = name_width(sweep);
  for (std::size_t i = 0; i < frontier.points.size(); ++i) {
    const std::size_t p = frontier.points[i];
    std::string line = "  " + pad(sweep.points[p].name, width) + "  " +
                       pad_left(figure_words(*row, row->figures[p]), 11) + "  " +
                       pad_left(quantity_words(*cost_of(sweep, p), "USD"), 12);
    if (i > 0) line += "  " + price_words(sweep, frontier, i);
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
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
  return fmt::format(
      "{} trials a point (seed {}), with the same customers and luck at each. \"better\" and "
      "\"worse\" stand where the step from the point before is real: its paired 95 % interval "
      "leaves zero out.",
      sweep.trials, sweep.seed);
}

}  // namespace

std::vector<std::string> sweep_sentences(const Sweep& sweep) {
  std::vector<std::string> sentences;
  std::size_t reached = 0;
  std::size_t kept = 0;
  bool judged = false;
  for (const SweptPoint& point : sweep.points) {
    reached += point.trials > 0 ? 1U : 0U;
    kept += point.kept ? 1U : 0U;
    judged = judged || point.has_objectives;
  }
  if (sweep.first_met && sweep.axes.size() == 1 && sweep.axes.front().path == "standby") {
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
      const bool best = std::find(row.found.begin() + static_cast<std::ptrdiff_t>(turn) + 1,
                                  row.found.end(), Difference::kWorse) != row.found.end();
      sentences.push_back(fmt::format("{} does not go one way: it is {} around {}.", row.label,
                                      best ? "best" : "worst", sweep.points[turn].name));
    }
  }
  if (reached < sweep.points.size()) {
    sentences.push_back(fmt::format("{} of {} points were reached{}.", reached, sweep.points.size(),
                                    sweep.interrupted ? " before the interrupt" : ""));
  }
  if (kept > 0) {
    sentences.push_back(fmt::format("{} of {} points were there already and were not run again.",
                                    kept, sweep.points.size()));
  }
  return sentences;
}

std::string sweep_text(const Sweep& sweep, bool colours, const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& sentence : sweep_sentences(sweep)) {
    for (const std::string& line : wrap(sentence, kColumns)) text += strong(line, colours) + "\n";
  }
  std::string about = (sweep.title.empty() ? sweep.scenario : sweep.title) + "; " +
                      fmt::format("{} points", sweep.points.size());
  for (const SweepAxis& axis : sweep.axes) about += ", " + axis.path;
  for (const std::string& line : wrap(about + ".", kColumns)) text += line + "\n";
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
    for (const std::string& line : wrap(finding.text, kColumns)) text += line + "\n";
  }
  text += "\n";
  for (const std::string& line : wrap(foot_text(sweep), kColumns)) text += line + "\n";
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
