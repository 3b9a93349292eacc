// Where requests come from and where they end: open streams, traces, closed populations, visits,
// customers who come back, probes.
//
// An arrival's luck is keyed by (seed, trial, source, number): the first arrivals of a source are
// the same whatever happens to the platform. Gaps of a time-varying stream come from inverting
// its cumulative rate, piece by piece, against a unit exponential.
#include <algorithm>
#include <cmath>

#include "sim/engine/control_view.hpp"
#include "sim/engine/hot_path.hpp"
#include "sim/network/parts.hpp"
#include "sim/random/law_table.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::uint64_t kGap = hash_name("gap");
constexpr std::uint64_t kFactor = hash_name("factor");
constexpr std::uint64_t kBurst = hash_name("burst");
constexpr std::uint64_t kClient = hash_name("client");
constexpr std::uint64_t kMix = hash_name("mix");
constexpr std::uint64_t kNext = hash_name("next");
constexpr std::uint64_t kThink = hash_name("think");
constexpr std::uint64_t kBack = hash_name("come back");
constexpr std::uint64_t kAfter = hash_name("after");

/// The same customer's next request, not yet begun.
Request following(const Request& ended) {
  Request next;
  next.key = ended.key;
  next.number = ended.number;
  next.journey = ended.journey;
  next.sender = ended.sender;
  next.client = ended.client;
  next.visit = ended.visit;
  next.leg = ended.leg + 1;
  return next;
}

/// The instant so many seconds after t; never, if the clock does not reach so far.
std::int64_t after(std::int64_t t, double seconds) {
  constexpr double kLongest = 4e9;  // with a horizon below a century, t + that still fits
  if (!(seconds < kLongest)) return Instant::never().nanoseconds();
  return t + static_cast<std::int64_t>(seconds * 1e9 + 0.5);
}

}  // namespace

void Engine::restore(const State& state) {
  s_ = state;
  for (std::size_t i = 0; i < s_.sources.size(); ++i) {
    SourceState& source = s_.sources[i];
    const std::uint64_t luck = mix(trial_key_, net_.sources[i].hash);
    if (luck == source.luck) continue;
    source.luck = luck;
    source.key = mix(luck, source.number);
    if (net_.sources[i].kind == Source::Kind::kRate) draw_gap(source);
  }
  for (std::size_t i = 0; i < s_.rate_rules.size(); ++i) {
    s_.rate_rules[i].draw_from(mix(trial_key_, net_.rate_rules[i].hash));
  }
}

void Engine::start_source(std::uint32_t source) {
  const Source& row = net_.sources[source];
  SourceState& state = s_.sources[source];
  state.luck = mix(trial_key_, row.hash);
  if (row.factor.valid()) {
    // The law's unit is one second: a factor of 1 is drawn as a second.
    const std::uint64_t whole = mix(trial_key_, hash_name(whole_of(row.name)));
    state.factor = static_cast<double>(sample(row.factor.index(), mix(whole, kFactor))) * 1e-9;
  }
  state.next = s_.now;
  state.burst_until = s_.now;
  switch (row.kind) {
    case Source::Kind::kRate:
      state.key = mix(state.luck, 0);
      state.gap = sample_unit_exponential(mix(state.key, kGap));
      state.next = next_arrival(source);
      draw_gap(state);
      break;
    case Source::Kind::kStamps:
      while (state.number < row.stamps.size() && row.stamps[state.number] < now()) ++state.number;
      state.key = mix(state.luck, state.number);
      state.next = state.number < row.stamps.size() ? row.stamps[state.number].nanoseconds()
                                                    : Instant::never().nanoseconds();
      break;
    case Source::Kind::kUsers:
      for (std::uint32_t user = 0; user < row.users; ++user) think(source, user, 0);
      state.next = Instant::never().nanoseconds();
      break;
  }
  schedule(net_.source_slot + source, state.next);
}

