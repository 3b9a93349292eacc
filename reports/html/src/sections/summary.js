// The head of the page: the verdict with its reason, and what it is given.
import { h, svg } from '../dom.js';
import { counted, interval, known, number, quantity, sentence, share } from '../format.js';
import { readObjective } from '../objective.js';

const kVerdicts = {
  met: { word: 'Met', tone: 'good', path: 'M5 12.5l4.5 4.5L19 7.5' },
  missed: { word: 'Missed', tone: 'bad', path: 'M6.5 6.5l11 11m0-11l-11 11' },
  inconclusive: {
    word: 'Inconclusive',
    tone: 'warn',
    path: 'M5 13.5c2.2-4 4.6-4 7-1.5s4.800 2.500 7-1.5',
  },
};
const kNone = { word: 'No verdict', tone: 'none', path: 'M6 12h12' };

export const verdictOf = (name) => kVerdicts[name] ?? kNone;

export function verdictIcon(verdict, size = 24) {
  return svg(
    'svg',
    { width: size, height: size, viewBox: '0 0 24 24', 'aria-hidden': 'true', class: 'icon' },
    svg('path', {
      d: verdict.path,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 2.6,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );
}

export const badge = (name) => {
  const verdict = verdictOf(name);
  return h('span', { class: `badge ${verdict.tone}` }, verdictIcon(verdict, 16), verdict.word);
};

/** Why an objective has its verdict, in one sentence. */
export function reasonOf(o, trials) {
  if (o.reason !== '') return o.reason;
  const read = readObjective(o.text),
    need = o.needShare ?? read.needShare;
  const settle =
    o.verdict === 'inconclusive' && o.toSettle !== null
      ? `; ${counted(o.toSettle, 'trial')} would settle it`
      : '';
  if (o.shareMet !== null && known(trials)) {
    const met = `${number(Math.round(o.shareMet * trials))} of ${counted(trials, 'trial')} met it`;
    const proven =
      o.shareLow === null
        ? ''
        : `, which proves at least ${share(o.shareLow)}${need === null ? '' : ` where ${share(need)} is asked`}`;
    return `${met}${o.verdict === 'missed' ? (need === null ? '' : `, where ${share(need)} is asked`) : proven}${settle}`;
  }
  const value = o.estimate === null ? '' : `measured ${quantity(o.estimate, o.unit)}`;
  const range = interval(o.low, o.high, o.unit);
  return `${value}${value !== '' && range !== '' ? ` (${range})` : range}${settle}`;
}

export const wordsOf = (o) =>
  (o.words !== '' ? o.words : (readObjective(o.text).words ?? o.text)) +
  (o.subject === '' ? '' : ` (worst: ${o.subject})`);

function explanation(report) {
  const { objectives } = report,
    all = objectives.length;
  if (all === 0) return ['The scenario sets no objective: nothing to meet or to miss.'];
  const by = (verdict) => objectives.filter((o) => o.verdict === verdict);
  const [missed, open] = [by('missed'), by('inconclusive')];
  if (missed.length + open.length === 0)
    return [all === 1 ? 'The objective holds.' : `All ${all} objectives hold.`];
  const lines = [];
  if (missed.length > 0)
    lines.push(
      all === 1
        ? 'The objective does not hold.'
        : `${missed.length} of ${all} objectives ${missed.length === 1 ? 'does' : 'do'} not hold.`,
    );
  else if (by('met').length > 0)
    lines.push(
      `No objective is missed, but ${open.length} of ${all} ${open.length === 1 ? 'is' : 'are'} not proven.`,
    );
  else lines.push('The trials run so far cannot tell.');
  for (const o of [...missed, ...open].slice(0, 3))
    lines.push([h('strong', null, wordsOf(o)), `: ${reasonOf(o, report.trials)}.`]);
  return lines;
}

export function verdictHeader(report, context) {
  const verdict = verdictOf(report.verdict);
  const given =
    report.given !== ''
      ? ['Given: ', h('strong', null, report.given), '.']
      : report.faultAt === null
        ? ['No fault was injected.']
        : null;
  const warnings = report.findings.filter((f) => f.severity === 'warning').length,
    errors = report.findings.filter((f) => f.severity === 'error').length;
  const links = [];
  if (errors > 0) links.push(h('a', { href: '#findings' }, counted(errors, 'error')));
  if (warnings > 0) links.push(h('a', { href: '#findings' }, counted(warnings, 'warning')));
  if (report.unsourced.length > 0)
    links.push(
      h(
        'a',
        { href: '#provenance' },
        counted(report.unsourced.length, 'value without a source', 'values without a source'),
      ),
    );
  const basis = [
    known(report.trials) ? counted(report.trials, 'trial') : '',
    report.seed === '' ? '' : `seed ${report.seed}`,
    report.platform,
    context.clock.date() === ''
      ? ''
      : `starts ${context.clock.date()}${report.clock.zone === '' ? '' : ` ${report.clock.zone}`}`,
  ].filter((x) => x !== '');
  const [lead, ...rest] = explanation(report);
  return h(
    'header',
    { class: `verdict ${verdict.tone}` },
    h(
      'div',
      { class: 'inner' },
      h(
        'p',
        { class: 'brand' },
        ring(),
        h('span', null, 'Lifeboat'),
        report.scenario === '' ? null : h('span', { class: 'quiet' }, `/ ${report.scenario}`),
      ),
      h(
        'h1',
        null,
        report.title !== ''
          ? report.title
          : sentence(report.scenario.replaceAll('-', ' ')) || 'Simulation report',
      ),
      h(
        'div',
        { class: 'result', role: 'status' },
        h('span', { class: 'seal' }, verdictIcon(verdict, 34)),
        h(
          'div',
          null,
          h('p', { class: 'word' }, verdict.word),
          h('p', { class: 'lead' }, lead),
          rest.map((line) => h('p', null, line)),
          given === null ? null : h('p', null, given),
        ),
      ),
      h(
        'p',
        { class: 'basis' },
        basis.join(' · '),
        links.flatMap((link) => [' · ', link]),
      ),
    ),
  );
}

/** The mark of the house: a life ring. */
const ring = () =>
  svg(
    'svg',
    { width: 22, height: 22, viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    svg('circle', {
      cx: 16,
      cy: 16,
      r: 10.5,
      fill: 'none',
      stroke: 'var(--paper)',
      'stroke-width': 9,
    }),
    svg('circle', {
      cx: 16,
      cy: 16,
      r: 10.5,
      fill: 'none',
      stroke: 'var(--ring)',
      'stroke-width': 9,
      'stroke-dasharray': '8.25 8.25',
      'stroke-dashoffset': 4.1,
    }),
    svg('circle', {
      cx: 16,
      cy: 16,
      r: 15,
      fill: 'none',
      stroke: 'var(--line)',
      'stroke-width': 1,
    }),
  );

/** In words for the page's title: "Missed: lose-singapore". */
export const titleOf = (report) =>
  `${verdictOf(report.verdict).word}: ${report.title || report.scenario || 'Lifeboat report'}`;
