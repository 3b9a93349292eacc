#include "tools/bench/kinds.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lifeboat_version.hpp"
#include "tools/bench/folder.hpp"

namespace lifeboat::bench {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kLeast = "queue";
constexpr double kRate = 200;

Json all_platforms() {
  const std::filesystem::path path = data_file("bench/kinds.platform.json");
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return Json::parse(file, nullptr, true, true);
}

/// What of it stands for one kind.
Json platform_of(const Json& all, const std::string& kind) {
  Json platform = all;
  platform["services"] = Json::object();
  platform["journeys"] = {{kind, all.at("journeys").at(kind)}};
  for (const auto& [name, service] : all.at("services").items()) {
    if (name == kind || name.rfind(kind + "-", 0) == 0) platform["services"][name] = service;
  }
  return platform;
}

Json scenario_of(const std::string& kind, Size size) {
  constexpr int kSeconds[] = {2, 2500, 25'000};
  return {{"format", "lifeboat/scenario/1"},
          {"platform", "platform.json"},
          {"warmup", "5s"},
          {"duration", fmt::format("{}s", kSeconds[static_cast<std::size_t>(size)])},
          {"run", "steady"},
          {"traffic", {{kind, {{"rate", fmt::format("{}/s", kRate)}}}}}};
}

double ns_of_request(const KindCost& cost) {
  const Pass& pass = cost.measurement.median();
  return 1e9 * pass.cpu_s / pass.requests;
}

}  // namespace

std::vector<std::string> measured_kinds() {
  std::vector<std::string> kinds{kLeast};
  const Json all = all_platforms();
  for (const auto& [kind, journey] : all.at("journeys").items()) {
    if (kind != kLeast) kinds.push_back(kind);
  }
  return kinds;
}

std::vector<KindCost> measure_kinds(const std::vector<std::string>& names,
                                    const MeasureOptions& options) {
  const Json all = all_platforms();
  std::vector<KindCost> costs;
  for (const std::string& kind : measured_kinds()) {
    const bool named = std::find(names.begin(), names.end(), kind) != names.end();
    if (!named && !names.empty() && kind != kLeast) continue;
    const Folder folder;
    (void)folder.write("platform.json", platform_of(all, kind).dump());
    Model model;
    model.name = kind;
    model.scenario = folder.write("scenario.json", scenario_of(kind, options.size).dump()).string();
    costs.push_back({kind, measure_apart(model, options)});
  }
  return costs;
}

std::string kinds_text(const std::vector<KindCost>& kinds) {
  std::string text = fmt::format("{:<16}{:>13}{:>12}{:>13}{:>9}{:>12}\n", "kind", "requests/s",
                                 "ns/request", "over queue", "hops", "start-up");
  for (const KindCost& cost : kinds) {
    const Pass& pass = cost.measurement.median();
    text += fmt::format("{:<16}{:>11.3f} M{:>12.0f}{:>+13.0f}{:>9.2f}{:>9.1f} ms\n", cost.kind,
                        pass.requests / pass.cpu_s / 1e6, ns_of_request(cost),
                        ns_of_request(cost) - ns_of_request(kinds.front()),
                        pass.hops / pass.requests, 1e3 * cost.measurement.startup_s);
  }
  return text;
}

std::string kinds_document(const std::vector<KindCost>& kinds) {
  Json rows = Json::array();
  for (const KindCost& cost : kinds) {
    const Pass& pass = cost.measurement.median();
    rows.push_back({{"kind", cost.kind},
                    {"requests_per_s", pass.requests / pass.cpu_s},
                    {"ns_per_request", ns_of_request(cost)},
                    {"hops_per_request", pass.hops / pass.requests},
                    {"startup_s", cost.measurement.startup_s}});
  }
  const Json document = {
      {"format", "lifeboat/bench-kinds/1"}, {"version", kVersion}, {"kinds", std::move(rows)}};
  return document.dump(2) + "\n";
}

}  // namespace lifeboat::bench
