#include "tests/audit/full_audit.hpp"

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/trial/result.hpp"

namespace lifeboat::audit {
namespace {

using sim::Instant;
using Stay = sim::Listener::Stay;

[[noreturn]] void broken(Instant at, const std::string& text) {
  throw std::logic_error(fmt::format("audit: at {:.9f} s: {}", at.to_seconds(), text));
}

/// One station's own books.
struct Station {
  std::map<std::uint64_t, std::uint32_t> waiting;          // by order of coming: token
  std::unordered_map<std::uint32_t, std::uint64_t> order;  // of a waiting token
  std::uint64_t next_order = 0;
  std::int64_t serving = 0;
  std::set<std::uint32_t> at_door;  // arrived, and neither waiting nor served yet
  Instant last;
  bool begun = false;
  double queue_seconds = 0;
  double service_seconds = 0;
  std::uint64_t arrivals = 0;
  std::uint64_t rejected = 0;
  std::uint64_t completions = 0;
};

struct Write {
  Instant committed;
  Instant received;
};

struct Stream {
  std::vector<Write> writes;
  std::optional<Instant> cut;
  struct Opening {
    Instant at;
    std::uint64_t lost = 0;
    Instant earliest = Instant::never();
  };
  std::vector<Opening> openings;  ///< one between active copies may be opened again and again
};

struct Window {
  double queue_seconds = 0;
  std::uint64_t arrivals = 0;
  std::uint64_t rejected = 0;
  std::uint64_t completions = 0;
};

class FullAuditor final : public sim::Listener {
 public:
  explicit FullAuditor(const sim::Network& network)
      : network_(&network),
        stations_(network.stations.size()),
        streams_(network.logs.size()),
        began_(network.journeys.size()),
        ended_(network.journeys.size()) {}

  void station(Instant at, sim::StationId id, Stay stay, std::uint32_t token) override {
    Station& s = stations_[id.index()];
    bring_up_to(s, at);
    switch (stay) {
      case Stay::kArrived:
        ++s.arrivals;
        if (!s.at_door.insert(token).second) complain(at, id, "one token arrives twice");
        return;
      case Stay::kQueued:
        leave_door(s, at, id, token);
        s.order[token] = s.next_order;
        s.waiting.emplace(s.next_order++, token);
        return;
      case Stay::kStarted:
        start(s, at, id, token);
        return;
      case Stay::kCompleted:
        ++s.completions;
        leave_service(s, at, id);
        return;
      case Stay::kRejected:
        ++s.rejected;
        leave_door(s, at, id, token);
        return;
      case Stay::kAbandoned: {
        const auto found = s.order.find(token);
        if (found == s.order.end()) {
          leave_service(s, at, id);
          return;
        }
        s.waiting.erase(found->second);
        s.order.erase(found);
        return;
      }
    }
  }

  void request_began(Instant at, sim::JourneyId journey, std::uint64_t number) override {
    if (!open_.emplace(number, at).second) broken(at, "a request begins twice");
    if (counts(at)) ++began_[journey.index()];
  }

  void request_ended(Instant at, sim::JourneyId journey, std::uint64_t number, Instant began,
                     bool good, sim::Cause cause) override {
    const auto found = open_.find(number);
    if (found == open_.end()) broken(at, "a request ends that is not open");
    if (found->second != began) broken(at, "a request's beginning has moved");
    open_.erase(found);
    if (good != (cause == sim::Cause::kNoCause)) broken(at, "a failure without one cause");
    if (counts(began)) ++ended_[journey.index()][good ? std::size_t{0} : std::size_t{1}];
  }

