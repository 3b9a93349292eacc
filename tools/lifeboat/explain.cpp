// lifeboat explain: service kinds, formats, parameters, and how things are measured.
//
// Kinds and formats explain themselves from the declarations that read them, so that what is
// printed is what is read, with its default and the source of that. How a kind is modelled, and
// what is left out, is told by its folder's README.
#include <algorithm>

#include <fmt/format.h>

#include "models/io/files.hpp"
#include "models/io/schema.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/kind.hpp"
#include "models/platform/platform.hpp"
#include "reports/text/words.hpp"
#include "scenarios/faults/faults.hpp"
#include "scenarios/runbooks/runbook.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/formats.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/markdown.hpp"
#include "tools/lifeboat/network_text.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/rows.hpp"
#include "tools/lifeboat/strategy_text.hpp"
#include "tools/lifeboat/terminal.hpp"
#include "tools/lifeboat/topics.hpp"

namespace lifeboat::tools {

namespace io = models::io;

namespace {

constexpr const char* kLaw = "law";
constexpr std::size_t kMostReadme = std::size_t{1} << 20;

std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  for (const std::string& line : reports::wrap(text, 80 - indent)) {
    out += std::string(indent, ' ') + line + "\n";
  }
  return out;
}

std::string parameter_text(const io::Explanation& one) {
  std::string type = one.type;
  if (!one.range.empty()) type += ", " + one.range;
  std::string text = fmt::format("  {}\n", one.path);
  text += wrapped(type, 6);
  if (!one.doc.empty()) text += wrapped(one.doc, 6);
  if (one.standard == "required") {
    text += "      required\n";
  } else if (!one.standard.empty()) {
    text += wrapped(
        "default: " + one.standard + (one.source.empty() ? "" : " (" + one.source + ")"), 6);
  }
  return text;
}

/// The last part of a path: "policies[].targetValue" is "targetValue", and so is "step: call"
/// "call".
std::string_view last_part(std::string_view path) {
  const std::size_t before = path.find_last_of(". ");
  return before == std::string_view::npos ? path : path.substr(before + 1);
}

/// Whether the parameter belongs to the way in which laws are written: "law: lognormal.p50".
bool is_of_law(const io::Explanation& one) { return one.path.find("law: ") != std::string::npos; }

std::string parameters_text(const io::Schema& schema) {
  std::string text;
  bool any_law = false;
  for (const io::Explanation& one : io::explain(schema)) {
    any_law = any_law || one.type == "law";
    if (!is_of_law(one)) text += parameter_text(one);
  }
  if (any_law) text += "\nHow a law is written: lifeboat explain law\n";
  return text;
}

/// How distributions are written: a shared definition of every format that has one.
std::string law_text() {
  std::string text =
      "law: a distribution of times, or of factors\n"
      "\n"
      "A law is a time that is always the same, or an object with one of the names\n"
      "below. All but a mixture take shift, min and max, which are applied in this\n"
      "order to every draw.\n"
      "\n"
      "  \"30ms\"\n"
      "  { \"exponential\": { \"mean\": \"10ms\" } }\n"
      "  { \"lognormal\": { \"p50\": \"60ms\", \"p99\": \"400ms\" }, \"max\": \"5s\" }\n"
      "  { \"lognormal\": { \"mean\": \"50ms\", \"cv\": 0.6 } }\n"
      "  { \"mixture\": [[0.9, \"10ms\"], [0.1, { \"exponential\": { \"mean\": \"1s\" } }]] }\n"
      "\n"
      "Times here are plain numbers where a law is a factor.\n"
      "\n";
  const std::string shared = "law: ";
  for (io::Explanation one : io::explain(models::platform_schema())) {
    if (!one.path.starts_with(shared)) continue;
    one.path.erase(0, shared.size());
    const std::string_view last = last_part(one.path);
    const bool limit = last == "shift" || last == "min" || last == "max";
    if (limit && last != one.path) continue;  // said once, for all families
    text += parameter_text(one);
  }
  return text;
}

/// The kind's README, where the shipped files are; empty if it is not among them.
std::string readme_of(const models::ServiceKind& kind) {
  const auto root = io::DataRoot::find();
  if (!root) return {};
  std::string folder(kind.name());
  std::replace(folder.begin(), folder.end(), '-', '_');
  const auto readme =
      io::read_file(root->path() / "models" / "services" / folder / "README.md", kMostReadme);
  return readme ? *readme : std::string{};
}

/// How the kind is modelled and what is left out: sections of its README, under other words.
std::string model_text(const models::ServiceKind& kind) {
  constexpr std::pair<const char*, const char*> kSections[] = {
      {"The model", "How it is modelled"},
      {"Simplifications, and which way they err", "What is not modelled, and which way that errs"},
      {"What the closed form cannot tell", "What the closed form (--network) cannot tell of it"}};
  const std::string readme = readme_of(kind);
  std::string text;
  for (const auto& [heading, words] : kSections) {
    const std::string section = markdown_text(markdown_section(readme, heading));
    if (!section.empty()) text += fmt::format("\n{}:\n\n{}", words, section);
  }
  return text;
}

std::string kind_text(const models::ServiceKind& kind) {
  std::string text = fmt::format("{}\n", kind.name());
  text += wrapped(kind.summary(), 2);
  text += kind.is_global() ? "  It is global: it takes no region.\n" : "";
  text += kind.is_front_door()
              ? "  It is a front door: it passes on every operation of what its \"to\" names.\n"
              : "";
  text += model_text(kind);
  if (const auto meters = kind.meters(); !meters.empty()) {
    text += "\nWhat it meters, for a bill (lifeboat explain usage):\n\n";
    Rows rows;
    for (const models::MeterSpec& meter : meters) {
      rows.emplace_back(meter.name, fmt::format("{}: {}", meter.unit, meter.what));
    }
    text += rows_text(rows, width_of(rows));
  }
  if (const auto property = kind.property()) {
    text += fmt::format("\nA property, \"{}\": {{ ... }}, of services of the kinds\n  {}\n\n",
                        property->key, fmt::join(property->kinds, ", "));
  } else {
    text += fmt::format("\nA service of this kind: \"NAME\": {{ \"kind\": \"{}\", ... }}, with\n\n",
                        kind.name());
  }
  return text + parameters_text(models::kind_schema(kind));
}

/// Every parameter of that name or path, with where it stands; names seen are collected.
std::string parameter_matches(const std::string& topic, std::vector<std::string>& names) {
  std::string text;
  const auto look = [&](const std::string& where, const io::Schema& schema) {
    std::string here;
    for (const io::Explanation& one : io::explain(schema)) {
      names.emplace_back(last_part(one.path));
      if (one.path == topic || last_part(one.path) == topic) here += parameter_text(one);
    }
    if (!here.empty()) text += where + "\n" + here;
  };
  for (const models::ServiceKind* kind : models::service_kinds()) {
    look("service kind " + std::string{kind->name()}, models::kind_schema(*kind));
  }
  for (const FileFormat& format : file_formats()) {
    look("format lifeboat/" + std::string{format.name} + "/1", format.schema());
  }
  return text;
}

std::string overview() {
  std::string text = "lifeboat explain TOPIC, where TOPIC is\n\n";
  Rows measures;
  for (const Topic& topic : topics()) measures.emplace_back(topic.name, topic.summary);
  Rows kinds;
  for (const models::ServiceKind* kind : models::service_kinds()) {
    kinds.emplace_back(kind->name(), kind->summary());
  }
  Rows formats;
  for (const FileFormat& format : file_formats()) {
    formats.emplace_back(format.name, format.summary);
  }
  formats.emplace_back(kLaw, "how a distribution is written in any of them");
  Rows strategies;
  for (const auto& strategy : library_strategies()) {
    strategies.emplace_back(strategy.name, strategy.title);
  }
  const std::size_t width =
      std::max({width_of(measures), width_of(kinds), width_of(formats), width_of(strategies)});
  text += "how things are measured and judged\n" + rows_text(measures, width);
  text += "\na service kind\n" + rows_text(kinds, width);
  text += "\na file format\n" + rows_text(formats, width);
  text += "\na recovery strategy\n" + rows_text(strategies, width);
  text +=
      "\nor a parameter (targetValue), a fault action (region-outage), a runbook block\n"
      "(fence), or with --network a platform (ecommerce).\n";
  return text;
}

/// What a name that is no topic names instead.
std::string instead_of_topic(const std::string& name) {
  for (const LibraryEntry& entry : library_platforms()) {
    if (entry.name == name) return "; did you mean lifeboat explain " + name + " --network?";
  }
  for (const LibraryEntry& entry : library_scenarios()) {
    if (entry.name == name) return fmt::format("; {0} is a scenario: lifeboat run {0}", name);
  }
  return {};
}

/// The text of a topic; empty if there is none. `known` collects all names.
std::string find_topic(const std::string& name, std::vector<std::string>& known) {
  for (const Topic& topic : topics()) {
    if (topic.name == name)
      return fmt::format("{}: {}\n\n{}", topic.name, topic.summary, topic.text);
    known.emplace_back(topic.name);
  }
  for (const models::ServiceKind* kind : models::service_kinds()) {
    if (kind->name() == name) return kind_text(*kind);
    known.emplace_back(kind->name());
  }
  for (const FileFormat& format : file_formats()) {
    if (format.name == name) {
      return wrapped(fmt::format("lifeboat/{}/1: {}", format.name, format.summary), 0) + "\n" +
             parameters_text(format.schema());
    }
    known.emplace_back(format.name);
  }
  for (const auto& strategy : library_strategies()) {
    if (strategy.name == name) return strategy_text(strategy);
    known.emplace_back(strategy.name);
  }
  if (name == kLaw) return law_text();
  known.emplace_back(kLaw);
  for (const auto& fault : scenarios::fault_kinds()) {
    if (fault.action_id == name) {
      return fmt::format(
          "fault action {}\n{}\nIts parameters, and how it is written: lifeboat explain faults\n",
          name, wrapped(fault.summary, 2));
    }
    known.emplace_back(fault.action_id);
  }
  for (const auto& block : scenarios::runbook_blocks()) {
    if (block.block == name) {
      return fmt::format(
          "runbook block {}\n{}\nIts parameters, and how it is written: lifeboat explain runbook\n",
          name, wrapped(block.summary, 2));
    }
    known.emplace_back(block.block);
  }
  return {};
}

}  // namespace

