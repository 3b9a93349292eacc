// Topics: copies by share, ladders by protocol.
#include <cmath>

#include "models/services/sns/description.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using models::sns::Protocol;
using models::sns::standard_ladder;
using sim::Duration;

namespace {

/// A topic with one subscription of each kind: queue, function, endpoint.
std::string topic(const std::string& endpoint = "", const std::string& function = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "topic": { "kind": "sns", "region": "sg", "publishLatency": "0ms", "subscriptions": {
        "to-queue": { "endpoint": "q.send", "filterShare": "50%" },
        "to-function": { "endpoint": "f.work", "deliveryLatency": "0ms" )" +
         function + R"( },
        "to-web": { "endpoint": "web.hook", "deliveryLatency": "0ms" )" +
         endpoint + R"( } } },
      "q": { "kind": "sqs", "region": "sg" },
      "f": { "kind": "lambda", "region": "sg", "coldStart": "0ms", "invokeOverhead": "0ms",
             "operations": { "work": { "demand": "1ms" } } },
      "web": { "kind": "queue", "region": "sg", "servers": 10000, "operations": { "hook": { "demand": "1us" } } } },
    "journeys": { "publish": { "entry": "topic.publish" },
      "run": { "follows": "topic.publish", "until": "f.work", "goodWithin": "900ms" } } })";
}

void fails(Testbed& bed, const std::string& service, double share) {
  const sim::DeploymentId where = bed.compiled().find(service, "sg")->id;
  bed.at(0, [where, share](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kErrors;
    effect.share = share;
    (void)c.begin_effect({where}, effect);
  });
}

