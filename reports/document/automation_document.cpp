#include "reports/document/automation_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/automation_text.hpp"

namespace lifeboat::reports {

namespace {

Json recovery_figures_json(const RecoveryFigures& figures) {
  return {{"p50_s", number(figures.p50_s)},           {"p95_s", number(figures.p95_s)},
          {"share_met", number(figures.share_met)},   {"share_low", number(figures.share_low)},
          {"share_high", number(figures.share_high)}, {"unsettled", figures.unsettled}};
}

Json saving_json(const std::optional<PairedDifference>& saving) {
  if (!saving) return nullptr;
  return {{"value_s", number(saving->value)},
          {"low_s", number(saving->low)},
          {"high_s", number(saving->high)},
          {"pairs", saving->pairs}};
}

Json automation_step_json(const AutomationStep& step) {
  Json json;
  json["name"] = step.name();
  json["runbook"] = step.runbook;
  json["step"] = step.step.empty() ? Json(nullptr) : Json(step.step);
  json["by"] = step.owner.empty() ? Json(nullptr) : Json(step.owner);
  json["on_path"] = number(step.on_path);
  json["slack_s"] = number(step.slack_s);
  json["alone"] = step.alone ? recovery_figures_json(*step.alone) : Json(nullptr);
  json["saves_p50"] = saving_json(step.saves_p50);
  json["saves_p95"] = saving_json(step.saves_p95);
  return json;
}

Json automation_json(const AutomationStudy& study) {
  Json json;
  json["format"] = "lifeboat/automation/1";
  json["version"] = kVersion;
  json["scenario"] = study.scenario;
  json["title"] = study.title;
  json["given"] = study.given;
  if (!study.strategy.empty()) json["strategy"] = study.strategy;
  json["script"] = study.script;
  json["objective"] = study.target ? Json(*study.target) : Json(nullptr);
  json["seed"] = study.seed;
  json["trials"] = study.trials;
  json["trials_with_path"] = study.with_path;
  json["confidence"] = kSavingConfidence;
  if (study.interrupted) json["interrupted"] = true;
  if (study.out_of_budget) json["out_of_budget"] = true;
  json["as_it_is"] = recovery_figures_json(study.as_it_is);
  json["steps"] = Json::array();
  for (const AutomationStep& step : study.steps) {
    json["steps"].push_back(automation_step_json(step));
  }
  json["order"] = Json::array();
  for (const AutomationTurn& turn : study.order) {
    json["order"].push_back({{"step", turn.step},
                             {"with", recovery_figures_json(turn.with)},
                             {"further_p50", saving_json(turn.further_p50)},
                             {"further_p95", saving_json(turn.further_p95)}});
  }
  json["order_is_whole"] = study.order_is_whole;
  json["everything"] = study.everything ? recovery_figures_json(*study.everything) : Json(nullptr);
  json["findings"] = findings_json(study.findings);
  return json;
}

}  // namespace

std::string automation_document(const AutomationStudy& study) {
  return dump(automation_json(study), 2) + "\n";
}

std::vector<std::string> write_automation(const std::filesystem::path& folder,
                                          const AutomationStudy& study) {
  Json page;
  page["automation"] = automation_json(study);
  page["automation"]["summary"] = automation_sentences(study);
  return write_all(folder, {{"automation.html", html::render_page(dump(page, -1))},
                            {"automation.json", automation_document(study)},
                            {"automation.md", automation_markdown(study)}});
}

}  // namespace lifeboat::reports
