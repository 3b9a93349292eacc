#include "models/prices/bill.hpp"

#include <algorithm>
#include <cmath>

#include "models/io/units.hpp"

namespace lifeboat::models::prices {
namespace {

class BillMaker {
 public:
  BillMaker(const Billing& billing, const SimulatedUse* simulated)
      : billing_(billing), simulated_(simulated) {
    if (simulated != nullptr) on_a_line_.resize(simulated->meters.size());
  }

  Bill make() {
    Bill bill;
    if (simulated_ != nullptr) bill.hours = simulated_->hours;
    for (const Usage& usage : billing_.usages) {
      const UsageHead& head = usage;
      BillPart part{head, {}, {}};
      for (const UsageCategory& category : usage.categories) {
        part.categories.push_back(category_of(category));
        part.total += part.categories.back().total;
      }
      (part.apart.empty() ? bill.total : bill.apart) += part.total;
      bill.parts.push_back(std::move(part));
      for (const auto& other : usage.exchange) {
        const bool known = std::any_of(bill.exchange.begin(), bill.exchange.end(),
                                       [&](const auto& one) { return one.first == other.first; });
        if (!known) bill.exchange.push_back(other);
      }
    }
    for (std::size_t i = 0; i < on_a_line_.size(); ++i) {
      const MonthlyUse& use = simulated_->meters[i];
      if (!on_a_line_[i] && use.quantity > 0) bill.unbilled.push_back(use);
    }
    return bill;
  }

 private:
  BillCategory category_of(const UsageCategory& usage) {
    const CategoryHead& head = usage;
    BillCategory category{head, {}, {}};
    for (const UsageService& one : usage.services) {
      BillService service;
      service.name = one.name;
      service.title = one.title;
      for (const UsageLine& line : one.lines) {
        service.lines.push_back(line_of(line));
        const BillLine& made = service.lines.back();
        service.total += {made.declared_cost, made.simulated_cost};
      }
      category.total += service.total;
      category.services.push_back(std::move(service));
    }
    return category;
  }

  BillLine line_of(const UsageLine& usage) {
    BillLine line;
    line.name = usage.name;
    line.title = usage.title;
    line.price = usage.price;
    line.region = usage.region;
    line.basis = name_of(usage.basis);
    line.note = usage.note;
    line.declared = usage.quantity.quantity;
    line.metered = !usage.meters.empty();
    const PriceBook* book = billing_.book_of(usage.region);
    const PriceItem* item = book == nullptr ? nullptr : book->find(usage.price);
    if (item == nullptr) return line;
    if (line.title.empty()) line.title = item->what;
    line.unit = usage.quantity.unit;
    line.price_text = item->bands.empty() ? "" : item->bands.front().price.text;
    line.bands = item->bands.size() > 1;
    line.guess = item->guess;
    if (const auto source = book->sources.find(item->source); source != book->sources.end()) {
      line.source = source->second.what + ", " + source->second.date;
    }
    const Charge declared = charge(*item, line.declared, usage.takes_free);
    line.billed = declared.billed;
    line.declared_cost = line.simulated_cost = declared.amount;
    if (simulated_ != nullptr && line.metered) {
      line.simulated = to_quantity(simulated_units(usage));
      line.simulated_cost = charge(*item, *line.simulated, usage.takes_free).amount;
    }
    return line;
  }

  double simulated_units(const UsageLine& usage) {
    double sum = 0;
    for (std::size_t i = 0; i < simulated_->meters.size(); ++i) {
      if (!covers(usage, simulated_->meters[i])) continue;
      on_a_line_[i] = true;
      sum += simulated_->meters[i].quantity;
    }
    return usage.each ? sum * to_double(usage.each->quantity) : sum;
  }

  const Billing& billing_;
  const SimulatedUse* simulated_;
  std::vector<bool> on_a_line_;  // by meter
};

}  // namespace

bool covers(const UsageLine& line, const MonthlyUse& use) {
  return std::any_of(line.meters.begin(), line.meters.end(), [&](const MeterName& name) {
    return name.covers(use.service, use.region, use.meter);
  });
}

Bill make_bill(const Billing& billing, const SimulatedUse* simulated) {
  return BillMaker(billing, simulated).make();
}

Cents over_hours(Cents monthly, double hours) {
  return {std::llround(static_cast<double>(monthly.count) * hours / io::kHoursPerMonth)};
}

}  // namespace lifeboat::models::prices
