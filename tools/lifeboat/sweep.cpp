// lifeboat sweep: one scenario at each value of a parameter, or of two.
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "reports/document/sweep_document.hpp"
#include "reports/studies/standby_rows.hpp"
#include "reports/studies/sweep_study.hpp"
#include "reports/text/sweep_text.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/swept_axis.hpp"
#include "tools/lifeboat/terminal.hpp"
#include "tools/lifeboat/this_program.hpp"

namespace lifeboat::tools {

namespace {

constexpr std::size_t kMostPoints = 400;
constexpr const char* kStrategyPath = "strategy";

OptionSet sweep_options() {
  OptionSet set;
  set.most_words = 3;
  add_design_options(
      set, {.trials = "trials a point, at least 2 (20 unless said)",
            .set = "change a value at every point; may be repeated",
            .budget = "begin no further point after this time, such as 2m",
            .out = "write sweep.html, sweep.json and sweep.md there, and keep the points: what is "
                   "there is not run again",
            .strategy = "another recovery strategy at every point"});
  return set;
}

struct SweepArguments {
  std::string scenario;
  std::vector<reports::SweepAxis> axes;
  DesignOptions options;
};

/// Names of two axes: as much of the ends of their paths as tells them apart.
void tell_apart(reports::SweepAxis& one, reports::SweepAxis& other) {
  if (one.path == other.path) throw UsageError(models::io::quote(one.path) + " is swept twice");
  while (one.name == other.name) {
    for (reports::SweepAxis* axis : {&one, &other}) {
      const std::size_t begin = axis->path.size() - axis->name.size();
      const std::size_t dot = begin < 2 ? std::string::npos : axis->path.rfind('.', begin - 2);
      axis->name = dot == std::string::npos ? axis->path : axis->path.substr(dot + 1);
    }
  }
}

SweepArguments read_sweep_arguments(const Words& words) {
  const ParsedOptions parsed = parse_options(sweep_options(), words);
  SweepArguments arguments;
  if (parsed.words.empty()) throw UsageError("name a scenario, and a parameter with its values");
  arguments.scenario = parsed.words.front();
  if (parsed.words.size() < 2) {
    throw UsageError(
        "name a parameter with its values, such as " +
        models::io::quote(arguments.scenario + " platform.services.web.desiredCount=2..8"));
  }
  std::size_t points = 1;
  for (std::size_t i = 1; i < parsed.words.size(); ++i) {
    arguments.axes.push_back(read_axis(parsed.words[i]));
    points *= arguments.axes.back().values.size();
  }
  if (points > kMostPoints) {
    throw UsageError(fmt::format("{} points are too many: at most {}", points, kMostPoints));
  }
  if (arguments.axes.size() == 2) tell_apart(arguments.axes[0], arguments.axes[1]);
  for (const reports::SweepAxis& axis : arguments.axes) {
    if (axis.path == kStrategyPath && parsed.has("strategy")) {
      throw UsageError("--strategy and strategy=... say the same: give one of them");
    }
  }
  arguments.options = read_design_options(parsed);
  return arguments;
}

/// All combinations, the last axis fastest.
std::vector<std::vector<std::size_t>> grid_of(const std::vector<reports::SweepAxis>& axes) {
  std::vector<std::vector<std::size_t>> grid{{}};
  for (const reports::SweepAxis& axis : axes) {
    std::vector<std::vector<std::size_t>> finer;
    for (const auto& at : grid) {
      for (std::size_t i = 0; i < axis.values.size(); ++i) {
        finer.push_back(at);
        finer.back().push_back(i);
      }
    }
    grid = std::move(finer);
  }
  return grid;
}

/// Every point, read and checked before any runs; empty where one is wrong.
std::vector<reports::SweepPointInput> prepare_points(const SweepArguments& arguments) {
  std::vector<reports::SweepPointInput> points;
  for (const std::vector<std::size_t>& at : grid_of(arguments.axes)) {
    DesignWords words;
    words.scenario = arguments.scenario;
    for (std::size_t a = 0; a < at.size(); ++a) {
      const reports::SweepAxis& axis = arguments.axes[a];
      const std::string& value = axis.values[at[a]];
      words.name += (words.name.empty() ? "" : ", ") + value;
      if (axis.path == kStrategyPath) {
        words.strategy = value;
      } else if (axis.path == reports::kStandbyAxis) {
        words.standby = read_standby(value);
      } else {
        words.set.push_back(axis.path + "=" + value);
      }
    }
    // What is to be careful about is mostly the same at every point.
    auto input = prepare_design(words, arguments.options, points.empty());
    if (!input) return {};
    points.push_back({at, std::move(words.name), std::move(*input)});
  }
  return points;
}

}  // namespace

int run_sweep(const Words& words) {
  const SweepArguments arguments = read_sweep_arguments(words);
  const DesignOptions& options = arguments.options;
  const std::vector<reports::SweepPointInput> points = prepare_points(arguments);
  if (points.empty()) return kInvalidInput;
  prepare_out(options.out);
  reports::SweepOptions study;
  study.trials = options.trials;
  study.jobs = options.jobs;
  study.budget_s = options.budget_s;
  if (!options.out.empty()) {
    study.folder = std::filesystem::path(options.out) / "points";
    study.program = this_program();
    prepare_out(study.folder->string());
  }
  reports::Sweep sweep;
  {
    Progress progress(options.progress);
    sweep = reports::sweep_points(arguments.axes, points, study, told_by(progress));
  }
  write_and_print(
      options, [&] { return reports::write_sweep(options.out, sweep); },
      {[&](const Files& files) { return reports::sweep_text(sweep, output_has_colours(), files); },
       [&] { return reports::sweep_markdown(sweep); },
       [&] { return reports::sweep_document(sweep); }});
  return sweep.interrupted ? kInterrupted : kMet;
}

std::string help_sweep() {
  return "Runs a scenario at each value of a parameter, or of two, with the same customers\n"
         "and luck, and shows how each figure moves: a table and a bar a value, a grid for\n"
         "two parameters, where a curve bends, which points meet the objectives, and\n"
         "which points nobody beats at their cost. PATH is as --set takes it; strategy is\n"
         "the recovery strategy; standby is the share of the other region's tasks that\n"
         "stand by: it also shows the chance of meeting each objective, the smallest share\n"
         "that suffices, and where more standby seems to hurt. VALUES:\n"
         "  2,4,8              these\n"
         "  2..8               whole numbers, each\n"
         "  10ms..50ms:10ms    from, to and step\n"
         "  100/s..400/s/4     from, to and how many, evenly\n"
         "Every point runs for the scenario's whole duration.\n"
         "\n"
         "Options:\n" +
         options_help(sweep_options()) +
         "\n"
         "An interrupted sweep, or one with more trials, goes on where it stood if --out\n"
         "names the same folder. Exit status: 0 swept, 3 invalid input, 1 internal error,\n"
         "130 interrupted (points that are complete are reported).\n"
         "\n"
         "Examples:\n"
         "  lifeboat sweep smallest traffic.visit.rate=10/s..90/s:20/s\n"
         "  lifeboat sweep zone-loss platform.services.web.desiredCount=3..9 --out report\n"
         "  lifeboat sweep lose-singapore strategy=pilot-light,warm-standby,hot-standby\n"
         "  lifeboat sweep lose-singapore standby=0%..100%/6 --strategy warm-standby\n"
         "  lifeboat sweep smallest platform.services.till.servers=1,2 \\\n"
         "      traffic.visit.rate=80/s..150/s/3 --trials 4\n";
}

}  // namespace lifeboat::tools
