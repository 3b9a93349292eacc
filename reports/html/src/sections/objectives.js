// The objectives: what was asked, what came out, how sure that is, and the verdict.
import { h, svg, table } from '../dom.js';
import { interval, kDash, known, quantity, share } from '../format.js';
import { readObjective } from '../objective.js';
import { badge, reasonOf, wordsOf } from './summary.js';

/** What the verdict is judged on: { low, high, estimate, bound, unit }, of the share of trials or of the value itself. */
function judged(o) {
  const read = readObjective(o.text),
    need = o.needShare ?? read.needShare ?? (o.shareMet === null ? null : 0.95);
  if (o.shareMet !== null)
    return {
      low: o.shareLow ?? o.shareMet,
      high: o.shareHigh ?? o.shareMet,
      estimate: o.shareMet,
      bound: need,
      unit: 'share',
      below: false,
    };
  return {
    low: o.low ?? o.estimate,
    high: o.high ?? o.estimate,
    estimate: o.estimate,
    bound: o.threshold ?? read.value,
    unit: o.unit,
    below: read.below,
  };
}

/** The interval as a bar, the threshold as an upright line, the side that meets it shaded. */
function gauge(o) {
  const { low, high, estimate, bound, unit, below } = judged(o);
  if (![low, high, estimate, bound].every(known)) return kDash;
  const from = Math.min(low, bound),
    to = Math.max(high, bound),
    margin = (to - from || Math.abs(bound) || 1) * 0.18;
  const x = (v) => (100 * (v - from + margin)) / (to - from + 2 * margin);
  const width = Math.max(1.5, x(high) - x(low));
  const picture = svg(
    'svg',
    { class: 'gauge', viewBox: '0 0 100 16', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', {
      class: 'meets',
      x: below ? 0 : x(bound),
      y: 1,
      width: below ? x(bound) : 100 - x(bound),
      height: 14,
    }),
    svg('line', { class: 'axis', x1: 0, x2: 100, y1: 8, y2: 8 }),
    svg('rect', { class: 'interval', x: Math.min(x(low), 100 - width), y: 5, width, height: 6 }),
    svg('line', { class: 'bound', x1: x(bound), x2: x(bound), y1: 0, y2: 16 }),
  );
  const words = `${interval(low, high, unit)}; threshold ${quantity(bound, unit)}`;
  return h(
    'div',
    { class: 'gauge-box', role: 'img', 'aria-label': words, title: words },
    picture,
    h('span', { class: 'dot', style: { left: `${x(estimate)}%` } }),
    h(
      'span',
      { class: 'limit', style: { left: `${Math.min(88, Math.max(12, x(bound)))}%` } },
      quantity(bound, unit),
    ),
  );
}

function estimateCell(o) {
  const range = interval(o.low, o.high, o.unit);
  return [
    h('span', { class: 'strong' }, quantity(o.estimate, o.unit)),
    range === ''
      ? null
      : h(
          'span',
          { class: 'sub' },
          range,
          o.confidence === null ? '' : ` (${share(o.confidence)} sure)`,
        ),
    o.p95 === null
      ? null
      : h('span', { class: 'sub' }, `at most ${quantity(o.p95, o.unit)} in 95 % of trials`),
  ];
}

/** Whether the reason says more than the estimate beside it. */
const adds = (o) =>
  o.reason !== '' || o.shareMet !== null || (o.verdict === 'inconclusive' && o.toSettle !== null);

export function objectivesSection(report) {
  if (report.objectives.length === 0) return null;
  const columns = [
    {
      title: 'Objective',
      head: true,
      cell: (o) => [wordsOf(o), h('code', { class: 'sub' }, o.text)],
    },
    {
      title: 'Verdict',
      cell: (o) => [
        badge(o.verdict),
        adds(o) ? h('span', { class: 'sub why' }, reasonOf(o, report.trials)) : null,
      ],
    },
    { title: 'Estimate', cell: estimateCell },
    {
      title: 'Against the threshold',
      about:
        'Bar: the interval on which the verdict rests. Line: the threshold. Shaded: the side that meets it.',
      cell: gauge,
    },
  ];
  return h(
    'section',
    { id: 'objectives' },
    h('h2', null, 'Objectives'),
    table('Objectives and their verdicts', columns, report.objectives, { class: 'objectives' }),
    h(
      'p',
      { class: 'quiet small' },
      'Bar: the interval on which the verdict rests. Upright line: the threshold. Shaded: the side that meets it. An interval covers luck within the model, not the model itself.',
    ),
  );
}
