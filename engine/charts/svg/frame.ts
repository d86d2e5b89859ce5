import type { ChartLook } from './look';
import { fitText, textWidth } from './look';
import type { SvgNode } from './node';
import { el } from './node';
import type { Scale } from './scale';
import { tickText } from './scale';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface AxisText {
  readonly label: string;
  readonly format?: ((value: number) => string) | undefined;
}

export const label = (
  look: ChartLook,
  text: string,
  attrs: Readonly<Record<string, string | number | undefined>>,
): SvgNode => el('text', { 'font-size': 11, fill: look.muted, ...attrs }, text);

/** What is left of the axis of values for the labels of its ticks. */
export const widestTick = ({ ticks }: Scale, format = tickText): number =>
  Math.max(12, ...ticks.map(value => textWidth(format(value))));

/** The horizontal lines with their values to the left, and the name of the axis. */
export function yAxis(
  scale: Scale,
  box: Box,
  { look, label: name, format = tickText }: AxisText & { readonly look: ChartLook },
): SvgNode {
  return el(
    'g',
    {},
    ...scale.ticks.flatMap(value => [
      el('path', { d: `M${box.left} ${scale.at(value)}H${box.right}`, stroke: look.grid, fill: 'none' }),
      label(look, format(value), { x: box.left - 6, y: scale.at(value) + 4, 'text-anchor': 'end' }),
    ]),
    name !== '' &&
      label(look, fitText(name, box.bottom - box.top), {
        transform: `translate(11 ${(box.top + box.bottom) / 2}) rotate(-90)`,
        'text-anchor': 'middle',
      }),
  );
}

/** The values below, as many as have room, and the name of the axis. */
export function xAxis(
  scale: Scale,
  box: Box,
  { look, label: name, format = tickText }: AxisText & { readonly look: ChartLook },
): SvgNode {
  let free = -Infinity;
  const shown = scale.ticks.filter(value => {
    const half = textWidth(format(value)) / 2;
    if (scale.at(value) - half < free) return false;
    free = scale.at(value) + half + 6;
    return true;
  });
  return el(
    'g',
    {},
    ...scale.ticks.map(value =>
      el('path', { d: `M${scale.at(value)} ${box.top}V${box.bottom}`, stroke: look.grid, fill: 'none' }),
    ),
    ...shown.map(value =>
      label(look, format(value), { x: scale.at(value), y: box.bottom + 15, 'text-anchor': 'middle' }),
    ),
    name !== '' &&
      label(look, fitText(name, box.right - box.left), {
        x: (box.left + box.right) / 2,
        y: box.bottom + 32,
        'text-anchor': 'middle',
      }),
  );
}

/** The picture as a whole, on its own background; what is read instead of it stands in its title. */
export function picture(
  size: { width: number; height: number },
  look: ChartLook,
  parts: {
    readonly title: string;
    readonly children: readonly (SvgNode | false | undefined)[];
  },
): SvgNode {
  const { width, height } = size;
  return el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'font-family': look.font,
    },
    el('title', {}, parts.title),
    el('rect', { width, height, fill: look.background }),
    ...parts.children,
  );
}
