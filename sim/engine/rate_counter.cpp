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
  ticks_.assign(ticks_of(rule), kNone);
  table_.assign(kFirstTable, {});
}

bool RateCounter::count(const RateRule& rule, const LawTable& lag, std::int64_t limit,
                        std::int64_t now, std::uint32_t client) {
  ++seen_;
  look_until(rule, lag, limit, now);
  if (limit_ <= 0) return false;
  const std::uint32_t found = find_or_add(client);
  Client& row = clients_[found];
  if (row.current++ == 0) {
    const std::uint32_t tally = tallies_.allocate();
    tallies_[tally].client = found;
    tallies_[tally].next = open_;
    open_ = tally;
  }
  const bool blocked = row.block_at <= now && now < row.unblock_at;
  matched_ += blocked ? 1U : 0U;
  return blocked;
}

void RateCounter::look_until(const RateRule& rule, const LawTable& lag, std::int64_t limit,
                             std::int64_t now) {
  while (next_look_ <= now) {
    if (clients_.live() == 0) {  // nothing can change until somebody comes
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
  const std::uint32_t leaving = place;
  const std::uint32_t ended = open_;
  place = ended;
  open_ = kNone;
  ++looks_;
  move_window(leaving, ended);
  compare(leaving);
  compare(ended);
  update_list(rule, lag, at, leaving, ended);
  for (std::uint32_t t = leaving; t != kNone; t = tallies_[t].next) {
    forget_idle(tallies_[t].client, at);
  }
  release_tallies(leaving);
  forget_lingering(at);
}

void RateCounter::move_window(std::uint32_t leaving, std::uint32_t ended) {
  for (std::uint32_t t = leaving; t != kNone; t = tallies_[t].next) {
    clients_[tallies_[t].client].count -= tallies_[t].count;
  }
  for (std::uint32_t t = ended; t != kNone; t = tallies_[t].next) {
    Client& client = clients_[tallies_[t].client];
    tallies_[t].count = client.current;
    client.count += client.current;
    client.current = 0;
  }
}

/// Brings up to date who of a tick's clients is above the limit.
void RateCounter::compare(std::uint32_t first) {
  for (std::uint32_t t = first; t != kNone; t = tallies_[t].next) {
    Client& client = clients_[tallies_[t].client];
    const bool over = static_cast<std::int64_t>(client.count) > limit_;
    if (over == client.over) continue;
    client.over = over;
    over_ += over ? 1U : ~std::uint32_t{0};
  }
}

void RateCounter::update_list(const RateRule& rule, const LawTable& lag, std::int64_t at,
                              std::uint32_t leaving, std::uint32_t ended) {
  const bool was_full = full_;
  full_ = over_ > rule.most_keys;
  if (full_ || was_full) {
    choose_highest(rule, lag, at);
    return;
  }
  for (const std::uint32_t first : {leaving, ended}) {
    for (std::uint32_t t = first; t != kNone; t = tallies_[t].next) {
      put_on_list(tallies_[t].client, clients_[tallies_[t].client].over, lag, at);
    }
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
  const std::int64_t acts = at + (lag.is_constant() ? lag.constant_ns() : lag.sample(bits));
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

/// Forgets a client without requests in the window, at once or when its block has been lifted.
void RateCounter::forget_idle(std::uint32_t client, std::int64_t at) {
  Client& row = clients_[client];
  if (row.count > 0 || row.current > 0 || row.listed || row.lingers) return;
  const bool blocks_yet =
      row.block_at < row.unblock_at && row.unblock_at > at && row.block_at != kNever;
  if (!blocks_yet) {
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
    const bool back = row.count > 0 || row.current > 0 || row.listed;
    if (!back && row.unblock_at > at) {
      lingering_[kept++] = client;
      continue;
    }
    row.lingers = false;
    if (!back) erase(client);
  }
  lingering_.resize(kept);
}

/// A change of the rule: every count begins anew, and nobody is blocked.
void RateCounter::empty() {
  for (std::uint32_t& first : ticks_) {
    release_tallies(first);
    first = kNone;
  }
  release_tallies(open_);
  open_ = kNone;
  for (Entry& entry : table_) {
    if (entry.row != kNone) clients_.release(entry.row);
    entry = {};
  }
  lingering_.clear();
  over_ = 0;
  listed_ = 0;
  full_ = false;
}

void RateCounter::release_tallies(std::uint32_t first) {
  while (first != kNone) {
    const std::uint32_t next = tallies_[first].next;
    tallies_.release(first);
    first = next;
  }
}

RateRuleView RateCounter::view() const { return {seen_, matched_, listed_, clients_.live()}; }

std::size_t RateCounter::bytes() const {
  return clients_.bytes() + tallies_.bytes() + table_.capacity() * sizeof(Entry) +
         (ticks_.capacity() + lingering_.capacity() + highest_.capacity()) * sizeof(std::uint32_t);
}

// ---- the table of clients: linear probing, at most half full ------------------------------------

std::size_t RateCounter::home_of(std::uint32_t index) const {
  return static_cast<std::size_t>(mix(index, 0)) & (table_.size() - 1);
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
