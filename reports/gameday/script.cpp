// The facilitator's script: Markdown for people, so lines of prose are as long as they come.
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "reports/gameday/fis_actions.hpp"
#include "reports/gameday/game_day.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::reports::gameday {
namespace {

/// "+12 min 30 s" as a clock of the day: minutes and seconds after the first fault.
std::string after_words(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole < 3600) return fmt::format("+{}:{:02}", whole / 60, whole % 60);
  return fmt::format("+{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
}

std::string moment_words(const std::optional<Moment>& moment) {
  if (!moment) return "";
  return after_words(moment->p50_s) + " | " + after_words(moment->p95_s);
}

/// So many are needed for one in twenty to be beyond the 95th percentile.
constexpr std::uint32_t kTrialsOfATail = 20;

class Script {
 public:
  explicit Script(const GameDay& day) : day_(day), report_(day.report) {}

  std::string write() {
    head();
    expectations();
    roles();
    preparation();
    injections();
    timeline();
    measure();
    stop();
    roll_back();
    write_down();
    sources();
    return std::move(text_);
  }

 private:
  void line(const std::string& words = {}) { text_ += words + "\n"; }
  void heading(const std::string& words) {
    line();
    line("## " + words);
    line();
  }

  void head() {
    line("# Game day: " + (report_.title.empty() ? report_.scenario : report_.title));
    line();
    line(
        fmt::format("The scenario `{}` on the platform `{}`{}, rehearsed on the real one. What to "
                    "expect comes from {} simulated trials (seed {}): a median, and the value "
                    "that 95 of 100 trials do not exceed. Times are hours, minutes and seconds "
                    "after the first fault.",
                    report_.scenario, report_.platform,
                    report_.strategy.empty() ? "" : " with the strategy " + report_.strategy,
                    report_.trials, day_.seed));
    if (report_.trials < kTrialsOfATail) {
      line();
      line(fmt::format(
          "Of {} trials the second value is the largest: simulate {} or more before the "
          "day.",
          report_.trials, kTrialsOfATail));
    }
    if (!report_.given.empty()) {
      line();
      line("Injected: " + report_.given + ".");
    }
    if (!day_.starts.empty()) {
      line();
      line(
          fmt::format("The scenario's clock begins at {}. Another hour has other customers, and "
                      "people who sleep: simulate the hour that you choose (`--set start=...`).",
                      day_.starts));
    }
    if (report_.interrupted) {
      line();
      line("**The simulation was interrupted: fewer trials than asked for.**");
    }
  }

  void expectations() {
    heading("What it should show");
    if (report_.objectives.empty()) {
      line("The scenario states no objectives: agree on them before the day.");
      return;
    }
    line("| objective | median | 95 of 100 | simulated verdict |");
    line("|---|---|---|---|");
    for (const ObjectiveReport& one : report_.objectives) {
      const auto value = [&](const std::optional<double>& figure) {
        return figure ? quantity_words(*figure, one.unit) : std::string();
      };
      line(fmt::format("| {} | {} | {} | {} |", table_cell(one.objective),
                       value(one.p50 ? one.p50 : one.estimate), value(one.p95),
                       name_of(one.verdict)));
    }
    bool first = true;
    for (const Finding& finding : report_.findings) {
      if (finding.severity != "warning") continue;
      if (first) line();
      first = false;
      line("- Before you begin: " + finding.text);
    }
  }

  void roles() {
    heading("Who is there");
    line("| role | who |");
    line("|---|---|");
    line("| facilitator | runs this script, injects, answers no technical question |");
    line(
        "| safety officer | alone may stop at any time, and must at a line of \"When to stop\"; "
        "has nothing else to do |");
    line("| scribe | writes down each moment as it happens, by one clock that all can see |");
    line("| customers' voice | watches what customers see, from outside of the platform |");
    for (const Role& role : day_.preparation.roles) {
      line("| " + table_cell(role.name) + " | " + table_cell(role.what) + " |");
    }
    line();
    line(
        "Operators know the day, not the fault. Who would be asleep in the scenario is called, not "
        "told beforehand.");
  }

