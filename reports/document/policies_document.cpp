#include "reports/document/policies_document.hpp"

#include "lifeboat_version.hpp"
#include "reports/document/comparison_document.hpp"
#include "reports/document/json.hpp"
#include "reports/document/output.hpp"
#include "reports/html/page.hpp"
#include "reports/text/policies_text.hpp"

namespace lifeboat::reports {

namespace {

Json policy_figure_json(const PolicyFigure& figure) {
  return {
      {"mean", number(figure.mean)}, {"low", number(figure.low)}, {"high", number(figure.high)}};
}

Json policy_json(const PolicyRow& row) {
  Json json;
  json["policy"] = row.name;
  json["needs_foresight"] = row.foreseen;
  json["verdict"] = row.has_objectives ? Json(name_of(row.verdict)) : Json(nullptr);
  json["shortfall_minutes"] = policy_figure_json(row.shortfall_minutes);
  json["shortfall_to_least"] = key_of(row.to_least);
  json["task_hours"] = policy_figure_json(row.task_hours);
  json["idle_task_hours"] = policy_figure_json(row.idle_task_hours);
  json["dips"] = policy_figure_json(row.dips);
  json["monthly_usd"] = number(row.monthly_usd);
  if (row.step_trials > 0) {
    json["step"] = {{"trials", row.step_trials},
                    {"caught_up", row.caught_up},
                    {"minutes", row.catch_up ? policy_figure_json(*row.catch_up) : Json(nullptr)}};
  }
  return json;
}

Json policies_json(const PolicyBench& bench) {
  const auto name_at = [&](const std::optional<std::size_t>& at) {
    return at ? Json(bench.rows[*at].name) : Json(nullptr);
  };
  Json json;
  json["format"] = "lifeboat/policies/1";
  json["version"] = kVersion;
  json["scenario"] = bench.scenario;
  json["title"] = bench.title;
  json["service"] = bench.service;
  json["region"] = bench.region.empty() ? Json(nullptr) : Json(bench.region);
  json["target"] = number(bench.target);
  json["step_factor"] = number(bench.step_factor);
  json["seed"] = bench.comparison.seed;
  json["trials"] = bench.comparison.trials;
  json["confidence"] = kComparisonConfidence;
  json["summary"] = policies_sentences(bench);
  json["needed"] = {{"task_hours", number(bench.needed_task_hours)},
                    {"most_tasks", bench.needed_most},
                    {"more", bench.needs_more}};
  json["suggested"] = name_at(bench.suggested);
  json["suggested_without_foresight"] = name_at(bench.suggested_unseen);
  for (const PolicyRow& row : bench.rows) json["policies"].push_back(policy_json(row));
  json["comparison"] = comparison_json(bench.comparison);
  return json;
}

}  // namespace

std::string policies_document(const PolicyBench& bench) {
  return dump(policies_json(bench), 2) + "\n";
}

std::vector<std::string> write_policies(const std::filesystem::path& folder,
                                        const PolicyBench& bench) {
  Json page;
  page["policies"] = policies_json(bench);
  return write_all(folder, {{"policies.html", html::render_page(dump(page, -1))},
                            {"policies.json", policies_document(bench)},
                            {"policies.md", policies_markdown(bench)}});
}

}  // namespace lifeboat::reports
