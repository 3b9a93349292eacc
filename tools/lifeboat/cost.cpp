// lifeboat cost: a month's bill, declared by the platform's usage and simulated by a scenario.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "models/io/suggest.hpp"
#include "models/platform/platform.hpp"
#include "models/prices/bill.hpp"
#include "reports/document/bill.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/studies/run_study.hpp"
#include "reports/text/bill_text.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {
namespace {

namespace io = models::io;
namespace prices = models::prices;

constexpr const char* kReferencePlatform = "ecommerce";
constexpr std::size_t kMostFiles = 20;
constexpr std::string_view kPlatformKey = "platform.";

OptionSet cost_options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  OptionSet set;
  set.most_words = kMostFiles;
  set.options.add_options()  //
      ("scenario", text("SCENARIO"),
       "run it, and show what its traffic would use in a month beside what is declared")  //
      ("sgd", text("RATE"),
       "show the total in Singapore dollars too, so many for one US dollar")  //
      ("format", text("FORMAT"), "what to print: text or json")               //
      ("set", po::value<std::vector<std::string>>()->value_name("PATH=VALUE")->composing(),
       "change a value of the merged platform, such as "
       "platform.services.web.desiredCount=2; may be repeated")                     //
      ("seed", text("N"), "with --scenario: replay this luck (1 unless said)")      //
      ("trials", text("N"), "with --scenario: run so many trials (1 unless said)")  //
      ("jobs", text("N"), "with --scenario: threads (all processors unless said)")  //
      ("no-progress", "with --scenario: no progress bar");
  return set;
}

struct CostArguments {
  Words platform;
  std::string scenario;
  bool json = false;
  std::vector<std::pair<std::string, std::int64_t>> exchange;
  std::vector<std::string> set;
  std::uint64_t seed = 1;
  reports::StudyOptions study;
  bool progress = true;
};

CostArguments read_cost_arguments(const Words& words) {
  const ParsedOptions parsed = parse_options(cost_options(), words);
  CostArguments arguments;
  arguments.platform = parsed.words;
  arguments.scenario = parsed.text("scenario");
  if (parsed.has("scenario") && arguments.scenario.empty()) {
    throw UsageError("--scenario needs a file or the name of a shipped scenario");
  }
  if (parsed.has("format")) {
    const std::string format = parsed.text("format");
    if (format != "text" && format != "json") {
      throw UsageError("--format: " + io::quote(format) + " is unknown (expected text or json)" +
                       did_you_mean(format, {"text", "json"}));
    }
    arguments.json = format == "json";
  }
  if (parsed.has("sgd")) {
    const auto rate = prices::parse_exchange_rate(parsed.text("sgd"));
    if (!rate) {
      throw UsageError("--sgd: " + rate.complaint().text + " (expected one such as 1.35)");
    }
    arguments.exchange.emplace_back("SGD", rate.value());
  }
  arguments.set = parsed.texts("set");
  if (arguments.scenario.empty()) {
    for (const char* option : {"seed", "trials", "jobs", "no-progress"}) {
      if (parsed.has(option)) {
        throw UsageError("--" + std::string{option} + " needs --scenario: nothing runs without");
      }
    }
  }
  arguments.seed = parsed.count("seed", 0, ~std::uint64_t{0}).value_or(1);
  arguments.study.trials =
      static_cast<std::uint32_t>(parsed.count("trials", 1, 1'000'000).value_or(1));
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  arguments.study.jobs = static_cast<unsigned>(parsed.count("jobs", 1, 1024).value_or(processors));
  arguments.progress = !parsed.has("no-progress");
  return arguments;
}

/// A file as given, or the shipped platform or overlay of that name.
std::filesystem::path path_of(const std::string& given) {
  std::error_code ignored;
  if (std::filesystem::exists(given, ignored)) return given;
  std::vector<std::string> names;
  for (const auto& all : {library_platforms(), library_overlays()}) {
    for (const LibraryEntry& entry : all) {
      if (entry.name == given) return entry.path;
      names.push_back(entry.name);
    }
  }
  throw UsageError("there is no file and no shipped platform or overlay " + io::quote(given) +
                   did_you_mean(given, names) +
                   "\nShipped: " + (names.empty() ? "none found" : io::one_of(names)));
}

