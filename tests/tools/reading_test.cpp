// What the command says about itself and its world: list and explain.
#include <filesystem>
#include <set>

#include "reports/text/words.hpp"
#include "tests/catch.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

const char* const kSections[] = {"scenarios", "platforms", "strategies", "prices",
                                 "kinds",     "faults",    "blocks",     "topics"};

/// Runs a command that must succeed and print a text for people.
std::string text_of(std::vector<std::string> words) {
  const Outcome outcome = lifeboat(std::move(words));
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  check_text(outcome.out);
  return outcome.out;
}

/// The names of a list: the first words of lines with an indent of two.
std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(list)) {
    if (!line.starts_with("  ") || line.starts_with("   ")) continue;
    names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

std::set<std::string> files_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() / folder)) {
    if (entry.path().extension() != ".json") continue;
    if (entry.path().filename().string().ends_with(".usage.json")) continue;  // of a platform
    const std::string stem = entry.path().stem().string();
    names.insert(stem.substr(0, stem.find('.')));  // NAME.overlay.json
  }
  return names;
}

}  // namespace

TEST_CASE("the list is its sections, one after the other", "[cli]") {
  std::string all;
  for (const char* section : kSections) {
    INFO(section);
    const std::string text = text_of({"list", section});
    CHECK_FALSE(names_in(text).empty());
    all += (all.empty() ? "" : "\n") + text;
  }
  CHECK(text_of({"list"}) == all);
}

TEST_CASE("every shipped scenario, platform and price book is listed, with a sentence", "[cli]") {
  const auto check = [](const char* section, const char* folder) {
    const std::string text = text_of({"list", section});
    const auto names = names_in(text);
    CHECK(std::set<std::string>(names.begin(), names.end()) == files_in(folder));
    for (const std::string& line : lines_of(text)) {
      INFO(line);
      CHECK_FALSE(line.ends_with("  -"));  // no sentence
    }
  };
  check("scenarios", "scenarios/library");
  check("platforms", "models/platforms");
  check("prices", "models/prices");
}

TEST_CASE("something that cannot be listed is refused with what can", "[cli]") {
  check_refused(lifeboat({"list", "scenario"}), "did you mean scenarios?");
  check_refused(lifeboat({"list", "xyzzy"}), "services, faults, blocks or topics");
}

TEST_CASE("explain without a topic names all of them, and each can be explained", "[cli]") {
  const std::string overview = text_of({"explain"});
  const auto names = names_in(overview);
  CHECK(names.size() > 20);
  for (const std::string& name : names) {
    INFO(name);
    const std::string text = text_of({"explain", name});
    CHECK(lines_of(text).size() >= 3);
    CHECK(text.find(name) != std::string::npos);
  }
}

TEST_CASE("everything that is listed can be explained", "[cli]") {
  for (const char* section : {"kinds", "faults", "blocks", "topics"}) {
    for (const std::string& name : names_in(text_of({"list", section}))) {
      INFO(name);
      CHECK(text_of({"explain", name}).find(name) != std::string::npos);
    }
  }
}

TEST_CASE("a service kind is explained with its parameters, defaults and sources", "[cli]") {
  const std::string text = text_of({"explain", "ecs-fargate"});
  for (const char* part : {"ecs-fargate\n", "\"kind\": \"ecs-fargate\"", "\n  cpu\n",
                           "desiredCount", "required", "default: ", "AWS"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("each kind says how it is modelled, what is left out, and what the closed form lacks",
          "[cli]") {
  for (const std::string& kind : names_in(text_of({"list", "services"}))) {
    INFO(kind);
    const std::string text = text_of({"explain", kind});
    const std::size_t model = text.find("How it is modelled:\n\n  In queueing terms: ");
    const std::size_t left_out =
        text.find("What is not modelled, and which way that errs:\n\n  - ");
    REQUIRE(model != std::string::npos);
    REQUIRE(left_out != std::string::npos);
    CHECK(model < left_out);
    CHECK(text.find("--network", model) != std::string::npos);
    for (const std::string& line : lines_of(text)) {
      CAPTURE(line);
      CHECK(reports::columns(line) <= 80);
      CHECK(line.find('`') == std::string::npos);
    }
  }
}

TEST_CASE("laws are explained once, not in every kind that takes one", "[cli]") {
  const std::string law = text_of({"explain", "law"});
  for (const char* part : {"\n  lognormal.p50\n", "\n  mixture\n", "\n  shift\n"}) {
    CHECK(law.find(part) != std::string::npos);
  }
  const std::string kind = text_of({"explain", "ecs-fargate"});
  CHECK(kind.find("lognormal") == std::string::npos);
  CHECK(kind.ends_with("How a law is written: lifeboat explain law\n"));
}

TEST_CASE("the parameters of every fault are explained", "[cli]") {
  const std::string text = text_of({"explain", "faults"});
  for (const char* part : {"parameters.grant", "parameters.add", "parameters.inFlight.hang"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("a single parameter is explained wherever it can stand", "[cli]") {
  const std::string text = text_of({"explain", "targetValue"});
  CHECK(text.find("service kind ecs-fargate") != std::string::npos);
  CHECK(text.find("scaling.policies[].targetValue") != std::string::npos);
  CHECK(text_of({"explain", "goodWithin"}).find("format lifeboat/platform/1") != std::string::npos);
}

TEST_CASE("a topic that does not exist is refused with the nearest one", "[cli]") {
  check_refused(lifeboat({"explain", "ecommerce"}), "lifeboat explain ecommerce --network?");
  check_refused(lifeboat({"explain", "flash-sale"}), "lifeboat run flash-sale");
  check_refused(lifeboat({"explain", "availabilty"}), "did you mean availability?");
  check_refused(lifeboat({"explain", "ecs-fargat"}), "did you mean ecs-fargate?");
  check_refused(lifeboat({"explain", "targetValu"}), "did you mean targetValue?");
  check_refused(lifeboat({"explain", "xyzzy"}), "there is no topic \"xyzzy\"");
  check_refused(lifeboat({"explain", ""}), "there is no topic \"\"");
}

TEST_CASE("the network of a platform is a table that fits a terminal", "[cli]") {
  const std::string text = text_of({"explain", "ecommerce", "--network"});
  CHECK(text.find("ecommerce: ") == 0);
  CHECK(text.find("capacity") != std::string::npos);
  CHECK(text.find("orders-db@sg") != std::string::npos);
  CHECK(text_of({"explain", "--network", "smallest"}).find("\ntill ") != std::string::npos);
}

TEST_CASE("the network of a platform that does not exist is refused with the nearest", "[cli]") {
  check_refused(lifeboat({"explain", "ecomerce", "--network"}), "did you mean ecommerce?");
}

}  // namespace lifeboat::tests
