#include "reports/document/sensitivity_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/sensitivity_text.hpp"

namespace lifeboat::reports {

namespace {

Json parameter_json(const VariedParameter& parameter) {
  Json json;
  json["name"] = parameter.name;
  json["paths"] = parameter.paths;
  json["value"] = parameter.value;
  json["base"] = number(parameter.base);
  json["low"] = number(parameter.low);
  json["high"] = number(parameter.high);
  json["unit"] = parameter.unit;
  json["low_words"] = value_words(parameter, parameter.low);
  json["high_words"] = value_words(parameter, parameter.high);
  json["unsourced"] = parameter.unsourced;
  json["range"] = parameter.range;
  return json;
}

Json end_json(const ComparedFigure& figure, const std::optional<PairedDifference>& difference) {
  Json json = compared_figure_json(figure);
  if (difference) {
    json["difference"] = {{"value", number(difference->value)},
                          {"low", number(difference->low)},
                          {"high", number(difference->high)},
                          {"real", difference->is_real()}};
  }
  return json;
}

Json flip_json(const Flip& flip) {
  return {{"from", number(flip.from)},
          {"to", number(flip.to)},
          {"certain_before", number(flip.certain_before)},
          {"certain_after", number(flip.certain_after)}};
}

Json swing_json(const SensitiveRow& row, const VariedParameter& parameter, const Swing& swing) {
  Json json;
  json["reached"] = swing.reached;
  if (!swing.reached) return json;
  json["low"] = end_json(swing.low, swing.to_low);
  json["high"] = end_json(swing.high, swing.to_high);
  json["width"] = number(width_of(row, swing));
  json["flips"] = swing.flips_sought || !swing.flips.empty() ? Json::array() : Json(nullptr);
  for (const Flip& flip : swing.flips) json["flips"].push_back(flip_json(flip));
  json["flip_words"] = flip_words(row, parameter, swing);
  const bool known = swing.effect.effects > 0;
  json["mu"] = known ? number(swing.effect.mu) : Json(nullptr);
  json["mu_star"] = known ? number(swing.effect.mu_star) : Json(nullptr);
  json["sigma"] = known ? number(swing.effect.sigma) : Json(nullptr);
  json["effects"] = swing.effect.effects;
  return json;
}

Json row_json(const Sensitivity& study, const SensitiveRow& row) {
  Json json = figure_head_json(row.label, row.unit, row.is_objective, row.less_is_better);
  json["base"] = compared_figure_json(row.base);
  json["holds"] = row.is_objective && row.holds ? Json(*row.holds) : Json(nullptr);
  json["ranking"] = row.ranking;
  json["swings"] = Json::array();
  for (std::size_t p = 0; p < row.swings.size(); ++p) {
    json["swings"].push_back(swing_json(row, study.parameters[p], row.swings[p]));
  }
  return json;
}

Json study_json(const Sensitivity& study) {
  Json json;
  json["format"] = "lifeboat/sensitivity/1";
  json["version"] = kVersion;
  json["scenario"] = study.scenario;
  json["title"] = study.title;
  json["seed"] = study.seed;
  json["trials"] = study.trials;
  json["points"] = study.points;
  json["trajectories"] = study.trajectories;
  if (study.interrupted) json["interrupted"] = true;
  if (study.out_of_time) json["out_of_time"] = true;
  json["parameters"] = Json::array();
  for (const VariedParameter& parameter : study.parameters) {
    json["parameters"].push_back(parameter_json(parameter));
  }
  json["left_out"] = Json::array();
  for (const LeftOut& one : study.left_out) {
    json["left_out"].push_back({{"path", one.path}, {"why", one.why}});
  }
  json["rows"] = Json::array();
  for (const SensitiveRow& row : study.rows) json["rows"].push_back(row_json(study, row));
  return json;
}

}  // namespace

std::string sensitivity_document(const Sensitivity& study) {
  return dump(study_json(study), 2) + "\n";
}

std::vector<std::string> write_sensitivity(const std::filesystem::path& folder,
                                           const Sensitivity& study) {
  Json page;
  page["sensitivity"] = study_json(study);
  page["sensitivity"]["summary"] = sensitivity_sentences(study);
  return write_all(folder, {{"sensitivity.html", html::render_page(dump(page, -1))},
                            {"sensitivity.json", sensitivity_document(study)},
                            {"sensitivity.md", sensitivity_markdown(study)}});
}

}  // namespace lifeboat::reports
