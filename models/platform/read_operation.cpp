// Reads operations: lists of steps, or the shorthand of a demand followed by calls.
#include <algorithm>

#include "models/io/describe.hpp"
#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/law.hpp"
#include "models/platform/operation.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {
namespace {

using io::ObjectReader;
using io::Problems;
using io::Value;
using sim::Duration;

constexpr std::int64_t kMostTimes = 1000;
constexpr std::size_t kMostSteps = 500;

/// A share: a number from 0 to 1, or a percentage.
double read_share(ObjectReader& r, const io::Parameter& parameter, double standard) {
  const auto value = r.raw(parameter, io::ValueType::kRatio);
  if (!value) return standard;
  if (value->describer()) {
    (void)io::read_ratio(*value, r.problems());
    (void)io::read_number(*value, r.problems(), {.min = 0.0, .max = 1.0});
    return standard;
  }
  if (value->is_string()) {
    const auto ratio = io::read_ratio(*value, r.problems());
    return ratio ? ratio->value : standard;
  }
  return io::read_number(*value, r.problems(), {.min = 0.0, .max = 1.0}).value_or(standard);
}

/// Reads the steps of one operation.
class StepReader {
 public:
  StepReader(const Platform& platform, Problems& problems)
      : platform_(platform), problems_(problems) {}

  std::vector<OperationStep> list(const Value& value) {
    std::vector<OperationStep> steps;
    if (value.describer()) {
      io::describe_list(value, [this](const Value& element) { describe_step(element); });
      return steps;
    }
    if (!value.is_array()) {
      problems_.error(value.place(), value.shown() + " is no list of steps", "an array");
      return steps;
    }
    for (const Value& element : value.elements()) {
      if (++count_ > kMostSteps) {
        problems_.error(element.place(), "more than 500 steps in one operation");
        break;
      }
      ObjectReader r(element, problems_);
      if (auto read = step(r)) steps.push_back(std::move(*read));
    }
    return steps;
  }

  std::optional<CallSpec> call(ObjectReader& r) {
    const auto target =
        r.raw({"call", "operation called, \"service.operation\""}, io::ValueType::kText);
    if (!target) return std::nullopt;
    CallSpec spec;
    spec.place = target->place();
    if (const auto name = read_operation_name(*target, problems_)) {
      spec.service = name->service;
      spec.operation = name->operation;
    }
    spec.probability = read_share(r, {"probability", "share of times that it is made"}, 1);
    spec.times = static_cast<std::uint32_t>(r.optional_count(
        {"times", "made so many times, one after the other", "ours: a call is made once"}, 1,
        {.min = 1, .max = kMostTimes}));
    spec.async = r.optional_boolean(
        {"async", "the caller does not wait for it", "ours: callers wait"}, false);
    if (const auto timeout =
            r.maybe_duration({"timeout", "of one attempt; the callee works on", "", "none"},
                             io::positive<Duration>())) {
      spec.timeout = *timeout;
    }
    const ServiceSpec* callee = platform_.find_service(spec.service);
    read_client_behaviour(
        r, callee == nullptr || callee->kind == nullptr ? "" : callee->kind->name(), spec);
    if (const auto key = r.maybe_name_of({"key", "key space of which the call names a key"},
                                         "key space", platform_.key_names())) {
      spec.key = *key;
    }
    if (const auto at = r.maybe_string(
            {"at", "\"writer\" or a region", "", "the caller's region, or the writer"})) {
      spec.at = *at;
    }
    on_failure(r, spec);
    if (const auto miss = r.raw({"onMiss", "of a cache's get: steps where the key is absent"},
                                io::ValueType::kArray)) {
      spec.on_miss = list(*miss);
    }
    return spec;
  }

 private:
  void describe_step(const Value& value) {
    ObjectReader r(value, problems_);
    (void)step(r);
  }

