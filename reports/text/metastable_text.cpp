#include "reports/text/metastable_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/text/words.hpp"

namespace lifeboat::reports {
namespace {

std::size_t count_of(const Metastable& study, CellState state) {
  return static_cast<std::size_t>(
      std::count_if(study.cells.begin(), study.cells.end(),
                    [&](const MetastableCell& cell) { return cell.state == state; }));
}

const MetastableCell& cell_at(const Metastable& study, std::size_t load, std::size_t fault) {
  return study.cells[load * study.fault.values.size() + fault];
}

std::string metastable_grid(const Metastable& study) {
  std::size_t first = columns(study.load.name);
  for (const std::string& value : study.load.values) first = std::max(first, columns(value));
  std::vector<std::size_t> widths;
  for (std::size_t f = 0; f < study.fault.values.size(); ++f) {
    std::size_t width = columns(study.fault.values[f]);
    for (std::size_t l = 0; l < study.load.values.size(); ++l) {
      width = std::max(width, columns(cell_words(cell_at(study, l, f))));
    }
    widths.push_back(width);
  }
  std::string text = "  " + pad(study.load.name, first) + " | " + study.fault.name + "\n  " +
                     std::string(first, ' ') + " |";
  for (std::size_t f = 0; f < widths.size(); ++f) {
    text += "  " + pad_left(study.fault.values[f], widths[f]);
  }
  text += "\n";
  for (std::size_t l = 0; l < study.load.values.size(); ++l) {
    text += "  " + pad(study.load.values[l], first) + " |";
    for (std::size_t f = 0; f < widths.size(); ++f) {
      text += "  " + pad_left(cell_words(cell_at(study, l, f)), widths[f]);
    }
    text += "\n";
  }
  return text;
}

std::string legend(const Metastable& study) {
  return fmt::format(
      "unhurt: the fault harms nobody. alone: all trials recover by themselves. shed: only if {} "
      "refuses that share of all requests for {}, {} after the fault is over (the smallest share, "
      "to 1/32). down: not even by refusing all of them for so long. overload: bad before the "
      "fault. 1/3: of three trials one recovers alone.",
      study.shed_at, duration_words(study.lasts_s), duration_words(study.after_s));
}

std::string metastable_foot(const Metastable& study) {
  return fmt::format(
      "{} trials a cell (seed {}), with the same customers and luck in each. \"Down\" is until the "
      "scenario's end.",
      study.trials, study.seed);
}

}  // namespace

std::string cell_words(const MetastableCell& cell) {
  if (cell.state == CellState::kNotReached) return "-";
  std::string words(name_of(cell.state));
  if (cell.shed) words += fmt::format(" {:.0f} %", *cell.shed * 100);
  const bool some = cell.alone > 0 && cell.alone < cell.trials;
  const bool hurt = cell.state == CellState::kShed || cell.state == CellState::kDown;
  if (hurt && some) words += fmt::format(" ({}/{})", cell.alone, cell.trials);
  return words;
}

std::vector<std::string> metastable_sentences(const Metastable& study) {
  std::vector<std::string> sentences;
  const std::size_t shed = count_of(study, CellState::kShed);
  const std::size_t down = count_of(study, CellState::kDown);
  const std::size_t reached = study.cells.size() - count_of(study, CellState::kNotReached);
  if (reached == 0) {
    sentences.emplace_back("No cell was reached.");
  } else if (shed + down == 0) {
    sentences.emplace_back(
        "Nothing outlives its trigger: wherever the platform carries the load, "
        "it recovers by itself.");
  } else {
    const MetastableCell* least = nullptr;
    const MetastableCell* most = nullptr;
    for (const MetastableCell& cell : study.cells) {
      const bool stuck = cell.state == CellState::kShed || cell.state == CellState::kDown;
      if (stuck && least == nullptr) least = &cell;
      if (cell.shed && (most == nullptr || *cell.shed > *most->shed)) most = &cell;
    }
    // Cells stand in the order typed, which is that of the loads where these are numbers that grow.
    const bool grows = !study.load.numbers.empty();
    sentences.push_back(
        fmt::format("Metastable in {} of {} cells: {} {} = {} with {} = {}{} what the fault leaves "
                    "behind keeps "
                    "the platform down.",
                    shed + down, reached, grows ? "from" : "such as at", study.load.name,
                    least->load, study.fault.name, least->fault, grows ? " on," : ","));
    if (most != nullptr) {
      sentences.push_back(fmt::format(
          "Refusing {:.0f} % of all requests for {} frees every cell that shedding frees.",
          *most->shed * 100, duration_words(study.lasts_s)));
    }
    if (down > 0) {
      sentences.push_back(
          fmt::format("{} of them stay down even so: shed for longer, or restart what holds the "
                      "backlog.",
                      down));
    }
  }
  if (reached < study.cells.size()) {
    sentences.push_back(fmt::format("{} of {} cells were reached{}.", reached, study.cells.size(),
                                    study.interrupted ? " before the interrupt" : ""));
  }
  return sentences;
}

std::string metastable_text(const Metastable& study, bool colours,
                            const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& sentence : metastable_sentences(study)) {
    for (const std::string& line : wrap(sentence, kColumns)) {
      text += strong(line, colours) + "\n";
    }
  }
  const std::string about = (study.title.empty() ? study.scenario : study.title) + "; " +
                            study.load.path + ", " + study.fault.path + ".";
  for (const std::string& line : wrap(about, kColumns)) text += line + "\n";
  text += "\n" + metastable_grid(study) + "\n";
  for (const std::string& words : {legend(study), metastable_foot(study)}) {
    for (const std::string& line : wrap(words, kColumns)) text += line + "\n";
  }
  if (!files.empty()) text += "\nWritten:\n";
  for (const std::string& file : files) text += "  " + file + "\n";
  return text;
}

std::string metastable_markdown(const Metastable& study) {
  std::string text;
  for (const std::string& sentence : metastable_sentences(study)) text += sentence + "\n";
  text += "\n| " + table_cell(study.load.name + " \\ " + study.fault.name) + " |";
  std::string rule = "|---|";
  for (const std::string& value : study.fault.values) {
    text += " " + table_cell(value) + " |";
    rule += "---|";
  }
  text += "\n" + rule + "\n";
  for (std::size_t l = 0; l < study.load.values.size(); ++l) {
    text += "| " + table_cell(study.load.values[l]) + " |";
    for (std::size_t f = 0; f < study.fault.values.size(); ++f) {
      text += " " + cell_words(cell_at(study, l, f)) + " |";
    }
    text += "\n";
  }
  return text + "\n" + legend(study) + " " + metastable_foot(study) + "\n";
}

}  // namespace lifeboat::reports
