#include "reports/text/sensitivity_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

constexpr std::size_t kHalfBar = 12;  // of a tornado, on each side of the base
constexpr std::size_t kNameWidth = 34;
constexpr std::size_t kLongest = 12;  // parameters of a tornado; the rest move less

std::string figure_text(const SensitiveRow& row, const ComparedFigure& figure) {
  return figure.estimate ? quantity_words(*figure.estimate, row.unit) : "-";
}

/// The end of a long name says more than its beginning.
std::string short_name(const std::string& name, std::size_t width) {
  if (columns(name) <= width) return name;
  return "..." + name.substr(name.size() - (width - 3));
}

bool moves(const SensitiveRow& row, const Swing& swing) {
  return swing.reached && width_of(row, swing) > 0;
}

/// Both ends as bars from the base: "<" what the low end does, ">" the high one.
class Tornado {
 public:
  explicit Tornado(const SensitiveRow& row) : row_(row) {
    for (const Swing& swing : row.swings) {
      for (const ComparedFigure* figure : {&swing.low, &swing.high}) {
        most_ = std::max(most_, std::fabs(off(*figure)));
      }
    }
  }
  [[nodiscard]] std::string bar(const Swing& swing) const {
    std::string text(2 * kHalfBar + 1, ' ');
    text[kHalfBar] = '|';
    draw(text, off(swing.low), '<');
    draw(text, off(swing.high), '>');
    return text;
  }

 private:
  [[nodiscard]] double off(const ComparedFigure& figure) const {
    if (!figure.estimate || !row_.base.estimate) return 0;
    const double difference = *figure.estimate - *row_.base.estimate;
    return std::isfinite(difference) ? difference : 0;
  }
  void draw(std::string& text, double by, char mark) const {
    if (!(most_ > 0)) return;
    const auto length = static_cast<std::size_t>(std::lround(std::fabs(by) / most_ * kHalfBar));
    for (std::size_t i = 1; i <= length; ++i) {
      char& cell = text[by < 0 ? kHalfBar - i : kHalfBar + i];
      cell = cell == ' ' ? mark : '*';  // both ends lie on one side
    }
  }

  const SensitiveRow& row_;
  double most_ = 0;
};

std::string base_words(const SensitiveRow& row) {
  std::string text = figure_text(row, row.base);
  if (row.is_objective && !row.holds) return "no such figure";
  if (row.is_objective) text += *row.holds ? ", which meets it" : ", which misses it";
  return text;
}

std::string swing_text(const Sensitivity& study, const SensitiveRow& row, std::size_t p,
                       const Tornado& tornado) {
  const VariedParameter& parameter = study.parameters[p];
  const Swing& swing = row.swings[p];
  std::string line =
      "  " + pad(short_name(parameter.name, kNameWidth), kNameWidth) + "  " + tornado.bar(swing);
  while (line.ends_with(' ')) line.pop_back();
  std::string text = line + "\n";
  text += fmt::format("    {} {}, {} {}{}{}\n", value_words(parameter, parameter.low),
                      figure_text(row, swing.low), value_words(parameter, parameter.high),
                      figure_text(row, swing.high), swing.is_real() ? "" : "; no more than chance",
                      parameter.unsourced ? "; unsourced" : "");
  const std::string flips = flip_words(row, parameter, swing);
  if (!swing.flips.empty()) {
    for (const std::string& part : wrap(flips, kColumns - 4)) text += "    " + part + "\n";
  }
  return text;
}

std::string row_text(const Sensitivity& study, const SensitiveRow& row, bool colours) {
  std::string text = "\n" + strong(row.label, colours) + "\n";
  text += "  as it is: " + base_words(row) + "\n";
  const Tornado tornado(row);
  std::size_t shown = 0;
  std::size_t still = 0;
  for (const std::size_t p : row.ranking) {
    const Swing& swing = row.swings[p];
    if (!swing.reached) continue;
    if (!moves(row, swing) || shown >= kLongest) {
      still += 1;
      continue;
    }
    text += swing_text(study, row, p, tornado);
    ++shown;
  }
  if (still > 0) {
    text += fmt::format("  {} {} it {}\n", still, still == 1 ? "other moves" : "others move",
                        shown >= kLongest ? "less" : "not at all");
  }
  return text;
}

