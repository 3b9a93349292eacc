#include "sim/engine/rate_counter.hpp"

#include <algorithm>

#include "sim/engine/hot_path.hpp"
#include "sim/random/luck.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::size_t kFirstTable = 64;
constexpr std::uint64_t kPhase = hash_name("phase");

}  // namespace

std::size_t RateCounter::ticks_of(const RateRule& rule) {
  return static_cast<std::size_t>(rule.window.count() / rule.cadence.count());
}

void RateCounter::start(const RateRule& rule, std::int64_t limit, std::int64_t now,
                        std::uint64_t luck) {
  luck_ = luck;
  limit_ = limit;
  const double phase = unit(mix(luck, kPhase));
  next_look_ =
      now + 1 + static_cast<std::int64_t>(phase * static_cast<double>(rule.cadence.count()));
  ticks_.assign(ticks_of(rule), 0);
  table_.assign(kFirstTable, {});
}

bool RateCounter::count(const RateRule& rule, const LawTable& lag, std::int64_t limit,
                        std::int64_t now, std::uint32_t client) {
  ++seen_;
  look_until(rule, lag, limit, now);
  if (limit_ <= 0) return false;
  asked_.push_back(client);
  ++current_;
  if (clients_.live() == 0) return false;
  const std::uint32_t found = find(client);
  if (found == kNone) return false;
  const Client& row = clients_[found];
  const bool blocked = row.block_at <= now && now < row.unblock_at;
  matched_ += blocked ? 1U : 0U;
  return blocked;
}

void RateCounter::look_until(const RateRule& rule, const LawTable& lag, std::int64_t limit,
                             std::int64_t now) {
  while (next_look_ <= now) {
    if (asked_.empty() && clients_.live() == 0) {  // nothing can change until somebody comes
      const std::int64_t skipped = (now - next_look_) / rule.cadence.count() + 1;
      looks_ += static_cast<std::uint64_t>(skipped);
      next_look_ += skipped * rule.cadence.count();
      break;
    }
    look(rule, lag, next_look_);
    next_look_ += rule.cadence.count();
  }
  if (limit != limit_) {
    empty();
    limit_ = limit;
  }
}

void RateCounter::look(const RateRule& rule, const LawTable& lag, std::int64_t at) {
  std::uint32_t& place = ticks_[looks_ % ticks_.size()];
  const std::span<const std::uint32_t> all = std::span(asked_).subspan(first_);
  const std::span<const std::uint32_t> leaving = all.first(place);
  const std::span<const std::uint32_t> ended = all.last(current_);
  place = current_;
  current_ = 0;
  ++looks_;
  move_window(leaving, ended);
  tell_apart(all.subspan(leaving.size()), ended);
  if (apart_ > 0) {
    compare(leaving);
    compare(ended);
    update_list(rule, lag, at, leaving, ended);
    for_each_apart(leaving, [&](std::uint32_t client) { forget_idle(client, at); });
    forget_lingering(at);
    if (looks_ % ticks_.size() == 0) stand_down(at);
  }
  drop_leaving(leaving.size());
}

void RateCounter::move_window(std::span<const std::uint32_t> leaving,
                              std::span<const std::uint32_t> ended) {
  for (const std::uint32_t index : leaving) --group_of(index).count;
  for (const std::uint32_t index : ended) ++group_of(index).count;
  if (apart_ == 0) return;
  for_each_apart(leaving, [&](std::uint32_t client) { --clients_[client].count; });
  for (const std::uint32_t index : ended) {
    if (group_of(index).apart != 0) ++clients_[find_or_add(index)].count;
  }
}

/// Counts the clients of those groups one by one that have come above the limit by a tick's end.
void RateCounter::tell_apart(std::span<const std::uint32_t> window,
                             std::span<const std::uint32_t> ended) {
  const auto comes_above = [this](std::uint32_t index) {
    const Group& group = group_of(index);
    return group.apart == 0 && static_cast<std::int64_t>(group.count) > limit_;
  };
  if (std::none_of(ended.begin(), ended.end(), comes_above)) return;
  for (const std::uint32_t index : window) {
    if (comes_above(index)) ++clients_[find_or_add(index)].count;
  }
  for (const std::uint32_t index : ended) {
    if (!comes_above(index)) continue;
    group_of(index).apart = 1;
    ++apart_;
  }
}

/// Brings up to date who of a tick's clients is above the limit.
void RateCounter::compare(std::span<const std::uint32_t> clients) {
  for_each_apart(clients, [this](std::uint32_t row) {
    Client& client = clients_[row];
    const bool over = static_cast<std::int64_t>(client.count) > limit_;
    if (over == client.over) return;
    client.over = over;
    over_ += over ? 1U : ~std::uint32_t{0};
  });
}