  void committed(Instant at, sim::LogId log, Instant received) override {
    Stream& stream = streams_[log.index()];
    if (received < at) broken(at, "a write is received before it is committed");
    if (network_->logs[log.index()].ordered && !stream.writes.empty() && !received.is_never() &&
        received < stream.writes.back().received && !stream.writes.back().received.is_never()) {
      broken(at, "an ordered stream delivers out of order");
    }
    stream.writes.push_back({at, received});
  }
  void cut(Instant at, sim::LogId log) override { streams_[log.index()].cut = at; }
  void thawed(Instant, sim::LogId log) override {
    Stream& stream = streams_[log.index()];
    const Instant cut = stream.cut.value_or(Instant::never());
    std::erase_if(stream.writes, [cut](const Write& w) { return w.received > cut; });
    stream.cut.reset();
  }
  void opened(Instant at, sim::LogId log) override {
    Stream& stream = streams_[log.index()];
    const Instant cut = stream.cut.value_or(at);
    Stream::Opening opening;
    opening.at = at;
    // The set of committed writes less the set of those that had arrived.
    for (const Write& w : stream.writes) {
      if (w.received <= cut) continue;
      ++opening.lost;
      opening.earliest = std::min(opening.earliest, w.committed);
    }
    stream.openings.push_back(opening);
  }

  void window_opened(Instant at) override { open_window_ = windows(at); }
  void window_closed(Instant at) override { closed_window_ = windows(at); }

  void finished(const sim::TrialResult& result) override {
    const Instant end = Instant::origin() + result.measured;
    check_journeys(result, end);
    check_stations(result, end);
    check_losses(result, end);
  }

 private:
  [[nodiscard]] bool counts(Instant began) const {
    return began >= Instant::origin();  // later ones than the window are compared by the result
  }

  [[noreturn]] void complain(Instant at, sim::StationId id, const std::string& text) const {
    broken(at, network_->stations[id.index()].name + ": " + text);
  }

  static void bring_up_to(Station& s, Instant at) {
    if (s.begun) {
      const double elapsed = (at - s.last).to_seconds();
      s.queue_seconds += elapsed * static_cast<double>(s.waiting.size());
      s.service_seconds += elapsed * static_cast<double>(s.serving);
    }
    s.begun = true;
    s.last = at;
  }

  void leave_door(Station& s, Instant at, sim::StationId id, std::uint32_t token) {
    if (s.at_door.erase(token) == 0) complain(at, id, "somebody queues who never arrived");
  }

  void start(Station& s, Instant at, sim::StationId id, std::uint32_t token) {
    const auto found = s.order.find(token);
    if (found == s.order.end()) {
      leave_door(s, at, id, token);
      if (!s.waiting.empty() && network_->stations[id.index()].kind != sim::StationKind::kShared &&
          network_->stations[id.index()].discipline == sim::Discipline::kFifo) {
        complain(at, id, "a newcomer is served before those who wait");
      }
    } else {
      if (network_->stations[id.index()].discipline == sim::Discipline::kFifo &&
          found->second != s.waiting.begin()->first) {
        complain(at, id, "the queue is not served in order");
      }
      s.waiting.erase(found->second);
      s.order.erase(found);
    }
    ++s.serving;
    const sim::Station& row = network_->stations[id.index()];
    if (row.kind == sim::StationKind::kServers && s.serving > row.servers) {
      complain(at, id, fmt::format("{} are served by {} servers", s.serving, row.servers));
    }
  }

  void leave_service(Station& s, Instant at, sim::StationId id) {
    if (--s.serving < 0) complain(at, id, "somebody leaves who was not served");
  }

  std::vector<Window> windows(Instant at) {
    std::vector<Window> all;
    for (Station& s : stations_) {
      bring_up_to(s, at);
      all.push_back({s.queue_seconds, s.arrivals, s.rejected, s.completions});
    }
    return all;
  }

  void check_journeys(const sim::TrialResult& result, Instant end) const {
    for (std::size_t j = 0; j < result.journeys.size(); ++j) {
      const sim::JourneyResult& journey = result.journeys[j];
      if (network_->journeys[j].followed) continue;
      const std::uint64_t accounted = journey.succeeded + journey.failed + journey.unfinished;
      if (journey.offered != accounted) {
        broken(end, fmt::format("{}: offered {} but {} accounted for", network_->journeys[j].name,
                                journey.offered, accounted));
      }
      // Requests that begin after the window are heard too: the result may have fewer.
      if (journey.offered > began_[j] || journey.succeeded > ended_[j][0] ||
          journey.failed > ended_[j][1]) {
        broken(end, fmt::format("{}: the result counts more than was heard",
                                network_->journeys[j].name));
      }
    }
  }

