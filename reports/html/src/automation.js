// The page of what automation saves: each step of a runbook by itself, and the order in which to
// automate.
//
// Its data is { "automation": ... }, the document lifeboat/automation/1 with its "summary".
import { h, table } from './dom.js';
import { duration, kDash, known, number, share } from './format.js';
import { showStudy } from './study.js';

const list = (x) => (Array.isArray(x) ? x : []);
const time = (x) => (!known(x) ? kDash : x < 0 ? `-${duration(-x)}` : duration(x));

const interval = (low, high, words) =>
  known(low) && known(high) && low !== high
    ? h('span', { class: 'sub' }, `${words(low)} to ${words(high)}`)
    : null;

const saving = (s) => (known(s?.value_s) ? [time(s.value_s), interval(s.low_s, s.high_s, time)] : kDash);

const met = (figures) =>
  known(figures?.share_met)
    ? [share(figures.share_met), interval(figures.share_low, figures.share_high, share)]
    : kDash;

/** A bar as long as the saving's share of the greatest. */
const bar = (value, greatest) =>
  h('span', {
    class: 'saved',
    'aria-hidden': 'true',
    style: { '--share': `${known(value) && greatest > 0 ? Math.max(0, (100 * value) / greatest) : 0}%` },
  });

function stepsSection(study) {
  const greatest = Math.max(0, ...list(study.steps).map((s) => s.saves_p95?.value_s ?? 0));
  const columns = [
    { title: 'Step', head: true, cell: (s) => s.name },
    { title: 'Done by', cell: (s) => s.by ?? 'automatic' },
    {
      title: 'On the critical path',
      about: 'Of the trials, those in which the step, or the wait for whoever does it, is on it',
      number: true,
      cell: (s) => share(s.on_path),
    },
    {
      title: 'Slack',
      about: 'By how much later it could have ended without delaying the last step that acts',
      number: true,
      cell: (s) => (s.step === null || study.trials_with_path === 0 ? kDash : known(s.slack_s) ? time(s.slack_s) : 'after'),
    },
    { title: 'Saves at the median', number: true, cell: (s) => (s.by === null ? '' : saving(s.saves_p50)) },
    {
      title: 'Saves at the 95th percentile',
      number: true,
      cell: (s) => (s.by === null ? '' : [saving(s.saves_p95), bar(s.saves_p95?.value_s, greatest)]),
    },
    { title: 'RTO met then', number: true, cell: (s) => (s.by === null ? '' : met(s.alone)) },
  ];
  return h(
    'section',
    { id: 'steps' },
    h('h2', null, 'Each step by itself'),
    h(
      'p',
      { class: 'about' },
      `Savings are differences of the same trials, with ${share(study.confidence)} intervals. "After": nothing that acts before the recovery waits for the step.`,
    ),
    table('Each step by itself', columns, list(study.steps)),
  );
}

function orderSection(study) {
  if (list(study.order).length === 0) return null;
  const rows = [
    { name: 'as it is', with: study.as_it_is },
    ...study.order.map((turn, i) => ({ name: `${i + 1}. ${study.steps[turn.step].name}`, ...turn })),
    ...(study.everything ? [{ name: 'every step', with: study.everything }] : []),
  ];
  const columns = [
    { title: 'Automatic up to', head: true, cell: (r) => r.name },
    { title: 'Recovery, median', number: true, cell: (r) => time(r.with.p50_s) },
    { title: '95th percentile', number: true, cell: (r) => time(r.with.p95_s) },
    { title: 'This step saves, median', number: true, cell: (r) => saving(r.further_p50) },
    { title: '95th percentile', number: true, cell: (r) => saving(r.further_p95) },
    { title: 'RTO met', number: true, cell: (r) => met(r.with) },
  ];
  return h(
    'section',
    { id: 'order' },
    h('h2', null, 'In which order'),
    h('p', { class: 'about' }, 'Each time the step that saves most, given those before it.'),
    table('In which order', columns, rows),
  );
}

function findingsSection(study) {
  const lines = list(study.findings).map((f) => h('p', null, f.text));
  return lines.length === 0 ? null : h('section', { id: 'findings' }, h('h2', null, 'Be careful'), lines);
}

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showAutomation(study) {
  document.title = `${study.scenario}: what automation saves`;
  showStudy({
    heading: 'What automation saves',
    leads: [study.title || study.scenario, ...list(study.summary)],
    about: `${number(study.trials)} trials with the same luck (seed ${study.seed}); a script takes ${study.script}.`,
    sections: [stepsSection(study), orderSection(study), findingsSection(study)],
    version: study.version,
  });
  return { redrawers: [], unfolders: [] };
}
