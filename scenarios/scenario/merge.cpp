#include "scenarios/scenario/merge.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "models/io/files.hpp"
#include "scenarios/scenario/standby.hpp"

namespace lifeboat::scenarios::detail {

namespace io = models::io;

namespace {

using io::Document;
using io::Value;

constexpr std::size_t kMostFiles = 100;
constexpr std::size_t kDataBytes = std::size_t{256} << 20;

std::optional<Value> merge_platform(const Value& value, io::Problems& problems) {
  std::optional<Document> base;
  std::vector<Document> overlays;
  bool first = true;
  const auto parts = one_or_list(value);
  if (parts.empty() || parts.size() > kMostFiles) {
    problems.error(value.place(), "no platform", "a path, or a list: a platform and its overlays");
    return std::nullopt;
  }
  for (const auto& part : parts) {
    auto document = load_part(part, problems);
    if (first) {
      base = std::move(document);
    } else if (document) {
      overlays.push_back(std::move(*document));
    }
    first = false;
  }
  if (!base) return std::nullopt;
  return models::apply_overlays(std::move(*base), overlays, problems).root();
}

/// The scenario with further overlays upon its platform.
Value with_overlays(const Value& scenario, const std::vector<std::filesystem::path>& files,
                    io::Problems& problems) {
  const auto* member = scenario.find("platform");
  if (member == nullptr) return scenario;
  std::vector<Value> parts = one_or_list(member->value);
  for (const auto& file : files) {
    if (const auto overlay = Document::parse_file(file, problems)) {
      parts.push_back(overlay->root());
    }
  }
  return io::with_member(scenario, "platform",
                         Value::array(std::move(parts), member->value.place()));
}

/// Each path of a list, or the one path, becomes the document that it names.
std::optional<Value> inline_all(const Value& value, bool may_be_list, io::Problems& problems) {
  if (!value.is_array() || !may_be_list) {
    const auto document = load_part(value, problems);
    if (!document) return std::nullopt;
    return document->root();
  }
  if (value.size() > kMostFiles) {
    problems.error(value.place(), "too many files", "at most " + std::to_string(kMostFiles));
    return std::nullopt;
  }
  std::vector<Value> loaded;
  for (const auto& element : value.elements()) {
    if (const auto document = load_part(element, problems)) loaded.push_back(document->root());
  }
  return Value::array(std::move(loaded), value.place());
}

/// Rewrites the names of data files, and collects the files.
class Rewriter {
 public:
  explicit Rewriter(io::Problems& problems) : problems_(problems) {}

  Value rewrite(const Value& value, std::string_view key, int depth = 0) {
    if (value.is_string() && names_file(key, value)) return rename(value);
    if (value.is_array()) {
      std::vector<Value> elements;
      for (const auto& element : value.elements())
        elements.push_back(rewrite(element, names_files(key) ? key : "", depth + 1));
      return Value::array(std::move(elements), value.place());
    }
    if (value.is_object()) {
      std::vector<io::Member> members;
      for (const auto& member : value.members()) {
        members.push_back(
            {member.name, rewrite(member.value, member.name, depth + 1), member.place});
      }
      return Value::object(std::move(members), value.place());
    }
    return value;
  }

  std::vector<Scenario::DataFile> files() && { return std::move(files_); }

 private:
  /// A replay's or a law's "file", a "day" or "weekend" that is no list, a platform's bills.
  static bool names_file(std::string_view key, const Value&) {
    return key == "file" || key == "day" || key == "weekend" || names_files(key);
  }
  /// Those that may be lists.
  static bool names_files(std::string_view key) { return key == "usage" || key == "priceBooks"; }

  Value rename(const Value& value) {
    const auto path = io::resolve_reference(value, problems_);
    if (!path) return value;
    const auto known = names_.find(path->string());
    if (known != names_.end()) return Value::string(known->second, value.place());
    auto text = io::read_file(*path, kDataBytes);
    if (!text) return value;  // its reader has reported it
    std::string name = path->filename().string();
    for (int i = 2; taken(name); ++i) {
      name = path->stem().string() + "-" + std::to_string(i) + path->extension().string();
    }
    names_[path->string()] = name;
    files_.push_back({name, text.value()});
    return Value::string(name, value.place());
  }

  [[nodiscard]] bool taken(const std::string& name) const {
    return std::any_of(files_.begin(), files_.end(),
                       [&](const Scenario::DataFile& file) { return file.name == name; });
  }

  io::Problems& problems_;
  std::map<std::string, std::string> names_;
  std::vector<Scenario::DataFile> files_;
};

}  // namespace

std::optional<Document> load_part(const Value& value, io::Problems& problems) {
  if (value.is_object()) return Document(value, value.place().source);
  if (value.is_string()) return io::load_reference(value, problems);
  problems.error(value.place(), value.shown() + " names no file", "a path, or an object");
  return std::nullopt;
}

std::vector<Value> one_or_list(const Value& value) {
  if (!value.is_array()) return {value};
  const auto elements = value.elements();
  return {elements.begin(), elements.end()};
}

Document merge_scenario(const Document& document, const ScenarioChanges& changes,
                        io::Problems& problems) {
  Value root = document.root();
  if (root.is_object()) {
    if (changes.strategy) root = with_strategy(root, *changes.strategy, problems);
    if (!changes.overlays.empty()) root = with_overlays(root, changes.overlays, problems);
    const auto replace = [&](std::string_view key, const auto& with) {
      const auto* member = root.find(key);
      if (member == nullptr) return;
      const Value written = member->value;
      const auto value = with(written);
      root = value ? io::with_member(root, key, *value) : io::without_member(root, key);
    };
    replace("platform", [&](const Value& value) { return merge_platform(value, problems); });
    replace("traffic", [&](const Value& value) -> std::optional<Value> {
      // Whoever could not load it has said so: it must not be missing as well.
      return inline_all(value, false, problems).value_or(Value::object({}, value.place()));
    });
    replace("faults", [&](const Value& value) { return inline_all(value, true, problems); });
    replace("runbooks", [&](const Value& value) { return inline_all(value, true, problems); });
  }
  Document merged = document.with_root(root);
  for (const auto& option : changes.set) merged = io::set_path(merged, option, problems);
  root = merged.root();
  if (!root.is_object()) return merged;
  // What a study does to a scenario comes after what its user says of it.
  if (changes.without_faults) root = io::without_member(root, "faults");
  if (changes.standby) root = with_standby(root, *changes.standby, problems);
  root = with_automation(root, changes.automation, problems);
  return merged.with_root(root);
}

Resolved resolve_files(const Value& root, io::Problems& problems) {
  Rewriter rewriter(problems);
  const Value rewritten = rewriter.rewrite(root, {});
  return {rewritten.to_json_text() + "\n", std::move(rewriter).files()};
}

}  // namespace lifeboat::scenarios::detail
