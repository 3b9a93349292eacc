// Replication streams and what a failure leaves of business records.
//
// A stream keeps three marks: committed, received, applied. When a write is acknowledged, the
// instants at which it will be received and applied follow from a recursion (nothing ordered
// arrives before what went ahead; one applier works through what has arrived), so shipping costs
// no events. Cutting the stream leaves everything that would have arrived later unreceived.
//
// By a timetable writes wait for the next departure, go together and have one lag. A lag that holds
// is that of its stretch of time, whatever travels. What a log brings to caches is put there when
// somebody looks (caches.cpp): one change a shipment, in the same order.
#include <algorithm>

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::int64_t kNeverNs = std::int64_t{1} << 62;
// How long a record's writes are kept to be put together when a region fails.
constexpr std::int64_t kRecordWindow = Duration::hours(6).count();
constexpr std::uint64_t kTimetable = hash_name("timetable");

/// Of a planned move the source lives on, and what was written there before any stream led away is
/// in the copy that was made of it: writes that no stream carries are safe.
template <class State>
void keep_unshipped(State& state, const Network& net, std::uint32_t log) {
  const RegionId region = net.deployments[net.logs[log].from.index()].region;
  for (auto& writes : state.records) {
    for (auto& write : writes) {
      const bool here = net.deployments[write.deployment].region == region;
      if (here && write.log == kNone && write.buffer == kNone) {
        write.safe_at = std::min(write.safe_at, state.now);
      }
    }
  }
}

/// The number of the first of the instants first + k x every at or after `t`.
std::int64_t next_multiple(std::int64_t t, std::int64_t first, std::int64_t every) {
  const std::int64_t since = t - first;
  return since >= 0 ? (since + every - 1) / every : -(-since / every);
}

}  // namespace

void Engine::start_logs() {
  s_.logs.resize(net_.logs.size());
  s_.shipments.resize(net_.logs.size());
  s_.shipment_head.resize(net_.logs.size());
  s_.cache_changes.resize(net_.logs.size());
  s_.cache_changes_done.resize(net_.logs.size());
  for (std::size_t i = 0; i < net_.logs.size(); ++i) {
    const ReplicationLog& row = net_.logs[i];
    LogState& state = s_.logs[i];
    state.last_received = state.last_applied = state.link_free = s_.now;
    std::uint64_t luck = mix(trial_key_, hash_name(row.name));
    for (const DeploymentId end : {row.from, row.to}) {
      const RegionId region = net_.deployments[end.index()].region;
      luck = mix(luck, hash_name(region.valid() ? net_.regions[region.index()] : std::string{}));
    }
    log_luck_.push_back(luck);
    const Duration every = row.departs_every > Duration{} ? row.departs_every : row.lag_holds;
    state.first_departure = row.departs_at
                                ? row.departs_at->nanoseconds()
                                : static_cast<std::int64_t>(unit(mix(log_luck_[i], kTimetable)) *
                                                            static_cast<double>(every.count()));
  }
}

