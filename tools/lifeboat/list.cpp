// lifeboat list: what there is to name.
#include <fmt/format.h>

#include "models/io/suggest.hpp"
#include "models/platform/kind.hpp"
#include "scenarios/faults/faults.hpp"
#include "scenarios/runbooks/runbook.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/rows.hpp"
#include "tools/lifeboat/terminal.hpp"
#include "tools/lifeboat/topics.hpp"

namespace lifeboat::tools {

namespace io = models::io;

namespace {

struct Section {
  std::string_view name;
  std::string_view heading;
  Rows (*rows)();
};

Rows scenario_rows() {
  Rows rows;
  for (const LibraryEntry& entry : library_scenarios()) rows.emplace_back(entry.name, entry.title);
  return rows;
}
Rows platform_rows() {
  Rows rows;
  for (const LibraryEntry& entry : library_platforms()) rows.emplace_back(entry.name, entry.title);
  for (const LibraryEntry& entry : library_overlays()) rows.emplace_back(entry.name, entry.title);
  return rows;
}
Rows strategy_rows() {
  Rows rows;
  for (const auto& strategy : library_strategies()) {
    rows.emplace_back(strategy.name, strategy.title);
  }
  return rows;
}
Rows price_rows() {
  Rows rows;
  for (const LibraryEntry& entry : library_price_books())
    rows.emplace_back(entry.name, entry.title);
  return rows;
}
Rows kind_rows() {
  Rows rows;
  for (const models::ServiceKind* kind : models::service_kinds()) {
    rows.emplace_back(kind->name(), kind->summary());
  }
  return rows;
}
Rows fault_rows() {
  Rows rows;
  for (const auto& kind : scenarios::fault_kinds()) rows.emplace_back(kind.action_id, kind.summary);
  return rows;
}
Rows block_rows() {
  Rows rows;
  for (const auto& kind : scenarios::runbook_blocks()) rows.emplace_back(kind.block, kind.summary);
  return rows;
}
Rows topic_rows() {
  Rows rows;
  for (const Topic& topic : topics()) rows.emplace_back(topic.name, topic.summary);
  return rows;
}

constexpr Section kSections[] = {
    {"scenarios", "Scenarios (lifeboat run NAME)", scenario_rows},
    {"platforms", "Platforms and overlays", platform_rows},
    {"strategies", "Recovery strategies (lifeboat run --strategy NAME)", strategy_rows},
    {"prices", "Price books (\"priceBooks\" of a platform's \"billing\")", price_rows},
    {"services", "Service kinds (lifeboat explain KIND)", kind_rows},
    {"faults", "Fault actions (\"actionId\")", fault_rows},
    {"blocks", "Runbook blocks (\"block\")", block_rows},
    {"topics", "Topics (lifeboat explain TOPIC)", topic_rows},
};

std::string section_text(const Section& section) {
  const Rows rows = section.rows();
  return fmt::format("{}\n{}", section.heading,
                     rows.empty() ? "  none found\n" : rows_text(rows, width_of(rows)));
}

}  // namespace

int run_list(const Words& words) {
  OptionSet set;
  set.most_words = 1;
  const ParsedOptions parsed = parse_options(set, words);
  std::vector<std::string> known;
  std::string text;
  std::string wanted = parsed.words.empty() ? std::string{} : parsed.words[0];
  if (wanted == "kinds") wanted = "services";  // both words are in use
  for (const Section& section : kSections) {
    known.emplace_back(section.name);
    if (!wanted.empty() && wanted != section.name) continue;
    if (!text.empty()) text += "\n";
    text += section_text(section);
  }
  if (text.empty()) {
    throw UsageError("there is nothing called " + io::quote(parsed.words[0]) + " to list (" +
                     io::one_of(known) + ")" + did_you_mean(parsed.words[0], known));
  }
  print(text);
  return kMet;
}

std::string help_list() {
  return "Lists what other commands and files can name. WHAT is one of scenarios,\n"
         "platforms, strategies, prices, services, faults, blocks and topics; without it,\n"
         "all are listed.\n"
         "\n"
         "Examples:\n"
         "  lifeboat list\n"
         "  lifeboat list scenarios\n";
}

}  // namespace lifeboat::tools
