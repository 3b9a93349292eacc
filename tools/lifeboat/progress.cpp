#include "tools/lifeboat/progress.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

constexpr auto kBetweenDrawings = std::chrono::milliseconds(200);

std::string time_left(double seconds) {
  if (seconds < 90) return fmt::format("about {:.0f} s left", std::max(1.0, std::ceil(seconds)));
  if (seconds < 5400) return fmt::format("about {:.0f} min left", std::ceil(seconds / 60));
  return fmt::format("about {:.1f} h left", seconds / 3600);
}

std::string bar(double share, std::size_t width) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string text(width, ' ');
  std::fill_n(text.begin(), std::min(full, width), '=');
  if (full < width) text[full] = '>';
  return text;
}

}  // namespace

Progress::Progress(bool on)
    : on_(on && errors_can_be_redrawn()), begun_(std::chrono::steady_clock::now()), last_(begun_) {}

Progress::~Progress() { clear(); }

void Progress::plan(std::uint32_t trials, bool up_to_a_look) {
  const std::lock_guard lock(mutex_);
  trials_ = trials;
  up_to_a_look_ = up_to_a_look;
}

void Progress::advance(std::uint32_t trial, double share) {
  if (!on_) return;
  const std::lock_guard lock(mutex_);
  if (share >= 1) {
    running_.erase(trial);
    ++done_;
  } else {
    running_[trial] = share;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < kBetweenDrawings) return;
  last_ = now;
  draw();
}

void Progress::draw() {
  if (trials_ == 0) return;
  double parts = done_;
  for (const auto& [trial, share] : running_) parts += share;
  const double share = std::min(1.0, parts / trials_);
  const double taken = std::chrono::duration<double>(last_ - begun_).count();
  const std::string count = std::to_string(trials_);
  std::string text =
      fmt::format("trial {:>{}} of {}", std::min(done_ + 1, trials_), count.size(), count);
  if (up_to_a_look_) text += ", then a look";
  text += fmt::format("  {}{:3.0f} %  {}", error_columns() >= 76 ? "[" + bar(share, 20) + "] " : "",
                      share * 100, share > 0.005 ? time_left(taken / share - taken) : "");
  print_error("\r\x1b[K" + text.substr(0, static_cast<std::size_t>(error_columns() - 1)));
  drawn_ = true;
}

void Progress::clear() {
  const std::lock_guard lock(mutex_);
  if (drawn_) print_error("\r\x1b[K");
  drawn_ = false;
}

reports::StudyProgress told_by(Progress& progress) {
  reports::StudyProgress told;
  told.plan = [&](std::uint32_t trials, bool look) { progress.plan(trials, look); };
  told.advance = [&](std::uint32_t trial, double share) { progress.advance(trial, share); };
  return told;
}

}  // namespace lifeboat::tools
