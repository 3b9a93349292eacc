#include "reports/document/bill.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"

namespace lifeboat::reports {
namespace {

namespace prices = models::prices;

Json optional_cents(const std::optional<prices::Cents>& cents) {
  return cents ? Json(prices::to_double(*cents)) : Json(nullptr);
}

Json line_json(const prices::BillLine& line, bool simulated) {
  Json json;
  json["name"] = line.name;
  json["title"] = line.title;
  json["price"] = line.price;
  json["unit_price"] = line.price_text;
  json["region"] = line.region;
  json["unit"] = line.unit;
  json["declared"] = prices::to_double(line.declared);
  if (line.billed != line.declared) json["billed"] = prices::to_double(line.billed);
  json["declared_usd"] = prices::to_double(line.declared_cost);
  json["metered"] = line.metered;
  if (simulated) {
    json["simulated"] = line.simulated ? Json(prices::to_double(*line.simulated)) : Json(nullptr);
    json["simulated_usd"] = prices::to_double(line.simulated_cost);
  }
  json["basis"] = line.basis;
  json["source"] = line.source;
  if (!line.guess.empty()) json["guess"] = line.guess;
  if (!line.note.empty()) json["note"] = line.note;
  return json;
}

void add_total(Json& json, const prices::BillTotal& total, bool simulated) {
  json["declared_usd"] = prices::to_double(total.declared);
  if (simulated) json["simulated_usd"] = prices::to_double(total.simulated);
}

Json category_json(const prices::BillCategory& category, bool simulated) {
  Json json;
  json["name"] = category.name;
  json["title"] = category.title;
  if (category.published) json["published_usd"] = optional_cents(category.published);
  add_total(json, category.total, simulated);
  json["services"] = Json::array();
  for (const prices::BillService& service : category.services) {
    Json one;
    one["name"] = service.name;
    one["title"] = service.title;
    add_total(one, service.total, simulated);
    one["lines"] = Json::array();
    for (const prices::BillLine& line : service.lines) {
      one["lines"].push_back(line_json(line, simulated));
    }
    json["services"].push_back(std::move(one));
  }
  return json;
}

Json part_json(const prices::BillPart& part, bool simulated) {
  Json json;
  json["name"] = part.name;
  json["title"] = part.title;
  json["apart"] = part.apart.empty() ? Json(nullptr) : Json(part.apart);
  if (!part.source.empty()) {
    json["published"] = {{"monthly_usd", optional_cents(part.published_monthly)},
                         {"yearly_usd", optional_cents(part.published_yearly)},
                         {"source", part.source}};
  }
  add_total(json, part.total, simulated);
  json["categories"] = Json::array();
  for (const prices::BillCategory& category : part.categories) {
    json["categories"].push_back(category_json(category, simulated));
  }
  return json;
}

Json unbilled_json(const prices::Bill& bill) {
  Json json = Json::array();
  for (const prices::MonthlyUse& use : bill.unbilled) {
    json.push_back({{"service", use.service},
                    {"region", use.region.empty() ? Json(nullptr) : Json(use.region)},
                    {"meter", use.meter},
                    {"unit", use.unit},
                    {"quantity", number(use.quantity)}});
  }
  return json;
}

}  // namespace

Json cost_json(const CostReport& cost) {
  const prices::Bill& bill = cost.bill;
  Json json;
  json["declared_monthly_usd"] = prices::to_double(bill.total.declared);
  json["categories"] = Json::object();
  for (const prices::BillPart& part : bill.parts) {
    if (!part.apart.empty()) continue;
    for (const prices::BillCategory& category : part.categories) {
      Json one;
      if (category.published) one["published_usd"] = optional_cents(category.published);
      add_total(one, category.total, true);
      json["categories"][category.name] = std::move(one);
    }
  }
  json["simulated_monthly_usd"] = prices::to_double(bill.total.simulated);
  json["run_hours"] = number(cost.run_hours);
  json["run_usd"] = prices::to_double(cost.run);
  json["apart"] = {{"declared_monthly_usd", prices::to_double(bill.apart.declared)},
                   {"simulated_monthly_usd", prices::to_double(bill.apart.simulated)},
                   {"run_usd", prices::to_double(cost.run_apart)}};
  json["parts"] = Json::array();
  for (const prices::BillPart& part : bill.parts) json["parts"].push_back(part_json(part, true));
  json["unbilled"] = unbilled_json(bill);
  return json;
}

std::string bill_document(const prices::Bill& bill, const std::string& platform,
                          const std::vector<std::pair<std::string, std::int64_t>>& exchange) {
  const bool simulated = bill.hours.has_value();
  Json json;
  json["format"] = "lifeboat/bill/1";
  json["version"] = kVersion;
  json["platform"] = platform;
  json["month_hours"] = 730;
  json["declared_monthly_usd"] = prices::to_double(bill.total.declared);
  json["declared_yearly_usd"] = prices::to_double(bill.total.declared * 12);
  if (simulated) {
    json["measured_hours"] = number(*bill.hours);
    json["simulated_monthly_usd"] = prices::to_double(bill.total.simulated);
  }
  Json& others = json["exchange"] = Json::object();
  const auto add = [&](const std::string& code, std::int64_t rate) {
    const prices::Cents monthly = prices::exchanged(bill.total.declared, rate);
    others[code] = {{"rate", prices::to_double(prices::Quantity{rate})},
                    {"declared_monthly", prices::to_double(monthly)}};
  };
  for (const auto& [code, rate] : bill.exchange) add(code, rate);
  for (const auto& [code, rate] : exchange) add(code, rate);
  json["apart"] = Json::object();
  add_total(json["apart"], bill.apart, simulated);
  json["parts"] = Json::array();
  for (const prices::BillPart& part : bill.parts)
    json["parts"].push_back(part_json(part, simulated));
  if (simulated) json["unbilled"] = unbilled_json(bill);
  return dump(json, 2) + "\n";
}

}  // namespace lifeboat::reports
