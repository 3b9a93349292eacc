// One slip of the pen in a shipped file, for every shipped file: the command names the file, the
// line and the JSON pointer, and what was perhaps meant.
//
// The shipped tree is copied; beside each file stand copies with one mistake each: a key, a unit,
// a region, a service or journey. A file that a shipped scenario names is checked through a copy
// of that scenario (only there are its regions and services known), every other by itself.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/json_words.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

namespace fs = std::filesystem;

const char* const kFolders[] = {"models/platforms", "models/prices",      "scenarios/library",
                                "scenarios/faults", "scenarios/runbooks", "scenarios/traffic"};

/// Objects whose keys are names that the file's author chose.
const std::set<std::string> kNamed{"services",   "journeys",     "regions", "keys",    "data",
                                   "operations", "healthChecks", "records", "pools",   "cache",
                                   "targets",    "actions",      "people",  "steps",   "mix",
                                   "events",     "phases",       "set",     "traffic", "visits"};
const std::set<std::string> kServiceKeys{"entry", "call",    "to",       "follows", "until",
                                         "watch", "service", "services", "writes"};
const std::set<std::string> kRegionKeys{"region", "activate", "deactivate",
                                        "of",     "runsFrom", "between"};

const std::set<std::string> kOfEveryKind{"kind", "region", "regions"};

struct Mistake {
  std::string word;  ///< what stands there now
  std::string pointer;
  int line = 0;
  std::string json;  ///< the whole file with the mistake
};
using Slip = std::function<std::optional<std::string>(const JsonWord&)>;

/// "web" is "webb": one letter too many.
std::string doubled(const std::string& name) { return name + name.back(); }

/// Every mistake that the slip of the pen can make in a file.
std::vector<Mistake> mistakes(const std::string& json, const Slip& slip) {
  std::vector<Mistake> all;
  for (const JsonWord& word : words_of(json)) {
    const auto wrong = slip(word);
    if (!wrong) continue;
    Mistake mistake{*wrong, word.pointer, word.line, json};
    if (word.is_key) mistake.pointer = word.parent + "/" + *wrong;
    // Of two regions between which a link is, neither has a pointer of its own.
    if (word.key() == "between" && !word.is_key && !word.parent.ends_with("/rate")) {
      mistake.pointer = word.parent;
    }
    mistake.json.replace(word.offset, word.text.size(), *wrong);
    all.push_back(std::move(mistake));
  }
  return all;
}

std::string last_of(const std::string& pointer) { return pointer.substr(pointer.rfind('/') + 1); }

std::optional<std::string> slip_of_region(const JsonWord& word) {
  if (word.is_key) return std::nullopt;
  const std::size_t at = word.text.find('@');
  if (at != std::string::npos && kServiceKeys.contains(word.key())) return doubled(word.text);
  // A name: neither "100% of sg before fault" nor the time of day of a "between".
  if (kRegionKeys.contains(word.key()) && word.text.find_first_of(" :") == std::string::npos) {
    return doubled(word.text);
  }
  return std::nullopt;
}

std::optional<std::string> slip_of_region_key(const JsonWord& word) {
  // Those of a service: the platform's own are what defines them.
  if (word.is_key && last_of(word.parent) == "regions" && word.parent != "/regions" &&
      word.parent != "/platform/regions" && word.parent != "/patch/regions") {
    return doubled(word.text);
  }
  return std::nullopt;
}

std::optional<std::string> slip_of_service(const JsonWord& word) {
  if (word.is_key || !kServiceKeys.contains(word.key())) return std::nullopt;
  if (word.text.find(' ') != std::string::npos) return std::nullopt;  // "100% of sg before fault"
  std::string wrong = word.text;
  const std::size_t end = std::min(wrong.find_first_of(".@"), wrong.size());
  wrong.insert(end, 1, wrong[end - 1]);
  return wrong;
}

/// Whether a stream names its journeys itself, so that its own name is free.
bool has_mix(const std::string& json, const std::string& stream) {
  const auto document = nlohmann::json::parse(json, nullptr, false, true);
  if (!document.is_object() || !document.contains("traffic")) return false;
  const auto& traffic = document.at("traffic");
  return traffic.contains(stream) && traffic.at(stream).contains("mix");
}

std::optional<std::string> slip_of_journey(const JsonWord& word) {
  if (word.is_key && last_of(word.parent) == "mix") return doubled(word.text);
  if (word.is_key && word.parent == "/traffic") return doubled(word.text);
  const std::string subject = "journey:";
  if (!word.is_key && word.text.starts_with(subject) && word.key() == "objectives") {
    std::string wrong = word.text;
    const std::size_t end = wrong.find(' ');
    wrong.insert(end, 1, wrong[end - 1]);
    return wrong;
  }
  return std::nullopt;
}