/// Of a write that was committed at that instant; returns when it will be received.
std::int64_t Engine::ship(std::uint32_t log, std::uint64_t bits, std::uint32_t bytes,
                          std::int64_t committed) {
  const ReplicationLog& row = net_.logs[log];
  LogState& state = s_.logs[log];
  std::vector<Shipment>& list = s_.shipments[log];
  std::uint32_t& head = s_.shipment_head[log];
  if (state.feeds_caches) apply_changes(log);
  while (head < list.size() && list[head].applied <= s_.now) {
    ++head;
    ++state.forgotten;
  }
  if (head > 4096 && head > list.size() / 2) {
    list.erase(list.begin(), list.begin() + head);
    if (state.feeds_caches) forget_changes(log, head);
    head = 0;
  }
  Shipment item;
  item.committed = committed;
  if (state.frozen_at == kShipping) {
    std::int64_t sent = s_.now;
    if (row.departs_every > Duration{}) {
      const std::int64_t every = row.departs_every.count();
      const std::int64_t number = next_multiple(s_.now, state.first_departure, every);
      sent = state.first_departure + number * every;
      bits = mix(log_luck_[log], static_cast<std::uint64_t>(number));
    } else if (row.lag_holds > Duration{}) {
      bits = mix(log_luck_[log], static_cast<std::uint64_t>(next_multiple(
                                     s_.now, state.first_departure, row.lag_holds.count())));
    }
    const std::int64_t lag =
        (row.lag.valid() ? sample(row.lag.index(), bits) : 0) + state.extra_lag;
    if (row.bytes_per_second > 0) {
      // The link carries one write after the other; the lag comes after it, each write's its own.
      sent = std::max(sent, state.link_free) +
             static_cast<std::int64_t>(bytes / row.bytes_per_second * 1e9);
      state.link_free = sent;
    }
    item.received = sent + lag;
    if (row.ordered) item.received = std::max(item.received, state.last_received);
    state.last_received = std::max(state.last_received, item.received);
    item.applied = item.received;
    if (row.apply_per_second > 0) {
      item.applied = std::max(item.received, state.last_applied) +
                     static_cast<std::int64_t>(1e9 / (row.apply_per_second * state.replay));
      state.last_applied = item.applied;
    }
  } else {
    item.received = item.applied = kNeverNs;
  }
  ++state.committed;
  list.push_back(item);
  if (state.feeds_caches) s_.cache_changes[log].emplace_back();
  return item.received;
}

void Engine::tell_committed(std::uint32_t log, std::int64_t committed,
                            std::int64_t received) const {
  if (listener_ == nullptr) return;
  listener_->committed(
      Instant::from_nanoseconds(committed), LogId{log},
      received == kNeverNs ? Instant::never() : Instant::from_nanoseconds(received));
}

void Engine::commit(std::uint32_t token, const Step& step) {
  const Commit& row = net_.commits[step.a];
  const Frame& frame = s_.frames[s_.tokens[token].frame];
  Request& request = s_.requests[s_.tokens[token].request];
  const std::uint64_t bits = bits_of(frame, step);
  CacheChange change;
  change.written = true;
  if (row.cache.valid()) {
    const CacheState& cache = s_.caches[row.cache.index()];
    bring_up_to_date(row.cache.index());
    change.put = key_of(request, net_.key_spaces[cache.key_space]);
    change.dropped = cache_insert(row.cache.index(), change.put);
  }
  RecordWrite write;
  write.safe_at = kNeverNs;
  for (std::size_t i = 0; i < row.logs.size(); ++i) {
    if (!ships(row.logs[i].index())) continue;
    const std::int64_t received = ship(row.logs[i].index(), mix(bits, i), row.bytes, s_.now);
    tell_committed(row.logs[i].index(), s_.now, received);
    note_change(row.cache.index(), row.logs[i].index(), change);
    if (received < write.safe_at || write.log == kNone) write.log = row.logs[i].index();
    write.safe_at = std::min(write.safe_at, received);
  }
  recorder_.committed(row.store);
  if (!row.record.valid()) return;
  const auto bit = static_cast<std::uint8_t>(1U << row.part);
  // A part may be written several times on purpose; it is a duplicate when a retry wrote it again.
  bool retried = false;
  for (std::uint32_t f = s_.tokens[token].frame; f != kNone; f = s_.frames[f].parent) {
    retried = retried || s_.frames[f].attempt > 0;
  }
  if (retried && (request.committed_parts & bit) != 0 && request.measured) {
    ++recorder_.result().records[row.record.index()].duplicate;
  }
  request.committed_parts |= bit;
  write.record = request.key;
  write.committed = s_.now;
  write.part = row.part;
  write.deployment = row.deployment.index();
  write.buffer = row.queue.index();
  s_.records[row.record.index()].push_back(write);
}

/// The source is gone: what was shipped and what was not is noted record by record.
void Engine::freeze_log(std::uint32_t log) {
  LogState& state = s_.logs[log];
  if (state.source_lost_at == kShipping) state.source_lost_at = s_.now;
  pause_log(log);
  records_at_failure(log);
}

void Engine::pause_log(std::uint32_t log) {
  ++s_.logs[log].stops;
  cut_log(log);
}

void Engine::detach_log(std::uint32_t log) {
  s_.logs[log].detached = true;
  cut_log(log);
}

