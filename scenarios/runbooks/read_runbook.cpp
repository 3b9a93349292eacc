// Reading the runbook format.
#include <algorithm>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/law.hpp"
#include "scenarios/runbooks/read_conditions.hpp"
#include "scenarios/runbooks/runbook.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using sim::Duration;

constexpr std::size_t kMostSteps = 500;
constexpr std::size_t kMostPeople = 100;
const io::Range<Duration> kTimes{.min = Duration{}, .max = Duration::days(31)};

std::optional<LocatedName> maybe_located(io::ObjectReader& r, const io::Parameter& key) {
  auto name = r.maybe_string(key);
  if (!name) return std::nullopt;
  return LocatedName{std::move(*name), r.place_of(key.name)};
}

std::vector<LocatedName> names(io::ObjectReader& r, const io::Parameter& key) {
  std::vector<LocatedName> result;
  for (const auto& value : r.one_or_more(key, io::ValueType::kText)) {
    if (auto text = io::read_string(value, r.problems())) {
      result.push_back({std::move(*text), value.place()});
    }
  }
  if (result.empty() && r.has(key.name) && !r.describing() && !r.problems().has_errors()) {
    r.error(key.name, "an empty list says nothing", "at least one name, or no such key");
  }
  return result;
}

/// Says it once, of the first that is too many.
void refuse_more(std::size_t count, std::size_t most, io::ObjectReader& r) {
  if (count != most + 1 || r.describing()) return;
  r.problems().error(r.place(), "too many of them", "at most " + std::to_string(most));
}

int second_of_day(const io::Value& value, io::Problems& problems) {
  const auto time = io::parse_time_of_day(value.as_string());
  if (time) return time.value();
  problems.error(value.place(), time.complaint());
  return 0;
}

People::Asleep read_asleep(io::ObjectReader& r) {
  People::Asleep asleep;
  std::vector<int> between;
  r.array({"between", "from when to when, local time: [\"23:00\", \"07:00\"]"},
          [&](std::size_t, const io::Value& value) {
            if (between.size() < 3) between.push_back(second_of_day(value, r.problems()));
          });
  if (between.size() == 2) {
    asleep.from_second_of_day = between[0];
    asleep.to_second_of_day = between[1];
  } else {
    r.error("between", "these are not two times of day", "[\"23:00\", \"07:00\"]");
  }
  asleep.answers = models::required_law(r, {"answers", "time from the page to the keyboard"});
  return asleep;
}

People read_people(std::string_view name, io::ObjectReader& r) {
  People people;
  people.name = std::string(name);
  people.place = r.place();
  people.count = static_cast<std::uint32_t>(r.optional_count(
      {"count", "how many are on duty"}, 1, {.min = std::int64_t{1}, .max = 1000}));
  people.answers = models::required_law(r, {"answers", "time from the page to the keyboard"});
  r.section({"asleep", "when they sleep, and how long they take then"},
            [&](io::ObjectReader& asleep) { people.asleep = read_asleep(asleep); });
  return people;
}

Trigger read_trigger(io::ObjectReader& r) {
  constexpr io::Choice<bool> kStates[] = {
      {"unhealthy", false, "the check says that it is down"},
      {"healthy", true, "the check says that it is back"},
  };
  Trigger trigger;
  trigger.place = r.place();
  r.exactly_one_of({"healthCheck", "at"});
  trigger.health_check = maybe_located(r, {"healthCheck", "the health check that is watched"});
  trigger.when_healthy = r.optional_enum({"is", "what it must say"}, false, kStates);
  trigger.lasting = r.optional_duration({"for", "for how long"}, Duration{}, kTimes);
  if (const auto at = r.maybe_clock({"at", "starts at this time, as a rehearsal does"})) {
    trigger.at = LocatedClock{*at, r.place_of("at")};
  }
  trigger.pages = maybe_located(r, {"pages", "who must answer first", "", "it starts by itself"});
  return trigger;
}

void read_on_failure(io::ObjectReader& r, RunbookStep& step) {
  const auto text =
      r.optional_string({"onFailure", "stop, continue, or the step that stands in for it"}, "stop");
  if (text == "continue") {
    step.on_failure = RunbookStep::OnFailure::kContinue;
  } else if (text != "stop") {
    step.on_failure = RunbookStep::OnFailure::kStep;
    step.fallback = {text, r.place_of("onFailure")};
  }
}

