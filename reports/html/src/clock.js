// The three ways to read a time of the run: by the wall clock (20:31), from the fault
// (+11 min), from the start of the run (+1 h 11 min); and round ticks for each.
//
// The wall clock counts on from the scenario's local start. A change to or from summer time
// within a run is not shown.
import { known } from './format.js';

const kSteps = [
  0.001, 0.01, 0.1, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
  43200, 86400, 172800, 604800, 2592000, 7776000, 31536000,
];
const kDays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (n) => String(n).padStart(2, '0');

/** Seconds since the epoch as if the local start were UTC; null if it cannot be read. */
function localSeconds(text) {
  const m = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?/.exec(text ?? '');
  if (m === null) return null;
  const ms = Date.UTC(+m[1], +m[2] - 1, +m[3], +m[4], +m[5], +(m[6] ?? 0));
  return Number.isFinite(ms) ? ms / 1000 : null;
}

/** A tick's or event's distance: +90 s, +11 min, +1 h 11 min, with the seconds that `step` needs. */
export function offset(s, step = 1) {
  const sign = s < 0 ? '−' : '+';
  const total = Math.abs(s);
  if (total === 0) return '0';
  if (step < 1) return `${sign}${Number(total.toFixed(3))} s`;
  const seconds = Math.round(total);
  const d = Math.floor(seconds / 86400),
    h = Math.floor(seconds / 3600) % 24,
    m = Math.floor(seconds / 60) % 60,
    sec = seconds % 60;
  const parts = [];
  if (d > 0) parts.push(`${d} d`);
  if (h > 0) parts.push(`${h} h`);
  if (m > 0 && step < 3600) parts.push(`${parts.length > 0 ? two(m) : m} min`);
  if (sec > 0 && step < 60) parts.push(`${parts.length > 0 ? two(sec) : sec} s`);
  return parts.length === 0 ? '0' : `${sign}${parts.join(' ')}`;
}

export class Clock {
  /** start: local time at the run's second 0, or null; fault: its second, or null. */
  constructor(start, zone, fault) {
    this.start_ = localSeconds(start);
    this.zone = zone ?? '';
    this.fault_ = known(fault) ? fault : null;
    this.modes = [];
    if (this.start_ !== null) this.modes.push('clock');
    if (this.fault_ !== null) this.modes.push('fault');
    this.modes.push('run');
    this.mode = this.modes[0];
    this.listeners_ = [];
  }

  onChange(listener) {
    this.listeners_.push(listener);
  }
  setMode(mode) {
    this.mode = mode;
    for (const listener of this.listeners_) listener();
  }

  modeName(mode) {
    return { clock: 'Clock', fault: 'Since fault', run: 'Since start' }[mode];
  }

  about(mode) {
    return {
      clock: this.zone === '' ? 'Wall clock' : `Wall clock in ${this.zone}`,
      fault: 'Time since the fault',
      run: 'Time since the end of the warm-up',
    }[mode];
  }

  origin_() {
    if (this.mode === 'clock') return -(((this.start_ % 604800) + 604800) % 604800);
    return this.mode === 'fault' ? this.fault_ : 0;
  }

  /** 20:31:10, +11 min 10 s: one instant, to the second. */
  instant(t, step = 1) {
    if (!known(t)) return '–';
    if (this.mode === 'clock') return this.wall_(t, step);
    return offset(t - this.origin_(), t === Math.round(t) ? step : Math.max(step, 1));
  }

  wall_(t, step) {
    const exact = new Date(Math.round((this.start_ + t) * 1000));
    if (Number.isNaN(exact.getTime())) return '–';
    const rounded = step >= 1 ? new Date(Math.round(this.start_ + t) * 1000) : exact;
    const hm = `${two(rounded.getUTCHours())}:${two(rounded.getUTCMinutes())}`;
    const time = step >= 60 ? hm : `${hm}:${two(rounded.getUTCSeconds())}`;
    const fraction = step < 1 ? `.${String(rounded.getUTCMilliseconds()).padStart(3, '0')}` : '';
    const first = Math.floor(this.start_ / 86400),
      day = Math.floor(rounded.getTime() / 86400000);
    return (
      (day === first ? '' : `${kDays[rounded.getUTCDay()]} ${rounded.getUTCDate()}, `) +
      time +
      fraction
    );
  }

  /** The instant in every way the reader may want, for the cursor's read-out. */
  full(t) {
    const parts = [];
    if (this.start_ !== null) parts.push(this.wall_(t, 1));
    if (this.fault_ !== null) parts.push(`fault ${offset(t - this.fault_)}`);
    if (parts.length === 0) parts.push(offset(t));
    return parts.join(' · ');
  }

  date() {
    if (this.start_ === null) return '';
    const d = new Date(this.start_ * 1000);
    return `${kDays[d.getUTCDay()]} ${d.toISOString().slice(0, 10)}, ${d.toISOString().slice(11, 16)}`;
  }

  /** At most about `most` round instants in [min, max], with their labels. */
  ticks(min, max, most) {
    const wanted = (max - min) / Math.max(1, most);
    const step = kSteps.find((s) => s >= wanted) ?? Math.ceil(wanted / 31536000) * 31536000;
    const origin = this.origin_();
    const result = [];
    for (
      let k = Math.ceil((min - origin) / step - 1e-9);
      origin + k * step <= max + step * 1e-9 && result.length < 1000;
      ++k
    ) {
      const t = origin + k * step;
      result.push({ t, label: this.tickLabel_(t, step) });
    }
    return result;
  }

  tickLabel_(t, step) {
    if (this.mode !== 'clock') return offset(t - this.origin_(), step);
    const d = new Date(Math.round((this.start_ + t) * 1000));
    const midnight = d.getUTCHours() === 0 && d.getUTCMinutes() === 0 && d.getUTCSeconds() === 0;
    if (step >= 86400 || midnight) return `${kDays[d.getUTCDay()]} ${d.getUTCDate()}`;
    const hm = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
    if (step >= 60) return hm;
    const s = `${hm}:${two(d.getUTCSeconds())}`;
    return step >= 1 ? s : `${s}.${String(d.getUTCMilliseconds()).padStart(3, '0')}`;
  }
}