  void preparation() {
    heading("Before the day");
    for (const std::string& check : day_.preparation.checks) line("- [ ] " + check);
    for (const std::string& name : day_.preparation.switches) {
      line("- [ ] the switch " + name + " stands as the scenario has it at the start");
    }
    if (!day_.preparation.activates.empty()) {
      line(
          fmt::format("- [ ] quotas, images, secrets, certificates and parameters of {} are those "
                      "of {} (`lifeboat validate` says what it finds)",
                      day_.preparation.activates, day_.preparation.leaves));
    }
    for (const FisTemplate& one : day_.injections.templates) {
      line(
          fmt::format("- [ ] in {}: every resource that is meant carries the tag `game-day` with "
                      "the value that the template names, and no other does; account, role and "
                      "alarm in the template are yours",
                      one.code));
    }
    line(
        "- [ ] the stop alarm exists, is OK, and has been seen to stop an experiment in a test "
        "account");
    line("- [ ] a backup that was restored within the last month; replication lag is normal");
    line("- [ ] no deployment, no sale, no other exercise; support and partners know");
    line("- [ ] everybody can reach everybody without the region that is lost");
    line("- [ ] the whole has been done once outside of production");
  }

  std::string who_injects(const Injection& one) const {
    std::string text;
    if (!one.fis.empty()) text = fmt::format("FIS: {}", fmt::join(one.fis, ", "));
    if (!one.by_hand.empty()) text += std::string(text.empty() ? "" : "; ") + "by hand";
    if (!one.at_s && !one.fis.empty()) text += " (an experiment of its own, started by hand)";
    return text;
  }

  void injections() {
    heading("What is injected");
    if (day_.injections.all.empty()) {
      line("Nothing: the scenario has no fault. The runbook is walked through as a planned move.");
      return;
    }
    line("| when | fault | what | for | by |");
    line("|---|---|---|---|---|");
    for (const Injection& one : day_.injections.all) {
      std::string when = one.at_s ? after_words(*one.at_s) : one.moment;
      if (one.probability < 1) {
        when +=
            fmt::format(" (in {} of cases: decide, or throw dice)", share_words(one.probability));
      }
      line(fmt::format("| {} | {} | {} | {} | {} |", table_cell(when),
                       table_cell(one.name + " (" + one.action_id + ")"), table_cell(one.what),
                       one.lasts_s ? duration_words(*one.lasts_s) : "until stopped",
                       table_cell(who_injects(one))));
    }
    by_hand_lines();
    if (day_.injections.templates.empty()) return;
    line();
    line("Start the prepared experiments at the same moment, one in each region:");
    line();
    line("```");
    for (std::size_t i = 0; i < day_.injections.templates.size(); ++i) {
      const FisTemplate& one = day_.injections.templates[i];
      line(fmt::format("aws fis create-experiment-template --region {} --cli-input-json file://{}",
                       one.code, i == 0 ? "fis.json" : "fis-" + one.region + ".json"));
    }
    line("aws fis start-experiment --experiment-template-id ID");
    line("```");
  }

  void by_hand_lines() {
    bool first = true;
    for (const Injection& one : day_.injections.all) {
      for (const std::string& way : one.by_hand) {
        if (first) {
          line();
          line("FIS has no action for all of it. By hand:");
          line();
        }
        first = false;
        line("- " + one.name + ": " + way + ".");
      }
    }
    first = true;
    for (const Injection& one : day_.injections.all) {
      for (const std::string& note : one.notes) {
        if (first) {
          line();
          line("Where the action of FIS is not the fault:");
          line();
        }
        first = false;
        line("- " + one.name + ": " + note + ".");
      }
    }
  }

  void timeline() {
    heading("What to expect at which minute");
    if (day_.rows.empty()) {
      line("In no trial a fault struck.");
      return;
    }
    line(
        "| what | who | begins, median | 95 of 100 | ends, median | 95 of 100 | in trials | "
        "actual |");
    line("|---|---|---|---|---|---|---|---|");
    for (const ExpectedRow& row : day_.rows) {
      line(fmt::format("| {} | {} | {} | {} | {} |  |", table_cell(row.label),
                       table_cell(row.owner), moment_words(row.begins),
                       row.ends ? moment_words(row.ends) : " | ", share_words(row.share)));
    }
    line();
    line(
        "A row that has not come by its \"95 of 100\" is worth a question: bad luck in one of "
        "twenty, or something that the model does not know.");
  }