/// Draws the key of the source's arrival after the next, and the growth of the cumulative rate
/// until then: a unit exponential. Drawn one arrival ahead, since the next event waits for it.
void Engine::draw_gap(SourceState& state) {
  state.key_after = mix(state.luck, state.number + 1);
  state.gap = sample_unit_exponential(mix(state.key_after, kGap));
}

/// The instant after state.next at which the cumulative rate has grown by state.gap.
std::int64_t Engine::next_arrival(std::uint32_t source) {
  const Source& row = net_.sources[source];
  SourceState& state = s_.sources[source];
  const std::vector<Profile::Point>& points = row.rate.points;
  if (points.empty()) return Instant::never().nanoseconds();
  if (points.size() == 1 && row.burst_cv <= 0 && points.front().value > 0) {
    return after(state.next, state.gap / (points.front().value * state.factor));
  }
  return next_arrival_of_profile(row, state, state.gap);
}

std::int64_t Engine::next_arrival_of_profile(const Source& row, SourceState& state, double left) {
  const std::vector<Profile::Point>& points = row.rate.points;
  std::int64_t t = state.next;
  for (;;) {
    if (row.burst_cv > 0 && t >= state.burst_until) {
      // Piecewise constant intensity: a gamma-like factor of mean 1 (lognormal of the given
      // variability), renewed every correlation time.
      const double sigma = std::sqrt(math::log(1 + row.burst_cv * row.burst_cv));
      const double z = math::normal_quantile(
          (static_cast<double>(mix(mix(state.luck, state.burst_number), kBurst) >> 11) + 0.5) *
          0x1p-53);
      state.burst = math::exp(sigma * z - 0.5 * sigma * sigma);
      ++state.burst_number;
      state.burst_until = t + row.burst_correlation.count();
    }
    while (state.point < points.size() && points[state.point].at.nanoseconds() <= t) ++state.point;
    std::int64_t end = state.point < points.size() ? points[state.point].at.nanoseconds()
                                                   : Instant::never().nanoseconds();
    double at_start = points.back().value;
    double slope = 0;  // per second
    if (state.point == 0) {
      at_start = points.front().value;
    } else if (state.point < points.size()) {
      const Profile::Point& a = points[state.point - 1];
      const Profile::Point& b = points[state.point];
      slope = (b.value - a.value) / (b.at - a.at).to_seconds();
      at_start = a.value + slope * static_cast<double>(t - a.at.nanoseconds()) * 1e-9;
    }
    if (row.burst_cv > 0 && state.burst_until < end) end = state.burst_until;
    const double scale = state.factor * (row.burst_cv > 0 ? state.burst : 1.0);
    at_start *= scale;
    slope *= scale;
    if (at_start < 0) at_start = 0;
    const double length =
        end == Instant::never().nanoseconds() ? 1e300 : static_cast<double>(end - t) * 1e-9;
    const double area = slope == 0 ? at_start * length : (at_start + 0.5 * slope * length) * length;
    if (area >= left) {
      // left = a x + s x^2 / 2, solved in the form that does not cancel.
      const double root = std::sqrt(at_start * at_start + 2 * slope * left);
      const double x = 2 * left / (at_start + root);
      return after(t, x < length ? x : length);
    }
    if (end == Instant::never().nanoseconds()) return end;  // the stream has ended
    left -= area;
    t = end;
  }
}

/// A choice by the shares of this instant.
std::size_t Engine::pick_by_share(std::uint32_t index, std::uint64_t bits) {
  const Source& source = net_.sources[index];
  std::vector<Profile::Stretch>& stretches = stretches_[index];
  double sum = 0;
  shares_.resize(source.mix.size());
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    if (!stretches[i].holds(now())) stretches[i] = source.mix[i].share.stretch(now());
    shares_[i] = stretches[i].at(now());
    sum += shares_[i];
  }
  double position = unit(bits) * sum;
  std::size_t pick = 0;
  while (pick + 1 < shares_.size()) {
    position -= shares_[pick];
    if (position < 0) break;
    ++pick;
  }
  return pick;
}

