// Unit prices of one region, as data: each with its unit, its source and the date of that.
//
// An item is what a bill charges for: "alb.hours", product and item. How a quantity becomes money:
//
//     billed   max(quantity, minimum), rounded up to whole increments, less what is free
//     amount   billed x price, where bands are given each part at the price of its band
//
// What is free is granted once an account, so a line of a bill says whether it takes it.
// Values without a published source are guesses, and carry a range.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/place.hpp"
#include "models/io/problems.hpp"
#include "models/io/schema.hpp"
#include "models/prices/exact.hpp"

namespace lifeboat::models::prices {

/// Where a figure comes from.
struct Source {
  std::string what;
  std::string date;  ///< "2025-06-18", or a month or a year; empty: undated
};

struct PriceBand {
  std::optional<Quantity> up_to;  ///< a month; nothing for the last band
  PriceText price;
};

struct PriceItem {
  std::string name;  ///< "alb.hours"
  std::string what;  ///< "load balancer hours"
  std::string unit;
  std::vector<PriceBand> bands;  ///< at least one, by ascending bound
  Quantity free;                 ///< a month and account
  Quantity minimum;              ///< a month
  Quantity increment;            ///< 0: any fraction is billed
  std::string source;            ///< key among the book's sources
  std::string guess;             ///< range of a value without a published source; empty: it has one
  std::string note;
};

struct PriceBook {
  std::string name;
  std::string title;
  std::string code;  ///< AWS code ("ap-southeast-1"), or "global"
  std::string date;  ///< when it was put together
  std::map<std::string, Source, std::less<>> sources;
  std::map<std::string, PriceItem, std::less<>> items;
  io::Place place;

  [[nodiscard]] const PriceItem* find(std::string_view item) const;
  [[nodiscard]] std::vector<std::string> item_names() const;
};

/// What a month's quantity of an item costs.
struct Charge {
  Quantity billed;
  Cents amount;
};
[[nodiscard]] Charge charge(const PriceItem& item, Quantity quantity, bool takes_free);

/// Reads "lifeboat/prices/1".
[[nodiscard]] PriceBook read_price_book(const io::Value& root, io::Problems& problems);
[[nodiscard]] io::Schema price_book_schema();

}  // namespace lifeboat::models::prices