bool has_effects(const Sensitivity& study) { return study.trajectories > 0; }

std::vector<std::size_t> by_effect(const SensitiveRow& row) {
  std::vector<std::size_t> order = row.ranking;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return row.swings[a].effect.mu_star > row.swings[b].effect.mu_star;
  });
  return order;
}

std::string effects_text(const Sensitivity& study, bool colours) {
  if (!has_effects(study)) return {};
  std::string text = "\n" + strong("Elementary effects, all ranges at once", colours) + "\n";
  for (const SensitiveRow& row : study.rows) {
    text += "\n" + row.label + "\n  " + pad("", kNameWidth) + "          mu*       sigma\n";
    std::size_t shown = 0;
    for (const std::size_t p : by_effect(row)) {
      const ElementaryEffect& effect = row.swings[p].effect;
      if (effect.effects == 0 || effect.mu_star == 0 || ++shown > kLongest) continue;
      text += "  " + pad(short_name(study.parameters[p].name, kNameWidth), kNameWidth) + "  " +
              pad_left(quantity_words(effect.mu_star, row.unit), 11) + "  " +
              pad_left(quantity_words(effect.sigma, row.unit), 10) +
              (effect.sigma > effect.mu_star ? "  not linear" : "") + "\n";
    }
    if (shown == 0) text += "  none\n";
  }
  return text;
}

std::string left_out_text(const Sensitivity& study, bool colours) {
  if (study.left_out.empty()) return {};
  std::string text = "\n" + strong("Unsourced and not varied", colours) + "\n";
  for (std::size_t i = 0; i < std::min(kLongest, study.left_out.size()); ++i) {
    const LeftOut& one = study.left_out[i];
    for (const std::string& line : wrap(one.path + ": " + one.why, kColumns - 2)) {
      text += "  " + line + "\n";
    }
  }
  if (study.left_out.size() > kLongest) {
    text += fmt::format("  and {} more\n", study.left_out.size() - kLongest);
  }
  return text;
}

std::string foot_of(const Sensitivity& study) {
  std::string text =
      fmt::format("{} points of {} trials (seed {}), with the same customers and luck at each.",
                  study.points, study.trials, study.seed);
  if (has_effects(study)) {
    text += fmt::format(
        " Effects are of {} {} (Morris 1991): mu* is how far the figure goes from end to end on "
        "average, sigma how much that varies with where the others stand, or along the range.",
        study.trajectories, study.trajectories == 1 ? "trajectory" : "trajectories");
  }
  return text;
}

}  // namespace

std::string flip_words(const SensitiveRow& row, const VariedParameter& parameter,
                       const Swing& swing) {
  if (!row.is_objective || !swing.reached) return {};
  if (swing.flips.empty()) return swing.flips_sought ? "no flip within the range" : "";
  std::string text;
  for (const Flip& flip : swing.flips) {
    const double middle = parameter.whole ? flip.to : (flip.from + flip.to) / 2;
    text += fmt::format("{}flips at {}", text.empty() ? "" : "; ", value_words(parameter, middle));
    if (flip.certain_before && flip.certain_after) {
      const auto [low, high] = std::minmax(*flip.certain_before, *flip.certain_after);
      text += fmt::format(" ({} to {})", value_words(parameter, low), value_words(parameter, high));
    } else {
      text += " (within what luck leaves open)";
    }
  }
  return text;
}

