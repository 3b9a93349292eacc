#include "models/services/personalize/description.hpp"

#include <algorithm>

#include "models/io/reader.hpp"

namespace lifeboat::models::personalize {

namespace {

using sim::Duration;
using sim::Law;

constexpr io::Choice<Initial> kInitial[] = {
    {"steady", Initial::kSteady, "the capacity that the load at the start asks for"},
    {"minimum", Initial::kMinimum, "minProvisionedTPS: a standby that nobody has called"},
    {"absent", Initial::kAbsent, "no campaign: personalizeCreateCampaign makes one"},
};
constexpr io::Choice<bool> kAccess[] = {
    {"recommend", false, "takes the campaign's capacity"},
    {"events", true, "records an event (PutEvents): limited by the dataset group's rate"},
};

Operation standard_operation(std::string_view name, bool records_events) {
  const Law latency =
      records_events
          ? Law::lognormal_quantiles(Duration::milliseconds(20), Duration::milliseconds(150))
          : Law::lognormal_quantiles(Duration::milliseconds(50), Duration::milliseconds(250));
  return {std::string(name), records_events, latency};
}

void read_operation_keys(io::ObjectReader& o, Operation& op, bool known) {
  const io::Parameter access{"access", "what it asks for",
                             "get, rank and put-events exist by themselves"};
  const bool events = known ? o.optional_enum(access, op.records_events, kAccess)
                            : o.required_enum(access, kAccess);
  if (events != op.records_events) op = standard_operation(op.name, events);
  op.latency = o.optional_law({"latency", "time of one call inside the region",
                               "guess: p50 50 ms, p99 250 ms; of an event 20 ms, 150 ms"},
                              op.latency);
  const bool filtered = o.optional_boolean(
      {"filter", "the answer is filtered, which takes half as long again", "guess: +50 %"}, false);
  if (filtered) op.latency = op.latency.scaled(1.5);
}

void read_operations(io::ObjectReader& r, Description& d) {
  d.operations = {standard_operation("get", false), standard_operation("rank", false),
                  standard_operation("put-events", true)};
  r.map({"operations", "changes of get, rank and put-events, and operations beside them"},
        [&](std::string_view name, io::ObjectReader& o) {
          auto at = std::find_if(d.operations.begin(), d.operations.end(),
                                 [&](const Operation& op) { return op.name == name; });
          const bool known = at != d.operations.end();
          Operation op = known ? *at : standard_operation(name, false);
          read_operation_keys(o, op, known);
          if (known) {
            *at = std::move(op);
          } else {
            d.operations.push_back(std::move(op));
          }
        });
}

void read_limits(io::ObjectReader& r, Description& d) {
  const auto rate = [&](const io::Parameter& parameter, double standard) {
    return r.optional_rate(parameter, io::Rate{standard}, {.min = io::Rate{1}}).per_second;
  };
  constexpr std::string_view kLimits = "Amazon Personalize Developer Guide, limits (2023)";
  d.campaign_tps =
      rate({"campaignRate", "calls a second that one campaign takes at most", kLimits}, 500);
  d.account_tps =
      rate({"accountRate", "calls a second of all campaigns of the account in the region", kLimits},
           2500);
  d.events_rate =
      rate({"eventsRate", "PutEvents calls a second of the dataset group", kLimits}, 1000);
}

void read_growth(io::ObjectReader& r, Description& d) {
  d.headroom = r.optional_ratio({"headroom", "capacity asked for beyond the demand seen",
                                 "guess: 25 %, 0 to 100 %; AWS does not publish its rule"},
                                io::Ratio{0.25}, {.min = io::Ratio{0}, .max = io::Ratio{10}})
                   .value;
  d.burst_seconds = r.optional_duration({"burst", "time over which the capacity is averaged",
                                         "guess: 10 s, 1 to 300 s (billing averages over 5 min)"},
                                        Duration::seconds(10),
                                        {.min = Duration::seconds(1), .max = Duration::minutes(5)})
                        .to_seconds();
  d.evaluation = r.optional_duration(
      {"evaluationInterval", "how often the demand is held against the capacity",
       "guess: 1 min, 10 s to 5 min"},
      Duration::seconds(60), {.min = Duration::seconds(1), .max = Duration::minutes(5)});
  d.growth =
      r.optional_law({"growthTime", "from asking for capacity until it is there",
                      "guess: \"a short time delay\" (API_CreateCampaign, 2023) of 60 to 300 s"},
                     Law::uniform(Duration::seconds(60), Duration::seconds(300)));
  d.creation = r.optional_law(
      {"creationTime", "from creating a campaign until it is active, training included",
       "guess: tens of minutes to hours"},
      Law::triangular(Duration::minutes(30), Duration::minutes(90), Duration::minutes(240)));
}

}  // namespace

Description read_description(const io::Value& value, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  d.min_provisioned_tps = static_cast<double>(r.optional_count(
      {"minProvisionedTPS", "transactions a second that are there, and billed, at all times",
       "AWS default (botocore, personalize CreateCampaign, 2026-08)"},
      1, {.min = 1, .max = 500}));
  d.initial = r.optional_enum({"initial", "what is there when the run begins",
                               "ours: a region that serves has served before"},
                              Initial::kSteady, kInitial);
  read_limits(r, d);
  read_growth(r, d);
  read_operations(r, d);
  if (!r.describing() && d.min_provisioned_tps > d.campaign_tps) {
    r.error("minProvisionedTPS", "more than a campaign takes", "at most \"campaignRate\"");
  }
  r.finish();
  return d;
}

}  // namespace lifeboat::models::personalize
