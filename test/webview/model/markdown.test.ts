import { expect, test } from 'vitest';
import { markdown } from '../../../webview/model/markdown';

const html = (text: string): string => markdown(text).innerHTML;

test('headings, lists, tables, code and emphasis become elements', () => {
  const element = markdown(
    '# Use\n\nFor **loans**, not `mail`.\n\n1. one\n2. two\n\n| a | b |\n| - | - |\n| 1 | *2* |\n',
  );
  expect(element.querySelector('h2')?.textContent).toBe('Use');
  expect(element.querySelector('strong')?.textContent).toBe('loans');
  expect(element.querySelector('code')?.textContent).toBe('mail');
  expect([...element.querySelectorAll('ol > li')].map(({ textContent }) => textContent)).toEqual(['one', 'two']);
  expect([...element.querySelectorAll('td')].map(cell => cell.innerHTML)).toEqual(['1', '<em>2</em>']);
});

test('HTML stays text, in a block and in a line', () => {
  const element = markdown('<script>alert(1)</script>\n\nA <img src=x onerror=alert(1)> picture\n\n<b>bold</b>');
  expect(element.querySelector('script, img, b')).toBeNull();
  expect(element.textContent).toContain('<script>alert(1)</script>');
  expect(element.textContent).toContain('<img src=x onerror=alert(1)>');
});

test.each([
  ['[a](javascript:alert(1))'],
  ['[a](data:text/html,x)'],
  ['[a](command:workbench.action.quit)'],
  ['[a](file:///etc/passwd)'],
  ['[a][x]\n\n[x]: vbscript:x'],
  ['<javascript:alert(1)>'],
])('no link of %s leads anywhere', text => {
  expect(markdown(text).querySelector('a')).toBeNull();
});

test('links lead to the web and to mail; a picture is a link to it; entities are read', () => {
  const element = markdown(
    '[data](https://example.org/d "t") ![plot](https://example.org/p.png) a@example.org\n\n1 &lt; 2 &amp; 3',
  );
  expect([...element.querySelectorAll('a')].map(({ href, textContent }) => [href, textContent])).toEqual([
    ['https://example.org/d', 'data'],
    ['https://example.org/p.png', 'plot'],
    ['mailto:a@example.org', 'a@example.org'],
  ]);
  expect(element.querySelector('img')).toBeNull();
  expect(element.textContent).toContain('1 < 2 & 3');
});

test('tasks, nested lists, quotes and a rule', () => {
  expect(html('- [x] done\n- [ ] open\n  - inner')).toMatch(/<li>☑ .*done.*<\/li><li>☐ .*open.*<ul><li>.*inner/);
  expect(html('> said\n\n---')).toBe('<blockquote><p>said</p></blockquote><hr>');
});