  void describe_other_call(const Value& value) {
    (void)io::read_string(value, problems_);
    ObjectReader other(value, problems_);
    if (other.named("call")) (void)call(other);
  }

  void on_failure(ObjectReader& r, CallSpec& spec) {
    const auto value =
        r.raw({"onFailure", "\"fail\" (the operation fails too), \"ignore\", or another call", "",
               "fail"});
    if (!value) return;
    if (value->describer()) {
      describe_other_call(*value);
    } else if (value->is_object()) {
      ObjectReader other(*value, problems_);
      if (auto call_spec = call(other)) {
        spec.otherwise = std::make_shared<CallSpec>(std::move(*call_spec));
      } else {
        problems_.error(value->place(), "this names no call", "{\"call\": ...}");
      }
    } else if (value->as_string() == "ignore") {
      spec.ignore_failure = true;
    } else if (value->as_string() != "fail") {
      problems_.error(value->place(), value->shown() + " says not what to do on failure",
                      "\"fail\", \"ignore\" or {\"call\": ...}",
                      io::suggest(value->as_string(), {"fail", "ignore"}));
    }
  }

  void branches(OperationStep& step, const Value& value) {
    if (value.describer()) {
      io::describe_list(value, [this](const Value& branch) {
        (void)list(branch);
        describe_step(branch);
      });
      return;
    }
    if (!value.is_array() || value.size() == 0) {
      problems_.error(value.place(), value.shown() + " is no list of branches",
                      "an array of lists of steps");
      return;
    }
    for (const Value& branch : value.elements()) {
      if (branch.is_array()) {
        step.branches.push_back(list(branch));
        continue;
      }
      ObjectReader r(branch, problems_);
      std::vector<OperationStep> one;
      if (auto read = this->step(r)) one.push_back(std::move(*read));
      step.branches.push_back(std::move(one));
    }
  }

  void parallel(ObjectReader& r, OperationStep& step, const Value& value) {
    branches(step, value);
    step.need = static_cast<std::uint32_t>(step.branches.size());
    const auto need = r.raw({"need", "how many branches must end well", "", "all"});
    if (!need) return;
    if (need->describer()) {
      (void)io::read_string(*need, problems_);
      (void)io::read_count(*need, problems_, {.min = 1});
      return;
    }
    if (need->as_string() == "all") return;
    const auto count = io::read_count(
        *need, problems_,
        {.min = 1, .max = static_cast<std::int64_t>(std::max<std::size_t>(1, step.need))});
    if (count) step.need = static_cast<std::uint32_t>(*count);
  }

  void choose(OperationStep& step, const Value& value) {
    if (value.describer()) {
      io::describe_list(value,
                        [this, &step](const Value& element) { (void)choice(step, element); });
      return;
    }
    if (!value.is_array() || value.size() == 0) {
      problems_.error(value.place(), value.shown() + " is no list of choices",
                      "[{\"probability\": 0.3, \"steps\": [...]}, ...]");
      return;
    }
    double sum = 0;
    for (const Value& element : value.elements()) sum += choice(step, element);
    if (sum > 1 + 1e-6) {
      problems_.error(value.place(), "the probabilities sum to more than 1");
    }
  }

  /// Reads one of the choices, and returns its probability.
  double choice(OperationStep& step, const Value& value) {
    ObjectReader r(value, problems_);
    step.probabilities.push_back(read_share(r, {"probability", "share of times"}, 0));
    const auto steps = r.raw({"steps", "what is done"}, io::ValueType::kArray, true);
    step.branches.push_back(steps ? list(*steps) : std::vector<OperationStep>{});
    return step.probabilities.back();
  }

