#include "sim/audit/interval_audit.hpp"

#include <stdexcept>
#include <string>

#include "sim/engine/used_stations.hpp"

namespace lifeboat::sim {
namespace {

[[noreturn]] void broken(const State& state, const std::string& place, const std::string& law,
                         std::uint64_t left, std::uint64_t right) {
  throw std::logic_error("audit: " + place + ": " + law + " (" + std::to_string(left) +
                         " against " + std::to_string(right) + ") at " + std::to_string(state.now) +
                         " ns");
}

void audit_station(const Network& network, const State& state, std::size_t i) {
  const StationState& station = state.stations[i];
  const StationCount& count = state.counts[i];
  const std::string& name = network.stations[i].name;
  const std::uint64_t accounted =
      count.rejected + station.queued + station.in_service + count.completions + count.abandoned;
  if (count.arrivals != accounted) {
    broken(state, name, "arrivals = rejected + inside + completed + abandoned", count.arrivals,
           accounted);
  }
  const bool shared = network.station_rows[i].kind == StationKind::kShared;
  std::uint64_t linked = 0;
  if (!shared) {
    for (std::uint32_t t = station.head; t != kNone; t = state.tokens[t].next) ++linked;
    if (linked != station.queued) {
      broken(state, name, "queue length = tokens linked", station.queued, linked);
    }
  }
  // Little's law in integers: area = waits of those who left + waits so far of those inside.
  const std::uint64_t inside = shared ? station.in_service : station.queued;
  const auto area = static_cast<std::uint64_t>(state.totals[i].queue) + station.queue_area +
                    inside * static_cast<std::uint64_t>(state.now - station.last);
  const std::uint64_t waits =
      count.wait_sum + inside * static_cast<std::uint64_t>(state.now) - count.since_sum;
  if (area != waits) broken(state, name, "area under the queue = sum of waits", area, waits);
}

}  // namespace

void audit_interval(const Network& network, const State& state) {
  for_each_used_station(network, state, [&](std::uint32_t i) { audit_station(network, state, i); });
  std::uint64_t open = 0;
  for (std::uint32_t r = 0; r < state.requests.extent(); ++r) {
    const Request& request = state.requests[r];
    if (request.tokens > 0 && request.journey != kNone && !request.answered && request.begun) {
      ++open;
    }
  }
  std::uint64_t messages = 0;
  for (std::size_t b = 0; b < state.buffers.size(); ++b) {
    const BufferState& buffer = state.buffers[b];
    if (network.buffers[b].follows != kNone) messages += buffer.visible + buffer.hidden;
    const std::uint64_t accounted = buffer.acknowledged + buffer.dead_lettered + buffer.expired +
                                    buffer.visible + buffer.hidden;
    if (buffer.put != accounted) {
      broken(state, network.buffers[b].name, "put = acknowledged + dead letters + expired + inside",
             buffer.put, accounted);
    }
  }
  if (open + messages != state.open_requests) {
    broken(state, "requests", "open = unanswered", state.open_requests, open + messages);
  }
}

}  // namespace lifeboat::sim