int run_explain(const Words& words) {
  OptionSet set;
  set.most_words = 1;
  set.options.add_options()("network", "every station's capacity, demand and offered load");
  const ParsedOptions parsed = parse_options(set, words);
  if (parsed.has("network")) {
    if (parsed.words.empty()) throw UsageError("--network needs a platform");
    return explain_network(parsed.words[0]);
  }
  if (parsed.words.empty()) {
    print(overview());
    return kMet;
  }
  std::vector<std::string> known;
  std::string text = find_topic(parsed.words[0], known);
  if (text.empty()) text = parameter_matches(parsed.words[0], known);
  if (text.empty()) {
    std::string instead = instead_of_topic(parsed.words[0]);
    if (instead.empty()) instead = did_you_mean(parsed.words[0], known);
    throw UsageError("there is no topic " + io::quote(parsed.words[0]) + instead);
  }
  print(text);
  return kMet;
}

std::string help_explain() {
  return "Explains a topic: a service kind, how it is modelled, what is left out, and\n"
         "every parameter with its default and the source of that; a file format; a single\n"
         "parameter; a recovery strategy; how availability, RTO, RPO and verdicts are\n"
         "defined. Without a topic, lists them.\n"
         "\n"
         "Options:\n"
         "  --network   TOPIC is a platform (a file or a shipped name): print every\n"
         "              station's capacity, demand, visit ratio and offered load\n"
         "\n"
         "Examples:\n"
         "  lifeboat explain ecs-fargate\n"
         "  lifeboat explain targetValue\n"
         "  lifeboat explain rto\n"
         "  lifeboat explain ecommerce --network\n";
}

}  // namespace lifeboat::tools
