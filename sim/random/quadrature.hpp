// Gauss-Legendre integration on short intervals. Private to this folder.
#pragma once

#include <array>

namespace lifeboat::sim {

struct GaussNode {
  double position;  // in (0, 1)
  double weight;    // they sum to 1
};

namespace detail {

// Nodes and weights on [-1, 1] (Abramowitz and Stegun, table 25.4), moved to [0, 1].
template <std::size_t Half>
constexpr std::array<GaussNode, 2 * Half> gauss_nodes(const std::array<GaussNode, Half>& positive) {
  std::array<GaussNode, 2 * Half> nodes{};
  for (std::size_t i = 0; i < Half; ++i) {
    nodes[Half + i] = {0.5 + 0.5 * positive[i].position, 0.5 * positive[i].weight};
    nodes[Half - 1 - i] = {0.5 - 0.5 * positive[i].position, 0.5 * positive[i].weight};
  }
  return nodes;
}

}  // namespace detail

/// Exact for polynomials up to degree 7.
inline constexpr std::array<GaussNode, 4> kGauss4 =
    detail::gauss_nodes<2>({{{0.339981043584856264803, 0.652145154862546142627},
                             {0.861136311594052575224, 0.347854845137453857373}}});

/// Exact for polynomials up to degree 15.
inline constexpr std::array<GaussNode, 8> kGauss8 =
    detail::gauss_nodes<4>({{{0.183434642495649804939, 0.362683783378361982965},
                             {0.525532409916328985818, 0.313706645877887287338},
                             {0.796666477413626739592, 0.222381034453374470544},
                             {0.960289856497536231684, 0.101228536290376259153}}});

/// The integral of f over [low, high] by 8 nodes in each of the intervals [x, 2x] that lead up to
/// high: right for functions with a power or logarithm at zero. low may be 0; what lies below
/// 2^-100 of high is then left out.
template <class Function>
double integrate_by_octaves(double low, double high, Function&& f) {
  double sum = 0.0;
  const double end = low > high * 0x1p-100 ? low : high * 0x1p-100;
  while (high > end) {
    const double from = 0.5 * high > end ? 0.5 * high : end;
    double panel = 0.0;
    for (const GaussNode& node : kGauss8) {
      panel += node.weight * f(from + node.position * (high - from));
    }
    sum += panel * (high - from);
    high = from;
  }
  return sum;
}

}  // namespace lifeboat::sim
