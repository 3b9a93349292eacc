// The progress bar on standard error: trials done, share of the whole, time left.
//
//   trial  7 of 10  [=========>            ]  41 %  about 35 s left
//
// Drawn at most five times a second, on one line that is erased at the end. Threads report the
// shares of their trials; time left is extrapolated from the time taken. Off unless standard
// error is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>

#include "reports/studies/run_study.hpp"

namespace lifeboat::tools {

class Progress {
 public:
  explicit Progress(bool on);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Trials now planned in all: known ones, or up to the next look.
  void plan(std::uint32_t trials, bool up_to_a_look);
  /// The share of a trial that has run. From any thread.
  void advance(std::uint32_t trial, double share);
  /// Erases the line.
  void clear();

 private:
  void draw();

  bool on_;
  std::mutex mutex_;
  std::uint32_t trials_ = 0;
  bool up_to_a_look_ = false;
  std::uint32_t done_ = 0;
  std::map<std::uint32_t, double> running_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point last_;
};

/// Tells a study's progress to the bar, which must outlive it.
[[nodiscard]] reports::StudyProgress told_by(Progress& progress);

}  // namespace lifeboat::tools
