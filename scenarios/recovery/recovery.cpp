#include "scenarios/recovery/recovery.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <span>
#include <utility>

#include "models/io/suggest.hpp"
#include "sim/control/control.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using sim::Control;
using sim::Duration;
using sim::Instant;

constexpr std::string_view kCritical = "critical journeys";

void read_journeys(io::ObjectReader& r, const PlatformNames& names, RecoverySettings& settings) {
  settings.journeys = names.critical_journeys;
  const auto of =
      r.raw({"of", "\"critical journeys\", or a list of journeys"}, io::ValueType::kAny);
  if (!of || r.describing()) return;
  if (of->is_string() && of->as_string() == kCritical) return;
  settings.journeys.clear();
  if (!of->is_array() || of->size() == 0) {
    r.error("of", of->shown() + " names no journeys", "\"critical journeys\", or a list of names");
  }
  for (const auto& element : of->elements()) {
    const std::string name(element.as_string());
    if (std::find(names.journeys.begin(), names.journeys.end(), name) == names.journeys.end()) {
      io::unknown_name(r.problems(), element.place(), "journey", name, names.journeys);
    } else {
      settings.journeys.push_back(name);
    }
  }
}

void read_settings(io::ObjectReader& r, const PlatformNames& names, RecoverySettings& settings) {
  constexpr std::string_view kSource = "the recovery rule's default";
  settings.good = r.optional_ratio({"good", "share of good requests that a bin needs", kSource},
                                   io::Ratio{settings.good})
                      .value;
  settings.bin =
      r.optional_duration({"bin", "requests are judged by arrivals in such bins", kSource},
                          settings.bin, {.min = Duration::seconds(1), .max = Duration::hours(1)});
  settings.min_requests = static_cast<std::uint32_t>(
      r.optional_count({"minRequests", "a bin with fewer joins the next", kSource},
                       settings.min_requests, {.min = std::int64_t{1}, .max = 1'000'000}));
  settings.slack = static_cast<double>(
      r.optional_count({"slack", "bad requests that a bin may always have", kSource}, 2,
                       {.min = std::int64_t{0}, .max = 1'000'000}));
  settings.hold =
      r.optional_duration({"hold", "how long bins must stay good", kSource}, settings.hold,
                          {.min = Duration::seconds(1), .max = Duration::days(1)});
  settings.attribution = r.maybe_duration(
      {"attribution", "how long after a fault's start a breach may begin and be its own", "",
       "until an hour after the fault's end"});
  read_journeys(r, names, settings);
}

/// What the watch knows of one journey.
struct JourneyState {
  std::uint64_t finished = 0;  ///< counts at the beginning of the bin
  std::uint64_t good = 0;
  Instant good_since = Instant::never();
};

struct WatchState {
  std::uint64_t seen_bad = 0;  ///< some journey was bad after the last fault
  std::int64_t begun = 0;
  std::uint64_t over = 0;
};

class RecoveryWatch final : public sim::Controller {
 public:
  explicit RecoveryWatch(RecoveryWatchPlan plan) : plan_(std::move(plan)) {}

  [[nodiscard]] std::string name() const override { return "recovery-watch"; }
  [[nodiscard]] std::size_t state_size() const override {
    return sizeof(WatchState) + plan_.journeys.size() * sizeof(JourneyState);
  }
  void start(void* state, Control& control) const override {
    new (state) WatchState;
    const auto journeys = journeys_of(state);
    for (auto& journey : journeys) new (&journey) JourneyState;
    control.wake_at(std::max(control.now(), Instant::origin()) + plan_.settings.bin);
  }

  void wake(void* state, Control& control) const override {
    auto& watch = *static_cast<WatchState*>(state);
    if (watch.over != 0) return;
    const auto journeys = journeys_of(state);
    const std::int64_t begun = control.value(plan_.faults_begun);
    if (begun != watch.begun) {
      watch.begun = begun;
      watch.seen_bad = 0;
      // What was good before says nothing of after.
      for (auto& journey : journeys) journey.good_since = Instant::never();
    }
    Instant since = Instant::origin();
    for (std::size_t i = 0; i < journeys.size(); ++i) {
      judge(plan_.journeys[i], journeys[i], watch, control);
      since = std::max(since, journeys[i].good_since);
    }
    const Duration needed = plan_.settings.hold + 2 * plan_.settings.bin;
    if (watch.seen_bad != 0 && begun > 0 && since + needed <= control.now() && quiet(control)) {
      watch.over = 1;
      control.log_event("recovered", plan_.scenario, "",
                        "critical journeys have been good for the hold");
      control.end_soon(control.now());
      return;
    }
    control.wake_at(control.now() + plan_.settings.bin);
  }

 private:
  std::span<JourneyState> journeys_of(void* state) const {
    auto* bytes = static_cast<std::byte*>(state) + sizeof(WatchState);
    return {reinterpret_cast<JourneyState*>(bytes), plan_.journeys.size()};
  }

  /// Judges what ended since the last bin was judged; too few requests wait for the next bin.
  void judge(sim::JourneyId id, JourneyState& journey, WatchState& watch, Control& control) const {
    const auto counts = control.journey(id);
    const std::uint64_t finished = counts.succeeded + counts.failed - journey.finished;
    const std::uint64_t good = counts.good - journey.good;
    if (finished < plan_.settings.min_requests) return;
    const double allowed = (1 - plan_.settings.good) * static_cast<double>(finished);
    const auto bad = static_cast<double>(finished - std::min(good, finished));
    journey.finished += finished;
    journey.good += good;
    if (bad > allowed && bad > plan_.settings.slack) {
      journey.good_since = Instant::never();
      if (watch.begun > 0) watch.seen_bad = 1;
    } else if (journey.good_since.is_never()) {
      journey.good_since = control.now();
    }
  }

  bool quiet(Control& control) const {
    if (plan_.faults_waiting.valid() && control.value(plan_.faults_waiting) > 0) return false;
    return std::none_of(plan_.runbooks.begin(), plan_.runbooks.end(),
                        [&](sim::RegisterId progress) { return control.value(progress) == 1; });
  }

  RecoveryWatchPlan plan_;
};

}  // namespace

RecoverySettings read_recovery(const std::optional<io::Value>& value, const PlatformNames& names,
                               io::Problems& problems) {
  RecoverySettings settings;
  settings.journeys = names.critical_journeys;
  if (!value) return settings;
  io::ObjectReader r(*value, problems);
  read_settings(r, names, settings);
  return settings;
}

std::shared_ptr<const sim::Controller> make_recovery_watch(RecoveryWatchPlan plan) {
  return std::make_shared<RecoveryWatch>(std::move(plan));
}

}  // namespace lifeboat::scenarios
