// lifeboat sensitivity: what a scenario's verdicts rest on.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "reports/document/sensitivity_document.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/studies/sensitivity_study.hpp"
#include "reports/studies/unsourced_range.hpp"
#include "reports/text/sensitivity_text.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

constexpr std::uint64_t kMostTrajectories = 1000;
constexpr std::uint32_t kUsualTrials = 10;
constexpr const char* kUnsourced = "unsourced";
/// Where a default's pointer may begin in the merged document: most are of the platform.
constexpr const char* kRoots[] = {"platform.",   "",        "faults.", "faults.0.", "runbooks.",
                                  "runbooks.0.", "traffic."};

OptionSet sensitivity_options() {
  OptionSet set;
  set.most_words = 1;
  add_design_options(set, {.trials = "trials a point, at least 2 (10 unless said)",
                           .set = "change a value at every point; may be repeated",
                           .budget = "begin no further point after this time, such as 5m",
                           .out = "write sensitivity.html, sensitivity.json and sensitivity.md",
                           .strategy = "another recovery strategy"});
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  set.options.add_options()  //
      ("parameter",
       po::value<std::vector<std::string>>()->value_name("PATH=LOW..HIGH")->composing(),
       "vary this value; may be repeated. Without it, and beside it with --unsourced: the "
       "values that have no published source")                                         //
      (kUnsourced, "vary the unsourced values beside those named")                     //
      ("only", text("WORD"), "of the unsourced values those with this in their path")  //
      ("trajectories", text("N"), "of elementary effects (4 unless said; 0: none)")    //
      ("no-flips", "do not look for the values at which a verdict flips");
  return set;
}

struct SensitivityArguments {
  std::string scenario;
  std::string only;
  bool unsourced = true;
  std::vector<reports::VariedParameter> parameters;
  reports::SensitivityOptions study;
  DesignOptions options;
};

SensitivityArguments read_sensitivity_arguments(const Words& words) {
  const ParsedOptions parsed = parse_options(sensitivity_options(), words);
  if (parsed.words.empty()) throw UsageError("name a scenario");
  SensitivityArguments arguments;
  arguments.scenario = parsed.words.front();
  arguments.only = parsed.text("only");
  arguments.options = read_design_options(parsed, kUsualTrials);
  for (const std::string& text : parsed.texts("parameter")) {
    auto parameter = reports::read_parameter(text);
    if (!parameter) {
      throw UsageError("--parameter: " + models::io::quote(text) +
                       " is no path with a range (expected one such as "
                       "platform.services.web.bootTime=0s..60s, the lesser end first)");
    }
    arguments.parameters.push_back(std::move(*parameter));
  }
  arguments.unsourced =
      arguments.parameters.empty() || parsed.has(kUnsourced) || parsed.has("only");
  reports::SensitivityOptions& study = arguments.study;
  study.trials = arguments.options.trials;
  study.trajectories = static_cast<std::uint32_t>(
      parsed.count("trajectories", 0, kMostTrajectories).value_or(study.trajectories));
  study.flips = !parsed.has("no-flips");
  study.jobs = arguments.options.jobs;
  study.budget_s = arguments.options.budget_s;
  return arguments;
}

/// The scenario with these options; nothing, and problems, where one is refused.
std::optional<reports::RunInput> variant_of(const SensitivityArguments& arguments,
                                            const std::vector<std::string>& set,
                                            models::io::Problems& problems) {
  reports::PrepareOptions prepare = prepare_options(arguments.options);
  prepare.whole_duration = true;
  prepare.set.insert(prepare.set.end(), set.begin(), set.end());
  auto input = reports::prepare_run(find_scenario(arguments.scenario), prepare, problems);
  if (!input || problems.has_errors()) return std::nullopt;
  input->options.interrupted = &interrupted();
  return input;
}

std::vector<std::string> set_of(const reports::VariedParameter& parameter, const std::string& root,
                                double number) {
  std::vector<std::string> set;
  for (const std::string& path : parameter.paths) {
    set.push_back(root + path + "=" + value_text(parameter, number));
  }
  return set;
}

/// Finds where the paths of an unsourced value begin, by trying; nothing where no root takes both
/// ends of the range.
std::optional<reports::VariedParameter> placed(const SensitivityArguments& arguments,
                                               reports::VariedParameter parameter) {
  for (const std::string root : kRoots) {
    models::io::Problems low;
    models::io::Problems high;
    if (!variant_of(arguments, set_of(parameter, root, parameter.low), low)) continue;
    if (!variant_of(arguments, set_of(parameter, root, parameter.high), high)) continue;
    for (std::string& path : parameter.paths) path.insert(0, root);
    return parameter;
  }
  return std::nullopt;
}

