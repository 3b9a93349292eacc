#include "reports/document/comparison_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/comparison_text.hpp"

namespace lifeboat::reports {

namespace {

Json variant_json(const ComparedVariant& variant) {
  Json json;
  json["name"] = variant.name;
  json["title"] = variant.title;
  json["given"] = variant.given.empty() ? Json(nullptr) : Json(variant.given);
  json["fingerprint"] = variant.fingerprint;
  json["verdict"] = name_of(variant.verdict);
  add_declared(json, variant.declared);
  json["findings"] = findings_json(variant.findings);
  return json;
}

Json difference_json(const ComparedRow& row, std::size_t v) {
  const auto& difference = row.differences[v];
  Json json;
  json["found"] = key_of(row.found[v]);
  if (!difference) return json;
  json["value"] = number(difference->value);
  json["low"] = number(difference->low);
  json["high"] = number(difference->high);
  json["pairs"] = difference->pairs;
  json["left_out"] = difference->left_out;
  json["unpaired_half_width"] = number(difference->unpaired_half_width);
  return json;
}

Json row_json(const Comparison& comparison, const ComparedRow& row) {
  Json json = figure_head_json(row.label, row.unit, row.is_objective, row.less_is_better);
  for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
    Json one = compared_figure_json(row.figures[v]);
    if (v > 0) one["difference"] = difference_json(row, v);
    json["variants"].push_back(std::move(one));
  }
  json["winner"] = row.winner ? Json(comparison.variants[*row.winner].name) : Json(nullptr);
  return json;
}

Json series_json(const ComparedSeries& series) {
  Json json;
  json["measure"] = series.measure;
  json["unit"] = series.unit;
  json["step_s"] = number(series.step_s);
  for (const auto& values : series.values) {
    Json list = Json::array();
    for (const auto& value : values) list.push_back(number(value));
    json["values"].push_back(std::move(list));
  }
  return json;
}

}  // namespace

Json comparison_json(const Comparison& comparison) {
  Json json;
  json["format"] = "lifeboat/comparison/1";
  json["version"] = kVersion;
  json["seed"] = comparison.seed;
  json["pairs"] = comparison.trials;
  if (comparison.baseline_trials) json["baseline_trials"] = *comparison.baseline_trials;
  json["confidence"] = kComparisonConfidence;
  if (comparison.interrupted) json["interrupted"] = true;
  json["summary"] = summary_sentences(comparison);
  for (const ComparedVariant& variant : comparison.variants) {
    json["variants"].push_back(variant_json(variant));
  }
  json["rows"] = Json::array();
  for (const ComparedRow& row : comparison.rows) json["rows"].push_back(row_json(comparison, row));
  json["series"] = Json::array();
  for (const ComparedSeries& series : comparison.series) {
    json["series"].push_back(series_json(series));
  }
  return json;
}

const char* key_of(Difference difference) {
  switch (difference) {
    case Difference::kNone:
      return "none";
    case Difference::kSame:
      return "same";
    case Difference::kNoise:
      return "noise";
    case Difference::kBetter:
      return "better";
    case Difference::kWorse:
      return "worse";
  }
  return "";
}

void add_declared(Json& json, const std::optional<DeclaredCost>& declared) {
  json["declared_monthly_usd"] = declared ? number(declared->billed_usd) : Json(nullptr);
  json["apart_monthly_usd"] = declared ? number(declared->apart_usd) : Json(nullptr);
}

Json figure_head_json(const std::string& label, const std::string& unit, bool is_objective,
                      bool less_is_better) {
  return {{"figure", label},
          {"kind", is_objective ? "objective" : "figure"},
          {"unit", unit},
          {"wanted", less_is_better ? "less" : "more"}};
}

Json compared_figure_json(const ComparedFigure& figure) {
  Json json = {{"estimate", number(figure.estimate)},
               {"low", number(figure.low)},
               {"high", number(figure.high)}};
  if (figure.share_met) json["share_met"] = number(*figure.share_met);
  if (figure.share_settled) json["share_settled"] = number(*figure.share_settled);
  if (figure.verdict) json["verdict"] = name_of(*figure.verdict);
  return json;
}

std::string comparison_document(const Comparison& comparison) {
  return dump(comparison_json(comparison), 2) + "\n";
}

std::vector<std::string> write_comparison(const std::filesystem::path& folder,
                                          const Comparison& comparison) {
  Json page;
  page["comparison"] = comparison_json(comparison);
  return write_all(folder, {{"compare.html", html::render_page(dump(page, -1))},
                            {"compare.json", comparison_document(comparison)},
                            {"compare.md", comparison_markdown(comparison)}});
}

}  // namespace lifeboat::reports
