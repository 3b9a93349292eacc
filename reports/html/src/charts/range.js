// What all charts share: the span of time they show, and the instant under the cursor.

export class TimeRange {
  constructor(from, to) {
    this.whole = { min: from, max: Math.max(to, from + 1e-3) };
    this.min = this.whole.min;
    this.max = this.whole.max;
    this.cursor = null;
    this.rangeListeners_ = [];
    this.cursorListeners_ = [];
  }

  onRange(listener) {
    this.rangeListeners_.push(listener);
  }
  onCursor(listener) {
    this.cursorListeners_.push(listener);
  }

  get isWhole() {
    return this.min <= this.whole.min && this.max >= this.whole.max;
  }

  /** Shows [min, max], cut to the run; a span of nothing is ignored. */
  show(min, max) {
    const from = Math.max(this.whole.min, min),
      to = Math.min(this.whole.max, max);
    if (!(to > from) || (from === this.min && to === this.max)) return;
    this.min = from;
    this.max = to;
    for (const listener of this.rangeListeners_) listener();
  }

  reset() {
    this.show(this.whole.min, this.whole.max);
  }

  /** Zooms by a factor about the cursor, or about the middle. */
  zoom(factor) {
    const about = this.cursor ?? (this.min + this.max) / 2;
    this.show(about - (about - this.min) * factor, about + (this.max - about) * factor);
  }

  /** Moves the cursor of every chart to t (null: none); `source` has moved its own already. */
  point(t, source) {
    this.cursor = t;
    for (const listener of this.cursorListeners_) listener(t, source);
  }
}
