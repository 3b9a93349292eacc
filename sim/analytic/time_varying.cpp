#include "sim/analytic/time_varying.hpp"

#include <stdexcept>

#include "sim/random/math.hpp"
#include "sim/random/quadrature.hpp"

namespace lifeboat::sim::analytic {
namespace {

// From mean m at the start of a stretch of this length over which the rate goes from r0 to r1.
double advance(double m, double r0, double r1, double length, double mean_service) {
  if (length <= 0) return m;
  const double slope = (r1 - r0) / length;
  // The particular solution is tau (rate - slope tau); what differs from it decays.
  const double tau = mean_service;
  const double settled0 = tau * (r0 - slope * tau);
  const double settled1 = tau * (r1 - slope * tau);
  return settled1 + (m - settled0) * math::exp(-length / tau);
}

}  // namespace

double infinite_server_mean(std::span<const RatePoint> rate, double mean_service,
                            double initial_mean, double t) {
  if (rate.empty() || !(mean_service > 0) || !(t >= rate.front().time)) {
    throw std::invalid_argument(
        "a time-varying queue needs corners of its rate, a positive mean "
        "service time, and a time not before the first corner");
  }
  double m = initial_mean;
  for (std::size_t i = 1; i < rate.size(); ++i) {
    const RatePoint& a = rate[i - 1];
    const RatePoint& b = rate[i];
    if (!(b.time >= a.time)) throw std::invalid_argument("corners of a rate must be in order");
    if (t <= b.time && b.time > a.time) {
      const double here = a.rate + (b.rate - a.rate) * ((t - a.time) / (b.time - a.time));
      return advance(m, a.rate, here, t - a.time, mean_service);
    }
    m = advance(m, a.rate, b.rate, b.time - a.time, mean_service);
  }
  const RatePoint& last = rate.back();
  return advance(m, last.rate, last.rate, t - last.time, mean_service);
}

double infinite_server_mean(const std::function<double(double)>& rate,
                            const std::function<double(double)>& survival, double begin, double t,
                            int panels) {
  if (panels < 1 || !(t >= begin)) {
    throw std::invalid_argument("the integral needs at least one panel and an end after its start");
  }
  const double width = (t - begin) / panels;
  double sum = 0.0;
  for (int i = 0; i < panels; ++i) {
    for (const GaussNode& node : kGauss8) {
      const double s = begin + (i + node.position) * width;
      sum += node.weight * rate(s) * survival(t - s);
    }
  }
  return sum * width;
}

}  // namespace lifeboat::sim::analytic
