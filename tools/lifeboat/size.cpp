// lifeboat size: the counts, sizes and limits of least cost that meet a scenario's objectives, and
// the other way round the traffic that a platform takes.

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "reports/document/size_document.hpp"
#include "reports/sizing/sizing_study.hpp"
#include "reports/text/size_text.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

constexpr double kUsualBudget = 180;
constexpr std::uint32_t kSizeTrials = 16;

OptionSet size_options() {
  OptionSet set;
  set.most_words = 1;
  add_design_options(
      set, {.trials = "trials of one design, at most (16 unless said); 4 to 8 times as "
                      "many confirm the plan",
            .set = "change a value of the scenario; may be repeated",
            .budget = "end the search after this time with the best so far (3m unless said)",
            .out = "write size.html, size.json, size.md, the plan as an overlay of the platform "
                   "(plan.overlay.json) and as a scenario (plan/) there",
            .strategy = "another recovery strategy"});
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  set.options.add_options()                                                                     //
      ("load", text("FACTOR"), "multiply the traffic, such as 3")                               //
      ("zone-down", text("REGION:ZONE"), "size for that zone lost, with nothing in its place")  //
      ("only", po::value<std::vector<std::string>>()->value_name("SERVICE")->composing(),
       "change this service alone; may be repeated")  //
      ("headroom", "how much more traffic the platform takes as it is, and what fails first");
  return set;
}

struct SizeArguments {
  reports::SizingRequest request;
  DesignOptions options;
  bool headroom = false;
};

double read_load(const ParsedOptions& parsed) {
  if (!parsed.has("load")) return 1;
  const auto factor = models::io::parse_number(parsed.text("load"));
  if (!factor || !(*factor > 0) || *factor > 1e6) {
    throw UsageError("--load: " + models::io::quote(parsed.text("load")) +
                     " is no factor (expected one such as 3 or 0.5)");
  }
  return *factor;
}

void read_zone(const ParsedOptions& parsed, reports::SizingRequest& request) {
  if (!parsed.has("zone-down")) return;
  const std::string given = parsed.text("zone-down");
  const std::size_t colon = given.find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == given.size()) {
    throw UsageError("--zone-down: " + models::io::quote(given) +
                     " is no zone of a region (expected REGION:ZONE, such as sg:a)");
  }
  request.zone_region = given.substr(0, colon);
  request.zone_down = given.substr(colon + 1);
}

SizeArguments read_size_arguments(const Words& words) {
  const ParsedOptions parsed = parse_options(size_options(), words);
  if (parsed.words.empty()) throw UsageError("name a scenario");
  SizeArguments arguments;
  arguments.options = read_design_options(parsed, kSizeTrials);
  arguments.headroom = parsed.has("headroom");
  reports::SizingRequest& request = arguments.request;
  request.scenario = find_scenario(parsed.words.front());
  request.prepare = prepare_options(arguments.options);
  request.load = read_load(parsed);
  read_zone(parsed, request);
  request.only = parsed.texts("only");
  request.interrupted = &interrupted();
  return arguments;
}

/// One line on the terminal, which the next one overwrites.
class SizeProgress {
 public:
  explicit SizeProgress(bool on) : on_(on && errors_can_be_redrawn()) {}
  ~SizeProgress() { line(""); }
  SizeProgress(const SizeProgress&) = delete;
  SizeProgress& operator=(const SizeProgress&) = delete;
  void tell(const std::string& what, double share) {
    line(fmt::format("{:3.0f} % of the budget; {}", share * 100, what).substr(0, 78));
  }

 private:
  void line(const std::string& text) const {
    if (!on_) return;
    print_error("\r\x1b[K" + text);
  }
  bool on_;
};

/// Names that the platform does not have.
void check_names(const reports::DesignSpace& space) {
  const reports::SizingRequest& request = space.request();
  const models::Platform& platform = *space.scenario().platform;
  for (const std::string& name : request.only) {
    if (platform.find_service(name) != nullptr) continue;
    throw UsageError("--only: there is no service " + models::io::quote(name) +
                     did_you_mean(name, platform.service_names()));
  }
}