void RateCounter::update_list(const RateRule& rule, const LawTable& lag, std::int64_t at,
                              std::span<const std::uint32_t> leaving,
                              std::span<const std::uint32_t> ended) {
  const bool was_full = full_;
  full_ = over_ > rule.most_keys;
  if (full_ || was_full) {
    choose_highest(rule, lag, at);
    return;
  }
  for (const std::span<const std::uint32_t> tick : {leaving, ended}) {
    for_each_apart(tick, [&](std::uint32_t row) { put_on_list(row, clients_[row].over, lag, at); });
  }
}

/// All clients above the limit, or as many of the highest counts as fit.
void RateCounter::choose_highest(const RateRule& rule, const LawTable& lag, std::int64_t at) {
  highest_.clear();
  for (const Entry entry : table_) {
    if (entry.row == kNone) continue;
    if (clients_[entry.row].over) {
      highest_.push_back(entry.row);
    } else {
      put_on_list(entry.row, false, lag, at);
    }
  }
  const std::size_t most = std::min<std::size_t>(rule.most_keys, highest_.size());
  const auto higher = [this](std::uint32_t a, std::uint32_t b) {
    if (clients_[a].count != clients_[b].count) return clients_[a].count > clients_[b].count;
    return clients_[a].index < clients_[b].index;
  };
  if (most < highest_.size()) {
    std::nth_element(highest_.begin(), highest_.begin() + static_cast<std::ptrdiff_t>(most),
                     highest_.end(), higher);
  }
  for (std::size_t i = 0; i < highest_.size(); ++i) {
    put_on_list(highest_[i], i < most, lag, at);
  }
}

void RateCounter::put_on_list(std::uint32_t client, bool listed, const LawTable& lag,
                              std::int64_t at) {
  Client& row = clients_[client];
  if (row.listed == listed) return;
  row.listed = listed;
  listed_ += listed ? 1U : ~std::uint32_t{0};
  const std::uint64_t bits = mix(mix(luck_, row.index), looks_);
  const std::int64_t acts = at + lag.sample(bits);
  if (!listed) {
    row.unblock_at = acts;
    return;
  }
  // A block that has not been lifted yet goes on; one that has not begun may begin sooner.
  const bool acting = row.block_at <= at && at < row.unblock_at;
  const bool pending = row.block_at > at && row.block_at != kNever && row.block_at < row.unblock_at;
  if (!acting) row.block_at = pending ? std::min(row.block_at, acts) : acts;
  row.unblock_at = kNever;
}

/// Whether a block of it is acting or under way.
bool RateCounter::may_block(const Client& client, std::int64_t at) {
  return client.block_at < client.unblock_at && client.unblock_at > at && client.block_at != kNever;
}

/// Forgets a client without requests in the window, at once or when its block has been lifted.
void RateCounter::forget_idle(std::uint32_t client, std::int64_t at) {
  Client& row = clients_[client];
  if (row.count > 0 || row.listed || row.lingers) return;
  if (!may_block(row, at)) {
    erase(client);
    return;
  }
  row.lingers = true;
  lingering_.push_back(client);
}

void RateCounter::forget_lingering(std::int64_t at) {
  std::size_t kept = 0;
  for (const std::uint32_t client : lingering_) {
    Client& row = clients_[client];
    const bool back = row.count > 0 || row.listed;
    if (!back && row.unblock_at > at) {
      lingering_[kept++] = client;
      continue;
    }
    row.lingers = false;
    if (!back) erase(client);
  }
  lingering_.resize(kept);
}