  void check_stations(const sim::TrialResult& result, Instant end) const {
    // Sums over a task group stand in the rows of its first task.
    std::vector<Window> expected(stations_.size());
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      std::size_t row = i;
      const std::uint32_t g = network_->group_of_station(static_cast<std::uint32_t>(i));
      if (g != sim::kNone) {
        const sim::TaskGroup& group = network_->groups[g];
        row = group.first_station + (i - group.first_station) % group.stations_per_task;
      }
      const Window& a = open_window_[i];
      const Window& b = closed_window_[i];
      expected[row].queue_seconds += b.queue_seconds - a.queue_seconds;
      expected[row].arrivals += b.arrivals - a.arrivals;
      expected[row].rejected += b.rejected - a.rejected;
      expected[row].completions += b.completions - a.completions;
    }
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      const std::uint32_t g = network_->group_of_station(static_cast<std::uint32_t>(i));
      if (g != sim::kNone && i >= network_->groups[g].first_station +
                                      std::size_t{network_->groups[g].stations_per_task}) {
        continue;
      }
      const sim::StationResult& said = result.stations[i];
      const Window& heard = expected[i];
      const std::string& name = network_->stations[i].name;
      if (said.arrivals != heard.arrivals || said.rejected != heard.rejected ||
          said.completions != heard.completions) {
        broken(end, fmt::format("{}: {} arrivals, {} rejected, {} completed, but {}, {}, {} heard",
                                name, said.arrivals, said.rejected, said.completions,
                                heard.arrivals, heard.rejected, heard.completions));
      }
      if (network_->stations[i].kind == sim::StationKind::kShared) continue;
      if (std::abs(said.queue_seconds - heard.queue_seconds) >
          1e-6 * (1 + std::abs(heard.queue_seconds))) {
        broken(end, fmt::format("{}: {} s waited, but {} s heard", name, said.queue_seconds,
                                heard.queue_seconds));
      }
    }
  }

  /// The losses of a stream stand in the order of its openings.
  void check_losses(const sim::TrialResult& result, Instant end) const {
    std::vector<std::size_t> checked(streams_.size(), 0);
    for (const sim::LossResult& loss : result.losses) {
      const std::size_t log = loss.log.index();
      if (log >= streams_.size()) broken(end, "a loss names no copy");
      const std::vector<Stream::Opening>& openings = streams_[log].openings;
      const std::size_t number = checked[log]++;
      if (number >= openings.size()) broken(end, "copies opened and losses differ in number");
      const Stream::Opening& opening = openings[number];
      if (opening.lost != loss.writes_lost) {
        broken(end, fmt::format("{}: {} writes lost, but {} by set difference",
                                network_->logs[log].name, loss.writes_lost, opening.lost));
      }
      const double rpo =
          opening.lost > 0 ? std::max(0.0, (loss.failed_at - opening.earliest).to_seconds()) : 0;
      if (std::abs(rpo - loss.rpo_seconds) > 1e-9) {
        broken(end, fmt::format("RPO {} s, but {} s heard", loss.rpo_seconds, rpo));
      }
    }
    for (std::size_t log = 0; log < streams_.size(); ++log) {
      if (checked[log] != streams_[log].openings.size()) {
        broken(end, "copies opened and losses differ in number");
      }
    }
  }

  const sim::Network* network_;
  std::vector<Station> stations_;
  std::vector<Stream> streams_;
  std::unordered_map<std::uint64_t, Instant> open_;
  std::vector<std::uint64_t> began_;
  std::vector<std::array<std::uint64_t, 2>> ended_;
  std::vector<Window> open_window_;
  std::vector<Window> closed_window_;
};

}  // namespace

std::shared_ptr<sim::Listener> make_full_auditor(const sim::Network& network) {
  return std::make_shared<FullAuditor>(network);
}

}  // namespace lifeboat::audit
