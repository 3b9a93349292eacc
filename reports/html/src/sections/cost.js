// What the platform costs a month, declared and simulated, by category and line; what the run cost.
import { disclosure, h, table } from '../dom.js';
import { duration, kDash, known, number, usd } from '../format.js';

const list = (x) =>
  Array.isArray(x) ? x.filter((one) => one !== null && typeof one === 'object') : [];

/** Rows of the table by category; from the bare totals where there are no lines. */
function categoriesOf(cost, parts) {
  const inTotal = parts.filter((part) => !part.apart);
  if (inTotal.length > 0) {
    return inTotal.flatMap((part) =>
      list(part.categories).map((c) => ({
        name: c.title ?? c.name,
        published: c.published_usd,
        declared: c.declared_usd,
        simulated: c.simulated_usd,
      })),
    );
  }
  return Object.entries(cost.categories ?? {}).map(([name, v]) => ({
    name,
    declared: known(v) ? v : (v?.declared_usd ?? v?.declared_monthly_usd),
    simulated: v?.simulated_usd ?? v?.simulated_monthly_usd,
  }));
}

/** A sum in a tile: whole dollars where cents would break the line. */
const tile = (x) => (known(x) && Math.abs(x) >= 1000 ? `USD\u202f${number(x)}` : usd(x));

function linesOf(part) {
  return list(part.categories).flatMap((category) =>
    list(category.services).flatMap((service) =>
      list(service.lines).map((line) => ({
        ...line,
        service: service.title ?? service.name,
        category: category.title ?? category.name,
      })),
    ),
  );
}

const amount = (quantity, money) => [
  usd(money),
  h('span', { class: 'sub' }, known(quantity) ? number(quantity) : quantity),
];

function lineTable(part) {
  const columns = [
    {
      title: 'Line',
      head: true,
      cell: (l) => [
        `${l.service}: ${l.title ?? l.name}`,
        h('span', { class: 'sub' }, [l.unit_price, l.region].filter(Boolean).join(', ')),
      ],
    },
    { title: 'Declared', number: true, cell: (l) => amount(l.declared, l.declared_usd) },
    {
      title: 'Simulated',
      number: true,
      cell: (l) => amount(l.metered ? l.simulated : 'not metered', l.simulated_usd),
    },
    {
      title: 'Rests on',
      cell: (l) => [
        l.basis ?? kDash,
        l.note ? h('span', { class: 'sub' }, l.note) : null,
        l.guess ? h('span', { class: 'sub' }, `price without a source: ${l.guess}`) : null,
      ],
    },
  ];
  return table(`Lines of ${part.title ?? part.name}`, columns, linesOf(part));
}

function partBlock(part) {
  const lines = linesOf(part);
  if (lines.length === 0) return null;
  const title = part.title ?? part.name;
  return [
    part.apart
      ? h(
          'p',
          { class: 'about' },
          h('b', null, title),
          `, ${usd(part.declared_usd)} a month declared and ${usd(part.simulated_usd)} simulated, is no part of the total: ${part.apart}.`,
        )
      : null,
    disclosure(`${title}: ${number(lines.length)} lines`, () => lineTable(part)),
  ];
}

export function costSection({ cost }) {
  if (cost === null) return null;
  const parts = list(cost.parts);
  const run = known(cost.run_hours) ? `This run, ${duration(cost.run_hours * 3600)}` : 'This run';
  const totals = [
    [run, cost.run_usd],
    ['A month like it', cost.simulated_monthly_usd],
    ['Declared, a month', cost.declared_monthly_usd],
  ].filter(([, v]) => known(v));
  const rows = categoriesOf(cost, parts);
  if (totals.length + rows.length === 0) return null;
  if (rows.length > 1 && known(cost.declared_monthly_usd))
    rows.push({
      name: 'In all',
      declared: cost.declared_monthly_usd,
      simulated: cost.simulated_monthly_usd,
    });
  const columns = [
    { title: 'Category', head: true, cell: (r) => r.name },
    rows.some((r) => known(r.published))
      ? { title: 'Published', number: true, cell: (r) => usd(r.published) }
      : null,
    { title: 'Declared', number: true, cell: (r) => usd(r.declared) },
    rows.some((r) => known(r.simulated))
      ? { title: 'Simulated', number: true, cell: (r) => usd(r.simulated) }
      : null,
  ].filter((c) => c !== null);
  return h(
    'section',
    { id: 'cost' },
    h('h2', null, 'Cost'),
    totals.length === 0
      ? null
      : h(
          'ul',
          { class: 'tiles' },
          totals.map(([label, v]) =>
            h('li', null, h('p', { class: 'label' }, label), h('p', { class: 'value' }, tile(v))),
          ),
        ),
    parts.length === 0
      ? null
      : h(
          'p',
          { class: 'about' },
          'Declared: the usage that the platform states, times its prices. Simulated: what the run’s meters read, scaled to 730 hours; a line without a meter counts as declared.',
        ),
    rows.length === 0 ? null : table('Cost by category, a month', columns, rows),
    parts.map(partBlock),
  );
}
