#include "reports/document/sweep_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/comparison_document.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/sweep_text.hpp"

namespace lifeboat::reports {

namespace {

Json axis_json(const SweepAxis& axis) {
  Json json;
  json["path"] = axis.path;
  json["name"] = axis.name;
  json["values"] = axis.values;
  json["numbers"] = axis.numbers.empty() ? Json(nullptr) : Json(axis.numbers);
  json["unit"] = axis.unit;
  return json;
}

Json point_json(const Sweep& sweep, std::size_t p) {
  const SweptPoint& point = sweep.points[p];
  Json json;
  json["name"] = point.name;
  json["at"] = point.at;
  json["trials"] = point.trials;
  json["fingerprint"] = point.trials > 0 ? Json(point.fingerprint) : Json(nullptr);
  const bool judged = point.trials > 0 && point.has_objectives;
  json["verdict"] = judged ? Json(name_of(point.verdict)) : Json(nullptr);
  json["objectives_met"] = judged ? Json(point.met) : Json(nullptr);
  add_declared(json, point.declared);
  json["monthly_usd"] = number(cost_of(sweep, p));
  return json;
}

Json row_json(const Sweep& sweep, const SweptRow& row) {
  Json json = figure_head_json(row.label, row.unit, row.is_objective, row.less_is_better);
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    Json one = compared_figure_json(row.figures[p]);
    if (row.steps[p]) {
      one["step"] = {{"found", key_of(row.found[p])},    {"value", number(row.steps[p]->value)},
                     {"low", number(row.steps[p]->low)}, {"high", number(row.steps[p]->high)},
                     {"pairs", row.steps[p]->pairs},     {"left_out", row.steps[p]->left_out}};
    }
    json["points"].push_back(std::move(one));
  }
  json["knee"] = row.knee ? Json(*row.knee) : Json(nullptr);
  json["turns"] = row.turns;
  return json;
}

Json sweep_json(const Sweep& sweep) {
  Json json;
  json["format"] = "lifeboat/sweep/1";
  json["version"] = kVersion;
  json["scenario"] = sweep.scenario;
  json["title"] = sweep.title;
  json["seed"] = sweep.seed;
  json["trials"] = sweep.trials;
  json["confidence"] = kComparisonConfidence;
  if (sweep.interrupted) json["interrupted"] = true;
  for (const SweepAxis& axis : sweep.axes) json["axes"].push_back(axis_json(axis));
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    json["points"].push_back(point_json(sweep, p));
  }
  json["rows"] = Json::array();
  for (const SweptRow& row : sweep.rows) json["rows"].push_back(row_json(sweep, row));
  json["first_met"] = sweep.first_met ? Json(*sweep.first_met) : Json(nullptr);
  json["last_met"] = sweep.last_met ? Json(*sweep.last_met) : Json(nullptr);
  json["frontiers"] = Json::array();
  for (const Frontier& frontier : sweep.frontiers) {
    Json points = Json::array();
    for (const FrontierPoint& point : frontier.points) {
      Json one = {{"point", point.point}, {"monthly_usd", number(point.monthly_usd)}};
      if (point.price) {
        one["price"] = {{"usd", number(point.price->usd)}, {"per", point.price->per}};
      }
      points.push_back(std::move(one));
    }
    json["frontiers"].push_back({{"figure", sweep.rows[frontier.row].label},
                                 {"row", frontier.row},
                                 {"points", std::move(points)}});
  }
  json["findings"] = findings_json(sweep.findings);
  return json;
}

}  // namespace

std::string sweep_document(const Sweep& sweep) { return dump(sweep_json(sweep), 2) + "\n"; }

std::vector<std::string> write_sweep(const std::filesystem::path& folder, const Sweep& sweep) {
  Json page;
  page["sweep"] = sweep_json(sweep);
  page["sweep"]["summary"] = sweep_sentences(sweep);
  return write_all(folder, {{"sweep.html", html::render_page(dump(page, -1))},
                            {"sweep.json", sweep_document(sweep)},
                            {"sweep.md", sweep_markdown(sweep)}});
}

}  // namespace lifeboat::reports
