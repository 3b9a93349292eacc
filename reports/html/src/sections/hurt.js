// What hurt most: the requests that were not good, by when they came and what was wrong.
import { h, table } from '../dom.js';
import { counted, kDash, known, number, share, words } from '../format.js';

const kMostRows = 10;
const kLeastShare = 0.01;

/** The worst rows, and one for all others together. */
export function worstRows(hurt) {
  const rows = hurt
    .filter((r) => known(r.share) && r.share > 0)
    .sort((a, b) => b.share - a.share);
  const shown = rows.filter((r, i) => i < kMostRows && r.share >= kLeastShare);
  const rest = rows.slice(shown.length);
  if (rest.length === 0) return shown;
  const sum = (key) => rest.reduce((all, r) => all + (r[key] ?? 0), 0);
  const others = {
    segment: counted(rest.length, 'other'),
    causes: [],
    share: sum('share'),
    perTrial: sum('perTrial'),
  };
  return [...shown, others];
}

/** "abandoned 51 %, reset 49 %": the most frequent three. */
const causes = (r) =>
  r.causes
    .filter((c) => c.share >= kLeastShare)
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map((c) => `${words(c.cause)} ${share(c.share)}`)
    .join(', ') || kDash;

export function hurtSection({ recovery }) {
  const rows = worstRows(recovery?.hurt ?? []);
  if (rows.length === 0) return null;
  const most = Math.max(...rows.map((r) => r.share));
  const bar = (r) =>
    h(
      'div',
      { class: 'range-bar', role: 'img', 'aria-label': share(r.share) },
      h('span', { class: 'to-p50', style: { width: `${(100 * r.share) / most}%` } }),
    );
  return h(
    'section',
    { id: 'hurt' },
    h('h2', null, 'What hurt most'),
    h(
      'p',
      { class: 'about' },
      'All requests that were not good, over all trials: in which part of the way from the fault to recovered they came, and what was wrong with them. What shortens a part spares its customers.',
    ),
    table(
      'Bad requests by part',
      [
        { title: 'Part', head: true, cell: (r) => r.segment },
        { title: 'Of all bad', number: true, cell: (r) => share(r.share) },
        { title: 'What was wrong', cell: causes },
        { title: 'A trial', number: true, cell: (r) => number(r.perTrial) },
        { title: 'Share', cell: bar },
      ],
      rows,
    ),
  );
}
