// One chart over time, drawn by uPlot: lines or stacked areas over the shared time range, the
// phases of the failure behind them, and a key that reads the values under the cursor.
//
// A line is { label, color (name of a style variable), start, step, values, dash, fill (0 to 1),
// between (label of another line: the gap between the two is filled) }. A value is drawn over the
// interval that it stands for, so that nothing seems to happen before its cause. Hidden lines stay
// in the key. Mouse: drag to zoom, double click for the whole run. Keys: arrows move the
// cursor, + and - zoom, 0 shows the whole run.
import uPlot from 'uplot';
import { h, svg } from '../dom.js';
import { duration, known, number, quantity, share } from '../format.js';
import { aligned, closed, coarser, held, kFactors, positive, stacked } from './lines.js';
import { colour, faint } from './palette.js';
import { drawMarks, drawMarksBehind } from './marks.js';

const kDurations = [
  1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120,
  300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800,
];
const kStackedFill = 0.8;
const kFont = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

function swatch(line) {
  return svg(
    'svg',
    {
      class: 'swatch',
      width: 22,
      height: 10,
      viewBox: '0 0 22 10',
      'aria-hidden': 'true',
      style: { '--mark': `var(--${line.color})` },
    },
    ...(line.fill
      ? [
          svg('rect', {
            x: 0,
            y: 1,
            width: 22,
            height: 8,
            rx: 1.5,
            class: 'area',
            opacity: line.fill > 0.5 ? 0.85 : 0.35,
          }),
        ]
      : []),
    svg('line', {
      x1: 0,
      x2: 22,
      y1: line.fill ? 1.5 : 5,
      y2: line.fill ? 1.5 : 5,
      'stroke-dasharray': (line.dash ?? []).join(' '),
    }),
  );
}

export class Chart {
  /**
   * options: { title, unit, axis: linear | log | share, stacked, rates (may be averaged), height,
   * labels (of phases), compact }.
   * context: { clock, range, report }.
   */
  constructor(context, options) {
    this.context_ = context;
    this.options_ = options;
    this.lines_ = [];
    this.hidden_ = new Set();
    this.plot_ = null;
    this.raw_ = null;
    this.factor_ = 1;
    this.when_ = h('p', { class: 'when', 'aria-hidden': 'true' });
    this.note_ = h('p', { class: 'quiet note' });
    this.spoken_ = h('p', { class: 'hidden', 'aria-live': 'polite' });
    this.host_ = h('div', {
      class: 'plot',
      tabindex: '0',
      role: 'group',
      'aria-roledescription': 'chart',
      'aria-label': `${options.title}: chart over time. Left and right arrow keys read values, plus and minus zoom, 0 shows the whole run.`,
      onkeydown: (e) => this.key_(e),
    });
    this.key_element_ = h('div', { class: 'key' });
    this.element = h(
      'div',
      { class: options.compact ? 'chart compact' : 'chart' },
      this.host_,
      h('div', { class: 'side' }, this.when_, this.key_element_, this.note_),
      this.spoken_,
    );
    this.width_ = 0;
    context.range.onRange(() => this.applyRange_());
    context.range.onCursor((t, source) => {
      if (source !== this) this.pointAt_(t);
    });
    context.clock.onChange(() => this.plot_?.redraw(false, true));
    context.redrawers.push(() => this.build());
    new ResizeObserver(() => this.resize_()).observe(this.host_);
  }

  setLines(lines) {
    const seen = new Map();
    this.lines_ = lines.map((line) => {
      const n = (seen.get(line.label) ?? 0) + 1;
      seen.set(line.label, n);
      return n === 1 ? line : { ...line, label: `${line.label} (${n})` };
    });
    this.build();
  }

  /** The lines shown as numbers, for the table beneath. */
  table() {
    return this.lines_.length === 0 ? null : { lines: this.lines_, data: aligned(this.lines_) };
  }

  build() {
    this.plot_?.destroy();
    this.plot_ = null;
    this.host_.replaceChildren();
    const shown = this.lines_.filter((l) => !this.hidden_.has(l.label));
    this.makeKey_(shown);
    if (this.width_ <= 0 || this.lines_.length === 0) return;
    if (shown.length === 0) {
      this.host_.append(h('p', { class: 'quiet' }, 'All lines are hidden.'));
      return;
    }
    this.factor_ = this.factorFor_(shown);
    const drawn = this.factor_ === 1 ? shown : shown.map((l) => coarser(l, this.factor_));
    this.note_.textContent =
      this.factor_ === 1 ? '' : `Means of ${duration(drawn[0].step)}; zoom in for more.`;
    this.raw_ = closed(aligned(drawn), drawn);
    const data = this.options_.stacked
      ? stacked(this.raw_)
      : this.options_.axis === 'log'
        ? positive(this.raw_)
        : this.raw_;
    this.plot_ = new uPlot(this.settings_(shown), data, this.host_);
    this.touch_(this.plot_);
    if (this.context_.range.cursor !== null) this.pointAt_(this.context_.range.cursor);
  }

