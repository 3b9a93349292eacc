#include "reports/recovery/recovery.hpp"

#include <algorithm>
#include <optional>

#include "reports/seconds.hpp"

namespace lifeboat::reports {

using sim::Duration;
using sim::Instant;

namespace {

/// How many fine bins make one of the rule's, at least 1.
std::size_t fine_per_bin(Duration bin, Duration width) {
  const std::int64_t whole = bin / width;
  const bool exact = width * whole == bin;
  return static_cast<std::size_t>(std::max<std::int64_t>(1, whole + (exact ? 0 : 1)));
}

bool exceeds(const JudgedBin& bin, const RecoveryRule& rule) {
  const auto bad = static_cast<double>(bin.bad);
  // 1 - 0.9 is a little below 0.1: three of thirty do not exceed a tenth.
  const double allowed = (1 - rule.good) * static_cast<double>(bin.offered) * (1 + 1e-9);
  return bad > allowed && bad > rule.slack;
}

/// A run of bad bins with what follows, up to the recovery.
struct Breach {
  Instant from;
  Instant recovered = Instant::never();
};

/// Splits judged bins into breaches: each begins with a bad bin and ends where a run of good bins
/// that lasts `hold` begins.
std::vector<Breach> breaches_of(std::span<const JudgedBin> bins, Duration hold) {
  std::vector<Breach> breaches;
  bool open = false;
  Instant good_since = Instant::never();
  for (const JudgedBin& bin : bins) {
    if (bin.is_bad) {
      if (!open) breaches.push_back({.from = bin.from});
      open = true;
      good_since = Instant::never();
    } else if (open) {
      if (good_since.is_never()) good_since = bin.from;
      if (bin.to - good_since >= hold) {
        breaches.back().recovered = good_since;
        open = false;
      }
    }
  }
  return breaches;
}

Instant start_of_bin(Instant at, Duration bin) {
  return Instant::origin() + bin * ((at - Instant::origin()) / bin);
}

/// The last instant at which a breach may begin and still belong to the fault.
Instant attribution_end(const FaultSpan& fault, const RecoveryRule& rule) {
  if (rule.attribution) return fault.from + *rule.attribution;
  return fault.to + Duration::hours(1);
}

/// One fault's share of a journey's story.
struct Incident {
  RecoveryOutcome outcome = RecoveryOutcome::kNotBreached;
  const Breach* breach = nullptr;
};

class Assessment {
 public:
  /// The faults in order of their starts.
  Assessment(std::span<const Breach> breaches, std::span<const FaultSpan> faults, Instant end,
             Duration bin, const RecoveryRule& rule)
      : breaches_(breaches), end_(end), bin_(bin), rule_(rule), claimed_(breaches.size(), false) {
    for (const Breach& breach : breaches) owners_.push_back(owner_of(breach, faults));
    for (std::size_t f = 0; f < faults.size(); ++f) add(faults[f], f);
  }

  [[nodiscard]] Recovery result(Instant first_fault) const {
    Recovery whole = worst_;
    if (whole.outcome == RecoveryOutcome::kNoFault) return whole;
    for (std::size_t i = 0; i < breaches_.size(); ++i) {
      if (!claimed_[i] && breaches_[i].from > first_fault && any_claimed_before(i)) {
        ++whole.relapses;
      }
    }
    return whole;
  }

 private:
  /// The last fault in whose time the breach begins: an earlier one's may be longer.
  [[nodiscard]] std::optional<std::size_t> owner_of(const Breach& breach,
                                                    std::span<const FaultSpan> faults) const {
    std::optional<std::size_t> owner;
    for (std::size_t f = 0; f < faults.size(); ++f) {
      const bool begun = breach.from >= begun_of(faults[f].from);
      if (begun && breach.from <= attribution_end(faults[f], rule_)) owner = f;
    }
    return owner;
  }

  void add(const FaultSpan& fault, std::size_t number) {
    const Instant begun = begun_of(fault.from);
    for (std::size_t i = 0; i < breaches_.size(); ++i) {
      const Breach& breach = breaches_[i];
      const bool lasts = breach.recovered.is_never() || breach.recovered + rule_.hold > begun;
      if (breach.from < begun && lasts) {
        if (!claimed_[i]) note(fault, {RecoveryOutcome::kAlreadyFailing, &breach});
        return;  // claimed: part of an earlier fault's incident
      }
    }
    for (std::size_t i = 0; i < breaches_.size(); ++i) {
      const Breach& breach = breaches_[i];
      if (claimed_[i] || owners_[i] != number) continue;
      claimed_[i] = true;
      note(fault,
           {breach.recovered.is_never() ? RecoveryOutcome::kCensored : RecoveryOutcome::kRecovered,
            &breach});
      return;
    }
    note(fault, {});
  }

  /// The start of the first bin that counts as after a fault.
  [[nodiscard]] Instant begun_of(Instant fault) const {
    return fault.is_never() ? fault : start_of_bin(fault - rule_.inside, bin_);
  }

  [[nodiscard]] bool any_claimed_before(std::size_t i) const {
    return std::find(claimed_.begin(), claimed_.begin() + static_cast<std::ptrdiff_t>(i), true) !=
           claimed_.begin() + static_cast<std::ptrdiff_t>(i);
  }

  void note(const FaultSpan& fault, const Incident& incident) {
    Recovery found;
    found.outcome = incident.outcome;
    found.fault_at = fault.from;
    if (incident.breach != nullptr) {
      found.breached_at = incident.breach->from;
      found.recovered_at = incident.breach->recovered;
      const Instant until = found.recovered_at.is_never() ? end_ : found.recovered_at;
      found.rto = std::max(Duration{}, until - fault.from);
    }
    const Recovery both[] = {worst_, found};
    worst_ = latest_recovery(both);
  }

