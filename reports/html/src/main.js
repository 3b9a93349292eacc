// Puts the report together: reads the data block and appends the sections it has data for.
import { showAvailability } from './availability.js';
import { showAutomation } from './automation.js';
import { TimeRange } from './charts/range.js';
import { Clock } from './clock.js';
import { showComparison } from './comparison.js';
import { readReport } from './data.js';
import { h } from './dom.js';
import { showPolicies } from './policies.js';
import {
  definitionsSection,
  findingsSection,
  inputsSection,
  licencesSection,
  provenanceSection,
} from './sections/back.js';
import { chartsSection } from './sections/charts.js';
import { costSection } from './sections/cost.js';
import { failoverSection } from './sections/failover.js';
import { figuresSection } from './sections/figures.js';
import { hurtSection } from './sections/hurt.js';
import { logSection } from './sections/log.js';
import { objectivesSection } from './sections/objectives.js';
import { titleOf, verdictHeader } from './sections/summary.js';
import { dataSection, journeysSection, loadSection, servicesSection } from './sections/tables.js';
import { whereSection } from './sections/where.js';
import { showMetastable } from './metastable.js';
import { showSensitivity } from './sensitivity.js';
import { showHeadroom, showSize } from './size.js';
import { showSweep } from './sweep.js';
import { showTwin } from './twin.js';

const kNames = {
  objectives: 'Objectives',
  figures: 'Figures',
  failover: 'Failover',
  hurt: 'What hurt',
  charts: 'Charts',
  where: 'Time spent',
  journeys: 'Journeys',
  services: 'Services',
  load: 'Load',
  data: 'Data',
  cost: 'Cost',
  log: 'Log',
  findings: 'Findings',
  definitions: 'Definitions',
  provenance: 'Provenance',
  inputs: 'Inputs',
};

const kPaperWidth = 680; // pixels; on paper the style sheet fits a chart to its box

/** The span of the charts' time axis: the run, and what series hold beyond it. */
function spanOf({ series, end }) {
  const starts = series.map((s) => s.start),
    ends = series.map((s) => s.start + s.step * s.values.length);
  return new TimeRange(Math.min(0, ...starts), Math.max(ends.length === 0 ? end : 0, ...ends));
}

function navigation(sections) {
  const links = new Map(
    sections
      .filter((s) => s.id in kNames)
      .map((s) => [s.id, h('a', { href: `#${s.id}` }, kNames[s.id])]),
  );
  const strip = h('div', { class: 'inner' }, [...links.values()]);
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const link = links.get(entry.target.id);
        if (!entry.isIntersecting || link === undefined) continue;
        for (const other of links.values()) other.removeAttribute('aria-current');
        link.setAttribute('aria-current', 'true');
        strip.scrollTo({ left: link.offsetLeft - strip.clientWidth / 3 });
      }
    },
    { rootMargin: '-15% 0px -80% 0px' },
  );
  sections.forEach((s) => seen.observe(s));
  return h('nav', { 'aria-label': 'Sections' }, strip);
}

/** Paper is light and shows everything: charts are drawn again, tables and notes opened. */
function printing(context) {
  addEventListener('beforeprint', () => {
    document.documentElement.dataset.theme = 'light';
    context.paperWidth = kPaperWidth;
    for (const unfold of context.unfolders) unfold();
    for (const redraw of context.redrawers) redraw();
  });
  addEventListener('afterprint', () => {
    delete document.documentElement.dataset.theme;
    context.paperWidth = undefined;
    for (const redraw of context.redrawers) redraw();
  });
}

/** Draws the charts again where colours or the paper change; the page is ready. */
function finish(context) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const redraw of context.redrawers) redraw();
  });
  printing(context);
  document.documentElement.dataset.ready = 'true';
}

/** What shows the data of a study, by the key that it stands under. */
const kStudies = {
  automation: showAutomation,
  availability: showAvailability,
  comparison: showComparison,
  headroom: showHeadroom,
  metastable: showMetastable,
  policies: showPolicies,
  sensitivity: showSensitivity,
  size: showSize,
  sweep: showSweep,
  twin: showTwin,
};

/** What shows the data of a study, or null where it is a run's. */
function studyIn(text) {
  try {
    const data = JSON.parse(text) ?? {};
    const key = Object.keys(kStudies).find((name) => data[name]);
    return key === undefined ? null : () => kStudies[key](data[key]);
  } catch {
    return null; // readReport says what is wrong
  }
}

function start() {
  const text = document.getElementById('lifeboat-data').textContent;
  const show = studyIn(text);
  if (show !== null) {
    finish(show());
    return;
  }
  const report = readReport(text);
  const context = {
    report,
    clock: new Clock(report.clock.start, report.clock.zone, report.faultAt),
    range: spanOf(report),
    redrawers: [],
    unfolders: [],
  };
  document.title = titleOf(report);
  const sections = [
    objectivesSection(report),
    figuresSection(report),
    failoverSection(context),
    hurtSection(report),
    chartsSection(context),
    whereSection(report),
    journeysSection(report),
    servicesSection(report),
    loadSection(report),
    dataSection(report),
    costSection(report),
    logSection(context),
    findingsSection(report),
    definitionsSection(report),
    provenanceSection(report),
    inputsSection(report),
    licencesSection(),
  ].filter((s) => s !== null);
  document.body.append(
    h('a', { href: '#main', class: 'skip' }, 'Skip to the results'),
    verdictHeader(report, context),
    navigation(sections),
    h('main', { id: 'main', class: 'inner' }, sections),
    h(
      'footer',
      { class: 'inner quiet' },
      `Made by Lifeboat${report.version === '' ? '' : ` ${report.version}`}. One file; it loads nothing.`,
    ),
  );
  finish(context);
}

try {
  start();
} catch (error) {
  document.body.append(
    h(
      'main',
      { class: 'inner' },
      h('h1', null, 'This report cannot be shown'),
      h('p', null, error.message),
    ),
  );
  document.documentElement.dataset.ready = 'failed';
}
