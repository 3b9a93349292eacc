// How the page writes figures, times and objectives. Run by `node --test`; no npm package.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock, offset } from '../../../reports/html/src/clock.js';
import {
  bytes,
  compact,
  duration,
  interval,
  kDash,
  number,
  quantity,
  share,
  usd,
} from '../../../reports/html/src/format.js';
import { readObjective, threshold } from '../../../reports/html/src/objective.js';

const plain = (text) => text.replaceAll('\u202f', ' ');
const each = (f, cases) => {
  for (const [input, expected] of cases)
    assert.equal(plain(f(input)), expected, `${f.name}(${input})`);
};

test('Lengths of time read as people say them', () => {
  each(duration, [
    [0, '0 s'],
    [8.5e-7, '850 ns'],
    [1.234e-4, '123 µs'],
    [0.0123, '12.3 ms'],
    [0.9996, '1 s'],
    [4.2, '4.2 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min'],
    [425, '7 min 05 s'],
    [3599.7, '1 h'],
    [3840, '1 h 04 min'],
    [86399, '1 d'],
    [97200, '1 d 03 h'],
    [-90, '−1 min 30 s'],
    [NaN, kDash],
    [null, kDash],
    [Infinity, kDash],
  ]);
});

test('A share near 100 % keeps the digits that tell it from 100 %', () => {
  each(share, [
    [0, '0 %'],
    [1, '100 %'],
    [0.5, '50 %'],
    [0.9997, '99.97 %'],
    [0.99987, '99.987 %'],
    [0.999999999, 'over 99.999999 %'],
    [1e-12, 'under 0.000001 %'],
    [0.00012, '0.012 %'],
    [1.03, '103 %'],
    [null, kDash],
  ]);
});

test('Numbers have three digits, whole ones all of them', () => {
  each(number, [
    [0, '0'],
    [36000000, '36,000,000'],
    [999.6, '1,000'],
    [999.4, '999'],
    [1234.5, '1,235'],
    [0.0012345, '0.00123'],
    [-5, '−5'],
    [1e300, '1.00e+300'],
    ['7', kDash],
  ]);
  each(compact, [
    [99999, '99,999'],
    [36e6, '36 M'],
    [123456, '123 k'],
  ]);
  each(bytes, [
    [0, '0 B'],
    [311000000, '297 MiB'],
  ]);
  each(usd, [[14562.71, 'USD 14,562.71']]);
});

test('A quantity takes its unit along, an interval both ends', () => {
  assert.equal(plain(quantity(0.0693, 's')), '69.3 ms');
  assert.equal(plain(quantity(90, '1/s')), '90 /s');
  assert.equal(plain(quantity(7, 'messages')), '7 messages');
  assert.equal(plain(interval(1702, 1990.5, 's')), '28 min 22 s to 33 min 11 s');
  assert.equal(plain(interval(0.93, null, 'share')), 'at least 93 %');
  assert.equal(interval(null, null, 's'), '');
});

test('Thresholds are read with their units', () => {
  assert.deepEqual(threshold('4h'), { value: 14400, unit: 's' });
  assert.deepEqual(threshold('800ms'), { value: 0.8, unit: 's' });
  assert.deepEqual(threshold('1h30m'), { value: 5400, unit: 's' });
  assert.deepEqual(threshold('95%'), { value: 0.95, unit: 'share' });
  assert.deepEqual(threshold('15000 USD/month'), { value: 15000, unit: 'USD/month' });
  assert.deepEqual(threshold('20'), { value: 20, unit: 'count' });
  assert.equal(threshold('soon'), null);
});

test('Objectives read as sentences; what is unknown stays as written', () => {
  const cases = [
    ['rto < 4h in 95% of trials', 'Recovery time (RTO) below 4 h, in at least 95 % of trials'],
    ['rpo:orders-db <= 1h', 'Data loss (RPO) of orders-db at most 1 h'],
    ['availability >= 99.99% per year', 'Availability at least 99.99 % over a year'],
    [
      'journey:checkout p(99) < 800ms during sale',
      'checkout: 99th percentile of response time below 800 ms during sale',
    ],
    ['journey:* p(99.9) < 2s', 'every journey: 99.9th percentile of response time below 2 s'],
    ['service:web@sg utilization max(1m) < 80%', 'web@sg: utilization (highest minute) below 80 %'],
    ['lost:orders < 5', 'Lost orders below 5'],
    ['cost < 15000 USD/month', 'Cost below USD 15000.00 a month'],
  ];
  for (const [text, expected] of cases)
    assert.equal(plain(readObjective(text).words ?? '').replace('15,000', '15000'), expected);
  assert.equal(readObjective('something else').words, null);
  assert.equal(readObjective('').words, null);
  assert.equal(readObjective('rto < 4h in 95% of trials').needShare, 0.95);
});

test('An instant reads by the clock, from the fault, or from the start', () => {
  const clock = new Clock('2026-11-11T19:20:00', 'Asia/Singapore', 3612.4);
  assert.equal(clock.instant(3612.4), '20:20:12');
  assert.equal(clock.instant(5 * 3600), 'Thu 12, 00:20:00');
  assert.equal(clock.full(4272.4), '20:31:12 · fault +11 min');
  clock.setMode('fault');
  assert.equal(clock.instant(3612.4), '0');
  assert.equal(clock.instant(3522.4), '−1 min 30 s');
  clock.setMode('run');
  assert.equal(clock.instant(3840), '+1 h 04 min');
  assert.deepEqual(new Clock('', '', null).modes, ['run']);
  assert.deepEqual(new Clock('2026-02-30T25:61', '', null).modes.length > 0, true);
  assert.equal(offset(93784), '+1 d 2 h 03 min 04 s');
});

test('Ticks are round in the way that times are read', () => {
  const clock = new Clock('2026-11-11T19:20:00', '', 3612.4);
  assert.deepEqual(
    clock.ticks(0, 10800, 7).map((t) => t.label),
    ['19:30', '20:00', '20:30', '21:00', '21:30', '22:00'],
  );
  clock.setMode('fault');
  assert.deepEqual(
    clock.ticks(0, 10800, 4).map((t) => t.label),
    ['−1 h', '0', '+1 h'],
  );
  clock.setMode('run');
  assert.deepEqual(
    clock.ticks(0, 0.004, 4).map((t) => t.label),
    ['0', '+0.001 s', '+0.002 s', '+0.003 s', '+0.004 s'],
  );
  assert.ok(clock.ticks(0, 1e12, 5).length < 12);
});
