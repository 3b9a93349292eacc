// The JSON Schema of each format: sound itself, and taking every shipped file.
#include <filesystem>
#include <map>

#include "models/platform/kind.hpp"
#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/json_schema.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

using nlohmann::json;

const char* const kFormats[] = {"platform", "overlay", "scenario", "traffic", "faults",
                                "runbook",  "usage",   "prices",   "year"};

json schema_of(const std::string& format) {
  const Outcome outcome = lifeboat({"schema", format});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.ends_with("}\n"));
  return json::parse(outcome.out);
}

/// Every shipped file, with its format ("scenario").
std::map<std::filesystem::path, std::string> shipped_files() {
  std::map<std::filesystem::path, std::string> files;
  for (const char* folder : {"models/platforms", "models/prices", "scenarios"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_dir() / folder)) {
      if (entry.path().extension() != ".json") continue;
      const json file = json::parse(content_of(entry.path()), nullptr, true, true);
      const auto format = file.at("format").get<std::string>();
      const std::size_t slash = format.find('/');
      files[entry.path()] = format.substr(slash + 1, format.rfind('/') - slash - 1);
    }
  }
  return files;
}

/// All problems that the schema finds, a line each.
std::string problems_of(const json& schema, const json& file) {
  std::string text;
  for (const std::string& problem : schema_problems(schema, file)) text += problem + "\n";
  return text;
}

/// The shipped platform of that name.
json shipped_platform(const std::string& name) {
  const auto path = source_dir() / "models" / "platforms" / (name + ".json");
  return json::parse(content_of(path), nullptr, true, true);
}

/// A service of the smallest platform, with these keys merged into it (RFC 7396).
json with_service(const json& patch) {
  json platform = shipped_platform("smallest");
  platform["regions"]["away"] = json{{"code", "ap-southeast-2"}};
  platform["services"]["till"].merge_patch(patch);
  return platform;
}

/// The object without `key`, and the same value under a mistyped name.
json mistyped(json object, const std::string& key) {
  object[key + "x"] = object.at(key);
  object.erase(key);
  return object;
}

}  // namespace

TEST_CASE("the schema of each format is one JSON Schema, and knows its format", "[cli]") {
  for (const std::string format : kFormats) {
    INFO(format);
    const json schema = schema_of(format);
    CHECK(schema.at("$schema") == "https://json-schema.org/draft/2020-12/schema");
    CHECK(schema.at("title") == "lifeboat/" + format + "/1");
    CHECK(schema.at("properties").contains("format"));
    CHECK_FALSE(schema_problems(schema, json{{"format", "lifeboat/other/1"}}).empty());
  }
  check_refused(lifeboat({"schema", "scenarios"}), "did you mean scenario?");
}

TEST_CASE("every shipped file is sound by the schema of its format", "[cli]") {
  const auto files = shipped_files();
  CHECK(files.size() >= 15);
  std::map<std::string, json> schemas;
  for (const std::string format : kFormats) schemas[format] = schema_of(format);
  for (const auto& [path, format] : files) {
    INFO(path);
    const json file = json::parse(content_of(path), nullptr, true, true);
    CHECK(problems_of(schemas.at(format), file) == "");
  }
}

TEST_CASE("what init writes is sound by its schemas", "[cli]") {
  const TemporaryFolder folder;
  REQUIRE(lifeboat({"init", folder.path().string()}).status == 0);
  for (const std::string format : {"platform", "scenario"}) {
    const json file =
        json::parse(content_of(folder.path() / (format + ".json")), nullptr, true, true);
    CHECK(problems_of(schema_of(format), file) == "");
  }
}

TEST_CASE("a schema refuses what the command refuses", "[cli]") {
  const json schema = schema_of("platform");
  const auto path = source_dir() / "models" / "platforms" / "smallest.json";
  const json sound = json::parse(content_of(path), nullptr, true, true);
  CHECK(schema_problems(schema, sound).empty());
  const auto refused = [&](const char* pointer, const json& value) {
    json wrong = sound;
    wrong[json::json_pointer{pointer}] = value;
    INFO(pointer);
    CHECK(schema_problems(schema, wrong).size() == 1);
  };
  refused("/jorneys", json::object());
  refused("/name", 1);
  refused("/name", "Not a Name");
  refused("/regions/home/code", 3);
  refused("/journeys/visit/goodWithin", "3 fortnights");
}

