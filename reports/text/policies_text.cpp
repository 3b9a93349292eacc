#include "reports/text/policies_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

std::string place_of(const PolicyBench& bench) {
  return bench.region.empty() ? bench.service : bench.service + "@" + bench.region;
}

/// "13.2 (11.9 to 14.5)".
std::string whole_words(const PolicyFigure& figure) {
  std::string words = number_words(figure.mean);
  if (figure.low && figure.high && *figure.low != *figure.high) {
    words += fmt::format(" ({} to {})", number_words(*figure.low), number_words(*figure.high));
  }
  return words;
}

std::string catch_up_words(const PolicyRow& row) {
  if (row.step_trials == 0) return "-";
  if (row.caught_up == 0) return "never";
  std::string words = number_words(row.catch_up->mean) + " min";
  if (row.caught_up < row.step_trials) {
    words += fmt::format(", {} of {}", row.caught_up, row.step_trials);
  }
  return words;
}

std::string between(const PolicyFigure& figure) {
  if (!figure.low || !figure.high || *figure.low == *figure.high) return {};
  return fmt::format("{} to {}", number_words(*figure.low), number_words(*figure.high));
}

/// "      short of tasks 10.7 to 13.3 min; task-hours 17.8 to 19.6": where they are not points.
std::string interval_line(const PolicyRow& row) {
  std::string words;
  const auto add = [&](const char* what, const PolicyFigure& figure, const char* unit) {
    const std::string range = between(figure);
    if (!range.empty())
      words += (words.empty() ? "" : "; ") + fmt::format("{}{}{}", what, range, unit);
  };
  add("short ", row.shortfall_minutes, " min");
  add("hours ", row.task_hours, "");
  if (row.catch_up) add("catches up ", *row.catch_up, " min");
  std::string lines;
  if (words.empty()) return lines;
  for (const std::string& line : wrap(words, kColumns - 4)) lines += "    " + line + "\n";
  return lines;
}

std::string verdict_of(const PolicyRow& row) {
  return row.has_objectives ? std::string{name_of(row.verdict)} : "none";
}

std::string cost_of(const PolicyRow& row) {
  return row.monthly_usd ? quantity_words(*row.monthly_usd, "USD") : "-";
}

/// What a suggestion rests on.
std::string reason_of(const PolicyBench& bench, std::size_t chosen, bool with_foresight) {
  const PolicyRow& row = bench.rows[chosen];
  std::string reason =
      fmt::format("{} shortfall minutes with {} task-hours",
                  number_words(row.shortfall_minutes.mean), number_words(row.task_hours.mean));
  const PolicyRow* cheaper = nullptr;
  bool is_least = true;
  for (const PolicyRow& other : bench.rows) {
    if (other.foreseen && !with_foresight) continue;
    if (other.shortfall_minutes.mean < row.shortfall_minutes.mean) is_least = false;
    if (other.task_hours.mean >= row.task_hours.mean) continue;
    if (cheaper == nullptr || other.shortfall_minutes.mean < cheaper->shortfall_minutes.mean) {
      cheaper = &other;
    }
  }
  reason += is_least ? ", the least shortfall"
                     : fmt::format(", surely at most {} min more than the least", kTolerated);
  if (cheaper != nullptr) {
    reason += fmt::format("; the best with fewer tasks ({}) has {}", cheaper->name,
                          number_words(cheaper->shortfall_minutes.mean));
  }
  return reason;
}

}  // namespace

std::vector<std::string> policies_sentences(const PolicyBench& bench) {
  std::vector<std::string> sentences;
  if (bench.suggested) {
    const std::size_t chosen = *bench.suggested;
    sentences.push_back(fmt::format("Suggested for {}: {}. {}.", place_of(bench),
                                    bench.rows[chosen].name, reason_of(bench, chosen, true)));
    if (bench.rows[chosen].foreseen && bench.suggested_unseen) {
      const std::size_t unseen = *bench.suggested_unseen;
      sentences.push_back(fmt::format("Where nobody knows the day beforehand: {}. {}.",
                                      bench.rows[unseen].name, reason_of(bench, unseen, false)));
    }
  }
  sentences.push_back(fmt::format("The load needs {} task-hours at {} and {} {} tasks at once.",
                                  number_words(bench.needed_task_hours), share_words(bench.target),
                                  bench.needs_more ? "more than" : "at most", bench.needed_most));
  if (bench.needs_more) {
    sentences.emplace_back(
        "However many tasks there were, some minutes fell short: something else binds, and what "
        "the load needs is more than can be seen here.");
  }
  return sentences;
}

