// Queueing networks with product form.
//
// Open: Jackson (1957, 1963): Poisson arrivals from outside, exponential services, random routing;
// every station is an M/M/c queue at the rate that the traffic equations give it. With processor
// sharing or delay stations any service law will do (Baskett, Chandy, Muntz, Palacios 1975).
//
// Closed: a fixed number of requests circulates. One class, any number of servers: Buzen's
// convolution, in positive terms only, so nothing cancels. Several classes, single servers and
// delays: exact mean value analysis (Reiser and Lavenberg 1980).
//
// A station's demand is visits x mean service time; zero servers mean a delay (everyone is served
// at once). Rates per second, times in seconds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/analytic/queues.hpp"

namespace lifeboat::sim::analytic {

/// A row-major square matrix: entry (i, j) at i * size + j.
struct SquareMatrix {
  std::size_t size = 0;
  std::vector<double> entries;

  explicit SquareMatrix(std::size_t n) : size(n), entries(n * n, 0.0) {}
  [[nodiscard]] double& operator()(std::size_t i, std::size_t j) { return entries[i * size + j]; }
  [[nodiscard]] double operator()(std::size_t i, std::size_t j) const {
    return entries[i * size + j];
  }
};

/// Arrival rates x with x = external + x routing: routing(i, j) is the mean number of requests
/// that one completion at i sends to j (a probability in a Jackson network; more than 1 where a
/// call fans out). Throws std::invalid_argument if no finite non-negative solution exists (traffic
/// that feeds itself without loss).
[[nodiscard]] std::vector<double> traffic_equations(std::span<const double> external,
                                                    const SquareMatrix& routing);

struct NetworkStation {
  double mean_service = 0;
  std::int64_t servers = 1;  // 0: a delay
};

/// Each station's figures in the open network.
[[nodiscard]] std::vector<StationFigures> open_network(std::span<const NetworkStation> stations,
                                                       std::span<const double> external,
                                                       const SquareMatrix& routing);

/// Visits and mean service time of a class at a station.
struct ClosedStation {
  double visits = 1;
  double mean_service = 0;
  std::int64_t servers = 1;  // 0: a delay
};

struct ClosedFigures {
  double throughput = 0;             // of the network: cycles per second
  std::vector<double> utilization;   // busy servers over servers; for a delay 0
  std::vector<double> mean_number;   // queue and service
  std::vector<double> mean_sojourn;  // per visit
};

/// One class of `population` requests that think for `think_time` between cycles. Exact.
/// O(stations^2 population^2).
[[nodiscard]] ClosedFigures closed_network(std::span<const ClosedStation> stations,
                                           std::int64_t population, double think_time);

/// The same by mean value analysis; single servers and delays only. O(stations population).
[[nodiscard]] ClosedFigures mean_value_analysis(std::span<const ClosedStation> stations,
                                                std::int64_t population, double think_time);

/// Several classes over stations that are single servers or delays.
struct ClosedClass {
  std::int64_t population = 0;
  double think_time = 0;
  std::vector<double> demands;  // visits x mean service, per station
};

struct MulticlassFigures {
  std::vector<double> throughput;                // per class
  std::vector<std::vector<double>> mean_number;  // [class][station]
  std::vector<std::vector<double>> residence;    // time per cycle, [class][station]
};

/// Exact; is_delay[k] says whether station k is a delay. Work grows with the product of the
/// populations (at most 10 million population vectors, else std::invalid_argument).
[[nodiscard]] MulticlassFigures multiclass_mean_value_analysis(std::span<const ClosedClass> classes,
                                                               const std::vector<bool>& is_delay);

}  // namespace lifeboat::sim::analytic
