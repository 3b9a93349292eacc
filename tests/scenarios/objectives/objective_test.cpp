// The grammar of objectives: what is read, and what malformed ones are told.
#include "scenarios/objectives/objective.hpp"

#include <string>
#include <utility>
#include <vector>

#include "tests/catch.hpp"

namespace lifeboat::scenarios {
namespace {

using Subject = Objective::Subject;
using Measure = Objective::Measure;
using Unit = Objective::Unit;

Objective read(const std::string& text) {
  const auto parsed = parse_objective(text);
  INFO(text << ": " << (parsed.ok() ? "" : parsed.complaint().text));
  REQUIRE(parsed.ok());
  return parsed.value();
}

std::string complaint(const std::string& text) {
  const auto parsed = parse_objective(text);
  INFO(text);
  REQUIRE_FALSE(parsed.ok());
  const auto& c = parsed.complaint();
  return c.text + (c.expected.empty() ? "" : " (expected " + c.expected + ")") +
         (c.suggestion.empty() ? "" : " (did you mean " + c.suggestion + "?)");
}

TEST_CASE("every form of objective in the language is read", "[unit]") {
  const auto yearly = read("availability >= 99.99% per year");
  CHECK(yearly.subject == Subject::kAvailability);
  CHECK(yearly.threshold == Approx(0.9999));
  CHECK(yearly.compare == Objective::Compare::kGreaterOrEqual);
  CHECK(yearly.per_year);

  const auto steady = read("availability >= 99.9% during steady");
  CHECK(steady.phase == "steady");
  CHECK_FALSE(steady.per_year);

  const auto rto = read("rto < 4h in 95% of trials");
  CHECK(rto.subject == Subject::kRto);
  CHECK(rto.unit == Unit::kSeconds);
  CHECK(rto.threshold == 14400);
  CHECK(rto.share_of_trials == 0.95);

  CHECK(read("rpo:orders-db < 1h").name == "orders-db");
  CHECK_FALSE(read("rpo < 1h").share_of_trials);

  const auto latency = read("journey:checkout p(99.9) < 800ms during sale");
  CHECK(latency.subject == Subject::kJourney);
  CHECK(latency.measure == Measure::kQuantile);
  CHECK(latency.quantile == Approx(0.999));
  CHECK(latency.threshold == Approx(0.8));
  CHECK(latency.phase == "sale");

  const auto lost = read("lost:orders <= 5 in 99% of trials");
  CHECK(lost.unit == Unit::kCount);
  CHECK(lost.threshold == 5);

  const auto cost = read("cost < 15000 USD/month");
  CHECK(cost.subject == Subject::kCost);
  CHECK(cost.unit == Unit::kUsd);
  CHECK(cost.threshold == 15000);

  const auto busy = read("service:web@syd utilization max(5m) < 80%");
  CHECK(busy.region == "syd");
  CHECK(busy.window == sim::Duration::minutes(5));
  CHECK(busy.threshold == Approx(0.8));
  CHECK_FALSE(read("service:web utilization < 80%").window);

  CHECK(read("service:fulfil-queue backlog-age p(95) < 10m").measure == Measure::kBacklogAge);
  CHECK(read("service:* shortfall-minutes < 3m").threshold == 3);
  CHECK(read("bad-minutes < 4 /month").per_month);
  CHECK(read("bad-minutes < 4/month").threshold == 4);
  CHECK(read("errors < 0.1%").subject == Subject::kErrors);
  CHECK(read("journey:* errors<1%").name == "*");
  CHECK(read("journey:home mean < 1s in 90% of trials during sale").phase == "sale");
}

TEST_CASE("a malformed objective is told where and what was expected", "[unit]") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"",
       "column 1: an objective starts with what it is about (expected availability, errors, "
       "rto, rpo, lost, bad-minutes, cost, journey or service)"},
      {"avilability > 99%",
       "column 1: \"avilability\" is not something that an objective can be about (expected "
       "availability, errors, rto, rpo, lost, bad-minutes, cost, journey or service) (did you mean "
       "\"availability\"?)"},
      {"cost < 15000 USD",
       "column 8: \"15000 USD\" cannot be compared with this (expected a sum a month such as "
       "\"15000 USD/month\")"},
      {"rto p(95) < 1h",
       "column 5: \"p(95)\" cannot stand here (expected <, <=, > or >=: rto takes no measure)"},
      {"journey:checkout < 1s",
       "column 18: a journey needs a measure (expected mean, max, p(99) or errors)"},
      {"journey:checkout p(100) < 1s",
       "column 18: \"p(100)\" is not a quantile (expected p(q) with q above 0 and below 100: "
       "\"p(99)\")"},
      {"journey:checkout p(99) < 800",
       "column 26: \"800\" cannot be compared with this (expected a duration such as \"800ms\" or "
       "\"4h\")"},
      {"journey p(99) < 1s",
       "column 8: \"journey\" needs the name of a journey (expected \"journey:NAME\")"},
      {"journey: p(99) < 1s", "column 9: no name after the colon (expected the name of a journey)"},
      {"journey:a@sg p(99) < 1s",
       "column 10: only a service has a region (expected a name without \"@\")"},
      {"availability", "column 13: no comparison (expected <, <=, > or >= and a quantity)"},
      {"availability >= 101%",
       "column 17: \"101%\" cannot be compared with this (expected a percentage such as "
       "\"99.9%\")"},
      {"availability >= 99.9% during",
       "column 23: \"during\" needs a phase after it (expected \"during steady\")"},
      {"rto < 4h in 95%",
       "column 10: \"in\" needs a share of trials after it (expected \"in 95% of trials\")"},
      {"rto < 4h in 100% of trials",
       "column 13: \"100%\" is not a share of trials (expected more than 0% and less than 100%)"},
      {"rto < 4h per year",
       "column 10: \"per year\" does not apply to this (expected it with availability, errors or "
       "bad-minutes)"},
      {"rto < 4h always",
       "column 7: \"4h always\" cannot be compared with this (expected a "
       "duration such as \"800ms\" or \"4h\")"},
      {"service:web utilization max(90s) < 80%",
       "column 25: \"max(90s)\" is not a window (expected max(1m), or another whole number of "
       "minutes)"},
      {"service:web p(99) < 1s",
       "column 13: \"p(99)\" is not a measure of a service (expected mean, errors, utilization, "
       "queue, backlog-age or shortfall-minutes)"},
  };
  for (const auto& [text, expected] : cases) CHECK(complaint(text) == expected);
}

