// Elementary effects: which of many inputs matter, and which act together (Morris 1991).
//
// Each input runs from 0 to 1 on a grid of p = 4 levels. A trajectory starts at a random point and
// moves each input once, in random order, by D = p / (2 (p - 1)) = 2/3, up or down; the effect of
// an input is the change of the figure over the step. Over r trajectories
//
//   mu      mean effect: how far the figure goes from the one end to the other
//   mu*     mean of their sizes, which effects of both signs do not cancel (Campolongo, Cariboni
//           and Saltelli 2007)
//   sigma   standard deviation: 0 for an input that acts linearly and by itself; large where the
//           effect depends on the other inputs or bends
//
// at r (k + 1) evaluations for k inputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace lifeboat::reports {

inline constexpr double kMorrisLevels = 4;
inline constexpr double kMorrisStep = 2.0 / 3;

/// Points in the unit cube; the next differs from each in one input.
struct Trajectory {
  std::vector<std::vector<double>> points;  ///< inputs + 1 of them
  std::vector<std::size_t> moved;           ///< by step: the input
};

/// The n-th trajectory of a seed, whatever n others there are.
[[nodiscard]] Trajectory make_trajectory(std::size_t inputs, std::uint64_t seed, std::uint64_t n);

struct ElementaryEffect {
  double mu = 0;
  double mu_star = 0;
  double sigma = 0;  ///< 0 with fewer than two effects
  std::size_t effects = 0;
};

/// Collects the effects of one figure; a value that is absent makes the steps to and from it
/// count nowhere.
class EffectTally {
 public:
  explicit EffectTally(std::size_t inputs) : effects_(inputs) {}
  void add(const Trajectory& trajectory, const std::vector<std::optional<double>>& values);
  [[nodiscard]] ElementaryEffect of(std::size_t input) const;

 private:
  std::vector<std::vector<double>> effects_;
};

}  // namespace lifeboat::reports
