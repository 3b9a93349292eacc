// Where the time goes: for each journey, the seconds of an average request and of the slowest
// ones, split by service, waiting told from service.
import { seriesColour } from '../charts/palette.js';
import { disclosure, h, table } from '../dom.js';
import { duration, share } from '../format.js';

const kNamed = 7; // services with a colour of their own; the rest share one

const total = (parts) => parts.reduce((sum, p) => sum + p.wait + p.service_s, 0);

/** Colours by service, the same in all journeys: those that take most time first. */
function coloursOf(where) {
  const weight = new Map();
  for (const { mean, slowest } of where)
    for (const p of [...mean, ...slowest])
      weight.set(p.service, (weight.get(p.service) ?? 0) + p.wait + p.service_s);
  const ranked = [...weight].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  return {
    named: ranked.slice(0, kNamed),
    more: ranked.length > kNamed,
    of: (service) =>
      ranked.indexOf(service) < kNamed ? seriesColour(ranked.indexOf(service)) : 'line-strong',
  };
}

/** One bar: a segment a service, the part spent waiting hatched. */
function bar(label, parts, scale, colours) {
  const sum = total(parts);
  const ordered = [...parts].sort((a, b) =>
    colours.named.indexOf(b.service) === -1
      ? -1
      : colours.named.indexOf(a.service) === -1
        ? 1
        : colours.named.indexOf(a.service) - colours.named.indexOf(b.service),
  );
  const piece = (p, seconds, kind) =>
    seconds <= 0
      ? null
      : h('span', {
          class: `piece ${kind}`,
          style: {
            width: `${(100 * seconds) / scale}%`,
            '--mark': `var(--${colours.of(p.service)})`,
          },
          title: `${p.service}: ${duration(seconds)} ${kind === 'waiting' ? 'waiting' : 'in service'}`,
        });
  return h(
    'div',
    { class: 'time-bar' },
    h('span', { class: 'name' }, label),
    h(
      'div',
      {
        class: 'pieces',
        role: 'img',
        'aria-label': `${label}: ${duration(sum)}, of which ${share(sum > 0 ? parts.reduce((s, p) => s + p.wait, 0) / sum : 0)} waiting`,
      },
      ordered.map((p) => [piece(p, p.service_s, 'serving'), piece(p, p.wait, 'waiting')]),
    ),
    h('span', { class: 'sum' }, duration(sum)),
  );
}

function numbers({ mean, slowest, slowestShare }) {
  const names = [...new Set([...mean, ...slowest].map((p) => p.service))];
  const rows = names
    .map((service) => ({
      service,
      mean: mean.find((p) => p.service === service),
      slowest: slowest.find((p) => p.service === service),
    }))
    .sort(
      (a, b) =>
        (b.slowest ? total([b.slowest]) : total([b.mean])) -
        (a.slowest ? total([a.slowest]) : total([a.mean])),
    );
  const part = (p, key) => (p === undefined ? '–' : duration(p[key]));
  const slow = `slowest ${share(slowestShare)}`;
  const columns = [
    { title: 'Service', head: true, cell: (r) => r.service },
    { title: 'Mean: waiting', number: true, cell: (r) => part(r.mean, 'wait') },
    { title: 'Mean: service', number: true, cell: (r) => part(r.mean, 'service_s') },
  ];
  if (slowest.length > 0)
    columns.push(
      { title: `${slow}: waiting`, number: true, cell: (r) => part(r.slowest, 'wait') },
      { title: `${slow}: service`, number: true, cell: (r) => part(r.slowest, 'service_s') },
    );
  return table('Where the time goes, by service', columns, rows);
}

function headline({ slowest, mean }) {
  const parts = slowest.length > 0 ? slowest : mean,
    sum = total(parts);
  const [most] = parts
    .flatMap((p) => [
      [p.wait, `waiting for ${p.service}`],
      [p.service_s, `in ${p.service}`],
    ])
    .sort((a, b) => b[0] - a[0]);
  if (!(sum > 0) || most === undefined) return '';
  return `${slowest.length > 0 ? 'A slow request spends' : 'A request spends'} ${share(Number((most[0] / sum).toFixed(2)))} of its time ${most[1]}.`;
}

export function whereSection({ where }) {
  if (where.length === 0) return null;
  const colours = coloursOf(where);
  const key = [
    ...colours.named.map((name) => [name, colours.of(name)]),
    ...(colours.more ? [['other services', 'line-strong']] : []),
  ];
  return h(
    'section',
    { id: 'where' },
    h('h2', null, 'Where the time goes'),
    h(
      'ul',
      { class: 'marks' },
      key.map(([name, ink]) =>
        h(
          'li',
          null,
          h('span', {
            class: 'patch solid',
            'aria-hidden': 'true',
            style: { '--mark': `var(--${ink})` },
          }),
          ` ${name}`,
        ),
      ),
      h(
        'li',
        null,
        h('span', { class: 'patch hatched', 'aria-hidden': 'true' }),
        ' hatched: waiting',
      ),
    ),
    where.map((w) => {
      const scale = Math.max(total(w.mean), total(w.slowest)) || 1;
      return h(
        'div',
        { class: 'journey-time' },
        h('h3', null, w.journey),
        h('p', { class: 'about' }, headline(w)),
        w.mean.length > 0 ? bar('mean', w.mean, scale, colours) : null,
        w.slowest.length > 0
          ? bar(`slowest ${share(w.slowestShare)}`, w.slowest, scale, colours)
          : null,
        disclosure('Numbers', () => numbers(w), { class: 'numbers' }),
      );
    }),
  );
}
