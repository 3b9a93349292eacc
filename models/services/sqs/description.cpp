#include "models/services/sqs/description.hpp"

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models::sqs {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

/// Messages in one batch of a FIFO queue (Lambda with SQS, 2023).
constexpr std::uint32_t kMostFifoBatch = 10;

void read_consumer(io::ObjectReader& c, Description& d) {
  Consumer consumer;
  const auto called = c.raw({"call", "operation that works a message off, \"service.operation\""},
                            io::ValueType::kText, true);
  bool usable = false;
  if (called && !c.describing()) {
    if (const auto name = read_operation_name(*called, c.problems())) {
      consumer.call.service = name->service;
      consumer.call.operation = name->operation;
      consumer.call.place = name->place;
      consumer.call.async = true;
      usable = true;
    }
  }
  consumer.batch = static_cast<std::uint32_t>(
      c.optional_count({"batchSize", "messages taken at once",
                        "AWS default; at most 10,000 (Lambda with SQS, 2023)"},
                       10, {.min = 1, .max = 10'000}));
  if (const auto most = c.maybe_count(
          {"maximumConcurrency", "batches worked off at once at most",
           "Lambda SQS event source scaling, AWS documentation: 5 at the start, 300 more a minute, "
           "up to 1,250",
           "1,250 for a function, 10 for any other service"},
          {.min = 1, .max = 2000})) {
    consumer.maximum_concurrency = static_cast<std::uint32_t>(*most);
  }
  consumer.window = c.optional_duration(
      {"maximumBatchingWindow", "how long a batch that is not full waits for more messages",
       "AWS default; at most 5 min (botocore, CreateEventSourceMapping, 2026-08)"},
      Duration{}, {.min = Duration{}, .max = Duration::minutes(5)});
  if (usable) d.consumer = std::move(consumer);
}

void read_limits(io::ObjectReader& r, Description& d) {
  d.retention = r.optional_duration(
      {"messageRetentionPeriod", "after which a message that waits is dropped",
       "AWS default; 60 s to 14 days (botocore, CreateQueueRequest, 2026-08)"},
      Duration::hours(96), {.min = Duration::seconds(60), .max = Duration::hours(336)});
  d.in_flight_limit = static_cast<std::uint32_t>(r.optional_count(
      {"inFlightLimit", "messages that are received and not deleted; beyond, none is received",
       "SQS Developer Guide, quotas, as of 2026-11: 120,000 (a FIFO queue had 20,000 before)"},
      120'000, {.min = 1, .max = 120'000}));
}

void read_fifo(const Platform& platform, io::ObjectReader& r, Description& d) {
  r.section(
      {"fifo", "it keeps the order of messages within their groups", "", "a standard queue"},
      [&](io::ObjectReader& f) {
        Fifo fifo;
        fifo.groups =
            f.required_string({"messageGroup", "key space whose keys are the messages' groups"});
        if (!f.describing() && !fifo.groups.empty() && platform.find_key(fifo.groups) == nullptr) {
          f.error("messageGroup", "no key space " + io::quote(fifo.groups),
                  "one of the platform's \"keys\"");
        }
        fifo.sends_per_second =
            f.optional_rate({"sendsPerSecond", "messages sent a second; beyond, they are throttled",
                             "SQS Developer Guide, quotas of FIFO queues, as of 2026-11: 300, with "
                             "batches 3,000; high throughput by region, to 70,000"},
                            io::Rate{300}, {.min = io::Rate{1}, .max = io::Rate{70'000}})
                .per_second;
        d.fifo = std::move(fifo);
      });
}

void read_dead_letters(const Platform& platform, const DeploymentSite& site, io::ObjectReader& r,
                       Description& d) {
  if (const auto most = r.maybe_count(
          {"maxReceiveCount", "receipts after which a message goes to the dead letters",
           "AWS advises at least 5 (Lambda with SQS, 2023)", "it is delivered again without end"},
          {.min = 1, .max = 1000})) {
    d.max_receives = static_cast<std::uint32_t>(*most);
  }
  const auto queue = r.maybe_string(
      {"deadLetterQueue", "queue that gets the dead letters", "", "they are counted and dropped"});
  if (!queue || r.describing()) return;
  const ServiceSpec* spec = platform.find_service(*queue);
  if (spec == nullptr || spec->kind == nullptr || spec->kind->name() != "sqs") {
    r.error("deadLetterQueue", "no queue " + io::quote(*queue), "a service of kind \"sqs\"");
  } else if (std::none_of(
                 spec->deployments.begin(), spec->deployments.end(),
                 [&](const DeploymentSpec& one) { return one.site.region == site.region; })) {
    r.error("deadLetterQueue", "it does not stand in " + site.region,
            "a queue of the same region, as in AWS");
  } else if (*queue == site.service) {
    r.error("deadLetterQueue", "a queue cannot be its own");
  } else if (!d.max_receives) {
    r.error("deadLetterQueue", "no message ever goes there", "\"maxReceiveCount\" beside it");
  } else {
    d.dead_letter_queue = *queue;
  }
}

}  // namespace

Description read_description(const Platform& platform, const DeploymentSite& site,
                             const io::Value& value, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  d.visibility = r.optional_duration(
      {"visibilityTimeout", "how long a received message is hidden before it is delivered again",
       "AWS default; at most 12 h (SQS Developer Guide, 2023)"},
      Duration::seconds(30), {.min = Duration::seconds(1), .max = Duration::hours(12)});
  read_dead_letters(platform, site, r, d);
  read_limits(r, d);
  read_fifo(platform, r, d);
  d.message_bytes = static_cast<std::uint32_t>(
      r.optional_bytes({"messageSize", "average size of a message",
                        "guess: 1 KiB; at most 1 MiB (botocore, CreateQueueRequest, 2026-08)"},
                       Bytes{1024}, {.min = Bytes{1}, .max = Bytes{1 << 20}})
          .count);
  d.send = r.optional_law(
      {"sendLatency", "time of a send inside the region", "guess: p50 8 ms, p99 50 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(8), Duration::milliseconds(50)));
  d.receive = r.optional_law(
      {"receiveLatency", "from a message's arrival at a waiting consumer to its work",
       "guess: long polling, p50 15 ms, p99 120 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(15), Duration::milliseconds(120)));
  r.section({"consumer", "who works the messages off", "", "nobody: they stay"},
            [&](io::ObjectReader& c) { read_consumer(c, d); });
  if (!r.describing() && d.fifo && d.consumer && d.consumer->window > Duration{}) {
    r.error("consumer", "the batches of a FIFO queue have no window",
            "no \"maximumBatchingWindow\"");
  }
  if (!r.describing() && d.fifo && d.consumer && d.consumer->batch > kMostFifoBatch) {
    r.error("consumer", "more than 10 messages in a batch of a FIFO queue");
  }
  r.finish();
  return d;
}

}  // namespace lifeboat::models::sqs
