#include "tools/lifeboat/designs.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

void add_design_options(OptionSet& set, const DesignOptionWords& words) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  set.options.add_options()                                                           //
      ("seed", text("N"), "replay this luck (1 unless said)")                         //
      ("trials", text("N"), words.trials)                                             //
      ("jobs", text("N"), "threads (all processors unless said); changes no result")  //
      ("set", po::value<std::vector<std::string>>()->value_name("PATH=VALUE")->composing(),
       words.set)  //
      ("overlay", po::value<std::vector<std::string>>()->value_name("FILE")->composing(),
       "lay this overlay upon the platform of every run: a file or the name of a shipped one")  //
      ("budget", text("TIME"), words.budget)                                                    //
      ("out", text("DIR"), words.out)                                                           //
      ("format", text("FORMAT"), "what to print: text, markdown or json")                       //
      ("quiet", "print nothing but errors (and what --format json or markdown asks for)")       //
      ("no-progress", "no progress bar");
  if (words.strategy != nullptr)
    set.options.add_options()("strategy", text("NAME"), words.strategy);
}

DesignOptions read_design_options(const ParsedOptions& parsed, std::uint32_t usual_trials) {
  DesignOptions options;
  if (parsed.has("strategy")) {
    options.strategy = parsed.text("strategy");
    if (options.strategy.empty()) throw UsageError("--strategy needs a name");
  }
  options.set = parsed.texts("set");
  options.overlays = parsed.texts("overlay");
  options.seed = parsed.count("seed", 0, ~std::uint64_t{0}).value_or(1);
  options.trials =
      static_cast<std::uint32_t>(parsed.count("trials", 2, kMostTrials).value_or(usual_trials));
  options.jobs = read_jobs(parsed);
  options.budget_s = read_budget(parsed);
  options.out = read_out(parsed);
  if (parsed.has("format")) {
    options.format = read_choice(parsed, "format", {"text", "markdown", "json"});
  }
  options.quiet = parsed.has("quiet");
  options.progress = !options.quiet && !parsed.has("no-progress");
  return options;
}

reports::PrepareOptions prepare_options(const DesignOptions& options) {
  reports::PrepareOptions prepare;
  prepare.seed = options.seed;
  prepare.set = options.set;
  prepare.overlays = find_overlays(options.overlays);
  if (!options.strategy.empty()) prepare.strategy = find_strategy(options.strategy);
  return prepare;
}

std::optional<reports::RunInput> prepare_design(const DesignWords& words,
                                                const DesignOptions& options, bool warns) {
  reports::PrepareOptions prepare = prepare_options(options);
  prepare.whole_duration = true;
  prepare.set.insert(prepare.set.end(), words.set.begin(), words.set.end());
  for (const std::string& one : words.overlays) prepare.overlays.push_back(find_overlay(one));
  if (!words.strategy.empty()) prepare.strategy = find_strategy(words.strategy);
  prepare.standby = words.standby;
  prepare.without_faults = words.without_faults;
  models::io::Problems problems;
  auto input = reports::prepare_run(find_scenario(words.scenario), prepare, problems);
  if (!input || problems.has_errors()) {
    print_error(words.name + ":\n" + problem_text(problems));
    return std::nullopt;
  }
  if (warns && !options.quiet && !problems.empty()) print_error(problem_text(problems));
  input->options.interrupted = &interrupted();
  return input;
}

double read_standby(const std::string& text) {
  const auto share = models::io::parse_ratio(text);
  if (!share || share.value().value < 0 || share.value().value > 1) {
    throw UsageError(models::io::quote(text) +
                     " is no share of standby (expected one from 0% to 100%)");
  }
  return share.value().value;
}

void write_and_print(const DesignOptions& options, const std::function<Files()>& write,
                     const Printed& printed) {
  Files files;
  std::exception_ptr failure;
  if (!options.out.empty()) {
    try {
      files = write();
    } catch (const std::runtime_error&) {
      failure = std::current_exception();  // hours of trials are not lost with a full disk
    }
  }
  if (options.format == "json") {
    print(printed.json());
  } else if (options.format == "markdown") {
    print(printed.markdown());
  } else if (!options.quiet) {
    print(printed.text(files));
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace lifeboat::tools
