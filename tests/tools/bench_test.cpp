// lifeboat-bench, run as a person runs it: no model rots, and the figures that it prints are right.
//
// Seeds are fixed, so a check fails only when a change moves the draws or breaks the engine. Then
// each of the 17 checks fails by chance with 1e-4 (its interval's confidence is 99.99 %).
#include <cstdio>
#include <set>
#include <string>

#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "models/platform/kind.hpp"
#include "tests/catch.hpp"

namespace lifeboat::tools {
namespace {

using nlohmann::json;

struct Output {
  int status = -1;
  std::string text;
};

/// Standard output, and standard error where `words` say 2>&1.
Output bench(const std::string& words) {
  const std::string program = (tests::build_dir() / "bin" / "lifeboat-bench").string();
  FILE* pipe = popen(("'" + program + "' " + words).c_str(), "r");
  REQUIRE(pipe != nullptr);
  Output output;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) {
    output.text.append(buffer, got);
  }
  const int status = pclose(pipe);
  output.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return output;
}

/// Runs models in their tiny size; the rows of the JSON document.
json measure(const std::string& models) {
  const Output output = bench(models + " --size tiny --format json");
  INFO(output.text);
  REQUIRE(output.status == 0);
  const json document = json::parse(output.text);
  CHECK(document.at("format") == "lifeboat/bench/1");
  return document.at("models");
}

void check_rows(const json& rows, std::size_t models, std::size_t checks) {
  std::size_t judged = 0;
  for (const json& row : rows) {
    INFO(row.dump(2));
    CHECK(row.at("hops_per_s") > 0);
    CHECK(row.at("requests_per_s") > 0);
    CHECK(row.at("memory_mib") > 1);
    for (const json& check : row.at("checks")) {
      if (check.at("judged") == true) ++judged;
      CHECK(check.at("within") == true);
    }
  }
  CHECK(rows.size() == models);
  CHECK(judged == checks);
}

TEST_CASE("stations, tandems and holds are measured, and agree with their closed forms", "[cli]") {
  check_rows(measure("mm1 tandem20 ps hold-10 hold-1000 hold-100000 hold-1000000"), 7, 7);
}

TEST_CASE("timeouts, retries, caches and balancers are measured, and agree", "[cli]") {
  check_rows(measure("timeouts-0 timeouts-1 timeouts-50 retries cache-heavy balanced"), 6, 9);
}

TEST_CASE("the reference platform and its failover are measured", "[cli]") {
  check_rows(measure("reference failover"), 2, 1);
}

// A request of the tandem makes 20 visits and nothing else that takes time. Jobs that are on their
// way at the end, 35 s of a trial's 1,410 s, have made half of theirs: 1.2 % are missing. The
// warm-up is charged at the window's rate, whose noise over eight trials is some 0.5 %.
TEST_CASE("a request of the tandem is measured as 20 hops", "[cli]") {
  const json row = measure("tandem20").at(0);
  CHECK(row.at("hops_per_request").get<double>() == Approx(20).epsilon(0.03));
  CHECK(row.at("ns_per_hop").get<double>() ==
        Approx(1e9 / row.at("hops_per_s").get<double>()).epsilon(1e-9));
}

TEST_CASE("further passes and further trials are made when they are asked for", "[cli]") {
  const json repeated = measure("hold-10 --repeat 3").at(0);
  CHECK(repeated.at("passes").size() == 3);
  for (const json& pass : repeated.at("passes")) {
    CHECK(pass.at("hops") == repeated.at("passes").at(0).at("hops"));
  }
  const json longer = measure("hold-10 --seconds 0.05").at(0);
  CHECK(longer.at("passes").at(0).at("cpu_s") >= 0.05);
  CHECK(longer.at("passes").at(0).at("trials") > 6);
}

TEST_CASE("the table of measurements keeps to 100 columns and shows each check", "[cli]") {
  const Output output = bench("mm1 --size tiny");
  CHECK(output.status == 0);
  CHECK(output.text.find("mean sojourn") != std::string::npos);
  CHECK(output.text.find("100 ms analytic, within [") != std::string::npos);
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = output.text.find('\n', begin)) != std::string::npos;) {
    CHECK(end - begin <= 100);
    begin = end + 1;
  }
}

