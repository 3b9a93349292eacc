#include "sim/analytic/markov_chain.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <Eigen/Dense>
#include <Eigen/SparseLU>

#include "sim/random/math.hpp"

namespace lifeboat::sim::analytic {
namespace {

using Index = Eigen::Index;

constexpr std::size_t kDense = 700;
constexpr std::size_t kMostStates = 200'000;

Index at(std::size_t i) { return static_cast<Index>(i); }

void check(std::size_t states, std::span<const Transition> transitions) {
  if (states == 0 || states > kMostStates) {
    throw std::invalid_argument("a Markov chain has 1 to 200,000 states");
  }
  for (const Transition& t : transitions) {
    if (t.from >= states || t.to >= states || !(t.rate >= 0 && t.rate < 1e300)) {
      throw std::invalid_argument("a transition needs two states of the chain and a rate from 0");
    }
  }
}

// Which states can be reached from the sources, along the transitions or against them.
std::vector<bool> reachable(std::size_t states, std::span<const Transition> transitions,
                            std::span<const std::size_t> sources, bool backwards) {
  std::vector<std::vector<std::size_t>> next(states);
  for (const Transition& t : transitions) {
    if (t.rate > 0) next[backwards ? t.to : t.from].push_back(backwards ? t.from : t.to);
  }
  std::vector<bool> seen(states, false);
  std::vector<std::size_t> open(sources.begin(), sources.end());
  for (const std::size_t s : sources) seen[s] = true;
  while (!open.empty()) {
    const std::size_t s = open.back();
    open.pop_back();
    for (const std::size_t n : next[s]) {
      if (!seen[n]) open.push_back(n);
      seen[n] = true;
    }
  }
  return seen;
}

bool all(const std::vector<bool>& flags) {
  return std::find(flags.begin(), flags.end(), false) == flags.end();
}

// Grassmann, Taksar and Heyman: eliminate the states from the last, sending the flow through each
// to those before it; then substitute back.
std::vector<double> eliminate(std::size_t states, std::span<const Transition> transitions) {
  Eigen::MatrixXd rate = Eigen::MatrixXd::Zero(at(states), at(states));
  for (const Transition& t : transitions) {
    if (t.from != t.to) rate(at(t.from), at(t.to)) += t.rate;
  }
  for (Index n = at(states) - 1; n > 0; --n) {
    const double leaving = rate.row(n).head(n).sum();
    rate.col(n).head(n) /= leaving;
    rate.topLeftCorner(n, n).noalias() += rate.col(n).head(n) * rate.row(n).head(n);
  }
  std::vector<double> p(states, 0.0);
  p[0] = 1.0;
  double sum = 1.0;
  for (Index n = 1; n < at(states); ++n) {
    double value = 0.0;
    for (Index i = 0; i < n; ++i) value += p[static_cast<std::size_t>(i)] * rate(i, n);
    p[static_cast<std::size_t>(n)] = value;
    sum += value;
  }
  for (double& v : p) v /= sum;
  return p;
}

Eigen::VectorXd solve_sparse(const std::vector<Eigen::Triplet<double>>& entries, Index size,
                             const Eigen::VectorXd& right) {
  Eigen::SparseMatrix<double> matrix(size, size);
  matrix.setFromTriplets(entries.begin(), entries.end());
  Eigen::SparseLU<Eigen::SparseMatrix<double>> solver;
  solver.compute(matrix);
  if (solver.info() != Eigen::Success) {
    throw std::invalid_argument("the Markov chain's equations have no unique solution");
  }
  const Eigen::VectorXd x = solver.solve(right);
  return x + solver.solve(right - matrix * x);  // one refinement
}

std::vector<double> solve_by_lu(std::size_t states, std::span<const Transition> transitions) {
  // Balance of every state but the first, with that state's weight set to 1: the other weights
  // solve a nonsingular system without the dense row of the usual normalisation.
  std::vector<Eigen::Triplet<double>> entries;
  Eigen::VectorXd right = Eigen::VectorXd::Zero(at(states) - 1);
  for (const Transition& t : transitions) {
    if (t.from == t.to) continue;
    if (t.from > 0) entries.emplace_back(at(t.from) - 1, at(t.from) - 1, -t.rate);
    if (t.to > 0 && t.from > 0) entries.emplace_back(at(t.to) - 1, at(t.from) - 1, t.rate);
    if (t.to > 0 && t.from == 0) right(at(t.to) - 1) -= t.rate;
  }
  const Eigen::VectorXd weights = solve_sparse(entries, at(states) - 1, right);
  std::vector<double> p{1.0};
  double sum = 1.0;
  for (const double w : weights) {
    p.push_back(std::max(w, 0.0));
    sum += p.back();
  }
  for (double& v : p) v /= sum;
  return p;
}

}  // namespace

std::vector<double> stationary_distribution(std::size_t states,
                                            std::span<const Transition> transitions) {
  check(states, transitions);
  const std::size_t first = 0;
  if (!all(reachable(states, transitions, {&first, 1}, false)) ||
      !all(reachable(states, transitions, {&first, 1}, true))) {
    throw std::invalid_argument("the Markov chain is not irreducible");
  }
  return states <= kDense ? eliminate(states, transitions) : solve_by_lu(states, transitions);
}

std::vector<double> transient_distribution(std::span<const double> start,
                                           std::span<const Transition> transitions, double t) {
  const std::size_t states = start.size();
  check(states, transitions);
  if (!(t >= 0)) throw std::invalid_argument("a time must be at least 0");
  std::vector<double> leaving(states, 0.0);
  for (const Transition& x : transitions) leaving[x.from] += x.rate;
  const double fastest = *std::max_element(leaving.begin(), leaving.end());
  const double jumps = fastest * t;  // mean number of jumps of the uniformised chain
  const double work = static_cast<double>(states + transitions.size());
  if (!(jumps * work < 1e10)) {
    throw std::invalid_argument("the chain is too fast for this time: solve for its limit instead");
  }

  std::vector<double> now(start.begin(), start.end());
  if (jumps == 0) return now;
  std::vector<double> sum(states, 0.0);
  double covered = 0.0;
  const double last = jumps + 40.0 + 10.0 * std::sqrt(jumps);
  for (double n = 0; n <= last && covered < 1 - 1e-13; ++n) {
    const double chance = math::exp(n * math::log(jumps) - jumps - math::log_gamma(n + 1));
    covered += chance;
    std::vector<double> next(states, 0.0);
    for (std::size_t i = 0; i < states; ++i) {
      sum[i] += chance * now[i];
      next[i] = now[i] * (1 - leaving[i] / fastest);
    }
    for (const Transition& x : transitions) next[x.to] += now[x.from] * (x.rate / fastest);
    now = std::move(next);
  }
  return sum;
}

std::vector<double> mean_time_to_reach(std::size_t states, std::span<const Transition> transitions,
                                       std::span<const std::size_t> targets) {
  check(states, transitions);
  for (const std::size_t s : targets) {
    if (s >= states) throw std::invalid_argument("a target must be a state of the chain");
  }
  if (!all(reachable(states, transitions, targets, true))) {
    throw std::invalid_argument("some state of the Markov chain never reaches a target");
  }
  std::vector<bool> is_target(states, false);
  for (const std::size_t s : targets) is_target[s] = true;
  // leaving x time = 1 + sum of rate x time of the next state
  std::vector<Eigen::Triplet<double>> entries;
  Eigen::VectorXd right = Eigen::VectorXd::Ones(at(states));
  for (std::size_t s = 0; s < states; ++s) {
    if (!is_target[s]) continue;
    entries.emplace_back(at(s), at(s), 1.0);
    right(at(s)) = 0.0;
  }
  for (const Transition& t : transitions) {
    if (is_target[t.from] || t.from == t.to) continue;
    entries.emplace_back(at(t.from), at(t.from), t.rate);
    entries.emplace_back(at(t.from), at(t.to), -t.rate);
  }
  const Eigen::VectorXd times = solve_sparse(entries, at(states), right);
  return {times.data(), times.data() + times.size()};
}

}  // namespace lifeboat::sim::analytic