TEST_CASE("a service's keys in the schema follow from its kind, whichever it is", "[cli]") {
  const json schema = schema_of("platform");
  json empty = shipped_platform("smallest");
  empty["services"]["till"] = json{{"no-such-key", 1}};
  json& service = empty["services"]["till"];
  for (const models::ServiceKind* kind : models::service_kinds()) {
    const std::string name(kind->name());
    INFO(name);
    service["kind"] = name;
    service.erase("region");
    if (kind->property()) {  // of other services, and none itself
      CHECK_FALSE(schema_problems(schema, empty).empty());
      CHECK_FALSE(schema.at("$defs").contains(name));
      continue;
    }
    if (!kind->is_global()) service["region"] = "home";
    const std::string problems = problems_of(schema, empty);
    CHECK(problems.find(std::string("/services/till/no-such-key: ") + kUnknownKey) !=
          std::string::npos);
    CHECK(problems.find("/services/till/kind") == std::string::npos);
    CHECK(problems.find("/services/till/region") == std::string::npos);
  }
}

TEST_CASE("no shipped platform's parameter may be mistyped, at any of its deployments", "[cli]") {
  const json schema = schema_of("platform");
  std::size_t looked_at = 0;
  for (const char* name : {"ecommerce", "small-shop", "zone-shop", "cache-shop"}) {
    const json platform = shipped_platform(name);
    for (const auto& [service, description] : platform.at("services").items()) {
      // The service alone: the schema looks at each by itself.
      json alone = platform;
      alone["services"] = json{{service, description}};
      REQUIRE(problems_of(schema, alone) == "");
      const auto refuses = [&](const std::string& pointer, const json& changed) {
        json wrong = alone;
        wrong[json::json_pointer{pointer}] = changed;
        INFO(name << ": " << pointer << " is " << changed.dump());
        CHECK_FALSE(schema_problems(schema, wrong).empty());
        ++looked_at;
      };
      const std::string at = "/services/" + service;
      for (const auto& [key, value] : description.items()) {
        refuses(at, mistyped(description, key));
        if (key == "regions" || key == "operations" || !value.is_object()) continue;
        refuses(at + "/" + key, json{{"no-such-key", 1}});
      }
      if (!description.contains("regions")) continue;
      for (const auto& [region, patch] : description.at("regions").items()) {
        for (const auto& [key, value] : patch.items()) {
          refuses(at + "/regions/" + region, mistyped(patch, key));
        }
      }
    }
  }
  CHECK(looked_at > 300);
}

TEST_CASE("a service is whole in one region, and in several the shared keys and a patch each",
          "[cli]") {
  const json schema = schema_of("platform");
  const auto problems = [&](const char* patch) {
    return schema_problems(schema, with_service(json::parse(patch))).size();
  };
  CHECK(problems("{}") == 0);
  CHECK(problems(R"({"servers": 2, "discipline": "lifo"})") == 0);
  CHECK(problems(R"({"servers": "2"})") == 1);
  CHECK(problems(R"({"servers": 0})") == 1);
  CHECK(problems(R"({"discipline": "fifos"})") == 1);
  CHECK(problems(R"({"kind": "queues"})") == 1);
  CHECK(problems(R"({"operations": {"serve": {"demand": "10 fortnights"}}})") == 1);
  CHECK(problems(R"({"regions": {"home": {}}})") > 0);  // and region
  CHECK(problems(R"({"region": null})") > 0);           // neither
  CHECK(problems(R"({"region": null, "regions": {"home": {}, "away": {}}})") == 0);
  const auto away = [&](const std::string& patch) {
    return problems(
        (R"({"region": null, "regions": {"home": {}, "away": )" + patch + "}}").c_str());
  };
  CHECK(away(R"({"servers": 3, "operations": {"serve": {"demand": "1ms"}}})") == 0);
  CHECK(away(R"({"operations": {"serve": {"demand": {"exponential": {"mean": "1ms"}}}}})") == 0);
  CHECK(away(R"({"operations": {"serve": {"demand": {"exponential": {"mean": "1"}}}}})") == 1);
  CHECK(away(R"({"server": 3})") == 1);
  CHECK(away(R"({"kind": "sqs"})") == 1);
  CHECK(away("3") == 1);
  json gone = with_service(json::parse(R"({"region": null, "regions": {"home": {}}})"));
  gone["services"]["till"]["regions"]["home"]["discipline"] = nullptr;
  CHECK(problems_of(schema, gone) == "");
}

}  // namespace lifeboat::tests