void Engine::cut_log(std::uint32_t log) {
  LogState& state = s_.logs[log];
  if (state.frozen_at != kShipping) return;
  state.frozen_at = s_.now;
  if (listener_ != nullptr) listener_->cut(now(), LogId{log});
  for (Shipment& item : s_.shipments[log]) {
    if (item.received > s_.now) item.received = item.applied = kNeverNs;
  }
  for (std::vector<RecordWrite>& writes : s_.records) {
    for (RecordWrite& write : writes) {
      if (write.log == log && write.safe_at > s_.now) write.safe_at = kNeverNs;
    }
  }
}

void Engine::thaw_log(std::uint32_t log) {
  LogState& state = s_.logs[log];
  if (state.stops > 0) --state.stops;
  if (state.stops == 0 && !state.detached && !state.opened) ship_again(log);
}

/// What waited is shipped again from now on, in order.
void Engine::ship_again(std::uint32_t log) {
  LogState& state = s_.logs[log];
  if (state.frozen_at == kShipping) return;
  const std::int64_t cut = state.frozen_at;
  state.frozen_at = state.source_lost_at = kShipping;
  // Nothing of what had not arrived is on the way, or replayed, any more.
  state.last_received = std::min(state.last_received, s_.now);
  state.link_free = std::min(state.link_free, s_.now);
  state.last_applied = 0;
  for (const Shipment& item : s_.shipments[log]) {
    if (item.received != kNeverNs) state.last_applied = std::max(state.last_applied, item.applied);
  }
  if (listener_ != nullptr) listener_->thawed(now(), LogId{log});
  std::vector<Shipment> again;
  std::vector<CacheChange> changes;
  const std::vector<CacheChange>& all = s_.cache_changes[log];
  for (std::size_t i = 0; i < s_.shipments[log].size(); ++i) {
    const Shipment& item = s_.shipments[log][i];
    if (item.received != kNeverNs) continue;
    again.push_back(item);
    if (!all.empty()) changes.push_back(all[i]);
  }
  // A log in order: what waits stands at its end.
  s_.cache_changes[log].resize(all.size() - changes.size());
  std::erase_if(s_.shipments[log], [](const Shipment& item) { return item.received == kNeverNs; });
  s_.shipment_head[log] = std::min<std::uint32_t>(
      s_.shipment_head[log], static_cast<std::uint32_t>(s_.shipments[log].size()));
  state.committed -= again.size();
  std::vector<std::pair<std::int64_t, std::int64_t>> arrives;  // commit and receipt
  for (std::size_t i = 0; i < again.size(); ++i) {
    const std::int64_t committed = again[i].committed;
    const std::int64_t received =
        ship(log, mix(static_cast<std::uint64_t>(committed), trial_key_), 0, committed);
    if (changes.empty() || changes[i].written) tell_committed(log, committed, received);
    if (!changes.empty()) s_.cache_changes[log].back() = changes[i];
    arrives.emplace_back(committed, received);
  }
  std::sort(arrives.begin(), arrives.end());
  // What was not safe at an earlier failure is on its way again: it comes home.
  for (RecordAtFailure& record : s_.failed_records) {
    if (record.unsafe_log == log) record.unsafe_log = kNone;
  }
  for (std::vector<RecordWrite>& writes : s_.records) {
    for (RecordWrite& write : writes) {
      if (write.log != log || write.safe_at <= cut) continue;
      const auto found =
          std::lower_bound(arrives.begin(), arrives.end(), std::pair(write.committed, INT64_MIN));
      if (found != arrives.end() && found->first == write.committed) write.safe_at = found->second;
    }
  }
}

