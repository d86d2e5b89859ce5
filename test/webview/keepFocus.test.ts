import { expect, test } from 'vitest';
import { fill, h } from '../../webview/shared/dom';
import { keepFocus } from '../../webview/shared/keepFocus';

const place = h('div');
const draw = (...names: readonly string[]) => fill(place, ...names.map(name => h('button', null, name)));

test('the button that had the focus has it again, wherever it stands then; others take none', () => {
  document.body.replaceChildren(place, h('button', { class: 'other' }, 'trial 2'));
  draw('trial 1', 'trial 2');
  const before = place.querySelectorAll('button')[1]!;
  before.focus();
  keepFocus(place, () => draw('trial 0', '★ trial 2', 'trial 1'));
  expect(document.activeElement).toBe(place.querySelectorAll('button')[1]);
  expect(document.activeElement).not.toBe(before);
  document.querySelector<HTMLElement>('.other')!.focus();
  keepFocus(place, () => draw('trial 2'));
  expect(document.activeElement?.className).toBe('other');
});