std::vector<std::string> sensitivity_sentences(const Sensitivity& study) {
  std::vector<std::string> sentences;
  if (study.interrupted) sentences.emplace_back("Interrupted: what had run is shown.");
  std::size_t reached = 0;
  for (std::size_t p = 0; p < study.parameters.size(); ++p) {
    reached += !study.rows.empty() && study.rows.front().swings[p].reached ? 1U : 0U;
  }
  for (const SensitiveRow& row : study.rows) {
    if (!row.is_objective) continue;
    std::vector<std::string> flipping;
    bool sought = reached > 0 && row.holds.has_value();
    for (const std::size_t p : row.ranking) {
      const Swing& swing = row.swings[p];
      sought = sought && (!swing.reached || swing.flips_sought);
      if (swing.flips.empty()) continue;
      flipping.push_back(study.parameters[p].name + " (" +
                         flip_words(row, study.parameters[p], swing) + ")");
    }
    if (!flipping.empty()) {
      sentences.push_back(
          fmt::format("{} rests on {}.", row.label, fmt::join(flipping, ", and on ")));
    } else if (sought) {
      sentences.push_back(fmt::format("{} {} over the whole range of each parameter alone.",
                                      row.label, *row.holds ? "is met" : "is missed"));
    }
  }
  if (study.parameters.empty()) {
    sentences.emplace_back(
        "There is nothing to vary: no value of this scenario is unsourced and has a range. "
        "--parameter PATH=LOW..HIGH names one.");
  } else if (reached < study.parameters.size()) {
    sentences.push_back(fmt::format("{} of {} parameters were reached{}.", reached,
                                    study.parameters.size(),
                                    study.out_of_time ? " within the budget" : ""));
  }
  if (study.trajectories < study.trajectories_asked && !study.parameters.empty()) {
    sentences.push_back(fmt::format("{} of {} trajectories of elementary effects ran{}.",
                                    study.trajectories, study.trajectories_asked,
                                    study.out_of_time ? " within the budget" : ""));
  }
  return sentences;
}

std::string sensitivity_text(const Sensitivity& study, bool colours,
                             const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& sentence : sensitivity_sentences(study)) {
    for (const std::string& line : wrap(sentence, kColumns)) {
      text += strong(line, colours) + "\n";
    }
  }
  const std::string about = fmt::format(
      "{}; {} {}.", study.title.empty() ? study.scenario : study.title, study.parameters.size(),
      study.parameters.size() == 1 ? "parameter" : "parameters");
  for (const std::string& line : wrap(about, kColumns)) text += line + "\n";
  if (!study.parameters.empty()) {
    text +=
        "\nEach parameter alone: what the figure is at the low end (<) and at the high\n"
        "end (>) of its range, to the left and to the right of what it is now (|).\n";
    for (const SensitiveRow& row : study.rows) text += row_text(study, row, colours);
    text += effects_text(study, colours);
  }
  text += left_out_text(study, colours) + "\n";
  for (const std::string& line : wrap(foot_of(study), kColumns)) text += line + "\n";
  if (!files.empty()) text += "\nWritten:\n";
  for (const std::string& file : files) text += "  " + file + "\n";
  return text;
}

std::string sensitivity_markdown(const Sensitivity& study) {
  std::string text;
  for (const std::string& sentence : sensitivity_sentences(study)) text += sentence + "\n";
  for (const SensitiveRow& row : study.rows) {
    text += "\n**" + table_cell(row.label) + "**: " + base_words(row) + "\n\n" +
            "| parameter | low end | high end | flip | mu* | sigma |\n|---|---|---|---|---|---|\n";
    for (const std::size_t p : row.ranking) {
      const VariedParameter& parameter = study.parameters[p];
      const Swing& swing = row.swings[p];
      if (!swing.reached) continue;
      const bool effect = swing.effect.effects > 0;
      text += fmt::format("| {} | {}: {} | {}: {} | {} | {} | {} |\n", table_cell(parameter.name),
                          value_words(parameter, parameter.low), figure_text(row, swing.low),
                          value_words(parameter, parameter.high), figure_text(row, swing.high),
                          flip_words(row, parameter, swing),
                          effect ? quantity_words(swing.effect.mu_star, row.unit) : "-",
                          effect ? quantity_words(swing.effect.sigma, row.unit) : "-");
    }
  }
  return text + "\n" + foot_of(study) + "\n";
}

}  // namespace lifeboat::reports
