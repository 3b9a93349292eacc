// A plot that is drawn anew where its room, the colours or the paper change.
import { h } from '../dom.js';

export class Sized {
  /** Sub-classes have build_(), which draws into host_ at width_; `label` says the plot in words. */
  constructor(context, options, label) {
    this.options_ = options;
    this.context_ = context;
    this.host_ = h('div', { class: 'plot', role: 'img', 'aria-label': label });
    this.width_ = 0;
    context.redrawers.push(() => this.draw_());
    new ResizeObserver(() => {
      const width = this.host_.clientWidth;
      if (width === this.width_ || width <= 0 || context.paperWidth !== undefined) return;
      this.width_ = width;
      this.draw_();
    }).observe(this.host_);
  }

  draw_() {
    if (this.width_ > 0) this.build_();
  }
}
