// What the commands that run several designs over the same trials have in common (compare, sweep):
// their options, a design's preparation, and how the outcome is printed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reports/studies/prepare.hpp"
#include "reports/studies/run_input.hpp"
#include "tools/lifeboat/options.hpp"

namespace lifeboat::tools {

/// A scenario with changes.
struct DesignWords {
  std::string name;      ///< as reports call it
  std::string scenario;  ///< a file, or the name of a shipped one
  std::vector<std::string> set;
  std::string strategy;                 ///< empty: the scenario's own
  std::optional<double> standby{};      ///< share of tasks that stand by; absent: as the files say
  std::vector<std::string> overlays{};  ///< files, or names of shipped ones
  bool without_faults = false;          ///< the same day, and nothing happens
};

struct DesignOptions {
  std::vector<std::string> set;       ///< in every design, before its own
  std::vector<std::string> overlays;  ///< likewise
  std::string strategy;               ///< of every design without its own; empty: the scenario's
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;
  unsigned jobs = 1;
  std::optional<double> budget_s;
  std::string out;
  std::string format = "text";  ///< text, markdown or json
  bool quiet = false;
  bool progress = true;
};

/// How a command's help words them.
struct DesignOptionWords {
  const char* trials;
  const char* set;
  const char* budget;
  const char* out;
  const char* strategy = nullptr;  ///< null: the command has no such option
};
void add_design_options(OptionSet& set, const DesignOptionWords& words);
/// Throws UsageError.
[[nodiscard]] DesignOptions read_design_options(const ParsedOptions& parsed,
                                                std::uint32_t usual_trials = 20);

/// Seed, changes, overlays and strategy as they were asked for. Throws UsageError for unknown
/// names.
[[nodiscard]] reports::PrepareOptions prepare_options(const DesignOptions& options);

/// Read, checked and compiled, for the whole duration; mistakes are printed under the design's
/// name, and nothing is returned. Warnings are printed if `warns`. Throws UsageError for unknown
/// names.
[[nodiscard]] std::optional<reports::RunInput> prepare_design(const DesignWords& words,
                                                              const DesignOptions& options,
                                                              bool warns);

/// A share of standby from 0 to 100 %, such as "40%"; throws UsageError.
[[nodiscard]] double read_standby(const std::string& text);

using Files = std::vector<std::string>;

/// An outcome in the three formats.
struct Printed {
  std::function<std::string(const Files& written)> text;
  std::function<std::string()> markdown;
  std::function<std::string()> json;
};
/// Writes the files if a folder was asked for, and prints the format that was asked for: also where
/// files could not be written, before that is thrown.
void write_and_print(const DesignOptions& options, const std::function<Files()>& write,
                     const Printed& printed);

}  // namespace lifeboat::tools