void Engine::open_copy(std::uint32_t log, std::int64_t failed_at) {
  LogState& state = s_.logs[log];
  if (state.opened) return;
  cut_log(log);
  if (failed_at == s_.now) keep_unshipped(s_, net_, log);
  records_at_failure(log);
  // Items that travel alone are merged when their source is back, unless the copies part for good.
  state.opened = net_.logs[log].ordered || net_.logs[log].parts;
  if (listener_ != nullptr) listener_->opened(now(), LogId{log});
  LossResult loss;
  loss.log = LogId{log};
  loss.failed_at = Instant::from_nanoseconds(failed_at);
  loss.opened_at = now();
  std::int64_t earliest = kNeverNs;
  const std::vector<CacheChange>& changes = s_.cache_changes[log];
  for (std::size_t i = 0; i < s_.shipments[log].size(); ++i) {
    const Shipment& item = s_.shipments[log][i];
    if (item.received != kNeverNs) continue;
    if (!changes.empty() && !changes[i].written) continue;  // an operator's: no write
    ++loss.writes_lost;
    earliest = std::min(earliest, item.committed);
  }
  if (loss.writes_lost > 0) {
    loss.rpo_seconds = static_cast<double>(std::max<std::int64_t>(failed_at - earliest, 0)) * 1e-9;
  }
  recorder_.result().losses.push_back(loss);
  state.detached = false;
  if (state.stops == 0 && !state.opened) ship_again(log);
}

/// What these deployments hold does not come back with them.
void Engine::lose_data(const std::vector<DeploymentId>& deployments) {
  for (std::uint32_t region = 0; region < net_.regions.size(); ++region) {
    std::vector<bool> gone(net_.deployments.size());
    bool any = false;
    for (const DeploymentId id : deployments) {
      if (net_.deployments[id.index()].region != RegionId(region)) continue;
      gone[id.index()] = any = true;
    }
    if (any) note_records(region, gone, true);
  }
}

/// The source of the stream is gone, and so is whatever is down in its region.
void Engine::records_at_failure(std::uint32_t log) {
  const std::uint32_t source = net_.logs[log].from.index();
  const RegionId region = net_.deployments[source].region;
  std::vector<bool> gone(net_.deployments.size());
  for (std::uint32_t d = 0; d < gone.size(); ++d) {
    gone[d] = d == source || (net_.deployments[d].region == region && s_.gates[d].down);
  }
  note_records(region.index(), gone, false);
}

/// Puts together what stands of each record of which a write is in the region, at the instant at
/// which some of its deployments are gone: what the others hold is safe. Once for an instant and
/// what is gone.
void Engine::note_records(std::uint32_t region, const std::vector<bool>& gone, bool destroyed) {
  std::uint64_t hash = destroyed ? 1 : 0;
  for (std::uint32_t d = 0; d < gone.size(); ++d) hash = gone[d] ? mix(hash, d + 1) : hash;
  std::erase_if(s_.records_noted, [this](const RecordsNoted& n) { return n.at != s_.now; });
  for (const RecordsNoted& noted : s_.records_noted) {
    if (noted.region == region && noted.gone == hash) return;
  }
  s_.records_noted.push_back({s_.now, region, hash});
  const std::vector<std::uint64_t> waiting = messages_in(gone);
  for (std::uint32_t c = 0; c < net_.record_classes.size(); ++c) {
    std::vector<RecordWrite> writes;
    for (const RecordWrite& w : s_.records[c]) {
      if (net_.deployments[w.deployment].region == RegionId(region)) writes.push_back(w);
    }
    std::stable_sort(writes.begin(), writes.end(), [](const RecordWrite& a, const RecordWrite& b) {
      return a.record < b.record;
    });
    std::vector<KnownRecord> known;
    for (std::uint32_t i = 0; i < s_.failed_records.size(); ++i) {
      if (s_.failed_records[i].record_class == c)
        known.emplace_back(s_.failed_records[i].record, i);
    }
    std::sort(known.begin(), known.end());
    for (std::size_t i = 0; i < writes.size();) {
      RecordAtFailure record;
      record.record = writes[i].record;
      record.record_class = c;
      for (; i < writes.size() && writes[i].record == record.record; ++i) {
        const RecordWrite& w = writes[i];
        const auto bit = static_cast<std::uint8_t>(1U << w.part);
        if (w.buffer != kNone) {
          const bool waits =
              std::binary_search(waiting.begin(), waiting.end(), mix(w.record, w.buffer));
          (waits ? record.waiting_parts : record.safe_parts) |= bit;
        } else if (!gone[w.deployment] || w.safe_at <= s_.now) {
          record.safe_parts |= bit;
        } else {
          record.unsafe_parts |= bit;
          if (w.log != kNone) record.unsafe_log = w.log;
        }
      }
      const auto missing = static_cast<std::uint8_t>(record.unsafe_parts | record.waiting_parts);
      if (missing == 0) continue;
      if (destroyed) record.destroyed_parts = missing;
      note_record(record, known);
    }
  }
}

