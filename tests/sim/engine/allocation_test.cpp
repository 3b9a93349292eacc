// Memory is taken as more comes to be in flight than ever before, and never for what is served: a
// closed population bounds what is in flight, and once it has been, nothing is allocated.
#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/engine.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIFEBOAT_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LIFEBOAT_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef LIFEBOAT_COUNTS_ALLOCATIONS
#define LIFEBOAT_COUNTS_ALLOCATIONS 1
#endif

#if LIFEBOAT_COUNTS_ALLOCATIONS

namespace {
// Of all threads: tables of laws are built by several.
std::atomic<std::uint64_t> allocations = 0;

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* const memory =
      alignment <= alignof(std::max_align_t)
          ? std::malloc(size)
          : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace

// The replaced functions of the whole test program: they only count.
void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

namespace lifeboat::sim::test {
namespace {

constexpr std::uint32_t kUsers = 200;
const Duration kWork = Duration::milliseconds(10);

/// A network of which the service's plan is written by the caller.
struct Kind {
  std::string name;
  std::function<void(OneService& one, PlanBuilder& plan)> write;
};

Station timed_servers(OneService& one, std::uint32_t servers, Discipline discipline) {
  Station station;
  station.name = "till";
  station.servers = servers;
  station.discipline = discipline;
  station.deployment = one.deployment;
  return station;
}

Kind visits(const std::string& name, std::uint32_t servers, Discipline discipline) {
  return {name, [=](OneService& one, PlanBuilder& plan) {
            const StationId id = one.builder.add_station(timed_servers(one, servers, discipline));
            plan.visit(id, one.builder.add_law(Law::exponential(kWork)), "demand");
          }};
}

/// Look-ups in a cache, filled after a miss.
Kind cached(const std::string& name, std::uint32_t capacity, Duration ttl) {
  return {name, [=](OneService& one, PlanBuilder& plan) {
            Cache cache;
            cache.name = "cache";
            cache.keys = one.builder.add_key_space("keys", 1000, 0.8, false);
            cache.capacity = capacity;
            cache.ttl = ttl;
            cache.deployment = one.deployment;
            const CacheId id = one.builder.add_cache(cache);
            const PlanBuilder::Label hit = plan.label();
            plan.lookup(id, hit);
            plan.delay(one.builder.add_law(Law::exponential(kWork)), "read");
            plan.fill(id);
            plan.place(hit);
          }};
}

PlanId leaf(OneService& one, const std::string& name) {
  const PlanId id = one.builder.declare_plan(name, one.deployment);
  PlanBuilder plan = one.builder.define(id);
  plan.gate();
  plan.delay(one.builder.add_law(Law::exponential(kWork)), "work");
  plan.finish();
  return id;
}

void write_messages(OneService& one, PlanBuilder& plan) {
  Buffer buffer;
  buffer.name = "queue";
  buffer.deployment = one.deployment;
  buffer.batch = 3;
  buffer.first_consumers = 50;
  const BufferId id = one.builder.add_buffer(buffer);
  plan.put(id);
  // The customer waits longer than the consumers take, so that messages stay bounded too.
  plan.delay(one.builder.add_law(Law::constant(Duration::milliseconds(200))), "wait");
  const PlanId consumer = one.builder.declare_plan("consumer", one.deployment);
  PlanBuilder work = one.builder.define(consumer);
  const PlanBuilder::Label next = work.label();
  const PlanBuilder::Label done = work.label();
  work.place(next);
  work.next_message(id, done);
  work.delay(one.builder.add_law(Law::constant(Duration::milliseconds(1))), "work");
  work.jump(next);
  work.place(done);
  work.acknowledge(id);
  work.finish();
  one.builder.buffer(id).consumer = consumer;
}

std::vector<Kind> kinds() {
  std::vector<Kind> list;
  list.push_back(visits("first come, first served", 2, Discipline::kFifo));
  list.push_back(visits("last come, first served", 2, Discipline::kLifo));
  list.push_back(visits("priorities", 2, Discipline::kPriority));
  list.push_back(visits("servers without slots", 100, Discipline::kFifo));
  list.push_back({"places to hold", [](OneService& one, PlanBuilder& plan) {
                    const StationId id = hold(one.builder, one.deployment, "pool", 20);
                    plan.acquire(id, Duration::seconds(1));
                    plan.delay(one.builder.add_law(Law::exponential(kWork)), "work");
                    plan.release(id);
                  }});
  list.push_back({"shared processors", [](OneService& one, PlanBuilder& plan) {
                    Station station;
                    station.name = "cpu";
                    station.kind = StationKind::kShared;
                    station.capacity_milli = 1500;
                    station.deployment = one.deployment;
                    const StationId id = one.builder.add_station(station);
                    plan.compute(id, one.builder.add_law(Law::exponential(kWork)), "work");
                  }});
  list.push_back({"constant delays", [](OneService& one, PlanBuilder& plan) {
                    plan.delay(one.builder.add_law(Law::constant(kWork)), "work");
                  }});
  list.push_back({"random delays", [](OneService& one, PlanBuilder& plan) {
                    plan.delay(one.builder.add_law(Law::exponential(kWork)), "work");
                  }});
  list.push_back({"a token bucket that makes wait", [](OneService& one, PlanBuilder& plan) {
                    Bucket bucket;
                    bucket.name = "rate";
                    bucket.per_second = 1000;
                    bucket.burst = 10;
                    plan.pace(one.builder.add_bucket(bucket));
                  }});
  list.push_back({"a rate rule", [](OneService& one, PlanBuilder& plan) {
                    RateRule rule;
                    rule.name = "rule";
                    rule.limit = 60;  // some are above it now and then
                    rule.window = Duration::seconds(4);
                    rule.cadence = Duration::seconds(1);
                    rule.lag = one.builder.add_law(Law::exponential(kWork));
                    plan.screen(one.builder.add_rate_rule(rule), "rule");
                    plan.delay(one.builder.add_law(Law::exponential(kWork)), "work");
                  }});
  list.push_back({"calls under a timeout", [](OneService& one, PlanBuilder& plan) {
                    CallPolicy policy;
                    policy.timeout = Duration::milliseconds(20);
                    policy.max_attempts = 2;
                    policy.retry_on = 0xffff;
                    const PlanBuilder::Label end = plan.label();
                    plan.call(leaf(one, "callee"), policy, "call", end);
                    plan.place(end);
                  }});
  list.push_back({"branches", [](OneService& one, PlanBuilder& plan) {
                    plan.fork({leaf(one, "a"), leaf(one, "b"), leaf(one, "c")}, 2, "fork");
                  }});
  list.push_back(
      {"calls through a breaker, a limiter and a quota", [](OneService& one, PlanBuilder& plan) {
         // A breaker that opens writes a line, so this one does not.
         Breaker breaker;
         breaker.timed = true;
         breaker.window = 3;
         breaker.failure_rate = 1;
         CallPolicy policy;
         policy.timeout = Duration::milliseconds(20);
         policy.max_attempts = 2;
         policy.retry_on = 0xffff;
         policy.breaker = one.builder.add_breaker(breaker);
         policy.limiter = one.builder.add_limiter(RateLimiter{});
         policy.budget = one.builder.add_budget(RetryBudget{});
         const PlanId callee = one.builder.declare_plan("throttled", one.deployment);
         PlanBuilder body = one.builder.define(callee);
         Bucket bucket;
         bucket.per_second = 800;
         bucket.burst = 100;
         body.throttle(one.builder.add_bucket(bucket));
         body.delay(one.builder.add_law(Law::exponential(kWork)), "work");
         body.finish();
         const PlanBuilder::Label end = plan.label();
         plan.call(callee, policy, "call", end);
         plan.place(end);
       }});
  list.push_back({"hedged requests", [](OneService& one, PlanBuilder& plan) {
                    std::vector<PlanId> branches = {leaf(one, "first")};
                    branches.push_back(one.builder.declare_plan("second", one.deployment));
                    PlanBuilder second = one.builder.define(branches.back());
                    const PlanBuilder::Label end = second.label();
                    second.delay(one.builder.add_law(Law::constant(kWork)), "after");
                    second.still_wanted(end);
                    second.call(leaf(one, "callee"), CallPolicy{}, "call");
                    second.place(end);
                    second.finish();
                    plan.fork(branches, 1, "hedged");
                  }});
  list.push_back(cached("a cache with room", 1000, Duration::infinite()));
  list.push_back(cached("a cache whose entries die", 1000, Duration::milliseconds(500)));
  list.push_back(cached("a cache that evicts", 100, Duration::infinite()));
  list.push_back({"messages", write_messages});
  list.push_back({"execution environments", [](OneService& one, PlanBuilder& plan) {
                    Environments fleet;
                    fleet.name = "function";
                    fleet.deployment = one.deployment;
                    fleet.cold_start = one.builder.add_law(Law::exponential(kWork));
                    const EnvironmentId id = one.builder.add_environments(fleet);
                    plan.environment(id, "start");
                    plan.delay(one.builder.add_law(Law::exponential(kWork)), "work");
                    plan.vacate(id);
                  }});
  return list;
}

TEST_CASE("nothing is allocated while what is in flight stays below its peak", "[property]") {
  for (const Kind& kind : kinds()) {
    OneService one;
    PlanBuilder plan = one.builder.define(one.plan);
    plan.gate();
    kind.write(one, plan);
    plan.finish();
    one.builder.add_source(users(
        kUsers, one.builder.add_law(Law::exponential(Duration::milliseconds(50))), one.journey));
    const auto net = one.builder.build();
    // Within the warm-up and one interval: what is recorded grows with simulated time and with
    // the range of what was seen, and is no matter here.
    RunOptions options = run_for(Duration::hours(1), Duration::hours(1));
    options.bin = Duration::hours(2);
    Engine engine(*net, options, 0);
    const Instant begun = Instant::origin() - options.warmup;
    engine.run_until(begun + Duration::seconds(60));
    const std::uint64_t hops = engine.state().hops;
    const std::uint64_t before = allocations;
    engine.run_until(begun + Duration::seconds(120));
    const std::uint64_t taken = allocations - before;  // reporting allocates, too
    INFO(kind.name);
    CHECK(engine.state().hops - hops > 10'000);
    CHECK(taken == 0);
  }
}

TEST_CASE("allocations grow with the logarithm of what is in flight", "[property]") {
  // Each pool and each tree doubles: ten times as many users cost a few allocations more.
  const auto taken = [](std::uint32_t count) {
    OneService one;
    PlanBuilder plan = one.builder.define(one.plan);
    plan.delay(one.builder.add_law(Law::exponential(kWork)), "work");
    plan.finish();
    one.builder.add_source(users(
        count, one.builder.add_law(Law::exponential(Duration::milliseconds(50))), one.journey));
    const auto net = one.builder.build();
    RunOptions options = run_for(Duration::hours(1), Duration::hours(1));
    options.bin = Duration::hours(2);
    const std::uint64_t before = allocations;
    Engine engine(*net, options, 0);
    engine.run_until(Instant::origin() - options.warmup + Duration::seconds(1));
    return allocations - before;
  };
  const std::uint64_t few = taken(1'000);
  const std::uint64_t many = taken(16'000);
  CHECK(many > few);
  CHECK(many - few <= 4 * 8);  // four doublings of eight arrays at most
}

}  // namespace
}  // namespace lifeboat::sim::test

#endif
