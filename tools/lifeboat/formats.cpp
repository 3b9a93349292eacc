#include "tools/lifeboat/formats.hpp"

#include <algorithm>

#include "models/platform/platform.hpp"
#include "models/prices/price_book.hpp"
#include "models/prices/usage.hpp"
#include "scenarios/faults/faults.hpp"
#include "scenarios/runbooks/runbook.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "scenarios/traffic/traffic.hpp"
#include "scenarios/year/year.hpp"

namespace lifeboat::tools {

namespace io = models::io;

namespace {

io::Schema traffic_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(scenarios::read_traffic(value, false, problems));
  });
}
io::Schema faults_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(scenarios::read_faults(value, false, problems));
  });
}
io::Schema runbook_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(scenarios::read_runbook(value, false, problems));
  });
}

void check_platform_file(const io::Document& document, io::Problems& problems) {
  static_cast<void>(models::load_platform(document, {}, {}, problems));
}
void check_overlay(const io::Document& document, io::Problems& problems) {
  // An overlay means something only on its platform: here its own shape is checked.
  static_cast<void>(models::apply_overlays(io::Document{io::Value::object({}), document.source()},
                                           {document}, problems));
}
void check_traffic(const io::Document& document, io::Problems& problems) {
  static_cast<void>(scenarios::read_traffic(document.root(), false, problems));
}
void check_faults(const io::Document& document, io::Problems& problems) {
  static_cast<void>(scenarios::read_faults(document.root(), false, problems));
}
void check_runbook_file(const io::Document& document, io::Problems& problems) {
  static_cast<void>(scenarios::read_runbook(document.root(), false, problems));
}
void check_usage(const io::Document& document, io::Problems& problems) {
  // Its names mean something only with a platform's prices and services.
  static_cast<void>(models::prices::read_usage(document.root(), problems));
}
void check_year(const io::Document& document, io::Problems& problems) {
  static_cast<void>(scenarios::read_year(document.root(), problems));
}
void check_prices(const io::Document& document, io::Problems& problems) {
  static_cast<void>(models::prices::read_price_book(document.root(), problems));
}

}  // namespace

const std::vector<FileFormat>& file_formats() {
  static const std::vector<FileFormat> all{
      {"platform", "services, regions, data, journeys: the system under study",
       models::platform_schema, check_platform_file},
      {"overlay", "a patch on a platform: a strategy, a variant", models::overlay_schema,
       check_overlay},
      {"scenario", "platform, traffic, faults, runbooks, objectives, and how long",
       scenarios::scenario_schema, nullptr},
      {"traffic", "streams of requests over time", traffic_schema, check_traffic},
      {"faults", "what fails, when and how long", faults_schema, check_faults},
      {"usage", "what a month is billed for: lines with quantities and their meters",
       models::prices::usage_schema, check_usage},
      {"prices", "unit prices of a region, each with its source", models::prices::price_book_schema,
       check_prices},
      {"runbook", "people and steps that answer a fault", runbook_schema, check_runbook_file},
      {"year", "which incidents happen, how often, and where that is known from",
       scenarios::year_schema, check_year},
  };
  return all;
}

const FileFormat* find_format(std::string_view name) {
  const auto& all = file_formats();
  const auto at = std::find_if(all.begin(), all.end(),
                               [&](const FileFormat& format) { return format.name == name; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace lifeboat::tools
