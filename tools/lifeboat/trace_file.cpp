#include "tools/lifeboat/trace_file.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "models/services/xray/tracer.hpp"
#include "reports/text/words.hpp"
#include "tools/lifeboat/command.hpp"

namespace lifeboat::tools {

namespace xray = models::xray;

TraceFile::TraceFile(const std::string& path) : path_(path), file_(path, std::ios::binary) {
  if (!file_) throw UsageError("--trace: cannot write " + path);
}

void TraceFile::follow(reports::RunInput& input, std::uint32_t trial) {
  trial_ = trial;
  xray::SegmentNames names;
  names.zones = input.zones;
  if (input.clock) names.epoch_s = input.clock->unix_s;
  const auto network = input.network;
  tracer_ = std::make_shared<xray::Tracer>(*network, std::move(names), file_);
  // A report may run a trial again for its details: it is traced once.
  input.options.listen = [this, network](std::uint32_t number) -> std::shared_ptr<sim::Listener> {
    if (number != trial_ || begun_.exchange(true)) return nullptr;
    return tracer_;
  };
}

void TraceFile::close() {
  file_.close();
  if (!file_) throw std::runtime_error("cannot write all of " + path_);
}

std::string TraceFile::summary() const {
  return fmt::format("{} traces of trial {}, as X-Ray segments, in {}",
                     reports::count_words(tracer_->traces()), trial_ + 1, path_);
}

}  // namespace lifeboat::tools