void Engine::pick_mix(std::uint32_t index, std::uint64_t key, Request& request) {
  const Source& source = net_.sources[index];
  if (source.mix.empty()) return;
  std::size_t pick = 0;
  if (const std::vector<double>& sums = source.running_share; !sums.empty()) {
    const double position = sums.size() > 1 ? unit(mix(key, kMix)) * sums.back() : 0;
    pick = static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end() - 1, position) -
                                    sums.begin());
  } else if (source.mix.size() > 1) {
    pick = pick_by_share(index, mix(key, kMix));
  }
  const Source::Choice& choice = source.mix[pick];
  if (choice.visit != kNone) {
    request.visit = static_cast<std::uint16_t>(choice.visit);
    request.journey = net_.visits[choice.visit].start.index();
  } else {
    request.journey = choice.journey.index();
  }
}

void Engine::arrive(std::uint32_t source) {
  const Source& row = net_.sources[source];
  SourceState& state = s_.sources[source];
  const std::uint64_t number = state.number++;
  const std::uint64_t key = state.key;
  if (row.kind == Source::Kind::kRate) {
    state.next = next_arrival(source);
    schedule(net_.source_slot + source, state.next);
    state.key = state.key_after;
    draw_gap(state);
  } else {
    state.key = mix(state.luck, state.number);
    state.next = state.number < row.stamps.size() ? row.stamps[state.number].nanoseconds()
                                                  : Instant::never().nanoseconds();
    schedule(net_.source_slot + source, state.next);
  }
  const std::uint32_t index = s_.requests.allocate();
  Request& request = s_.requests[index];
  request.key = key;
  request.number = number;
  request.sender = source;
  if (net_.clients_matter) {
    request.client = row.first_client +
                     static_cast<std::uint32_t>(uniform_index(mix(key, kClient), row.clients));
  }
  pick_mix(source, key, request);
  start_request(new_token(index));
}

/// Asks the memory for what look-ups of the request's keys will read, as it begins: it lies all
/// over large tables, and the first look-up is some events away.
LIFEBOAT_HOT void Engine::fetch_keys(const Request& request) const {
  for (const std::uint32_t i : spaces_ahead_) {
    const KeySpace& space = net_.key_spaces[i];
    __builtin_prefetch(
        &net_.key_cells[space.first_cell + cell_of(key_bits(request, space), space)]);
  }
}

/// The token's request begins now.
void Engine::start_request(std::uint32_t token) {
  const std::uint32_t index = s_.tokens[token].request;
  Request& request = s_.requests[index];
  request.arrival = s_.now;
  request.begun = true;
  request.measured = recorder_.measured(s_.now);
  fetch_keys(request);
  ++s_.open_requests;
  if (request.measured) ++s_.open_measured;
  recorder_.arrived(request);
  if (listener_ != nullptr) {
    listener_->request_began(now(), JourneyId{request.journey}, mix(request.key, request.leg));
  }
  if (recorder_.detailed() && request.measured) request.detail = recorder_.open_detail();
  const PlanId plan = net_.journeys[request.journey].plan;
  const Cursor at = enter_plan(token, plan, mix(request.key, request.leg));
  if (listener_ != nullptr) tell_call(token, plan, kNone, true);
  run_token(token, at.pc);
}

/// A request like `next` begins after a while.
void Engine::begin_later(const Request& next, std::int64_t delay) {
  const std::uint32_t index = s_.requests.allocate();
  s_.requests[index] = next;
  s_.requests[index].tokens = 0;
  s_.requests[index].next = kNone;
  const std::uint32_t token = new_token(index);
  set_delay(token, delay > 0 ? delay : 1);
}

/// One user of a closed population thinks, then asks.
void Engine::think(std::uint32_t source, std::uint32_t user, std::uint64_t round) {
  const Source& row = net_.sources[source];
  const std::uint64_t key = mix(mix(mix(trial_key_, row.hash), user), round);
  Request next;
  next.key = key;
  next.number = round << 32 | user;
  next.sender = source;
  next.client = row.outsiders ? row.first_client + user % row.clients : user;
  pick_mix(source, key, next);
  begin_later(next, row.think.valid() ? sample(row.think.index(), mix(key, kThink)) : 1);
}

