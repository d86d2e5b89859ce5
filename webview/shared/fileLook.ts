import type { ArtifactContent } from '../../engine/protocol/tracking';
import { parseJson } from './json';

const images = new Map([
  ['png', 'png'],
  ['jpg', 'jpeg'],
  ['jpeg', 'jpeg'],
  ['gif', 'gif'],
  ['webp', 'webp'],
  ['bmp', 'bmp'],
  ['svg', 'svg+xml'],
]);

export const extensionOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1).toLowerCase();

/** Whether a file is to be looked at as a picture, by its name. */
export const isImage = (path: string): boolean => images.has(extensionOf(path));

/**
 * A picture as an address that has it inside; undefined for what is none, or not all of it. SVG is a picture as well: of
 * what is in an `img` nothing is run and nothing is fetched.
 */
export function imageSource({ path, text, base64, truncated }: ArtifactContent): string | undefined {
  const type = images.get(extensionOf(path));
  if (type === undefined || truncated) return undefined;
  if (type === 'svg+xml') return text && `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  return base64 === undefined ? undefined : `data:image/${type};base64,${base64}`;
}

/** What separates the cells of such a file; undefined for another kind. */
export function separatorOf(path: string): string | undefined {
  const extension = extensionOf(path);
  return extension === 'csv' ? ',' : extension === 'tsv' ? '\t' : undefined;
}

/** A text as it is best read: JSON, if it is whole, with its lines and indents. */
export function readableText({ path, text = '', truncated }: ArtifactContent): string {
  const value = extensionOf(path) === 'json' && !truncated ? parseJson(text) : undefined;
  return value === undefined ? text : JSON.stringify(value, null, 2);
}
