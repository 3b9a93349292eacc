// The page of a sensitivity study: for each objective a tornado over the parameters, where its
// verdict flips, and elementary effects.
//
// Its data is { "sensitivity": ... }, the document lifeboat/sensitivity/1 with its "summary".
import { h, svg, table } from './dom.js';
import { counted, kDash, known, number, quantity, share } from './format.js';
import { badge } from './sections/summary.js';
import { showStudy } from './study.js';

const list = (x) => (Array.isArray(x) ? x : []);
const words = (x, unit) => (!known(x) ? kDash : unit === 'share' ? share(x) : quantity(x, unit));

const kMiddle = 50; // of a track 100 wide
const kRoom = 47;

/** A path that may break after its dots, so that a phone shows what stands beside it. */
const path = (name) => String(name).split(/(?<=[.])/).flatMap((step, i) => (i === 0 ? [step] : [h('wbr'), step]));

/** How far an end's figure lies from the base's; 0 where one is not known. */
const off = (row, end) =>
  known(end?.estimate) && known(row.base.estimate) ? end.estimate - row.base.estimate : 0;

/** The greatest distance of any end: what fills half of a track. */
const mostOf = (row) =>
  Math.max(0, ...list(row.swings).flatMap((s) => [Math.abs(off(row, s.low)), Math.abs(off(row, s.high))]));

/** One end as a bar from the base: the low end above the middle line, the high one below. */
function bar(row, end, most, kind) {
  const by = most > 0 ? (off(row, end) / most) * kRoom : 0;
  return svg('rect', {
    class: `tornado-${kind}`,
    x: Math.min(kMiddle, kMiddle + by),
    width: Math.max(Math.abs(by), 0.4),
    y: kind === 'low' ? 1 : 9,
    height: 6,
  });
}

function track(row, swing, parameter, most) {
  const text = `${parameter.low_words}: ${words(swing.low.estimate, row.unit)}; ${parameter.high_words}: ${words(swing.high.estimate, row.unit)}`;
  return h(
    'div',
    { class: 'gauge-box tornado', role: 'img', 'aria-label': text, title: text },
    svg(
      'svg',
      { class: 'gauge', viewBox: '0 0 100 16', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      bar(row, swing.low, most, 'low'),
      bar(row, swing.high, most, 'high'),
      svg('line', { class: 'bound', x1: kMiddle, x2: kMiddle, y1: 0, y2: 16 }),
    ),
  );
}

const isReal = (swing) => Boolean(swing.low.difference?.real || swing.high.difference?.real);

function endCell(row, end, value) {
  return [words(end.estimate, row.unit), h('span', { class: 'sub' }, `at ${value}`)];
}

function rowSection(study, row, index) {
  const most = mostOf(row);
  const shown = list(row.ranking)
    .map((p) => ({ swing: row.swings[p], parameter: study.parameters[p] }))
    .filter(({ swing }) => swing.reached);
  const moving = shown.filter(({ swing }) => swing.width > 0);
  const columns = [
    {
      title: 'Parameter',
      head: true,
      cell: ({ parameter, swing }) => [
        path(parameter.name),
        h(
          'span',
          { class: 'sub' },
          `${parameter.unsourced ? 'unsourced' : 'as asked for'}${isReal(swing) ? '' : '; no more than chance'}`,
        ),
      ],
    },
    { title: 'Low end, high end', cell: ({ parameter, swing }) => track(row, swing, parameter, most) },
    { title: 'Low end', number: true, cell: ({ parameter, swing }) => endCell(row, swing.low, parameter.low_words) },
    { title: 'High end', number: true, cell: ({ parameter, swing }) => endCell(row, swing.high, parameter.high_words) },
    ...(row.kind === 'objective'
      ? [{ title: 'Verdict', cell: ({ swing }) => swing.flip_words || 'not sought' }]
      : []),
    ...(study.trajectories > 0
      ? [
          { title: 'mu*', number: true, cell: ({ swing }) => words(swing.mu_star, row.unit) },
          { title: 'sigma', number: true, cell: ({ swing }) => words(swing.sigma, row.unit) },
        ]
      : []),
  ];
  const rest = shown.length - moving.length;
  return h(
    'section',
    { id: `row-${index}` },
    h('h2', null, row.figure),
    h(
      'p',
      { class: 'about' },
      row.kind === 'objective' && row.holds === null ? 'There is no such figure in the run. ' : `As it is: ${words(row.base.estimate, row.unit)}. `,
      row.holds === null ? null : badge(row.holds ? 'met' : 'missed'),
      rest > 0 ? ` ${counted(rest, 'parameter does', 'parameters do')} not move it.` : null,
    ),
    moving.length === 0 ? null : table(row.figure, columns, moving),
  );
}

function parametersSection(study) {
  const columns = [
    { title: 'Parameter', head: true, cell: (p) => path(p.name) },
    { title: 'Now', cell: (p) => p.value || kDash },
    { title: 'Range', cell: (p) => `${p.low_words} to ${p.high_words}` },
    { title: 'Where the range is from', cell: (p) => p.range },
  ];
  return list(study.parameters).length === 0
    ? null
    : h('section', { id: 'parameters' }, h('h2', null, 'Parameters'), table('Parameters', columns, study.parameters));
}

function leftOutSection(study) {
  if (list(study.left_out).length === 0) return null;
  const columns = [
    { title: 'Value', head: true, cell: (l) => path(l.path) },
    { title: 'Why', cell: (l) => l.why },
  ];
  return h('section', { id: 'left-out' }, h('h2', null, 'Unsourced and not varied'), table('Not varied', columns, study.left_out));
}

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showSensitivity(study) {
  document.title = `${study.scenario}: Lifeboat sensitivity`;
  showStudy({
    heading: `What ${study.scenario} rests on`,
    leads: [study.title, ...list(study.summary)].filter((line) => line),
    about: `${number(study.points)} points of ${number(study.trials)} trials (seed ${study.seed}), with the same customers and luck at each. Upper bar: the figure at the low end of the range; lower bar: at the high end; the line is what it is now. mu* is how far it goes from end to end when all vary, sigma how much that depends on the rest.`,
    sections: [
      ...list(study.rows).map((row, i) => rowSection(study, row, i)),
      parametersSection(study),
      leftOutSection(study),
    ],
    version: study.version,
  });
  return { redrawers: [], unfolders: [] };
}
