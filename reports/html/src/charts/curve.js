// A figure against a parameter, drawn by uPlot: the estimates, their intervals as a band, and a mark
// where the curve bends. The parameter is a number, or the place in a list of words.
import uPlot from 'uplot';
import { h } from '../dom.js';
import { colour, faint } from './palette.js';
import { Sized } from './sized.js';

const kFont = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** What the curve says, for who cannot see it. */
function inWords({ title, names, estimates, words }) {
  const parts = names.map((name, i) => `${name}: ${words(estimates[i])}`);
  return `${title}. ${parts.join('; ')}.`;
}

export class Curve extends Sized {
  /**
   * options: { title, xs: numbers, names: of the points, estimates, lows, highs (null where there is
   * none), knee: index or null, words: (value) => text, words of the parameter }.
   * context: { redrawers, paperWidth }.
   */
  constructor(context, options) {
    super(context, options, inWords(options));
    this.element = h('div', { class: 'chart' }, this.host_);
  }

  build_() {
    const { xs, names, estimates, lows, highs, knee, words } = this.options_;
    const edges = {
      grid: { stroke: colour('grid'), width: 1 },
      ticks: { show: false },
      stroke: colour('quiet'),
      font: kFont,
    };
    const ink = colour('series-1');
    const room = 0.04 * (xs[xs.length - 1] - xs[0] || 1);
    // As many names as there is room for, the first always.
    const wanted = Math.max(...names.map((name) => 8 * name.length + 14));
    const every = Math.ceil(xs.length / Math.max(1, Math.floor((this.width_ - 90) / wanted)));
    const shown = xs.filter((_, i) => i % every === 0);
    const flat = { stroke: null, width: 0, points: { show: false } };
    this.plot_?.destroy();
    this.plot_ = new uPlot(
      {
        width: this.context_.paperWidth ?? this.width_,
        height: 190,
        legend: { show: false },
        padding: [16, 16, 0, 0],
        scales: { x: { time: false, range: () => [xs[0] - room, xs[xs.length - 1] + room] } },
        axes: [
          {
            ...edges,
            size: 28,
            gap: 6,
            splits: () => shown,
            values: (_, splits) => splits.map((x) => names[xs.indexOf(x)] ?? ''),
          },
          { ...edges, size: 84, gap: 6, values: (_, splits) => splits.map((v) => words(v)) },
        ],
        series: [
          {},
          {
            stroke: ink,
            width: 2,
            points: { show: true, size: 8, fill: ink, stroke: colour('paper') },
          },
          flat,
          flat,
        ],
        bands: [{ series: [3, 2], fill: faint(ink, 0.16) }],
        cursor: { show: false },
        hooks: {
          draw: [
            (u) => {
              if (knee !== null) this.ring_(u, xs[knee], estimates[knee]);
            },
          ],
        },
      },
      [xs, estimates, lows, highs],
      this.host_,
    );
  }

  ring_(u, x, y) {
    const { ctx } = u,
      ratio = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour('ring');
    ctx.lineWidth = 2 * ratio;
    ctx.beginPath();
    ctx.arc(u.valToPos(x, 'x', true), u.valToPos(y, 'y', true), 8 * ratio, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'bottom';
    ctx.fillText('knee', u.valToPos(x, 'x', true), u.valToPos(y, 'y', true) - 11 * ratio);
    ctx.restore();
  }
}
