// The report's data, read leniently: whatever is absent or of another type than expected is left
// out, so that a section shows what there is and no missing block breaks the page.
//
// The contract is in README.md of this package.
import { known } from './format.js';

const isObject = (x) => x !== null && typeof x === 'object' && !Array.isArray(x);
const object = (x) => (isObject(x) ? x : {});
const array = (x) => (Array.isArray(x) ? x : []);
const rows = (x) => array(x).filter(isObject);
const text = (x) => (typeof x === 'string' ? x : known(x) ? String(x) : '');
const numeric = (x) => (known(x) ? x : null);

/** A summary of a quantity over trials: { mean, p50, p95, low, high, max }, each a number or null. */
export function summary(x) {
  if (known(x)) return { mean: x, p50: null, p95: null, low: null, high: null, max: null };
  const o = object(x);
  return {
    mean: numeric(o.mean ?? o.estimate),
    p50: numeric(o.p50),
    p95: numeric(o.p95),
    low: numeric(o.low),
    high: numeric(o.high),
    max: numeric(o.max),
  };
}

/** The middle of a summary: its median if known, otherwise its mean. */
export const middle = (s) => s.p50 ?? s.mean;

/**
 * hitRatio, hit-ratio and hit_ratio are one measure; a cause after the first dot stays as it is, and
 * so does the part that it is of, after a blank.
 */
function measureName(name) {
  const [kind, ...part] = text(name).split(' ');
  const [head, ...tail] = kind.split('.');
  const snake = head
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  return [[snake, ...tail].join('.'), ...part].join(' ');
}

const kLongest = 2e6; // values in one series; more would not fit a browser's memory twice

function readSeries(list) {
  return rows(list)
    .filter(
      (s) =>
        Array.isArray(s.values) &&
        s.values.length > 0 &&
        s.values.length <= kLongest &&
        s.dt_s > 0 &&
        known(s.t0_s ?? 0),
    )
    .map((s) => ({
      subject: text(s.subject),
      region: text(s.region),
      measure: measureName(s.measure),
      unit: text(s.unit),
      start: s.t0_s ?? 0,
      step: s.dt_s,
      values: s.values.map(numeric),
    }));
}

function readJourneys(result, detail) {
  const extra = new Map(rows(detail.journeys).map((j) => [text(j.name), j]));
  const names = [...new Set([...Object.keys(object(result.journeys)), ...extra.keys()])];
  return names.map((name) => {
    const r = object(object(result.journeys)[name]),
      d = object(extra.get(name));
    return {
      name,
      offered: numeric(r.offered),
      succeeded: numeric(r.succeeded),
      failed: numeric(r.failed),
      unfinished: numeric(r.unfinished),
      failedBy: object(r.failed_by),
      servedBy: object(r.served_by),
      latency: object(r.latency),
      where: object(r.where),
      critical: d.critical === true || r.critical === true,
      goodWithin: numeric(d.good_within_s ?? r.good_within_s),
      good: numeric(d.good ?? r.good_share),
      rto: summary(d.rto_s),
    };
  });
}

/** One row a deployment; the stations of a deployment beneath it. */
function readServices(services) {
  const row = (name, region, station, s) => ({
    name,
    region,
    station,
    arrivals: numeric(s.arrivals),
    rejected: numeric(s.rejected),
    utilization: numeric(s.utilization),
    waiting: numeric(s.mean_number_waiting),
    wait: numeric(s.mean_wait_s),
    sojourn: numeric(s.mean_sojourn_s),
    stations: [],
  });
  return Object.entries(object(services)).flatMap(([name, regions]) =>
    Object.entries(object(regions))
      .filter(([, s]) => isObject(s))
      .map(([region, s]) => {
        const head = row(name, region, '', s);
        head.stations = Object.entries(object(s.stations))
          .filter(([, x]) => isObject(x))
          .map(([station, x]) => row(name, region, station, x));
        return head;
      }),
  );
}

const parts = (list) =>
  rows(list).map((p) => ({
    service: text(p.service),
    wait: Math.max(0, p.wait_s) || 0,
    service_s: Math.max(0, p.service_s) || 0,
  }));

/** Where the time goes; from the result's own block where the detail has none (then without the slowest). */
function readWhere(detail, journeys) {
  const given = rows(detail.where).map((w) => ({
    journey: text(w.journey),
    mean: parts(w.mean),
    slowest: parts(w.slowest),
    slowestShare: numeric(w.slowest_share) ?? 0.01,
  }));
  if (given.length > 0) return given.filter((w) => w.mean.length + w.slowest.length > 0);
  return journeys
    .map((j) => ({
      journey: j.name,
      slowest: [],
      slowestShare: 0.01,
      mean: parts(Object.entries(j.where).map(([service, v]) => ({ ...object(v), service }))),
    }))
    .filter((w) => w.mean.length > 0);
}

function readGantt(list, end) {
  return rows(list)
    .filter((g) => known(g.start_s))
    .map((g) => ({
      name: text(g.name),
      label: text(g.label) || text(g.name),
      owner: text(g.owner),
      kind: text(g.kind),
      ready: numeric(g.ready_s),
      start: g.start_s,
      end: Math.max(g.start_s, numeric(g.end_s) ?? end ?? g.start_s),
      open: !known(g.end_s),
      waitedFor: text(g.waited_for),
      critical: g.critical === true,
    }));
}

