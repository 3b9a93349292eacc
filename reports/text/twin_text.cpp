#include "reports/text/twin_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/io/clock.hpp"
#include "models/io/units.hpp"
#include "reports/text/words.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::reports {

namespace {

namespace io = models::io;

constexpr std::int64_t kNanos = 1'000'000'000;
constexpr double kOneDay = 86'400;  // seconds
constexpr std::size_t kListed = 8;  // events and gaps
constexpr std::size_t kBarWidth = 24;
const char* const kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::string rate(double per_second) { return number_words(per_second) + "/s"; }

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string times(double factor) { return fmt::format("{:.3g}", factor); }

double slope_a_week(const scenarios::TrafficFit& fit) {
  return sim::math::exp(fit.level.slope * 7) - 1;
}

std::string check_sentence(const Twin& twin) {
  const TwinCheck& check = *twin.check;
  std::string text =
      fmt::format("Of the {} that were held back, the twin of the data before them foretold ",
                  duration_words(static_cast<double>(check.to_ns - check.from_ns) / kNanos));
  if (!check.day.empty()) {
    text += fmt::format("the day's profile within {} (a constant rate: {}; chance alone: {}), ",
                        percent(check.profile_error), percent(check.flat_error),
                        percent(check.chance_error));
  }
  text += fmt::format("the level within {}",
                      percent(std::fabs(check.level.expected / check.level.seen - 1)));
  if (!check.dispersion.empty()) {
    text += fmt::format(", and the dispersion of counts within a factor {} (Poisson: {})",
                        times(check.dispersion_error), number_words(check.flat_dispersion_error));
  }
  return text + ".";
}

std::string level_sentence(const scenarios::TrafficFit& fit) {
  if (!fit.has_day) {
    return "The trace is shorter than a day and a half: the twin has a level and burstiness, no "
           "shape of a day.";
  }
  if (!fit.level.moves) return "The level from day to day stands still but for chance.";
  return fmt::format(
      "The level moves from day to day (over the trace {}{} a week): the twin stands at its end, "
      "{}, and follows no trend.",
      slope_a_week(fit) < 0 ? "-" : "+", percent(std::fabs(slope_a_week(fit))),
      rate(fit.per_second));
}

/// Whether days have a shape, and the data up to there are no whole week.
bool is_short(const Twin& twin, std::int64_t to_ns) {
  const double days = static_cast<double>(to_ns - twin.series.start_ns) / kNanos / kOneDay;
  return twin.fit.has_day && days < 7 - 1e-9;
}

std::string changes_sentence(const Twin& twin) {
  std::vector<std::string> parts;
  if (twin.changes.scale != 1) parts.push_back(fmt::format("scaled by {}", twin.changes.scale));
  if (twin.changes.shift.count() != 0) {
    const bool later = twin.changes.shift.count() > 0;
    const sim::Duration by = later ? twin.changes.shift : sim::Duration{} - twin.changes.shift;
    parts.push_back(fmt::format("its day {} by {}", later ? "later" : "earlier", io::to_text(by)));
  }
  for (const auto& sale : twin.changes.sales) {
    parts.push_back(fmt::format("a sale at {} to {} times the rate", sale.at, sale.factor));
  }
  if (parts.empty()) return {};
  return fmt::format("What is written is the twin, {}.", fmt::join(parts, ", "));
}

std::string model_text(const Twin& twin, bool colours) {
  const scenarios::TrafficFit& fit = twin.fit;
  std::string text = "\n" + strong("The model", colours) + "\n";
  text += fmt::format("  level           {}, with a forecast error of {}\n", rate(fit.per_second),
                      percent(fit.forecast_cv));
  if (fit.has_day) {
    const auto range = [](const std::vector<double>& nodes) {
      const auto [least, most] = std::minmax_element(nodes.begin(), nodes.end());
      return fmt::format("from {} to {} times the mean", times(*least), times(*most));
    };
    text += fmt::format("  day             {}\n", range(fit.shape.workday));
    if (fit.shape.weekend_differs) {
      text += fmt::format("  weekend's day   {}\n", range(fit.shape.weekend));
    }
  }
  if (fit.shape.days_differ) {
    text += "  week            ";
    for (std::size_t w = 0; w < 7; ++w) {
      text += fmt::format("{}{} {:.2f}",
                          w == 0   ? ""
                          : w == 4 ? "\n                  "
                                   : ", ",
                          kDays[w], fit.shape.week.at(w));
    }
    text += "\n";
  }
  if (fit.bursts.empty()) text += "  burstiness      none: Poisson arrivals\n";
  for (std::size_t k = 0; k < fit.bursts.size(); ++k) {
    text += fmt::format("  {}  cv {} over {}\n", k == 0 ? "burstiness    " : "              ",
                        times(fit.bursts[k].cv),
                        duration_words(fit.bursts[k].correlation.to_seconds()));
  }
  return text;
}

std::string day_text(const TwinCheck& check, bool colours) {
  if (check.day.empty()) return {};
  double most = 0;
  for (const TwinDayCell& cell : check.day) most = std::max({most, cell.seen, cell.expected});
  std::string text =
      "\n" + strong("The day, over its mean", colours) + "\n" + "  from   held back  twin\n";
  for (const TwinDayCell& cell : check.day) {
    const auto bar = static_cast<std::size_t>(std::lround(cell.seen / most * kBarWidth));
    const auto mark = static_cast<std::size_t>(std::lround(cell.expected / most * kBarWidth));
    std::string line(std::max(bar, mark + 1), ' ');
    std::fill_n(line.begin(), bar, '#');
    line[mark] = '|';
    text += fmt::format("  {:02.0f}:00  {:9.3f}  {:5.3f}  {}\n", cell.second_of_day / 3600,
                        cell.seen, cell.expected, line);
  }
  return text;
}

std::string dispersion_text(const TwinCheck& check, bool colours) {
  if (check.dispersion.empty()) return {};
  std::string text = "\n" + strong("Index of dispersion of counts (Poisson: 1)", colours) + "\n" +
                     "  window      held back       twin  90 % of trials\n";
  for (const TwinDispersion& row : check.dispersion) {
    text += fmt::format("  {}  {}  {}  {} to {}{}\n", pad(duration_words(row.window_s), 10),
                        pad_left(number_words(row.index.seen), 9),
                        pad_left(number_words(row.index.expected), 9), number_words(row.index.low),
                        number_words(row.index.high), row.index.covers() ? "" : "  outside");
  }
  return text;
}

std::string stretches_text(const Twin& twin, bool colours) {
  const scenarios::TrafficFit& fit = twin.fit;
  std::string text;
  if (!fit.events.empty()) {
    text += "\n" + strong("Events, out of the profile and not repeated", colours) + "\n";
    std::vector<scenarios::FoundEvent> events = fit.events;
    std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
      return std::fabs(a.excess) > std::fabs(b.excess);
    });
    for (std::size_t i = 0; i < std::min(kListed, events.size()); ++i) {
      const auto& event = events[i];
      text += fmt::format("  {}  for {}  x {}  {} {} requests\n",
                          trace_time_words(twin, event.where.at_ns),
                          pad(duration_words(event.where.length_s), 9), pad(times(event.factor), 5),
                          count_words(static_cast<std::uint64_t>(std::fabs(event.excess))),
                          event.excess > 0 ? "more" : "fewer");
    }
    if (events.size() > kListed) {
      text += fmt::format("  and {} smaller ones\n", events.size() - kListed);
    }
  }
  if (!fit.gaps.empty()) {
    text += "\n" + strong("Gaps, out of everything", colours) + "\n";
    std::vector<scenarios::FoundGap> gaps = fit.gaps;
    std::stable_sort(gaps.begin(), gaps.end(), [](const auto& a, const auto& b) {
      return a.where.length_s > b.where.length_s;
    });
    for (std::size_t i = 0; i < std::min(kListed, gaps.size()); ++i) {
      text += fmt::format("  {}  for {}  {}\n", trace_time_words(twin, gaps[i].where.at_ns),
                          pad(duration_words(gaps[i].where.length_s), 9),
                          gaps[i].silent ? "rows of zeros" : "no rows");
    }
    if (gaps.size() > kListed)
      text += fmt::format("  and {} shorter ones\n", gaps.size() - kListed);
  }
  return text;
}

