// A program run as a person or a script runs it: with words, a folder, an environment, and its
// output caught, standard output and standard error apart.
//
// Each stream goes to a pipe or to a terminal of its own (a pseudo terminal of so many columns).
// The environment is the test's, but for what would change the output (NO_COLOR, COLUMNS, TERM);
// whatever happens, a program is ended when its time is up or its Process goes.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace lifeboat::tests {

enum class Stream { kPipe, kTerminal };

struct Call {
  std::filesystem::path program;
  std::vector<std::string> words;
  std::filesystem::path folder = {};  ///< current directory; the test's own if empty
  std::map<std::string, std::string> environment = {};
  Stream out = Stream::kPipe;
  Stream err = Stream::kPipe;
  unsigned short columns = 80;  ///< of the terminals
  std::chrono::seconds timeout{100};
};

struct Outcome {
  int status = -1;  ///< exit status; -1 if a signal ended it
  int signal = 0;   ///< the signal that ended it
  bool timed_out = false;
  std::string out;
  std::string err;
};

/// A running program.
class Process {
 public:
  /// Throws std::system_error if it cannot be started.
  explicit Process(const Call& call);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void send(int signal) const;
  /// Takes output until standard error holds the text. False at the end of the program or time.
  bool wait_for_error(const std::string& text);
  /// Closes our end of its standard output, as `head` does when it has seen enough.
  void close_output();
  /// Takes the rest of the output and waits for its end.
  Outcome wait();

 private:
  /// Takes what there is, waiting a little. False once both streams are at their end.
  bool take();
  void end_if_late();

  pid_t child_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::chrono::steady_clock::time_point deadline_;
  Outcome outcome_;
};

/// Runs it to its end.
[[nodiscard]] Outcome run(const Call& call);

}  // namespace lifeboat::tests
