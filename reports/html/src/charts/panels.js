// Which chart shows which measures, and which lines it draws for the journey or service chosen.
//
// A panel: { id, title, about, measures (predicate), axis, unit, stacked, rates (averaged where
// values lie closer than pixels), of: journey | service | nothing, lines: (series, chosen, report) => lines }. Measures that no panel knows come out in
// one panel each at the end.
import { known, words } from '../format.js';
import { seriesColour } from './palette.js';

export const kAll = ''; // the choice "all together"
const kMost = 8; // lines in a chart of its own accord

/** Causes of failure, lowest in the stack first, each with its colour everywhere. */
const kCauses = {
  timeout: 2,
  'stale-region': 5,
  reset: 4,
  'no-capacity': 7,
  throttled: 6,
  rejected: 3,
  dependency: 8,
  abandoned: 1,
  blocked: 3,
  'breaker-open': 8,
};

export const regionName = (report, region) =>
  typeof report.regions[region] === 'string' ? report.regions[region] : region;

const place = (report, s) =>
  s.region === '' ? s.subject : `${s.subject}, ${regionName(report, s.region)}`;

/** Value by value over several series, on the first one's grid: sum, max. */
export function combined(list, combine) {
  const [first] = list;
  const at = (s, t) => {
    const i = Math.floor((t - s.start) / s.step + 1e-9);
    return i >= 0 && i < s.values.length ? s.values[i] : null;
  };
  const values = first.values.map((_, i) =>
    list.reduce((total, s) => {
      const v =
        s.start === first.start && s.step === first.step
          ? (s.values[i] ?? null)
          : at(s, first.start + i * first.step);
      return v === null ? total : total === null ? v : combine(total, v);
    }, null),
  );
  return { start: first.start, step: first.step, values };
}
const sum = (list) => combined(list, (a, b) => a + b);
const highest = (list) => combined(list, Math.max);

/** A journey's series may come whole or by region; whole where there is both. */
function wholeOf(list) {
  const whole = new Set(list.filter((s) => s.region === '').map((s) => s.subject));
  return list.filter((s) => s.region === '' || !whole.has(s.subject));
}

const hasValues = (s) => s.values.some((v) => v !== null);
const hasAny = (s) => s.values.some((v) => known(v) && v > 0);
const grouped = (list, keyOf) => [
  ...list.reduce((map, s) => map.set(keyOf(s), [...(map.get(keyOf(s)) ?? []), s]), new Map()),
];

function requestLines(series, journey) {
  const of = (measure) =>
    wholeOf(
      series.filter((s) => s.measure === measure && (journey === kAll || s.subject === journey)),
    );
  const lines = [];
  const [offered, good] = [of('offered'), of('good')];
  if (good.length > 0) lines.push({ ...sum(good), label: 'good', color: 'series-1', fill: 0.16 });
  if (offered.length > 0)
    lines.push({ ...sum(offered), label: 'offered', color: 'ink', width: 1.25, between: 'good' });
  return lines;
}

function errorLines(series, journey) {
  const chosen = wholeOf(series.filter((s) => journey === kAll || s.subject === journey));
  const names = Object.keys(kCauses),
    order = (cause) => (names.includes(cause) ? names.indexOf(cause) : names.length);
  return grouped(chosen, (s) => s.measure.slice('failed.'.length))
    .map(([cause, list]) => ({ ...sum(list), label: cause, order: order(cause), fill: 0.8 }))
    .filter(hasAny)
    .sort((a, b) => a.order - b.order)
    .map((line) => ({ ...line, color: `series-${kCauses[line.label] ?? 8}` }));
}

