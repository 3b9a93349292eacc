#include "reports/document/metastable_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/metastable_text.hpp"

namespace lifeboat::reports {
namespace {

Json cell_json(const MetastableCell& cell) {
  Json json = {{"load", cell.load},
               {"fault", cell.fault},
               {"state", std::string(name_of(cell.state))},
               {"trials", cell.trials},
               {"alone", cell.alone},
               {"rto_p50_s", number(cell.rto_p50_s)},
               {"shed", number(cell.shed)},
               {"shed_rto_p50_s", number(cell.shed_rto_p50_s)}};
  json["tried"] = Json::array();
  for (const auto& one : cell.tried) {
    json["tried"].push_back({{"share", one.share}, {"freed", one.freed}});
  }
  return json;
}

Json metastable_axis(const SweepAxis& axis) {
  return {{"path", axis.path}, {"name", axis.name}, {"values", axis.values}};
}

Json metastable_json(const Metastable& study) {
  Json json;
  json["format"] = "lifeboat/metastable/1";
  json["version"] = kVersion;
  json["scenario"] = study.scenario;
  json["title"] = study.title;
  json["seed"] = study.seed;
  json["trials"] = study.trials;
  if (study.interrupted) json["interrupted"] = true;
  json["load"] = metastable_axis(study.load);
  json["fault"] = metastable_axis(study.fault);
  json["shed"] = {{"at", study.shed_at}, {"after_s", study.after_s}, {"lasts_s", study.lasts_s}};
  json["cells"] = Json::array();
  for (const MetastableCell& cell : study.cells) json["cells"].push_back(cell_json(cell));
  return json;
}

}  // namespace

std::string metastable_document(const Metastable& study) {
  return dump(metastable_json(study), 2) + "\n";
}

std::vector<std::string> write_metastable(const std::filesystem::path& folder,
                                          const Metastable& study) {
  Json page;
  page["metastable"] = metastable_json(study);
  page["metastable"]["summary"] = metastable_sentences(study);
  return write_all(folder, {{"metastable.html", html::render_page(dump(page, -1))},
                            {"metastable.json", metastable_document(study)},
                            {"metastable.md", metastable_markdown(study)}});
}

}  // namespace lifeboat::reports