/// Keys of requests whose messages wait in what is gone, each with the buffer that it was put in.
std::vector<std::uint64_t> Engine::messages_in(const std::vector<bool>& gone) const {
  std::vector<std::uint64_t> waiting;
  for (std::uint32_t b = 0; b < net_.buffers.size(); ++b) {
    if (!gone[net_.buffers[b].deployment.index()]) continue;
    // A dead letter is still the message that was put where it came from.
    std::vector<std::uint32_t> put_in{b};
    for (std::uint32_t from = 0; from < net_.buffers.size(); ++from) {
      if (net_.buffers[from].dead_letters == BufferId(b)) put_in.push_back(from);
    }
    const auto note = [&](std::uint32_t head) {
      for (std::uint32_t m = head; m != kNone; m = s_.messages[m].next) {
        const std::uint64_t key = s_.requests[s_.messages[m].request].key;
        for (const std::uint32_t buffer : put_in) waiting.push_back(mix(key, buffer));
      }
    };
    note(s_.buffers[b].head);
    note(s_.buffers[b].hidden_head);
    for_each_group(b, [&](const MessageGroup& group) { note(group.head); });
  }
  std::sort(waiting.begin(), waiting.end());
  return waiting;
}

/// A record counts once: what an earlier failure found of it is brought up to date.
void Engine::note_record(const RecordAtFailure& record, const std::vector<KnownRecord>& known) {
  const auto found = std::lower_bound(known.begin(), known.end(), KnownRecord(record.record, 0));
  if (found == known.end() || found->first != record.record) {
    s_.failed_records.push_back(record);
    return;
  }
  RecordAtFailure& row = s_.failed_records[found->second];
  const auto missing = static_cast<std::uint8_t>(record.unsafe_parts | record.waiting_parts);
  row.safe_parts = static_cast<std::uint8_t>((row.safe_parts & ~missing) | record.safe_parts);
  row.unsafe_parts |= record.unsafe_parts;
  row.waiting_parts |= record.waiting_parts;
  row.destroyed_parts |= record.destroyed_parts;
  if (record.unsafe_log != kNone) row.unsafe_log = record.unsafe_log;
}

/// At the end of the trial it is known which copies opened without what they lacked.
void Engine::settle_records() {
  for (const RecordAtFailure& record : s_.failed_records) {
    RecordLoss& loss = recorder_.result().records[record.record_class];
    const bool opened = record.unsafe_log != kNone && s_.logs[record.unsafe_log].opened;
    const int lost = record.destroyed_parts | (opened ? record.unsafe_parts : 0);
    const int left = record.safe_parts | ((record.unsafe_parts | record.waiting_parts) & ~lost);
    if (lost == 0) {
      ++loss.stranded;
    } else {
      ++(left != 0 ? loss.torn : loss.lost);
    }
  }
  for (std::size_t b = 0; b < net_.buffers.size(); ++b) {
    const BufferState& state = s_.buffers[b];
    BufferResult& result = recorder_.result().buffers[b];
    result.put = state.put;
    result.acknowledged = state.acknowledged;
    result.redelivered = state.redelivered;
    result.dead_lettered = state.dead_lettered;
    result.expired = state.expired;
    result.left = state.visible + state.hidden;
  }
}

/// Forgets writes that no failure can need any more.
void Engine::prune_records() {
  for (std::vector<RecordWrite>& writes : s_.records) {
    std::size_t old = 0;
    while (old < writes.size() && writes[old].committed < s_.now - kRecordWindow &&
           (writes[old].safe_at <= s_.now || writes[old].buffer != kNone)) {
      ++old;
    }
    if (old > 1024) writes.erase(writes.begin(), writes.begin() + static_cast<std::ptrdiff_t>(old));
  }
}

}  // namespace lifeboat::sim
