// How recovery times spread: the share of trials that had recovered within a time, as a step
// curve drawn by uPlot. Trials that never recovered keep the curve below 100 %; those that were
// never bad start it above 0.
import uPlot from 'uplot';
import { h } from '../dom.js';
import { duration, share } from '../format.js';
import { colour, faint } from './palette.js';
import { Sized } from './sized.js';

const kSteps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
  86400, 172800, 604800,
];

/** What the curve says, for who cannot see it. */
function inWords({ values, before, of, bound }) {
  const at = (p) => values[Math.max(0, Math.ceil(p * of) - before - 1)];
  const [half, most] = [at(0.5), at(0.95)];
  const parts = [
    half === undefined
      ? 'fewer than half of the trials recovered'
      : `half of the trials recovered within ${duration(half)}`,
    most === undefined
      ? 'fewer than 95 % recovered by the end of the run'
      : `95 % within ${duration(most)}`,
    `the slowest that did took ${duration(values[values.length - 1])}`,
  ];
  if (bound !== null) parts.push(`the objective allows ${duration(bound)}`);
  return `${parts.join('; ')}.`.replace(/^./, (c) => c.toUpperCase());
}

export class Distribution extends Sized {
  /** values: recovery times, ascending; before: trials not breached; of: all trials; bound: the objective's, or null; shown: that of the trial shown. */
  constructor(context, options) {
    super(context, options, inWords(options));
    this.note_ = h('p', { class: 'quiet small' }, inWords(options));
    this.element = h('div', { class: 'chart' }, this.host_, this.note_);
  }

  build_() {
    const { values, before, of, bound, shown } = this.options_;
    const last = values[values.length - 1],
      inView = bound !== null && bound <= 2.5 * last;
    const end = 1.06 * (inView ? Math.max(last, bound) : last);
    const xs = [0, ...values, end],
      ys = [
        before / of,
        ...values.map((_, i) => (before + i + 1) / of),
        (before + values.length) / of,
      ];
    const edges = {
      grid: { stroke: colour('grid'), width: 1 },
      ticks: { show: false },
      stroke: colour('quiet'),
      font: '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
    };
    const narrow = this.width_ < 480;
    this.plot_?.destroy();
    this.plot_ = new uPlot(
      {
        width: this.context_.paperWidth ?? this.width_,
        height: 190,
        legend: { show: false },
        padding: [20, 20, 0, 0],
        scales: { x: { time: false, range: () => [0, end] }, y: { range: () => [0, 1.02] } },
        axes: [
          {
            ...edges,
            size: 26,
            gap: 6,
            space: narrow ? 70 : 100,
            incrs: kSteps,
            values: (_, splits) => splits.map((v) => duration(v)),
          },
          {
            ...edges,
            size: narrow ? 48 : 64,
            gap: 6,
            splits: () => [0, 0.25, 0.5, 0.75, 0.95],
            values: (_, splits) => splits.map((v) => share(v)),
          },
        ],
        series: [
          {},
          {
            stroke: colour('series-1'),
            width: 2,
            fill: faint(colour('series-1'), 0.12),
            paths: uPlot.paths.stepped({ align: 1 }),
            points: { show: false },
          },
        ],
        cursor: { show: false },
        hooks: {
          draw: [
            (u) => {
              if (inView) this.upright_(u, bound, 'objective', 'bad', []);
              if (shown !== null) this.upright_(u, shown, 'trial shown', 'quiet', [4, 3]);
            },
          ],
        },
      },
      [xs, ys],
      this.host_,
    );
  }

  upright_(u, t, label, name, dash) {
    const { ctx } = u,
      { top, height, left, width } = u.bbox,
      ratio = devicePixelRatio,
      x = u.valToPos(t, 'x', true);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour(name);
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(dash.map((d) => d * ratio));
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = x > left + 0.8 * width ? 'right' : 'center';
    ctx.fillText(label, x, top - 3 * ratio);
    ctx.restore();
  }
}
