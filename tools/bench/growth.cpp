#include "tools/bench/growth.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lifeboat_version.hpp"
#include "tools/bench/folder.hpp"
#include "tools/bench/growth_models.hpp"

namespace lifeboat::bench {

namespace {

Measurement measure_point(const GrowthDimension& dimension, std::uint32_t count, double hops,
                          const MeasureOptions& options) {
  const Folder folder;
  const GrowthFiles files = dimension.files(count, hops);
  (void)folder.write("platform.json", files.platform);
  Model model;
  model.name = fmt::format("{} {}", count, dimension.what);
  model.scenario = folder.write("scenario.json", files.scenario).string();
  return measure_apart(model, options);
}

double ns_of_hop(const GrowthPoint& point) {
  const Pass& pass = point.measurement.median();
  return 1e9 * pass.cpu_s / pass.hops;
}

}  // namespace

std::vector<std::string> growth_names() {
  std::vector<std::string> names;
  for (const GrowthDimension& dimension : growth_dimensions()) names.push_back(dimension.what);
  return names;
}

std::vector<GrowthPoint> measure_growth(const std::vector<std::string>& names,
                                        const MeasureOptions& options) {
  constexpr double kHops[] = {2'000, 1'000'000, 5'000'000};
  const double hops = kHops[static_cast<std::size_t>(options.size)];
  std::vector<GrowthPoint> points;
  for (const GrowthDimension& dimension : growth_dimensions()) {
    const bool named = std::find(names.begin(), names.end(), dimension.what) != names.end();
    if (!named && !names.empty()) continue;
    for (std::size_t i = 0; i < dimension.counts.size(); ++i) {
      if (options.size == Size::kTiny && i >= 2) break;
      const std::uint32_t count = dimension.counts[i];
      points.push_back({dimension.what, count, measure_point(dimension, count, hops, options)});
    }
  }
  return points;
}

std::string growth_text(const std::vector<GrowthPoint>& points) {
  std::string text = fmt::format("{:<22}{:>10}{:>9}{:>12}{:>10}{:>13}{:>12}\n", "what grows",
                                 "count", "ns/hop", "to first", "peak MiB", "M hops", "start-up");
  const GrowthPoint* first = nullptr;
  for (const GrowthPoint& point : points) {
    if (first == nullptr || first->what != point.what) first = &point;
    const Measurement& m = point.measurement;
    text += fmt::format("{:<22}{:>10}{:>9.1f}{:>12.2f}{:>10.1f}{:>13.3f}{:>9.1f} ms\n",
                        first == &point ? point.what : "", point.count, ns_of_hop(point),
                        ns_of_hop(point) / ns_of_hop(*first), m.memory_mib, m.median().hops / 1e6,
                        1e3 * m.startup_s);
  }
  return text;
}

std::string growth_document(const std::vector<GrowthPoint>& points) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const GrowthPoint& point : points) {
    nlohmann::ordered_json row;
    row["what"] = point.what;
    row["count"] = point.count;
    row["ns_per_hop"] = ns_of_hop(point);
    row["hops"] = point.measurement.median().hops;
    row["memory_mib"] = point.measurement.memory_mib;
    row["startup_s"] = point.measurement.startup_s;
    rows.push_back(std::move(row));
  }
  nlohmann::ordered_json document;
  document["format"] = "lifeboat/bench-growth/1";
  document["version"] = kVersion;
  document["points"] = std::move(rows);
  return document.dump(2) + "\n";
}

}  // namespace lifeboat::bench
