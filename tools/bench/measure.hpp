// Runs one model through the public path and measures it.
//
// Its files are read, checked and compiled by reports::prepare_run (the start-up), then its trials
// run one after another by sim::run_trial, in one thread, with the statistics and the audit that
// every run has. The time is the processor time of that thread over the trials alone (a machine
// that is busy otherwise distorts it less than it does wall time, which is given beside it).
//
// A *hop* is one completed stay that took simulated time: a visit, shared work, a delay, a user's
// thought. Requests are those of the whole run: arrivals of the measured window are counted by the
// engine, and the warm-up and the time after the window are charged at the same rate.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/bench/model.hpp"

namespace lifeboat::bench {

struct MeasureOptions {
  Size size = Size::kNormal;
  double seconds = 0;        ///< run further trials until so much processor time has passed
  std::uint32_t repeat = 1;  ///< measure so often; the results must be the same each time
  std::uint64_t seed = 1;
};

/// One pass over the trials of a model.
struct Pass {
  double cpu_s = 0;
  double wall_s = 0;
  double requests = 0;
  double hops = 0;
  double events = 0;
  std::uint32_t trials = 0;
};

/// A check's outcome. Without an interval (one trial) nothing is said about `within`.
struct Outcome {
  std::string what;
  std::string unit;
  double analytic = 0;
  double simulated = 0;
  double low = 0;  ///< widened by the slack
  double high = 0;
  double slack = 0;
  bool judged = false;
  bool within = false;
};

struct Measurement {
  std::string model;
  std::string size;
  double startup_s = 0;  ///< from the files to a network that can be run; processor time
  double memory_mib = 0;
  std::vector<Pass> passes;
  std::vector<Outcome> outcomes;

  /// The pass of median processor time a hop.
  [[nodiscard]] const Pass& median() const;
};

/// A file below the data root. Throws std::runtime_error where there is none.
[[nodiscard]] std::filesystem::path data_file(const std::string& name);

/// Of a clock that only moves forward.
[[nodiscard]] double wall_seconds();

/// The model at that size, read, checked and compiled. Throws std::runtime_error.
[[nodiscard]] reports::RunInput prepared(const Model& model, const MeasureOptions& options);

/// Measures in this process. Throws std::runtime_error where the model cannot be prepared, ends
/// early, or gives other results when it is repeated.
[[nodiscard]] Measurement measure(const Model& model, const MeasureOptions& options);

/// Measures in a process of its own, so that the peak memory is the model's alone.
[[nodiscard]] Measurement measure_apart(const Model& model, const MeasureOptions& options);

}  // namespace lifeboat::bench
