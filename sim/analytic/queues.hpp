// Single stations in closed form.
//
// Rates are per second, times in seconds. Waiting times and numbers waiting count the queue
// alone, sojourn times and numbers the queue and the service, as in every report. An overloaded
// queue without limit has infinite waits: that is its answer, not an error. Bad parameters
// (negative, not a number) throw std::invalid_argument.
//
// Sources: Kleinrock, Queueing Systems, vol. 1 (1975) and 2 (1976); Gross and Harris,
// Fundamentals of Queueing Theory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lifeboat::sim::analytic {

/// What a station shows in the steady state.
struct StationFigures {
  double utilization = 0;   // busy servers over servers
  double throughput = 0;    // served per second
  double blocked = 0;       // share of arrivals turned away
  double wait_chance = 0;   // share of admitted arrivals that wait
  double mean_waiting = 0;  // number in the queue
  double mean_number = 0;   // number in the queue and in service
  double mean_wait = 0;     // of admitted arrivals, seconds
  double mean_sojourn = 0;
  bool stable = true;
};

/// M/M/c, first come first served (the means hold for any order that ignores service times, and
/// for processor sharing the sojourn does).
[[nodiscard]] StationFigures mmc(double arrival_rate, double mean_service, std::int64_t servers);
[[nodiscard]] inline StationFigures mm1(double arrival_rate, double mean_service) {
  return mmc(arrival_rate, mean_service, 1);
}
/// P[wait > t] in M/M/c, first come first served.
[[nodiscard]] double mmc_wait_survival(double arrival_rate, double mean_service,
                                       std::int64_t servers, double t);
/// The p-quantile of the wait: 0 up to the chance not to wait.
[[nodiscard]] double mmc_wait_quantile(double arrival_rate, double mean_service,
                                       std::int64_t servers, double p);
/// P[sojourn > t]: with the chance C to wait, an exponential wait and a service; otherwise a
/// service alone.
[[nodiscard]] double mmc_sojourn_survival(double arrival_rate, double mean_service,
                                          std::int64_t servers, double t);
[[nodiscard]] double mmc_sojourn_quantile(double arrival_rate, double mean_service,
                                          std::int64_t servers, double p);

/// M/M/c with `waiting_places` beyond the servers (0: Erlang's loss system).
[[nodiscard]] StationFigures mmck(double arrival_rate, double mean_service, std::int64_t servers,
                                  std::int64_t waiting_places);

/// M/G/1, first come first served: Pollaczek and Khinchine. squared_cv of the service time.
[[nodiscard]] StationFigures mg1(double arrival_rate, double mean_service, double squared_cv);
/// M/G/1 under processor sharing: insensitive to the service law; mean sojourn of a request of
/// this size is size / (1 - utilization). `wait` is sojourn minus service.
[[nodiscard]] StationFigures mg1_processor_sharing(double arrival_rate, double mean_service);
/// M/G/infinity: the number is Poisson with this mean.
[[nodiscard]] StationFigures mg_infinity(double arrival_rate, double mean_service);

/// One class of an M/G/1 queue with priorities without preemption.
struct PriorityClass {
  double arrival_rate;
  double mean_service;
  double squared_cv;
};
/// Mean waits, first class first served: Cobham (1954). Infinite from the class that overloads.
[[nodiscard]] std::vector<double> mg1_priority_waits(std::span<const PriorityClass> classes);

/// Stationary distribution of a birth-death chain: births[n] is the rate from n to n + 1 and
/// deaths[n] from n + 1 to n (positive); one state more than rates.
[[nodiscard]] std::vector<double> birth_death(std::span<const double> births,
                                              std::span<const double> deaths);

/// Poisson arrivals, exponential sizes, c servers shared by at most `most_in_service` requests
/// (each gets min(1, c / n) of a server), the others waiting; `most_in_system` cuts the chain
/// (arrivals beyond are lost). Entry n is the chance of n in the system. With most_in_service >=
/// c it is the chain of M/M/c, whose sojourn times differ.
[[nodiscard]] std::vector<double> limited_processor_sharing(double arrival_rate,
                                                            double mean_service, double servers,
                                                            std::int64_t most_in_service,
                                                            std::int64_t most_in_system);

// --- Approximations, and marked so wherever they are printed. ---

/// G/G/c mean wait: that of M/M/c times (ca2 + cs2) / 2, squared coefficients of variation of
/// gaps and services (Allen and Cunneen). Exact for M/M/c and M/G/1; otherwise within some 10 %
/// at high load, poor for ca2 far below 1 at low load.
[[nodiscard]] double allen_cunneen_wait(double arrival_rate, double mean_service,
                                        std::int64_t servers, double arrival_squared_cv,
                                        double service_squared_cv);
/// M/G/c mean wait: Kimura's interpolation (1983) between M/M/c and Cosmetatos's M/D/c. Exact for
/// M/M/c and M/G/1; usually within 1 to 2 % for squared_cv up to 1; meant for squared_cv <= 2.
[[nodiscard]] double kimura_wait(double arrival_rate, double mean_service, std::int64_t servers,
                                 double squared_cv);

}  // namespace lifeboat::sim::analytic
