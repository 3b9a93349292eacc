// lifeboat-bench: how fast does the simulator run, and does it still give the right answer?
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/bench/growth.hpp"
#include "tools/bench/json.hpp"
#include "tools/bench/kinds.hpp"
#include "tools/bench/text.hpp"
#include "tools/bench/trials.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::bench {

namespace {

using tools::OptionSet;
using tools::ParsedOptions;
using tools::UsageError;
namespace po = tools::po;

constexpr double kMostSeconds = 86'400;

OptionSet options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  OptionSet set;
  set.most_words = 100;
  set.options.add_options()                                                            //
      ("size", text("SIZE"), "tiny, normal or large (normal unless said)")             //
      ("seconds", text("N"), "run at least N seconds a model, by further trials")      //
      ("repeat", text("N"), "measure N times and show the median")                     //
      ("seed", text("N"), "of the runs (1 unless said)")                               //
      ("format", text("FORMAT"), "text or json")                                       //
      ("growth", "instead: ns a hop as a model grows, in all ways or in those named")  //
      ("kinds", "instead: what a request costs that passes each service kind")         //
      ("snapshot", "instead: what a snapshot of a running trial costs")                //
      ("parallel", "instead: how much faster two threads run the trials")              //
      ("here", "measure in this process, for a profiler (memory is then the sum)")     //
      ("list", "list the models and end")                                              //
      ("help", "show this help and end");
  return set;
}

std::string help_text() {
  return "Usage: lifeboat-bench [MODEL...] [OPTIONS]\n"
         "\n"
         "Runs models of which the answer is known, from their files as any scenario, and\n"
         "prints how fast they ran and whether the simulated mean agrees with the analytic\n"
         "one. Without MODEL: all but those that take long.\n"
         "\n"
         "Options:\n" +
         tools::options_help(options()) +
         "\n"
         "Columns: requests and hops a second of processor time of one thread, over the\n"
         "trials alone; a hop is a stay that took simulated time (a visit, shared work, a\n"
         "delay, a user's thought). Peak memory is that of the model's own process; the\n"
         "start-up is reading, checking and compiling its files.\n"
         "A mean is 'within' if the analytic value lies in the 99.99 % interval over trials.\n"
         "\n"
         "Exit status: 0 all within, 2 one outside, 3 a wrong option, 1 an error.\n"
         "\n"
         "Examples:\n"
         "  lifeboat-bench --list\n"
         "  lifeboat-bench mm1 tandem20 --repeat 5\n"
         "  lifeboat-bench reference --seconds 30 --format json\n"
         "  lifeboat-bench --growth --repeat 3\n"
         "  lifeboat-bench --growth stations pending-bursty\n"
         "  lifeboat-bench --kinds alb rds --repeat 3\n"
         "  lifeboat-bench --snapshot reference\n"
         "  lifeboat-bench --parallel reference --repeat 5\n"
         "  perf record lifeboat-bench tandem20 --here --seconds 10\n";
}

struct Arguments {
  std::vector<const Model*> chosen;
  std::vector<std::string> named;  ///< with --growth what grows, with --kinds which; all if empty
  MeasureOptions measure;
  bool json = false;
  bool here = false;
  bool growth = false;
  bool kinds = false;
  bool snapshot = false;
  bool parallel = false;
};

Size read_size(const ParsedOptions& parsed) {
  if (!parsed.has("size")) return Size::kNormal;
  const std::string given = parsed.text("size");
  for (std::size_t i = 0; i < kSizeNames.size(); ++i) {
    if (given == kSizeNames[i]) return static_cast<Size>(i);
  }
  throw UsageError("--size: '" + given + "' is unknown (expected tiny, normal or large)");
}

double read_seconds(const ParsedOptions& parsed) {
  if (!parsed.has("seconds")) return 0;
  const std::string given = parsed.text("seconds");
  char* end = nullptr;
  const double value = std::strtod(given.c_str(), &end);
  if (given.empty() || *end != '\0' || !(value >= 0) || value > kMostSeconds) {
    throw UsageError("--seconds: '" + given + "' is no number from 0 to 86400");
  }
  return value;
}