  settings_(shown) {
    const { range } = this.context_,
      { axis, stacked: isStacked } = this.options_;
    const line = (l) => ({
      label: l.label,
      stroke: colour(l.color),
      width: isStacked ? 0 : (l.width ?? 1.75),
      dash: l.dash,
      points: { show: false },
      fill: l.fill && !isStacked ? faint(colour(l.color), l.fill) : undefined,
      spanGaps: false,
      gaps: (_u, _series, _from, _to, gaps) => gaps.map(([from, to]) => [from, to + 1]), // hides the edge where a line resumes
      paths: uPlot.paths.stepped({ align: 1, alignGaps: 1 }),
    });
    const bands = shown.flatMap((l, i) => {
      if (isStacked)
        return i === 0 ? [] : [{ series: [i + 1, i], fill: faint(colour(l.color), kStackedFill) }];
      const other = l.between === undefined ? -1 : shown.findIndex((s) => s.label === l.between);
      return other < 0 ? [] : [{ series: [i + 1, other + 1], fill: faint(colour('bad'), 0.25) }];
    });
    const series = shown.map(line);
    if (isStacked) series[0].fill = faint(colour(shown[0].color), kStackedFill);
    const edges = {
      grid: { stroke: colour('grid'), width: 1 },
      ticks: { show: false },
      stroke: colour('quiet'),
      font: kFont,
    };
    return {
      width: this.context_.paperWidth ?? this.width_,
      height: this.options_.height,
      legend: { show: false },
      padding: [this.options_.labels ? 20 : 10, 20, 0, 0],
      scales: {
        x: { time: false, range: () => [range.min, range.max] },
        y: axis === 'log' ? { distr: 3 } : { range: (_, low, high) => this.span_(low, high) },
      },
      axes: [
        {
          ...edges,
          size: 26,
          gap: 6,
          splits: (u, _, min, max) => this.ticks_(u, min, max).map((t) => t.t),
          values: (u, splits) => this.tickLabels_(u, splits),
        },
        {
          ...edges,
          size: this.narrow_() ? 48 : 64,
          gap: 6,
          space: axis === 'log' ? 22 : 34,
          incrs: this.options_.unit === 's' && axis !== 'log' ? kDurations : undefined,
          values: (_, splits) => splits.map((v) => (v === null ? '' : this.tick_(v))),
        },
      ],
      series: [{}, ...series],
      bands,
      cursor: {
        y: false,
        points: { size: 7, width: 1.5 },
        drag: { x: true, y: false, setScale: false },
        bind: {
          dblclick: () => () => {
            range.reset();
            return null;
          },
        },
      },
      hooks: {
        drawClear: [(u) => drawMarksBehind(u, this.context_)],
        draw: [(u) => drawMarks(u, this.context_, this.options_.labels)],
        setSelect: [(u) => this.selected_(u)],
        setCursor: [(u) => this.moved_(u)],
      },
    };
  }

  /** How many values of a rate to join into one, so that each has at least two pixels. */
  factorFor_(lines) {
    if (!this.options_.rates) return 1;
    const { min, max } = this.context_.range,
      finest = Math.min(...lines.map((l) => l.step));
    const wanted = (max - min) / finest / Math.max(20, (this.width_ - 70) / 2);
    return kFactors.find((k) => k >= wanted) ?? kFactors[kFactors.length - 1];
  }

  narrow_() {
    return this.width_ < 480;
  }

  span_(low, high) {
    if (this.options_.axis === 'share') return [0, known(high) && high > 1.02 ? high * 1.05 : 1];
    const bottom = known(low) && low < 0 ? low * 1.05 : 0;
    return [bottom, known(high) && high > bottom ? high * 1.06 : bottom + 1];
  }

  tick_(v) {
    if (this.options_.axis === 'share') return share(v);
    return this.options_.unit === 's' ? duration(v) : number(v);
  }

