import { describe, expect, test } from 'vitest';
import { dataTable } from '../../webview/shared/dataTable';
import { fill, h } from '../../webview/shared/dom';

const evil = '<img src=x onerror="alert(1)">';

describe('the element builder', () => {
  test('keeps text as text, whatever it holds', () => {
    const element = h('p', { title: evil, attrs: { 'aria-label': evil } }, evil);
    expect(element.children).toHaveLength(0);
    expect(element.textContent).toBe(evil);
    expect(element.title).toBe(evil);
    expect(element.innerHTML).not.toContain('<img');
  });

  test('keeps text as text in tables and when refilled', () => {
    const table = dataTable(evil, [{ title: evil }, { title: 'value', numeric: true }], [[evil, evil]]);
    expect(table.querySelector('img')).toBeNull();
    expect([...table.querySelectorAll('th, td, caption')].map(cell => cell.textContent)).toEqual([
      evil,
      evil,
      'value',
      evil,
      evil,
    ]);
    fill(table, evil);
    expect(table.querySelector('img')).toBeNull();
  });

  test('leaves out what is nothing, writes zero, sets and leaves attributes', () => {
    const element = h(
      'div',
      { attrs: { hidden: true, tabindex: 0, role: undefined, title: false } },
      0,
      false,
      null,
      'a',
    );
    expect(element.textContent).toBe('0a');
    expect(element.getAttributeNames().sort()).toEqual(['hidden', 'tabindex']);
  });
});
