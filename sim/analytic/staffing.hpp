// Staffing: the least servers that meet a goal, of one station and of an open network.
//
// One station (M/M/c, first come first served): every goal below gets easier with each server, so
// the least number is found by doubling and halving, and is exact.
//
// A network (Jackson 1957): stations behave as if each stood alone at its rate of the traffic
// equations, so a request that makes v_i visits to station i stays sum_i v_i W_i(c_i) on average.
// The cheapest servers with every such sum within its bound are a convex separable program in
// integers (W_i is convex in c_i: Dyer and Proll 1977). Marginal allocation (Fox 1966) gives a good
// answer, branch and bound under a Lagrangian bound the exact one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lifeboat::sim::analytic {

/// A quantile in seconds: the share `p` waits (or stays) at most `at_most`.
struct QuantileGoal {
  double p = 0.99;
  double at_most = 0;
};

/// What a station is to hold; what is not set asks for nothing. A station is stable in any case.
struct StaffingGoal {
  std::optional<double> utilization;   ///< at most, of each server
  std::optional<double> wait_chance;   ///< at most
  std::optional<double> mean_waiting;  ///< at most so many in the queue
  std::optional<double> mean_wait;
  std::optional<double> mean_sojourn;
  std::vector<QuantileGoal> wait;
  std::vector<QuantileGoal> sojourn;
};

/// Whether M/M/c with so many servers holds the goal. False where it is not stable.
[[nodiscard]] bool holds_goal(double arrival_rate, double mean_service, std::int64_t servers,
                              const StaffingGoal& goal);
/// The least servers that hold it; nothing where no number does (a sojourn below the service).
[[nodiscard]] std::optional<std::int64_t> least_servers(double arrival_rate, double mean_service,
                                                        const StaffingGoal& goal);
/// The highest arrival rate that so many servers hold, to a relative 1e-9; 0 where none.
[[nodiscard]] double highest_rate(double mean_service, std::int64_t servers,
                                  const StaffingGoal& goal);

/// A station of the network that is to be staffed.
struct StaffedStation {
  double arrival_rate = 0;  ///< of the traffic equations
  double mean_service = 0;
  double price = 1;        ///< of one server; positive
  std::int64_t least = 0;  ///< of a goal of its own; raised to what is stable
};

/// A journey's mean time in the network.
struct MeanGoal {
  std::vector<double> visits;  ///< by station
  double at_most = 0;          ///< seconds
};

/// The cheapest servers by station that hold every goal; nothing where none do. Exact. Meant for
/// up to some ten stations: the work grows steeply where many stations are alike.
[[nodiscard]] std::optional<std::vector<std::int64_t>> cheapest_servers(
    std::span<const StaffedStation> stations, std::span<const MeanGoal> goals);

}  // namespace lifeboat::sim::analytic
