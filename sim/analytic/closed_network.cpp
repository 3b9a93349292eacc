#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/analytic/networks.hpp"

namespace lifeboat::sim::analytic {
namespace {

constexpr std::int64_t kMostRequests = 10'000'000;

void check(std::span<const ClosedStation> stations, std::int64_t population, double think_time) {
  const auto length = [](double x) { return x >= 0 && x < 1e300; };
  if (population < 0 || population > kMostRequests) {
    throw std::invalid_argument("a closed network has 0 to 10 million requests");
  }
  if (!length(think_time)) throw std::invalid_argument("a think time must be at least 0");
  double total = think_time;
  for (const ClosedStation& s : stations) {
    if (!length(s.visits) || !length(s.mean_service) || s.servers < 0) {
      throw std::invalid_argument("visits, service times and servers must be at least 0");
    }
    total += s.visits * s.mean_service;
  }
  if (!(total > 0)) throw std::invalid_argument("a closed network needs some demand or think time");
}

ClosedFigures no_requests(std::span<const ClosedStation> stations) {
  ClosedFigures f;
  f.utilization.assign(stations.size(), 0.0);
  f.mean_number.assign(stations.size(), 0.0);
  for (const ClosedStation& s : stations) f.mean_sojourn.push_back(s.mean_service);
  return f;
}

// Only ratios between entries matter in the end: scale against over- and underflow.
void scale_to_one(std::vector<double>& v) {
  const double largest = *std::max_element(v.begin(), v.end());
  for (double& x : v) x /= largest;
}

// The weight of k requests at a station: demand^k over the product of its service rates.
std::vector<double> weights(double demand, std::int64_t servers, std::size_t population) {
  std::vector<double> w{1.0};
  for (std::size_t k = 1; k <= population; ++k) {
    const double present = static_cast<double>(k);
    const double busy = servers == 0 ? present : std::min(present, static_cast<double>(servers));
    w.push_back(w.back() * (demand / busy));
    if (w.back() > 1e250) scale_to_one(w);
  }
  scale_to_one(w);
  return w;
}

std::vector<double> convolve(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> c(a.size(), 0.0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) c[i] += a[j] * b[i - j];
  }
  scale_to_one(c);
  return c;
}

}  // namespace

ClosedFigures closed_network(std::span<const ClosedStation> stations, std::int64_t population,
                             double think_time) {
  check(stations, population, think_time);
  if (population == 0) return no_requests(stations);
  const std::size_t n = static_cast<std::size_t>(population);
  const double requests = static_cast<double>(n);
  if (3.0 * static_cast<double>(stations.size() + 1) * requests * requests > 1e10) {
    throw std::invalid_argument("too many stations and requests for the exact convolution");
  }
  // In the unit of time in which the network serves at most one request (its upper bound), the
  // normalising constants grow up to the full population: what matters cannot underflow.
  double unit = think_time / requests;
  for (const ClosedStation& s : stations) unit += s.visits * s.mean_service / requests;
  for (const ClosedStation& s : stations) {
    if (s.servers > 0) {
      unit = std::max(unit, s.visits * s.mean_service / static_cast<double>(s.servers));
    }
  }
  std::vector<std::vector<double>> weight;
  for (const ClosedStation& s : stations) {
    weight.push_back(weights(s.visits * s.mean_service / unit, s.servers, n));
  }
  weight.push_back(weights(think_time / unit, 0, n));

  // All weights but one: what lies to its left convolved with what lies to its right.
  const std::size_t count = weight.size();
  std::vector<double> one(n + 1, 0.0);
  one[0] = 1.0;
  std::vector<std::vector<double>> left{one};
  for (std::size_t i = 0; i < count; ++i) left.push_back(convolve(left[i], weight[i]));
  ClosedFigures f = no_requests(stations);
  f.throughput = left[count][n - 1] / left[count][n] / unit;
  std::vector<double> right = one;
  for (std::size_t i = count; i-- > 0;) {
    if (i < stations.size()) {
      const std::vector<double> others = convolve(left[i], right);
      double sum = 0;
      double number = 0;
      double busy = 0;
      const double servers = static_cast<double>(stations[i].servers);
      for (std::size_t k = 0; k <= n; ++k) {
        const double p = weight[i][k] * others[n - k];
        sum += p;
        number += static_cast<double>(k) * p;
        busy += std::min(static_cast<double>(k), servers) * p;
      }
      f.mean_number[i] = number / sum;
      f.utilization[i] = servers > 0 ? busy / sum / servers : 0.0;
      const double visits = f.throughput * stations[i].visits;
      if (visits > 0) f.mean_sojourn[i] = f.mean_number[i] / visits;
    }
    right = convolve(right, weight[i]);
  }
  return f;
}

