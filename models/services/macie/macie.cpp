#include "models/services/macie/macie.hpp"

#include <utility>

#include "models/io/reader.hpp"
#include "models/io/units.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/operation.hpp"
#include "models/platform/platform.hpp"
#include "models/services/macie/scan.hpp"

namespace lifeboat::models {
namespace {

using sim::Duration;

constexpr double kGigabyte = 1e9;

struct Description {
  std::vector<OperationName> reads;
  double objects_per_day = 10'000;
  double objects_per_second = 100;
  double object_bytes = 1e6;
  double buckets = 1;
};

class MacieModel final : public DeploymentModel {
 public:
  MacieModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {
    for (const OperationName& read : d_.reads) {
      CallSpec call;
      call.service = read.service;
      call.operation = read.operation;
      call.place = read.place;
      call.async = true;
      calls_.push_back(std::move(call));
    }
  }

  std::vector<std::string> operations() const override { return {}; }
  std::vector<OperationCalls> calls() const override {
    OperationCalls own;
    for (const CallSpec& call : calls_) own.calls.push_back(&call);
    return {own};
  }
  sim::PlanId plan(std::string_view) const override { return {}; }
  const Handles& handles() const override { return handles_; }

  void declare(Compiler& compiler) override {
    const std::string name = name_of(site_);
    read_ = compiler.network().add_register(name + "/objects-read", 0);
    failed_ = compiler.network().add_register(name + "/objects-failed", 0);
  }

  void define(Compiler& compiler) override {
    macie::ScanPolicy policy;
    policy.name = name_of(site_);
    for (const CallSpec& call : calls_) {
      if (const auto callee = compiler.callee(site_, call.service, call.operation)) {
        policy.reads.push_back(callee->plan);
      }
    }
    policy.objects_per_day = d_.objects_per_day;
    policy.objects_per_second = d_.objects_per_second;
    policy.region_up = compiler.region_up(site_.region);
    policy.read = read_;
    policy.failed = failed_;
    compiler.network().add_controller(std::make_shared<macie::Scan>(std::move(policy)));
    handles_.meters = {{"gigabytes",
                        [id = read_, bytes = d_.object_bytes](const MeterReadings& used) {
                          return used.counted(id) * bytes / kGigabyte;
                        }},
                       {"bucket-months", [buckets = d_.buckets](const MeterReadings& used) {
                          return buckets * used.hours() / io::kHoursPerMonth;
                        }}};
    handles_.metrics.push_back(
        register_metric("objectsRead", "objects read since the start", read_));
    handles_.metrics.push_back(register_metric(
        "objectsFailed", "reads that were refused or too slow, since the start", failed_));
  }

 private:
  DeploymentSite site_;
  Description d_;
  std::vector<CallSpec> calls_;
  Handles handles_;
  sim::RegisterId read_;
  sim::RegisterId failed_;
};

class MacieKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "macie"; }
  std::string_view summary() const override {
    return "Amazon Macie: a daily scan that reads a sample of stored objects";
  }
  std::vector<MeterSpec> meters() const override {
    return {{"gigabytes", "GB", "data that was looked at"},
            {"bucket-months", "bucket-months", "buckets that are evaluated"}};
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    (void)platform;
    io::ObjectReader r(value, problems);
    Description d;
    for (const io::Value& read :
         r.one_or_more({"scans", "operations that read an object, \"assets.get\", in turn"},
                       io::ValueType::kText)) {
      if (auto name = read_operation_name(read, r.problems())) d.reads.push_back(std::move(*name));
    }
    if (!r.describing() && !r.has("scans")) {
      r.error("scans", "something must be scanned", "\"scans\": \"SERVICE.OPERATION\"");
    }
    d.objects_per_day = r.optional_number(
        {"objectsPerDay", "objects in a day's sample of all buckets",
         "guess, 1,000 to 1,000,000: the sample of automated discovery is unpublished"},
        d.objects_per_day, {.min = 0, .max = 1e9});
    d.objects_per_second = r.optional_number(
        {"objectsPerSecond", "pace of the scan", "guess, 10 to 1,000: unpublished"},
        d.objects_per_second, {.min = 1e-3, .max = 1e5});
    d.object_bytes = static_cast<double>(
        r.optional_bytes({"objectSize", "average size of an object that is looked at",
                          "guess, 10 KB to 100 MB"},
                         io::Bytes{1'000'000}, {.min = io::Bytes{1}})
            .count);
    d.buckets = r.optional_number(
        {"buckets", "buckets that are evaluated", "ours: one, the store that is scanned"},
        d.buckets, {.min = 0, .max = 1e6});
    r.finish();
    return std::make_unique<MacieModel>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& macie_kind() {
  static const MacieKind kind;
  return kind;
}

}  // namespace lifeboat::models
