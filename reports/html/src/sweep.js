// The page of a sweep: which point meets the objectives, how each figure moves with the parameter, and
// which points nobody beats at their cost.
//
// Its data is { "sweep": ... }, the document lifeboat/sweep/1 with its "summary".
import { Curve } from './charts/curve.js';
import { h, table } from './dom.js';
import { kDash, known, number, quantity, share } from './format.js';
import { badge } from './sections/summary.js';
import { showStudy } from './study.js';

const list = (x) => (Array.isArray(x) ? x : []);
const words = (x, unit) => (!known(x) ? kDash : unit === 'share' ? share(x) : quantity(x, unit));

/** Whether a row says anything: an objective does, a figure that differs between points. */
export const isShown = (row) => {
  const seen = list(row.points)
    .map((p) => p.estimate)
    .filter(known);
  return row.kind === 'objective' || seen.some((value) => value !== seen[0]);
};

/** In how many trials a figure is settled and met, where that is not in all. */
function settled(point) {
  const parts = [];
  if (known(point.share_settled) && point.share_settled < 1) parts.push(`settled in ${share(point.share_settled)} of trials`);
  if (known(point.share_met) && point.share_met < 1 && point.verdict !== undefined) {
    parts.push(`${share(point.share_met)} of trials meet it`);
  }
  return parts.length === 0 ? null : h('span', { class: 'sub' }, parts.join(', '));
}

/** Points that were reached, with their indices. */
const reached = (sweep) =>
  list(sweep.points)
    .map((point, i) => ({ point, i }))
    .filter(({ point }) => point.trials > 0);

/** The first, the last or the only point that meets all objectives. */
function metLabel(sweep, i) {
  const first = sweep.first_met === i && i > 0,
    last = sweep.last_met === i && i + 1 < sweep.points.length;
  if (!first && !last) return null;
  const which = first && last ? 'the only one' : first ? 'the first' : 'the last';
  return h('span', { class: 'badge good' }, `${which} to meet all`);
}

function pointsSection(sweep) {
  const columns = [
    { title: list(sweep.axes).map((a) => a.name).join(', '), head: true, cell: ({ point }) => point.name },
    {
      title: 'Objectives',
      cell: ({ point, i }) =>
        h(
          'div',
          { class: 'compared' },
          known(point.objectives_met) || point.verdict !== null ? badge(point.verdict) : kDash,
          metLabel(sweep, i),
        ),
    },
    {
      title: 'Cost a month',
      number: true,
      cell: ({ point }) => quantity(point.monthly_usd, 'USD'),
    },
  ];
  return h('section', { id: 'points' }, h('h2', null, 'Points'), table('Points', columns, reached(sweep)));
}

function curvePanel(context, sweep, row) {
  const points = reached(sweep),
    axis = sweep.axes[0];
  const curve = new Curve(context, {
    title: row.figure,
    xs: points.map(({ i }) => (axis.numbers === null ? i : axis.numbers[i])),
    names: points.map(({ point }) => point.name),
    estimates: points.map(({ i }) => row.points[i].estimate),
    lows: points.map(({ i }) => row.points[i].low),
    highs: points.map(({ i }) => row.points[i].high),
    knee: known(row.knee) && points.some(({ i }) => i === row.knee) ? points.findIndex(({ i }) => i === row.knee) : null,
    words: (value) => words(value, row.unit),
  });
  return h(
    'figure',
    { class: 'panel' },
    h('figcaption', null, h('h3', null, row.figure)),
    row.points.some((p) => known(p.estimate)) ? curve.element : h('p', { class: 'quiet' }, 'no figure'),
  );
}

/** A cell a point; the deeper its colour, the worse its place among all, whatever the distances. */
function heatMap(sweep, row) {
  const [down, across] = sweep.axes,
    width = across.values.length;
  const places = [...new Set(row.points.map((p) => p.estimate).filter(known))].sort((a, b) => a - b);
  const badness = (value) => {
    if (!known(value) || places.length < 2) return 0;
    const place = places.indexOf(value) / (places.length - 1);
    return row.wanted === 'less' ? place : 1 - place;
  };
  const columns = [
    { title: `${down.name} \\ ${across.name}`, head: true, cell: (y) => down.values[y] },
    ...across.values.map((value, x) => ({
      title: value,
      number: true,
      cell: (y) => {
        const point = row.points[y * width + x];
        const deep = Math.round(100 * badness(point.estimate));
        return h(
          'span',
          { class: 'heat', style: { '--deep': `${deep}%` } },
          words(point.estimate, row.unit),
        );
      },
    })),
  ];
  return h(
    'figure',
    { class: 'map' },
    h('figcaption', null, h('h3', null, row.figure)),
    table(row.figure, columns, down.values.map((_, y) => y)),
  );
}

