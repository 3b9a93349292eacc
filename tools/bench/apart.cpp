// A measurement in a child process: the child writes it as JSON into a pipe.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "tools/bench/json.hpp"
#include "tools/bench/measure.hpp"

namespace lifeboat::bench {

namespace {

void write_all(int file, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = write(file, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) _exit(1);
    done += static_cast<std::size_t>(wrote);
  }
}

std::string read_all(int file) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// In the child: "+" and the measurement, or "-" and what went wrong.
std::string answer(const Model& model, const MeasureOptions& options) {
  try {
    return "+" + to_json_text(measure(model, options));
  } catch (const std::exception& error) {
    return std::string{"-"} + error.what();
  }
}

}  // namespace

Measurement measure_apart(const Model& model, const MeasureOptions& options) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error(std::string{"pipe: "} + strerror(errno));
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error(std::string{"fork: "} + strerror(errno));
  if (child == 0) {
    close(ends[0]);
    write_all(ends[1], answer(model, options));
    _exit(0);
  }
  close(ends[1]);
  const std::string text = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (text.empty()) throw std::runtime_error("model " + model.name + ": its process ended early");
  if (text[0] != '+') throw std::runtime_error(text.substr(1));
  return from_json_text(text.substr(1));
}

}  // namespace lifeboat::bench
