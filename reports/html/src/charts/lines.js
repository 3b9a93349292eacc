// What becomes of lines before they are drawn: one grid of times, means of rates, stacks.
//
// A drawn chart's data is [times, values of the first line, values of the second, ...].
import uPlot from 'uplot';
import { known } from '../format.js';

/** All lines on one grid of times: [times, values...]; joined where their grids differ. */
export function aligned(lines) {
  const [first] = lines;
  const times = (l) => Array.from(l.values, (_, i) => l.start + i * l.step);
  if (
    lines.every(
      (l) =>
        l.start === first.start && l.step === first.step && l.values.length === first.values.length,
    )
  ) {
    return [times(first), ...lines.map((l) => l.values)];
  }
  return uPlot.join(lines.map((l) => [times(l), l.values]));
}

/** The same with the last interval closed: its value holds until it ends. */
export const closed = (data, lines) => {
  const end = Math.max(...lines.map((l) => l.start + l.values.length * l.step));
  return [[...data[0], end], ...data.slice(1).map((ys) => [...ys, ys[ys.length - 1]])];
};

/** How many values of a rate may be joined into one. */
export const kFactors = [1, 2, 3, 6, 12, 18, 30, 60, 120, 180, 360, 720, 1440, 4320, 8640];

/** Means of k values each, of one line: for rates, whose mean over a longer interval is what it says. */
export function coarser(line, k) {
  const values = [];
  for (let i = 0; i < line.values.length; i += k) {
    const some = line.values.slice(i, i + k).filter(known);
    values.push(some.length === 0 ? null : some.reduce((sum, v) => sum + v, 0) / some.length);
  }
  return { ...line, step: line.step * k, values };
}

/** Each line on top of the ones before it. */
export function stacked(data) {
  const sum = new Array(data[0].length).fill(0);
  return [data[0], ...data.slice(1).map((ys) => ys.map((y, i) => (sum[i] += known(y) ? y : 0)))];
}

/** What a logarithmic axis can show. */
export const positive = (data) => [
  data[0],
  ...data.slice(1).map((ys) => ys.map((y) => (known(y) && y <= 0 ? null : y))),
];

/** The value that holds at index i: where grids differ, the one before on the line's own grid. */
export function held(ys, i) {
  while (i > 0 && ys[i] === undefined) --i;
  return ys[i] ?? null;
}
