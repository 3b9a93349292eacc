// Fetches for a cache: one at a time for each key, and whoever comes meanwhile waits for it.
//
// A fetch is a branch of the request that began it, under a join of its own that stands in a table
// by cache and key while the branch is at work. All who wait, the first one included, are in the
// join's line; they leave it when their time is up or a fault cuts them off, and the branch goes
// on.
#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {

/// Head of the list in which a fetch of that key stands, if it is under way.
std::uint32_t& Engine::fetch_bucket(std::uint32_t cache, std::uint32_t key) {
  const std::uint64_t hash = mix(cache, key);
  return s_.fetches[hash & (s_.fetches.size() - 1)];
}

/// Twice as many buckets.
void Engine::widen_fetches() {
  std::vector<std::uint32_t> before(s_.fetches.empty() ? 16 : 2 * s_.fetches.size(), kNone);
  before.swap(s_.fetches);
  for (std::uint32_t head : before) {
    while (head != kNone) {
      JoinState& row = s_.joins[head];
      const std::uint32_t rest = row.chain;
      std::uint32_t& bucket = fetch_bucket(row.cache, row.key);
      row.chain = bucket;
      bucket = head;
      head = rest;
    }
  }
}

void Engine::step_fetch(std::uint32_t token, const Step& step) {
  const std::uint32_t request = s_.tokens[token].request;
  const std::uint32_t key =
      key_of(s_.requests[request], net_.key_spaces[s_.caches[step.b].key_space]);
  if (s_.fetching == s_.fetches.size()) widen_fetches();
  std::uint32_t join = fetch_bucket(step.b, key);
  while (join != kNone && (s_.joins[join].cache != step.b || s_.joins[join].key != key)) {
    join = s_.joins[join].chain;
  }
  if (join == kNone) {
    join = s_.joins.allocate();
    std::uint32_t& bucket = fetch_bucket(step.b, key);
    JoinState& row = s_.joins[join];
    row.left = row.need = 1;
    row.cache = step.b;
    row.key = key;
    row.request = request;
    row.chain = bucket;
    bucket = join;
    ++s_.fetching;
    const std::uint32_t parent = s_.tokens[token].frame;
    const std::uint32_t child = new_token(request);
    const Cursor at = enter_plan(child, PlanId{step.a}, bits_of(s_.frames[parent], step));
    Frame& frame = s_.frames[at.frame];
    frame.join = join;
    if (frame.deployment == s_.frames[parent].deployment) frame.task = s_.frames[parent].task;
    if (listener_ != nullptr) tell_call(child, PlanId{step.a}, parent, true);
    make_ready(child);
  }
  JoinState& row = s_.joins[join];
  Token& t = s_.tokens[token];
  t.place = Place::kJoin;
  t.where = join;
  t.since = s_.now;
  t.next = kNone;
  t.prev = row.last;
  (row.last == kNone ? row.token : s_.tokens[row.last].next) = token;
  row.last = token;
}

/// Takes the token out of its fetch's line.
void Engine::leave_fetch(std::uint32_t token) {
  const Token& t = s_.tokens[token];
  JoinState& row = s_.joins[t.where];
  (t.prev == kNone ? row.token : s_.tokens[t.prev].next) = t.next;
  (t.next == kNone ? row.last : s_.tokens[t.next].prev) = t.prev;
}

void Engine::fetch_ended(std::uint32_t join, bool good, Cause cause) {
  const JoinState ended = s_.joins[join];
  std::uint32_t* link = &fetch_bucket(ended.cache, ended.key);
  while (*link != join) link = &s_.joins[*link].chain;
  *link = ended.chain;
  --s_.fetching;
  s_.joins.release(join);
  for (std::uint32_t token = ended.token; token != kNone;) {
    Token& t = s_.tokens[token];
    const std::uint32_t next = t.next;
    const Step& step = net_.steps[t.pc];
    // What the fetch itself has spent is its own request's already.
    if (t.request != ended.request) spent_in(s_.frames[t.frame], t, s_.now - t.since, 0);
    t.place = Place::kRunning;
    bool runs_on = true;
    if (good) {
      ++t.pc;
    } else if (step.c != kNone) {
      t.pc = step.c;
    } else {
      runs_on = fail(token, cause);
    }
    if (runs_on) make_ready(token);
    token = next;
  }
}

}  // namespace lifeboat::sim