std::string about_sentence(const Twin& twin) {
  const auto& series = twin.series;
  return fmt::format(
      "{}: {} from {} on, in bins of {}, {} on average.", twin.file,
      duration_words(static_cast<double>(series.counts.size()) * series.bin.to_seconds()),
      trace_time_words(twin, series.start_ns), duration_words(series.bin.to_seconds()),
      rate(twin.fit.mean_per_second));
}

std::string foot_sentence(const Twin& twin) {
  if (!twin.check) return {};
  return fmt::format(
      "The check fits the model to the data before {} and draws {} trials of what follows (seed "
      "{}). The traffic that is written is fitted to all of the data.",
      trace_time_words(twin, twin.check->from_ns), twin.trials, twin.seed);
}

}  // namespace

std::string trace_time_words(const Twin& twin, std::int64_t at_ns) {
  if (!twin.series.dated) {
    return duration_words(static_cast<double>(at_ns - twin.series.start_ns) / kNanos);
  }
  std::string text = io::to_text(io::civil_from_seconds(at_ns / kNanos));
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::vector<std::string> twin_sentences(const Twin& twin) {
  std::vector<std::string> sentences;
  if (twin.check) {
    sentences.push_back(check_sentence(twin));
    if (!twin.check->level.covers()) {
      sentences.push_back(fmt::format(
          "The held-back level, {}, lies outside of 90 % of trials ({} to {}).",
          rate(twin.check->level.seen), rate(twin.check->level.low), rate(twin.check->level.high)));
    }
    sentences.push_back(fmt::format("{} of the held-back stretches lie in the band of 90 %.",
                                    percent(twin.check->covered)));
  } else {
    sentences.push_back(fmt::format("The twin was not checked: {}.", twin.no_check));
  }
  if (twin.check && is_short(twin, twin.check->from_ns)) {
    sentences.emplace_back(
        "The data before the held-back part are less than a week: of other weekdays they say "
        "nothing. A smaller --hold-back gives the fit a whole week.");
  }
  if (is_short(twin, twin.series.at_ns(twin.series.counts.size()))) {
    sentences.emplace_back("The trace is less than a week: all days are taken to be alike.");
  }
  sentences.push_back(level_sentence(twin.fit));
  if (const std::string changes = changes_sentence(twin); !changes.empty()) {
    sentences.push_back(changes);
  }
  return sentences;
}

std::string twin_text(const Twin& twin, bool colours, const std::vector<std::string>& files) {
  std::string text;
  const auto sentences = twin_sentences(twin);
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    for (const std::string& line : wrap(sentences[i], kColumns)) {
      text += strong(line, colours && i == 0) + "\n";
    }
  }
  for (const std::string& line : wrap(about_sentence(twin), kColumns)) text += line + "\n";
  text += model_text(twin, colours);
  if (twin.check) text += day_text(*twin.check, colours) + dispersion_text(*twin.check, colours);
  text += stretches_text(twin, colours);
  if (twin.check) text += "\n";
  for (const std::string& line : wrap(foot_sentence(twin), kColumns)) text += line + "\n";
  if (files.empty()) {
    text += "\n" + strong("traffic.json", colours) + "\n" + twin.traffic;
  } else {
    text += "\nWritten:\n";
    for (const std::string& file : files) text += "  " + file + "\n";
  }
  return text;
}

std::string twin_markdown(const Twin& twin) {
  std::string text;
  for (const std::string& sentence : twin_sentences(twin)) text += sentence + "\n";
  text += "\n" + about_sentence(twin) + "\n";
  if (twin.check) {
    if (!twin.check->day.empty()) {
      text += "\n| from | held back, over the mean | twin |\n|---|---|---|\n";
      for (const TwinDayCell& cell : twin.check->day) {
        text += fmt::format("| {:02.0f}:00 | {:.3f} | {:.3f} |\n", cell.second_of_day / 3600,
                            cell.seen, cell.expected);
      }
    }
    text +=
        "\n| window | index of dispersion, held back | twin | 90 % of trials "
        "|\n|---|---|---|---|\n";
    for (const TwinDispersion& row : twin.check->dispersion) {
      text += fmt::format("| {} | {} | {} | {} to {} |\n", duration_words(row.window_s),
                          number_words(row.index.seen), number_words(row.index.expected),
                          number_words(row.index.low), number_words(row.index.high));
    }
    text += "\n" + foot_sentence(twin) + "\n";
  }
  return text + "\n```json\n" + twin.traffic + "```\n";
}

}  // namespace lifeboat::reports