function latencyLines(series, journey, report) {
  const whole = wholeOf(series.filter((s) => s.subject === (journey === kAll ? 'all' : journey)));
  if (whole.length > 0) {
    return [
      ['p50', 'series-1', undefined],
      ['p99', 'series-2', [6, 3]],
    ].flatMap(([measure, color, dash]) =>
      whole
        .filter((s) => s.measure === measure)
        .slice(0, 1)
        .map((s) => ({ ...s, label: measure, color, dash })),
    );
  }
  const critical = new Set(report.journeys.filter((j) => j.critical).map((j) => j.name));
  const p99 = wholeOf(
    series.filter((s) => s.measure === 'p99' && (critical.size === 0 || critical.has(s.subject))),
  );
  return p99.slice(0, kMost).map((s, i) => ({
    ...s,
    label: `p99 of ${s.subject}`,
    color: seriesColour(i),
    dash: kDashes[i >> 2],
  }));
}

const kDashes = [undefined, [6, 3], [2, 2]];

function taskLines(series, service, report) {
  const chosen = series.filter((s) => service === kAll || s.subject === service);
  return grouped(chosen, (s) => s.region).flatMap(([region, list], i) => {
    const where = region === '' ? '' : `, ${regionName(report, region)}`;
    const of = (measure) => list.filter((s) => s.measure === measure && hasValues(s));
    const lines = [];
    if (of('running').length > 0)
      lines.push({
        ...sum(of('running')),
        label: `running${where}`,
        color: seriesColour(i),
        fill: 0.14,
        width: 2,
      });
    if (of('desired').length > 0)
      lines.push({
        ...sum(of('desired')),
        label: `desired${where}`,
        color: seriesColour(i),
        dash: [4, 3],
        width: 1.25,
      });
    return lines;
  });
}

const perRegion = (combine, all, one) => (series, service, report) =>
  grouped(
    series.filter((s) => (service === kAll || s.subject === service) && hasValues(s)),
    (s) => s.region,
  ).map(([region, list], i) => ({
    ...combine(list),
    color: seriesColour(i),
    dash: kDashes[i >> 2],
    label: [service === kAll ? all : one, region === '' ? '' : regionName(report, region)]
      .filter((x) => x !== '')
      .join(', '),
  }));

/** One line a subject and region; those that never hold a value are left out. */
const everySubject = (labelOf) => (series, _, report) =>
  series
    .filter(hasValues)
    .slice(0, 3 * kMost)
    .map((s, i) => ({
      ...s,
      label: labelOf(s, report),
      color: seriesColour(i),
      dash: kDashes[Math.floor(i / kMost) % 3],
    }));

const kReceiveLag = 'receive_lag';
/** The measure without the part that it is of: "queue orders-db@sg/connections" is a queue. */
const kindOf = (measure) => measure.split(' ', 1)[0];
const partOf = (s) => s.measure.slice(kindOf(s.measure).length + 1);
const markName = (s) =>
  kindOf(s.measure) === kReceiveLag ? 'received' : (s.measure.split('.')[1] ?? s.measure);
const is =
  (...names) =>
  (measure) =>
    names.includes(kindOf(measure));

