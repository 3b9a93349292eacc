// The share of tasks that stand by, and steps made automatic, as changes of a scenario's document.
#include "scenarios/scenario/standby.hpp"

#include "scenarios/scenario/automation.hpp"
#include "tests/catch.hpp"

namespace lifeboat::scenarios {
namespace {

namespace io = models::io;

const char* const kPair = R"({
  "platform": {
    "billing": { "usage": [ { "categories": { "compute": { "services": { "fargate": { "lines": {
      "processors": { "price": "p", "quantity": "1 vCPU-h", "meters": ["*@syd.vcpu-hours"] },
      "memory": { "price": "p", "quantity": "1 GB-h", "meters": ["*@syd.memory-gb-hours"] },
      "home": { "price": "p", "quantity": "1 vCPU-h", "meters": ["*@sg.vcpu-hours"] } } } } } } } ] },
    "services": {
      "web": { "kind": "ecs-fargate", "cpu": "0.5 vCPU", "memory": "1 GiB", "desiredCount": 4,
               "scaling": { "minCapacity": 3, "maxCapacity": 40 },
               "regions": { "sg": {}, "syd": { "desiredCount": 1, "scaling": { "minCapacity": 1 } } } },
      "orders": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "desiredCount": 3,
                  "regions": { "sg": {}, "syd": {} } },
      "alone": { "kind": "ecs-fargate", "cpu": "1 vCPU", "desiredCount": 5, "regions": { "sg": {} } },
      "db": { "kind": "rds", "regions": { "sg": {}, "syd": {} } } } },
  "runbooks": { "name": "leave", "activate": "syd", "deactivate": "sg",
    "trigger": { "healthCheck": "sg-up", "pages": "on-call" },
    "steps": { "declare": { "block": "executionApproval", "by": "lead", "takes": "10m" },
               "fence": { "block": "fence", "by": "on-call" } } } })";

io::Value document_of(const char* text) {
  io::Problems problems;
  const auto document = io::Document::parse_text(text, "pair.json", problems);
  REQUIRE(document);
  return document->root();
}

/// The value at a path of names and numbers; a null where it leads nowhere.
io::Value at_path(io::Value value, const std::vector<std::string>& path) {
  for (const std::string& step : path) {
    if (value.is_array()) {
      value = value.elements()[static_cast<std::size_t>(std::stoi(step))];
      continue;
    }
    const io::Member* member = value.find(step);
    if (member == nullptr) return io::Value::null();
    value = member->value;
  }
  return value;
}

}  // namespace

TEST_CASE("A share of standby is whole tasks of what the other region has, upwards", "[unit]") {
  // 40 % of 4 and of 3 are 1.6 and 1.2: two tasks each. 2 x 0.5 + 2 x 1 = 3 vCPU, 2 x 1 + 2 x 2 =
  // 6 GB, for 730 h.
  io::Problems problems;
  const io::Value with = with_standby(document_of(kPair), 0.4, problems);
  CHECK(problems.empty());
  const auto count = [&](const std::string& service, const std::string& key) {
    auto path = std::vector<std::string>{"platform", "services", service, "regions", "syd"};
    if (key == "minCapacity") path.emplace_back("scaling");
    path.push_back(key);
    return at_path(with, path).as_integer();
  };
  CHECK(count("web", "desiredCount") == 2);
  CHECK(count("web", "minCapacity") == 2);
  CHECK(count("orders", "desiredCount") == 2);
  CHECK(at_path(with, {"platform", "services", "web", "desiredCount"}).as_integer() == 4);
  CHECK(at_path(with, {"platform", "services", "alone", "regions", "syd"}).is_null());
  CHECK(at_path(with, {"platform", "services", "db", "regions", "syd"}).size() == 0);
  const std::vector<std::string> lines{"platform", "billing",  "usage",   "0",    "categories",
                                       "compute",  "services", "fargate", "lines"};
  const auto quantity = [&](const char* line) {
    auto path = lines;
    path.emplace_back(line);
    path.emplace_back("quantity");
    return std::string(at_path(with, path).as_string());
  };
  CHECK(quantity("processors") == "2190 vCPU-h");
  CHECK(quantity("memory") == "4380 GB-h");
  CHECK(quantity("home") == "1 vCPU-h");
}

TEST_CASE("No standby is no task, and all of it is as many as there are", "[unit]") {
  for (const double share : {0.0, 1.0}) {
    io::Problems problems;
    const io::Value with = with_standby(document_of(kPair), share, problems);
    CHECK(problems.empty());
    CHECK(at_path(with, {"platform", "services", "web", "regions", "syd", "desiredCount"})
              .as_integer() == static_cast<std::int64_t>(4 * share));
  }
}

TEST_CASE("A standby needs a region that takes over, and tasks in both", "[unit]") {
  io::Problems none;
  static_cast<void>(with_standby(document_of(R"({ "platform": { "services": {} } })"), 0.5, none));
  CHECK(none.has_errors());
  io::Problems no_tasks;
  static_cast<void>(with_standby(
      document_of(R"({ "platform": { "services": { "db": { "regions": { "sg": {}, "syd": {} } } } },
                       "runbooks": { "activate": "syd", "deactivate": "sg" } })"),
      0.5, no_tasks));
  CHECK(no_tasks.has_errors());
}

TEST_CASE("An automatic step has nobody, and a script's time in place of labour", "[unit]") {
  io::Problems problems;
  const io::Value with =
      with_automation(document_of(kPair),
                      {{{"leave", "declare"}, {"leave", "fence"}, {"leave", ""}}, "20s"}, problems);
  CHECK(problems.empty());
  CHECK(at_path(with, {"runbooks", "steps", "declare", "by"}).as_string() == "automatic");
  CHECK(at_path(with, {"runbooks", "steps", "declare", "takes"}).as_string() == "20s");
  // What took nobody any time takes a script none.
  CHECK(at_path(with, {"runbooks", "steps", "fence", "takes"}).is_null());
  CHECK(at_path(with, {"runbooks", "trigger", "pages"}).is_null());
  CHECK(at_path(with, {"runbooks", "trigger", "healthCheck"}).as_string() == "sg-up");
  io::Problems unknown;
  static_cast<void>(with_automation(document_of(kPair), {{{"leave", "declar"}}, "20s"}, unknown));
  CHECK(unknown.has_errors());
}

}  // namespace lifeboat::scenarios
