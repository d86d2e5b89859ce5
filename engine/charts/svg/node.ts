/** A piece of a picture. Pages make elements of it, files its text: the picture is the same in both. */
export interface SvgNode {
  readonly tag: string;
  readonly attrs: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgNode | string)[];
}

type Attrs = Readonly<Record<string, string | number | undefined>>;

/** Attributes that are undefined are left out. */
export function el(
  tag: string,
  attrs: Attrs = {},
  ...children: readonly (SvgNode | string | false | undefined)[]
): SvgNode {
  const kept = Object.entries(attrs).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return {
    tag,
    attrs: Object.fromEntries(kept),
    children: children.filter(child => child !== false && child !== undefined),
  };
}

/** The text of a picture that stands by itself. Nothing in it is taken for markup. */
export function svgText({ tag, attrs, children }: SvgNode): string {
  const written = Object.entries(attrs)
    .map(([name, value]) => ` ${name}="${escaped(typeof value === 'number' ? rounded(value) : value)}"`)
    .join('');
  const inside = children.map(child => (typeof child === 'string' ? escaped(child) : svgText(child))).join('');
  return inside === '' ? `<${tag}${written}/>` : `<${tag}${written}>${inside}</${tag}>`;
}

/** A hundredth of a pixel nobody sees. */
export const rounded = (value: number): string => String(Math.round(value * 100) / 100);

/** Text within XML or HTML, also within quotes. Characters that XML does not allow are left out. */
export const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** `M0 0L1 2…`; points that are no numbers break the line. */
export function pathOf(points: readonly (readonly [number, number])[]): string {
  let isBroken = true;
  return points
    .map(([x, y]) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        isBroken = true;
        return '';
      }
      const command = isBroken ? 'M' : 'L';
      isBroken = false;
      return `${command}${rounded(x)} ${rounded(y)}`;
    })
    .join('');
}
