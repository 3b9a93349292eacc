// People: paged, at the keyboard, busy.
#include "scenarios/runbooks/execution.hpp"

namespace lifeboat::scenarios::detail {

namespace {

using PersonPhase = PersonState::Phase;

}  // namespace

bool Execution::is_asleep(const PlannedPeople& people) const {
  if (!people.asleep) return false;
  const auto local = plan_.calendar.local(control_.now());
  const int second = local.hour * 3600 + local.minute * 60 + local.second;
  const int from = people.asleep->from_second_of_day;
  const int to = people.asleep->to_second_of_day;
  return from <= to ? second >= from && second < to : second >= from || second < to;
}

/// Pages the first of the group who is away, if there is one. `step`: what for; kNone: the trigger.
void Execution::page(std::uint32_t group, std::uint32_t step, const std::string& cause) {
  const PlannedPeople& people = plan_.people[group];
  const std::uint32_t first = first_person(group);
  for (std::uint32_t i = 0; i < people.count; ++i) {
    PersonState& person = persons_[first + i];
    if (person.phase != PersonPhase::kAway) continue;
    const bool asleep = is_asleep(people);
    const sim::Duration time = control_.draw(asleep ? people.asleep->answers : people.answers,
                                             people.name + "/answers", i);
    person.phase = PersonPhase::kPaged;
    person.step = step;
    person.answers = control_.now() + time;
    log("person-paged", people.name,
        people.name + " " + std::to_string(i + 1) + " of " + std::to_string(people.count) +
            (asleep ? " is paged, asleep" : " is paged"),
        cause);
    return;
  }
}

bool Execution::answer_pages() {
  bool any = false;
  std::uint32_t group = 0;
  std::uint32_t last = plan_.people.empty() ? 0 : plan_.people[0].count;
  for (std::uint32_t i = 0; i < persons_.size(); ++i) {
    while (i >= last) last += plan_.people[++group].count;
    PersonState& person = persons_[i];
    if (person.phase != PersonPhase::kPaged || control_.now() < person.answers) continue;
    person.phase = PersonPhase::kFree;
    any = true;
    const bool trigger = person.step == sim::kNone;
    const std::string cause = trigger ? "detected:" + (plan_.at ? plan_.name : plan_.check)
                                      : "step:" + plan_.steps[person.step].name;
    log("person-answers", plan_.people[group].name,
        plan_.people[group].name + " " + std::to_string(i - first_person(group) + 1) +
            " is at the keyboard",
        cause);
    if (trigger) start();
  }
  return any;
}

/// Gives free people to waiting steps, first come first served, and pages for the rest: as many
/// of a group as there are steps waiting for it.
bool Execution::give_turns() {
  if (header_.phase != ExecutionHeader::Phase::kRunning) return false;
  bool any = false;
  for (std::uint32_t group = 0; group < plan_.people.size(); ++group) {
    const std::uint32_t first = first_person(group);
    const std::uint32_t count = plan_.people[group].count;
    std::uint32_t coming = 0;
    for (std::uint32_t i = first; i < first + count; ++i) {
      if (persons_[i].phase == PersonPhase::kPaged) ++coming;
    }
    while (true) {
      std::uint32_t step = sim::kNone;
      std::uint32_t waiting = 0;
      for (std::uint32_t i = 0; i < steps_.size(); ++i) {
        if (steps_[i].phase != Phase::kPerson || plan_.steps[i].people != group) continue;
        ++waiting;
        if (step == sim::kNone || steps_[i].turn < steps_[step].turn) step = i;
      }
      if (waiting == 0) break;
      std::uint32_t person = sim::kNone;
      for (std::uint32_t i = first; i < first + count && person == sim::kNone; ++i) {
        if (persons_[i].phase == PersonPhase::kFree) person = i;
      }
      if (person == sim::kNone) {
        for (; coming < waiting; ++coming) page(group, step, "step:" + plan_.steps[step].name);
        break;
      }
      take(step, person);
      any = true;
    }
  }
  return any;
}

/// The person begins on the step. What the step waited for: this person's answer, or the step that
/// the person was busy with.
void Execution::take(std::uint32_t step, std::uint32_t person) {
  PersonState& who = persons_[person];
  std::string cause;
  if (control_.now() > steps_[step].ready) {
    cause = who.last_step == sim::kNone ? "person:" + plan_.people[*plan_.steps[step].people].name
                                        : "step:" + plan_.steps[who.last_step].name;
  }
  who.phase = PersonPhase::kBusy;
  steps_[step].person = person;
  begin_labour(step, cause);
}

}  // namespace lifeboat::scenarios::detail
