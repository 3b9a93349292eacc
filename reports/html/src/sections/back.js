// The back of the report: findings, definitions, provenance, inputs, licences.
import licence from 'uplot-licence';
import { disclosure, h, table } from '../dom.js';
import { bytes, counted, duration, kDash, known, number } from '../format.js';

const kSeverities = {
  error: ['bad', 'Error'],
  warning: ['warn', 'Warning'],
  info: ['none', 'Note'],
};

export function findingsSection({ findings }) {
  if (findings.length === 0) return null;
  const order = ['error', 'warning', 'info'],
    rank = (f) => (order.indexOf(f.severity) + 4) % 4;
  return h(
    'section',
    { id: 'findings' },
    h('h2', null, 'Findings'),
    h(
      'ul',
      { class: 'findings' },
      [...findings]
        .sort((a, b) => rank(a) - rank(b))
        .map((f) => {
          const [tone, word] = kSeverities[f.severity] ?? ['none', f.severity];
          return h(
            'li',
            { class: tone },
            h('span', { class: `badge ${tone}` }, word),
            h('span', null, f.text, f.code === '' ? null : h('code', { class: 'sub' }, f.code)),
          );
        }),
    ),
  );
}

// name, term, meaning, and whether the report has it.
const kDefinitions = [
  [
    'verdict',
    'Verdict',
    'Met: even the unfavourable end of the interval meets the threshold. Missed: even the favourable end does not. Inconclusive: the threshold lies between, and more trials are needed. One objective missed outweighs one inconclusive, which outweighs those met.',
    () => true,
  ],
  [
    'interval',
    'Interval',
    'What luck within the model leaves open, at the confidence stated. It does not cover what the model itself leaves out, nor values without a source.',
    () => true,
  ],
  [
    'trial',
    'Trial',
    'One repetition of the scenario with its own luck: arrivals, service times, people. One seed replays all of them.',
    () => true,
  ],
  [
    'offered',
    'Offered, answered, good',
    'Offered is every attempt of a customer that arrives, also one that could not connect; a retry is no new attempt. Answered is one that ended without an error. Good is one answered within its journey’s limit.',
    () => true,
  ],
  [
    'availability',
    'Availability',
    'Good requests over offered ones, conditional on what the scenario does to the platform.',
    (r) =>
      r.figures.some((f) => f.name === 'availability') ||
      r.objectives.some((o) => /^availability/.test(o.text)),
  ],
  [
    'bad-minutes',
    'Bad minutes',
    'Minutes in which any critical journey is bad.',
    (r) => r.figures.some((f) => f.name === 'bad-minutes'),
  ],
  [
    'latency',
    'Response time, p50, p99',
    'p99 is the time that 99 % of the answered requests stay within. Quantiles are of all trials pooled, never means of quantiles. In an objective, a failed request counts as infinitely slow.',
    () => true,
  ],
  [
    'rto',
    'RTO, recovery time',
    'From the start of the fault until the slowest critical journey is good again and stays so. Measured in bins of arrivals; a trial with no bad bin is not breached, one not recovered by the end is counted apart.',
    (r) => r.recovery !== null,
  ],
  [
    'rpo',
    'RPO, data loss',
    'Seconds between the fault and the commit of the earliest acknowledged write that the surviving copy lacks when it opens for writes; 0 if it lacks none.',
    (r) => r.recovery !== null,
  ],
  [
    'lost',
    'Lost, stranded, torn, duplicate',
    'Lost never comes back. Stranded sits in the dead region and returns with it. Torn: some writes of one record survived, others did not. Duplicate: one record twice.',
    (r) => r.recovery !== null,
  ],
  [
    'path',
    'Critical path',
    'The chain of steps, people and effects from the fault to recovered in which any delay delays recovery. What a shorter step saves is found by running again, not from its share.',
    (r) => r.gantt.length > 0,
  ],
  ['utilization', 'Utilization', 'Capacity in use over capacity running.', () => true],
  [
    'wait',
    'Wait and sojourn',
    'Wait is time in line alone; sojourn is the line and the service.',
    (r) => r.services.length > 0,
  ],
  [
    'marks',
    'Replica marks',
    'Committed: acknowledged at the primary. Received: safe at the replica. Applied: visible there. What was committed but not received is lost when the replica is promoted.',
    (r) => r.series.some((s) => /^(lag|mark)\./.test(s.measure)),
  ],
  [
    'cost',
    'Cost',
    'Declared: quantities in the platform’s usage times the price book. Simulated: what the run’s meters come to.',
    (r) => r.cost !== null,
  ],
];

