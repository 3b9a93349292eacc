#include "models/services/elasticache/popularity.hpp"

#include <algorithm>
#include <cmath>

#include "sim/random/luck.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::models::elasticache {

namespace {
constexpr std::uint32_t kHead = 4096;
}

Popularity::Popularity(std::uint32_t count, double zipf)
    : count_(std::max(count, 1U)), zipf_(zipf), head_{0.0} {
  const std::uint32_t terms = std::min(count_, kHead);
  for (std::uint32_t i = 1; i <= terms; ++i) {
    head_.push_back(head_.back() + sim::math::pow(static_cast<double>(i), -zipf_));
  }
}

double Popularity::harmonic(double keys) const {
  const double whole = std::floor(std::clamp(keys, 0.0, static_cast<double>(count_)));
  if (whole < static_cast<double>(head_.size())) return head_[static_cast<std::size_t>(whole)];
  const double from = static_cast<double>(head_.size()) - 0.5;
  const double to = whole + 0.5;
  const double power = 1.0 - zipf_;
  const double rest = std::abs(power) < 1e-9
                          ? sim::math::log(to / from)
                          : (sim::math::pow(to, power) - sim::math::pow(from, power)) / power;
  return head_.back() + rest;
}

double Popularity::of_top(double keys) const {
  return harmonic(keys) / harmonic(static_cast<double>(count_));
}

std::vector<double> Popularity::by_shard(std::uint32_t shards) const {
  const std::uint32_t n = std::max(shards, 1U);
  const double all = harmonic(static_cast<double>(count_));
  std::vector<double> share(n, (1.0 - head_.back() / all) / n);
  for (std::size_t i = 1; i < head_.size(); ++i) {
    const std::uint64_t bits = sim::mix(sim::hash_name("shard"), i);
    share[sim::uniform_index(bits, n)] += (head_[i] - head_[i - 1]) / all;
  }
  return share;
}

}  // namespace lifeboat::models::elasticache
