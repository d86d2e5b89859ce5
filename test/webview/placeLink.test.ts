import { expect, test } from 'vitest';
import type { Place } from '../../engine/protocol/errors';
import { placeLinks, placeText } from '../../webview/shared/placeLink';

test('a place is written as editors do', () => {
  expect(placeText({ file: 'modelyard.yaml' })).toBe('modelyard.yaml');
  expect(placeText({ file: 'a.csv', line: 7 })).toBe('a.csv:7');
  expect(placeText({ file: 'a.csv', line: 7, column: 3, key: 'age' })).toBe('a.csv:7:3');
  expect(placeText({ file: 'a.csv', column: 3 })).toBe('a.csv');
});

test('an error links to the data and to modelyard.yaml; a click opens the place as it came', () => {
  const place = { file: '<b>.csv', line: 42 };
  const config = { file: 'modelyard.yaml', line: 6, column: 9, key: 'datasets.people.expect.0' };
  const opened: Place[] = [];
  const links = placeLinks({ place, config }, at => opened.push(at));
  expect(links.map(link => link.textContent)).toEqual(['<b>.csv:42', 'modelyard.yaml:6:9']);
  expect(links[0]?.children).toHaveLength(0);
  for (const link of links) link.click();
  expect(opened).toEqual([place, config]);
  expect(placeLinks({}, () => undefined)).toEqual([]);
  expect(placeLinks({ place: { file: '' } }, () => undefined)).toEqual([]);
});