/// The oldest requests leave the window. Their room is used again when it is half of all.
void RateCounter::drop_leaving(std::size_t count) {
  first_ += count;
  if (first_ * 2 < asked_.size()) return;
  asked_.erase(asked_.begin(), asked_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

/// Nobody is told apart any more if no group is above the limit and nobody is or may be blocked.
void RateCounter::stand_down(std::int64_t at) {
  if (over_ > 0 || listed_ > 0) return;
  for (const Group& group : groups_) {
    if (static_cast<std::int64_t>(group.count) > limit_) return;
  }
  for (const Entry entry : table_) {
    if (entry.row != kNone && may_block(clients_[entry.row], at)) return;
  }
  forget_all();
}

void RateCounter::forget_all() {
  for (Entry& entry : table_) {
    if (entry.row != kNone) clients_.release(entry.row);
    entry = {};
  }
  for (Group& group : groups_) group.apart = 0;
  apart_ = 0;
  lingering_.clear();
}

/// A change of the rule: every count begins anew, and nobody is blocked.
void RateCounter::empty() {
  forget_all();
  for (Group& group : groups_) group.count = 0;
  std::fill(ticks_.begin(), ticks_.end(), 0U);
  asked_.clear();
  first_ = 0;
  current_ = 0;
  over_ = 0;
  listed_ = 0;
  full_ = false;
}

RateRuleView RateCounter::view() const { return {seen_, matched_, listed_, clients_.live()}; }

std::size_t RateCounter::bytes() const {
  return clients_.bytes() + table_.capacity() * sizeof(Entry) + sizeof(groups_) +
         (asked_.capacity() + ticks_.capacity() + lingering_.capacity() + highest_.capacity()) *
             sizeof(std::uint32_t);
}

// ---- groups, and the table of clients: linear probing, at most half full ------------------------

std::uint64_t RateCounter::hash_of(std::uint32_t index) { return mix(index, 0); }

/// The high bits choose the group, the low ones the place in the table.
RateCounter::Group& RateCounter::group_of(std::uint32_t index) {
  return groups_[uniform_index(hash_of(index), kGroups)];
}

template <class Act>
void RateCounter::for_each_apart(std::span<const std::uint32_t> clients, Act act) {
  for (const std::uint32_t index : clients) {
    if (group_of(index).apart == 0) continue;
    if (const std::uint32_t row = find(index); row != kNone) act(row);
  }
}

std::size_t RateCounter::home_of(std::uint32_t index) const {
  return static_cast<std::size_t>(hash_of(index)) & (table_.size() - 1);
}

std::uint32_t RateCounter::find(std::uint32_t index) const {
  std::size_t at = home_of(index);
  while (table_[at].row != kNone && table_[at].index != index) at = (at + 1) & (table_.size() - 1);
  return table_[at].row;
}

std::uint32_t RateCounter::find_or_add(std::uint32_t index) {
  const std::uint32_t known = find(index);
  if (known != kNone) return known;
  const std::uint32_t client = clients_.allocate();
  clients_[client].index = index;
  if (std::size_t{2} * clients_.live() > table_.size()) {
    const std::vector<Entry> old = std::move(table_);
    table_.assign(2 * old.size(), {});
    for (const Entry entry : old) {
      if (entry.row != kNone) insert(entry);
    }
  }
  insert({index, client});
  return client;
}

void RateCounter::insert(Entry entry) {
  std::size_t at = home_of(entry.index);
  while (table_[at].row != kNone) at = (at + 1) & (table_.size() - 1);
  table_[at] = entry;
}

/// Takes the client out, and moves up those behind it that the gap would hide.
void RateCounter::erase(std::uint32_t client) {
  const std::size_t mask = table_.size() - 1;
  std::size_t gap = home_of(clients_[client].index);
  while (table_[gap].row != client) gap = (gap + 1) & mask;
  for (std::size_t at = (gap + 1) & mask; table_[at].row != kNone; at = (at + 1) & mask) {
    const std::size_t home = home_of(table_[at].index);
    if (((at - home) & mask) < ((at - gap) & mask)) continue;
    table_[gap] = table_[at];
    gap = at;
  }
  table_[gap] = {};
  clients_.release(client);
}

// ---- the engine's side --------------------------------------------------------------------------

std::int64_t Engine::limit_of(std::uint32_t rule) const {
  const RateRule& row = net_.rate_rules[rule];
  return row.limit_register.valid() ? s_.registers[row.limit_register.index()] : row.limit;
}

void Engine::start_rules() {
  s_.rate_rules.resize(net_.rate_rules.size());
  for (std::uint32_t i = 0; i < net_.rate_rules.size(); ++i) {
    const RateRule& row = net_.rate_rules[i];
    s_.rate_rules[i].start(row, limit_of(i), s_.now, mix(trial_key_, row.hash));
  }
}

void Engine::look_at_rule(std::uint32_t rule) {
  const RateRule& row = net_.rate_rules[rule];
  s_.rate_rules[rule].look_until(row, tables_[row.lag.index()], limit_of(rule), s_.now);
}

/// False if the rule blocks the request. Probes (a health checker's) come from many addresses.
bool Engine::passes_rule(const Request& request, std::uint32_t rule) {
  if (request.is_probe) return true;
  const RateRule& row = net_.rate_rules[rule];
  const std::uint32_t client = row.per_client ? request.client : 0;
  const bool matched =
      s_.rate_rules[rule].count(row, tables_[row.lag.index()], limit_of(rule), s_.now, client);
  return !matched || !row.blocks;
}

}  // namespace lifeboat::sim