  ticks_(u, min, max) {
    return this.context_.clock.ticks(
      min,
      max,
      u.bbox.width / devicePixelRatio / (this.narrow_() ? 74 : 96),
    );
  }

  tickLabels_(u, splits) {
    const labels = new Map(
      this.ticks_(u, u.scales.x.min, u.scales.x.max).map((t) => [t.t, t.label]),
    );
    return splits.map((t) => labels.get(t) ?? '');
  }

  format_(v) {
    return this.options_.axis === 'share' ? share(v) : quantity(v, this.options_.unit);
  }

  makeKey_(shown) {
    this.values_ = [];
    this.key_element_.replaceChildren(
      ...this.lines_.map((line) => {
        const value = h('span', { class: 'value' });
        const on = !this.hidden_.has(line.label);
        this.values_[shown.indexOf(line)] = value;
        return h(
          'button',
          {
            type: 'button',
            class: 'line',
            'aria-pressed': String(on),
            title: on ? 'Hide this line' : 'Show this line',
            onclick: () => this.toggle_(line.label),
          },
          swatch(line),
          h('span', { class: 'label' }, line.label),
          value,
        );
      }),
    );
  }

  toggle_(label) {
    const at = this.lines_.findIndex((l) => l.label === label);
    if (!this.hidden_.delete(label)) this.hidden_.add(label);
    this.build();
    this.key_element_.children[at]?.focus();
  }

  selected_(u) {
    if (u.select.width < 4) return;
    const { range } = this.context_;
    const from = u.posToVal(u.select.left, 'x'),
      to = u.posToVal(u.select.left + u.select.width, 'x');
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    range.show(from, to);
  }

  moved_(u) {
    const { idx } = u.cursor;
    this.when_.textContent =
      idx === null || idx === undefined ? '' : this.context_.clock.full(u.data[0][idx]);
    this.values_.forEach((element, i) => {
      element.textContent =
        idx === null || idx === undefined ? '' : this.format_(held(this.raw_?.[i + 1] ?? [], idx));
    });
    if (!this.follows_)
      this.context_.range.point(idx === null || idx === undefined ? null : u.data[0][idx], this);
  }

  pointAt_(t) {
    if (this.plot_ === null) return;
    this.follows_ = true;
    const left =
      t === null || t < this.context_.range.min || t > this.context_.range.max
        ? -10
        : this.plot_.valToPos(t, 'x');
    this.plot_.setCursor({ left, top: left < 0 ? -10 : 1 });
    this.follows_ = false;
  }

  applyRange_() {
    const shown = this.lines_.filter((l) => !this.hidden_.has(l.label));
    if (this.plot_ === null) return;
    if (this.factorFor_(shown) !== this.factor_) this.build();
    else this.plot_.setScale('x', { min: this.context_.range.min, max: this.context_.range.max });
  }

  resize_() {
    const width = Math.floor(this.host_.clientWidth);
    if (width <= 0 || width === this.width_ || this.context_.paperWidth !== undefined) return;
    this.width_ = width;
    this.build();
  }

  key_(event) {
    const { range } = this.context_;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined && this.plot_ !== null) this.step_(step * (event.shiftKey ? 10 : 1));
    else if (event.key === '+' || event.key === '=') range.zoom(0.5);
    else if (event.key === '-') range.zoom(2);
    else if (event.key === '0' || event.key === 'Escape') range.reset();
    else return;
    event.preventDefault();
  }

  step_(by) {
    const [times] = this.plot_.data,
      { range } = this.context_;
    const from =
      range.cursor === null
        ? this.plot_.valToIdx((range.min + range.max) / 2)
        : this.plot_.valToIdx(range.cursor);
    const to = Math.min(times.length - 1, Math.max(0, from + by));
    range.point(times[to], null);
    this.spoken_.textContent = `${this.context_.clock.full(times[to])}: ${this.lines_
      .filter((l) => !this.hidden_.has(l.label))
      .map((l, i) => `${l.label} ${this.format_(held(this.raw_[i + 1], to))}`)
      .join(', ')}`;
  }

  /** A finger that moves sideways reads values, as a mouse does. */
  touch_(u) {
    const follow = (e) => {
      const left = e.touches[0].clientX - u.over.getBoundingClientRect().left;
      if (left >= 0 && left <= u.over.clientWidth) u.setCursor({ left, top: 1 });
    };
    u.over.addEventListener('touchstart', follow, { passive: true });
    u.over.addEventListener('touchmove', follow, { passive: true });
  }
}
