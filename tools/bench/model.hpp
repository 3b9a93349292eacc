// What the benchmark runs: a scenario file, how much of it by size, and what is known of its
// answer.
//
// A check compares a mean over trials with a closed form. Each trial gives a numerator and a
// denominator (a sum and a count); their ratio over all trials has an interval by the jackknife and
// Student's t. Where the closed form is an approximation, or leaves something small out, the slack
// says by how much at most, and the interval is widened by it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reports/studies/run_input.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::bench {

enum class Size : std::uint8_t { kTiny, kNormal, kLarge };
inline constexpr std::array<const char*, 3> kSizeNames = {"tiny", "normal", "large"};

/// Two-sided confidence of the intervals that checks use: a sound engine fails one check in 10,000.
inline constexpr double kConfidence = 0.9999;

/// What one trial adds to a ratio of sums.
struct Part {
  double numerator = 0;
  double denominator = 0;
};

/// What a closed form may look at.
struct Subject {
  const reports::RunInput& input;
  std::string scenario;          ///< its file
  std::vector<std::string> set;  ///< as it was prepared
};

struct Check {
  std::string what;  ///< "mean sojourn"
  std::string unit;  ///< "s", "1/s", or empty for a plain number
  std::function<double(const Subject&)> analytic;
  std::function<Part(const reports::RunInput&, const sim::TrialResult&)> part;
  double slack = 0;  ///< largest relative error of the closed form itself
};

/// How much of a model one size runs.
struct Scale {
  std::uint32_t trials = 1;
  std::vector<std::string> set;  ///< changes of the merged files: "duration=100s"
};

struct Model {
  std::string name;
  std::string summary;   ///< one line
  std::string scenario;  ///< below the data root: "bench/mm1.json"
  std::array<Scale, 3> scales;
  std::vector<Check> checks;
  bool takes_long = false;  ///< runs only when it is named

  [[nodiscard]] const Scale& scale(Size size) const {
    return scales[static_cast<std::size_t>(size)];
  }
};

/// All models, in the order in which they are listed and run.
[[nodiscard]] const std::vector<Model>& models();

/// The model of that name, or null.
[[nodiscard]] const Model* find_model(const std::string& name);

}  // namespace lifeboat::bench
