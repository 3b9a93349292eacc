// Figures for people: 1 h 04 min, 12.3 ms, 99.97 %, 36,000,000.
//
// Every function takes a number or null; what is not a finite number prints as a dash. The
// output does not depend on the reader's locale, so that two readers quote the same figure.

export const kDash = '–';
const kNarrowSpace = '\u202f'; // between a number and its unit: never a line break

export const known = (x) => typeof x === 'number' && Number.isFinite(x);

function grouped(digits) {
  const [whole, fraction] = digits.split('.');
  const withCommas = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`;
}

const stripped = (digits) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);

/** A plain number with three significant digits, whole numbers from 1,000 in full. */
export function number(x) {
  if (!known(x)) return kDash;
  if (x === 0) return '0';
  if (x < 0) return `−${number(-x)}`;
  if (x >= 1e15) return x.toExponential(2);
  if (x >= 999.5) return grouped(Math.round(x).toString());
  if (x < 1e-6) return x.toExponential(2);
  if (Number.isInteger(x)) return x.toString();
  return stripped(x.toPrecision(3));
}

/** A count in few characters, for tiles: 36.0 M. */
export function compact(x) {
  if (!known(x)) return kDash;
  if (Math.abs(x) < 1e5) return number(x);
  const [scale, letter] =
    Math.abs(x) < 1e6
      ? [1e3, 'k']
      : Math.abs(x) < 1e9
        ? [1e6, 'M']
        : Math.abs(x) < 1e12
          ? [1e9, 'G']
          : [1e12, 'T'];
  return `${stripped((x / scale).toPrecision(3))}${kNarrowSpace}${letter}`;
}

/** A share of 1 in per cent; near 1 (and near 0) with as many digits as tell it from there. */
export function share(x) {
  if (!known(x)) return kDash;
  const unit = `${kNarrowSpace}%`;
  if (x === 0 || x === 1) return `${100 * x}${unit}`;
  if (x < 0 || x > 2) return `${number(100 * x)}${unit}`;
  const rest = 100 * Math.min(x, Math.abs(1 - x)); // distance from 0 or 100, in per cent
  if (rest < 1e-6)
    return x < 0.5 ? `under 0.000001${unit}` : x < 1 ? `over 99.999999${unit}` : `100${unit}`;
  const decimals = rest >= 10 ? 1 : Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(rest))));
  return `${stripped((100 * x).toFixed(decimals))}${unit}`;
}

const two = (n) => String(n).padStart(2, '0');

/** A length of time: 850 ns, 12.3 ms, 4.2 s, 7 min 05 s, 1 h 04 min, 2 d 03 h. */
export function duration(s) {
  if (!known(s)) return kDash;
  if (s < 0) return `−${duration(-s)}`;
  const join = (value, unit) => `${value}${kNarrowSpace}${unit}`;
  if (s === 0) return join(0, 's');
  if (s < 0.9995e-6) return join(stripped((s * 1e9).toPrecision(3)), 'ns');
  if (s < 0.9995e-3) return join(stripped((s * 1e6).toPrecision(3)), 'µs');
  if (s < 0.9995) return join(stripped((s * 1e3).toPrecision(3)), 'ms');
  if (s < 59.95) return join(stripped(s.toPrecision(3)), 's');
  const pair = (big, bigUnit, small, smallUnit) =>
    small === 0 ? join(big, bigUnit) : `${join(big, bigUnit)} ${join(two(small), smallUnit)}`;
  const seconds = Math.round(s);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(s / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(s / 3600);
  if (hours < 24 * 3650) return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
  return join(compact(s / (365.25 * 86400)), 'years');
}

export function bytes(x) {
  if (!known(x)) return kDash;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = x < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(x) / 10));
  return `${number(x / 1024 ** step)}${kNarrowSpace}${units[step]}`;
}

/** An amount of money, without its currency: cents below a million. */
export const amount = (x) =>
  known(x) ? grouped(Math.abs(x) < 1e6 ? x.toFixed(2) : Math.round(x).toString()) : kDash;

export const usd = (x) => (known(x) ? `USD${kNarrowSpace}${amount(x)}` : kDash);

/** A value in its unit; unknown units are printed after the number. */
export function quantity(x, unit) {
  if (!known(x)) return kDash;
  switch (unit) {
    case 's':
      return duration(x);
    case 'ms':
      return duration(x / 1000);
    case 'min':
      return duration(x * 60);
    case 'share':
    case 'ratio':
    case 'probability':
      return share(x);
    case '%':
      return share(x / 100);
    case 'bytes':
      return bytes(x);
    case 'USD':
      return usd(x);
    case 'USD/month':
      return `${usd(x)} a month`;
    case '1/s':
    case '/s':
      return `${number(x)}${kNarrowSpace}/s`;
    case undefined:
    case null:
    case '':
    case '1':
    case 'count':
      return number(x);
    default:
      return `${number(x)}${kNarrowSpace}${unit}`;
  }
}

/** An interval; one sided where an end is unknown. */
export function interval(low, high, unit) {
  if (known(low) && known(high)) return `${quantity(low, unit)} to ${quantity(high, unit)}`;
  if (known(low)) return `at least ${quantity(low, unit)}`;
  if (known(high)) return `at most ${quantity(high, unit)}`;
  return '';
}

/** 1 trial, 2 trials. */
export const counted = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

/** journey-name, failed_by: into words. */
export const words = (name) => String(name ?? '').replace(/[_]/g, ' ');

export const sentence = (text) => (text === '' ? '' : text[0].toUpperCase() + text.slice(1));
