// The page of a sizing: the plan knob by knob, what each rests on, and how the search came to it.
// And of a headroom: which factors on the traffic were met.
//
// Its data is { "size": ... } or { "headroom": ... }, the documents lifeboat/size/1 and
// lifeboat/headroom/1 with their "summary".
import { h, table } from './dom.js';
import { kDash, known, number, quantity, share } from './format.js';
import { badge } from './sections/summary.js';
import { showStudy } from './study.js';

const list = (x) => (Array.isArray(x) ? x : []);
const nameOf = ({ service, region }) => (region ? `${service}@${region}` : service);
const words = (x, unit) => (!known(x) ? kDash : unit === 'share' ? share(x) : quantity(x, unit));

/** How much of the widest bar a value takes. */
function bar(value, most, good) {
  const width = known(value) && most > 0 ? Math.max(1, Math.round((100 * value) / most)) : 0;
  return h('span', { class: `sizebar ${good ? 'good' : 'bad'}`, style: { '--part': `${width}%` } });
}

function planSection(sizing) {
  const billed = sizing.cost_unit === 'USD/month';
  const columns = [
    {
      title: 'Service',
      head: true,
      cell: (k) => [nameOf(k), h('span', { class: 'sub' }, k.parameter)],
    },
    { title: 'Plan', number: true, cell: (k) => h('strong', null, k.plan_words) },
    { title: 'Now', number: true, cell: (k) => k.now },
    {
      title: 'Carries',
      number: true,
      cell: (k) => (!known(k.headroom) ? kDash : k.headroom < 100 ? `${k.headroom.toFixed(2)} x` : '> 100 x'),
    },
    ...(billed
      ? [{ title: 'Cost a month', number: true, cell: (k) => (known(k.plan_cost) ? quantity(k.plan_cost, 'USD') : 'free') }]
      : []),
    {
      title: 'One less',
      cell: (k) =>
        h(
          'div',
          { class: 'compared' },
          k.one_less.verdict === null ? null : badge(k.one_less.verdict),
          h('span', null, k.one_less.words || k.binds),
        ),
    },
  ];
  return h(
    'section',
    { id: 'plan' },
    h('h2', null, 'Plan'),
    h(
      'p',
      { class: 'about' },
      'Carries: capacity of the tightest station over its mean offered load. One less: what the plan did with one step less of that alone.',
    ),
    table('Plan', columns, list(sizing.knobs)),
  );
}

function objectivesSection(objectives) {
  if (list(objectives).length === 0) return null;
  const columns = [
    { title: 'Objective', head: true, cell: (o) => o.objective },
    { title: 'Verdict', cell: (o) => badge(o.verdict) },
    {
      title: 'Figure',
      number: true,
      cell: (o) => [
        words(o.estimate, o.unit),
        known(o.low) && known(o.high)
          ? h('span', { class: 'sub' }, `${words(o.low, o.unit)} to ${words(o.high, o.unit)}`)
          : null,
      ],
    },
  ];
  return h(
    'section',
    { id: 'objectives' },
    h('h2', null, 'Objectives, by trials of their own'),
    table('Objectives', columns, objectives),
  );
}

function stepsSection(sizing) {
  const steps = list(sizing.steps);
  if (steps.length === 0) return null;
  const most = Math.max(...steps.map((s) => s.cost ?? 0));
  const unit = sizing.cost_unit === 'USD/month' ? 'USD' : 'count';
  const columns = [
    { title: 'Design', head: true, cell: (s) => [s.what, h('span', { class: 'sub' }, s.stage)] },
    { title: 'Verdict', cell: (s) => badge(s.verdict) },
    { title: 'Trials', number: true, cell: (s) => number(s.trials) },
    {
      title: 'Cost',
      number: true,
      cell: (s) => [quantity(s.cost, unit), bar(s.cost, most, s.verdict === 'met')],
    },
  ];
  return h(
    'section',
    { id: 'steps' },
    h('h2', null, 'On the way to the plan'),
    h('p', { class: 'about' }, 'Every design that was tried, in order; all with the same luck, but for the last.'),
    table('Designs tried', columns, steps),
  );
}

function findingsSection(found) {
  const lines = list(found.findings).map((f) => h('p', null, f.text));
  return lines.length === 0 ? null : h('section', { id: 'findings' }, h('h2', null, 'Be careful'), lines);
}

function underWhat(found) {
  const load = found.load === 1 ? 'its own traffic' : `${found.load} times its traffic`;
  const zone = found.zone_down ? `, zone ${found.zone_down} down and nothing in its place` : '';
  return `${found.title || found.scenario}, on ${found.platform}; ${load}${zone}.`;
}

const trials = (found) => `${number(found.run.trials)} trials in all (seed ${found.seed}).`;

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showSize(sizing) {
  document.title = `${sizing.scenario}: Lifeboat size`;
  showStudy({
    heading: 'What it takes',
    leads: list(sizing.summary),
    about: `${underWhat(sizing)} ${trials(sizing)}`,
    sections: [
      planSection(sizing),
      objectivesSection(sizing.objectives),
      stepsSection(sizing),
      findingsSection(sizing),
    ],
    version: sizing.version,
  });
  return { redrawers: [], unfolders: [] };
}

function pointsSection(headroom) {
  const points = list(headroom.points);
  const most = Math.max(...points.map((p) => p.factor));
  const columns = [
    { title: 'Factor', head: true, cell: (p) => p.factor.toPrecision(4) },
    {
      title: 'Objectives',
      cell: (p) =>
        p.verdict === 'inconclusive' ? `seems ${p.seems_met ? 'met' : 'missed'}` : badge(p.verdict),
    },
    { title: 'Trials', number: true, cell: (p) => number(p.trials) },
    {
      title: 'Traffic',
      number: true,
      cell: (p) => bar(p.factor, most, p.verdict === 'met' || (p.verdict !== 'missed' && p.seems_met)),
    },
  ];
  return h('section', { id: 'points' }, h('h2', null, 'Factors tried'), table('Factors', columns, points));
}

function breaksSection(headroom) {
  const breaks = list(headroom.breaks);
  if (breaks.length === 0) return null;
  return h(
    'section',
    { id: 'breaks' },
    h('h2', null, 'What fails first'),
    h('ul', null, breaks.map((text) => h('li', null, text))),
  );
}

export function showHeadroom(headroom) {
  document.title = `${headroom.scenario}: Lifeboat headroom`;
  showStudy({
    heading: 'How much more it takes',
    leads: list(headroom.summary),
    about: `${underWhat(headroom)} ${trials(headroom)}`,
    sections: [breaksSection(headroom), pointsSection(headroom), findingsSection(headroom)],
    version: headroom.version,
  });
  return { redrawers: [], unfolders: [] };
}