bool read_json(const ParsedOptions& parsed) {
  if (!parsed.has("format")) return false;
  const std::string given = parsed.text("format");
  if (given != "text" && given != "json") {
    throw UsageError("--format: '" + given + "' is unknown (expected text or json)");
  }
  return given == "json";
}

std::vector<const Model*> read_models(const ParsedOptions& parsed) {
  std::vector<const Model*> chosen;
  std::vector<std::string> names;
  for (const Model& model : models()) {
    names.push_back(model.name);
    if (parsed.words.empty() && !model.takes_long) chosen.push_back(&model);
  }
  for (const std::string& word : parsed.words) {
    const Model* model = find_model(word);
    if (model == nullptr) {
      throw UsageError("model '" + word + "' is unknown" + tools::did_you_mean(word, names) +
                       " (lifeboat-bench --list)");
    }
    chosen.push_back(model);
  }
  return chosen;
}

std::vector<std::string> read_named(const ParsedOptions& parsed, const char* what,
                                    const std::vector<std::string>& names) {
  for (const std::string& word : parsed.words) {
    if (std::find(names.begin(), names.end(), word) != names.end()) continue;
    throw UsageError("nothing called '" + word + "' can " + what +
                     tools::did_you_mean(word, names) +
                     fmt::format(" (expected {})", fmt::join(names, ", ")));
  }
  return parsed.words;
}

