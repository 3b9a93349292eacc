#include "reports/recovery/slack.hpp"

#include <algorithm>
#include <limits>

#include "reports/seconds.hpp"

namespace lifeboat::reports {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

class Slacks {
 public:
  Slacks(const std::vector<scenarios::Runbook>& runbooks, std::span<const FailoverRow> rows,
         sim::Instant recovered) {
    for (const FailoverRow& row : rows) {
      if (row.kind == "step" && !row.end.is_never()) rows_[row.name] = &row;
    }
    for (const scenarios::Runbook& runbook : runbooks) {
      for (const scenarios::RunbookStep& step : runbook.steps) {
        for (const auto& before : step.after) followers_[before.value].push_back(step.name);
      }
    }
    last_ = last_acting(rows, recovered);
  }

  std::map<std::string, double> all() {
    std::map<std::string, double> slacks;
    for (const auto& [name, row] : rows_) slacks[name] = latest_end(name) - seconds_of(row->end);
    return slacks;
  }

 private:
  /// Seconds after time 0. The order has no cycles: it was checked before the run.
  double latest_end(const std::string& name) {
    const auto known = latest_.find(name);
    if (known != latest_.end()) return known->second;
    double latest = last_ != nullptr && last_->name == name ? seconds_of(last_->end) : kNever;
    for (const std::string& follower : followers_[name]) {
      const auto row = rows_.find(follower);
      if (row == rows_.end()) continue;
      const double took =
          seconds_of(row->second->end - row->second->ready.value_or(row->second->start));
      latest = std::min(latest, latest_end(follower) - took);
    }
    latest_[name] = latest;
    return latest;
  }

  std::map<std::string, const FailoverRow*> rows_;
  std::map<std::string, std::vector<std::string>> followers_;
  std::map<std::string, double> latest_;
  const FailoverRow* last_ = nullptr;
};

}  // namespace

std::map<std::string, double> slacks_of(const std::vector<scenarios::Runbook>& runbooks,
                                        std::span<const FailoverRow> rows, sim::Instant recovered) {
  return Slacks(runbooks, rows, recovered).all();
}

}  // namespace lifeboat::reports
