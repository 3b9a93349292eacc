#include "scenarios/scenario/strategy.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "scenarios/scenario/merge.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using io::Document;
using io::Value;

/// As AWS orders them, by how much stands ready (Disaster Recovery of Workloads on AWS, 2021; hot
/// standby: Resilience Hub API, 2026).
constexpr std::string_view kOrder[] = {"backup-restore", "pilot-light", "warm-standby",
                                       "hot-standby", "active-active"};

std::size_t rank(const Strategy& strategy) {
  const auto* at = std::find(std::begin(kOrder), std::end(kOrder), strategy.name);
  return static_cast<std::size_t>(at - std::begin(kOrder));
}

std::string text_of(const Value& object, std::string_view key) {
  const io::Member* member = object.find(key);
  return member == nullptr ? std::string{} : std::string{member->value.as_string()};
}

bool is_strategy(const Value& overlay) { return overlay.find("strategy") != nullptr; }
/// Not by a planned move, as on a way back.
bool leaves_a_region(const Value& runbook) {
  const std::string mode = text_of(runbook, "mode");
  return mode != "in-place" && mode != "graceful";
}

/// The list that a key names, with `with` in place of the first of its documents that `replaced`
/// holds of, and without the others of them. Nothing where there is none.
std::optional<Value> list_with(const Value& written, std::size_t from, const Value& with,
                               bool (*replaced)(const Value&)) {
  std::vector<Value> list;
  bool found = false;
  for (const Value& part : detail::one_or_list(written)) {
    io::Problems ignored;  // whoever loads what stays says what is wrong with it
    const auto document = list.size() < from ? std::nullopt : detail::load_part(part, ignored);
    if (!document || !replaced(document->root())) {
      list.push_back(part);
      continue;
    }
    if (!found) list.push_back(with);
    found = true;
  }
  if (!found) return std::nullopt;
  return Value::array(std::move(list), written.place());
}

}  // namespace

std::vector<Strategy> shipped_strategies(const io::DataRoot& root) {
  std::vector<Strategy> all;
  for (const std::string& name : root.names("models/platforms", ".overlay.json")) {
    const auto overlay = root.file("models/platforms", name, ".overlay.json");
    const auto runbook = root.file("scenarios/runbooks", name, ".json");
    if (!overlay || !runbook) continue;
    io::Problems ignored;
    const auto document = Document::parse_file(*overlay, ignored);
    if (!document || !is_strategy(document->root())) continue;
    all.push_back({name, text_of(document->root(), "strategy"),
                   text_of(document->root(), "platform"), *overlay, *runbook});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Strategy& a, const Strategy& b) { return rank(a) < rank(b); });
  return all;
}

Value with_strategy(const Value& scenario, const Strategy& strategy, io::Problems& problems) {
  const auto overlay = Document::parse_file(strategy.overlay, problems);
  const auto runbook = Document::parse_file(strategy.runbook, problems);
  if (!overlay || !runbook) return scenario;
  const auto replace = [&](const Value& in, std::string_view key, std::size_t from,
                           const Value& with, bool (*replaced)(const Value&),
                           const std::string& what) {
    const io::Member* member = in.find(key);
    const auto list =
        member == nullptr ? std::nullopt : list_with(member->value, from, with, replaced);
    if (list) return io::with_member(in, key, *list);
    problems.error(
        member == nullptr ? in.place() : member->value.place(),
        "there is no " + what + " that " + io::quote(strategy.name) + " could stand in for",
        "a scenario in which one region takes over from another");
    return in;
  };
  // The first file of "platform" is what the overlays are laid upon.
  const Value changed =
      replace(scenario, "platform", 1, overlay->root(), is_strategy, "overlay of a strategy");
  return replace(changed, "runbooks", 0, runbook->root(), leaves_a_region, "runbook of a failover");
}

}  // namespace lifeboat::scenarios