bool says(const std::string& json, const std::string& text) {
  for (const std::string& line : problems_of(json)) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

// Half of the messages to the queue and all to the function are deliveries to AWS, all to the
// endpoint by HTTP, and there is nobody with a telephone.
TEST_CASE("deliveries are metered by protocol, each by its share of the messages", "[unit]") {
  Testbed bed(topic());
  bed.traffic("publish", 10);
  const auto result = bed.run(Duration::seconds(100));
  const auto metered = [&](const char* meter) { return bed.metered(result, "topic", "sg", meter); };
  const double published = metered("requests");
  CHECK(published == static_cast<double>(result.journeys[bed.journey("publish")].offered));
  CHECK(metered("aws-deliveries") == Approx(1.5 * published));
  CHECK(metered("http-deliveries") == Approx(published));
  CHECK(metered("other-deliveries") == 0);
}

TEST_CASE("a publish is answered after its latency", "[oracle]") {
  std::string text = topic();
  const std::string none = R"("publishLatency": "0ms")";
  text.replace(text.find(none), none.size(), R"("publishLatency": "40ms")");
  Testbed bed(text);
  bed.traffic("publish", 5);
  const auto result = bed.run(Duration::seconds(100));
  CHECK(result.journeys[bed.journey("publish")].latency.mean_seconds() ==
        Approx(0.040).epsilon(0.01));
}

TEST_CASE("ladders have the published counts and lengths", "[oracle]") {
  // 100,015 in 23 days; 50 in about 6 hours; 3 in a minute.
  const auto aws = standard_ladder(Protocol::kAws);
  CHECK(models::retries_of(aws) == 100'015);
  CHECK(models::mean_seconds_of(aws) / 86'400 == Approx(23.15).margin(0.1));
  const auto person = standard_ladder(Protocol::kPerson);
  CHECK(models::retries_of(person) == 50);
  CHECK(models::mean_seconds_of(person) / 3600 == Approx(6.5).margin(0.5));
  const auto http = standard_ladder(Protocol::kHttp);
  CHECK(models::retries_of(http) == 3);
  CHECK(models::mean_seconds_of(http) == Approx(60));
}

TEST_CASE("a function that fails every other time gets its messages on AWS's ladder", "[oracle]") {
  // Pauses 0, 0, 0, 1, 1, then 20^(i/9) for i = 0 to 9, then 20 s; the k-th is made with
  // probability 2^-k. Under 900 ms with probability 1 - 2^-4, and 1 ms of work each.
  double mean = 0.001;
  double made = 1;
  double second = 0;
  double waited = 0;
  for (int k = 1; k <= 60; ++k) {
    const double pause = k <= 3 ? 0 : k <= 5 ? 1 : k <= 15 ? std::pow(20.0, (k - 6) / 9.0) : 20;
    made /= 2;
    waited += pause;
    mean += made * pause;
    second += made / 2 * waited * waited;  // this far and no further
  }
  Testbed bed(topic());
  bed.traffic("publish", 200);
  fails(bed, "f", 0.5);
  const auto result = bed.run(Duration::seconds(1000), Duration::seconds(1));
  const sim::BufferResult& f = result.buffers.at(1);
  const double error = std::sqrt(second / 200'000);
  // By hand: 2^-4 + 2^-5 + 2^-6 (1 - 0.6974^10) / 0.3026 + 20 x 2^-15 + 0.001.
  CHECK(mean == Approx(0.1456).margin(0.0005));
  CHECK(f.age.mean_seconds() == Approx(mean).margin(4 * error + 0.003));
  const auto& run = result.journeys[bed.journey("run")];
  CHECK(static_cast<double>(run.good) / static_cast<double>(run.offered) ==
        Approx(15.0 / 16).margin(0.0022));
  CHECK(f.dead_lettered == 0);
}

TEST_CASE("an endpoint of one's own is tried four times in a minute", "[oracle]") {
  // Half of the attempts fail: 1/16 of the messages are dead letters, the others come after 0, 20,
  // 40 or 60 s with weights 8, 4, 2, 1: 14.667 s on average.
  Testbed bed(topic());
  bed.traffic("publish", 100);
  fails(bed, "web", 0.5);
  const auto result = bed.run(Duration::seconds(1000));
  const sim::BufferResult& web = result.buffers.at(2);
  const auto ended = static_cast<double>(web.acknowledged + web.dead_lettered);
  CHECK(static_cast<double>(web.dead_lettered) / ended == Approx(1.0 / 16).margin(0.006));
  CHECK(web.age.mean_seconds() == Approx(220.0 / 15).margin(0.5));
}

TEST_CASE("a delivery policy of one's own", "[oracle]") {
  // Never answered: 2 further attempts after 5 s and 10 s. All that is put 15 s before the end and
  // none of the last 15 s is dead.
  Testbed bed(topic(
      R"(, "deliveryPolicy": { "numRetries": 2, "minDelayTarget": "5s", "maxDelayTarget": "10s" })"));
  bed.traffic("publish", 50);
  fails(bed, "web", 1);
  std::uint64_t put = 0;
  std::uint64_t dead = 0;
  bed.at(100, [&](sim::Control& c) { put = c.buffer(sim::BufferId(2)).put; });
  bed.at(115, [&](sim::Control& c) { dead = c.buffer(sim::BufferId(2)).dead_lettered; });
  (void)bed.run(Duration::seconds(116));
  CHECK(put > 4'500);
  CHECK(dead == put);
}

TEST_CASE("every subscription gets its copy, or the share that its filter lets pass", "[oracle]") {
  Testbed bed(topic());
  bed.traffic("publish", 100);
  const auto result = bed.run(Duration::seconds(400));
  const auto published = static_cast<double>(result.journeys[0].offered);
  // 40,000 messages: a standard deviation of 100.
  CHECK(static_cast<double>(result.buffers.at(0).put) == Approx(published / 2).margin(400));
  CHECK(static_cast<double>(result.buffers.at(1).put) == Approx(published).margin(2));
  CHECK(static_cast<double>(result.buffers.at(2).put) == Approx(published).margin(2));
  // The queue has what was sent to it, less what is on its way.
  CHECK(static_cast<double>(result.buffers.at(3).put) ==
        Approx(static_cast<double>(result.buffers.at(0).put)).margin(40));
}

TEST_CASE("publishes beyond the region's rate are throttled", "[oracle]") {
  Testbed bed(topic());
  bed.traffic("publish", 3000);
  const auto result = bed.run(Duration::seconds(10));
  CHECK(static_cast<double>(result.journeys[0].succeeded) == Approx(1500 + 1500 * 10).margin(2));
}

TEST_CASE("a wrong topic is told", "[unit]") {
  CHECK(says(topic(R"(, "filterPolicy": {})"), "filterShare"));
  CHECK(says(topic(R"(, "protocol": "sqs")"), "no such thing"));
  CHECK(says(topic("", R"(, "deliveryPolicy": { "numRetries": 5 })"), "HTTP subscriptions only"));
  CHECK(says(topic(R"(, "deliveryPolicy": { "numRetries": 101 })"), "numRetries"));
  CHECK(says(topic(R"(, "deliveryPolicy": { "numRetries": 100, "maxDelayTarget": "60s" })"),
             "an hour"));
  CHECK(says(topic(R"(, "retries": 5)"), "retries"));
  CHECK(says(topic(R"(, "deadLetter": "q.put")"), "q"));
}
