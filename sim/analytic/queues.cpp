#include "sim/analytic/queues.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/analytic/erlang.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::sim::analytic {
namespace {

using math::kInfinity;

void require(bool holds, const char* expected) {
  if (!holds) throw std::invalid_argument(expected);
}

void check(double arrival_rate, double mean_service, std::int64_t servers = 1) {
  require(arrival_rate >= 0 && arrival_rate < kInfinity, "an arrival rate must be at least 0");
  require(mean_service > 0 && mean_service < kInfinity, "a mean service time must be above 0");
  require(servers >= 1, "a station needs at least one server");
}

StationFigures overloaded(double capacity) {
  StationFigures f;
  f.utilization = 1;
  f.throughput = capacity;
  f.wait_chance = 1;
  f.mean_waiting = f.mean_number = f.mean_wait = f.mean_sojourn = kInfinity;
  f.stable = false;
  return f;
}

// Completes the figures of a queue without loss from its mean wait.
StationFigures from_wait(double arrival_rate, double mean_service, double servers, double wait) {
  StationFigures f;
  f.utilization = arrival_rate * mean_service / servers;
  f.throughput = arrival_rate;
  f.mean_wait = wait;
  f.mean_sojourn = wait + mean_service;
  f.mean_waiting = arrival_rate * wait;
  f.mean_number = arrival_rate * f.mean_sojourn;
  return f;
}

// Solves survival(t) = s for a survival function that falls continuously from 1 to 0.
template <class Survival>
double invert(const Survival& survival, double s, double scale) {
  double low = 0.0;
  double high = scale;
  while (survival(high) > s) {
    low = high;
    high *= 2.0;
  }
  for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (survival(middle) > s ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// P[sojourn > t]: a service alone, or after an exponential wait of rate `slack`.
double sojourn_survival(double waiting, double slack, double rate, double t) {
  // P[Exp(a) + Exp(b) > t], a <= b: e^-at (1 + a t (1 - e^-x) / x) with x = (b - a) t.
  const double a = std::min(slack, rate);
  const double x = (std::max(slack, rate) - a) * t;
  const double share = x > 0 ? -math::expm1(-x) / x : 1.0;
  return (1 - waiting) * math::exp(-rate * t) + waiting * math::exp(-a * t) * (1 + a * t * share);
}

void require_inner(double p) {
  require(p >= 0 && p < 1, "the probability of a quantile must be at least 0 and below 1");
}

}  // namespace

StationFigures mmc(double arrival_rate, double mean_service, std::int64_t servers) {
  check(arrival_rate, mean_service, servers);
  const double c = static_cast<double>(servers);
  const double slack = c / mean_service - arrival_rate;
  if (slack <= 0) return overloaded(c / mean_service);
  const double waiting = erlang_c(servers, arrival_rate * mean_service);
  StationFigures f = from_wait(arrival_rate, mean_service, c, waiting / slack);
  f.wait_chance = waiting;
  return f;
}

double mmc_wait_survival(double arrival_rate, double mean_service, std::int64_t servers, double t) {
  check(arrival_rate, mean_service, servers);
  if (t < 0) return 1.0;
  const double slack = static_cast<double>(servers) / mean_service - arrival_rate;
  if (slack <= 0) return 1.0;
  return erlang_c(servers, arrival_rate * mean_service) * math::exp(-slack * t);
}

double mmc_wait_quantile(double arrival_rate, double mean_service, std::int64_t servers, double p) {
  check(arrival_rate, mean_service, servers);
  require_inner(p);
  const double slack = static_cast<double>(servers) / mean_service - arrival_rate;
  if (slack <= 0) return kInfinity;
  const double waiting = erlang_c(servers, arrival_rate * mean_service);
  return 1 - p >= waiting ? 0.0 : math::log(waiting / (1 - p)) / slack;
}

double mmc_sojourn_survival(double arrival_rate, double mean_service, std::int64_t servers,
                            double t) {
  check(arrival_rate, mean_service, servers);
  if (t <= 0) return 1.0;
  const double slack = static_cast<double>(servers) / mean_service - arrival_rate;
  if (slack <= 0) return 1.0;
  return sojourn_survival(erlang_c(servers, arrival_rate * mean_service), slack, 1 / mean_service,
                          t);
}

double mmc_sojourn_quantile(double arrival_rate, double mean_service, std::int64_t servers,
                            double p) {
  check(arrival_rate, mean_service, servers);
  require_inner(p);
  const double slack = static_cast<double>(servers) / mean_service - arrival_rate;
  if (slack <= 0) return kInfinity;
  const double waiting = erlang_c(servers, arrival_rate * mean_service);
  return invert([&](double t) { return sojourn_survival(waiting, slack, 1 / mean_service, t); },
                1 - p, mean_service);
}

StationFigures mmck(double arrival_rate, double mean_service, std::int64_t servers,
                    std::int64_t waiting_places) {
  check(arrival_rate, mean_service, servers);
  require(waiting_places >= 0 && waiting_places <= 10'000'000 && servers <= 10'000'000,
          "a finite station has at most 10 million servers and waiting places");
  const std::size_t places = static_cast<std::size_t>(servers + waiting_places);
  const double c = static_cast<double>(servers);
  std::vector<double> deaths(places);
  for (std::size_t n = 0; n < places; ++n) {
    deaths[n] = std::min(static_cast<double>(n + 1), c) / mean_service;
  }
  const std::vector<double> p = birth_death(std::vector<double>(places, arrival_rate), deaths);

  StationFigures f;
  f.blocked = p.back();
  f.throughput = arrival_rate * (1 - f.blocked);
  f.utilization = f.throughput * mean_service / c;
  for (std::size_t n = static_cast<std::size_t>(servers); n <= places; ++n) {
    f.mean_waiting += (static_cast<double>(n) - c) * p[n];
    if (n < places && f.blocked < 1) f.wait_chance += p[n] / (1 - f.blocked);
  }
  f.mean_wait = f.throughput > 0 ? f.mean_waiting / f.throughput : 0.0;
  f.mean_sojourn = f.mean_wait + mean_service;
  f.mean_number = f.throughput * f.mean_sojourn;
  return f;
}

StationFigures mg1(double arrival_rate, double mean_service, double squared_cv) {
  check(arrival_rate, mean_service);
  require(squared_cv >= 0, "a squared coefficient of variation must be at least 0");
  const double load = arrival_rate * mean_service;
  if (load >= 1) return overloaded(1 / mean_service);
  const double wait = load == 0 ? 0 : load * mean_service * (1 + squared_cv) / (2 * (1 - load));
  StationFigures f = from_wait(arrival_rate, mean_service, 1, wait);
  f.wait_chance = load;
  return f;
}

StationFigures mg1_processor_sharing(double arrival_rate, double mean_service) {
  check(arrival_rate, mean_service);
  const double load = arrival_rate * mean_service;
  if (load >= 1) return overloaded(1 / mean_service);
  StationFigures f = from_wait(arrival_rate, mean_service, 1, mean_service * load / (1 - load));
  f.wait_chance = load;  // meets at least one other
  return f;
}

StationFigures mg_infinity(double arrival_rate, double mean_service) {
  check(arrival_rate, mean_service);
  StationFigures f = from_wait(arrival_rate, mean_service, 1, 0);
  f.utilization = 0;
  return f;
}

std::vector<double> mg1_priority_waits(std::span<const PriorityClass> classes) {
  for (const PriorityClass& k : classes) {
    check(k.arrival_rate, k.mean_service);
    require(k.squared_cv >= 0, "a squared coefficient of variation must be at least 0");
  }
  // The work that an arrival finds in service. A class that overloads takes what is left of the
  // server, the classes after it nothing.
  double residual = 0;
  double served = 0;
  for (const PriorityClass& k : classes) {
    const double share = std::min(k.arrival_rate * k.mean_service, 1 - served);
    residual += 0.5 * share * k.mean_service * (1 + k.squared_cv);
    served += share;
  }
  std::vector<double> waits;
  double before = 0;
  for (const PriorityClass& k : classes) {
    const double through = before + k.arrival_rate * k.mean_service;
    waits.push_back(through < 1 ? residual / ((1 - before) * (1 - through)) : kInfinity);
    before = through;
  }
  return waits;
}

std::vector<double> birth_death(std::span<const double> births, std::span<const double> deaths) {
  require(births.size() == deaths.size(), "a birth-death chain needs a death rate for each birth");
  std::vector<double> p{1.0};
  double sum = 1.0;
  for (std::size_t n = 0; n < births.size(); ++n) {
    require(births[n] >= 0 && births[n] < kInfinity, "a birth rate must be at least 0");
    require(deaths[n] > 0 && deaths[n] < kInfinity, "a death rate must be above 0");
    p.push_back(p.back() * (births[n] / deaths[n]));
    sum += p.back();
    if (sum > 1e200) {
      for (double& v : p) v /= sum;
      sum = 1.0;
    }
  }
  for (double& v : p) v /= sum;
  return p;
}

std::vector<double> limited_processor_sharing(double arrival_rate, double mean_service,
                                              double servers, std::int64_t most_in_service,
                                              std::int64_t most_in_system) {
  check(arrival_rate, mean_service);
  require(servers > 0, "a station needs servers");
  require(most_in_service >= 1 && most_in_system >= 1 && most_in_system <= 10'000'000,
          "limited processor sharing needs room for 1 to 10 million requests");
  std::vector<double> deaths;
  for (std::int64_t n = 1; n <= most_in_system; ++n) {
    const double present = static_cast<double>(std::min(n, most_in_service));
    deaths.push_back(std::min(present, servers) / mean_service);
  }
  return birth_death(std::vector<double>(deaths.size(), arrival_rate), deaths);
}

double allen_cunneen_wait(double arrival_rate, double mean_service, std::int64_t servers,
                          double arrival_squared_cv, double service_squared_cv) {
  require(arrival_squared_cv >= 0 && service_squared_cv >= 0,
          "a squared coefficient of variation must be at least 0");
  return mmc(arrival_rate, mean_service, servers).mean_wait *
         (0.5 * (arrival_squared_cv + service_squared_cv));
}

double kimura_wait(double arrival_rate, double mean_service, std::int64_t servers,
                   double squared_cv) {
  require(squared_cv >= 0, "a squared coefficient of variation must be at least 0");
  const StationFigures exponential = mmc(arrival_rate, mean_service, servers);
  if (!exponential.stable || exponential.mean_wait == 0) return exponential.mean_wait;
  const double c = static_cast<double>(servers);
  const double load = exponential.utilization;
  const double constant_ratio =
      0.5 * (1 + (1 - load) * (c - 1) * (std::sqrt(4 + 5 * c) - 2) / (16 * load * c));
  return (1 + squared_cv) * exponential.mean_wait /
         (2 * squared_cv + (1 - squared_cv) / constant_ratio);
}

}  // namespace lifeboat::sim::analytic
