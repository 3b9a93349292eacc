// The key figures as tiles: recovery, data loss, availability, traffic, latency, cost.
import { middle } from '../data.js';
import { h } from '../dom.js';
import {
  compact,
  amount,
  counted,
  duration,
  interval,
  kDash,
  known,
  number,
  quantity,
  share,
} from '../format.js';
import { isDefined } from './back.js';

const tile = (label, value, notes, about) => ({
  label,
  value,
  notes: notes.filter((n) => n !== ''),
  about,
});

function rtoTile({ rto }, trials) {
  const quiet = [
    rto.censored > 0 ? `${counted(rto.censored, 'trial')} not recovered by the end` : '',
    rto.alreadyFailing > 0
      ? `${counted(rto.alreadyFailing, 'trial')} failing before the fault`
      : '',
    rto.relapsed > 0 ? `bad again later in ${counted(rto.relapsed, 'trial')}` : '',
    rto.notBreached > 0 ? `not breached in ${counted(rto.notBreached, 'trial')}` : '',
  ];
  if (known(trials) && rto.notBreached === trials)
    return tile(
      'Recovery time (RTO)',
      'not breached',
      [`in any of ${counted(trials, 'trial')}`],
      'rto',
    );
  return tile(
    'Recovery time (RTO)',
    duration(middle(rto)),
    [
      rto.p50 === null ? 'mean of the trials' : 'median of the trials',
      rto.p95 === null ? '' : `95 % of trials within ${duration(rto.p95)}`,
      rto.recovered === null || !known(trials)
        ? ''
        : `recovered in ${number(rto.recovered)} of ${counted(trials, 'trial')}`,
      ...quiet,
    ],
    'rto',
  );
}

function lossTiles(recovery) {
  const tiles = [];
  const worst = [...recovery.rpo].sort(
    (a, b) => (middle(b.seconds) ?? -1) - (middle(a.seconds) ?? -1),
  )[0];
  if (recovery.wholeRpo !== null)
    tiles.push(
      tile(
        'Data loss (RPO)',
        duration(middle(recovery.wholeRpo)),
        [
          'median; worst critical data',
          recovery.wholeRpo.p95 === null
            ? ''
            : `95 % of trials within ${duration(recovery.wholeRpo.p95)}`,
        ],
        'rpo',
      ),
    );
  else if (worst !== undefined)
    tiles.push(
      tile(
        'Data loss (RPO)',
        duration(middle(worst.seconds)),
        [
          `median; worst store: ${worst.store}`,
          worst.seconds.p95 === null ? '' : `95 % of trials within ${duration(worst.seconds.p95)}`,
        ],
        'rpo',
      ),
    );
  for (const c of recovery.classes.slice(0, 2)) {
    tiles.push(
      tile(
        `Lost ${c.name}`,
        compact(c.lost.mean ?? c.lost.p50),
        [
          c.lost.p95 === null
            ? 'a trial, on average'
            : `on average; at most ${number(c.lost.p95)} in 95 % of trials`,
          c.anyLost === null ? '' : `any lost in ${share(c.anyLost)} of trials`,
        ],
        'lost',
      ),
    );
  }
  return tiles;
}

function trafficTiles(report) {
  const offered = report.journeys.reduce((sum, j) => sum + (j.offered ?? 0), 0),
    succeeded = report.journeys.reduce((sum, j) => sum + (j.succeeded ?? 0), 0);
  if (offered === 0) return [];
  const tiles = [
    tile(
      'Requests',
      compact(offered),
      [
        `${share(succeeded / offered)} answered`,
        known(report.trials) && report.trials > 1 ? `over ${counted(report.trials, 'trial')}` : '',
      ],
      'offered',
    ),
  ];
  const ranked = report.journeys
    .filter((j) => known(j.latency.p99_s))
    .sort((a, b) => b.critical - a.critical || b.latency.p99_s - a.latency.p99_s);
  const worst = ranked[0];
  if (worst !== undefined)
    tiles.push(
      tile(
        `p99 of ${worst.name}`,
        duration(worst.latency.p99_s),
        [
          interval(worst.latency.p99_low_s, worst.latency.p99_high_s, 's'),
          known(worst.latency.p50_s) ? `median ${duration(worst.latency.p50_s)}` : '',
        ],
        'latency',
      ),
    );
  const busiest = report.services
    .filter((s) => known(s.utilization))
    .sort((a, b) => b.utilization - a.utilization)[0];
  if (busiest !== undefined && report.recovery === null)
    tiles.push(
      tile(
        'Busiest service',
        share(busiest.utilization),
        [`${busiest.name}@${busiest.region}, mean utilization`],
        'utilization',
      ),
    );
  return tiles;
}

export function figuresSection(report) {
  const { recovery } = report,
    tiles = [];
  if (recovery?.rto) tiles.push(rtoTile(recovery, report.trials));
  const given = report.figures.map((f) =>
    tile(
      f.label,
      quantity(f.value, f.unit),
      [
        f.note,
        interval(f.low, f.high, f.unit),
        f.p95 === null ? '' : `95 % of trials within ${quantity(f.p95, f.unit)}`,
      ],
      f.name,
    ),
  );
  const losses = recovery === null ? [] : lossTiles(recovery);
  tiles.push(...losses.slice(0, 1), ...given, ...losses.slice(1), ...trafficTiles(report));
  if (known(report.cost?.declared_monthly_usd))
    tiles.push(
      tile(
        'Cost',
        amount(report.cost.declared_monthly_usd),
        ['USD a month, declared'],
        'cost',
      ),
    );
  if (tiles.length === 0) return null;
  return h(
    'section',
    { id: 'figures' },
    h('h2', null, 'Key figures'),
    h(
      'ul',
      { class: 'tiles' },
      tiles.map((t) =>
        h(
          'li',
          null,
          h(
            'p',
            { class: 'label' },
            isDefined(t.about, report)
              ? h('a', { href: `#about-${t.about}`, class: 'term' }, t.label)
              : t.label,
          ),
          h('p', { class: 'value' }, t.value ?? kDash),
          t.notes.map((n) => h('p', { class: 'note' }, n)),
        ),
      ),
    ),
  );
}
