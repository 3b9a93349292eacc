// Journeys, services, load and data classes, as tables.
import { regionName } from '../charts/panels.js';
import { disclosure, h, table } from '../dom.js';
import { duration, kDash, known, number, quantity, share, words } from '../format.js';

const causes = (j) =>
  Object.entries(j.failedBy)
    .filter(([, n]) => known(n) && n > 0)
    .sort((a, b) => b[1] - a[1]);

function splitCell(total, list) {
  const part = ([cause, n]) =>
    `${words(cause)} ${total > 0 ? share(Number((n / total).toPrecision(3))) : number(n)}`;
  const shown = list.length > 3 ? 2 : 3;
  return [
    number(total),
    list.slice(0, shown).map((entry) => h('span', { class: 'sub' }, part(entry))),
    list.length > shown
      ? h(
          'span',
          { class: 'sub', title: list.map(part).join(', ') },
          `and ${list.length - shown} more causes`,
        )
      : null,
  ];
}

const ranged = (value, low, high) => [
  duration(value),
  known(low) && known(high)
    ? h('span', { class: 'sub' }, `${duration(low)} to ${duration(high)}`)
    : null,
];

export function journeysSection(report) {
  const { journeys } = report;
  if (journeys.length === 0) return null;
  const rows = [...journeys].sort((a, b) => b.critical - a.critical);
  const any = (f) => journeys.some((j) => known(f(j)));
  const columns = [
    {
      title: 'Journey',
      head: true,
      cell: (j) => [
        j.name,
        j.critical ? [' ', h('span', { class: 'tag below' }, 'critical')] : null,
        j.goodWithin === null
          ? null
          : h('span', { class: 'sub' }, `good within ${duration(j.goodWithin)}`),
      ],
    },
    any((j) => j.good)
      ? { title: 'Good', number: true, cell: (j) => share(j.good) }
      : {
          title: 'Answered',
          number: true,
          cell: (j) => (j.offered > 0 ? share(j.succeeded / j.offered) : kDash),
        },
    journeys.some((j) => j.rto.p50 !== null)
      ? {
          title: 'RTO',
          number: true,
          cell: (j) => [
            duration(j.rto.p50),
            j.rto.p95 === null ? null : h('span', { class: 'sub' }, `p95 ${duration(j.rto.p95)}`),
          ],
        }
      : null,
    { title: 'Offered', number: true, cell: (j) => number(j.offered) },
    { title: 'Failed', number: true, cell: (j) => splitCell(j.failed, causes(j)) },
    any((j) => (j.unfinished > 0 ? 1 : null))
      ? { title: 'Unfinished', number: true, cell: (j) => number(j.unfinished) }
      : null,
    {
      title: 'Served by',
      cell: (j) =>
        Object.entries(j.servedBy)
          .filter(([, n]) => known(n) && n > 0)
          .map(([region, n]) =>
            h(
              'span',
              { class: 'line-item' },
              `${regionName(report, region)} ${j.succeeded > 0 ? share(Number((n / j.succeeded).toFixed(3))) : number(n)}`,
            ),
          ),
    },
    {
      title: 'p50',
      number: true,
      cell: (j) => [
        duration(j.latency.p50_s),
        known(j.latency.p90_s)
          ? h('span', { class: 'sub' }, `p90 ${duration(j.latency.p90_s)}`)
          : null,
      ],
    },
    {
      title: 'p99',
      number: true,
      cell: (j) => [
        ranged(j.latency.p99_s, j.latency.p99_low_s, j.latency.p99_high_s),
        known(j.latency.max_s)
          ? h('span', { class: 'sub' }, `longest ${duration(j.latency.max_s)}`)
          : null,
      ],
    },
    {
      title: 'Mean',
      number: true,
      cell: (j) => ranged(j.latency.mean_s, j.latency.mean_low_s, j.latency.mean_high_s),
    },
  ].filter((c) => c !== null);
  return h(
    'section',
    { id: 'journeys' },
    h('h2', null, 'Journeys'),
    h('p', { class: 'about' }, 'Counts over all trials; times of answered requests.'),
    table('Journeys', columns, rows, { class: 'journeys' }),
  );
}

const kHot = 0.9,
  kWarm = 0.75;

function meter(x) {
  if (!known(x)) return kDash;
  const level = h('span', {
    class: `level${x >= kHot ? ' hot' : x >= kWarm ? ' warm' : ''}`,
    style: { width: `${100 * Math.min(1, Math.max(0, x))}%` },
  });
  return h(
    'span',
    { class: 'meter' },
    h('span', { class: 'rail' }, level),
    h('span', { class: x >= kHot ? 'text hot-text' : 'text' }, share(Number(x.toFixed(3)))),
  );
}

