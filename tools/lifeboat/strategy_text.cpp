#include "tools/lifeboat/strategy_text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "models/platform/platform.hpp"
#include "models/prices/bill.hpp"
#include "reports/text/words.hpp"
#include "scenarios/runbooks/runbook.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/rows.hpp"

namespace lifeboat::tools {

namespace io = models::io;
namespace prices = models::prices;

namespace {

/// What is said of a deployment where its description has it: how much stands there, as what.
constexpr std::string_view kTold[] = {"role",          "status",       "initial", "desiredCount",
                                      "numNodeGroups", "instanceType", "multiAz", "readReplicas"};

std::string plain(const io::Value& value) {
  return value.is_string() ? std::string{value.as_string()} : value.to_json_text();
}

/// "role replica, multiAz true", with what the other region has where that differs.
std::string told_of(const models::DeploymentSpec& there, const models::DeploymentSpec* other) {
  std::string text;
  for (const std::string_view key : kTold) {
    const io::Member* member = there.description.find(key);
    if (member == nullptr) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, plain(member->value));
    const io::Member* beside = other == nullptr ? nullptr : other->description.find(key);
    if (beside != nullptr && plain(beside->value) != plain(member->value)) {
      text += fmt::format(" ({}: {})", other->site.region, plain(beside->value));
    }
  }
  return text.empty() ? "all of it" : text;
}

std::string standing_text(const models::Platform& platform, const scenarios::Runbook& runbook) {
  std::vector<std::pair<std::string, std::string>> rows;  // services by what is told of them
  for (const models::ServiceSpec& service : platform.services) {
    const auto* there = platform.find_deployment(service.name, runbook.activate);
    if (there == nullptr) continue;
    const std::string told =
        told_of(*there, platform.find_deployment(service.name, runbook.deactivate));
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const auto& known) { return known.first == told; });
    if (row == rows.end()) {
      rows.emplace_back(told, service.name);
    } else {
      row->second += ", " + service.name;
    }
  }
  std::string text = fmt::format("What stands in {}:\n", runbook.activate);
  for (const auto& [told, services] : rows) {
    text += "  " + told + "\n";
    for (const std::string& line : reports::wrap(services, reports::kColumns - 6)) {
      text += "      " + line + "\n";
    }
  }
  return text;
}

std::string step_text(const scenarios::RunbookStep& step) {
  std::string text = step.block;
  if (step.services.size() > 2) {
    text += fmt::format(" of {} services", step.services.size());
  } else {
    for (const auto& service : step.services) text += " " + service.value;
  }
  for (const auto& flip : step.switches) {
    text += fmt::format(" {} {}", flip.name.value, flip.healthy ? "healthy" : "unhealthy");
  }
  for (std::size_t i = 0; i < step.after.size(); ++i) {
    text += (i == 0 ? "; after " : ", ") + step.after[i].value;
  }
  return text + "; " + (step.by ? "by " + step.by->value : "automatic");
}

std::string runbook_text(const scenarios::Runbook& runbook) {
  std::string text = "What the runbook does, once ";
  if (runbook.trigger.health_check) {
    text += runbook.trigger.health_check->value +
            (runbook.trigger.when_healthy ? " is healthy" : " is unhealthy");
  } else {
    text += "its time has come";
  }
  if (runbook.trigger.pages) text += " and " + runbook.trigger.pages->value + " has answered";
  text += ":\n";
  Rows rows;
  for (const auto& step : runbook.steps) rows.emplace_back(step.name, step_text(step));
  return text + rows_text(rows, width_of(rows));
}

std::string cost_row(std::string_view what, const models::Platform& platform) {
  const prices::Bill bill = prices::make_bill(*platform.billing);
  return fmt::format(
      "  {} {} USD\n", reports::pad(what, 44),
      reports::pad_left(prices::to_text(bill.total.declared + bill.apart.declared), 12));
}

models::Platform load_files(const std::vector<std::filesystem::path>& files) {
  io::Problems problems;
  auto loaded = models::load_platform(files, {}, problems);
  if (!loaded || problems.has_errors()) throw UsageError("\n" + problem_text(problems));
  return std::move(loaded->platform);
}

scenarios::Runbook load_runbook(const std::filesystem::path& file) {
  io::Problems problems;
  const auto document = io::Document::parse_file(file, problems);
  if (!document) throw UsageError("\n" + problem_text(problems));
  auto runbook = scenarios::read_runbook(document->root(), false, problems);
  if (problems.has_errors()) throw UsageError("\n" + problem_text(problems));
  return runbook;
}

}  // namespace

std::string strategy_text(const scenarios::Strategy& strategy) {
  const std::filesystem::path base_file = find_platform(strategy.platform);
  const models::Platform base = load_files({base_file});
  const models::Platform platform = load_files({base_file, strategy.overlay});
  const scenarios::Runbook runbook = load_runbook(strategy.runbook);
  std::string text = fmt::format("{}: a recovery strategy for {}\n", strategy.name, base.name);
  for (const std::string& line : reports::wrap(strategy.title, reports::kColumns - 2)) {
    text += "  " + line + "\n";
  }
  text += "\n" + standing_text(platform, runbook) + "\n" + runbook_text(runbook);
  if (base.billing && platform.billing) {
    text += "\nWhat a month costs, with what is kept apart from the published bill:\n" +
            cost_row(base.name, base) + cost_row(base.name + " with " + strategy.name, platform);
  }
  return text + fmt::format("\nRun it: lifeboat run --strategy {}\n", strategy.name);
}

}  // namespace lifeboat::tools
