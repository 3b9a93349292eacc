// The page of a study of metastable states: a grid of loads and faults, and in each cell whether the
// platform recovers alone, by shedding, or stays down.
//
// Its data is { "metastable": ... }, the document lifeboat/metastable/1 with its "summary".
import { h, table } from './dom.js';
import { duration, kDash, known, number, share } from './format.js';
import { showStudy } from './study.js';

const list = (x) => (Array.isArray(x) ? x : []);

const kWords = {
  unhurt: 'unhurt',
  alone: 'alone',
  shed: 'shed',
  down: 'down',
  overload: 'overload',
  'not reached': kDash,
};

/** How deep a cell's colour is: the more it takes to free it, the deeper. */
export function depth(cell) {
  if (cell.state === 'shed') return 25 + Math.round(50 * (cell.shed ?? 1));
  return { unhurt: 0, alone: 8, down: 100, overload: 100 }[cell.state] ?? 0;
}

export const cellWords = (cell) =>
  cell.state === 'shed' && known(cell.shed) ? `shed ${share(cell.shed)}` : (kWords[cell.state] ?? kDash);

function cellNode(cell) {
  const notes = [];
  if (cell.alone > 0 && cell.alone < cell.trials) notes.push(`${cell.alone} of ${cell.trials} alone`);
  if (cell.state === 'alone' && known(cell.rto_p50_s)) notes.push(duration(cell.rto_p50_s));
  if (cell.state === 'shed' && known(cell.shed_rto_p50_s)) notes.push(duration(cell.shed_rto_p50_s));
  return h(
    'span',
    { class: 'heat', style: { '--deep': `${depth(cell)}%` } },
    cellWords(cell),
    notes.map((note) => h('span', { class: 'sub' }, note)),
  );
}

function gridSection(study) {
  const width = study.fault.values.length;
  const columns = [
    { title: `${study.load.name} \\ ${study.fault.name}`, head: true, cell: (l) => study.load.values[l] },
    ...study.fault.values.map((value, f) => ({
      title: value,
      number: true,
      cell: (l) => cellNode(study.cells[l * width + f]),
    })),
  ];
  return h(
    'section',
    { id: 'grid' },
    h('h2', null, 'Load and fault'),
    h('p', { class: 'about' }, 'The deeper the colour, the more it takes to free the platform. Times are medians from the fault to recovered.'),
    table('Load and fault', columns, study.load.values.map((_, l) => l)),
  );
}

function legendSection(study) {
  const { at, after_s: after, lasts_s: lasts } = study.shed;
  const rows = [
    ['unhurt', 'The fault harms nobody.'],
    ['alone', 'Every trial recovers by itself.'],
    ['shed', `Only if ${at} refuses that share of all requests for ${duration(lasts)}, ${duration(after)} after the fault is over: the smallest share that frees every trial, to 1/32.`],
    ['down', 'Not even by refusing all requests for so long.'],
    ['overload', 'Bad before the fault: the load is too much by itself.'],
  ];
  return h(
    'section',
    { id: 'legend' },
    h('h2', null, 'What the words mean'),
    table('What the words mean', [
      { title: 'Word', head: true, cell: ([word]) => word },
      { title: 'Meaning', cell: ([, meaning]) => meaning },
    ], rows),
  );
}

/** Appends the whole page; returns what printing and colour schemes have to redraw. */
export function showMetastable(study) {
  document.title = `${study.scenario}: Lifeboat, metastable states`;
  showStudy({
    heading: `${study.load.name} and ${study.fault.name}: metastable states`,
    leads: [study.title || study.scenario, ...list(study.summary)],
    about: `${number(study.trials)} trials a cell (seed ${study.seed}), with the same customers and luck in each: ${study.load.path}, ${study.fault.path}.`,
    sections: [gridSection(study), legendSection(study)],
    version: study.version,
  });
  return { redrawers: [], unfolders: [] };
}