void read_block(io::ObjectReader& r, RunbookStep& step) {
  step.block = r.required_string({"block", "what it does"});
  std::vector<std::string> blocks;
  for (const auto& known : runbook_blocks()) blocks.emplace_back(known.block);
  const bool known = std::find(blocks.begin(), blocks.end(), step.block) != blocks.end();
  if (!known && r.has("block") && !r.describing()) {
    r.error("block", "there is no block " + io::quote(step.block), io::one_of(blocks),
            io::suggest(step.block, blocks));
  }
  const bool one = r.has("service");
  r.at_most_one_of({"service", "services"});
  step.services = names(r, {"services", "the services that it acts on: \"web@syd\""});
  if (one) {
    if (auto service = maybe_located(r, {"service", "the service that it acts on"})) {
      step.services.push_back(std::move(*service));
    }
  }
  if (auto to = r.raw({"to",
                       "ecsCapacityIncrease: a number of tasks, or \"100% of sg before "
                       "fault\""})) {
    if (!r.describing()) {
      step.to = detail::read_amount(*to, r.problems());
      if (!step.to) step.to.emplace().place = to->place();
    }
  }
  const auto rate = r.maybe_rate({"rate", "warmCache: keys loaded a second"});
  if (rate || (r.has("rate") && !r.describing())) {
    step.rate_per_second = rate.value_or(io::Rate{}).per_second;
  }
  if (const auto share = r.maybe_ratio(
          {"share", "shedTraffic, shedAllTraffic: of the requests that it refuses"})) {
    step.share = share->value;
  }
  step.zone = maybe_located(r, {"zone", "startZonalShift, cancelZonalShift: the zone"});
  step.expires_in =
      r.maybe_duration({"expiresIn", "startZonalShift: after how long it ends by itself",
                        "API reference of ARC zonal shift: 1 min to 72 h, as of 2026-11", "72 h"},
                       {.min = Duration::minutes(1), .max = kLongestShift});
  r.object({"set", "route53HealthCheck: switches and what they are to say"},
           [&](std::string_view name, const io::Value& value) {
             const std::string_view state = value.as_string();
             if (state != "healthy" && state != "unhealthy") {
               r.problems().error(value.place(), value.shown() + " is no state of a switch",
                                  "\"healthy\" or \"unhealthy\"");
             }
             step.switches.push_back({{std::string(name), value.place()}, state == "healthy"});
           });
}

RunbookStep read_step(std::string_view name, io::ObjectReader& r) {
  RunbookStep step;
  step.name = std::string(name);
  step.place = r.place();
  read_block(r, step);
  step.by = maybe_located(r, {"by", "who does it", "", "automatic"});
  if (step.by && step.by->value == "automatic") step.by.reset();
  step.after = names(r, {"after", "steps that come before it"});
  step.takes =
      models::maybe_law(r, {"takes", "labour of the person, or time of the script", "", "no time"});
  if (auto until = r.raw({"until", "when it is done: \"90% healthy\" or \"hitRatio > 60%\""})) {
    if (!r.describing()) step.until = detail::read_until(*until, r.problems());
  }
  step.timeout = r.maybe_duration({"timeout", "gives up so long after its beginning", "",
                                   "60 min after its labour: a guess (10 min to 4 h)"},
                                  {.min = Duration::seconds(1), .max = Duration::days(31)});
  r.section({"retry", "tries again when the block fails"}, [&](io::ObjectReader& retry) {
    step.max_attempts = static_cast<std::uint32_t>(retry.required_count(
        {"maxAttempts", "attempts in all"}, {.min = std::int64_t{1}, .max = 1000}));
    step.retry_wait =
        retry.optional_duration({"wait", "time between attempts"}, Duration{}, kTimes);
  });
  step.success =
      r.optional_ratio({"successProbability", "chance that an attempt works"}, io::Ratio{1}).value;
  read_on_failure(r, step);
  step.runs_from = maybe_located(
      r, {"runsFrom", "the region whose control plane it needs", "", "the activated region"});
  return step;
}

}  // namespace

const People* Runbook::find_people(std::string_view group) const {
  for (const auto& row : people) {
    if (row.name == group) return &row;
  }
  return nullptr;
}

