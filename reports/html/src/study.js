// The frame of a page about several designs: a heading with its lines, the sections, the foot.
import { h } from './dom.js';

/** Appends the whole page. `leads` are its main lines, `about` what the figures rest on. */
export function showStudy({ heading, leads, about, sections, version }) {
  document.body.append(
    h('a', { href: '#main', class: 'skip' }, 'Skip to the results'),
    h(
      'header',
      { class: 'verdict none' },
      h(
        'div',
        { class: 'inner' },
        h('h1', null, heading),
        leads.map((line) => h('p', { class: 'lead' }, line)),
        h('p', { class: 'quiet' }, about),
      ),
    ),
    h('main', { id: 'main', class: 'inner' }, sections),
    h('footer', { class: 'inner quiet' }, `Made by Lifeboat ${version ?? ''}. One file; it loads nothing.`),
  );
}