/** Whether the report explains this figure. */
export const isDefined = (name, report) =>
  kDefinitions.some(([term, , , has]) => term === name && has(report));

export function definitionsSection(report) {
  return h(
    'section',
    { id: 'definitions' },
    h('h2', null, 'What the figures mean'),
    h(
      'dl',
      { class: 'definitions' },
      kDefinitions
        .filter(([, , , has]) => has(report))
        .map(([name, term, meaning]) =>
          h('div', { id: `about-${name}` }, h('dt', null, term), h('dd', null, meaning)),
        ),
    ),
  );
}

export function provenanceSection(report) {
  const { run } = report;
  const facts = [
    ['Scenario', report.scenario],
    ['Platform', report.platform],
    ['Lifeboat', report.version],
    ['Seed', report.seed],
    ['Trials', known(report.trials) ? number(report.trials) : ''],
    [
      'Fingerprint of inputs and draws',
      report.fingerprint === '' ? '' : h('code', null, report.fingerprint),
    ],
    [
      'Events',
      known(run.events)
        ? `${number(run.events)}${known(run.events_per_s) ? `, ${number(run.events_per_s)} a second` : ''}`
        : '',
    ],
    ['Took', known(run.wall_s) ? duration(run.wall_s) : ''],
    ['Memory', known(run.peak_rss_bytes) ? bytes(run.peak_rss_bytes) : ''],
  ].filter(([, v]) => v !== '');
  const columns = [
    { title: 'Value', head: true, cell: (u) => h('code', null, u.path) },
    { title: 'Set to', cell: (u) => u.value },
    { title: 'Range', cell: (u) => u.range || kDash },
    { title: 'Why', cell: (u) => u.note || kDash },
  ];
  return h(
    'section',
    { id: 'provenance' },
    h('h2', null, 'Provenance'),
    h(
      'dl',
      { class: 'facts' },
      facts.map(([term, v]) => h('div', null, h('dt', null, term), h('dd', null, v))),
    ),
    report.unsourced.length === 0
      ? null
      : [
          h('h3', null, `Values without a published source (${number(report.unsourced.length)})`),
          h(
            'p',
            { class: 'about' },
            'The verdict rests on these as well. Replace them by your own measurements.',
          ),
          table('Values without a published source', columns, report.unsourced),
        ],
  );
}

export function inputsSection({ inputs }) {
  if (inputs.length === 0) return null;
  return h(
    'section',
    { id: 'inputs' },
    h('h2', null, 'Inputs'),
    h(
      'p',
      { class: 'about' },
      `${counted(inputs.length, 'file')}, as resolved: defaults, overlays and settings merged.`,
    ),
    inputs.map((i) =>
      disclosure(
        [
          i.name,
          h(
            'span',
            { class: 'quiet' },
            ` ${counted(i.text.split('\n').length - (i.text.endsWith('\n') ? 1 : 0), 'line')}`,
          ),
        ],
        () => h('pre', { tabindex: '0' }, i.text),
      ),
    ),
  );
}

export function licencesSection() {
  return h(
    'section',
    { id: 'licences' },
    h('h2', null, 'Licences'),
    h('p', { class: 'about' }, 'Charts are drawn by uPlot 1.6, which is inside this file.'),
    disclosure('Licence of uPlot (MIT)', () => h('pre', { tabindex: '0' }, licence)),
  );
}
