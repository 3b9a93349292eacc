#include "models/services/ecs_fargate/shedding.hpp"

#include <cmath>

namespace lifeboat::models::ecs {

using sim::Duration;

std::optional<sim::Shedder> read_shedding(io::ObjectReader& r) {
  std::optional<sim::Shedder> result;
  r.section(
      {"loadShedding", "what a task refuses when it has more than enough to do", "",
       "nothing: it refuses when its backlog is full"},
      [&](io::ObjectReader& s) {
        sim::Shedder shedder;
        const auto limit = s.maybe_count(
            {"maxConcurrency", "requests on a task, waiting or served", "", "as the backlog says"},
            {.min = 1, .max = 1'000'000});
        const double kept =
            s.optional_ratio({"reservedForCritical", "share of it that only critical journeys use",
                              "guess, 0 % to 50 %"},
                             io::Ratio{0.2})
                .value;
        if (limit) {
          shedder.limit = static_cast<std::uint32_t>(*limit);
          shedder.ordinary_limit = static_cast<std::uint32_t>(
              std::floor(static_cast<double>(*limit) * (1 - kept) + 1e-9));
        }
        const auto age = s.maybe_duration(
            {"maxQueueAge", "while the oldest waits for longer, ordinary requests are refused", "",
             "any age"});
        if (age) shedder.queue_age = *age;
        shedder.interval =
            s.optional_duration({"interval", "for how long the queue must have been too old",
                                 "RFC 8289 (CoDel), 2018-01"},
                                Duration::milliseconds(100));
        if (!limit && !age && !s.describing()) {
          s.error("maxConcurrency", "nothing says when to refuse", "maxConcurrency or maxQueueAge");
        }
        if (s.has("reservedForCritical") && !limit && !s.describing()) {
          s.error("reservedForCritical", "a share of no limit", "maxConcurrency beside it");
        }
        if (s.has("interval") && !age && !s.describing()) {
          s.error("interval", "nothing is too old", "maxQueueAge beside it");
        }
        result = shedder;
      });
  return result;
}

}  // namespace lifeboat::models::ecs