/// Whether the parameters named on the command line exist; tells what is wrong with those that do
/// not.
bool check_named(const SensitivityArguments& arguments) {
  for (const reports::VariedParameter& parameter : arguments.parameters) {
    for (const double end : {parameter.low, parameter.high}) {
      models::io::Problems problems;
      if (variant_of(arguments, set_of(parameter, "", end), problems)) continue;
      print_error(parameter.name + ":\n" + problem_text(problems));
      return false;
    }
  }
  return true;
}

/// The unsourced values first, then those that were named.
std::vector<reports::VariedParameter> all_parameters(const SensitivityArguments& arguments,
                                                     const reports::RunInput& base,
                                                     std::vector<reports::LeftOut>& left_out) {
  std::vector<reports::VariedParameter> parameters;
  if (arguments.unsourced) {
    for (reports::VariedParameter& parameter : reports::parameters_of(base.unsourced, left_out)) {
      const auto fits = [&](const std::string& path) {
        return path.find(arguments.only) != std::string::npos;
      };
      if (std::none_of(parameter.paths.begin(), parameter.paths.end(), fits)) continue;
      const std::string name = parameter.name;
      if (interrupted()) break;
      if (auto found = placed(arguments, std::move(parameter))) {
        parameters.push_back(std::move(*found));
      } else {
        left_out.push_back({name, "no path takes the ends of its range"});
      }
    }
    const auto beside = [&](const reports::LeftOut& one) {
      return one.path.find(arguments.only) == std::string::npos;
    };
    left_out.erase(std::remove_if(left_out.begin(), left_out.end(), beside), left_out.end());
  }
  for (reports::VariedParameter parameter : arguments.parameters) {
    if (!base.inputs.empty()) reports::find_base(parameter, base.inputs.front().second);
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

}  // namespace

int run_sensitivity(const Words& words) {
  const SensitivityArguments arguments = read_sensitivity_arguments(words);
  const DesignOptions& options = arguments.options;
  const auto base = prepare_design({arguments.scenario, arguments.scenario, {}, {}}, options, true);
  if (!base || !check_named(arguments)) return kInvalidInput;
  prepare_out(options.out);
  std::vector<reports::LeftOut> left_out;
  auto parameters = all_parameters(arguments, *base, left_out);
  const auto prepare = [&](const std::vector<std::string>& set) {
    models::io::Problems problems;
    return variant_of(arguments, set, problems);
  };
  reports::Sensitivity study;
  {
    Progress progress(options.progress);
    study = reports::study_sensitivity(*base, prepare, std::move(parameters), arguments.study,
                                       told_by(progress));
  }
  study.left_out = std::move(left_out);
  write_and_print(options, [&] { return reports::write_sensitivity(options.out, study); },
                  {[&](const Files& files) {
                     return reports::sensitivity_text(study, output_has_colours(), files);
                   },
                   [&] { return reports::sensitivity_markdown(study); },
                   [&] { return reports::sensitivity_document(study); }});
  return study.interrupted ? kInterrupted : kMet;
}

std::string help_sensitivity() {
  return "Finds what a scenario's verdicts rest on: varies each value that has no\n"
         "published source over its range, alone and together with the others, with the\n"
         "same customers and luck at every point. Shown are a tornado for each objective,\n"
         "the value at which its estimate crosses the threshold (by bisection; in brackets\n"
         "between which values luck leaves it open) or that it does not within the range,\n"
         "and elementary effects (Morris 1991). A value of no stated range is taken from\n"
         "half to double.\n"
         "\n"
         "Options:\n" +
         options_help(sensitivity_options()) +
         "\n"
         "Points: one, two a parameter, some seven a flip, and a trajectory takes one more\n"
         "than there are parameters. Exit status: 0 done, 3 invalid input, 1 internal\n"
         "error, 130 interrupted (what had run is reported).\n"
         "\n"
         "Examples:\n"
         "  lifeboat sensitivity smallest --parameter traffic.visit.rate=50/s..97/s\n"
         "  lifeboat sensitivity slow-dependency --trials 4 --budget 5m --out report\n"
         "  lifeboat sensitivity lose-singapore --only clients --trajectories 0\n";
}

}  // namespace lifeboat::tools
