import type { Child } from '../shared/dom';
import { h } from '../shared/dom';

/** A sentence of the engine; what stands in back quotes is code. */
export const withCode = (text: string): readonly Child[] =>
  text.split('`').map((part, at) => (at % 2 === 1 ? h('code', { class: 'mono' }, part) : part));

/** The same where there is no place for anything but text. */
export const withoutMarks = (text: string): string => text.replaceAll('`', '');