  std::optional<OperationStep> step(ObjectReader& r) {
    OperationStep result;
    if (!r.named("step")) return result;
    result.place = r.place();
    r.exactly_one_of({"cpuTime", "demand", "delay", "call", "parallel", "choose", "reply"});
    const auto timed = [&](OperationStep::Kind kind, const char* key, const char* doc) {
      const bool present = r.has(key);
      auto law = maybe_law(r, {key, doc});  // absent, the key is known all the same
      if (!present) return;
      result.kind = kind;
      result.law = std::move(law);
    };
    timed(OperationStep::Kind::kCpuTime, "cpuTime", "CPU time at one full vCPU");
    timed(OperationStep::Kind::kDemand, "demand", "time a server or slot is held");
    timed(OperationStep::Kind::kDelay, "delay", "time that passes and uses nothing");
    const bool calls = r.has("call");
    auto spec = call(r);
    if (calls) {
      result.kind = OperationStep::Kind::kCall;
      result.call = std::move(spec);
    }
    if (const auto value =
            r.raw({"parallel", "lists of steps done at the same time"}, io::ValueType::kArray)) {
      result.kind = OperationStep::Kind::kParallel;
      parallel(r, result, *value);
    }
    if (const auto value = r.raw({"choose", "one of several lists of steps, by probability"},
                                 io::ValueType::kArray)) {
      result.kind = OperationStep::Kind::kChoose;
      choose(result, *value);
    }
    if (r.raw({"reply", "true: answer the caller now, what follows runs after the answer"},
              io::ValueType::kBoolean)) {
      result.kind = OperationStep::Kind::kReply;
    }
    return result;
  }

  const Platform& platform_;
  Problems& problems_;
  std::size_t count_ = 0;
};

void collect(const CallSpec& call, std::vector<const CallSpec*>& calls);

void collect(const std::vector<OperationStep>& steps, std::vector<const CallSpec*>& calls) {
  for (const OperationStep& step : steps) {
    if (step.call) collect(*step.call, calls);
    for (const auto& branch : step.branches) collect(branch, calls);
  }
}

void collect(const CallSpec& call, std::vector<const CallSpec*>& calls) {
  calls.push_back(&call);
  if (call.otherwise) collect(*call.otherwise, calls);
  collect(call.on_miss, calls);
}

}  // namespace

OperationSpec read_operation(const Platform& platform, const DeploymentSite&, std::string_view name,
                             const Value& value, const std::vector<std::string>& kind_keys,
                             Problems& problems) {
  OperationSpec operation;
  operation.name = name;
  ObjectReader r(value, problems);
  for (const std::string& key : kind_keys) {
    if (!r.describing()) r.ignore({key});
  }
  StepReader steps(platform, problems);
  if (const auto list =
          r.raw({"steps", "what the operation does, in order"}, io::ValueType::kArray)) {
    operation.steps = steps.list(*list);
    if (!r.describing() && (r.has("demand") || r.has("calls"))) {
      r.error("steps", "steps exclude the shorthand demand and calls");
    }
  }
  if (const auto demand = maybe_law(r, {"demand", "shorthand: time a server or slot is held"})) {
    OperationStep step;
    step.kind = OperationStep::Kind::kDemand;
    step.law = demand;
    step.place = r.place_of("demand");
    operation.steps.push_back(std::move(step));
  }
  if (const auto calls =
          r.raw({"calls", "shorthand: calls after the demand"}, io::ValueType::kArray)) {
    for (OperationStep& step : steps.list(*calls)) {
      if (step.kind != OperationStep::Kind::kCall) {
        problems.error(step.place, "calls holds calls only", "{\"call\": ...}");
      }
      operation.steps.push_back(std::move(step));
    }
  }
  if (kind_keys.empty() && !r.describing() && !r.has("steps") && operation.steps.empty()) {
    problems.error(value.place(), "operation " + io::quote(name) + " does nothing",
                   "steps, or a demand and calls");
  }
  r.finish();
  return operation;
}

std::vector<const CallSpec*> calls_of(const std::vector<OperationStep>& steps) {
  std::vector<const CallSpec*> calls;
  collect(steps, calls);
  return calls;
}

}  // namespace lifeboat::models
