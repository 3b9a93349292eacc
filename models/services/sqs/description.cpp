#include "models/services/sqs/description.hpp"

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models::sqs {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

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
  if (usable) d.consumer = std::move(consumer);
}

}  // namespace

Description read_description(const io::Value& value, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  d.visibility = r.optional_duration(
      {"visibilityTimeout", "how long a received message is hidden before it is delivered again",
       "AWS default; at most 12 h (SQS Developer Guide, 2023)"},
      Duration::seconds(30), {.min = Duration::seconds(1), .max = Duration::hours(12)});
  if (const auto most = r.maybe_count(
          {"maxReceiveCount", "receipts after which a message goes to the dead letters",
           "AWS advises at least 5 (Lambda with SQS, 2023)", "it is delivered again without end"},
          {.min = 1, .max = 1000})) {
    d.max_receives = static_cast<std::uint32_t>(*most);
  }
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
  r.finish();
  return d;
}

}  // namespace lifeboat::models::sqs
