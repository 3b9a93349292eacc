// Colours, from the style sheet so that light, dark and print differ in one place. The series
// colours are Okabe and Ito's, told apart under every common colour blindness, made a little
// lighter on dark ground; lines that share a chart also differ in dash.

export function colour(name) {
  return (
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || '#888888'
  );
}

/** The n-th series colour; after eight they start again. */
export const seriesColour = (n) => `series-${(n % 8) + 1}`;

/** #rrggbb with an opacity. */
export function faint(hex, opacity) {
  return /^#[0-9a-f]{6}$/i.test(hex)
    ? hex +
        Math.round(opacity * 255)
          .toString(16)
          .padStart(2, '0')
    : hex;
}