/// The platform of the words, or of the reference; nothing, and problems, where it is wrong.
std::optional<models::LoadedPlatform> load(const CostArguments& arguments, io::Problems& problems) {
  const Words names = arguments.platform.empty() ? Words{kReferencePlatform} : arguments.platform;
  std::vector<std::filesystem::path> files;
  for (const std::string& name : names) files.push_back(path_of(name));
  std::vector<std::string> set;
  for (const std::string& option : arguments.set) {
    set.push_back(option.starts_with(kPlatformKey) ? option.substr(kPlatformKey.size()) : option);
  }
  return models::load_platform(files, arguments.scenario.empty() ? set : Words{}, problems);
}

int no_billing(const std::string& platform) {
  throw UsageError(platform +
                   " has no \"billing\": it does not say what a month uses, and at which prices\n"
                   "How that is written: lifeboat explain usage");
}

void print_bill(const prices::Bill& bill, const std::string& platform,
                const CostArguments& arguments) {
  if (arguments.json) {
    print(reports::bill_document(bill, platform, arguments.exchange));
  } else {
    print(reports::bill_text(bill, {platform, output_has_colours(), arguments.exchange}));
  }
}

int print_declared(const CostArguments& arguments) {
  io::Problems problems;
  const auto loaded = load(arguments, problems);
  print_error(problem_text(problems));
  if (!loaded || problems.has_errors()) return kInvalidInput;
  const models::Platform& platform = loaded->platform;
  if (!platform.billing) return no_billing(platform.name);
  print_bill(prices::make_bill(*platform.billing), platform.name, arguments);
  return kMet;
}

int print_simulated(const CostArguments& arguments) {
  io::Problems problems;
  reports::PrepareOptions prepare;
  prepare.seed = arguments.seed;
  prepare.set = arguments.set;
  auto input = reports::prepare_run(find_scenario(arguments.scenario), prepare, problems);
  print_error(problem_text(problems));
  if (!input || problems.has_errors()) return kInvalidInput;
  if (!input->cost) return no_billing(input->platform);
  if (!arguments.platform.empty()) {
    const auto loaded = load(arguments, problems);
    if (!loaded || problems.has_errors()) {
      print_error(problem_text(problems));
      return kInvalidInput;
    }
    if (loaded->platform.name != input->platform) {
      throw UsageError("the scenario runs on " + input->platform + ", not on " +
                       loaded->platform.name + ": leave the platform out, or change the scenario");
    }
  }
  input->options.interrupted = &interrupted();
  Progress progress(arguments.progress);
  reports::StudyProgress told;
  told.plan = [&](std::uint32_t trials, bool look) { progress.plan(trials, look); };
  told.advance = [&](std::uint32_t trial, double share) { progress.advance(trial, share); };
  const reports::Study study = reports::run_study(*input, arguments.study, told);
  if (!study.report.cost) return kInterrupted;  // before the first trial was complete
  print_bill(study.report.cost->bill, input->platform, arguments);
  return study.report.interrupted ? kInterrupted : kMet;
}

}  // namespace

int run_cost(const Words& words) {
  const CostArguments arguments = read_cost_arguments(words);
  return arguments.scenario.empty() ? print_declared(arguments) : print_simulated(arguments);
}

std::string help_cost() {
  return "Prints a month's bill by category, service and line: the usage that the platform\n"
         "declares, times the prices of its regions. PLATFORM is a file or a shipped name\n"
         "(lifeboat list platforms), overlays may follow it; without one, the reference.\n"
         "\n"
         "With --scenario the scenario runs, and what its meters read is scaled to a month\n"
         "of 730 hours and stands beside what is declared, line by line. For a month as\n"
         "it is, take a week without faults; another scenario shows a month of its pace.\n"
         "A line that has no meter (stored data) says so and counts as declared.\n"
         "\n"
         "What a platform uses stands in files that its \"billing\" names: lifeboat explain\n"
         "usage; prices in price books: lifeboat explain prices; what a service kind\n"
         "meters: lifeboat explain KIND.\n"
         "\n"
         "Options:\n" +
         options_help(cost_options()) +
         "\n"
         "Every line is rounded to the cent, half up; totals are sums of lines.\n"
         "\n"
         "Examples:\n"
         "  lifeboat cost\n"
         "  lifeboat cost ecommerce pilot-light --sgd 1.35\n"
         "  lifeboat cost --scenario week\n"
         "  lifeboat cost --format json | jq '.parts[].categories[] | .declared_usd'\n";
}

}  // namespace lifeboat::tools
