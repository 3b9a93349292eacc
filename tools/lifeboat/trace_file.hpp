// The file of traces that a run writes (models/services/xray/segments.hpp says what stands in it).
#pragma once

#include <atomic>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include "reports/studies/run_input.hpp"

namespace lifeboat::models::xray {
class Tracer;
}  // namespace lifeboat::models::xray

namespace lifeboat::tools {

/// Traces one trial of a run. Must outlive it.
class TraceFile {
 public:
  /// Makes the file; throws UsageError where it cannot be written.
  explicit TraceFile(const std::string& path);
  /// Has that trial of the run followed: no other pays for it, and no result changes.
  void follow(reports::RunInput& input, std::uint32_t trial);
  /// Call once the run is over. Throws std::runtime_error if not all could be written.
  void close();
  /// "1,950 traces of trial 1, as X-Ray segments, in traces.jsonl".
  [[nodiscard]] std::string summary() const;

 private:
  std::string path_;
  std::ofstream file_;
  std::shared_ptr<models::xray::Tracer> tracer_;
  std::atomic<bool> begun_ = false;
  std::uint32_t trial_ = 0;
};

}  // namespace lifeboat::tools