ClosedFigures mean_value_analysis(std::span<const ClosedStation> stations, std::int64_t population,
                                  double think_time) {
  check(stations, population, think_time);
  ClosedFigures f = no_requests(stations);
  for (const ClosedStation& s : stations) {
    if (s.servers > 1) {
      throw std::invalid_argument("this mean value analysis takes single servers and delays only");
    }
  }
  for (std::int64_t n = 1; n <= population; ++n) {
    // An arriving request sees the network with one request less.
    double cycle = think_time;
    for (std::size_t i = 0; i < stations.size(); ++i) {
      const double met = stations[i].servers == 0 ? 0.0 : f.mean_number[i];
      f.mean_sojourn[i] = stations[i].mean_service * (1 + met);
      cycle += stations[i].visits * f.mean_sojourn[i];
    }
    f.throughput = static_cast<double>(n) / cycle;
    for (std::size_t i = 0; i < stations.size(); ++i) {
      f.mean_number[i] = f.throughput * stations[i].visits * f.mean_sojourn[i];
    }
  }
  for (std::size_t i = 0; i < stations.size(); ++i) {
    if (stations[i].servers == 1) {
      f.utilization[i] = f.throughput * stations[i].visits * stations[i].mean_service;
    }
  }
  return f;
}

MulticlassFigures multiclass_mean_value_analysis(std::span<const ClosedClass> classes,
                                                 const std::vector<bool>& is_delay) {
  const std::size_t stations = is_delay.size();
  // Population vectors are numbered in mixed radix; a vector with one request less of class c
  // lies stride[c] before.
  std::vector<std::size_t> stride;
  std::size_t vectors = 1;
  for (const ClosedClass& c : classes) {
    if (c.population < 0 || c.demands.size() != stations || !(c.think_time >= 0)) {
      throw std::invalid_argument("a class needs a population, a think time and all its demands");
    }
    double total = c.think_time;
    for (const double d : c.demands) total += d >= 0 ? d : -1e300;
    if (!(total > 0 && total < 1e300)) {
      throw std::invalid_argument("a class needs demands of at least 0 and some time in its cycle");
    }
    stride.push_back(vectors);
    const std::size_t choices = static_cast<std::size_t>(c.population) + 1;
    if (choices > 10'000'000 / vectors) {
      throw std::invalid_argument("too many population vectors for the exact analysis");
    }
    vectors *= choices;
  }

  MulticlassFigures f;
  f.throughput.assign(classes.size(), 0.0);
  f.residence.assign(classes.size(), std::vector<double>(stations, 0.0));
  f.mean_number = f.residence;
  std::vector<double> number(vectors * stations, 0.0);  // all classes together, per vector
  for (std::size_t v = 1; v < vectors; ++v) {
    for (std::size_t c = 0; c < classes.size(); ++c) {
      const std::size_t choices = static_cast<std::size_t>(classes[c].population) + 1;
      const std::size_t present = v / stride[c] % choices;
      f.throughput[c] = 0;
      double cycle = classes[c].think_time;
      for (std::size_t k = 0; k < stations; ++k) {
        const double met =
            present == 0 || is_delay[k] ? 0.0 : number[(v - stride[c]) * stations + k];
        f.residence[c][k] = classes[c].demands[k] * (1 + met);
        cycle += f.residence[c][k];
      }
      if (present > 0) f.throughput[c] = static_cast<double>(present) / cycle;
      for (std::size_t k = 0; k < stations; ++k) {
        f.mean_number[c][k] = f.throughput[c] * f.residence[c][k];
        number[v * stations + k] += f.mean_number[c][k];
      }
    }
  }
  return f;
}

}  // namespace lifeboat::sim::analytic
