#include "reports/recovery/failover.hpp"

#include "tests/catch.hpp"

namespace lifeboat::reports {

namespace {

using sim::Instant;

class Log {
 public:
  Log& add(double t, std::string kind, std::string subject, std::string cause = "",
           std::string text = "") {
    events_.push_back({.at = Instant::from_seconds(t),
                       .kind = std::move(kind),
                       .subject = std::move(subject),
                       .region = "",
                       .text = std::move(text),
                       .cause = std::move(cause)});
    return *this;
  }
  [[nodiscard]] const std::vector<sim::IncidentEvent>& events() const { return events_; }

 private:
  std::vector<sim::IncidentEvent> events_;
};

/// Fault at 100 s; checks hold at 300 s and page on-call, who answers at 500 s; the lead is paged
/// for the decision and answers at 800 s, decides by 1500 s; promotion acts from 1500 to 1900 s;
/// DNS shifts at 1910 s; somebody verifies from then on.
Log failover_log() {
  Log log;
  log.add(100, "fault", "lost", "", "Singapore is lost")
      .add(300, "detected", "sg-up", "fault:lost")
      .add(300, "person-paged", "on-call", "detected:sg-up")
      .add(500, "person-answers", "on-call", "detected:sg-up")
      .add(500, "step-ready", "declare", "person:on-call")
      .add(500, "person-paged", "lead", "step:declare")
      .add(800, "person-answers", "lead", "step:declare")
      .add(800, "step-begin", "declare", "person:lead", "by lead")
      .add(1500, "step-end", "declare")
      .add(1500, "step-ready", "promote", "step:declare")
      .add(1500, "step-begin", "promote", "", "automatic")
      .add(1500, "step-acts", "promote")
      .add(1700, "step-retry", "promote")
      .add(1700, "step-acts", "promote")
      .add(1900, "step-end", "promote")
      .add(1900, "step-ready", "shift", "step:promote")
      .add(1900, "step-begin", "shift")
      .add(1900, "step-acts", "shift")
      .add(1910, "step-end", "shift")
      .add(1910, "step-ready", "verify", "step:shift")
      .add(1910, "step-begin", "verify", "", "by on-call");
  return log;
}

std::vector<std::string> segments_of(const std::vector<PathStretch>& path) {
  std::vector<std::string> result;
  for (const auto& stretch : path) result.push_back(stretch.segment);
  return result;
}

}  // namespace

TEST_CASE("The incident log becomes rows with what each waited for", "[unit]") {
  const auto log = failover_log();
  const auto rows = failover_rows(log.events());
  REQUIRE(rows.size() == 8);
  CHECK(rows[0].kind == "fault");
  CHECK(rows[0].end.is_never());
  CHECK(rows[1].name == "detection by sg-up");
  CHECK(rows[1].start == Instant::from_seconds(100));
  CHECK(rows[1].end == Instant::from_seconds(300));
  CHECK(rows[2].name == "on-call answers");
  CHECK(rows[3].name == "declare");
  CHECK(rows[3].ready == Instant::from_seconds(500));
  CHECK(rows[3].start == Instant::from_seconds(800));
  CHECK(rows[3].owner == "lead");
  CHECK_FALSE(rows[3].acts);
  CHECK(rows[4].name == "lead answers");
  CHECK(rows[4].waited_for == std::vector<std::string>{"on-call answers"});
  CHECK(rows[5].acts);
  CHECK_FALSE(rows[5].ready.has_value());
  CHECK(rows[7].end.is_never());
}

TEST_CASE("The path of a log goes from the fault through people and steps", "[unit]") {
  const auto log = failover_log();
  const auto rows = failover_rows(log.events());
  const auto path =
      critical_path(rows, Instant::from_seconds(100), Instant::from_seconds(2100), "drain");
  CHECK(segments_of(path) == std::vector<std::string>{"detection by sg-up", "on-call answers",
                                                      "lead answers", "declare", "promote", "shift",
                                                      "drain"});
}

TEST_CASE("A step that never began, and events of no failover, make no row", "[unit]") {
  Log log;
  log.add(5, "scaling", "web", "").add(9, "step-ready", "declare", "detected:x");
  log.add(9, "step-end", "unknown").add(9, "fault-end", "unknown");
  CHECK(failover_rows(log.events()).empty());
}

}  // namespace lifeboat::reports
