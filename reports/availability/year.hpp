// Availability per year from how often things happen and what each costs (renewal reward).
//
// Incidents of kind i begin at rate r_i and each loses, in expectation, L_i minutes of all requests
// beyond what the same day would have lost without it; without any incident the share b is lost.
// In the long run the share lost is
//
//   1 - A = b + sum_i r_i L_i / (minutes of a year)
//
// (renewal-reward theorem, e.g. Ross, Introduction to Probability Models, chapter 7). Additive:
// what two incidents at once lose is counted twice, which errs on the bad side by about the product
// of their shares of time; what the second makes worse of the first is not counted, which errs on
// the good side.
//
// The range has two sources, drawn together: a rate is log-triangular between its least and its
// most, with its mode at the rate itself; a mean loss is its trials' mean plus Student's t times
// its standard error, never below nothing. A single year has a Poisson number of each kind, each of
// which loses what one of the trials did (of more than 500 a year the sum is as good as its mean).
// Draws are keyed by incident: adding one moves no other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lifeboat::reports {

/// Two-sided, of ranges over rates and of the trials' means.
inline constexpr double kYearConfidence = 0.9;

/// One kind of incident.
struct YearlyLoss {
  std::string name;
  double rate = 0;  ///< a year
  double rate_low = 0;
  double rate_high = 0;
  std::vector<double> lost_minutes;  ///< by trial: of all requests, beyond those without it
  std::vector<double> bad_minutes;   ///< by trial: in which a critical journey was bad, beyond too
};

struct YearInput {
  std::vector<YearlyLoss> incidents;
  std::vector<double> steady_share;  ///< by trial: share lost without incidents; empty: nothing
  double promise = 0.9999;
  std::uint64_t seed = 1;
  std::uint32_t draws = 10'000;
};

struct YearRange {
  double value = 0;  ///< at the rates and means as they stand
  double low = 0;
  double high = 0;
};

struct YearRow {
  std::string name;
  std::optional<double> loss_low;  ///< minutes of one incident: of the mean, Student's
  std::optional<double> loss_high;
  double loss = 0;
  double bad_minutes = 0;    ///< of one incident
  YearRange minutes_a_year;  ///< lost
  double bad_minutes_a_year = 0;
  double share = 0;  ///< of all that is lost in a year, the steady loss among it
};

struct YearEstimate {
  std::vector<YearRow> rows;  ///< in the order of the input
  YearRange steady_minutes;   ///< a year
  double steady_part = 0;     ///< its share of all that is lost
  YearRange minutes;          ///< lost in a year
  YearRange availability;     ///< low is the worse end
  double bad_minutes = 0;     ///< a year, without the steady ones
  /// Chance that the long run keeps the promise, over what is not known of rates and losses.
  double holds = 0;
  /// Chance that one year does, over its luck as well.
  double year_holds = 0;
};

/// At least one incident with at least one trial each.
[[nodiscard]] YearEstimate estimate_year(const YearInput& input);

}  // namespace lifeboat::reports
