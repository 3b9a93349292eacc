// Estimates over independent trials, and their comparison with a truth.
//
// A truth t passes when it lies within kSigmas standard errors of the mean over the trials. With
// 40 trials the ratio follows Student's t with 39 degrees of freedom, so a right engine fails one
// comparison with probability 2 P(T39 > 5) = 1.3e-5. The standard error must itself be small
// (`at_most`, relative), or a wrong formula would hide behind noise. The trials are fixed by
// their seed: a case that fails after a change of draws is run on new seeds before the engine is
// suspected.
#pragma once

#include <cmath>
#include <functional>
#include <thread>
#include <vector>

#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"

namespace lifeboat::sim::test {

inline constexpr int kTrials = 40;
inline constexpr double kSigmas = 5;

/// What the acceptance rule asks of a mean: 4 standard errors within 1 %.
inline constexpr double kOfMean = 0.01 / 4 * kSigmas;
/// The same of a rare event or a far quantile: within 5 %.
inline constexpr double kOfRare = 0.05 / 4 * kSigmas;

/// What is read off a trial.
using Figure = std::function<double(const TrialResult&)>;

struct Estimate {
  double mean = 0;
  double error = 0;  ///< standard error of the mean
};

/// The mean of each figure over the same trials.
inline std::vector<Estimate> estimates(const Network& network, const RunOptions& options,
                                       const std::vector<Figure>& figures, int trials = kTrials) {
  std::vector<std::vector<double>> values(figures.size());
  run_trials(network, options, 0, static_cast<std::uint32_t>(trials),
             std::thread::hardware_concurrency(), [&](TrialResult&& result) {
               for (std::size_t i = 0; i < figures.size(); ++i) {
                 values[i].push_back(figures[i](result));
               }
               return true;
             });
  const auto n = static_cast<double>(trials);
  std::vector<Estimate> all;
  for (const std::vector<double>& row : values) {
    Estimate e;
    for (const double v : row) e.mean += v / n;
    double squares = 0;
    for (const double v : row) squares += (v - e.mean) * (v - e.mean);
    e.error = std::sqrt(squares / (n - 1) / n);
    all.push_back(e);
  }
  return all;
}

inline Estimate estimate(const Network& network, const RunOptions& options, const Figure& figure,
                         int trials = kTrials) {
  return estimates(network, options, {figure}, trials).front();
}

/// Fails unless the truth is within kSigmas of the estimate and kSigmas are at most `at_most` of
/// the truth.
inline void check_estimate(const Estimate& e, double truth, double at_most) {
  INFO("estimate " << e.mean << " +- " << e.error << ", truth " << truth);
  CHECK(std::abs(e.mean - truth) <= kSigmas * e.error);
  CHECK(kSigmas * e.error <= at_most * std::abs(truth));
}

/// check_estimate() of each figure over the same trials.
struct Expected {
  Figure figure;
  double truth;
  double at_most = kOfMean;
};
inline void check_estimates(const Network& network, const RunOptions& options,
                            const std::vector<Expected>& expected) {
  std::vector<Figure> figures;
  for (const Expected& row : expected) figures.push_back(row.figure);
  const std::vector<Estimate> all = estimates(network, options, figures);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(i);
    check_estimate(all[i], expected[i].truth, expected[i].at_most);
  }
}

inline double mean_latency(const TrialResult& result) {
  return result.journeys[0].latency.mean_seconds();
}

inline Figure latency_of(std::size_t journey) {
  return [journey](const TrialResult& r) { return r.journeys[journey].latency.mean_seconds(); };
}

inline Figure arrival_rate_at(std::size_t station) {
  return [station](const TrialResult& r) {
    return static_cast<double>(r.stations[station].arrivals) / r.measured.to_seconds();
  };
}

inline Figure busy_at(std::size_t station) {
  return [station](const TrialResult& r) {
    return r.stations[station].busy_server_seconds / r.measured.to_seconds();
  };
}

inline Figure waiting_at(std::size_t station) {
  return [station](const TrialResult& r) {
    return r.stations[station].queue_seconds / r.measured.to_seconds();
  };
}

inline Figure number_at(std::size_t station) {
  return [station](const TrialResult& r) {
    return (r.stations[station].queue_seconds + r.stations[station].in_service_seconds) /
           r.measured.to_seconds();
  };
}

inline double throughput(const TrialResult& result) {
  return static_cast<double>(result.journeys[0].succeeded) / result.measured.to_seconds();
}

inline Figure failed_of(std::size_t journey) {
  return [journey](const TrialResult& r) {
    return static_cast<double>(r.journeys[journey].failed) /
           static_cast<double>(r.journeys[journey].offered);
  };
}

/// The mean of the squared latency, in seconds squared: from the histogram's buckets, which are
/// 1/128 wide, so that their middles are off by at most 1e-5 of it.
inline Figure mean_square_of(std::size_t journey) {
  return [journey](const TrialResult& r) {
    const Histogram& latency = r.journeys[journey].latency;
    double sum = 0;
    for (const Histogram::Bucket& bucket : latency.buckets()) {
      const double middle = 0.5e-9 * static_cast<double>(bucket.low_ns + bucket.high_ns);
      sum += static_cast<double>(bucket.count) * middle * middle;
    }
    return sum / static_cast<double>(latency.count());
  };
}

}  // namespace lifeboat::sim::test
