// The page of a year's availability: what is lost in a year, and which incident loses how much of it.
//
// Its data is { "availability": ... }, the document lifeboat/availability/1 with its "summary".
import { h, table } from './dom.js';
import { duration, kDash, known, number, share } from './format.js';
import { badge } from './sections/summary.js';
import { showStudy } from './study.js';

const list = (x) => (Array.isArray(x) ? x : []);
const minutes = (x) => (known(x) ? duration(60 * Math.max(0, x)) : kDash);
const rate = (x) => (!known(x) || x <= 0 ? kDash : x < 1 ? `1 in ${number(1 / x)} years` : `${number(x)} a year`);
/** Of 10,000 draws all or none say less than certainty. */
const chance = (x) => (x === 1 ? 'over 99.9 %' : x === 0 ? 'under 0.1 %' : share(x));
const between = (range, words) =>
  known(range?.low) && known(range?.high)
    ? h('span', { class: 'sub' }, `${words(range.low)} to ${words(range.high)}`)
    : null;

function promiseSection(year) {
  const rows = [
    ['Availability', share(year.availability.value), between(year.availability, share)],
    [
      'Lost in a year',
      minutes(year.lost_minutes_per_year.value),
      between(year.lost_minutes_per_year, minutes),
    ],
    [`What ${share(year.promise)} allows`, minutes(year.allowed_minutes), null],
    ['Bad minutes in a year', minutes(year.bad_minutes_per_year), null],
    ['The long run keeps the promise', chance(year.p_long_run_holds), h('span', { class: 'sub' }, badge(year.verdict))],
    ['A single year keeps it', chance(year.p_year_holds), null],
  ];
  const columns = [
    { title: 'Figure', head: true, cell: (row) => row[0] },
    { title: 'Value', number: true, cell: (row) => [row[1], row[2]] },
  ];
  return h('section', { id: 'promise' }, h('h2', null, 'The promise'), table('The promise', columns, rows));
}

/** What each part loses of a year, as one bar of its parts and what the promise allows. */
function partsFigure(year, parts) {
  const whole = Math.max(year.allowed_minutes, ...parts.map((p) => p.range.high ?? 0), 1e-9);
  const at = (x) => `${Math.min(100, (100 * Math.max(0, x)) / whole)}%`;
  return h(
    'ul',
    { class: 'parts' },
    parts.map((part) =>
      h(
        'li',
        null,
        h('span', { class: 'part-name' }, part.name),
        h(
          'span',
          { class: 'part-track', 'aria-hidden': 'true' },
          h('span', { class: 'part-range', style: { '--from': at(part.range.low), '--to': at(part.range.high) } }),
          h('span', { class: 'part-value', style: { '--at': at(part.range.value) } }),
          h('span', { class: 'part-allowed', style: { '--at': at(year.allowed_minutes) } }),
        ),
        h('span', { class: 'part-words' }, `${minutes(part.range.value)}, ${share(part.share)}`),
      ),
    ),
  );
}

function partsSection(year, incidents) {
  const parts = [
    ...incidents.map((i) => ({ name: i.incident, range: i.lost_minutes_per_year, share: i.share })),
    { name: 'without incidents', range: year.steady.lost_minutes_per_year, share: year.steady.share },
  ];
  return h(
    'section',
    { id: 'parts' },
    h('h2', null, 'What loses how much'),
    h(
      'p',
      { class: 'about' },
      `Minutes lost in a year, as time in which all requests had been bad. The dot is the figure, the bar the range (${share(year.confidence)}) that uncertain rates and few trials leave, the line what the promise allows.`,
    ),
    partsFigure(year, parts),
  );
}

const unbroken = (...parts) => h('span', { style: { 'white-space': 'nowrap' } }, parts);

function incidentsSection(incidents) {
  const columns = [
    { title: 'Incident', head: true, cell: (i) => unbroken(i.incident, h('span', { class: 'sub' }, i.scenario)) },
    {
      title: 'How often',
      number: true,
      cell: (i) => [rate(i.rate_per_year.value), between(i.rate_per_year, rate)],
    },
    {
      title: 'One loses',
      number: true,
      cell: (i) => [minutes(i.lost_minutes.value), between(i.lost_minutes, minutes)],
    },
    { title: 'Bad minutes of one', number: true, cell: (i) => minutes(i.bad_minutes) },
    {
      title: 'A year loses',
      number: true,
      cell: (i) => [minutes(i.lost_minutes_per_year.value), between(i.lost_minutes_per_year, minutes)],
    },
    { title: 'Share', number: true, cell: (i) => share(i.share) },
    { title: 'The rate rests on', cell: (i) => i.rate_per_year.basis },
  ];
  return h('section', { id: 'incidents' }, h('h2', null, 'Incidents'), table('Incidents', columns, incidents));
}

function sourcesSection(incidents) {
  return h(
    'section',
    { id: 'sources' },
    h('h2', null, 'Where the rates come from'),
    incidents.map((i) => h('p', null, h('strong', null, `${i.incident}: `), i.rate_per_year.source)),
  );
}

function findingsSection(year) {
  const lines = list(year.findings).map((f) => h('p', null, f.text));
  return lines.length === 0 ? null : h('section', { id: 'findings' }, h('h2', null, 'Be careful'), lines);
}

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showAvailability(year) {
  document.title = `${year.name}: availability of a year`;
  const incidents = [...list(year.incidents)].sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
  showStudy({
    heading: 'Availability of a year',
    leads: [year.title || year.name, ...list(year.summary)],
    about: `${number(year.trials)} pairs of trials of each incident, with and without its faults, with the same luck (seed ${year.seed})${year.strategy ? `; strategy ${year.strategy}` : ''}.`,
    sections: [promiseSection(year), partsSection(year, incidents), incidentsSection(incidents), sourcesSection(incidents), findingsSection(year)],
    version: year.version,
  });
  return { redrawers: [], unfolders: [] };
}
