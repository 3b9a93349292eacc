#include "models/services/msk/hashing.hpp"

#include <cmath>
#include <numeric>
#include <string>

#include "sim/random/luck.hpp"

namespace lifeboat::models::msk {

namespace {

struct Tree {
  sim::PlanBuilder& plan;
  const std::vector<double>& shares;
  const std::vector<sim::PlanBuilder::Label>& to;

  [[nodiscard]] double sum(std::size_t first, std::size_t end) const {
    return std::accumulate(shares.begin() + static_cast<std::ptrdiff_t>(first),
                           shares.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
  }
  void emit(std::size_t first, std::size_t end) {  // NOLINT(misc-no-recursion): depth log n
    if (end - first == 1) {
      plan.jump(to[first]);
      return;
    }
    const std::size_t middle = first + (end - first) / 2;
    const double all = sum(first, end);
    const auto upper = plan.label();
    plan.branch(all > 0 ? sum(middle, end) / all : 0.5, upper,
                "partition-" + std::to_string(middle));
    emit(first, middle);
    plan.place(upper);
    emit(middle, end);
  }
};

}  // namespace

std::vector<double> partition_shares(const sim::KeySpace& keys, std::uint32_t partitions) {
  std::vector<double> shares(partitions, 0);
  for (std::uint32_t key = 0; key < keys.count; ++key) {
    const double popularity = keys.per_client ? 1 : std::pow(key + 1.0, -keys.zipf);
    shares[sim::uniform_index(sim::mix(key, 0), partitions)] += popularity;
  }
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share = all > 0 ? share / all : 1.0 / partitions;
  return shares;
}

void jump_by_shares(sim::PlanBuilder& plan, const std::vector<double>& shares,
                    const std::vector<sim::PlanBuilder::Label>& to) {
  Tree{plan, shares, to}.emit(0, to.size());
}

}  // namespace lifeboat::models::msk
