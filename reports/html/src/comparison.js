// The page of a comparison: which design is better in what, and small multiples on one time axis.
//
// Its data is { "comparison": ... }, the document lifeboat/comparison/1.
import { Chart } from './charts/chart.js';
import { seriesColour } from './charts/palette.js';
import { TimeRange } from './charts/range.js';
import { Clock } from './clock.js';
import { h, svg, table } from './dom.js';
import { counted, kDash, known, number, quantity, share } from './format.js';
import { badge } from './sections/summary.js';
import { showStudy } from './study.js';

const kFound = {
  better: { word: 'better', tone: 'good' },
  worse: { word: 'worse', tone: 'bad' },
  noise: { word: 'no difference shown', tone: 'none' },
  same: { word: 'the same in every trial', tone: 'none' },
  none: { word: 'nothing to compare', tone: 'none' },
};

const list = (x) => (Array.isArray(x) ? x : []);
const value = (x, unit) => (!known(x) ? kDash : unit === 'share' ? share(x) : quantity(x, unit));

/** A difference with its sign; shares in percentage points. */
export function change(x, unit) {
  if (!known(x)) return kDash;
  const sign = x > 0 ? '+' : x < 0 ? '−' : '';
  return sign + (unit === 'share' ? `${number(100 * Math.abs(x))} points` : quantity(Math.abs(x), unit));
}

/** Whether a row says anything: an objective does, a figure if two variants have it. */
export const isShown = (row) =>
  row.kind === 'objective' ||
  list(row.variants).some((v) => known(v.difference?.value));

/** Intervals of a row's differences on one scale with zero in it. */
function scaleOf(row) {
  const ends = list(row.variants).flatMap((v) => [v.difference?.low, v.difference?.high]);
  const most = Math.max(0, ...ends.filter(known).map(Math.abs));
  return most > 0 ? (x) => 50 + (x / most) * 46 : null;
}