TEST_CASE("what each service kind costs is measured beside a station", "[cli]") {
  const json document = json::parse(bench("--kinds --size tiny --format json").text);
  CHECK(document.at("format") == "lifeboat/bench-kinds/1");
  std::set<std::string> measured;
  for (const auto& row : document.at("kinds")) {
    measured.insert(row.at("kind"));
    CHECK(row.at("ns_per_request") > 0);
    // Each request passes something that takes time.
    CHECK(row.at("hops_per_request") > 0.5);
  }
  CHECK(document.at("kinds").front().at("kind") == "queue");
  // Every kind that there is.
  for (const models::ServiceKind* kind : models::service_kinds()) {
    CHECK(measured.count(std::string(kind->name())) == 1);
  }
  const Output two = bench("--kinds rds --size tiny");
  CHECK(two.text.find("rds") != std::string::npos);
  CHECK(two.text.find("alb") == std::string::npos);
  CHECK(bench("--kinds rbs 2>&1").text.find("did you mean rds?") != std::string::npos);
}

TEST_CASE("growth is measured at each size, as a table and as a document", "[cli]") {
  const Output text = bench("--growth --size tiny");
  CHECK(text.status == 0);
  CHECK(text.text.find("pending-heavy-tailed") != std::string::npos);
  const Output output = bench("--growth --size tiny --format json");
  REQUIRE(output.status == 0);
  const json document = json::parse(output.text);
  CHECK(document.at("format") == "lifeboat/bench-growth/1");
  CHECK(document.at("points").size() == 16);
  for (const json& point : document.at("points")) CHECK(point.at("ns_per_hop") > 0);
  const Output one = bench("--growth stations --size tiny");
  CHECK(one.text.find("stations") != std::string::npos);
  CHECK(one.text.find("pending") == std::string::npos);
}

TEST_CASE("a fork with the same luck comes to the same end, with other luck to another", "[cli]") {
  const Output text = bench("--snapshot mm1 --size tiny");
  CHECK(text.status == 0);
  CHECK(text.text.find("same end") != std::string::npos);
  const Output output = bench("--snapshot mm1 timeouts-50 reference --size tiny --format json");
  REQUIRE(output.status == 0);
  const json document = json::parse(output.text);
  CHECK(document.at("format") == "lifeboat/bench-snapshot/1");
  CHECK(document.at("models").size() == 3);
  for (const json& row : document.at("models")) {
    INFO(row.dump());
    CHECK(row.at("copy_s") > 0);
    CHECK(row.at("bytes") > 1000);
    CHECK(row.at("same_luck_same_end") == true);
    CHECK(row.at("new_luck_new_end") == true);
  }
}

TEST_CASE("two threads give the results of one", "[cli]") {
  const Output output = bench("--parallel mm1 --size tiny --format json");
  REQUIRE(output.status == 0);
  const json document = json::parse(output.text);
  CHECK(document.at("format") == "lifeboat/bench-parallel/1");
  CHECK(document.at("models")[0].at("same_results") == true);
  CHECK(document.at("models")[0].at("gain") > 0);
}

TEST_CASE("the benchmark names the nearest model, and refuses what it does not know", "[cli]") {
  const Output unknown = bench("tandem 2>&1");
  CHECK(unknown.status == 3);
  CHECK(unknown.text.find("did you mean tandem20?") != std::string::npos);
  CHECK(bench("mm1 --size huge 2>&1").status == 3);
  CHECK(bench("mm1 --seconds soon 2>&1").status == 3);
  CHECK(bench("mm1 --format xml 2>&1").status == 3);
  const Output grown = bench("--growth station 2>&1");
  CHECK(grown.status == 3);
  CHECK(grown.text.find("did you mean stations?") != std::string::npos);
  CHECK(bench("mm1 --snapshot --parallel 2>&1").status == 3);
  CHECK(bench("--repeat 0 2>&1").status == 3);
}

TEST_CASE("the benchmark lists its models and says what its columns mean", "[cli]") {
  const Output list = bench("--list");
  CHECK(list.status == 0);
  for (const char* name : {"mm1", "tandem20", "ps", "hold-1000000", "timeouts-50", "retries",
                           "cache-heavy", "balanced", "reference", "failover"}) {
    CHECK(list.text.find(name) != std::string::npos);
  }
  const Output help = bench("--help");
  CHECK(help.status == 0);
  CHECK(help.text.find("a hop is a stay that took simulated time") != std::string::npos);
}

}  // namespace
}  // namespace lifeboat::tools
