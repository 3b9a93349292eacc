// The charts: one time axis, one cursor, the failure's phases in each.
import { Chart } from '../charts/chart.js';
import { held } from '../charts/lines.js';
import { isWindow, kBands, moments } from '../charts/marks.js';
import { kAll, panelsOf, subjectsOf } from '../charts/panels.js';
import { disclosure, h, svg, table, uniqueId } from '../dom.js';
import { duration, quantity, share } from '../format.js';

const kRows = 40; // rows of a chart's table of numbers

function numbersOf(chart, panel, context) {
  const shown = chart.table();
  if (shown === null) return h('p', null, 'No values.');
  const [times] = shown.data,
    every = Math.max(1, Math.ceil(times.length / kRows));
  const rows = times.map((_, i) => i).filter((i) => i % every === 0);
  const show = (v) => (panel.axis === 'share' ? share(v) : quantity(v, panel.unit));
  const columns = [
    { title: 'Time', head: true, cell: (i) => context.clock.full(times[i]) },
    ...shown.lines.map((line, k) => ({
      title: line.label,
      number: true,
      cell: (i) => show(held(shown.data[k + 1], i)),
    })),
  ];
  return [
    every > 1
      ? h(
          'p',
          { class: 'quiet' },
          `Every ${every}th of ${times.length} values; all of them stand in timeseries.csv.`,
        )
      : null,
    table(`Numbers of the chart: ${panel.title}`, columns, rows),
  ];
}

/** The chart of a panel with its heading; refresh() draws it for the choice made. */
function panelFigure({ panel, series }, context, choice, first) {
  const chart = new Chart(context, {
    title: panel.title,
    axis: panel.axis,
    unit: panel.unit,
    stacked: panel.stacked === true,
    rates: panel.rates === true,
    height: first ? 250 : 200,
    labels: first,
  });
  const id = uniqueId('panel'),
    of = h('span', { class: 'of' }),
    numbers = h('div');
  const figure = h(
    'figure',
    { class: 'panel', 'aria-labelledby': id, 'data-panel': panel.id },
    h(
      'figcaption',
      null,
      h('h3', { id }, panel.title, of),
      panel.about === '' ? null : h('p', { class: 'about' }, panel.about),
    ),
    chart.element,
    numbers,
  );
  const refresh = () => {
    const chosen = panel.of === undefined ? kAll : choice[panel.of];
    const lines = panel.lines(series, chosen, context.report);
    of.textContent = chosen === kAll ? '' : ` of ${chosen}`;
    figure.classList.toggle('empty', lines.length === 0);
    chart.setLines(lines);
    numbers.replaceChildren(
      lines.length === 0
        ? h(
            'p',
            { class: 'quiet' },
            panel.id === 'errors' ? 'No request failed.' : 'No values for this choice.',
          )
        : disclosure('Numbers', () => numbersOf(chart, panel, context), { class: 'numbers' }),
    );
  };
  return { figure, refresh };
}

/** The tasks of every service in small charts, side by side. */
function smallMultiples(panels, context) {
  const found = panels.find(({ panel }) => panel.eachService);
  const names = found === undefined ? [] : [...new Set(found.series.map((s) => s.subject))];
  if (names.length < 2) return null;
  return disclosure(
    `Tasks of each service, side by side (${names.length})`,
    () =>
      h(
        'div',
        { class: 'multiples' },
        names.map((name) => {
          const chart = new Chart(context, {
            title: `Tasks of ${name}`,
            axis: 'linear',
            unit: 'tasks',
            height: 120,
            compact: true,
          });
          const lines = found.panel.lines(
            found.series.filter((s) => s.subject === name),
            name,
            context.report,
          );
          requestAnimationFrame(() => chart.setLines(lines));
          return h(
            'figure',
            { class: 'panel small' },
            h('figcaption', null, h('h4', null, name)),
            chart.element,
          );
        }),
      ),
    { class: 'each-service' },
  );
}

function selector(label, all, names, onChoose) {
  if (names.length < 2) return null;
  const id = uniqueId('choose');
  return h(
    'span',
    { class: 'choose' },
    h('label', { for: id, class: 'hidden' }, label),
    h(
      'select',
      { id, onchange: (e) => onChoose(e.target.value) },
      h('option', { value: kAll }, all),
      names.map((n) => h('option', { value: n }, n)),
    ),
  );
}

function zoomButtons({ range, report }) {
  const spans = [['Whole run', range.whole.min, range.whole.max]];
  if (report.faultAt !== null) {
    const until =
      report.recoveredAt ?? report.phases.find((p) => p.name === 'incident')?.to ?? report.end;
    const margin = Math.max(60, 0.15 * (until - report.faultAt));
    spans.push(['Failure', report.faultAt - margin, until + margin]);
  }
  for (const p of report.phases.filter(isWindow).slice(0, 4)) spans.push([p.name, p.from, p.to]);
  if (spans.length === 1) return null;
  const same = (span) =>
    Math.abs(range.min - Math.max(span[1], range.whole.min)) < 1e-6 &&
    Math.abs(range.max - Math.min(span[2], range.whole.max)) < 1e-6;
  const buttons = spans.map((span) =>
    h(
      'button',
      {
        type: 'button',
        'aria-pressed': String(same(span)),
        onclick: () => range.show(span[1], span[2]),
      },
      span[0],
    ),
  );
  range.onRange(() =>
    buttons.forEach((b, i) => b.setAttribute('aria-pressed', String(same(spans[i])))),
  );
  return h(
    'span',
    { class: 'segmented', role: 'group', 'aria-label': 'Span of time shown' },
    buttons,
  );
}

