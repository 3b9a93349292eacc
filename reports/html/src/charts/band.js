// What was seen against the band of what was foretold, drawn by uPlot over a number: time, or the
// width of a window (logarithmic where asked).
import uPlot from 'uplot';
import { h } from '../dom.js';
import { colour, faint } from './palette.js';
import { Sized } from './sized.js';

const kFont = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const kLogarithmic = 3; // uPlot's distribution

export class Band extends Sized {
  /**
   * options: { title, xs, names: of the xs, seen, expected, lows, highs (null where there is none),
   * logarithmic: bool, height, words: (value) => text, about: in words }.
   */
  constructor(context, options) {
    super(context, options, `${options.title}. ${options.about}`);
    this.element = h('div', { class: 'chart compact' }, this.host_);
  }

  build_() {
    const { xs, names, seen, expected, lows, highs, logarithmic, words, height } = this.options_;
    const edges = {
      grid: { stroke: colour('grid'), width: 1 },
      ticks: { show: false },
      stroke: colour('quiet'),
      font: kFont,
    };
    const ink = colour('series-1'),
      data = colour('series-2');
    const widest = Math.max(...names.map((name) => 7 * name.length + 16));
    const every = Math.ceil(xs.length / Math.max(1, Math.floor((this.width_ - 90) / widest)));
    const shown = xs.filter((_, i) => i % every === 0);
    const flat = { stroke: null, width: 0, points: { show: false } };
    const few = xs.length <= 40;
    const scale = logarithmic ? { distr: kLogarithmic } : {};
    this.plot_?.destroy();
    this.plot_ = new uPlot(
      {
        width: this.context_.paperWidth ?? this.width_,
        height: height ?? 220,
        legend: { show: false },
        padding: [12, 16, 0, 0],
        scales: { x: { time: false, ...scale }, y: scale },
        axes: [
          {
            ...edges,
            size: 28,
            gap: 6,
            splits: () => shown,
            filter: (_, splits) => splits,
            values: (_, splits) => splits.map((x) => names[xs.indexOf(x)] ?? ''),
          },
          {
            ...edges,
            size: 72,
            gap: 6,
            values: (_, splits) => splits.map((v) => (v === null ? '' : words(v))),
          },
        ],
        series: [
          {},
          { stroke: ink, width: 2, dash: [6, 4], points: { show: false } },
          flat,
          flat,
          {
            stroke: data,
            width: few ? 2 : 1.25,
            points: { show: few, size: 7, fill: data, stroke: colour('paper') },
          },
        ],
        bands: [{ series: [3, 2], fill: faint(ink, 0.22) }],
        cursor: { show: false },
      },
      [xs, expected, lows, highs, seen],
      this.host_,
    );
  }
}
