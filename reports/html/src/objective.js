// Reads an objective's text ("rto < 4h in 95% of trials") into words and a threshold.
//
// Only for show: the verdict comes with the result. What it cannot read stays as it is written.
import { duration, quantity, share } from './format.js';

const kSeconds = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
  y: 31557600,
};
const kShape =
  /^(\S+)\s*(.*?)\s*(<=|>=|<|>)\s*(.+?)(\s+per year)?(?:\s+during\s+(\S+))?(?:\s+in\s+([\d.]+)\s*%\s+of trials)?$/;

/** { value, unit } of "4h", "99.9%", "15000 USD/month", "20"; null if it is none of these. */
export function threshold(text) {
  const percent = /^([\d.]+)\s*%$/.exec(text);
  if (percent !== null) return { value: Number(percent[1]) / 100, unit: 'share' };
  if (/^\d[\d.e+]*$/i.test(text)) return { value: Number(text), unit: 'count' };
  const one = /^([\d.]+(?:e[+-]?\d+)?)\s*([a-zµA-Z/]+)$/.exec(text);
  if (one !== null && !(one[2] in kSeconds)) return { value: Number(one[1]), unit: one[2] };
  const parts = [...text.matchAll(/([\d.]+)\s*([a-zµ]+)/g)]; // 1h30m
  if (
    parts.length === 0 ||
    parts.some((p) => !(p[2] in kSeconds)) ||
    parts.map((p) => p[0]).join('') !== text.replace(/\s+(?=\d)/g, '')
  )
    return null;
  return { value: parts.reduce((sum, p) => sum + Number(p[1]) * kSeconds[p[2]], 0), unit: 's' };
}

function subjectInWords(subject, measure) {
  const [kind, name] = subject.split(/:(.*)/s);
  const of = name === undefined || name === '' ? '' : name;
  const quantile = /^(.*?)\s*p\((\d+(?:\.\d+)?)\)$/.exec(measure);
  const whose = of === '*' ? (kind === 'journey' ? 'every journey' : 'every service') : of;
  switch (kind) {
    case 'availability':
      return 'Availability';
    case 'errors':
      return 'Share of bad requests';
    case 'cost':
      return 'Cost';
    case 'bad-minutes':
      return 'Bad minutes';
    case 'rto':
      return of === '' ? 'Recovery time (RTO)' : `Recovery time (RTO) of ${of}`;
    case 'rpo':
      return of === '' ? 'Data loss (RPO)' : `Data loss (RPO) of ${of}`;
    case 'lost':
      return `Lost ${of}`;
    case 'journey':
    case 'service':
      if (quantile !== null) {
        const what = quantile[1] === 'backlog-age' ? 'age of the backlog' : 'response time';
        return `${whose}: ${Number(quantile[2])}th percentile of ${what}`
          .replace('1th ', '1st ')
          .replace('11st ', '11th ');
      }
      if (measure === 'mean')
        return `${whose}: mean ${kind === 'journey' ? 'response time' : ''}`.trim();
      return measure === ''
        ? whose
        : `${whose}: ${measure.replace('max(1m)', '(highest minute)').replaceAll('-', ' ')}`;
    default:
      return null;
  }
}

/** { words, value, unit, below, phase, needShare } of an objective's text; words is null if unreadable. */
export function readObjective(text) {
  const m = kShape.exec(String(text).trim());
  const subject = m === null ? null : subjectInWords(m[1], m[2]);
  if (subject === null)
    return { words: null, value: null, unit: null, below: null, phase: '', needShare: null };
  const bound = threshold(m[4]);
  const below = m[3][0] === '<';
  const limit =
    bound === null
      ? m[4]
      : bound.unit === 's'
        ? duration(bound.value)
        : quantity(bound.value, bound.unit);
  const needShare = m[7] === undefined ? null : Number(m[7]) / 100;
  const relation = { '<': 'below', '<=': 'at most', '>': 'above', '>=': 'at least' }[m[3]];
  const phase = m[6] ?? '';
  let words = `${subject} ${relation} ${limit}`;
  if (m[5] !== undefined) words += ' over a year';
  if (phase !== '') words += ` during ${phase}`;
  if (needShare !== null) words += `, in at least ${share(needShare)} of trials`;
  return { words, value: bound?.value ?? null, unit: bound?.unit ?? null, below, phase, needShare };
}