/** Buttons for the three ways to read a time. */
export function clockButtons({ clock }) {
  if (clock.modes.length < 2) return null;
  const buttons = clock.modes.map((mode) =>
    h(
      'button',
      {
        type: 'button',
        'aria-pressed': String(mode === clock.mode),
        title: clock.about(mode),
        onclick: () => clock.setMode(mode),
      },
      clock.modeName(mode),
    ),
  );
  clock.onChange(() =>
    buttons.forEach((b, i) =>
      b.setAttribute('aria-pressed', String(clock.modes[i] === clock.mode)),
    ),
  );
  return h(
    'span',
    { class: 'segmented', role: 'group', 'aria-label': 'How times are read' },
    buttons,
  );
}

function markKey({ report, clock }) {
  const entries = [];
  const line = (color, dash) =>
    svg(
      'svg',
      {
        width: 12,
        height: 12,
        'aria-hidden': 'true',
        style: { '--mark': `var(--${color})` },
        class: 'swatch',
      },
      svg('line', { x1: 6, x2: 6, y1: 0, y2: 12, 'stroke-dasharray': dash }),
    );
  for (const m of moments(report))
    entries.push([
      line(m.color, m.dash.length > 0 ? '4 3' : ''),
      m.label,
      () => clock.instant(m.t),
    ]);
  for (const p of report.phases.filter((x) => x.name in kBands || isWindow(x))) {
    entries.push([
      h('span', { class: `patch ${p.name in kBands ? p.name : 'window'}`, 'aria-hidden': 'true' }),
      p.name.replaceAll('-', ' '),
      () => `${clock.instant(p.from, 60)} to ${clock.instant(p.to, 60)}`,
    ]);
  }
  if (entries.length === 0) return null;
  return h(
    'ul',
    { class: 'marks' },
    entries.map(([mark, label, time]) => {
      const when = h('span', { class: 'quiet' }, time());
      clock.onChange(() => {
        when.textContent = time();
      });
      return h('li', null, mark, ` ${label} `, when);
    }),
  );
}

function readOut({ clock, range }) {
  const element = h('output', { class: 'readout', 'aria-hidden': 'true' });
  const show = () => {
    element.textContent =
      range.cursor !== null
        ? clock.full(range.cursor)
        : range.isWhole
          ? `${duration(range.max - range.min)} shown`
          : `${clock.instant(range.min)} to ${clock.instant(range.max)} (${duration(range.max - range.min)})`;
  };
  range.onCursor(show);
  range.onRange(show);
  clock.onChange(show);
  show();
  return element;
}

export function chartsSection(context) {
  const panels = panelsOf(context.report);
  if (panels.length === 0) return null;
  const names = { journey: subjectsOf(panels, 'journey'), service: subjectsOf(panels, 'service') };
  const choice = {
    journey: names.journey.length === 1 ? names.journey[0] : kAll,
    service: names.service.length === 1 ? names.service[0] : kAll,
  };
  const main = panels
    .filter(({ panel }) => !panel.more)
    .map((p, i) => panelFigure(p, context, choice, i === 0));
  const more = panels.filter(({ panel }) => panel.more);
  const choose = (kind) => (name) => {
    choice[kind] = name;
    main.forEach((m) => m.refresh());
  };
  main.forEach((m) => m.refresh());
  const { trial, trials } = context.report;
  const which =
    trials > 1
      ? `One trial of ${trials}${trial.number === null ? '' : `, number ${trial.number}`}${trial.why === '' ? '' : `: ${trial.why}`}. `
      : '';
  return h(
    'section',
    { id: 'charts' },
    h('h2', null, 'What happened'),
    h(
      'p',
      { class: 'about' },
      `${which}Drag across a chart to zoom into all of them; double click for the whole run.`,
    ),
    h(
      'div',
      { class: 'toolbar' },
      clockButtons(context),
      zoomButtons(context),
      selector('Journey', 'All journeys', names.journey, choose('journey')),
      selector('Service', 'All services', names.service, choose('service')),
      readOut(context),
    ),
    markKey(context),
    main.map((m) => m.figure),
    smallMultiples(panels, context),
    more.length === 0
      ? null
      : disclosure(`More series (${more.length})`, () =>
          more.map((p) => {
            const m = panelFigure(p, context, choice, false);
            requestAnimationFrame(m.refresh);
            return m.figure;
          }),
        ),
  );
}
