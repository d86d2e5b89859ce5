import type { SvgNode } from '../../../engine/charts/svg/node';
import { rounded } from '../../../engine/charts/svg/node';

const namespace = 'http://www.w3.org/2000/svg';

/** The picture as elements of the page. */
export function svgElement({ tag, attrs, children }: SvgNode): SVGElement {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attrs))
    element.setAttribute(name, typeof value === 'number' ? rounded(value) : value);
  element.append(...children.map(child => (typeof child === 'string' ? child : svgElement(child))));
  return element;
}

/** A picture as PNG, twice as fine; undefined: the browser could not draw it. */
export async function pngOf(
  svg: string,
  size: { readonly width: number; readonly height: number },
): Promise<string | undefined> {
  const image = new Image(size.width, size.height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [size.width * 2, size.height * 2];
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context ? canvas.toDataURL('image/png').split(',')[1] : undefined;
}
