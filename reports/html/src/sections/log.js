// The incident log of the trial shown: filtered by kind and by text; a time moves the charts' cursor.
import { regionName } from '../charts/panels.js';
import { h, uniqueId } from '../dom.js';
import { counted } from '../format.js';

const kPage = 200; // rows shown at first, and more at a time

export function logSection(context) {
  const { report, clock, range } = context,
    { events } = report;
  if (events.length === 0) return null;
  const kinds = [...new Set(events.map((e) => e.kind))].sort();
  const off = new Set();
  let wanted = '',
    limit = kPage;
  const body = h('tbody'),
    status = h('p', { class: 'quiet small', role: 'status' });
  const more = h(
    'button',
    {
      type: 'button',
      class: 'plain-button',
      onclick: () => {
        limit += kPage;
        draw();
      },
    },
    'Show more',
  );
  const matches = (e) =>
    !off.has(e.kind) &&
    (wanted === '' ||
      [e.kind, e.subject, e.region, regionName(report, e.region), e.text, e.cause].some((x) =>
        x.toLowerCase().includes(wanted),
      ));
  const jump = (e) => {
    range.point(e.t, null);
    document.getElementById('charts')?.scrollIntoView({ block: 'start' });
  };
  const row = (e) =>
    h(
      'tr',
      { class: `event kind-${e.kind}` },
      h(
        'td',
        { class: 'time' },
        range === null || report.series.length === 0
          ? clock.instant(e.t)
          : h(
              'button',
              {
                type: 'button',
                class: 'time-link',
                title: 'Show this instant in the charts',
                onclick: () => jump(e),
              },
              clock.instant(e.t),
            ),
      ),
      h('td', null, h('span', { class: 'tag' }, e.kind)),
      h(
        'td',
        { class: 'subject' },
        e.subject,
        e.region === '' ? null : h('span', { class: 'sub' }, regionName(report, e.region)),
      ),
      h(
        'td',
        { class: 'text' },
        e.text,
        e.cause === '' ? null : h('span', { class: 'sub' }, `because: ${e.cause}`),
      ),
    );
  const draw = () => {
    const found = events.filter(matches);
    body.replaceChildren(...found.slice(0, limit).map(row));
    more.hidden = found.length <= limit;
    status.textContent =
      found.length === events.length
        ? counted(found.length, 'event')
        : `${found.length} of ${counted(events.length, 'event')}`;
  };
  const id = uniqueId('search');
  const chips =
    kinds.length < 2
      ? null
      : h(
          'div',
          { class: 'chips', role: 'group', 'aria-label': 'Kinds of event shown' },
          kinds.map((kind) =>
            h(
              'button',
              {
                type: 'button',
                class: 'chip',
                'aria-pressed': 'true',
                onclick: (e) => {
                  if (!off.delete(kind)) off.add(kind);
                  e.currentTarget.setAttribute('aria-pressed', String(!off.has(kind)));
                  draw();
                },
              },
              kind,
              h('span', { class: 'quiet' }, ` ${events.filter((e) => e.kind === kind).length}`),
            ),
          ),
        );
  clock.onChange(draw);
  context.unfolders.push(() => {
    limit = Infinity;
    draw();
  });
  draw();
  return h(
    'section',
    { id: 'log' },
    h('h2', null, 'Incident log'),
    h(
      'div',
      { class: 'filters' },
      h('label', { for: id, class: 'hidden' }, 'Search the log'),
      h('input', {
        id,
        type: 'search',
        placeholder: 'Search the log',
        oninput: (e) => {
          wanted = e.target.value.trim().toLowerCase();
          limit = kPage;
          draw();
        },
      }),
      chips,
    ),
    status,
    h(
      'div',
      { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': 'Incident log' },
      h(
        'table',
        { class: 'log' },
        h('caption', { class: 'hidden' }, 'Incident log'),
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['Time', 'Kind', 'Subject', 'What happened'].map((t) => h('th', { scope: 'col' }, t)),
          ),
        ),
        body,
      ),
    ),
    more,
  );
}