export function servicesSection(report) {
  const { services } = report;
  if (services.length === 0) return null;
  const columns = [
    {
      title: 'Service',
      head: true,
      cell: (s) => (s.station === '' ? s.name : h('span', { class: 'station' }, s.station)),
    },
    { title: 'Region', cell: (s) => regionName(report, s.region) },
    { title: 'Utilization', cell: (s) => meter(s.utilization) },
    { title: 'Arrivals', number: true, cell: (s) => number(s.arrivals) },
    { title: 'Rejected', number: true, cell: (s) => number(s.rejected) },
    { title: 'Mean in line', number: true, cell: (s) => number(s.waiting) },
    { title: 'Mean wait', number: true, cell: (s) => duration(s.wait) },
    { title: 'Mean sojourn', number: true, cell: (s) => duration(s.sojourn) },
  ];
  const stations = services.flatMap((s) =>
    s.stations.map((x) => ({ ...x, station: `${s.name} / ${x.station}` })),
  );
  return h(
    'section',
    { id: 'services' },
    h('h2', null, 'Services'),
    table('Services', columns, services),
    stations.length === 0
      ? null
      : disclosure(`Stations within them (${stations.length})`, () =>
          table('Stations', columns, stations),
        ),
  );
}

export function loadSection(report) {
  if (report.load.length === 0) return null;
  const columns = [
    { title: 'Service', head: true, cell: (l) => l.service },
    { title: 'Region', cell: (l) => regionName(report, l.region) },
    { title: 'Capacity', cell: (l) => l.capacity || kDash },
    ...['mean', 'peak', 'failover'].map((key) => ({
      title: `At ${key}`,
      cell: (l) => meter(l[key]),
    })),
  ];
  const rows = [...report.load].sort(
    (a, b) => Math.max(b.mean, b.peak, b.failover) - Math.max(a.mean, a.peak, a.failover),
  );
  return h(
    'section',
    { id: 'load' },
    h('h2', null, 'Load'),
    h(
      'p',
      { class: 'about' },
      'Offered load over capacity, from the traffic and the demands alone: 100 % is saturation. The most loaded first.',
    ),
    table('Offered load over capacity', columns, rows),
  );
}

const counts = (s, unit) =>
  s.mean === null && s.p50 === null
    ? kDash
    : [
        quantity(s.mean ?? s.p50, unit),
        s.p95 === null ? null : h('span', { class: 'sub' }, `p95 ${quantity(s.p95, unit)}`),
      ];

export function dataSection({ recovery }) {
  if (recovery === null || recovery.classes.length + recovery.rpo.length === 0) return null;
  const classes = [
    { title: 'Data class', head: true, cell: (c) => c.name },
    ...['lost', 'stranded', 'torn', 'duplicate'].map((key) => ({
      title: key[0].toUpperCase() + key.slice(1),
      number: true,
      cell: (c) => counts(c[key], 'count'),
    })),
    {
      title: 'Any lost',
      number: true,
      cell: (c) =>
        c.anyLost === null
          ? kDash
          : [
              `${share(c.anyLost)} of trials`,
              c.anyLow === null || c.anyHigh === null
                ? null
                : h(
                    'span',
                    { class: 'sub' },
                    `${share(Number(c.anyLow.toFixed(3)))} to ${share(Number(c.anyHigh.toFixed(3)))}`,
                  ),
            ],
    },
  ];
  const stores = [
    { title: 'Store', head: true, cell: (r) => r.store },
    { title: 'RPO', number: true, cell: (r) => counts(r.seconds, 's') },
    {
      title: 'Interval of the mean',
      number: true,
      cell: (r) =>
        r.seconds.low === null || r.seconds.high === null
          ? kDash
          : `${duration(r.seconds.low)} to ${duration(r.seconds.high)}`,
    },
    { title: 'Writes lost', number: true, cell: (r) => counts(r.writesLost, 'count') },
  ];
  return h(
    'section',
    { id: 'data' },
    h('h2', null, 'Data'),
    recovery.classes.length === 0
      ? null
      : [
          h(
            'p',
            { class: 'about' },
            'Records per trial, on average. ',
            h('b', null, 'Lost'),
            ' never comes back; ',
            h('b', null, 'stranded'),
            ' returns with the region; ',
            h('b', null, 'torn'),
            ' kept some of its writes but not all; ',
            h('b', null, 'duplicate'),
            ' exists twice.',
          ),
          table('Data classes', classes, recovery.classes),
        ],
    recovery.rpo.length === 0
      ? null
      : [h('h3', null, 'By store'), table('Data loss by store', stores, recovery.rpo)],
  );
}
