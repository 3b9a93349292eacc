// The page of the workbench of policies: what each does with the same customers, and how it looks over
// time.
//
// Its data is { "policies": ... }, the document lifeboat/policies/1.
import { contextOf, isShown, rowsSection, seriesSection } from './comparison.js';
import { h, table } from './dom.js';
import { kDash, known, number, quantity, share } from './format.js';
import { badge } from './sections/summary.js';
import { showStudy } from './study.js';

const list = (x) => (Array.isArray(x) ? x : []);

const figure = (f, unit = '') => [
  known(f?.mean) ? quantity(f.mean, unit) : kDash,
  known(f?.low) && known(f?.high) && f.low !== f.high
    ? h('span', { class: 'sub' }, `${quantity(f.low, unit)} to ${quantity(f.high, unit)}`)
    : null,
];

function catchUp(step) {
  if (!step) return kDash;
  if (step.caught_up === 0) return 'never';
  const some = step.caught_up < step.trials ? h('span', { class: 'sub' }, `${step.caught_up} of ${step.trials} trials`) : null;
  return [...figure(step.minutes, 'min'), some];
}

function policiesSection(policies) {
  const rows = list(policies.policies);
  const mark = (row) =>
    row.policy === policies.suggested
      ? h('span', { class: 'badge good' }, 'suggested')
      : row.policy === policies.suggested_without_foresight
        ? h('span', { class: 'badge good' }, 'suggested without foresight')
        : null;
  const columns = [
    { title: 'Policy', head: true, cell: (row) => [row.policy, mark(row)] },
    { title: 'Short of tasks', number: true, cell: (row) => figure(row.shortfall_minutes, 'min') },
    { title: 'Task-hours', number: true, cell: (row) => figure(row.task_hours) },
    { title: 'Idle task-hours', number: true, cell: (row) => figure(row.idle_task_hours) },
    { title: 'Dips', number: true, cell: (row) => figure(row.dips) },
    { title: `Catches up with ${number(policies.step_factor)}x`, number: true, cell: (row) => catchUp(row.step) },
    { title: 'Cost a month', number: true, cell: (row) => (known(row.monthly_usd) ? quantity(row.monthly_usd, 'USD') : kDash) },
    { title: 'Objectives', cell: (row) => (row.verdict === null ? kDash : badge(row.verdict)) },
  ];
  return h(
    'section',
    { id: 'policies' },
    h('h2', null, 'Policies'),
    h(
      'p',
      { class: 'about' },
      `Idle is what runs beyond the load's need at ${share(policies.target)}; a dip is a count that fell and rose again within half an hour. Schedules and forecasts are made from this very day: they show what foresight is worth at best.`,
    ),
    table('Policies', columns, rows),
  );
}

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showPolicies(policies) {
  const comparison = policies.comparison,
    variants = list(comparison.variants),
    rows = list(comparison.rows).filter(isShown),
    series = list(comparison.series),
    context = contextOf(series);
  const place = policies.region === null ? policies.service : `${policies.service}@${policies.region}`;
  document.title = `Policies of ${place}: Lifeboat`;
  showStudy({
    heading: `Scaling policies of ${place}`,
    leads: [policies.title || policies.scenario, ...list(policies.summary)],
    about: `${number(policies.trials)} trials a policy (seed ${policies.seed}), with the same customers and luck. Intervals are ${share(policies.confidence)}.`,
    sections: [
      policiesSection(policies),
      seriesSection(context, series, variants),
      rowsSection('objectives', 'Objectives', rows.filter((r) => r.kind === 'objective'), variants),
      rowsSection('figures', 'Figures', rows.filter((r) => r.kind !== 'objective'), variants),
    ],
    version: policies.version,
  });
  return context;
}