std::string policies_text(const PolicyBench& bench, bool colours,
                          const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& sentence : policies_sentences(bench)) {
    for (const std::string& line : wrap(sentence, kColumns)) text += strong(line, colours) + "\n";
  }
  const std::string about = bench.title.empty() ? bench.scenario : bench.title;
  text += paragraph(about + ".");
  constexpr std::size_t kName = 18;
  text += "\n" + strong("Policies of " + place_of(bench), colours) + "\n";
  text += "  " + pad("", kName) + "  short of  task-    idle               catches up\n";
  text += "  " + pad("policy", kName) + "  tasks     hours    hours  dips " +
          pad_left(fmt::format("with {}x", number_words(bench.step_factor)), 8) +
          "    objectives\n";
  for (const PolicyRow& row : bench.rows) {
    std::string line = "  " + pad(shortened(row.name, kName), kName) + "  " +
                       pad_left(number_words(row.shortfall_minutes.mean) + " min", 8) + "  " +
                       pad_left(number_words(row.task_hours.mean), 5) + "  " +
                       pad_left(number_words(row.idle_task_hours.mean), 7) + "  " +
                       pad_left(number_words(row.dips.mean), 4) + " " +
                       pad_left(catch_up_words(row), 13) + "  " + verdict_of(row);
    text += line + "\n" + interval_line(row);
  }
  for (const bool objectives : {true, false}) {
    bool headed = false;
    for (const ComparedRow& row : bench.comparison.rows) {
      if (row.is_objective != objectives) continue;
      if (!headed) text += "\n" + strong(objectives ? "Objectives" : "Figures", colours) + "\n";
      headed = true;
      text += "\n" + row.label + "\n";
      for (std::size_t c = 0; c < row.figures.size(); ++c) {
        const ComparedFigure& figure = row.figures[c];
        const bool differs =
            row.found[c] == Difference::kBetter || row.found[c] == Difference::kWorse;
        std::string line =
            "  " + pad(shortened(bench.rows[c].name, kName), kName) + "  " +
            pad_left(figure.estimate ? quantity_words(*figure.estimate, row.unit) : "-", 12) +
            "  " + pad(figure.verdict ? std::string{name_of(*figure.verdict)} : "", 12) + "  " +
            (differs ? (row.found[c] == Difference::kBetter ? "better" : "worse") : "");
        while (line.ends_with(' ')) line.pop_back();
        text += line + "\n";
      }
    }
  }
  const std::string foot = fmt::format(
      "{} trials a policy (seed {}), with the same customers and luck. \"better\" and \"worse\" "
      "are "
      "real differences to the first. Beneath a policy stand 95 % intervals. Schedules and "
      "forecasts are made from this very day: they "
      "show what foresight is worth at best. Idle is what runs beyond the load's need at {}; a dip "
      "is a count that fell and rose again within half an hour.",
      bench.comparison.trials, bench.comparison.seed, share_words(bench.target));
  text += "\n";
  text += paragraph(foot);
  if (!files.empty()) text += "\nWritten:\n";
  for (const std::string& file : files) text += "  " + file + "\n";
  return text;
}

std::string policies_markdown(const PolicyBench& bench) {
  std::string text;
  for (const std::string& sentence : policies_sentences(bench)) text += sentence + "\n";
  text += fmt::format(
      "\n| policy of {} | short of tasks, min | task-hours | idle hours | dips | catches up with "
      "{}x | cost a month | objectives |\n|---|---|---|---|---|---|---|---|\n",
      table_cell(place_of(bench)), number_words(bench.step_factor));
  for (const PolicyRow& row : bench.rows) {
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", table_cell(row.name),
                        whole_words(row.shortfall_minutes), whole_words(row.task_hours),
                        whole_words(row.idle_task_hours), whole_words(row.dips),
                        catch_up_words(row), cost_of(row), verdict_of(row));
  }
  return text + fmt::format("\n{} trials a policy (seed {}), with the same customers and luck.\n",
                            bench.comparison.trials, bench.comparison.seed);
}

}  // namespace lifeboat::reports
