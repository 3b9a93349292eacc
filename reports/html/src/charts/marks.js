// The failure's phases on a chart: the incident and the tail after it as bands behind the lines,
// named windows as a rule along the top, the fault and the recovery as upright lines.
import { colour, faint } from './palette.js';

export const kBands = { incident: 'bad', 'recovery-tail': 'warn' };

export const isWindow = (phase) => phase.name !== 'steady' && !(phase.name in kBands);

/** The upright lines: { t, label, color, dash }. */
export function moments(report) {
  const list = [];
  if (report.faultAt !== null)
    list.push({ t: report.faultAt, label: 'fault', color: 'bad', dash: [] });
  if (report.recoveredAt !== null)
    list.push({ t: report.recoveredAt, label: 'recovered', color: 'good', dash: [5, 4] });
  return list;
}

function spanOf(u, from, to) {
  const { left, width } = u.bbox;
  const x0 = Math.max(left, u.valToPos(from, 'x', true)),
    x1 = Math.min(left + width, u.valToPos(to, 'x', true));
  return x1 > x0 ? [x0, x1 - x0] : null;
}

/** Bands, before the grid and the lines. */
export function drawMarksBehind(u, { report }) {
  const { ctx } = u,
    { top, height } = u.bbox;
  ctx.save();
  for (const phase of report.phases) {
    const span = phase.name in kBands ? spanOf(u, phase.from, phase.to) : null;
    if (span === null) continue;
    ctx.fillStyle = faint(colour(kBands[phase.name]), 0.1);
    ctx.fillRect(span[0], top, span[1], height);
  }
  ctx.restore();
}

/** Windows and moments, over the lines; their names where `labels` says so. */
export function drawMarks(u, { report }, labels) {
  const { ctx } = u,
    { left, top, width, height } = u.bbox,
    ratio = devicePixelRatio;
  let free = left; // where the next name may begin
  ctx.save();
  ctx.font = `600 ${11 * ratio}px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif`;
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  ctx.fillStyle = colour('accent');
  for (const phase of report.phases.filter(isWindow)) {
    const span = spanOf(u, phase.from, phase.to);
    if (span === null) continue;
    ctx.fillRect(span[0], top - 3 * ratio, span[1], 3 * ratio);
    const wide = ctx.measureText(phase.name).width;
    if (labels && wide < span[1] && span[0] >= free) {
      ctx.fillText(phase.name, span[0] + 2 * ratio, top - 4 * ratio);
      free = span[0] + wide + 8 * ratio;
    }
  }
  for (const { t, label, color, dash } of moments(report)) {
    const x = u.valToPos(t, 'x', true);
    if (!(x >= left && x <= left + width)) continue;
    ctx.strokeStyle = ctx.fillStyle = colour(color);
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(dash.map((d) => d * ratio));
    ctx.beginPath();
    ctx.moveTo(x, top - (labels ? 14 : 0) * ratio);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    const at = x + 4 * ratio;
    if (labels && at >= free && at + ctx.measureText(label).width <= left + width) {
      ctx.fillText(label, at, top - 4 * ratio);
      free = at + ctx.measureText(label).width + 4 * ratio;
    }
  }
  ctx.restore();
}
