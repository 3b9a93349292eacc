#include <algorithm>
#include <exception>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "lifeboat_version.hpp"
#include "models/io/problems.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

std::string help_overview() {
  std::string text =
      "Lifeboat replays traffic and disasters against a described cloud platform, and\n"
      "says whether it holds: availability, RTO, RPO, latency, and why.\n"
      "\n"
      "Usage: lifeboat COMMAND [OPTIONS]\n"
      "\n"
      "Commands:\n";
  for (const Command& command : commands()) {
    text += fmt::format("  {:<14} {}\n", command.name, command.summary);
  }
  text +=
      "\n"
      "First steps:\n"
      "  lifeboat run                       lose a region in the middle of a sale\n"
      "  lifeboat init shop && lifeboat run shop/scenario.json\n"
      "  lifeboat explain ecs-fargate       what a service kind models, its defaults\n"
      "\n"
      "lifeboat COMMAND --help says more. Exit status: 0 objectives met (or the command\n"
      "did what it was asked), 2 missed, 4 inconclusive, 3 invalid input, 1 internal\n"
      "error, 130 interrupted.\n";
  return text;
}

/// What `run` takes it for: "file", or "scenario" where that is a shipped one's name; or nothing.
std::string_view to_run(const std::string& word) {
  if (word.ends_with(".json") && std::filesystem::exists(word)) return "file";
  const std::vector<LibraryEntry> shipped = library_scenarios();
  const bool is_shipped = std::any_of(shipped.begin(), shipped.end(),
                                      [&](const LibraryEntry& one) { return one.name == word; });
  return is_shipped ? "scenario" : "";
}

int unknown_command(const std::string& word) {
  const bool option = word.starts_with('-');
  std::vector<std::string> known{"--help", "--version"};
  if (!option) {
    known.clear();
    for (const Command& command : commands()) known.emplace_back(command.name);
  }
  const std::string_view taken_for = option ? "" : to_run(word);
  print_error(fmt::format("lifeboat: there is no {} {}{}\nTry: lifeboat {}\n",
                          option ? "option" : "command", models::io::quote(word),
                          taken_for.empty() ? did_you_mean(word, known)
                                            : fmt::format(", but a {} of that name", taken_for),
                          taken_for.empty() ? "--help" : "run " + word));
  return kInvalidInput;
}

int dispatch(const Words& words) {
  if (words.empty()) {
    print_error(help_overview());
    return kInvalidInput;
  }
  const std::string& first = words.front();
  const Words rest(words.begin() + 1, words.end());
  if (first == "--version") {
    print(fmt::format("lifeboat {}\n", kVersion));
    return kMet;
  }
  const bool help = first == "--help" || first == "-h" || first == "help";
  if (help && rest.empty()) {
    print(help_overview());
    return kMet;
  }
  const std::string& name = help ? rest.front() : first;
  for (const Command& command : commands()) {
    if (command.name != name) continue;
    bool asks = help;
    for (const std::string& word : rest) asks = asks || word == "--help" || word == "-h";
    if (!asks) return command.run(rest);
    print(fmt::format("Usage: lifeboat {} {}\n\n{}", command.name, command.arguments,
                      command.help()));
    return kMet;
  }
  return unknown_command(name);
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all{
      {"run", "[SCENARIO]", "replay traffic and faults, judge, write a report", run_run, help_run},
      {"compare", "A B...", "designs side by side, with the same customers and luck", run_compare,
       help_compare},
      {"sweep", "SCENARIO PATH=VALUES...", "one parameter, or two, over a grid", run_sweep,
       help_sweep},
      {"size", "SCENARIO", "the counts of least cost that meet the objectives", run_size,
       help_size},
      {"policies", "SCENARIO [SERVICE]", "scaling policies on the same customers", run_policies,
       help_policies},
      {"gameday", "SCENARIO", "the script of a game day, and its AWS FIS template", run_gameday,
       help_gameday},
      {"metastable", "SCENARIO LOAD=VALUES FAULT=VALUES",
       "where a fault outlives its trigger, and what frees it", run_metastable, help_metastable},
      {"automate", "[SCENARIO]", "what automating each step of a runbook would save", run_automate,
       help_automate},
      {"availability", "[YEAR]", "a year of incidents, each as often as it happens",
       run_availability, help_availability},
      {"sensitivity", "SCENARIO", "what verdicts rest on, and where they flip", run_sensitivity,
       help_sensitivity},
      {"twin", "FILE.csv", "a traffic model of a trace, checked against it", run_twin, help_twin},
      {"validate", "FILE...", "check files; every problem with file, line, pointer", run_validate,
       help_validate},
      {"explain", "[TOPIC]", "a service kind, a parameter, an objective, a figure", run_explain,
       help_explain},
      {"list", "[WHAT]", "scenarios, platforms, strategies, services, blocks", run_list, help_list},
      {"cost", "[PLATFORM...]", "the monthly bill by category, service and line", run_cost,
       help_cost},
      {"init", "DIR", "a small platform and scenario to start from", run_init, help_init},
      {"schema", "FORMAT", "JSON Schema of a file format, for editors", run_schema, help_schema},
  };
  return all;
}

int run_command_line(const Words& words) {
  try {
    return dispatch(words);
  } catch (const UsageError& error) {
    const std::string name = words.empty() ? "" : " " + words.front();
    print_error(fmt::format("lifeboat{}: {}\nTry: lifeboat{} --help\n", name, error.what(), name));
    return kInvalidInput;
  } catch (const std::bad_alloc&) {
    print_error("lifeboat: out of memory\n");
  } catch (const std::exception& error) {
    print_error(fmt::format("lifeboat: internal error: {}\n", error.what()));
  }
  return kInternalError;
}

}  // namespace lifeboat::tools