function rowsSection(context, sweep, id, title, about, rows) {
  if (rows.length === 0) return null;
  const panels = rows.map((row) =>
    sweep.axes.length === 1 ? curvePanel(context, sweep, row) : heatMap(sweep, row),
  );
  return h(
    'section',
    { id },
    h('h2', null, title),
    h('p', { class: 'about' }, about),
    h('div', { class: 'panels' }, panels),
  );
}

function stepWords(row, i) {
  const found = row.points[i].step?.found;
  return found === 'better' || found === 'worse' ? found : '';
}

function tableSection(sweep, rows) {
  if (sweep.axes.length !== 1) return null;
  const columns = [
    { title: sweep.axes[0].name, head: true, cell: ({ point }) => point.name },
    ...rows.map((row) => ({
      title: row.figure,
      number: true,
      cell: ({ i }) => {
        const { estimate, low, high } = row.points[i];
        const interval = known(low) && known(high) && low !== high;
        return [
          words(estimate, row.unit),
          interval ? h('span', { class: 'sub' }, `${words(low, row.unit)} to ${words(high, row.unit)}`) : null,
          settled(row.points[i]),
          stepWords(row, i) === '' ? null : h('span', { class: 'sub' }, `${stepWords(row, i)} than before`),
        ];
      },
    })),
  ];
  return h('section', { id: 'table' }, h('h2', null, 'All figures'), table('All figures', columns, reached(sweep)));
}

function frontierSection(sweep) {
  const frontiers = list(sweep.frontiers);
  if (frontiers.length === 0) return null;
  return h(
    'section',
    { id: 'frontiers' },
    h('h2', null, 'What nobody beats'),
    h('p', { class: 'about' }, 'Of each figure the points of which no other is as cheap and, by a real difference, better.'),
    h(
      'div',
      { class: 'panels' },
      frontiers.map((frontier) => {
        const row = sweep.rows[frontier.row];
        const columns = [
          { title: 'Point', head: true, cell: ({ p }) => sweep.points[p].name },
          {
            title: frontier.figure,
            number: true,
            cell: ({ p }) => [words(row.points[p].estimate, row.unit), settled(row.points[p])],
          },
          { title: 'Cost a month', number: true, cell: ({ monthly_usd }) => quantity(monthly_usd, 'USD') },
          {
            title: 'That is',
            cell: ({ price }) => (known(price?.usd) ? `${quantity(price.usd, 'USD')} a ${price.per}` : ''),
          },
        ];
        return h(
          'figure',
          { class: 'map' },
          h('figcaption', null, h('h3', null, frontier.figure)),
          table(
            frontier.figure,
            columns,
            frontier.points.map((point) => ({ ...point, p: point.point })),
          ),
        );
      }),
    ),
  );
}

function findingsSection(sweep) {
  const lines = list(sweep.findings).map((f) => h('p', null, f.text));
  return lines.length === 0 ? null : h('section', { id: 'findings' }, h('h2', null, 'Be careful'), lines);
}

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showSweep(sweep) {
  const rows = list(sweep.rows).filter(isShown);
  const context = { redrawers: [], unfolders: [] };
  const title = list(sweep.axes)
    .map((axis) => axis.name)
    .join(' and ');
  document.title = `${title} of ${sweep.scenario}: Lifeboat sweep`;
  const about =
    list(sweep.axes).length === 1
      ? `The band is the ${share(sweep.confidence)} interval of each point by itself.`
      : 'The deeper the colour, the worse the place among all points.';
  showStudy({
    heading: `${title}: a sweep`,
    leads: [sweep.title || sweep.scenario, ...list(sweep.summary)],
    about: `${number(sweep.trials)} trials a point (seed ${sweep.seed}), with the same customers and luck at each: ${list(sweep.axes).map((a) => a.path).join(', ')}.`,
    sections: [
      pointsSection(sweep),
      rowsSection(context, sweep, 'objectives', 'Objectives', about, rows.filter((r) => r.kind === 'objective')),
      rowsSection(context, sweep, 'figures', 'Figures', about, rows.filter((r) => r.kind !== 'objective')),
      frontierSection(sweep),
      tableSection(sweep, rows),
      findingsSection(sweep),
    ],
    version: sweep.version,
  });
  return context;
}
