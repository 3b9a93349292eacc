// The failover: what took how long (the critical path as one bar), the timeline, the path over all
// trials, and how recovery times spread.
import { Distribution } from '../charts/distribution.js';
import { disclosure, h, table } from '../dom.js';
import { counted, duration, kDash, known, sentence, share } from '../format.js';
import { readObjective } from '../objective.js';
import { gantt } from './gantt.js';

/** The critical rows laid end to end from the fault: [{ row, from, to }], with null rows for gaps. */
export function pathOf(report) {
  const critical = report.gantt
    .filter((g) => g.critical && g.kind !== 'fault')
    .sort((a, b) => a.start - b.start || a.end - b.end);
  if (critical.length === 0) return [];
  const segments = [];
  let reached = report.faultAt ?? critical[0].start;
  for (const row of critical) {
    if (row.start > reached + 0.5) segments.push({ row: null, from: reached, to: row.start });
    const from = Math.max(reached, row.start);
    if (row.end > from) segments.push({ row, from, to: row.end });
    reached = Math.max(reached, row.end);
  }
  return segments;
}

function pathBar(report) {
  const segments = pathOf(report);
  if (segments.length === 0) return null;
  const from = segments[0].from,
    whole = segments[segments.length - 1].to - from;
  if (!(whole > 0)) return null;
  const ranked = [...segments].sort((a, b) => b.to - b.from - (a.to - a.from));
  const longest = ranked[0];
  const item = (s) => {
    const part = (s.to - s.from) / whole,
      name = s.row === null ? 'waiting' : s.row.label;
    return h(
      'li',
      {
        class: s.row === null ? 'gap' : `kind-${s.row.kind}`,
        style: { 'flex-grow': String(Math.max(part, 0.004)) },
        title: `${name}: ${duration(s.to - s.from)}`,
      },
      h('span', { class: 'strong' }, s.row?.name ?? 'waiting'),
      h('span', null, duration(s.to - s.from)),
    );
  };
  const rows = [...segments].map((s) => ({ ...s, part: (s.to - s.from) / whole }));
  return [
    h(
      'p',
      { class: 'lead' },
      `From the fault to recovered took ${duration(whole)}. The longest part is `,
      h('strong', null, longest.row?.label ?? 'waiting'),
      `: ${duration(longest.to - longest.from)}, ${share((longest.to - longest.from) / whole)} of it.`,
    ),
    h(
      'ol',
      { class: 'path', 'aria-label': 'Critical path, parts in proportion' },
      segments.map(item),
    ),
    disclosure(
      'The critical path in numbers',
      () =>
        table(
          'Critical path of the trial shown',
          [
            { title: 'Part', head: true, cell: (s) => s.row?.label ?? 'Waiting' },
            { title: 'By', cell: (s) => s.row?.owner || kDash },
            { title: 'Took', number: true, cell: (s) => duration(s.to - s.from) },
            { title: 'Share', number: true, cell: (s) => share(s.part) },
          ],
          rows,
        ),
      { class: 'numbers' },
    ),
  ];
}

function pathOverTrials({ recovery, trials }) {
  const rows = [...(recovery?.path ?? [])].sort(
    (a, b) => (b.p50 ?? 0) * (b.share ?? 1) - (a.p50 ?? 0) * (a.share ?? 1),
  );
  if (rows.length === 0) return null;
  const longest = Math.max(...rows.map((r) => r.p95 ?? r.p50 ?? 0)) || 1;
  const bar = (r) =>
    h(
      'div',
      {
        class: 'range-bar',
        role: 'img',
        'aria-label': `median ${duration(r.p50)}, 95th percentile ${duration(r.p95)}`,
      },
      h('span', {
        class: 'to-p95',
        style: { width: `${(100 * (r.p95 ?? r.p50 ?? 0)) / longest}%` },
      }),
      h('span', { class: 'to-p50', style: { width: `${(100 * (r.p50 ?? 0)) / longest}%` } }),
    );
  return [
    h('h3', null, 'The critical path over all trials'),
    h(
      'p',
      { class: 'about' },
      `How often each part lies on the critical path${known(trials) ? ` of ${counted(trials, 'trial')}` : ''}, and how long it takes there. Solid: the median; light: up to the 95th percentile. Automate from the top.`,
    ),
    table(
      'Critical path over all trials',
      [
        { title: 'Part', head: true, cell: (r) => r.segment },
        { title: 'On the path in', number: true, cell: (r) => share(r.share) },
        { title: 'Median', number: true, cell: (r) => duration(r.p50) },
        { title: '95th percentile', number: true, cell: (r) => duration(r.p95) },
        { title: 'Time', cell: bar },
      ],
      rows,
    ),
  ];
}

function spread(report, context) {
  const times = report.trialRows
    .filter((t) => t.outcome === 'recovered' && t.rto !== null)
    .map((t) => t.rto);
  const unbreached = report.trialRows.filter((t) => t.outcome === 'not breached').length;
  if (report.trialRows.length < 2 || times.length === 0) return null;
  const limit = report.objectives
    .map((o) => ({ o, read: readObjective(o.text) }))
    .find(({ o }) => /^rto\b/.test(o.text));
  const bound = limit === undefined ? null : (limit.o.threshold ?? limit.read.value);
  const chart = new Distribution(context, {
    values: times.sort((a, b) => a - b),
    before: unbreached,
    of: report.trialRows.length,
    bound,
    shown: report.trialRows.find((t) => t.trial === report.trial.number)?.rto ?? null,
  });
  const columns = [
    {
      title: 'Trial',
      head: true,
      cell: (t) => `${t.trial ?? kDash}${t.trial === report.trial.number ? ' (shown)' : ''}`,
    },
    { title: 'Outcome', cell: (t) => sentence(t.outcome) },
    { title: 'RTO', number: true, cell: (t) => duration(t.rto) },
    { title: 'RPO', number: true, cell: (t) => duration(t.rpo) },
    {
      title: 'Records lost',
      number: true,
      cell: (t) => (t.lost === null ? kDash : String(t.lost)),
    },
  ];
  return [
    h('h3', null, 'How long recovery takes'),
    h(
      'p',
      { class: 'about' },
      'The share of trials that had recovered within a time: read where the curve reaches 95 %.',
    ),
    chart.element,
    disclosure('Every trial', () => table('Every trial', columns, report.trialRows), {
      class: 'numbers',
    }),
  ];
}

export function failoverSection(context) {
  const { report, clock } = context;
  const blocks = [
    pathBar(report),
    gantt(report, clock),
    pathOverTrials(report),
    spread(report, context),
  ].filter((b) => b !== null);
  if (blocks.length === 0) return null;
  return h('section', { id: 'failover' }, h('h2', null, 'The failover'), blocks);
}