int status_of(const reports::Sizing& sizing) {
  if (sizing.interrupted) return kInterrupted;
  if (sizing.found) return kMet;
  return sizing.objectives.empty() && !sizing.out_of_time ? static_cast<int>(kMissed)
                                                          : static_cast<int>(kInconclusive);
}

}  // namespace

int run_size(const Words& words) {
  const SizeArguments arguments = read_size_arguments(words);
  const DesignOptions& options = arguments.options;
  models::io::Problems problems;
  const auto space = reports::DesignSpace::open(arguments.request, problems);
  if (!space) {
    print_error(problem_text(problems));
    return kInvalidInput;
  }
  if (space->scenario().objectives.empty()) {
    throw UsageError("the scenario has no objectives: there is nothing to size for");
  }
  check_names(*space);
  if (!options.quiet && !problems.empty()) print_error(problem_text(problems));
  prepare_out(options.out);
  const reports::SizingOptions study{options.trials, options.jobs,
                                     options.budget_s.value_or(kUsualBudget)};
  reports::Sizing sizing;
  reports::Headroom headroom;
  {
    SizeProgress line(options.progress);
    const auto tell = [&](const std::string& what, double share) { line.tell(what, share); };
    if (arguments.headroom) {
      headroom = reports::find_headroom(*space, study, tell);
    } else {
      sizing = reports::size_platform(*space, study, tell);
    }
  }
  const bool colours = output_has_colours();
  if (arguments.headroom) {
    write_and_print(
        options, [&] { return reports::write_headroom(options.out, headroom); },
        {[&](const Files& files) { return reports::headroom_text(headroom, colours, files); },
         [&] { return reports::headroom_markdown(headroom); },
         [&] { return reports::headroom_document(headroom); }});
    if (headroom.interrupted) return kInterrupted;
    return headroom.estimate ? kMet : kInconclusive;
  }
  write_and_print(options, [&] { return reports::write_sizing(options.out, sizing); },
                  {[&](const Files& files) { return reports::size_text(sizing, colours, files); },
                   [&] { return reports::size_markdown(sizing); },
                   [&] { return reports::size_document(sizing); }});
  return status_of(sizing);
}

std::string help_size() {
  return "Finds the counts, sizes and limits of a scenario's platform that meet its\n"
         "objectives at least cost: theory first (offered loads, Erlang's formulas), then\n"
         "trials of ever fewer designs under the same luck, at last fresh trials of the\n"
         "plan. It says what each count rests on, and what one less would do. What costs\n"
         "is priced by the platform's bill; without one, servers, tasks and nodes are\n"
         "counted. With --headroom: the largest factor on the traffic at which the\n"
         "platform as it is still meets the objectives, and what fails first.\n"
         "\n"
         "Counts stand still: the bounds of scaling policies are set to the count. With\n"
         "--zone-down the zone is lost five minutes before the measured time, for good,\n"
         "and no task is launched in its place; objectives on requests are then asked of\n"
         "the time after these five minutes (the phase \"peak\").\n"
         "\n"
         "Options:\n" +
         options_help(size_options()) +
         "\n"
         "The plan can be used as it is: name plan.overlay.json after the platform in a\n"
         "scenario's \"platform\", or run the scenario in plan/.\n"
         "\n"
         "Exit status: 0 a plan was found and confirmed (or the headroom found), 2 nothing\n"
         "meets the objectives, 4 not confirmed, 3 invalid input, 1 internal error,\n"
         "130 interrupted (the best so far is reported).\n"
         "\n"
         "Examples:\n"
         "  lifeboat size smallest --load 3\n"
         "  lifeboat size smallest --headroom\n"
         "  lifeboat size steady-hour --set duration=15m --load 3 --zone-down sg:a\n"
         "  lifeboat size steady-hour --only orders-db --load 5 --out plan\n";
}

}  // namespace lifeboat::tools
