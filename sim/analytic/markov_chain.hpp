// Continuous-time Markov chains with finitely many states.
//
// For what has no closed form but few states: availability with repair and coverage, retries into
// a small queue. The stationary distribution comes from the method of Grassmann, Taksar and
// Heyman (1985), which never subtracts and so keeps the relative accuracy of the smallest
// probabilities, up to 700 states; above that from a sparse LU decomposition (Eigen). The
// transient distribution comes from uniformisation.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lifeboat::sim::analytic {

struct Transition {
  std::size_t from;
  std::size_t to;
  double rate;  // per unit of time, at least 0; several of one pair add up
};

/// Stationary probabilities of an irreducible chain. Throws std::invalid_argument for a bad
/// transition, more than 200,000 states, or a chain that is not irreducible.
[[nodiscard]] std::vector<double> stationary_distribution(std::size_t states,
                                                          std::span<const Transition> transitions);

/// The distribution at time t from the given start; absolute error below 1e-12. Work grows with
/// t times the fastest rate (at most 1e10 jumps x transitions, else std::invalid_argument).
[[nodiscard]] std::vector<double> transient_distribution(std::span<const double> start,
                                                         std::span<const Transition> transitions,
                                                         double t);

/// Mean time until one of the target states is first entered, from each state (0 in a target).
/// Throws std::invalid_argument if some state never reaches a target.
[[nodiscard]] std::vector<double> mean_time_to_reach(std::size_t states,
                                                     std::span<const Transition> transitions,
                                                     std::span<const std::size_t> targets);

}  // namespace lifeboat::sim::analytic
