// What is wrong with a platform is said at its place, all of it at once.
#include "tests/models/platform/platform_text.hpp"

using lifeboat::tests::read_text;

namespace {

std::string platform_of(const std::string& services, const std::string& journeys = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "p",
  "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
  "services": {)" +
         services + R"(}, "journeys": {)" + journeys + "} }";
}

std::string queue(const std::string& name, const std::string& calls,
                  const std::string& where = R"("region": "sg")") {
  return "\"" + name + R"(": { "kind": "queue", )" + where +
         R"(, "operations": { "do": { "demand": "1ms", "calls": [)" + calls + "] } } }";
}

}  // namespace

TEST_CASE("A mistyped service, operation, region and kind get suggestions", "[unit]") {
  const auto read = read_text(
      platform_of(queue("till", R"({ "call": "bnak.do" }, { "call": "bank.doo" })") + "," +
                      queue("bank", "") + R"(, "shop": { "kind": "queu", "region": "sg" },)" +
                      queue("depot", "", R"("region": "sgg")"),
                  R"("visit": { "entry": "till.do" })"));
  CHECK(read.says("did you mean \"bank\""));
  CHECK(read.says("did you mean \"do\""));
  CHECK(read.says("did you mean \"queue\""));
  CHECK(read.says("did you mean \"sg\""));
  CHECK(read.problems.errors() == 4);
}

TEST_CASE("A callee that is absent in the caller's region is an error", "[unit]") {
  const auto read = read_text(platform_of(
      queue("till", R"({ "call": "bank.do" })", R"("regions": { "sg": {}, "syd": {} })") + "," +
      queue("bank", "")));
  CHECK(read.says("not deployed there"));
  const auto at = read_text(platform_of(queue("till", R"({ "call": "bank.do", "at": "sg" })",
                                              R"("regions": { "sg": {}, "syd": {} })") +
                                        "," + queue("bank", "")));
  CHECK(at.problems.empty());
}

TEST_CASE("A cycle of synchronous calls is an error that names its path", "[unit]") {
  const auto read = read_text(platform_of(queue("a", R"({ "call": "b.do" })") + "," +
                                          queue("b", R"({ "call": "c.do" })") + "," +
                                          queue("c", R"({ "call": "a.do" })")));
  CHECK(read.says("a.do -> b.do -> c.do -> a.do"));
}

// A turn of the cycle begins 0.5 or 1 turns more.
TEST_CASE("An asynchronous cycle needs a gain below 1", "[unit]") {
  const auto cycle = [](const std::string& probability) {
    return read_text(platform_of(
        queue("a", R"({ "call": "b.do" })") + "," +
        queue("b", R"({ "call": "a.do", "async": true, "probability": )" + probability + "}")));
  };
  CHECK(cycle("0.5").problems.empty());
  CHECK(cycle("1").says("never dies out"));
}

TEST_CASE("An entry in two regions is an error, and so is a front door that cannot choose",
          "[unit]") {
  const auto read =
      read_text(platform_of(queue("till", "", R"("regions": { "sg": {}, "syd": {} })") +
                                R"(, "www": { "kind": "route53", "to": "till" })",
                            R"("visit": { "entry": "till.do" }, "other": { "entry": "www.do" })"));
  CHECK(read.says("in several regions"));
  CHECK(read.says("cannot tell which to send to"));
}

TEST_CASE("An operation that two targets of a front door offer is an error", "[unit]") {
  const auto read =
      read_text(platform_of(queue("a", "") + "," + queue("b", "") +
                            R"(, "front": { "kind": "alb", "to": ["a", "b"], "region": "sg" })"));
  CHECK(read.says("is offered by"));
}

TEST_CASE("Front doors that send to each other are an error", "[unit]") {
  const auto read = read_text(platform_of(
      R"("a": { "kind": "route53", "to": "b" }, "b": { "kind": "route53", "to": "a" })"));
  CHECK(read.says("send to each other"));
}

TEST_CASE("The reference platform and its overlay are sound", "[unit]") {
  lifeboat::models::io::Problems problems;
  const auto folder = lifeboat::tests::source_dir() / "models" / "platforms";
  (void)lifeboat::models::load_platform({folder / "smallest.json"}, {}, problems);
  CHECK(problems.lines() == std::vector<std::string>{});
}
