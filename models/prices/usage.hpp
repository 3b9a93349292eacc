// A month's usage, declared: what a bill is for, as data beside the platform.
//
// Lines stand in services, these in categories. A line names a price ("alb.hours") and a quantity,
// and says what that rests on: published, derived from what is published, fitted so that a sum
// comes out as published, or a guess. A line may name meters of the platform's services; then a
// run says beside it what it would have used. A line without meters cannot be simulated.
//
// One file is one bill. A file that says why it stands "apart" is listed and priced too, but is no
// part of the total.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/place.hpp"
#include "models/io/problems.hpp"
#include "models/io/schema.hpp"
#include "models/prices/exact.hpp"
#include "models/prices/price_book.hpp"

namespace lifeboat::models::prices {

/// What a declared quantity rests on.
enum class Basis : std::uint8_t { kPublished, kDerived, kFitted, kGuess };
[[nodiscard]] std::string_view name_of(Basis basis);

/// "web@sg.vcpu-hours": a service or "*", perhaps a region, a meter.
struct MeterName {
  std::string service;
  std::string region;  ///< as the platform names it; empty: wherever it is deployed
  std::string meter;
  io::Place place;
  [[nodiscard]] bool covers(std::string_view in_service, std::string_view in_region,
                            std::string_view in_meter) const;
};

/// Something that the line takes for granted: "orders-db@sg.dbInstanceClass" is "db.r6g.xlarge".
struct Assumption {
  std::string service;
  std::string region;
  std::string parameter;
  std::string value;
  io::Place place;
};

struct UsageLine {
  std::string name;
  std::string title;  ///< empty: the price's own words
  std::string price;  ///< "alb.hours"
  io::Place price_place;
  std::string region;  ///< as the platform names it, or "global"
  io::Place region_place;
  UnitQuantity quantity;
  Basis basis = Basis::kGuess;
  bool takes_free = false;
  std::string note;
  std::vector<MeterName> meters;
  std::optional<UnitQuantity> each;  ///< what one unit of the meters uses; nothing: one
  std::vector<Assumption> assumptions;
  io::Place place;
};

struct UsageService {
  std::string name;
  std::string title;
  std::vector<UsageLine> lines;
};

/// What a category is called, in the usage and on the bill.
struct CategoryHead {
  std::string name;
  std::string title;
  std::optional<Cents> published;  ///< what the published bill says
};

struct UsageCategory : CategoryHead {
  std::vector<UsageService> services;
};

/// What a usage file says of itself, and its part of the bill with it.
struct UsageHead {
  std::string name;
  std::string title;
  std::string apart;  ///< why it is no part of the total; empty: it is
  std::string source;
  std::optional<Cents> published_monthly;
  std::optional<Cents> published_yearly;
};

struct Usage : UsageHead {
  /// Other currencies that the bill is shown in: code and millionths for a dollar.
  std::vector<std::pair<std::string, std::int64_t>> exchange;
  std::vector<UsageCategory> categories;
};

/// Reads "lifeboat/usage/1": shapes and units. Names are checked by check_billing.
[[nodiscard]] Usage read_usage(const io::Value& root, io::Problems& problems);
[[nodiscard]] io::Schema usage_schema();

}  // namespace lifeboat::models::prices