  std::span<const Breach> breaches_;
  Instant end_;
  Duration bin_;
  const RecoveryRule& rule_;
  std::vector<std::optional<std::size_t>> owners_;  // by breach, the number of its fault
  std::vector<bool> claimed_;
  Recovery worst_;
};

/// Higher is worse; see latest_recovery.
int rank(RecoveryOutcome outcome) {
  switch (outcome) {
    case RecoveryOutcome::kNoFault:
      return 0;
    case RecoveryOutcome::kNotBreached:
      return 1;
    case RecoveryOutcome::kRecovered:
      return 2;
    case RecoveryOutcome::kAlreadyFailing:
      return 3;
    case RecoveryOutcome::kCensored:
      return 4;
  }
  return 0;
}

}  // namespace

std::string_view name_of(RecoveryOutcome outcome) {
  switch (outcome) {
    case RecoveryOutcome::kNoFault:
      return "no fault";
    case RecoveryOutcome::kNotBreached:
      return "not breached";
    case RecoveryOutcome::kRecovered:
      return "recovered";
    case RecoveryOutcome::kAlreadyFailing:
      return "already failing";
    case RecoveryOutcome::kCensored:
      return "censored";
  }
  return "";
}

std::vector<JudgedBin> judge_bins(std::span<const sim::ArrivalBin> series, Duration width,
                                  Instant end, const RecoveryRule& rule,
                                  std::span<const Instant> cuts) {
  std::vector<JudgedBin> judged;
  if (width <= Duration{}) return judged;
  const std::size_t per_bin = fine_per_bin(rule.bin, width);
  const Duration bin = width * static_cast<std::int64_t>(per_bin);
  JudgedBin open;
  bool is_open = false;
  const auto close = [&] {
    open.is_bad = exceeds(open, rule);
    judged.push_back(open);
    is_open = false;
  };
  std::size_t cut = 0;
  for (std::size_t first = 0; first < series.size(); first += per_bin) {
    const Instant from = Instant::origin() + width * static_cast<std::int64_t>(first);
    if (from >= end) break;
    bool at_cut = false;
    while (cut < cuts.size() && start_of_bin(cuts[cut], bin) <= from) {
      at_cut = at_cut || start_of_bin(cuts[cut], bin) == from;
      ++cut;
    }
    if (is_open && at_cut) close();
    if (!is_open) open = {.from = from, .to = from};
    is_open = true;
    open.to = std::min(end, from + bin);
    const std::size_t last = std::min(series.size(), first + per_bin);
    for (std::size_t i = first; i < last; ++i) {
      open.offered += series[i].offered;
      open.bad += series[i].offered - std::min(series[i].good, series[i].offered);
    }
    if (open.offered >= rule.min_requests) close();
  }
  if (is_open) close();
  return judged;
}

Recovery assess_recovery(std::span<const sim::ArrivalBin> series, Duration width, Instant end,
                         std::span<const FaultSpan> faults, const RecoveryRule& rule) {
  std::vector<FaultSpan> within;
  std::vector<Instant> cuts;
  for (const FaultSpan& fault : faults) {
    if (fault.from >= end || fault.from < Instant::origin()) continue;
    within.push_back(fault);
    cuts.push_back(fault.from - rule.inside);
  }
  if (within.empty() || width <= Duration{}) return {};
  const std::vector<JudgedBin> bins = judge_bins(series, width, end, rule, cuts);
  const std::vector<Breach> breaches = breaches_of(bins, rule.hold);
  const Duration bin = width * static_cast<std::int64_t>(fine_per_bin(rule.bin, width));
  return Assessment(breaches, within, end, bin, rule).result(within.front().from);
}

Recovery latest_recovery(std::span<const Recovery> journeys) {
  Recovery whole;
  std::uint32_t relapses = 0;
  for (const Recovery& one : journeys) {
    relapses += one.relapses;
    const int a = rank(one.outcome);
    const int b = rank(whole.outcome);
    if (a > b || (a == b && one.rto > whole.rto)) whole = one;
  }
  whole.relapses = relapses;
  return whole;
}

double bad_minutes(std::span<const std::span<const sim::ArrivalBin>> journeys, Duration width,
                   Instant end, const RecoveryRule& rule) {
  if (width <= Duration{} || end <= Instant::origin()) return 0;
  RecoveryRule by_minute = rule;
  by_minute.bin = Duration::minutes(1);
  const Duration minute = width * static_cast<std::int64_t>(fine_per_bin(by_minute.bin, width));
  std::vector<bool> bad(static_cast<std::size_t>((end - Instant::origin()) / minute) + 1, false);
  for (const auto& series : journeys) {
    for (const JudgedBin& bin : judge_bins(series, width, end, by_minute)) {
      if (!bin.is_bad) continue;
      const auto first = static_cast<std::size_t>((bin.from - Instant::origin()) / minute);
      for (std::size_t i = first;
           Instant::origin() + minute * static_cast<std::int64_t>(i) < bin.to; ++i) {
        bad[i] = true;
      }
    }
  }
  double total = 0;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    if (!bad[i]) continue;
    const Instant from = Instant::origin() + minute * static_cast<std::int64_t>(i);
    total += seconds_of(std::min(end, from + minute) - from) / 60;
  }
  return total;
}

}  // namespace lifeboat::reports