TEST_CASE("an objective of any bytes is read or refused, never more", "[property]") {
  const std::string hostile =
      "p(9)<>=@:*% \t\x01\xff"
      "during in per of trials rto";
  std::uint64_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < round % 40; ++i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      text += hostile[(state >> 33) % hostile.size()];
    }
    const auto parsed = parse_objective(text);
    if (!parsed.ok()) CHECK_FALSE(parsed.complaint().text.empty());
  }
  CHECK_FALSE(parse_objective(std::string(100'000, 'p')).ok());
}

TEST_CASE("names in objectives are checked against the platform", "[unit]") {
  ObjectiveNames names;
  names.journeys = {"checkout", "home"};
  names.services = {"web", "orders-db"};
  names.regions = {"sg", "syd"};
  names.stores = {"orders-db"};
  names.classes = {"orders"};
  names.phases = {"sale"};
  const auto wrong = [&](const std::string& text) {
    std::string all;
    for (const auto& c : check_names(read(text), names)) all += c.text + "; " + c.suggestion + ". ";
    return all;
  };
  CHECK(wrong("journey:checkout p(99) < 1s during sale").empty());
  CHECK(wrong("rpo:orders < 1h").empty());
  CHECK(wrong("rpo:orders-db < 1h").empty());
  CHECK(wrong("journey:chekout p(99) < 1s") == "there is no journey \"chekout\"; \"checkout\". ");
  CHECK(wrong("lost:orders-db < 1") == "there is no data class \"orders-db\"; \"orders\". ");
  CHECK(wrong("service:web@sid queue < 1") == "there is no region \"sid\"; \"syd\". ");
  CHECK(wrong("rto < 1h during sales") == "there is no phase \"sales\"; \"sale\". ");
}

}  // namespace
}  // namespace lifeboat::scenarios
