import type { Place, WireError } from '../../engine/protocol/errors';
import { h } from './dom';

/** `data/people.csv:42:7`, as editors and terminals write places. */
export const placeText = ({ file, line, column }: Place): string =>
  [file, line, line === undefined ? undefined : column].filter(part => part !== undefined).join(':');

/** Where it went wrong, and where modelyard.yaml asks for it: each opens its file there. */
export function placeLinks(
  { place, config }: Pick<WireError, 'place' | 'config'>,
  open: (place: Place) => unknown,
): HTMLElement[] {
  return [place, config]
    .filter(one => one !== undefined)
    .filter(({ file }) => file !== '')
    .map(one => {
      const click = (): void => void open(one);
      return h('button', { class: 'link mono', attrs: { type: 'button' }, on: { click } }, placeText(one));
    });
}
