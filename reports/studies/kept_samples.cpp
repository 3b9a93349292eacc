#include "reports/studies/kept_samples.hpp"

#include <cmath>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "reports/document/output.hpp"

namespace lifeboat::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "lifeboat/kept-samples/2";

Json histogram_json(const sim::Histogram& histogram) {
  const sim::Histogram::Parts parts = histogram.parts();
  Json counts = Json::array();
  for (const std::uint64_t count : parts.counts) counts.push_back(count);
  return {{"first", parts.first_bucket},
          {"counts", std::move(counts)},
          {"sum", {parts.sum.high(), parts.sum.low()}},
          {"min", parts.min_ns},
          {"max", parts.max_ns}};
}

sim::Histogram histogram_of(const Json& json) {
  sim::Histogram::Parts parts;
  parts.first_bucket = json.at("first").get<std::size_t>();
  parts.counts = json.at("counts").get<std::vector<std::uint64_t>>();
  parts.sum = {json.at("sum").at(0).get<std::uint64_t>(),
               json.at("sum").at(1).get<std::uint64_t>()};
  parts.min_ns = json.at("min").get<std::uint64_t>();
  parts.max_ns = json.at("max").get<std::uint64_t>();
  return sim::Histogram::from_parts(parts);
}

Json sample_json(const Sample& sample) {
  Json json = Json::object();
  if (sample.value) {
    // JSON has no infinity.
    json["value"] = std::isfinite(*sample.value) ? Json(*sample.value) : Json("never");
  }
  if (sample.unsettled) json["unsettled"] = true;
  if (sample.numerator != 0) json["numerator"] = sample.numerator;
  if (sample.denominator != 0) json["denominator"] = sample.denominator;
  if (sample.latencies.count() > 0) json["latencies"] = histogram_json(sample.latencies);
  if (sample.infinite > 0) json["infinite"] = sample.infinite;
  return json;
}

Sample sample_from(const Json& json) {
  Sample sample;
  if (json.contains("value")) {
    const Json& value = json.at("value");
    sample.value = value.is_string() ? INFINITY : value.get<double>();
  }
  sample.unsettled = json.value("unsettled", false);
  sample.numerator = json.value("numerator", 0.0);
  sample.denominator = json.value("denominator", 0.0);
  if (json.contains("latencies")) sample.latencies = histogram_of(json.at("latencies"));
  sample.infinite = json.value("infinite", std::uint64_t{0});
  return sample;
}

}  // namespace

void keep_samples(const std::filesystem::path& file, const KeptSamples& kept) {
  Json json;
  json["format"] = kFormat;
  json["key"] = kept.key;
  json["draws"] = kept.draws;
  json["overloaded"] = kept.overloaded;
  json["figures"] = Json::array();
  for (std::size_t i = 0; i < kept.figures.size(); ++i) {
    Json samples = Json::array();
    for (const Sample& sample : kept.samples[i]) samples.push_back(sample_json(sample));
    json["figures"].push_back({{"figure", kept.figures[i]}, {"samples", std::move(samples)}});
  }
  const std::filesystem::path whole = file.string() + ".new";
  write_file(whole, json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  std::error_code error;
  std::filesystem::rename(whole, file, error);
  if (error) throw std::runtime_error("cannot write " + file.string() + ": " + error.message());
}

KeptSamples kept_samples(const std::filesystem::path& file, const std::string& key,
                         const std::vector<std::string>& figures) {
  const KeptSamples none{key, figures, {}, {}, std::vector<std::vector<Sample>>(figures.size())};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return none;
  try {
    const Json json = Json::parse(stream);
    if (json.at("format") != kFormat || json.at("key") != key) return none;
    KeptSamples kept{key,
                     figures,
                     json.at("draws").get<std::vector<std::uint64_t>>(),
                     json.at("overloaded").get<std::vector<bool>>(),
                     {}};
    if (kept.overloaded.size() != kept.draws.size()) return none;
    const Json& rows = json.at("figures");
    if (rows.size() != figures.size()) return none;
    for (std::size_t i = 0; i < figures.size(); ++i) {
      if (rows[i].at("figure") != figures[i]) return none;
      std::vector<Sample>& samples = kept.samples.emplace_back();
      for (const Json& sample : rows[i].at("samples")) samples.push_back(sample_from(sample));
      // A design may lack a figure.
      if (!samples.empty() && samples.size() != kept.draws.size()) return none;
    }
    return kept;
  } catch (const std::exception&) {
    return none;
  }
}

}  // namespace lifeboat::reports
