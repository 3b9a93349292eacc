// Elements from plain calls. All text goes in as text nodes, never as markup: the data of a
// report cannot add elements or scripts to it.

function append(parent, child) {
  if (child === null || child === undefined || child === false) return;
  if (Array.isArray(child)) for (const c of child) append(parent, c);
  else parent.append(child instanceof Node ? child : String(child));
}

function create(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style')
      for (const [property, v] of Object.entries(value)) element.style.setProperty(property, v);
    else element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

/** h('p', { class: 'lead', onclick: f, style: { width: '3px' } }, ...children). */
export const h = (tag, attributes, ...children) =>
  create(document.createElement(tag), attributes, children);

/** The same for elements of SVG. */
export const svg = (tag, attributes, ...children) =>
  create(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

let serial = 0;
export const uniqueId = (stem) => `${stem}-${++serial}`;

/** Something that opens: <details> whose content is made when it is first opened. */
export function disclosure(summary, make, attributes = {}) {
  const body = h('div', { class: 'disclosed' });
  let made = false;
  const element = h('details', attributes, h('summary', null, summary), body);
  const fill = () => {
    if (made) return;
    made = true;
    append(body, make());
  };
  element.addEventListener('toggle', () => {
    if (element.open) fill();
  });
  if (attributes.open) fill();
  return element;
}

/**
 * A table in its own scroll area, so that the page never scrolls sideways.
 * columns: { title, number: bool, cell: (row) => node or text, head: bool, about }.
 */
export function table(caption, columns, rows, attributes = {}) {
  const header = columns.map((c) =>
    h('th', { scope: 'col', class: c.number ? 'number' : null, title: c.about }, c.title),
  );
  const body = rows.map((row) =>
    h(
      'tr',
      null,
      columns.map((c) =>
        h(
          c.head ? 'th' : 'td',
          { scope: c.head ? 'row' : null, class: c.number ? 'number' : null },
          c.cell(row),
        ),
      ),
    ),
  );
  return h(
    'div',
    { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      attributes,
      h('caption', { class: 'hidden' }, caption),
      h('thead', null, h('tr', null, header)),
      h('tbody', null, body),
    ),
  );
}