const std::vector<BlockKind>& runbook_blocks() {
  static const std::vector<BlockKind> blocks{
      {"admitTraffic", "a front door refuses no more requests"},
      {"cancelZonalShift", "a load balancer uses the zone again"},
      {"cloudFormationCreateStack", "creates what a region does not have yet, all at once"},
      {"cognitoActivateReplica", "makes a replica pool of users take requests"},
      {"cognitoEndSessions", "ends all sessions of a pool of users"},
      {"dynamodbRestoreTable", "makes a table of a backup"},
      {"dynamodbSwitchWriter", "turns the writers to another replica of a table"},
      {"ecsCapacityIncrease", "asks services for more tasks and waits until they run"},
      {"ecsRollback", "deploys the version before and waits until it serves alone"},
      {"elasticacheCreateReplicationGroup",
       "makes a new secondary cluster of a global datastore in a region"},
      {"elasticacheFailoverGlobalReplicationGroup",
       "makes a secondary cluster of a global datastore its primary"},
      {"executionApproval", "somebody decides or looks; the platform is not touched"},
      {"fence", "keeps a store from taking writes, so that two copies never do"},
      {"mskCreateReplicator", "fills a cluster from the one that the producers turned to"},
      {"mskSwitchWriter", "turns the producers to another cluster"},
      {"opensearchRestoreSnapshot", "makes a search domain of a snapshot"},
      {"opensearchStartReplication",
       "makes an index anew as a follower of the one that is written"},
      {"opensearchStopReplication", "makes a follower's index one that is written"},
      {"personalizeCreateCampaign", "trains a model and creates its campaign"},
      {"rdsCreateDBInstanceReadReplica", "makes a database anew as a copy of the one that writes"},
      {"rdsPromoteReadReplica", "makes a read replica the writer"},
      {"rdsRestoreDBInstanceFromDBSnapshot", "makes a database of a copied backup"},
      {"reconcileRecords", "merges what only the old writer has into the one that writes"},
      {"route53ChangeRecords", "edits the records of a name to point at the region to activate"},
      {"route53HealthCheck", "flips switches that failover records watch"},
      {"s3BatchReplication", "copies to a bucket what another one has"},
      {"s3SwitchWriter", "turns the writers to another bucket"},
      {"shedAllTraffic",
       "a front door refuses a share of the requests, critical journeys included"},
      {"shedTraffic", "a front door refuses a share of the requests; critical journeys are spared"},
      {"startZonalShift", "a load balancer leaves a zone, its node and the targets there"},
      {"warmCache", "loads the most popular keys into a cache"},
  };
  return blocks;
}

Runbook read_runbook(const io::Value& value, bool inlined, io::Problems& problems) {
  enum class Mode : std::uint8_t { kUngraceful, kGraceful, kInPlace };
  constexpr io::Choice<Mode> kModes[] = {
      {"ungraceful", Mode::kUngraceful, "the region that is left may be dead"},
      {"graceful", Mode::kGraceful, "both regions run"},
      {"in-place", Mode::kInPlace, "no region is left: steps run from the one to activate"},
  };
  Runbook runbook;
  runbook.place = value.place();
  io::ObjectReader r(value, problems);
  r.format("runbook", 1, !inlined);
  runbook.name = r.required_name({"name", "what reports call it"});
  runbook.luck = r.maybe_name({"luck",
                               "name under which it draws: runbooks that share one, each in a "
                               "scenario of its own, meet people and attempts with the same luck",
                               "", "its own name"})
                     .value_or("");
  const Mode mode =
      r.optional_enum({"mode", "whether both regions run"}, Mode::kUngraceful, kModes);
  runbook.graceful = mode != Mode::kUngraceful;
  runbook.in_place = mode == Mode::kInPlace;
  runbook.activate = r.required_string({"activate", "the region that takes over"});
  runbook.activate_place = r.place_of("activate");
  const io::Parameter left{"deactivate", "the region that is left; in place there is none", "",
                           "required, but in place"};
  if (r.describing() || (!runbook.in_place && r.has("deactivate"))) {
    runbook.deactivate = r.maybe_string(left).value_or("");
  } else if (!runbook.in_place) {
    runbook.deactivate = r.required_string(left);  // says that it is missing
  } else if (r.has("deactivate")) {
    r.error("deactivate", "no region is left in place", "a mode that leaves one");
    r.ignore({"deactivate"});
  }
  runbook.deactivate_place = r.place_of("deactivate");
  r.map({"people", "who carries it out"}, [&](std::string_view name, io::ObjectReader& people) {
    runbook.people.push_back(read_people(name, people));
    refuse_more(runbook.people.size(), kMostPeople, people);
  });
  r.required_section({"trigger", "what starts it"},
                     [&](io::ObjectReader& trigger) { runbook.trigger = read_trigger(trigger); });
  r.map({"steps", "what is done"}, [&](std::string_view name, io::ObjectReader& step) {
    runbook.steps.push_back(read_step(name, step));
    refuse_more(runbook.steps.size(), kMostSteps, step);
  });
  if (!r.describing() && value.is_object() && runbook.steps.empty() && !problems.has_errors()) {
    problems.error(value.place(), "a runbook without steps", "at least one step");
  }
  return runbook;
}

}  // namespace lifeboat::scenarios