Arguments read_arguments(const ParsedOptions& parsed) {
  Arguments arguments;
  arguments.measure.size = read_size(parsed);
  arguments.measure.seconds = read_seconds(parsed);
  arguments.measure.repeat =
      static_cast<std::uint32_t>(parsed.count("repeat", 1, 10'000).value_or(1));
  arguments.measure.seed = parsed.count("seed", 0, ~std::uint64_t{0}).value_or(1);
  arguments.json = read_json(parsed);
  arguments.here = parsed.has("here");
  arguments.growth = parsed.has("growth");
  arguments.kinds = parsed.has("kinds");
  arguments.snapshot = parsed.has("snapshot");
  arguments.parallel = parsed.has("parallel");
  if (arguments.growth + arguments.kinds + arguments.snapshot + arguments.parallel > 1) {
    throw UsageError("--growth, --kinds, --snapshot and --parallel exclude each other");
  }
  if (arguments.growth) {
    arguments.named = read_named(parsed, "grow", growth_names());
  } else if (arguments.kinds) {
    arguments.named = read_named(parsed, "be measured as a kind", measured_kinds());
  } else {
    arguments.chosen = read_models(parsed);
  }
  return arguments;
}

std::string list_text() {
  std::string text;
  for (const Model& model : models()) {
    text += fmt::format("{:<16}{}{}\n", model.name, model.summary,
                        model.takes_long ? " (long: runs when named)" : "");
  }
  return text;
}

int run_models(const Arguments& arguments) {
  std::vector<Measurement> measurements;
  bool all_within = true;
  if (!arguments.json) tools::print(table_head());
  for (const Model* model : arguments.chosen) {
    measurements.push_back(arguments.here ? measure(*model, arguments.measure)
                                          : measure_apart(*model, arguments.measure));
    for (const Outcome& outcome : measurements.back().outcomes) {
      all_within = all_within && (outcome.within || !outcome.judged);
    }
    if (!arguments.json) tools::print(table_row(measurements.back()));
  }
  if (arguments.json) tools::print(document_text(measurements));
  return all_within ? tools::kMet : tools::kMissed;
}

/// The status is 2 where a fork or the other number of threads gave what it must not.
int run_snapshot(const Arguments& arguments) {
  bool good = true;
  nlohmann::json rows = nlohmann::json::array();
  if (!arguments.json) {
    tools::print("model            snapshot us    KiB  same luck      new luck\n");
  }
  for (const Model* model : arguments.chosen) {
    const SnapshotCost cost = measure_snapshot(*model, arguments.measure);
    good = good && cost.same_luck_same_end && cost.new_luck_new_end;
    rows.push_back({{"model", model->name},
                    {"copy_s", cost.copy_s},
                    {"bytes", cost.bytes},
                    {"same_luck_same_end", cost.same_luck_same_end},
                    {"new_luck_new_end", cost.new_luck_new_end}});
    if (arguments.json) continue;
    tools::print(fmt::format("{:<16}{:>12.1f}{:>7.0f}  {:<13}  {}\n", model->name,
                             cost.copy_s * 1e6, static_cast<double>(cost.bytes) / 1024,
                             cost.same_luck_same_end ? "same end" : "ANOTHER END",
                             cost.new_luck_new_end ? "another end" : "SAME END"));
  }
  if (arguments.json) {
    tools::print(nlohmann::json{{"format", "lifeboat/bench-snapshot/1"}, {"models", rows}}.dump(2) +
                 "\n");
  }
  return good ? tools::kMet : tools::kMissed;
}

int run_parallel(const Arguments& arguments) {
  bool good = true;
  nlohmann::json rows = nlohmann::json::array();
  if (!arguments.json) tools::print("model            two threads over one    least   most\n");
  for (const Model* model : arguments.chosen) {
    const ParallelGain gain = measure_parallel(*model, arguments.measure);
    good = good && gain.same_results;
    rows.push_back({{"model", model->name},
                    {"gain", gain.gain},
                    {"least", gain.least},
                    {"most", gain.most},
                    {"same_results", gain.same_results}});
    if (arguments.json) continue;
    tools::print(fmt::format("{:<16}{:>21.2f}{:>9.2f}{:>7.2f}{}\n", model->name, gain.gain,
                             gain.least, gain.most, gain.same_results ? "" : "  OTHER RESULTS"));
  }
  if (arguments.json) {
    tools::print(nlohmann::json{{"format", "lifeboat/bench-parallel/1"}, {"models", rows}}.dump(2) +
                 "\n");
  }
  return good ? tools::kMet : tools::kMissed;
}

int run_growth(const Arguments& arguments) {
  const std::vector<GrowthPoint> points = measure_growth(arguments.named, arguments.measure);
  tools::print(arguments.json ? growth_document(points) : growth_text(points));
  return tools::kMet;
}

int run_kinds(const Arguments& arguments) {
  const std::vector<KindCost> kinds = measure_kinds(arguments.named, arguments.measure);
  tools::print(arguments.json ? kinds_document(kinds) : kinds_text(kinds));
  return tools::kMet;
}

int run(const tools::Words& words) {
  const ParsedOptions parsed = tools::parse_options(options(), words);
  if (parsed.has("help")) {
    tools::print(help_text());
    return tools::kMet;
  }
  if (parsed.has("list")) {
    tools::print(list_text());
    return tools::kMet;
  }
  const Arguments arguments = read_arguments(parsed);
  if (arguments.snapshot) return run_snapshot(arguments);
  if (arguments.kinds) return run_kinds(arguments);
  if (arguments.parallel) return run_parallel(arguments);
  return arguments.growth ? run_growth(arguments) : run_models(arguments);
}

}  // namespace

}  // namespace lifeboat::bench

int main(int argc, char** argv) {
  try {
    return lifeboat::bench::run({argv + 1, argv + argc});
  } catch (const lifeboat::tools::UsageError& error) {
    lifeboat::tools::print_error(std::string{"lifeboat-bench: "} + error.what() + "\n");
    return lifeboat::tools::kInvalidInput;
  } catch (const std::exception& error) {
    lifeboat::tools::print_error(std::string{"lifeboat-bench: "} + error.what() + "\n");
    return lifeboat::tools::kInternalError;
  }
}