std::optional<std::string> slip_of_unit(const JsonWord& word) {
  static const std::regex quantity{R"(([0-9.]+ ?)(ms|s|m|h|d|/s|KiB|MiB|GiB|MB|GB|vCPU))"};
  static const std::map<std::string, std::string> slips{
      {"ms", "msec"}, {"s", "sec"},   {"m", "mins"},  {"h", "hours"},
      {"d", "days"},  {"/s", "/sec"}, {"KiB", "Kib"}, {"MiB", "Mib"},
      {"GiB", "Gib"}, {"MB", "Mb"},   {"GB", "Gb"},   {"vCPU", "vcpu"}};
  std::smatch parts;
  if (word.is_key || !std::regex_match(word.text, parts, quantity)) return std::nullopt;
  return parts[1].str() + slips.at(parts[2].str());
}

void collect_properties(const nlohmann::json& schema, std::set<std::string>& names) {
  if (schema.is_array()) {
    for (const auto& element : schema) collect_properties(element, names);
  }
  if (!schema.is_object()) return;
  const auto properties = schema.find("properties");
  if (properties != schema.end()) {
    for (const auto& [name, unused] : properties->items()) names.insert(name);
  }
  for (const auto& [unused, value] : schema.items()) collect_properties(value, names);
}

/// The keys that a format knows, wherever they stand in it.
std::set<std::string> keys_of(const std::string& format) {
  const Outcome outcome = lifeboat({"schema", format});
  REQUIRE(outcome.status == 0);
  std::set<std::string> names;
  collect_properties(nlohmann::json::parse(outcome.out), names);
  names.erase("format");
  return names;
}

/// "platform" of a file whose format is "lifeboat/platform/1".
std::string format_of(const std::string& json) {
  std::smatch parts;
  const std::regex line{R"("format": "lifeboat/([a-z]+)/1")"};
  REQUIRE(std::regex_search(json, parts, line));
  return parts[1];
}

/// The first, the middle one and the last; all in a heavy run.
std::vector<Mistake> some_of(std::vector<Mistake> all) {
  if (heavy() || all.size() <= 3) return all;
  return {all.front(), all[all.size() / 2], all.back()};
}

std::string replaced(std::string text, const std::string& old, const std::string& with) {
  const std::size_t at = text.find(old);
  if (at != std::string::npos) text.replace(at, old.size(), with);
  return text;
}

/// The shipped tree, copied.
class Tree {
 public:
  Tree() {
    for (const char* name : kFolders) {
      fs::create_directories((folder_.path() / name).parent_path());
      fs::copy(source_dir() / name, folder_.path() / name, fs::copy_options::recursive);
    }
  }

  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const char* name : kFolders) {
      for (const auto& entry : fs::directory_iterator(source_dir() / name)) {
        if (entry.path().extension() == ".json") {
          all.push_back(std::string{name} + "/" + entry.path().filename().string());
        }
      }
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  [[nodiscard]] std::string text(const std::string& file) const {
    return content_of(source_dir() / file);
  }

  /// Writes each mistake beside the file and validates all of them in one call of the command.
  void check(const std::string& file, const std::vector<Mistake>& mistakes) const {
    const std::string name = fs::path{file}.filename().string();
    const bool scenario_itself = file.starts_with("scenarios/library/");
    const auto user = scenario_itself ? std::nullopt : scenario_that_names(name);
    std::vector<std::string> words{"validate"};
    std::vector<std::string> wrong_files;
    for (std::size_t i = 0; i < mistakes.size(); ++i) {
      const std::string wrong_name = "wrong-" + std::to_string(i) + "-" + name;
      const std::string wrong_file = (fs::path{file}.parent_path() / wrong_name).string();
      folder_.write(wrong_file, mistakes[i].json);
      wrong_files.push_back(wrong_file);
      if (name.ends_with(".usage.json")) {
        words.push_back(platform_with(wrong_name));
      } else if (user) {
        const std::string scenario = "scenarios/library/uses-" + wrong_name;
        folder_.write(scenario, replaced(text(*user), "/" + named_in(*user, name) + "\"",
                                         "/" + wrong_name + "\""));
        words.push_back(scenario);
      } else {
        words.push_back(wrong_file);
      }
    }
    Call call = lifeboat_call(words);
    call.folder = folder_.path();
    const Outcome outcome = run(call);
    CHECK(outcome.status == 3);
    CHECK(outcome.out.empty());  // none of them is sound
    for (std::size_t i = 0; i < mistakes.size(); ++i) {
      const std::string start = wrong_files[i] + ":" + std::to_string(mistakes[i].line) + ": " +
                                mistakes[i].pointer + ": ";
      if (!tells(outcome.err, start)) {
        FAIL_CHECK(mistakes[i].word << " in " << file << " is not told as\n"
                                    << start << "... did you mean ...?\nbut as\n"
                                    << lines_about(outcome.err, wrong_files[i]));
      }
    }
  }

 private:
  static bool tells(const std::string& err, const std::string& start) {
    const auto lines = lines_of(err);
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.starts_with(start) && line.find("did you mean ") != std::string::npos;
    });
  }

  static std::string lines_about(const std::string& err, const std::string& file) {
    std::string text;
    for (const std::string& line : lines_of(err)) {
      if (line.starts_with(file)) text += line + "\n";
    }
    return text.empty() ? "nothing at all\n" : text;
  }

  /// The file to validate for a mistake in a usage: a platform that has it for its bill, since what
  /// a usage names stands in the platform and its price books.
  [[nodiscard]] std::string platform_with(const std::string& usage) const {
    const std::string platform = "models/platforms/uses-" + usage;
    folder_.write(platform, replaced(text("models/platforms/ecommerce.json"),
                                     "\"ecommerce.usage.json\", \"ecommerce-left-out.usage.json\"",
                                     "\"" + usage + "\""));
    return platform;
  }

  /// What the scenario names where the file is to stand: that file, or that of its own strategy.
  [[nodiscard]] std::string named_in(const std::string& scenario, const std::string& name) const {
    if (text(scenario).find("/" + name + "\"") != std::string::npos) return name;
    return "pilot-light" + name.substr(name.find('.'));
  }

  /// The scenario of the same name if it uses the file: another one may change what it says. A
  /// strategy's file that no scenario names is checked in the place of the reference's own.
  [[nodiscard]] std::optional<std::string> scenario_that_names(const std::string& name) const {
    const std::string own = "scenarios/library/" + name;
    if (fs::exists(source_dir() / own) && text(own).find("/" + name + "\"") != std::string::npos) {
      return own;
    }
    for (const std::string& file : files()) {
      if (file.starts_with("scenarios/library/") &&
          text(file).find("/" + name + "\"") != std::string::npos) {
        return file;
      }
    }
    const std::string strategy = name.substr(0, name.find('.'));
    if (fs::exists(source_dir() / "scenarios/runbooks" / (strategy + ".json"))) {
      return "scenarios/library/lose-singapore.json";
    }
    return std::nullopt;
  }

  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a mistyped key in any shipped file is told with its file, line and pointer", "[cli]") {
  const Tree tree;
  std::map<std::string, std::set<std::string>> known;
  for (const std::string& file : tree.files()) {
    const std::string json = tree.text(file);
    std::string format = format_of(json);
    if (format == "overlay") format = "platform";
    if (!known.contains(format)) known[format] = keys_of(format);
    const std::set<std::string>& keys = known[format];
    const auto all = mistakes(json, [&](const JsonWord& word) -> std::optional<std::string> {
      if (!word.is_key || !keys.contains(word.text) || kNamed.contains(last_of(word.parent))) {
        return std::nullopt;
      }
      // In a traffic file any other key may be the name of a stream.
      if (format == "traffic" && word.parent.empty()) return std::nullopt;
      // These are read before the kind is known, which then does not think of them.
      if (kOfEveryKind.contains(word.text)) return std::nullopt;
      // A patch may take away what is not there (RFC 7396): that says nothing.
      const std::size_t after = word.offset + word.text.size();
      if (json.compare(after, 7, "\": null") == 0) return std::nullopt;
      return doubled(word.text);
    });
    INFO(file);
    REQUIRE_FALSE(all.empty());
    tree.check(file, some_of(all));
  }
}

