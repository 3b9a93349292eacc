// The reference platform goes to Sydney and comes home the same night: nothing is lost on the way
// back, and then everything is as it was.
#include <algorithm>
#include <map>

#include "tests/reports/data/evening.hpp"

namespace lifeboat::reports {
namespace {

/// When each stream took its first and its last write, and how late that last one arrived.
struct StreamLog {
  double first = 0;
  double last = 0;
  double last_took = 0;
};
using StreamLogs = std::map<std::uint32_t, StreamLog>;

class StreamListener final : public sim::Listener {
 public:
  explicit StreamListener(StreamLogs& streams) : streams_(streams) {}
  void committed(sim::Instant at, sim::LogId log, sim::Instant received) override {
    StreamLog& stream = streams_.try_emplace(log.index(), StreamLog{at.to_seconds()}).first->second;
    stream.last = at.to_seconds();
    stream.last_took = received.is_never() ? -1 : (received - at).to_seconds();
  }

 private:
  StreamLogs& streams_;
};

}  // namespace

// A fifth of the traffic. The volume's 500 GiB at 100 MB/s take 5,369 s beside 5 to 20 min, the
// index' 375 GiB at 3 x 40 MB/s 3,355 s beside 2 to 30 min, 2,000,000 objects at 500/s 4,000 s
// beside 5 to 60 min.
TEST_CASE("the reference platform comes home without losing an order", "[unit]") {
  StreamLogs streams;
  const Evening night =
      evening_of("failback-ecommerce", 0, {"traffic.shoppers.rate=7/s"},
                 [&](std::uint32_t) { return std::make_shared<StreamListener>(streams); });
  const auto took = [&](const char* step) {
    const auto begun = when_told(night, "step-acts", step);
    const auto ended = when_told(night, "step-end", step);
    REQUIRE((begun && ended));
    return *ended - *begun;
  };
  CHECK(took("rebuild-orders") > 5369 + 300);
  CHECK(took("rebuild-orders") < 5369 + 1200);
  CHECK(took("rebuild-search") > 3355 + 120);
  CHECK(took("rebuild-search") < 3355 + 1800);
  CHECK(took("rebuild-assets") > 4000 + 300);
  CHECK(took("rebuild-assets") < 4000 + 3600);
  for (const char* store : {"orders-db", "search-index", "assets"}) {
    CAPTURE(store);
    REQUIRE(opening_in(night, "syd", store));
    const auto back = opening_in(night, "sg", store);
    REQUIRE(back);
    CHECK(back->writes_lost == 0);
    CHECK(back->opened_at > opening_in(night, "syd", store)->opened_at);
  }
  // What only Singapore had when it was lost, half a round trip of 0.3 orders a second, is
  // reconciled; what its queue had waits for its return.
  CHECK(night.result.records.at(0).torn == 0);

  // Nobody takes orders from the fence on until Singapore's copy opens: 30 s, and 3 to 15 min.
  const auto fenced = when_told(night, "step-end", "stop-writes");
  const auto names = when_told(night, "step-end", "names");
  REQUIRE((fenced && names));
  const double opened = opening_in(night, "sg")->opened_at.to_seconds();
  CHECK(opened - *fenced > 30 + 180);
  CHECK(opened - *fenced < 30 + 900 + 1);
  CHECK(bad_checkouts(night, *fenced, opened) > 0);
  // Before, from when Sydney has warmed up, and after.
  CHECK(bad_checkouts(night, 9000, *fenced - 60) < 30);
  CHECK(bad_checkouts(night, *names + 300, 34'200) < 10);
}

TEST_CASE("after the way back Singapore writes again and Sydney follows", "[unit]") {
  StreamLogs streams;
  const Evening night =
      evening_of("failback-ecommerce", 1, {"traffic.shoppers.rate=7/s"},
                 [&](std::uint32_t) { return std::make_shared<StreamListener>(streams); });
  const auto copied = when_told(night, "step-end", "copy-orders");
  const auto stopped = when_told(night, "step-end", "stop-writes");
  const auto lost = when_told(night, "fault", "lost");
  REQUIRE((copied && stopped && lost));
  std::size_t there = 0;
  std::size_t back = 0;
  std::size_t again = 0;
  for (const auto& [log, stream] : streams) {
    if (night.network->logs[log].name != "orders-db") continue;
    const std::string to = region_of(night, night.network->logs[log].to);
    CAPTURE(log, to, stream.first, stream.last);
    if (to == "sg") {
      ++back;
      CHECK(stream.first > *lost + 3600);
      CHECK(stream.last < *stopped + 1);
    } else if (stream.first < *lost) {
      ++there;
      CHECK(stream.last < *lost + 1);
    } else {
      ++again;
      CHECK(stream.first < *copied);
      CHECK(stream.last > 34'200 - 120);
      CHECK(stream.last_took == Approx(0.046).margin(0.02));
    }
  }
  CHECK(there == 1);
  CHECK(back == 1);
  CHECK(again == 1);
  // Names go to Sydney again only when somebody has promoted its database.
  CHECK(when_told(night, "step-end", "close"));
}

}  // namespace lifeboat::reports
