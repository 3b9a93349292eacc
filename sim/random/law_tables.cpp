#include "sim/random/law_tables.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>
#include <thread>

namespace lifeboat::sim {
namespace {

/// Of which earlier law a law is a copy on another scale.
struct Shape {
  std::size_t base = 0;
  double scale = 1;
};

std::vector<std::optional<Shape>> shapes_of(const std::vector<Law>& laws) {
  std::vector<std::optional<Shape>> shapes(laws.size());
  for (std::size_t i = 0; i < laws.size(); ++i) {
    for (std::size_t j = 0; j < i && !shapes[i]; ++j) {
      if (shapes[j]) continue;
      if (const auto scale = LawTable::scale_between(laws[j], laws[i])) shapes[i] = {j, *scale};
    }
  }
  return shapes;
}

std::vector<LawTable> make(const std::vector<Law>& laws) {
  const std::vector<std::optional<Shape>> shapes = shapes_of(laws);
  std::vector<LawTable> tables(laws.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < laws.size(); i = next++) {
      if (!shapes[i]) tables[i] = LawTable(laws[i]);
    }
  };
  const std::size_t wanted =
      std::min<std::size_t>(std::thread::hardware_concurrency(), laws.size());
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(work);
  work();
  others.clear();
  for (std::size_t i = 0; i < laws.size(); ++i) {
    if (shapes[i]) tables[i] = LawTable(tables[shapes[i]->base], laws[i], shapes[i]->scale);
  }
  return tables;
}

}  // namespace

const std::vector<LawTable>& LawTables::of(const std::vector<Law>& laws) const {
  std::call_once(once_, [&] {
    tables_ = make(laws);
    for (const LawTable& table : tables_) rows_.push_back(table.row());
  });
  return tables_;
}

}  // namespace lifeboat::sim
