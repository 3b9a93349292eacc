// The page of a traffic twin: the held-back data against the band of the twin's trials, the day's
// profile, dispersion over time scales, and the model itself.
//
// Its data is { "twin": ... }, the document lifeboat/twin/1 with its "summary" and "bins".
import { Band } from './charts/band.js';
import { h, table } from './dom.js';
import { duration, kDash, known, number, share } from './format.js';
import { showStudy } from './study.js';

const list = (x) => (Array.isArray(x) ? x : []);
const rate = (x) => (known(x) ? `${number(x)}/s` : kDash);
const kWeekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const key = (twin) =>
  h(
    'p',
    { class: 'about' },
    `Solid: the held-back data. Dashed: the mean of ${number(twin.trials)} trials of the twin; the band holds ${share(twin.band)} of them.`,
  );

function section(id, title, ...content) {
  return h('section', { id }, h('h2', null, title), content);
}

function panel(element) {
  return h('figure', { class: 'panel' }, element);
}

function heldBackSection(context, twin) {
  const bins = twin.bins;
  if (!twin.check || !bins) return null;
  const chart = new Band(context, {
    title: 'Held-back data against the twin',
    about: `${share(twin.check.covered)} of the stretches lie in the band.`,
    xs: bins.at_s,
    names: bins.labels.map((label) => label.slice(0, 10)),
    seen: bins.seen,
    expected: bins.expected,
    lows: bins.low,
    highs: bins.high,
    words: rate,
    height: 260,
  });
  return section(
    'held-back',
    'Held-back data against the twin',
    key(twin),
    panel(chart.element),
  );
}

function daySection(context, twin) {
  const cells = list(twin.check?.day);
  if (cells.length === 0) return null;
  const clock = (second) => `${String(Math.round(second / 3600)).padStart(2, '0')}:00`;
  const chart = new Band(context, {
    title: "The day's profile",
    about: `Mean difference ${share(twin.check.profile_error)} of the mean.`,
    xs: cells.map((c) => c.second_of_day),
    names: cells.map((c) => clock(c.second_of_day)),
    seen: cells.map((c) => c.seen),
    expected: cells.map((c) => c.expected),
    lows: cells.map(() => null),
    highs: cells.map(() => null),
    words: number,
  });
  return section(
    'day',
    "The day's profile",
    h(
      'p',
      { class: 'about' },
      `Requests at each hour over the mean of the day. The twin is off by ${share(twin.check.profile_error)} of the mean on average; a constant rate by ${share(twin.check.flat_profile_error)}, and chance alone, were the twin the truth, by ${share(twin.check.chance_profile_error)}.`,
    ),
    panel(chart.element),
  );
}

function dispersionSection(context, twin) {
  const rows = list(twin.check?.dispersion);
  if (rows.length === 0) return null;
  const chart = new Band(context, {
    title: 'Index of dispersion of counts',
    about: rows.map((r) => `${duration(r.window_s)}: ${number(r.seen)}, twin ${number(r.expected)}`).join('; '),
    xs: rows.map((r) => r.window_s),
    names: rows.map((r) => duration(r.window_s)),
    seen: rows.map((r) => r.seen),
    expected: rows.map((r) => r.expected),
    lows: rows.map((r) => r.low),
    highs: rows.map((r) => r.high),
    logarithmic: true,
    words: number,
  });
  const columns = [
    { title: 'Window', head: true, cell: (r) => duration(r.window_s) },
    { title: 'Held back', number: true, cell: (r) => number(r.seen) },
    { title: 'Twin', number: true, cell: (r) => number(r.expected) },
    { title: `${share(twin.band)} of trials`, number: true, cell: (r) => `${number(r.low)} to ${number(r.high)}` },
  ];
  return section(
    'dispersion',
    'Dispersion over time scales',
    h(
      'p',
      { class: 'about' },
      `Variance of the counts in windows of a width over their mean, about what the twin expects there; 1 for Poisson arrivals. Seen and foretold differ by a factor ${number(twin.check.dispersion_factor)} on average over the widths; a constant Poisson rate by ${number(twin.check.flat_dispersion_factor)}.`,
    ),
    panel(chart.element),
    table('Dispersion', columns, rows),
  );
}

function modelSection(twin) {
  const model = twin.model;
  const rows = [
    ['Level', `${rate(model.per_second)}, forecast error ${share(model.forecast_cv)}`],
    ...list(model.bursts).map((b) => [`Burstiness over ${duration(b.correlation_s)}`, `cv ${number(b.cv)}`]),
    ...list(model.week)
      .map((weight, i) => [kWeekdays[i], `${number(weight)} times the mean`])
      .filter(() => list(model.week).some((weight) => weight !== 1)),
  ];
  const columns = [
    { title: 'Part', head: true, cell: ([name]) => name },
    { title: 'Value', cell: ([, value]) => value },
  ];
  return section('model', 'The model', table('The model', columns, rows));
}

function stretchesSection(twin) {
  const { events, gaps } = twin.model;
  if (list(events).length + list(gaps).length === 0) return null;
  const when = { title: 'From', head: true, cell: (s) => s.at };
  const long = { title: 'For', number: true, cell: (s) => duration(s.length_s) };
  return section(
    'stretches',
    'What was left out',
    list(events).length === 0
      ? null
      : [
          h('h3', null, 'Events'),
          table(
            'Events',
            [
              when,
              long,
              { title: 'Factor', number: true, cell: (e) => number(e.factor) },
              { title: 'More', number: true, cell: (e) => number(Math.round(e.excess)) },
            ],
            events,
          ),
        ],
    list(gaps).length === 0
      ? null
      : [
          h('h3', null, 'Gaps'),
          table(
            'Gaps',
            [when, long, { title: 'What is there', cell: (g) => (g.silent ? 'rows of zeros' : 'no rows') }],
            gaps,
          ),
        ],
  );
}

function trafficSection(twin) {
  return section(
    'traffic',
    'The traffic file',
    h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': 'traffic.json' }, h('pre', null, twin.traffic)),
  );
}

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showTwin(twin) {
  const context = { redrawers: [], unfolders: [] };
  document.title = `${twin.file}: Lifeboat traffic twin`;
  showStudy({
    heading: `A twin of ${twin.file}`,
    leads: list(twin.summary),
    about: `${number(twin.data.bins)} bins of ${duration(twin.data.bin_s)} from ${twin.data.from} on, ${rate(twin.data.mean_per_second)} on average. Seed ${twin.seed}.`,
    sections: [
      heldBackSection(context, twin),
      daySection(context, twin),
      dispersionSection(context, twin),
      modelSection(twin),
      stretchesSection(twin),
      trafficSection(twin),
    ],
    version: twin.version,
  });
  return context;
}
