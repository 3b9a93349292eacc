// What the page makes of its data: the contract of reports/html/README.md, and anything else.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { combined, kAll, panelsOf } from '../../../reports/html/src/charts/panels.js';
import { readReport } from '../../../reports/html/src/data.js';
import { worstRows } from '../../../reports/html/src/sections/hurt.js';

const fixtures = new URL('../../../reports/html/fixtures/', import.meta.url);
const fixture = (name) => readReport(readFileSync(new URL(name, fixtures), 'utf8'));
const report = (result, detail) => readReport(JSON.stringify({ result, detail }));

test('A result alone is a report', () => {
  const bare = fixture('bare.json');
  assert.equal(bare.scenario, 'nothing');
  assert.deepEqual(
    [bare.journeys, bare.series, bare.gantt, bare.recovery, bare.faultAt],
    [[], [], [], null, null],
  );
});

test('An empty template and data without a result say so', () => {
  assert.throws(() => readReport('/' + '*LIFEBOAT_DATA*/'), /no data/);
  assert.throws(() => readReport('{}'), /no result/);
  assert.throws(() => readReport('[1'), SyntaxError);
});

test('Wrong types are left out, never shown as numbers', () => {
  const r = report(
    {
      journeys: { a: { offered: '7', latency: 3 } },
      services: { s: 3 },
      objectives: [null, 5, {}],
    },
    {
      series: [
        { measure: 'good', dt_s: -1, values: [1] },
        { measure: 'hitRatio', dt_s: 1, values: ['x', 2] },
      ],
      gantt: [{ start_s: 'soon' }],
    },
  );
  assert.equal(r.journeys[0].offered, null);
  assert.equal(r.services.length, 0);
  assert.equal(r.objectives.length, 1);
  assert.deepEqual(
    r.series.map((s) => [s.measure, s.values]),
    [['hit_ratio', [null, 2]]],
  );
  assert.deepEqual(r.gantt, []);
});

test('Hostile data is read without an error', () => {
  const text = execFileSync(process.execPath, [new URL('make-hostile.mjs', fixtures).pathname], {
    maxBuffer: 1 << 26,
  }).toString();
  const r = readReport(text);
  assert.equal(r.trialRows.length, 4);
  assert.ok(panelsOf(r).length > 0);
});

test('The failover fixture has a panel for each measure, and all journeys together are the sum', () => {
  const r = fixture('failover.json');
  const panels = panelsOf(r);
  assert.deepEqual(
    panels.map(({ panel }) => panel.id),
    ['requests', 'errors', 'latency', 'tasks', 'utilization', 'hit-ratio', 'lag', 'backlog'],
  );
  const [{ panel, series }] = panels;
  const offered = panel.lines(series, kAll, r).find((l) => l.label === 'offered');
  const byHand = r.series
    .filter((s) => s.measure === 'offered')
    .reduce((sum, s) => sum + s.values[30], 0);
  assert.ok(Math.abs(offered.values[30] - byHand) < 1e-9);
  const one = panel.lines(series, 'checkout', r).find((l) => l.label === 'offered');
  assert.equal(
    one.values[30],
    r.series.find((s) => s.measure === 'offered' && s.subject === 'checkout').values[30],
  );
});

test('An unknown measure gets a panel of its own', () => {
  const r = report(
    {},
    { series: [{ subject: 'x', measure: 'cold-starts', unit: '1/s', dt_s: 1, values: [1, 2] }] },
  );
  assert.deepEqual(
    panelsOf(r).map(({ panel }) => [panel.id, panel.more]),
    [['cold_starts', true]],
  );
});

test('What the engine names by part belongs to the panel of its kind', () => {
  const series = (measure, unit, value) => ({
    subject: 'search',
    region: 'sg',
    measure,
    unit,
    t0_s: 0,
    dt_s: 10,
    values: [value],
  });
  const r = report(
    {},
    {
      series: [
        series('queue search@sg/node-1', 'requests', 3),
        series('queue search@sg/node-2', 'requests', 4),
        series('hit-ratio cdn/page', '1', 0.5),
        series('receive-lag orders', 's', 2),
      ],
    },
  );
  const panels = panelsOf(r);
  assert.deepEqual(
    panels.map(({ panel }) => panel.id),
    ['queue', 'hit-ratio', 'lag'],
  );
  const lines = panels.map(({ panel, series: list }) => panel.lines(list, kAll, r));
  assert.deepEqual(lines[0][0].values, [7]);
  assert.equal(lines[1][0].label, 'cdn/page');
  assert.match(lines[2][0].label, /: received$/);
});

test('Series on other grids are combined by the value that holds; missing values count as nothing', () => {
  const a = { start: 0, step: 1, values: [1, 2, null, 4] },
    b = { start: 0, step: 2, values: [10, null] };
  assert.deepEqual(
    combined([a, b], (x, y) => x + y),
    { start: 0, step: 1, values: [11, 12, null, 4] },
  );
});

test('What hurt most is ordered, and what is small stands together', () => {
  const row = (segment, share) => ({ segment, causes: [], share, perTrial: 100 * share });
  const many = Array.from({ length: 12 }, (_, i) => row(`s${i}`, 0.05));
  const rows = worstRows([row('small', 0.004), ...many, row('worst', 0.3), row('none', null)]);
  assert.equal(rows.length, 11);
  assert.equal(rows[0].segment, 'worst');
  assert.equal(rows[10].segment, '4 others');
  assert.ok(Math.abs(rows[10].share - 0.154) < 1e-12);
  assert.deepEqual(worstRows([]), []);
  const read = report({ recovery: { hurt_most: [{ segment: 'drain', causes: { late: 0.4, x: null } }] } });
  assert.equal(read.recovery.hurt[0].causes[0].share, 0.4);
});
