#include "models/prices/billing.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "models/io/files.hpp"
#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models::prices {
namespace {

constexpr std::string_view kGlobal = "global";
constexpr std::size_t kMostFiles = 100;

/// A path, or what stands there: the document of either.
std::optional<io::Value> document_of(const io::Value& value, io::Problems& problems) {
  if (value.is_object()) return value;
  const auto document = io::load_reference(value, problems);
  return document ? std::optional(document->root()) : std::nullopt;
}

class Checker {
 public:
  /// `books_read`: every price book was read without an error.
  Checker(const Billing& billing, const Platform& platform, bool books_read, io::Problems& problems)
      : billing_(billing), platform_(platform), books_read_(books_read), problems_(problems) {}

  void check(const UsageLine& line) {
    unit_.clear();
    check_price(line);
    for (const MeterName& meter : line.meters) check_meter(line, meter);
    for (const Assumption& assumption : line.assumptions) check_assumption(assumption);
  }

 private:
  void check_price(const UsageLine& line) {
    if (line.region.empty()) return;  // reported
    if (line.region != kGlobal && platform_.find_region(line.region) == nullptr) {
      auto known = platform_.region_names();
      known.emplace_back(kGlobal);
      io::unknown_name(problems_, line.region_place, "region", line.region, known);
      return;
    }
    const PriceBook* book = billing_.book_of(line.region);
    if (book == nullptr && !books_read_) return;  // perhaps that of the region
    if (book == nullptr) {
      problems_.error(line.region_place, "no price book for region " + io::quote(line.region),
                      "one of \"billing\" with its AWS code");
      return;
    }
    const PriceItem* item = book->find(line.price);
    if (item == nullptr) {
      problems_.error(line.price_place, book->name + " has no price " + io::quote(line.price),
                      "product and item: \"alb.hours\"",
                      io::suggest(line.price, book->item_names()));
      return;
    }
    if (!line.quantity.unit.empty() && !same_unit(line.quantity.unit, item->unit)) {
      problems_.error(line.place.member("quantity"),
                      "the price is for " + item->unit + ", not for " + line.quantity.unit,
                      "a quantity in " + item->unit);
    }
    if (line.each && !same_unit(line.each->unit, item->unit)) {
      problems_.error(line.place.member("each"),
                      "the price is for " + item->unit + ", not for " + line.each->unit,
                      "a quantity in " + item->unit);
    }
    unit_ = item->unit;
  }

  void check_meter(const UsageLine& line, const MeterName& meter) {
    if (!meter.region.empty() && platform_.find_region(meter.region) == nullptr) {
      io::unknown_name(problems_, meter.place, "region", meter.region, platform_.region_names());
      return;
    }
    std::vector<const ServiceSpec*> services;
    if (meter.service == "*") {
      for (const ServiceSpec& service : platform_.services) services.push_back(&service);
    } else if (const ServiceSpec* service = platform_.find_service(meter.service)) {
      services.push_back(service);
    } else {
      io::unknown_name(problems_, meter.place, "service", meter.service, platform_.service_names());
      return;
    }
    std::vector<std::string> known;
    for (const ServiceSpec* service : services) {
      if (service->kind == nullptr) return;  // reported
      for (const MeterSpec& spec : service->kind->meters()) {
        if (spec.name == meter.meter) {
          if (!line.each && !unit_.empty() && !same_unit(spec.unit, unit_)) {
            problems_.error(
                meter.place,
                "the meter counts " + std::string(spec.unit) + ", the price is for " + unit_,
                "\"each\": what one of the meter's uses");
          }
          return;
        }
        if (std::find(known.begin(), known.end(), spec.name) == known.end()) {
          known.emplace_back(spec.name);
        }
      }
    }
    io::unknown_name(problems_, meter.place, "meter of " + meter.service, meter.meter, known);
  }

  void check_assumption(const Assumption& assumption) {
    const ServiceSpec* service = platform_.find_service(assumption.service);
    if (service == nullptr) {
      io::unknown_name(problems_, assumption.place, "service", assumption.service,
                       platform_.service_names());
      return;
    }
    for (const DeploymentSpec& deployment : service->deployments) {
      if (!assumption.region.empty() && deployment.site.region != assumption.region) continue;
      const io::Member* found = deployment.description.find(assumption.parameter);
      if (found != nullptr && found->value.as_string() == assumption.value) continue;
      problems_.warning(assumption.place, "priced for " + io::quote(assumption.value) + ", but " +
                                              assumption.service + " has " +
                                              (found == nullptr ? "none" : found->value.shown()) +
                                              ": the cost is that of the former");
      return;
    }
  }

  const Billing& billing_;
  const Platform& platform_;
  bool books_read_;
  io::Problems& problems_;
  std::string unit_;  // of the price of the line that is checked
};

}  // namespace

const PriceBook* Billing::book_of(std::string_view region) const {
  for (const auto& [name, code] : codes) {
    if (name != region) continue;
    for (const PriceBook& book : books) {
      if (book.code == code) return &book;
    }
  }
  return nullptr;
}

BillingFiles read_billing_files(io::ObjectReader& platform) {
  BillingFiles files;
  platform.section(
      {"billing", "what a month is billed for, and at which prices"}, [&](io::ObjectReader& r) {
        files.usage =
            r.one_or_more({"usage", "file with a month's usage, or a list"}, io::ValueType::kPart);
        files.price_books = r.one_or_more({"priceBooks", "file with a region's prices, or a list"},
                                          io::ValueType::kPart);
        if (r.describing()) return;
        if (files.usage.empty()) r.error("usage", "missing: what is used");
        if (files.price_books.empty()) r.error("priceBooks", "missing: the prices");
        if (files.usage.size() + files.price_books.size() > kMostFiles) {
          r.error("usage", "more than 100 files");
          files = {};
        }
      });
  return files;
}

Billing load_billing(const BillingFiles& files, const Platform& platform, io::Problems& problems) {
  Billing billing;
  billing.codes.emplace_back(kGlobal, kGlobal);
  for (const RegionSpec& region : platform.regions) {
    billing.codes.emplace_back(region.name, region.code);
  }
  std::set<std::string> regions;
  const std::size_t errors_before = problems.errors();
  for (const io::Value& value : files.price_books) {
    const auto root = document_of(value, problems);
    if (!root) continue;
    billing.books.push_back(read_price_book(*root, problems));
    const PriceBook& book = billing.books.back();
    if (!book.code.empty() && !regions.insert(book.code).second) {
      problems.error(value.place(), "a second price book for " + io::quote(book.code));
    }
  }
  const bool books_read = problems.errors() == errors_before;
  std::set<std::string> names;
  for (const io::Value& value : files.usage) {
    const auto root = document_of(value, problems);
    if (!root) continue;
    billing.usages.push_back(read_usage(*root, problems));
    if (!names.insert(billing.usages.back().name).second) {
      problems.error(value.place(), "a second usage " + io::quote(billing.usages.back().name));
    }
  }
  Checker checker(billing, platform, books_read, problems);
  for (const Usage& usage : billing.usages) {
    for (const UsageCategory& category : usage.categories) {
      for (const UsageService& service : category.services) {
        for (const UsageLine& line : service.lines) checker.check(line);
      }
    }
  }
  return billing;
}

}  // namespace lifeboat::models::prices
