#include <utility>

#include "models/io/reader.hpp"
#include "models/prices/read_exact.hpp"
#include "models/prices/usage.hpp"

namespace lifeboat::models::prices {
namespace {

using io::ObjectReader;

constexpr io::Choice<Basis> kBases[] = {
    {"published", Basis::kPublished, "a published source states it"},
    {"derived", Basis::kDerived, "follows from what is published, as the note says"},
    {"fitted", Basis::kFitted, "chosen so that a sum comes out as published"},
    {"guess", Basis::kGuess, "nobody has published it"}};

constexpr std::string_view kMeterExpected =
    R"("service.meter", "service@region.meter" or "*.meter")";

/// Where a line is priced, and where that is written.
struct Region {
  std::string name;
  io::Place place;
};
Region read_region(ObjectReader& r, std::string_view otherwise, const Region& outer) {
  const auto name = r.maybe_name(
      {"region", "where lines are priced, as the platform names it, or \"global\"", "", otherwise});
  return name ? Region{*name, r.place_of("region")} : outer;
}

/// "web@sg.vcpu-hours" as its parts; the last dot ends the service, an at sign its name.
struct Parts {
  std::string service;
  std::string region;
  std::string last;
};
std::optional<Parts> parts_of(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) return std::nullopt;
  const std::string_view deployment = text.substr(0, dot);
  const std::size_t at = deployment.find('@');
  Parts parts{std::string(deployment.substr(0, at)), {}, std::string(text.substr(dot + 1))};
  if (at != std::string_view::npos) parts.region = deployment.substr(at + 1);
  return parts.service.empty() ? std::nullopt : std::optional(parts);
}

void read_meters(ObjectReader& r, UsageLine& line) {
  for (const io::Value& value :
       r.one_or_more({"meters", "meters of the platform's services that a run reads for this line",
                      "", "the line is not simulated"},
                     io::ValueType::kText)) {
    const auto text = io::read_string(value, r.problems());
    if (!text) continue;
    if (auto parts = parts_of(*text)) {
      line.meters.push_back({parts->service, parts->region, parts->last, value.place()});
    } else {
      r.problems().error(value.place(), io::quote(*text) + " names no meter",
                         std::string{kMeterExpected});
    }
  }
  line.each = maybe_quantity(
      r, {"each", "what one unit of the meters uses: \"0.000005 GB\"", "", "one of the same unit"});
  if (!r.describing() && line.each && line.meters.empty()) {
    r.error("each", "nothing is metered", "\"meters\", or no \"each\"");
  }
}

void read_assumptions(ObjectReader& r, UsageLine& line) {
  r.object(
      {"assumes",
       "parameters of the platform that the price stands for; another value is a warning"},
      [&](std::string_view name, const io::Value& value) {
        if (value.describer()) return;
        const auto parts = parts_of(name);
        const auto text = io::read_string(value, r.problems());
        if (!parts) {
          r.problems().error(value.place(), io::quote(name) + " names no parameter",
                             R"("service@region.parameter")");
        } else if (text) {
          line.assumptions.push_back(
              {parts->service, parts->region, parts->last, *text, value.place()});
        }
      },
      io::ValueType::kText);
}

UsageLine read_line(ObjectReader& r, std::string_view name, const Region& region) {
  UsageLine line;
  line.name = name;
  line.place = r.place();
  line.title =
      r.maybe_string({"title", "a few words for people", "", "the price's own"}).value_or("");
  line.price = r.required_string({"price", "product and item of a price book: \"alb.hours\""});
  line.price_place = r.place_of("price");
  const Region own = read_region(r, "the service's, otherwise the file's", region);
  line.region = own.name;
  line.region_place = own.place;
  if (!r.describing() && line.region.empty()) {
    r.error("region", "missing: where the line is priced", "a region of the platform, or global");
  }
  line.quantity =
      required_quantity(r, {"quantity", "a month's, in the price's unit"}).value_or(UnitQuantity{});
  line.basis = r.required_enum({"basis", "what the quantity rests on"}, kBases);
  line.takes_free = r.optional_boolean(
      {"takesFree", "whether what is free each month is taken off here",
       "ours: free tiers are granted once an account, so a line has to claim one"},
      false);
  line.note = r.maybe_string({"note", "a sentence for people"}).value_or("");
  read_meters(r, line);
  read_assumptions(r, line);
  return line;
}

void read_services(ObjectReader& r, UsageCategory& category, const Region& region) {
  r.map({"services", "by a name of your own"}, [&](std::string_view name, ObjectReader& s) {
    UsageService service;
    service.name = name;
    service.title = s.maybe_string({"title", "what the bill prints", "", "the name"})
                        .value_or(std::string(name));
    const Region here = read_region(s, "the file's", region);
    const bool some =
        s.map({"lines", "by a name of your own"}, [&](std::string_view line, ObjectReader& l) {
          service.lines.push_back(read_line(l, line, here));
        });
    if (!some && !s.describing()) s.error("lines", "missing: a service without lines");
    category.services.push_back(std::move(service));
  });
}

void read_published(ObjectReader& r, Usage& usage) {
  r.section({"published", "what a published bill says, to be held against"}, [&](ObjectReader& p) {
    usage.published_monthly = maybe_cents(p, {"monthly", "its total a month"});
    usage.published_yearly = maybe_cents(p, {"yearly", "its total a year"});
    usage.source = p.required_string({"source", "where it was published"});
  });
  r.object(
      {"exchange", "other currencies to show the total in: units for a dollar"},
      [&](std::string_view code, const io::Value& value) {
        if (value.describer()) return;
        const auto rate = io::read_number(value, r.problems());
        const auto exact = parse_exchange_rate(value.shown());
        if (rate && !exact) {
          r.problems().error(value.place(), exact.complaint());
        } else if (rate) {
          usage.exchange.emplace_back(code, exact.value());
        }
      },
      io::ValueType::kNumber);
}

}  // namespace

std::string_view name_of(Basis basis) {
  for (const auto& choice : kBases) {
    if (choice.value == basis) return choice.name;
  }
  return "guess";
}

bool MeterName::covers(std::string_view in_service, std::string_view in_region,
                       std::string_view in_meter) const {
  return meter == in_meter && (service == "*" || service == in_service) &&
         (region.empty() || region == in_region);
}

Usage read_usage(const io::Value& root, io::Problems& problems) {
  Usage usage;
  ObjectReader r(root, problems);
  r.format("usage", 1);
  usage.name = r.required_name({"name", "what bills call it"});
  usage.title =
      r.maybe_string({"title", "a few words for people", "", "the name"}).value_or(usage.name);
  usage.apart =
      r.maybe_string({"apart", "why this is no part of the total", "", "it is"}).value_or("");
  const Region region = read_region(r, "each line names its own", {});
  read_published(r, usage);
  const bool some =
      r.map({"categories", "by a name of your own"}, [&](std::string_view name, ObjectReader& c) {
        UsageCategory category;
        category.name = name;
        category.title = c.maybe_string({"title", "what the bill prints", "", "the name"})
                             .value_or(std::string(name));
        category.published = maybe_cents(c, {"published", "what the published bill says"});
        read_services(c, category, region);
        usage.categories.push_back(std::move(category));
      });
  if (!some && !r.describing()) r.error("categories", "missing: a usage without lines");
  r.finish();
  return usage;
}

io::Schema usage_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(read_usage(value, problems));
  });
}

}  // namespace lifeboat::models::prices
