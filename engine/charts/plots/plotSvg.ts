import { label, picture } from '../svg/frame';
import type { ChartLook } from '../svg/look';
import { fitText } from '../svg/look';
import type { SvgNode } from '../svg/node';
import { el } from '../svg/node';
import type { Plot } from './plot';

const head = 28;

/** A plot as a picture that stands by itself, with its title and its note. */
export function plotSvg(plot: Plot, look: ChartLook, width = 720): SvgNode {
  const { node, height: body } = plot.draw(width, look);
  const height = head + body + (plot.note === undefined ? 4 : 22);
  const title = { x: 12, y: 19, 'font-size': 13, 'font-weight': 600, fill: look.foreground };
  return picture({ width, height }, look, {
    title: `${plot.title}. ${plot.summary}`,
    children: [
      el('text', title, fitText(plot.title, width - 24)),
      el('g', { transform: `translate(0 ${head})` }, node),
      plot.note !== undefined && label(look, fitText(plot.note, width - 24), { x: 12, y: head + body + 12 }),
    ],
  });
}
