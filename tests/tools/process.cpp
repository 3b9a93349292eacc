#include "tests/tools/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lifeboat::tests {

namespace {

constexpr int kGlance = 50;  // milliseconds

int sure(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

/// Our end, which is read, and the program's, which it writes.
struct Ends {
  int ours = -1;
  int its = -1;
};

Ends make_pipe() {
  int ends[2];
  sure(pipe2(ends, O_CLOEXEC), "pipe2");
  return {ends[0], ends[1]};
}

Ends make_terminal(unsigned short columns) {
  const int ours = sure(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
  sure(grantpt(ours), "grantpt");
  sure(unlockpt(ours), "unlockpt");
  const int its = sure(open(ptsname(ours), O_RDWR | O_NOCTTY | O_CLOEXEC), "open the terminal");
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  sure(ioctl(its, TIOCSWINSZ, &size), "TIOCSWINSZ");
  return {ours, its};
}

Ends make(Stream stream, unsigned short columns) {
  return stream == Stream::kPipe ? make_pipe() : make_terminal(columns);
}

/// "NAME=value" of the test's environment, without what would change the output.
std::vector<std::string> environment_of(const Call& call) {
  std::map<std::string, std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) {
      all[std::string{text.substr(0, equals)}] = text.substr(equals + 1);
    }
  }
  for (const char* name : {"NO_COLOR", "COLUMNS", "LINES"}) all.erase(name);
  all["TERM"] = "xterm-256color";
  for (const auto& [name, value] : call.environment) all[name] = value;
  std::vector<std::string> texts;
  texts.reserve(all.size());
  for (const auto& [name, value] : all) texts.push_back(name + "=" + value);
  return texts;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

pid_t spawn(const Call& call, int out, int err) {
  std::vector<std::string> words{call.program.string()};
  words.insert(words.end(), call.words.begin(), call.words.end());
  std::vector<std::string> environment = environment_of(call);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  if (!call.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, call.folder.c_str());
  }
  pid_t child = -1;
  const int error = posix_spawn(&child, call.program.c_str(), &actions, nullptr,
                                pointers_to(words).data(), pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), call.program.string());
  }
  return child;
}

/// Takes what can be read at once; closes the stream at its end (a terminal ends with EIO).
void take_from(int& stream, short events, std::string& text) {
  if (stream < 0 || events == 0) return;
  char buffer[1 << 16];
  const ssize_t count = read(stream, buffer, sizeof buffer);
  if (count > 0) {
    text.append(buffer, static_cast<std::size_t>(count));
  } else if (count == 0 || errno != EINTR) {
    close(stream);
    stream = -1;
  }
}

}  // namespace

Process::Process(const Call& call) : deadline_(std::chrono::steady_clock::now() + call.timeout) {
  const Ends out = make(call.out, call.columns);
  const Ends err = make(call.err, call.columns);
  out_ = out.ours;
  err_ = err.ours;
  child_ = spawn(call, out.its, err.its);
  close(out.its);
  close(err.its);
}

Process::~Process() {
  if (child_ > 0) {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  close_output();
  if (err_ >= 0) close(err_);
}

void Process::send(int signal) const { sure(kill(child_, signal), "kill"); }

void Process::close_output() {
  if (out_ >= 0) close(out_);
  out_ = -1;
}

void Process::end_if_late() {
  if (outcome_.timed_out || std::chrono::steady_clock::now() < deadline_) return;
  outcome_.timed_out = true;
  kill(child_, SIGKILL);
}

bool Process::take() {
  if (out_ < 0 && err_ < 0) return false;
  end_if_late();
  pollfd streams[2] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
  if (poll(streams, 2, kGlance) > 0) {
    take_from(out_, streams[0].revents, outcome_.out);
    take_from(err_, streams[1].revents, outcome_.err);
  }
  return true;
}

bool Process::wait_for_error(const std::string& text) {
  while (outcome_.err.find(text) == std::string::npos) {
    if (!take()) return false;
  }
  return true;
}

Outcome Process::wait() {
  while (take()) {
  }
  int state = 0;
  while (waitpid(child_, &state, WNOHANG) == 0) {
    end_if_late();
    usleep(1000);
  }
  child_ = -1;
  if (WIFEXITED(state)) outcome_.status = WEXITSTATUS(state);
  if (WIFSIGNALED(state)) outcome_.signal = WTERMSIG(state);
  return outcome_;
}

Outcome run(const Call& call) { return Process{call}.wait(); }

}  // namespace lifeboat::tests
