// The commands of `lifeboat`, and what they share.
//
// A command is a name, a sentence and two functions: one that runs it with the words after its
// name, one that prints its help. They are listed once, in command_line.cpp.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::tools {

using Words = std::vector<std::string>;

/// The user's mistake: printed as it is, exit status 3.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Command {
  std::string_view name;
  std::string_view arguments;  ///< "[SCENARIO]"
  std::string_view summary;    ///< one line, without a full stop
  int (*run)(const Words& words);
  std::string (*help)();
};

int run_run(const Words& words);
std::string help_run();
int run_compare(const Words& words);
std::string help_compare();
int run_sweep(const Words& words);
std::string help_sweep();
int run_policies(const Words& words);
std::string help_policies();
int run_gameday(const Words& words);
std::string help_gameday();
int run_metastable(const Words& words);
std::string help_metastable();
int run_automate(const Words& words);
std::string help_automate();
int run_availability(const Words& words);
std::string help_availability();
int run_twin(const Words& words);
std::string help_twin();
int run_sensitivity(const Words& words);
std::string help_sensitivity();
int run_size(const Words& words);
std::string help_size();
int run_cost(const Words& words);
std::string help_cost();
int run_validate(const Words& words);
std::string help_validate();
int run_explain(const Words& words);
std::string help_explain();
int run_list(const Words& words);
std::string help_list();
int run_init(const Words& words);
std::string help_init();
int run_schema(const Words& words);
std::string help_schema();

/// All commands, in the order of the help.
[[nodiscard]] const std::vector<Command>& commands();

/// Runs the whole command line (without the program's name) and returns the exit status. Throws
/// nothing: an unexpected exception is reported as an internal error.
int run_command_line(const Words& words);

}  // namespace lifeboat::tools
