#include "tools/bench/json.hpp"

#include <nlohmann/json.hpp>

#include "lifeboat_version.hpp"

namespace lifeboat::bench {

// NOLINTBEGIN: the macros' own style
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Pass, trials, cpu_s, wall_s, requests, hops, events)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Outcome, what, unit, analytic, simulated, low, high, slack,
                                   judged, within)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Measurement, model, size, startup_s, memory_mib, passes,
                                   outcomes)
// NOLINTEND

std::string to_json_text(const Measurement& measurement) {
  return nlohmann::json(measurement).dump();
}

Measurement from_json_text(const std::string& text) {
  return nlohmann::json::parse(text).get<Measurement>();
}

std::string document_text(const std::vector<Measurement>& measurements) {
  nlohmann::ordered_json models = nlohmann::ordered_json::array();
  for (const Measurement& m : measurements) {
    const Pass& pass = m.median();
    nlohmann::ordered_json row;
    row["model"] = m.model;
    row["size"] = m.size;
    row["requests_per_s"] = pass.requests / pass.cpu_s;
    row["hops_per_s"] = pass.hops / pass.cpu_s;
    row["hops_per_request"] = pass.hops / pass.requests;
    row["ns_per_hop"] = 1e9 * pass.cpu_s / pass.hops;
    row["events_per_hop"] = pass.events / pass.hops;
    row["trial_s"] = pass.cpu_s / pass.trials;
    row["memory_mib"] = m.memory_mib;
    row["startup_s"] = m.startup_s;
    row["passes"] = nlohmann::json(m.passes);
    row["checks"] = nlohmann::json(m.outcomes);
    models.push_back(std::move(row));
  }
  nlohmann::ordered_json document;
  document["format"] = "lifeboat/bench/1";
  document["version"] = kVersion;
  document["compiler"] = __VERSION__;
  document["confidence"] = kConfidence;
  document["models"] = std::move(models);
  return document.dump(2) + "\n";
}

}  // namespace lifeboat::bench
