#include "sim/analytic/staffing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "sim/analytic/queues.hpp"

namespace lifeboat::sim::analytic {

namespace {

constexpr std::int64_t kMostStaff = 10'000'000;
constexpr double kInfinite = std::numeric_limits<double>::infinity();

std::int64_t least_stable(double offered) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(offered)) + 1);
}

/// With servers without end nobody waits, and a stay is a service.
bool can_hold(double mean_service, const StaffingGoal& goal) {
  const bool stays = std::all_of(goal.sojourn.begin(), goal.sojourn.end(), [&](const auto& one) {
    return -mean_service * std::log1p(-one.p) < one.at_most;
  });
  const auto some = [](const std::optional<double>& most) { return !most || *most > 0; };
  const bool waits = std::all_of(goal.wait.begin(), goal.wait.end(),
                                 [](const auto& one) { return one.at_most >= 0; });
  return stays && waits && some(goal.utilization) && some(goal.wait_chance) &&
         some(goal.mean_waiting) && some(goal.mean_wait) &&
         (!goal.mean_sojourn || *goal.mean_sojourn > mean_service);
}

/// Mean time in one station by its servers, kept once computed.
class SojournTable {
 public:
  explicit SojournTable(const StaffedStation& station) : station_(station) {}
  double at(std::int64_t servers) {
    const auto index = static_cast<std::size_t>(servers);
    if (index >= known_.size()) known_.resize(index + 1, -1);
    if (known_[index] < 0) {
      known_[index] = mmc(station_.arrival_rate, station_.mean_service, servers).mean_sojourn;
    }
    return known_[index];
  }

 private:
  StaffedStation station_;
  std::vector<double> known_;
};

/// Depth first over the stations; see the header.
class CheapestServers {
 public:
  CheapestServers(std::span<const StaffedStation> stations, std::span<const MeanGoal> goals)
      : stations_(stations), goals_(goals), multipliers_(goals.size(), 0) {
    for (const StaffedStation& station : stations) {
      tables_.emplace_back(station);
      least_.push_back(
          std::max(station.least, least_stable(station.arrival_rate * station.mean_service)));
      whole_prices_ = whole_prices_ && station.price == std::round(station.price);
    }
  }

  std::optional<std::vector<std::int64_t>> solve() {
    for (const MeanGoal& goal : goals_) {
      double least = 0;
      for (std::size_t i = 0; i < stations_.size(); ++i) {
        least += goal.visits[i] * stations_[i].mean_service;
      }
      if (!(least < goal.at_most)) return std::nullopt;
    }
    best_ = marginal_allocation();
    best_price_ = price_of(best_);
    raise_multipliers();
    now_ = least_;
    used_.assign(goals_.size(), 0);
    descend(0, 0);
    return best_;
  }

 private:
  [[nodiscard]] double price_of(const std::vector<std::int64_t>& servers) const {
    double price = 0;
    for (std::size_t i = 0; i < servers.size(); ++i) {
      price += stations_[i].price * static_cast<double>(servers[i]);
    }
    return price;
  }

  double time_of(std::size_t goal, const std::vector<std::int64_t>& servers) {
    double time = 0;
    for (std::size_t i = 0; i < servers.size(); ++i) {
      if (goals_[goal].visits[i] > 0) time += goals_[goal].visits[i] * tables_[i].at(servers[i]);
    }
    return time;
  }

  bool holds(const std::vector<std::int64_t>& servers) {
    for (std::size_t k = 0; k < goals_.size(); ++k) {
      if (time_of(k, servers) > goals_[k].at_most) return false;
    }
    return true;
  }

