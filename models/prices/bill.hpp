// The bill of a month: declared usage at its prices, and beside it what a run used.
//
// Declared and simulated stand line by line. The simulated quantity of a line is the sum of its
// meters over the run's measured window, scaled to a month of 730 hours; a line without meters has
// none and counts with what is declared. Every line is rounded to the cent, and every total is the
// sum of the lines: what is printed adds up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/prices/billing.hpp"
#include "models/prices/exact.hpp"

namespace lifeboat::models::prices {

/// What one meter of one deployment says of a month.
struct MonthlyUse {
  std::string service;
  std::string region;  ///< empty: global
  std::string meter;
  std::string unit;
  double quantity = 0;
};

/// What a run used, scaled to a month.
struct SimulatedUse {
  double hours = 0;  ///< measured, of all trials
  std::vector<MonthlyUse> meters;
};

struct BillLine {
  std::string name;
  std::string title;
  std::string price;       ///< "alb.hours"
  std::string price_text;  ///< "0.0252 USD/h"; of the first band where there are several
  std::string unit;        ///< as the quantity was written
  std::string region;      ///< as the platform names it, or "global"
  std::string basis;       ///< "published", "derived", "fitted" or "guess"
  std::string source;      ///< of the price, with its date
  std::string guess;       ///< range of a price without a published source; empty: it has one
  std::string note;
  bool bands = false;
  Quantity declared;
  Quantity billed;  ///< of the declared: less what is free, at least the minimum
  Cents declared_cost;
  bool metered = false;
  std::optional<Quantity> simulated;  ///< of metered lines, where a run is given
  Cents simulated_cost;               ///< the declared cost where there is none
};

struct BillTotal {
  Cents declared;
  Cents simulated;
  BillTotal& operator+=(BillTotal other) {
    declared += other.declared;
    simulated += other.simulated;
    return *this;
  }
};

struct BillService {
  std::string name;
  std::string title;
  BillTotal total;
  std::vector<BillLine> lines;
};

struct BillCategory : CategoryHead {
  BillTotal total;
  std::vector<BillService> services;
};

/// One usage file's part.
struct BillPart : UsageHead {
  BillTotal total;
  std::vector<BillCategory> categories;
};

struct Bill {
  std::vector<BillPart> parts;
  BillTotal total;                                             ///< of the parts that are not apart
  BillTotal apart;                                             ///< of those that are
  std::vector<std::pair<std::string, std::int64_t>> exchange;  ///< code, millionths a dollar
  std::optional<double> hours;  ///< measured by the run behind the simulated figures
  /// Metered, used, and on no line.
  std::vector<MonthlyUse> unbilled;
};

/// Whether a line's meters cover the deployment's meter.
[[nodiscard]] bool covers(const UsageLine& line, const MonthlyUse& use);

/// `simulated` null: the declared bill alone. `billing` must have been loaded without errors.
[[nodiscard]] Bill make_bill(const Billing& billing, const SimulatedUse* simulated = nullptr);

/// Share of a month's cost that falls on so many hours.
[[nodiscard]] Cents over_hours(Cents monthly, double hours);

}  // namespace lifeboat::models::prices
