import type { Rgb } from '../../../engine/charts/svg/look';
import { runColourCount, runColourVariable } from '../runColours';
import { isHighContrast, themeColor } from '../theme';

/** The colours of runs in a dark theme, for where the editor has given none. */
const fallback =
  '#4ea6ee #f08b3e #35c08d #d77fd0 #d9b23a #a693f5 #f26d6d #40c4d6 #a5c54b #f28bb0 #c99a72 #9fb2c6'.split(' ');

/** So that nobody has to tell colours apart: each slot has its own dashes, and neighbours another shape of points. */
const dashes: readonly (readonly number[])[] = [
  ...[[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]],
  ...[
    [1, 4],
    [9, 3, 2, 3, 2, 3],
    [5, 5],
    [14, 3, 5, 3],
    [3, 6],
    [8, 2, 8, 6],
  ],
];
const shapes = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'star', 'rectRounded', 'cross'] as const;
const slots = runColourCount;

export interface SeriesStyle {
  readonly color: string;
  readonly dash: readonly number[];
  readonly shape: (typeof shapes)[number];
}

export function seriesStyle(slot: number | 'reference'): SeriesStyle {
  if (slot === 'reference') return { color: gridText(), dash: [3, 3], shape: 'circle' };
  const index = slot % slots;
  const color = withAlpha(themeColor(runColourVariable(index), fallback[index]!), 1);
  return { color, dash: dashes[index]!, shape: shapes[index % shapes.length]! };
}

export const gridText = (): string => themeColor('--vscode-descriptionForeground', '--vscode-foreground');

export const gridLines = (): string => withAlpha(themeColor('--vscode-foreground'), isHighContrast() ? 0.3 : 0.12);

let canvas: CanvasRenderingContext2D | null | undefined;

/** Red, green, blue and opacity; the browser is asked to read the colour, so that any way of writing it will do. */
function read(color: string): readonly [number, number, number, number] | undefined {
  canvas ??= document.createElement('canvas').getContext('2d');
  if (!canvas) return undefined;
  canvas.fillStyle = color;
  const written = canvas.fillStyle;
  const hex = /^#(..)(..)(..)$/
    .exec(written)
    ?.slice(1)
    .map(part => Number.parseInt(part, 16));
  const [red, green, blue, alpha = 1] = hex ?? written.match(/[\d.]+/g)?.map(Number) ?? [];
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue, alpha];
}

/** As a picture in a file needs it. */
export const rgb = (color: string): Rgb => {
  const [red = 128, green = 128, blue = 128] = read(color) ?? [];
  return [red, green, blue];
};

/** The colour, with this opacity: some themes define chart colours that nobody would see on their own. */
export function withAlpha(color: string, alpha: number): string {
  const parts = read(color);
  return parts ? `rgba(${parts[0]}, ${parts[1]}, ${parts[2]}, ${alpha})` : color;
}
