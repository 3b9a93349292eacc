#include "reports/recovery/failover.hpp"

#include <algorithm>
#include <string_view>

namespace lifeboat::reports {

using sim::Instant;

namespace {

/// "step:fence" is kind "step", name "fence".
struct Reference {
  std::string_view kind;
  std::string_view name;
};

Reference reference(std::string_view cause) {
  const std::size_t colon = cause.find(':');
  if (colon == std::string_view::npos) return {cause, {}};
  return {cause.substr(0, colon), cause.substr(colon + 1)};
}

std::string detection_row(std::string_view check) { return "detection by " + std::string{check}; }
std::string person_row(std::string_view group) { return std::string{group} + " answers"; }

class Rows {
 public:
  void add(const sim::IncidentEvent& event) {
    const std::string& kind = event.kind;
    if (kind == "fault") {
      start(event.subject, "fault", event).label = event.text;
    } else if (kind == "fault-end") {
      finish(event.subject, "fault", event.at);
    } else if (kind == "detected") {
      add_detection(event);
    } else if (kind == "person-paged") {
      add_page(event);
    } else if (kind == "person-answers") {
      finish(person_row(event.subject), "person", event.at);
    } else if (kind.starts_with("step-")) {
      add_step_event(event);
    }
  }

  std::vector<FailoverRow> take() {
    rows_.erase(std::remove_if(rows_.begin(), rows_.end(),
                               [](const FailoverRow& row) { return row.start.is_never(); }),
                rows_.end());
    return std::move(rows_);
  }

 private:
  FailoverRow& start(std::string name, std::string_view kind, const sim::IncidentEvent& event) {
    FailoverRow row;
    row.label = name;
    row.name = std::move(name);
    row.kind = kind;
    row.start = event.at;
    rows_.push_back(std::move(row));
    return rows_.back();
  }

  /// The last row of that name and kind that has not ended.
  FailoverRow* find(std::string_view name, std::string_view kind) {
    const auto at = std::find_if(rows_.rbegin(), rows_.rend(), [&](const FailoverRow& row) {
      return row.name == name && row.kind == kind && row.end.is_never();
    });
    return at == rows_.rend() ? nullptr : &*at;
  }

  void finish(std::string_view name, std::string_view kind, Instant at) {
    if (FailoverRow* row = find(name, kind)) row->end = at;
  }

  /// The row that a cause names; empty for what has no row.
  static std::string row_of(std::string_view cause) {
    const Reference to = reference(cause);
    if (to.kind == "detected") return detection_row(to.name);
    if (to.kind == "person") return person_row(to.name);
    if (to.kind == "fault" || to.kind == "step") return std::string{to.name};
    return {};
  }

  void await(FailoverRow& row, std::string_view cause) {
    std::string name = row_of(cause);
    if (!name.empty()) row.waited_for.push_back(std::move(name));
  }

  void add_detection(const sim::IncidentEvent& event) {
    FailoverRow& row = start(detection_row(event.subject), "detection", event);
    row.end = event.at;
    await(row, event.cause);
    for (const FailoverRow& fault : rows_) {
      if (fault.kind == "fault" && fault.name == reference(event.cause).name) {
        rows_.back().start = std::min(event.at, fault.start);
      }
    }
  }

  void add_page(const sim::IncidentEvent& event) {
    const Reference cause = reference(event.cause);
    std::vector<std::string> released;
    if (cause.kind == "step") {
      // Paged for a step that was ready: what released the step released the page.
      if (const FailoverRow* step = find(cause.name, "step")) released = step->waited_for;
    }
    FailoverRow& row = start(person_row(event.subject), "person", event);
    row.owner = event.subject;
    row.waited_for = std::move(released);
    if (cause.kind != "step") await(row, event.cause);
  }

  void add_step_event(const sim::IncidentEvent& event) {
    if (event.kind == "step-ready") {
      FailoverRow& row = start(event.subject, "step", event);
      row.ready = event.at;
      row.start = Instant::never();
      await(row, event.cause);
      return;
    }
    FailoverRow* row = find(event.subject, "step");
    if (row == nullptr) return;
    if (event.kind == "step-begin") {
      row->start = event.at;
      if (row->ready == row->start) row->ready.reset();
      if (event.text.starts_with("by ")) row->owner = event.text.substr(3);
      await(*row, event.cause);
    } else if (event.kind == "step-acts") {
      row->acts = true;
    } else if (event.kind == "step-end") {
      row->end = event.at;
    } else if (event.kind == "step-failed") {
      row->end = event.at;
      row->label += " (failed)";
    }
  }

  std::vector<FailoverRow> rows_;
};

}  // namespace

std::vector<FailoverRow> failover_rows(std::span<const sim::IncidentEvent> events) {
  Rows rows;
  for (const sim::IncidentEvent& event : events) rows.add(event);
  return rows.take();
}

}  // namespace lifeboat::reports
