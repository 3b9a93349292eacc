#include "sim/analytic/erlang.hpp"

#include <cmath>
#include <stdexcept>

#include "sim/random/math.hpp"

namespace lifeboat::sim::analytic {
namespace {

constexpr std::int64_t kMostServers = 100'000'000;

void require_load(double load) {
  if (!(load >= 0 && load <= 1e8)) {
    throw std::invalid_argument("an offered load must lie between 0 and 1e8 Erlang");
  }
}

void require_chance(double chance) {
  if (!(chance > 0 && chance <= 1)) {
    throw std::invalid_argument("a chance must be above 0 and at most 1");
  }
}

double waiting_from_blocking(double blocking, double utilization) {
  return utilization >= 1 ? 1.0 : blocking / (1.0 - utilization * (1.0 - blocking));
}

// Walks the recursion until `done(servers, B)`.
template <class Done>
std::int64_t walk(double load, const Done& done) {
  double blocking = 1.0;
  std::int64_t servers = 0;
  while (!done(servers, blocking)) {
    if (++servers > kMostServers) throw std::invalid_argument("no number of servers is enough");
    const double part = load * blocking;
    blocking = part / (static_cast<double>(servers) + part);
  }
  return servers;
}

}  // namespace

double erlang_b(std::int64_t servers, double load) {
  require_load(load);
  if (servers < 0 || servers > kMostServers) {
    throw std::invalid_argument("servers must be 0 to 100 million");
  }
  if (load == 0) return servers == 0 ? 1.0 : 0.0;
  double result = 1.0;
  walk(load, [&](std::int64_t c, double blocking) {
    result = blocking;
    return c == servers;
  });
  return result;
}

double erlang_c(std::int64_t servers, double load) {
  const double blocking = erlang_b(servers, load);
  if (servers == 0) return 1.0;
  return waiting_from_blocking(blocking, load / static_cast<double>(servers));
}

std::int64_t servers_for_blocking(double load, double chance) {
  require_load(load);
  require_chance(chance);
  if (load == 0) return chance < 1 ? 1 : 0;
  return walk(load, [&](std::int64_t, double blocking) { return blocking <= chance; });
}

std::int64_t servers_for_waiting(double load, double chance) {
  require_load(load);
  require_chance(chance);
  if (load == 0) return chance < 1 ? 1 : 0;
  return walk(load, [&](std::int64_t servers, double blocking) {
    return servers > 0 &&
           waiting_from_blocking(blocking, load / static_cast<double>(servers)) <= chance;
  });
}

double halfin_whitt_waiting(double b) {
  if (!(b > 0)) throw std::invalid_argument("the safety factor of a staffing rule must be above 0");
  const double density = math::exp(-0.5 * b * b) * 0.39894228040143267794;
  return density / (density + b * math::normal_cdf(b));
}

std::int64_t square_root_staffing(double load, double waiting_chance) {
  require_load(load);
  require_chance(waiting_chance);
  double low = 1e-9;
  double high = 38.0;
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high);
    (halfin_whitt_waiting(middle) > waiting_chance ? low : high) = middle;
  }
  return static_cast<std::int64_t>(std::ceil(load + high * std::sqrt(load)));
}

}  // namespace lifeboat::sim::analytic