  void measure() {
    heading("What to measure");
    const RecoveryReport& recovery = report_.recovery;
    if (recovery.rto.count > 0) {
      line(fmt::format(
          "- Time to recovery: from the first fault until customers are served well "
          "again and stay so. Expected {} (median), {} (95 of 100){}.",
          duration_words(recovery.rto.p50), duration_words(recovery.rto.p95),
          recovery.censored > 0 ? fmt::format("; {} of {} trials did not recover in time",
                                              recovery.censored, report_.trials)
                                : ""));
    }
    for (const StoreLossReport& store : recovery.stores) {
      if (!store.any_opened) continue;
      line(
          fmt::format("- Loss at {}: the age of the last write that the copy has when it opens. "
                      "Expected {} (median), {} (95 of 100), {} writes. Write a numbered marker "
                      "every second from before the fault on, and look for the last one.",
                      store.store, duration_words(store.seconds.p50),
                      duration_words(store.seconds.p95), number_words(store.writes_lost.p50)));
    }
    for (const JourneyReport& journey : report_.journeys) {
      if (!journey.critical) continue;
      line(
          fmt::format("- {}: good answers{}, every 30 s, from outside, by the region that "
                      "served them.",
                      journey.name,
                      journey.good_within_s ? " within " + duration_words(*journey.good_within_s)
                                            : std::string()));
    }
    line("- Detection: when the first alarm fired, when somebody knew, when it was said aloud.");
    line(
        "- Names: what a resolver of each kind answers, and how many requests still reach the old "
        "region.");
    line("- Tasks asked for, starting and serving; refusals by quota or capacity.");
  }

  void stop() {
    heading("When to stop");
    line("The safety officer stops the experiment, without discussion, when");
    line();
    line("- the stop alarm fires: real customers beyond those who agreed are harmed;");
    line("- something outside of the targets is hit;");
    line("- two copies take writes of the same records at once;");
    line("- nobody knows any more what state the platform is in;");
    if (report_.recovery.rto.count > 0 && report_.recovery.rto.p95 > 0) {
      line(
          fmt::format("- {} have passed without recovery: one and a half times what 95 of 100 "
                      "trials took;",
                      duration_words(1.5 * report_.recovery.rto.p95)));
    }
    for (const ObjectiveReport& one : report_.objectives) {
      if (one.unit != "s" || !one.objective.starts_with("rto")) continue;
      line(fmt::format("- {} have passed: \"{}\" is missed, and there is nothing left to show;",
                       duration_words(one.threshold), one.objective));
    }
    line("- a real incident begins.");
    line();
    line(
        "`aws fis stop-experiment --id ID` ends the actions of FIS; what was done by hand is taken "
        "back by hand, in reverse order.");
  }

  void roll_back() {
    heading("The way back");
    int number = 0;
    const auto step = [&](const std::string& words) {
      line(fmt::format("{}. {}", ++number, words));
    };
    const auto& all = day_.injections.all;
    const bool any_by_hand = std::any_of(all.begin(), all.end(),
                                         [](const Injection& one) { return !one.by_hand.empty(); });
    step(any_by_hand ? "Stop the experiments; take back what was done by hand, the last first:"
                     : "Stop the experiments.");
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
      if (!one->by_hand.empty()) line("   - " + one->name + ": " + by_hand_undo(*one));
    }
    if (day_.preparation.activates.empty()) {
      step("Check that what the runbook changed (shifts, shed traffic, counts) is as before.");
    } else {
      const std::string& from = day_.preparation.activates;
      const std::string& to = day_.preparation.leaves;
      step(fmt::format("If nothing in {} was promoted: leave the names with {}, and you are done.",
                       from, to));
      step(fmt::format("If it was: {} serves, and {} must not take writes. Keep it fenced.", from,
                       to));
      step(
          fmt::format("Reconcile what {} had that {} never received: decide record by record, "
                      "before the old copy is replaced.",
                      to, from));
      step(fmt::format("Set {} up as a copy of {}; wait until it has caught up.", to, from));
      step(
          "Switch back as a planned move: stop writes, wait for lag 0, promote, move the names. "
          "Another day will do.");
    }
    step("Take the tags off, delete the templates, set scaled counts back.");
  }

  static std::string by_hand_undo(const Injection& one) { return by_hand(one.action_id).undoes; }

  void write_down() {
    heading("What to write down");
    line("| question | answer |");
    line("|---|---|");
    line("| date, hour, load at the time, who was there |  |");
    line("| time to recovery, loss: expected and actual |  |");
    line("| the row furthest from its expectation, and why |  |");
    line("| what surprised us |  |");
    line("| what somebody had to look up, and where it was |  |");
    line("| what the model has wrong: change the value, with this day as its source |  |");
    line("| what we change, who does it, by when |  |");
  }

  void sources() {
    heading("Sources");
    line(
        "Names, targets and parameters of FIS actions: AWS Fault Injection Service user guide, "
        "actions reference, and the API's CreateExperimentTemplate, as of 2026-11. Expected times "
        "come from the scenario's mechanisms; `lifeboat explain` says what each rests on.");
  }

  const GameDay& day_;
  const Report& report_;
  std::string text_;
};

}  // namespace

std::string game_day_script(const GameDay& day) { return Script(day).write(); }

}  // namespace lifeboat::reports::gameday
