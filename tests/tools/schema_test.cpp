// The JSON Schema of each format: sound itself, and taking every shipped file.
#include <filesystem>
#include <map>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/json_schema.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

using nlohmann::json;

const char* const kFormats[] = {"platform", "overlay", "scenario", "traffic",
                                "faults",   "runbook", "usage",    "prices"};

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

}  // namespace lifeboat::tests