Cause Engine::final_cause(const Request& request, Cause cause) const {
  if (request.resolver == Request::kNoResolver || cause == Cause::kNoCause ||
      cause == Cause::kThrottled || cause == Cause::kRejected || cause == Cause::kBlocked) {
    return cause;
  }
  const bool stale =
      s_.answers[request.resolver].back().region != static_cast<std::int64_t>(request.region);
  return stale ? Cause::kStaleRegion : cause;
}

void Engine::answer(std::uint32_t request, bool good, Cause cause) {
  Request& row = s_.requests[request];
  if (row.answered) return;
  row.answered = true;
  if (row.is_probe) {
    const ProbeResult result{row.number, good, Duration::nanoseconds(s_.now - row.arrival)};
    net_.controllers[row.sender]->answered(s_.controllers.data() + controller_offset_[row.sender],
                                           *views_[row.sender], result);
    return;
  }
  if (row.journey == kNone) return;  // a consumer's own request
  --s_.open_requests;
  if (row.measured) --s_.open_measured;
  if (listener_ != nullptr) {
    listener_->request_ended(now(), JourneyId{row.journey}, mix(row.key, row.leg),
                             Instant::from_nanoseconds(row.arrival), good, final_cause(row, cause));
  }
  if (good) {
    recorder_.succeeded(row.journey, row.arrival, s_.now, row.region);
  } else {
    recorder_.failed(row.journey, row.arrival, s_.now, final_cause(row, cause));
  }
  if (row.detail != kNone) {
    recorder_.close_detail(row, s_.now - row.arrival, good);
    row.detail = kNone;
  }
  go_on(request, good);
}

/// What the customer does next: the visit's next journey, another try later, or thinking.
void Engine::go_on(std::uint32_t ended, bool good) {
  const Request& row = s_.requests[ended];
  const Journey& journey = net_.journeys[row.journey];
  const bool customer = row.sender == kNone || !net_.sources[row.sender].outsiders;
  const bool may_come_back = !good && customer && journey.come_back > 0;
  const bool visits = good && row.visit != Request::kNoVisit;
  if (may_come_back || visits) {
    const std::uint64_t luck = mix(row.key, row.leg + 1);
    if (may_come_back && happens(mix(luck, kBack), journey.come_back)) {
      Request next = following(row);
      next.came_back = true;
      begin_later(next, sample(journey.come_back_after.index(), mix(luck, kAfter)));
      return;
    }
    if (visits) {
      const Visit& visit = net_.visits[row.visit];
      double position = unit(mix(luck, kNext));
      for (const Visit::Next& choice : visit.next[row.journey]) {
        position -= choice.probability;
        if (position >= 0) continue;
        Request next = following(row);
        next.journey = choice.to.index();
        begin_later(next, sample(visit.think.index(), mix(luck, kThink)));
        return;
      }
    }
  }
  if (row.sender != kNone && net_.sources[row.sender].kind == Source::Kind::kUsers) {
    think(row.sender, static_cast<std::uint32_t>(row.number), (row.number >> 32) + 1);
  }
}

void Engine::begin_probe(std::uint32_t controller, PlanId plan, Duration timeout,
                         std::uint64_t cookie, std::uint32_t task) {
  const std::uint64_t key =
      mix(mix(trial_key_, net_.controller_luck[controller]), mix(cookie, ++s_.spontaneous));
  const std::uint32_t index = s_.requests.allocate();
  Request& request = s_.requests[index];
  request.key = key;
  request.number = cookie;
  request.arrival = s_.now;
  request.sender = controller;
  request.is_probe = true;
  const std::uint32_t token = new_token(index);
  const std::uint32_t frame = enter_plan(token, plan, key).frame;
  s_.frames[frame].task = task;
  if (!timeout.is_infinite()) arm(lane_for(timeout), frame, false);
  make_ready(token);
}

}  // namespace lifeboat::sim
