// The contract that every service kind keeps.
#include <map>
#include <regex>
#include <set>

#include "models/io/reader.hpp"
#include "models/io/schema.hpp"
#include "models/platform/kind.hpp"
#include "models/platform/platform.hpp"
#include "tests/catch.hpp"

using namespace lifeboat;
using models::io::Declaration;

namespace {

/// A source has a date, or says that there is none: the value is ours, a guess with its range, or
/// derived.
bool names_its_source(const std::string& source) {
  static const std::regex dated(
      "(^|[^0-9])20[0-9][0-9]([^0-9]|$)|^(ours|guess|derived|inferred)([ ,:]|$)");
  return std::regex_search(source, dated);
}

void check_documented(const Declaration& declaration, const std::string& path) {
  for (const Declaration& child : declaration.children) {
    const std::string where = path + "." + child.name;
    INFO(where);
    if (!child.name.empty() && child.definition.empty()) CHECK_FALSE(child.doc.empty());
    if (!child.default_text.empty()) {
      INFO("its default is " << child.default_text << ", from \"" << child.source << '"');
      CHECK(names_its_source(child.source));
    }
    check_documented(child, where);
  }
}

}  // namespace

TEST_CASE("Every kind has a name, a summary and documented parameters with sourced defaults",
          "[unit]") {
  std::set<std::string> names;
  for (const models::ServiceKind* kind : models::service_kinds()) {
    const std::string name(kind->name());
    INFO(name);
    CHECK_FALSE(models::io::check_name(name).has_value());
    CHECK(names.insert(name).second);
    CHECK(kind->summary().size() > 10);
    CHECK(models::find_service_kind(name) == kind);
    const models::io::Schema schema = models::kind_schema(*kind);
    CHECK_FALSE(schema.root.children.empty());
    check_documented(schema.root, name);
    for (const auto& [word, definition] : schema.definitions) {
      if (word.find("law") == std::string::npos) check_documented(definition, name + "." + word);
    }
  }
  CHECK(models::find_service_kind("no-such-kind") == nullptr);
}

// All that a two-region shop on AWS is built of, watched by and billed for.
TEST_CASE("Each AWS service of the reference platform is a kind", "[unit]") {
  for (const char* name : {"route53",     "cloudfront",  "waf",
                           "shield",      "acm",         "cognito",
                           "alb",         "ecs-fargate", "lambda",
                           "api-gateway", "eventbridge", "sqs",
                           "sns",         "msk",         "s3",
                           "rds",         "dynamodb",    "elasticache",
                           "opensearch",  "personalize", "fraud-detector",
                           "cloudwatch",  "xray",        "config",
                           "macie"}) {
    INFO(name);
    CHECK(models::find_service_kind(name) != nullptr);
  }
}

// Kinds share the parts of the schema of platforms that have a name: a law, a step, a call.
TEST_CASE("What kinds call by one name is one thing", "[unit]") {
  std::map<std::string, std::string> seen;
  for (const models::ServiceKind* kind : models::service_kinds()) {
    for (const auto& [word, definition] : models::kind_schema(*kind).definitions) {
      models::io::Schema alone;
      alone.root = definition;
      alone.root.definition.clear();
      const std::string text = models::io::json_schema(alone, word);
      INFO(std::string(kind->name()) << ": " << word);
      CHECK(seen.try_emplace(word, text).first->second == text);
    }
  }
  CHECK(seen.count("law") == 1);
  CHECK(seen.count("step") == 1);
}

TEST_CASE("An empty description is a list of problems, never a crash", "[unit]") {
  const models::Platform platform;
  for (const models::ServiceKind* kind : models::service_kinds()) {
    INFO(std::string(kind->name()));
    models::io::Problems problems;
    const models::DeploymentSite site{"thing", kind->is_global() ? "" : "sg", 0, {"a"}};
    (void)kind->read(platform, site, models::io::Value::object({}), problems);
    (void)kind->read(platform, site, models::io::Value::null(), problems);
    (void)kind->read(platform, site, models::io::Value::number(7), problems);
    CHECK(problems.has_errors());
  }
}

TEST_CASE("A kind's own keys of an operation and the steps stand in one table", "[unit]") {
  const auto* queue = models::find_service_kind("queue");
  REQUIRE(queue != nullptr);
  std::set<std::string> paths;
  for (const auto& line : models::io::explain(models::kind_schema(*queue))) paths.insert(line.path);
  CHECK(paths.count("servers") == 1);
  CHECK(paths.count("operations.NAME.priority") == 1);
  CHECK(paths.count("operations.NAME.demand") == 1);
  CHECK(paths.count("operations.NAME.steps") == 1);
  CHECK(paths.count("step: call") == 1);
}
