// The JSON of a game day: FIS's templates, and everything as one document.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lifeboat_version.hpp"
#include "reports/document/output.hpp"
#include "reports/gameday/game_day.hpp"

namespace lifeboat::reports::gameday {
namespace {

using Json = nlohmann::ordered_json;

std::string printed(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json target_json(const FisTarget& target) {
  Json json;
  json["resourceType"] = target.resource_type;
  if (!target.tags.empty()) json["resourceTags"] = target.tags;
  if (!target.arns.empty()) json["resourceArns"] = target.arns;
  if (!target.parameters.empty()) json["parameters"] = target.parameters;
  json["selectionMode"] = target.selection;
  return json;
}

Json action_json(const FisAction& action) {
  Json json;
  json["actionId"] = action.action_id;
  json["description"] = action.description;
  if (!action.parameters.empty()) json["parameters"] = action.parameters;
  if (!action.targets.empty()) json["targets"] = action.targets;
  if (!action.start_after.empty()) json["startAfter"] = action.start_after;
  return json;
}

Json template_json(const FisTemplate& one) {
  Json json;
  json["description"] = one.description;
  json["targets"] = Json::object();
  for (const FisTarget& target : one.targets) json["targets"][target.name] = target_json(target);
  json["actions"] = Json::object();
  for (const FisAction& action : one.actions) json["actions"][action.name] = action_json(action);
  json["stopConditions"] = {
      {{"source", "aws:cloudwatch:alarm"},
       {"value", fmt::format("arn:aws:cloudwatch:{}:111122223333:alarm:game-day-stop", one.code)}}};
  json["roleArn"] = "arn:aws:iam::111122223333:role/game-day";
  json["tags"] = {{"Name", one.description}};
  json["experimentOptions"] = {{"accountTargeting", "single-account"},
                               {"emptyTargetResolutionMode", "fail"}};
  return json;
}

Json moment_json(const Moment& moment) {
  return {{"p50_s", moment.p50_s}, {"p95_s", moment.p95_s}};
}

Json row_json(const ExpectedRow& row) {
  Json json = {{"name", row.name},
               {"label", row.label},
               {"owner", row.owner},
               {"kind", row.kind},
               {"begins", moment_json(row.begins)}};
  json["ends"] = row.ends ? moment_json(*row.ends) : Json(nullptr);
  json["share_of_trials"] = row.share;
  return json;
}

Json injection_json(const Injection& one) {
  Json json = {{"name", one.name}, {"actionId", one.action_id}, {"what", one.what}};
  json["at_s"] = one.at_s ? Json(*one.at_s) : Json(nullptr);
  if (!one.moment.empty()) json["moment"] = one.moment;
  json["lasts_s"] = one.lasts_s ? Json(*one.lasts_s) : Json(nullptr);
  json["probability"] = one.probability;
  json["fis"] = one.fis;
  json["by_hand"] = one.by_hand;
  json["notes"] = one.notes;
  return json;
}

}  // namespace

std::string fis_document(const FisTemplate& one) { return printed(template_json(one)); }

std::string game_day_document(const GameDay& day) {
  Json json;
  json["format"] = "lifeboat/game-day/1";
  json["version"] = kVersion;
  json["scenario"] = day.report.scenario;
  json["title"] = day.report.title;
  json["seed"] = day.seed;
  json["trials"] = day.report.trials;
  if (day.report.interrupted) json["interrupted"] = true;
  json["injections"] = Json::array();
  for (const Injection& one : day.injections.all) json["injections"].push_back(injection_json(one));
  json["timeline"] = Json::array();
  for (const ExpectedRow& row : day.rows) json["timeline"].push_back(row_json(row));
  json["templates"] = Json::array();
  for (const FisTemplate& one : day.injections.templates) {
    json["templates"].push_back({{"region", one.region}, {"template", template_json(one)}});
  }
  return printed(json);
}

std::vector<std::string> write_game_day(const std::filesystem::path& folder, const GameDay& day) {
  std::vector<std::pair<std::string, std::string>> files = {{"gameday.md", game_day_script(day)}};
  for (std::size_t i = 0; i < day.injections.templates.size(); ++i) {
    const FisTemplate& one = day.injections.templates[i];
    files.emplace_back(i == 0 ? "fis.json" : "fis-" + one.region + ".json", fis_document(one));
  }
  return write_all(folder, files);
}

}  // namespace lifeboat::reports::gameday
