/** How a series is drawn. */
export interface Stroke {
  readonly color: string;
  readonly dash: readonly number[];
  readonly shape: string;
}

/** The colours of a picture, as values or as variables of a page. */
export interface ChartLook {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly font: string;
  readonly stroke: (slot: number | 'reference') => Stroke;
  /** Of a number between 0, low, and 1, high. */
  readonly ramp: (share: number) => string;
}

export type Rgb = readonly [red: number, green: number, blue: number];

/** The colour at a share of the way along these, as CSS has it. */
export function mixed(colors: readonly Rgb[], share: number): string {
  const at = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * (colors.length - 1);
  const index = Math.min(colors.length - 2, Math.floor(at));
  const [from, to] = [colors[index] ?? [0, 0, 0], colors[index + 1] ?? colors[index] ?? [0, 0, 0]];
  const part = (which: 0 | 1 | 2): number => Math.round(from[which] + (to[which] - from[which]) * (at - index));
  return `rgb(${part(0)}, ${part(1)}, ${part(2)})`;
}

/** About how wide text of 11 px is. */
export const textWidth = (text: string, size = 11): number => text.length * size * 0.56;

/** At most so many pixels of a text of 11 px; what is cut off is told by the dots. */
export function fitText(text: string, pixels: number): string {
  const most = Math.max(1, Math.floor(pixels / textWidth('m')));
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}

/** The point of a series: circles, squares, triangles and rhombs are told apart without colour. */
export function pointPath(shape: string, [x, y]: readonly [number, number], r = 4): string {
  switch (shape) {
    case 'triangle':
      return `M${x} ${y - r * 1.2}L${x + r * 1.1} ${y + r * 0.8}L${x - r * 1.1} ${y + r * 0.8}Z`;
    case 'rect':
    case 'rectRounded':
      return `M${x - r * 0.9} ${y - r * 0.9}h${r * 1.8}v${r * 1.8}h${-r * 1.8}Z`;
    case 'rectRot':
      return `M${x} ${y - r * 1.25}L${x + r * 1.25} ${y}L${x} ${y + r * 1.25}L${x - r * 1.25} ${y}Z`;
    case 'cross':
    case 'crossRot':
    case 'star':
      return `M${x - r} ${y - r / 3}h${r * 0.66}v${-r * 0.66}h${r * 0.66}v${r * 0.66}h${r * 0.66}v${r * 0.66}h${-r * 0.66}v${r * 0.66}h${-r * 0.66}v${-r * 0.66}h${-r * 0.66}Z`;
    default:
      return `M${x - r} ${y}a${r} ${r} 0 1 0 ${r * 2} 0a${r} ${r} 0 1 0 ${-r * 2} 0Z`;
  }
}