function gauge(row, difference, scale) {
  if (scale === null || !known(difference.low) || !known(difference.high)) return null;
  const from = scale(difference.low),
    width = Math.max(1.5, scale(difference.high) - from);
  const words = `${change(difference.low, row.unit)} to ${change(difference.high, row.unit)}`;
  return h(
    'div',
    { class: 'gauge-box', role: 'img', 'aria-label': words, title: words },
    svg(
      'svg',
      { class: 'gauge', viewBox: '0 0 100 16', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('line', { class: 'axis', x1: 0, x2: 100, y1: 8, y2: 8 }),
      svg('rect', { class: 'interval', x: from, y: 5, width, height: 6 }),
      svg('line', { class: 'bound', x1: 50, x2: 50, y1: 0, y2: 16 }),
    ),
    h('span', { class: 'dot', style: { left: `${scale(difference.value)}%` } }),
  );
}

function variantCell(row, i, scale, isBest) {
  const variant = row.variants[i],
    difference = variant.difference,
    // What is declared: no trial has a say in it.
    exact = difference?.low === difference?.high,
    found = kFound[difference?.found] ?? kFound.none;
  return h(
    'div',
    { class: 'compared' },
    h('div', { class: 'compared-value' }, value(variant.estimate, row.unit)),
    row.kind === 'objective' && variant.verdict !== undefined ? badge(variant.verdict) : null,
    known(variant.share_met) && row.kind === 'objective'
      ? h('div', { class: 'quiet small' }, `${share(variant.share_met)} of trials meet it`)
      : null,
    isBest ? h('span', { class: 'badge good' }, 'best') : null,
    difference === undefined
      ? null
      : h(
          'div',
          { class: 'compared-difference' },
          known(difference.low) && difference.found !== 'same'
            ? [
                h('div', null, change(difference.value, row.unit)),
                exact
                  ? null
                  : h(
                      'div',
                      { class: 'quiet' },
                      `${change(difference.low, row.unit)} to ${change(difference.high, row.unit)}`,
                    ),
              ]
            : null,
          exact ? null : gauge(row, difference, scale),
          h('div', { class: `found ${found.tone}` }, found.word),
          difference.left_out > 0
            ? h('div', { class: 'quiet' }, `of the ${counted(difference.pairs, 'pair')} in which both have one`)
            : null,
        ),
  );
}

export function rowsSection(id, title, rows, variants) {
  if (rows.length === 0) return null;
  const columns = [
    { title: 'Figure', head: true, cell: (row) => row.figure },
    ...variants.map((variant, i) => ({
      title: variant.name,
      cell: (row) => variantCell(row, i, scaleOf(row), row.winner === variant.name),
    })),
  ];
  return h('section', { id }, h('h2', null, title), table(title, columns, rows));
}

export function seriesSection(context, series, variants) {
  if (series.length === 0) return null;
  return h(
    'section',
    { id: 'charts' },
    h('h2', null, 'Over time'),
    h(
      'p',
      { class: 'about' },
      'Means over the trials, on one time axis. Drag to zoom, double click for the whole run.',
    ),
    h(
      'div',
      { class: 'panels' },
      series.map((one) => {
        const chart = new Chart(context, {
          title: one.measure,
          axis: one.unit === 'share' ? 'share' : 'linear',
          unit: one.unit === 'count' ? '' : one.unit,
          height: 200,
          rates: false,
        });
        const lines = variants.map((variant, i) => ({
          label: variant.name,
          color: seriesColour(i),
          start: 0,
          step: one.step_s,
          values: list(one.values)[i] ?? [],
        }));
        requestAnimationFrame(() => chart.setLines(lines));
        return h(
          'figure',
          { class: 'panel' },
          h('figcaption', null, h('h3', null, one.measure)),
          chart.element,
        );
      }),
    ),
  );
}

/** What to be careful about; the same of several designs is told once. */
function findingsSection(variants) {
  const told = new Set();
  const lines = variants.flatMap((v) =>
    list(v.findings)
      .filter((f) => f.severity === 'warning' && f.code !== 'input' && !told.has(f.text))
      .map((f) => {
        told.add(f.text);
        return h('p', null, h('strong', null, `${v.name}: `), f.text);
      }),
  );
  return lines.length === 0 ? null : h('section', { id: 'findings' }, h('h2', null, 'Be careful'), lines);
}

function variantsSection(comparison, variants) {
  const columns = [
    { title: 'Design', head: true, cell: (v) => v.name },
    { title: 'What it is', cell: (v) => v.title || kDash },
    { title: 'Given', cell: (v) => v.given ?? 'no fault' },
    { title: 'Objectives', cell: (v) => badge(v.verdict) },
    {
      title: 'Declared cost a month',
      number: true,
      cell: (v) => quantity(v.declared_monthly_usd, 'USD'),
    },
    {
      title: 'Kept apart',
      number: true,
      cell: (v) => quantity(v.apart_monthly_usd, 'USD'),
    },
  ];
  return h('section', { id: 'designs' }, h('h2', null, 'Designs'), table('Designs', columns, variants));
}

/** What charts of several designs on one time axis need. */
export function contextOf(series) {
  const ends = series.map((s) => s.step_s * Math.max(...s.values.map((v) => v.length)));
  return {
    report: { phases: [], faultAt: null, recoveredAt: null },
    clock: new Clock(null, '', null),
    range: new TimeRange(0, Math.max(1, ...ends)),
    redrawers: [],
    unfolders: [],
  };
}

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showComparison(comparison) {
  const variants = list(comparison.variants),
    rows = list(comparison.rows).filter(isShown),
    series = list(comparison.series),
    context = contextOf(series);
  const title = variants.map((v) => v.name).join(', ');
  document.title = `${title}: Lifeboat comparison`;
  const footnote = known(comparison.baseline_trials)
    ? `Differences are to ${variants[0].name}, an earlier run of ${counted(comparison.baseline_trials, 'trial')}, and are not paired: intervals are ${share(comparison.confidence)}, of that run's and of ${counted(comparison.pairs, 'trial')} of each design (seed ${comparison.seed}) by themselves.`
    : `Intervals are ${share(comparison.confidence)}, of ${counted(comparison.pairs, 'pair')} of trials (seed ${comparison.seed}): each pair meets the same customers with the same luck, for the whole duration. Of figures that are equal but for luck, one in twenty seems different.`;
  showStudy({
    heading: `Compared: ${title}`,
    leads: list(comparison.summary),
    about: footnote,
    sections: [
      variantsSection(comparison, variants),
      rowsSection(
        'objectives',
        'Objectives',
        rows.filter((r) => r.kind === 'objective'),
        variants,
      ),
      rowsSection(
        'figures',
        'Figures',
        rows.filter((r) => r.kind !== 'objective'),
        variants,
      ),
      seriesSection(context, series, variants),
      findingsSection(variants),
    ],
    version: comparison.version,
  });
  return context;
}