  /// Always the server that takes most off the broken bounds for its price; then any that was one
  /// too many is taken back.
  std::vector<std::int64_t> marginal_allocation() {
    std::vector<std::int64_t> servers = least_;
    while (!holds(servers)) {
      std::size_t best = 0;
      double most = -1;
      for (std::size_t i = 0; i < servers.size(); ++i) {
        const double saved = tables_[i].at(servers[i]) - tables_[i].at(servers[i] + 1);
        double gain = 0;
        for (std::size_t k = 0; k < goals_.size(); ++k) {
          if (time_of(k, servers) > goals_[k].at_most) gain += goals_[k].visits[i] * saved;
        }
        if (gain / stations_[i].price > most) {
          most = gain / stations_[i].price;
          best = i;
        }
      }
      ++servers[best];
    }
    for (std::size_t i = 0; i < servers.size(); ++i) {
      while (servers[i] > least_[i]) {
        --servers[i];
        if (holds(servers)) continue;
        ++servers[i];
        break;
      }
    }
    return servers;
  }

  /// price + multiplied times: convex in the servers.
  double weighed(std::size_t i, std::int64_t servers) {
    double sum = stations_[i].price * static_cast<double>(servers);
    for (std::size_t k = 0; k < goals_.size(); ++k) {
      sum += multipliers_[k] * goals_[k].visits[i] * tables_[i].at(servers);
    }
    return sum;
  }
  std::int64_t lightest(std::size_t i) {
    std::int64_t servers = least_[i];
    while (weighed(i, servers + 1) < weighed(i, servers)) ++servers;
    return servers;
  }
  double bounds_total() const {
    double sum = 0;
    for (std::size_t k = 0; k < goals_.size(); ++k) sum += multipliers_[k] * goals_[k].at_most;
    return sum;
  }

  /// Subgradient steps after Polyak; the multipliers of the best bound stay. Any are valid.
  void raise_multipliers() {
    std::vector<double> best = multipliers_;
    double highest = -kInfinite;
    for (int turn = 0; turn < 60 && !goals_.empty(); ++turn) {
      std::vector<std::int64_t> servers;
      double bound = -bounds_total();
      for (std::size_t i = 0; i < stations_.size(); ++i) {
        servers.push_back(lightest(i));
        bound += weighed(i, servers.back());
      }
      if (bound > highest) {
        highest = bound;
        best = multipliers_;
      }
      std::vector<double> over;
      double squares = 0;
      for (std::size_t k = 0; k < goals_.size(); ++k) {
        over.push_back(time_of(k, servers) - goals_[k].at_most);
        squares += over[k] * over[k];
      }
      const double gap = best_price_ - bound;
      if (!(squares > 0) || !(gap > 0)) break;
      for (std::size_t k = 0; k < goals_.size(); ++k) {
        multipliers_[k] = std::max(0.0, multipliers_[k] + gap / squares * over[k]);
      }
    }
    multipliers_ = best;
    rest_.assign(stations_.size() + 1, -bounds_total());
    for (std::size_t i = stations_.size(); i-- > 0;) {
      rest_[i] = rest_[i + 1] + weighed(i, lightest(i));
    }
  }

  /// Whether nothing cheaper than the best can lie below a bound.
  [[nodiscard]] bool is_hopeless(double bound) const {
    const double slack = 1e-9 * std::max(1.0, best_price_);
    return whole_prices_ ? std::ceil(bound - slack) >= best_price_ : bound >= best_price_ - slack;
  }

  /// `weight`: of the stations before `i`.
  void descend(std::size_t i, double weight) {
    if (i == stations_.size()) {
      const double price = price_of(now_);
      if (price < best_price_ && holds(now_)) {
        best_price_ = price;
        best_ = now_;
      }
      return;
    }
    const std::int64_t middle = lightest(i);
    for (std::int64_t c = middle; try_servers(i, c, weight); ++c) {
    }
    for (std::int64_t c = middle - 1; c >= least_[i] && try_servers(i, c, weight); --c) {
    }
    now_[i] = least_[i];
  }

