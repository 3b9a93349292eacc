#include "models/services/sqs/sqs.hpp"

#include <algorithm>
#include <utility>

#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/store.hpp"
#include "models/services/lambda/lambda.hpp"
#include "models/services/sqs/description.hpp"
#include "models/services/sqs/polling.hpp"
#include "models/services/sqs/redrive.hpp"

namespace lifeboat::models {

namespace {

using sqs::Consumer;
using sqs::Description;

constexpr std::uint32_t kFirstPollers = 5;
constexpr std::uint32_t kMostPollers = 1250;
constexpr std::uint32_t kOtherConsumers = 10;

class SqsModel final : public DeploymentModel {
 public:
  SqsModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {}

  [[nodiscard]] std::vector<std::string> operations() const override { return {"send"}; }
  [[nodiscard]] std::vector<OperationCalls> calls() const override {
    if (!d_.consumer) return {};
    return {{"send", {&d_.consumer->call}}};
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    return operation == "send" ? send_ : sim::PlanId{};
  }
  [[nodiscard]] const Handles& handles() const override { return handles_; }

 private:
  void define_send(Compiler& compiler);
  void define_consumer(Compiler& compiler);
  /// Steps that work one batch off, message by message.
  void emit_batch(Compiler& compiler, sim::PlanBuilder& plan);
  void define_polling(Compiler& compiler, bool function);
  void define_dead_letters(Compiler& compiler);
  /// Queues of this region whose dead letters come here.
  [[nodiscard]] std::vector<SqsModel*> dead_letter_sources(Compiler& compiler) const;
  void define_metrics();

