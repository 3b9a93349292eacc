#include "tools/lifeboat/topics.hpp"

namespace lifeboat::tools {

const std::vector<Topic>& topics() {
  static const std::vector<Topic> all{
      {"availability", "the share of attempts that were good",
       R"(Availability is good attempts over attempts that arrived.

The unit is one customer's attempt at a journey, retries included. It is good if
it was answered without an error within the journey's "goodWithin". Attempts
that could not even connect count; a retry is no new attempt; a customer who
comes back later is a new one. Journeys with an entry count, those that follow
another asynchronously do not.

The figure of a run is conditional on what the scenario does to it, and is
printed so ("given: Singapore lost at 20:20"). Bad minutes stand beside it: the
minutes in which at least one critical journey was bad by the rule of `lifeboat
explain rto`.
)"},
      {"causes", "why a request failed",
       R"(Every failed request has exactly one cause:

  timeout       a caller's timer ended first
  throttled     a rate or concurrency limit said no (429)
  rejected      a queue was full, or load was shed
  reset         the connection broke or was refused
  no-capacity   there was no target to send it to
  stale-region  it was sent to a region that no longer answers the name
  dependency    something that it calls was down or failed
  abandoned     the customer's patience ended
  breaker-open  a caller's circuit breaker let no call through

A request that was answered too late is not failed, but it is not good either.
)"},
      {"cost", "what a month costs, declared and simulated",
       R"(A bill has lines in services in categories. A line's declared cost is the
quantity that the platform's usage states, times the unit price of its region.
Its simulated cost is what the meters of the platform's services read in a run,
scaled to a month of 730 hours, at the same price; a line without meters (stored
data) says so and counts as declared.

A simulated month is a month at the run's pace. For a typical month run a
typical week without faults: lifeboat cost --scenario week. The cost of a run
itself is the simulated month's share of its measured hours.

Quantities say what they rest on: published, derived, fitted so that a sum comes
out as published, or a guess. Prices name their source and its date; one without
is marked and has a range. Money is exact: every line is rounded once, half up,
to the cent, and totals are the sums of what is printed.

What is written where: lifeboat explain usage, lifeboat explain prices; what a
service kind meters: lifeboat explain KIND.
)"},
      {"critical-path", "what the time from the fault to recovered was spent on",
       R"(The critical path runs from the fault to recovered and is read from what
happened in a trial: each step starts when whatever it waited for has ended, so
the path follows the last of those back to the fault. Its stretches meet end to
end and add up to the recovery time. The stretch after the last step that acts
on the platform has no owner and is named by the dominant cause of the bad
requests in it:

  drain       clients still went to the dead region (stale-region, reset)
  scale-out   too few places (no-capacity, rejected, throttled)
  backlog     answers came too late (timeout, abandoned, good but late)
  dependency  something that a service calls failed

What automating a step would save is not its share of the path: another path may
be hardly shorter. Run the scenario again with the step changed and the same
seed.
)"},
      {"exit-status", "what the command's exit status says",
       R"(  0    all objectives met, or the command did what it was asked
  2    at least one objective missed
  4    inconclusive: an interval straddles its threshold, or one trial ran
  3    invalid input: a file, an option or a name is wrong
  1    internal error
  130  interrupted; complete trials were reported
)"},
      {"luck", "seeds, trials, and what an interval covers",
       R"(Every random draw belongs to something: a request's draws to (seed, trial,
journey, arrival number, step, attempt), a component's to (seed, trial,
component, number). So two variants of a platform see the same customers with
the same luck, even where one of them retries more, and one seed replays
everything. Results have the same bytes with any number of --jobs.

What an interval covers is luck within the model, not whether the model is
right. A report lists the values without a published source on which it rests.
)"},
      {"objectives", "what can be promised, and its grammar",
       R"(An objective is one line of text in a scenario's "objectives":

  subject [measure] (< | <= | > | >=) quantity [during PHASE] [in PCT of trials]

  availability >= 99.9% during steady
  rto < 4h in 95% of trials
  rto:checkout < 1h
  rpo < 1h
  rpo:orders < 5s in 90% of trials
  lost:orders < 10
  bad-minutes < 30
  errors < 0.1%
  journey:checkout p(99) < 800ms during sale
  journey:* errors < 1%
  service:orders@sg utilization max(1m) < 90%
  service:till queue < 5
  service:fulfil-queue backlog-age p(95) < 10m
  cost < 15000 USD/month

Subjects: availability, errors, rto[:JOURNEY], rpo[:STORE|CLASS], lost:CLASS,
bad-minutes, cost, journey:NAME (or *), service:NAME (or *) with @REGION or
without.
Measures of a journey: mean, max, p(q), errors. Of a service: mean, errors,
utilization (or utilization max(1m)), queue, backlog-age p(q).
Phases: steady, incident, recovery-tail, the scenario's named "phases" and the
events of its traffic. A request belongs to the phase of its arrival.

In a p(q), failures count as infinitely slow: shedding load improves nothing.
Cost is a month's at the run's pace (lifeboat explain cost). Figures per year
come in a later version.
)"},
      {"phases", "stretches of a run that objectives can ask for",
       R"(  steady         before the first fault; after the last recovery and its hold
  incident       from a fault to recovered
  recovery-tail  the hour after
  NAME           a window of the scenario, {"sale": ["20:00", "22:00"]},
                 or an event of its traffic

A request belongs to the phase of its arrival. The first three follow the
recovery of each trial, so they differ from trial to trial.
)"},
      {"rpo", "what was lost, in seconds",
       R"(RPO is the time between the fault and the commit of the earliest acknowledged
write that is absent from the surviving copy when it opens for writes; 0 if none
is. It is not "now minus the last applied write", which grows on an idle
primary.

A replica keeps three marks: committed, received, applied. What was received and
not yet applied is not lost; it costs time before the copy opens. An ordered
stream (a database's log) loses a suffix; an unordered one (tables copied item
by item) loses whatever was not copied yet.

Per data class four counts stand beside it: lost (never comes back), stranded
(in the dead region, returns with it), torn (some writes of a record survived,
others did not: paid but no order) and duplicate. The whole's RPO is the worst
critical class.
)"},
      {"rto", "the time until it was good again",
       R"(A journey's RTO runs from the start of the fault to the start of the first run
of good bins that lasts "hold" and begins after the first bad bin.

  "recovery": { "good": "99%", "bin": "30s", "minRequests": 20, "slack": 2,
                "hold": "5m" }                                  (the defaults)

Attempts are counted by their arrival in bins of "bin"; a bin with fewer than
"minRequests" joins the next. A bin is bad when its bad attempts exceed both
(1 - good) of all and "slack".

  not breached     no bad bin: RTO 0, counted apart
  already failing  bad within "hold" before the fault: no RTO can be read
  censored         not recovered by the end: at least the time that has passed;
                   a miss if that exceeds the threshold, otherwise not settled
  relapse          bad again after the recovery

A breach belongs to the fault if it begins before an hour after the fault's end
has passed. The whole's RTO is the latest of its critical journeys, never of the
pooled traffic. The choice of "good" matters: stale DNS answers alone make
recovery at 99.9 % far later than at 95 %.
)"},
      {"verdicts", "met, missed, inconclusive",
       R"(A quantity of a trial (rto, rpo, lost) is judged as a chance: `rto < 4h in 95%
of trials` (95 % where not said) is met when the lower one-sided 95 %
Clopper-Pearson bound of the share of trials that meet it is at least 95 %,
missed when the upper bound is below, and otherwise inconclusive, with the
number of trials that would settle it. Ten clean trials show only 74 %.

A quantity of requests or of time (availability, p(99), utilization) is judged
on its expectation over trials by a one-sided Student-t bound.

With --trials N there are exactly N trials and one look at the end. Without,
trials run until every verdict is settled, with looks at 10, 20, 40, 80, 100 and
200 trials, each with a sixth of the error probability. --budget TIME stops
earlier.

One trial gives no verdict, unless the run is steady: then batches of it stand
in for trials. Missed beats inconclusive beats met.
)"},
  };
  return all;
}

}  // namespace lifeboat::tools