function readRecovery(recovery) {
  if (!isObject(recovery)) return null;
  const rto = object(recovery.rto_s);
  return {
    rto: isObject(recovery.rto_s)
      ? {
          ...summary(rto),
          recovered: numeric(rto.recovered),
          censored: numeric(rto.censored),
          notBreached: numeric(rto.not_breached),
          alreadyFailing: numeric(rto.already_failing),
          relapsed: numeric(rto.relapsed),
        }
      : null,
    rpo: Object.entries(object(recovery.rpo))
      .filter(([, v]) => isObject(v))
      .map(([store, v]) => ({
        store,
        seconds: summary(v.seconds),
        writesLost: summary(v.writes_lost),
      })),
    classes: Object.entries(object(recovery.classes))
      .filter(([, v]) => isObject(v))
      .map(([name, v]) => ({
        name,
        lost: summary(v.lost),
        stranded: summary(v.stranded),
        torn: summary(v.torn),
        duplicate: summary(v.duplicate),
        anyLost: numeric(v.p_any_lost),
        anyLow: numeric(v.p_any_low),
        anyHigh: numeric(v.p_any_high),
      })),
    wholeRpo: isObject(recovery.rpo_s) ? summary(recovery.rpo_s) : null,
    path: rows(recovery.critical_path).map((p) => ({
      segment: text(p.segment),
      share: numeric(p.share_of_trials),
      p50: numeric(p.p50_s),
      p95: numeric(p.p95_s),
    })),
    hurt: rows(recovery.hurt_most).map((r) => ({
      segment: text(r.segment),
      perTrial: numeric(r.bad_per_trial),
      share: numeric(r.share),
      causes: Object.entries(object(r.causes)).map(([cause, of]) => ({ cause, share: numeric(of) })),
    })),
  };
}

function readObjectives(result, detail) {
  const extra = array(detail.objectives);
  return rows(result.objectives).map((o, i) => {
    const d = object(extra[i]);
    return {
      text: text(o.objective),
      words: text(d.words),
      unit: text(o.unit),
      verdict: text(o.verdict),
      reason: text(d.reason ?? o.reason).replace(/\.$/, ''),
      subject: text(o.subject),
      estimate: numeric(o.estimate),
      p50: numeric(o.p50),
      p95: numeric(o.p95),
      low: numeric(o.low),
      high: numeric(o.high),
      confidence: numeric(o.confidence),
      shareMet: numeric(o.share_met),
      shareLow: numeric(o.share_low),
      shareHigh: numeric(o.share_high),
      toSettle: numeric(o.trials_to_settle),
      threshold: numeric(d.threshold ?? o.threshold),
      needShare: numeric(d.need_share ?? o.need_share),
    };
  });
}

/** Reads the text of the data block; throws an Error that says what is wrong. */
export function readReport(json) {
  if (json.startsWith('/*'))
    throw new Error('This is the empty template of a report: no data was put into it.');
  const root = JSON.parse(json);
  if (!isObject(root) || !isObject(root.result))
    throw new Error('The data of this report holds no result.');
  const result = root.result,
    detail = object(root.detail),
    recovery = readRecovery(result.recovery);
  const journeys = readJourneys(result, detail),
    series = readSeries(detail.series);
  const end =
    numeric(detail.duration_s) ??
    series.reduce((latest, s) => Math.max(latest, s.start + s.step * s.values.length), 0);
  const clock = object(detail.clock),
    trial = object(detail.trial);
  return {
    scenario: text(detail.scenario) || text(result.scenario),
    title: text(detail.title),
    platform: text(detail.platform),
    given: text(detail.given ?? result.given),
    verdict: text(result.verdict),
    trials: numeric(result.trials),
    seed: result.seed === undefined ? '' : String(result.seed),
    version: text(result.version),
    fingerprint: text(result.fingerprint),
    clock: { start: text(clock.start), zone: text(clock.time_zone) },
    end,
    trial: { number: numeric(trial.number), why: text(trial.why) },
    faultAt: numeric(detail.fault_at_s),
    recoveredAt: numeric(detail.recovered_at_s),
    regions: object(detail.regions),
    phases: rows(detail.phases)
      .filter((p) => known(p.from_s))
      .map((p) => ({ name: text(p.name), from: p.from_s, to: numeric(p.to_s) ?? end })),
    figures: rows(detail.figures).map((f) => ({
      name: text(f.name),
      label: text(f.label) || text(f.name),
      unit: text(f.unit),
      note: text(f.note),
      value: numeric(f.value),
      low: numeric(f.low),
      high: numeric(f.high),
      p95: numeric(f.p95),
    })),
    findings: rows(result.findings).map((f) => ({
      severity: text(f.severity) || 'info',
      code: text(f.code),
      text: text(f.text),
    })),
    objectives: readObjectives(result, detail),
    journeys,
    services: readServices(result.services),
    recovery,
    trialRows: rows(detail.trials).map((t) => ({
      trial: numeric(t.trial),
      outcome: text(t.outcome),
      rto: numeric(t.rto_s),
      rpo: numeric(t.rpo_s),
      lost: numeric(t.lost),
    })),
    series,
    gantt: readGantt(detail.gantt, end),
    where: readWhere(detail, journeys),
    events: rows(detail.events)
      .filter((e) => known(e.t_s))
      .map((e) => ({
        t: e.t_s,
        kind: text(e.kind),
        subject: text(e.subject),
        region: text(e.region),
        text: text(e.text),
        cause: text(e.cause),
      }))
      .sort((a, b) => a.t - b.t),
    load: rows(detail.load).map((l) => ({
      service: text(l.service),
      region: text(l.region),
      capacity: text(l.capacity),
      mean: numeric(l.mean),
      peak: numeric(l.peak),
      failover: numeric(l.failover),
    })),
    cost: isObject(result.cost) ? result.cost : null,
    run: object(result.run),
    inputs: rows(detail.inputs).map((i) => ({ name: text(i.name), text: text(i.text) })),
    unsourced: rows(detail.unsourced).map((u) => ({
      path: text(u.path),
      value: text(u.value),
      range: text(u.range),
      note: text(u.note),
    })),
  };
}