  /// False where this and all beyond it, away from the lightest, are hopeless.
  bool try_servers(std::size_t i, std::int64_t servers, double weight) {
    const double here = weight + weighed(i, servers);
    if (is_hopeless(here + rest_[i + 1])) return false;
    now_[i] = servers;
    const double saved_time = tables_[i].at(servers);
    bool fits = true;
    for (std::size_t k = 0; k < goals_.size(); ++k) {
      used_[k] += goals_[k].visits[i] * saved_time;
      double least = used_[k];
      for (std::size_t j = i + 1; j < stations_.size(); ++j) {
        least += goals_[k].visits[j] * stations_[j].mean_service;
      }
      fits = fits && least <= goals_[k].at_most * (1 + 1e-12);
    }
    if (fits) descend(i + 1, here);
    for (std::size_t k = 0; k < goals_.size(); ++k) used_[k] -= goals_[k].visits[i] * saved_time;
    return true;
  }

  std::span<const StaffedStation> stations_;
  std::span<const MeanGoal> goals_;
  std::vector<SojournTable> tables_;
  std::vector<std::int64_t> least_;
  std::vector<double> multipliers_;
  std::vector<double> rest_;  // least weight of the stations from i on, less the bounds
  bool whole_prices_ = true;
  std::vector<std::int64_t> now_;
  std::vector<double> used_;  // by goal, time at the stations that are decided
  std::vector<std::int64_t> best_;
  double best_price_ = 0;
};

}  // namespace

bool holds_goal(double arrival_rate, double mean_service, std::int64_t servers,
                const StaffingGoal& goal) {
  const StationFigures figures = mmc(arrival_rate, mean_service, servers);
  if (!figures.stable) return false;
  const auto within = [](const std::optional<double>& most, double value) {
    return !most || value <= *most;
  };
  if (!within(goal.utilization, figures.utilization)) return false;
  if (!within(goal.wait_chance, figures.wait_chance)) return false;
  if (!within(goal.mean_waiting, figures.mean_waiting)) return false;
  if (!within(goal.mean_wait, figures.mean_wait)) return false;
  if (!within(goal.mean_sojourn, figures.mean_sojourn)) return false;
  return std::all_of(goal.wait.begin(), goal.wait.end(),
                     [&](const QuantileGoal& one) {
                       return mmc_wait_survival(arrival_rate, mean_service, servers, one.at_most) <=
                              1 - one.p;
                     }) &&
         std::all_of(goal.sojourn.begin(), goal.sojourn.end(), [&](const QuantileGoal& one) {
           return mmc_sojourn_survival(arrival_rate, mean_service, servers, one.at_most) <=
                  1 - one.p;
         });
}

std::optional<std::int64_t> least_servers(double arrival_rate, double mean_service,
                                          const StaffingGoal& goal) {
  if (!can_hold(mean_service, goal)) return std::nullopt;
  std::int64_t low = least_stable(arrival_rate * mean_service) - 1;  // does not hold
  std::int64_t step = 1;
  while (!holds_goal(arrival_rate, mean_service, low + step, goal)) {
    low += step;
    step *= 2;
    if (low > kMostStaff) return std::nullopt;
  }
  std::int64_t high = low + step;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (holds_goal(arrival_rate, mean_service, middle, goal) ? high : low) = middle;
  }
  return high;
}

double highest_rate(double mean_service, std::int64_t servers, const StaffingGoal& goal) {
  double low = 0;
  double high = static_cast<double>(servers) / mean_service;
  if (!can_hold(mean_service, goal)) return 0;
  while (high - low > 1e-10 * high) {
    const double middle = (low + high) / 2;
    (holds_goal(middle, mean_service, servers, goal) ? low : high) = middle;
  }
  return low;
}

std::optional<std::vector<std::int64_t>> cheapest_servers(std::span<const StaffedStation> stations,
                                                          std::span<const MeanGoal> goals) {
  for (const StaffedStation& station : stations) {
    if (!(station.price > 0) || !(station.mean_service > 0) || !(station.arrival_rate >= 0)) {
      throw std::invalid_argument("a station needs a positive price and service time");
    }
  }
  for (const MeanGoal& goal : goals) {
    if (goal.visits.size() != stations.size()) {
      throw std::invalid_argument("a goal needs visits for each station");
    }
  }
  return CheapestServers(stations, goals).solve();
}

}  // namespace lifeboat::sim::analytic