TEST_CASE("a mistyped unit in any shipped file is told with its file, line and pointer", "[cli]") {
  const Tree tree;
  int files = 0;
  for (const std::string& file : tree.files()) {
    const auto all = mistakes(tree.text(file), slip_of_unit);
    if (all.empty()) continue;
    ++files;
    tree.check(file, some_of(all));
  }
  CHECK(files >= 10);
}

TEST_CASE("a mistyped region in any shipped file is told with its file, line and pointer",
          "[cli]") {
  const Tree tree;
  int files = 0;
  for (const std::string& file : tree.files()) {
    auto all = some_of(mistakes(tree.text(file), slip_of_region));
    for (Mistake& mistake : some_of(mistakes(tree.text(file), slip_of_region_key))) {
      all.push_back(std::move(mistake));
    }
    if (all.empty()) continue;
    ++files;
    tree.check(file, all);
  }
  CHECK(files >= 6);  // three platforms and overlays, the faults, the runbook, a scenario
}

TEST_CASE("a mistyped service in any shipped file is told with its file, line and pointer",
          "[cli]") {
  const Tree tree;
  int files = 0;
  for (const std::string& file : tree.files()) {
    const auto all = mistakes(tree.text(file), slip_of_service);
    if (all.empty()) continue;
    ++files;
    tree.check(file, some_of(all));
  }
  CHECK(files >= 4);  // the platforms, the runbook, a scenario with its own platform
}

TEST_CASE("a mistyped journey in any shipped file is told with its file, line and pointer",
          "[cli]") {
  const Tree tree;
  int files = 0;
  for (const std::string& file : tree.files()) {
    const std::string json = tree.text(file);
    const auto all = mistakes(json, [&](const JsonWord& word) -> std::optional<std::string> {
      if (word.is_key && word.parent == "/traffic" && has_mix(json, word.text)) return std::nullopt;
      return slip_of_journey(word);
    });
    if (all.empty()) continue;
    ++files;
    tree.check(file, some_of(all));
  }
  CHECK(files >= 8);  // the traffic, and scenarios with an objective of a journey
}

}  // namespace lifeboat::tests
