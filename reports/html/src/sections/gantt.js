// The failover's timeline as a Gantt chart: one row a step, laid out in proportion to time.
import { h } from '../dom.js';
import { duration, known } from '../format.js';
import { clockButtons } from './charts.js';

const kKinds = {
  fault: 'fault',
  detection: 'detection',
  person: 'people',
  step: 'runbook step',
  drain: 'drain',
  'scale-out': 'scale-out',
  'cold-cache': 'cold cache',
  backlog: 'backlog',
};

const narrow = () => matchMedia('(max-width: 640px)').matches;

function ganttRow(g, span, clock) {
  const place = (t) =>
    (100 * (Math.min(span.to, Math.max(span.from, t)) - span.from)) / (span.to - span.from);
  const left = place(g.start),
    width = Math.max(0.35, place(g.end) - left),
    beyond = g.end > span.to;
  const waits = g.ready !== null && g.ready < g.start;
  const took = `${duration(g.end - g.start)}${g.open ? ', not ended' : ''}`;
  const after = left + width < (narrow() ? 70 : 86),
    clear = waits ? place(g.ready) : left;
  return h(
    'li',
    { class: `row kind-${g.kind}${g.critical ? ' critical' : ''}` },
    h(
      'div',
      { class: 'what' },
      h(
        'span',
        { class: 'strong' },
        g.critical ? h('span', { class: 'diamond', 'aria-hidden': 'true' }, '◆ ') : null,
        g.label,
      ),
      h(
        'span',
        { class: 'sub' },
        [g.owner, g.waitedFor === '' ? '' : `after ${g.waitedFor}`]
          .filter((x) => x !== '')
          .join(' · '),
      ),
      h(
        'span',
        { class: 'hidden' },
        `${kKinds[g.kind] ?? g.kind}, from ${clock.instant(g.start)} to ${clock.instant(g.end)}, ${took}${g.critical ? ', on the critical path' : ''}.`,
      ),
    ),
    h(
      'div',
      { class: 'track', 'aria-hidden': 'true' },
      waits
        ? h('span', {
            class: 'wait',
            style: { left: `${place(g.ready)}%`, width: `${left - place(g.ready)}%` },
            title: `waited ${duration(g.start - g.ready)}`,
          })
        : null,
      h('span', {
        class: beyond ? 'bar beyond' : 'bar',
        style: { left: `${left}%`, width: `${width}%` },
        title: `${g.label}: ${clock.instant(g.start)} to ${clock.instant(g.end)}, ${took}`,
      }),
      h(
        'span',
        {
          class: after ? 'took' : 'took before',
          style: after ? { left: `${left + width}%` } : { right: `${100 - clear}%` },
        },
        beyond ? '' : took,
      ),
    ),
  );
}

/** The chart with its buttons and key; null where there are no rows. */
export function gantt(report, clock) {
  const timed = report.gantt.filter((g) => g.kind !== 'fault');
  if (report.gantt.length === 0) return null;
  const basis = timed.length > 0 ? timed : report.gantt;
  const from = Math.min(report.faultAt ?? Infinity, ...basis.map((g) => g.ready ?? g.start));
  const end = Math.max(report.recoveredAt ?? -Infinity, ...basis.map((g) => g.end));
  const span = { from: from - 0.015 * (end - from), to: end + 0.03 * (end - from) || from + 1 };
  const rows = [...report.gantt].sort(
    (a, b) => a.start - b.start || (b.kind === 'fault') - (a.kind === 'fault') || a.end - b.end,
  );
  const list = h('ol', { class: 'gantt' });
  let onlyCritical = false;
  const draw = () => {
    const ticks = clock.ticks(span.from, span.to, narrow() ? 4 : 8),
      x = (t) => `${(100 * (t - span.from)) / (span.to - span.from)}%`;
    const line = (t, name) => h('span', { class: `rule ${name}`, style: { left: x(t) } });
    const grid = h(
      'li',
      { class: 'grid', 'aria-hidden': 'true' },
      h('div', { class: 'what' }),
      h(
        'div',
        { class: 'track' },
        ticks.map((t) => line(t.t, '')),
        known(report.faultAt) ? line(report.faultAt, 'at-fault') : null,
        known(report.recoveredAt) ? line(report.recoveredAt, 'at-recovered') : null,
      ),
    );
    const axis = h(
      'li',
      { class: 'axis', 'aria-hidden': 'true' },
      h('div', { class: 'what' }),
      h(
        'div',
        { class: 'track' },
        ticks.map((t) => h('span', { class: 'tick', style: { left: x(t.t) } }, t.label)),
      ),
    );
    list.replaceChildren(
      grid,
      axis,
      ...rows
        .filter((g) => !onlyCritical || g.critical || g.kind === 'fault')
        .map((g) => ganttRow(g, span, clock)),
    );
  };
  clock.onChange(draw);
  draw();
  const filter = h(
    'label',
    { class: 'check' },
    h('input', {
      type: 'checkbox',
      onchange: (e) => {
        onlyCritical = e.target.checked;
        draw();
      },
    }),
    'Critical path only',
  );
  return [
    h('h3', null, 'Timeline'),
    h('div', { class: 'toolbar still' }, clockButtons({ clock }), filter),
    list,
    h(
      'ul',
      { class: 'marks' },
      h(
        'li',
        null,
        h('span', { class: 'patch critical', 'aria-hidden': 'true' }),
        ' on the critical path (◆)',
      ),
      h(
        'li',
        null,
        h('span', { class: 'patch other', 'aria-hidden': 'true' }),
        ' not on it: slack',
      ),
      rows.some((g) => g.ready !== null)
        ? h(
            'li',
            null,
            h('span', { class: 'patch waiting', 'aria-hidden': 'true' }),
            ' waited, although ready',
          )
        : null,
    ),
  ];
}
