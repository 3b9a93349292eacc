#include "reports/comparison/morris.hpp"

#include <cmath>
#include <utility>

#include "sim/random/luck.hpp"

namespace lifeboat::reports {

namespace {

constexpr std::uint64_t kStart = sim::hash_name("morris start");
constexpr std::uint64_t kOrder = sim::hash_name("morris order");

}  // namespace

Trajectory make_trajectory(std::size_t inputs, std::uint64_t seed, std::uint64_t n) {
  const std::uint64_t key = sim::mix(seed, n);
  const std::uint64_t starts = sim::mix(key, kStart);
  const std::uint64_t orders = sim::mix(key, kOrder);
  std::vector<double> point(inputs);
  std::vector<bool> upwards(inputs);
  for (std::size_t i = 0; i < inputs; ++i) {
    // Of the levels 0, 1/3, 2/3 and 1 each has one neighbour at the step's distance.
    const auto level = static_cast<unsigned>(sim::mix(starts, i) >> 62);
    point[i] = level / (kMorrisLevels - 1);
    upwards[i] = level < 2;
  }
  Trajectory trajectory;
  for (std::size_t i = 0; i < inputs; ++i) trajectory.moved.push_back(i);
  for (std::size_t i = inputs; i > 1; --i) {
    const std::size_t with = sim::multiply_wide(sim::mix(orders, i), i).high;
    std::swap(trajectory.moved[i - 1], trajectory.moved[with]);
  }
  trajectory.points.push_back(point);
  for (const std::size_t input : trajectory.moved) {
    point[input] += upwards[input] ? kMorrisStep : -kMorrisStep;
    trajectory.points.push_back(point);
  }
  return trajectory;
}

void EffectTally::add(const Trajectory& trajectory,
                      const std::vector<std::optional<double>>& values) {
  for (std::size_t s = 0; s < trajectory.moved.size() && s + 1 < values.size(); ++s) {
    if (!values[s] || !values[s + 1]) continue;
    const std::size_t input = trajectory.moved[s];
    const double step = trajectory.points[s + 1][input] - trajectory.points[s][input];
    effects_[input].push_back((*values[s + 1] - *values[s]) / step);
  }
}

ElementaryEffect EffectTally::of(std::size_t input) const {
  const std::vector<double>& effects = effects_[input];
  ElementaryEffect result;
  result.effects = effects.size();
  if (effects.empty()) return result;
  const auto n = static_cast<double>(effects.size());
  for (const double effect : effects) {
    result.mu += effect / n;
    result.mu_star += std::fabs(effect) / n;
  }
  if (effects.size() < 2) return result;
  double squares = 0;
  for (const double effect : effects) squares += (effect - result.mu) * (effect - result.mu);
  result.sigma = std::sqrt(squares / (n - 1));
  return result;
}

}  // namespace lifeboat::reports