  DeploymentSite site_;
  Description d_;
  Handles handles_;
  sim::PlanId send_;
  sim::PlanId consume_;
  sim::BufferId buffer_;
  sim::RegisterId consumers_;
  sim::BucketId sends_;  // of a FIFO queue
  std::optional<sqs::Redrive> redrive_;
};

void SqsModel::declare(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::DeploymentId here = compiler.deployment(site_);
  send_ = network.declare_plan(site_.service + ".send", here);
  sim::Buffer buffer;
  buffer.name = name_of(site_);
  buffer.deployment = here;
  buffer.visibility = d_.visibility;
  buffer.max_receives = d_.max_receives.value_or(sim::kNone);
  buffer.retention = d_.retention;
  buffer.in_flight_limit = d_.in_flight_limit;
  if (d_.fifo) {
    buffer.groups = compiler.key_space(d_.fifo->groups);
    const double rate = d_.fifo->sends_per_second;
    sends_ = network.add_bucket({name_of(site_) + "/sends", rate, rate});
  }
  if (d_.consumer) {
    consume_ = network.declare_plan(site_.service + ".consume", here);
    consumers_ = network.add_register(name_of(site_) + "/consumers", kFirstPollers);
    buffer.batch = d_.consumer->batch;
    buffer.window = d_.consumer->window;
    buffer.consumer = consume_;
    buffer.consumers = consumers_;
  }
  const auto sources = dead_letter_sources(compiler);
  if (sources.size() == 1 && !d_.consumer) redrive_.emplace(compiler, site_, buffer);
  buffer_ = network.add_buffer(buffer);
  handles_.buffers.push_back(buffer_);
}

void SqsModel::define(Compiler& compiler) {
  define_send(compiler);
  if (d_.consumer) define_consumer(compiler);
  define_dead_letters(compiler);
  define_metrics();
  handles_.meters = {{"messages", [here = compiler.deployment(site_)](const MeterReadings& used) {
                        return used.entered(here);
                      }}};
}

void SqsModel::define_metrics() {
  const auto add = [&](const char* name, const char* unit, const char* what,
                       double (*read)(const sim::BufferView&)) {
    handles_.metrics.push_back({name, unit, what, [id = buffer_, read](sim::Control& control) {
                                  return read(control.buffer(id));
                                }});
  };
  add("backlog", "1", "messages that wait to be received",
      [](const sim::BufferView& view) { return static_cast<double>(view.visible); });
  add("oldestAge", "s", "age of the oldest message not worked off",
      [](const sim::BufferView& view) { return view.oldest_age.to_seconds(); });
  add("inFlight", "1", "messages received and not deleted",
      [](const sim::BufferView& view) { return static_cast<double>(view.in_flight); });
  add("deadLetters", "1", "messages that became dead letters since the start",
      [](const sim::BufferView& view) { return static_cast<double>(view.dead_lettered); });
  add("expired", "1", "messages dropped after the retention period since the start",
      [](const sim::BufferView& view) { return static_cast<double>(view.expired); });
}

std::vector<SqsModel*> SqsModel::dead_letter_sources(Compiler& compiler) const {
  std::vector<SqsModel*> sources;
  for (const ServiceSpec& service : compiler.platform().services) {
    auto* queue = dynamic_cast<SqsModel*>(compiler.model(service.name, site_.region));
    if (queue != nullptr && queue->d_.dead_letter_queue == site_.service) sources.push_back(queue);
  }
  return sources;
}

void SqsModel::define_dead_letters(Compiler& compiler) {
  const auto sources = dead_letter_sources(compiler);
  for (const SqsModel* source : sources) {
    compiler.network().buffer(source->buffer_).dead_letters = buffer_;
  }
  if (!redrive_) return;
  redrive_->define(compiler, site_, buffer_, sources.front()->buffer_);
  handles_.verbs.push_back(redrive_->verb());
}

void SqsModel::define_send(Compiler& compiler) {
  sim::PlanBuilder plan = compiler.network().define(send_);
  plan.gate();
  if (sends_.valid()) plan.throttle(sends_);
  plan.delay(compiler.network().add_law(d_.send), "send");
  plan.put(buffer_);
  if (const auto part = compiler.record_part(site_.service, "send")) {
    sim::Commit commit;
    commit.deployment = compiler.deployment(site_);
    commit.store = compiler.store(site_.service);
    commit.record = part->record;
    commit.part = part->part;
    commit.bytes = d_.message_bytes;
    commit.queue = buffer_;
    plan.commit(commit, "commit");
  }
  plan.finish();
  if (const auto journey = compiler.followed_by(site_.service, "send")) {
    compiler.network().buffer(buffer_).follows = journey->index();
  }
}

void SqsModel::define_consumer(Compiler& compiler) {
  sim::PlanBuilder plan = compiler.network().define(consume_);
  plan.take(buffer_);
  plan.delay(compiler.network().add_law(d_.receive), "receive");
  emit_batch(compiler, plan);
  plan.finish();
}

void SqsModel::emit_batch(Compiler& compiler, sim::PlanBuilder& plan) {
  const CallSpec& call = d_.consumer->call;
  const auto callee = compiler.callee(site_, call.service, call.operation);
  if (!callee) return;  // reported when calls were checked
  const auto* worker = dynamic_cast<const BatchWorker*>(callee->model);
  sim::PlanId per_message = callee->plan;
  if (worker != nullptr && worker->message_plan(call.operation).valid()) {
    per_message = worker->message_plan(call.operation);
    worker->begin_batch(compiler, plan);
  } else {
    worker = nullptr;
  }
  const auto next = plan.label();
  const auto done = plan.label();
  plan.place(next);
  plan.next_message(buffer_, done);
  plan.call(per_message, {}, "message");
  plan.jump(next);
  plan.place(done);
  plan.acknowledge(buffer_);
  if (worker != nullptr) worker->end_batch(plan);
  define_polling(compiler, worker != nullptr);
}

void SqsModel::define_polling(Compiler& compiler, bool function) {
  sqs::PollingPolicy policy;
  policy.subject = name_of(site_);
  policy.buffer = buffer_;
  policy.deployment = compiler.deployment(site_);
  policy.consumers = consumers_;
  policy.region_up = compiler.region_up(site_.region);
  policy.scales = function;
  const std::uint32_t standard = function ? kMostPollers : kOtherConsumers;
  policy.most = d_.consumer->maximum_concurrency.value_or(standard);
  policy.first = function ? std::min<std::int64_t>(kFirstPollers, policy.most) : policy.most;
  compiler.network().buffer(buffer_).first_consumers = static_cast<std::uint32_t>(policy.first);
  const sim::RegisterId up = policy.region_up;
  compiler.network().add_controller(std::make_shared<sqs::PollingController>(std::move(policy)),
                                    {up});
}

class SqsKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "sqs"; }
  [[nodiscard]] std::string_view summary() const override {
    return "a message queue with visibility timeout, redelivery, dead letters, FIFO groups and "
           "scaled consumers";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"messages", "messages",
             "messages sent; each is about three requests (send, receive, delete), fewer where "
             "batches fill, more where consumers poll an empty queue"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    return std::make_unique<SqsModel>(site,
                                      sqs::read_description(platform, site, description, problems));
  }
};

}  // namespace

const ServiceKind& sqs_kind() {
  static const SqsKind kind;
  return kind;
}

}  // namespace lifeboat::models