export const kPanels = [
  {
    id: 'requests',
    title: 'Requests',
    about:
      'Customers’ attempts that arrive each second, and the good ones among them. The gap is what customers lose.',
    of: 'journey',
    measures: is('offered', 'good'),
    rates: true,
    axis: 'linear',
    unit: '1/s',
    lines: requestLines,
  },
  {
    id: 'errors',
    title: 'Errors by cause',
    about: 'Failed requests each second, stacked by the one cause each has.',
    of: 'journey',
    measures: (m) => m.startsWith('failed.'),
    rates: true,
    axis: 'linear',
    unit: '1/s',
    stacked: true,
    lines: errorLines,
  },
  {
    id: 'latency',
    title: 'Response time',
    about:
      '99th percentile (and the median, once a journey is chosen) of answered requests, on a logarithmic axis.',
    of: 'journey',
    measures: is('p50', 'p99'),
    axis: 'log',
    unit: 's',
    lines: latencyLines,
  },
  {
    id: 'tasks',
    title: 'Tasks',
    about: 'What the policy wants (dashed) and what runs.',
    of: 'service',
    measures: is('desired', 'running'),
    axis: 'linear',
    unit: 'tasks',
    lines: taskLines,
    eachService: true,
  },
  {
    id: 'utilization',
    title: 'Utilization',
    about: 'Capacity used over capacity running.',
    of: 'service',
    measures: is('utilization'),
    axis: 'share',
    unit: 'share',
    lines: perRegion(highest, 'busiest service', 'utilization'),
  },
  {
    id: 'queue',
    title: 'Requests waiting',
    about: 'Requests in line, not yet in service.',
    of: 'service',
    measures: is('queue'),
    axis: 'linear',
    unit: 'requests',
    lines: perRegion(sum, 'all services', 'waiting'),
  },
  {
    id: 'stale-clients',
    title: 'Clients with an old answer',
    about:
      'Of the requests that ask for a name, those whose resolver still believes an answer that has changed since.',
    measures: is('stale_clients'),
    axis: 'share',
    unit: 'share',
    lines: everySubject((s, report) => partOf(s) || place(report, s)),
  },
  {
    id: 'hit-ratio',
    title: 'Cache hit ratio',
    about: 'Look-ups answered by the cache. A cold cache sends the rest to the stores.',
    measures: is('hit_ratio'),
    axis: 'share',
    unit: 'share',
    lines: everySubject((s, report) => partOf(s) || place(report, s)),
  },
  {
    id: 'lag',
    title: 'Replica marks',
    about:
      'How far each mark stands behind what was committed. At promotion, what was not received is lost.',
    measures: (m) => m.startsWith('lag.') || kindOf(m) === kReceiveLag,
    axis: 'linear',
    unit: 's',
    lines: everySubject((s, report) => `${place(report, s)}: ${markName(s)}`),
  },
  {
    id: 'marks',
    title: 'Replica marks, in writes',
    about: 'Writes committed, received and applied.',
    measures: (m) => m.startsWith('mark.'),
    axis: 'linear',
    unit: 'writes',
    lines: everySubject((s, report) => `${place(report, s)}: ${markName(s)}`),
  },
  {
    id: 'backlog',
    title: 'Queue backlog',
    about: 'Messages that wait for a consumer.',
    measures: is('backlog'),
    axis: 'linear',
    unit: 'messages',
    lines: everySubject((s, report) => place(report, s)),
  },
  {
    id: 'oldest-age',
    title: 'Age of the oldest message',
    about: 'How long the first message in line has waited.',
    measures: is('oldest_age'),
    axis: 'linear',
    unit: 's',
    lines: everySubject((s, report) => place(report, s)),
  },
];

/** The panels that this report has series for: [{ panel, series }]. */
export function panelsOf(report) {
  const found = kPanels
    .map((panel) => ({ panel, series: report.series.filter((s) => panel.measures(s.measure)) }))
    .filter(({ series }) => series.length > 0);
  const rest = report.series.filter((s) => !kPanels.some((panel) => panel.measures(s.measure)));
  const more = grouped(rest, (s) => `${s.measure} ${s.unit}`).map(([, series]) => ({
    series,
    panel: {
      id: series[0].measure,
      title: words(series[0].measure),
      about: series.length > 3 * kMost ? `The first ${3 * kMost} of ${series.length}.` : '',
      more: true,
      axis: series[0].unit === 'share' ? 'share' : 'linear',
      unit: series[0].unit,
      lines: everySubject((s, r) => place(r, s) || s.measure),
    },
  }));
  return [...found, ...more];
}

/** The names that a selector offers: subjects of the panels of that kind. */
export const subjectsOf = (panels, kind) =>
  [
    ...new Set(
      panels
        .filter(({ panel }) => panel.of === kind)
        .flatMap(({ series }) => series.map((s) => s.subject)),
    ),
  ].filter((name) => name !== '' && name !== 'all');
