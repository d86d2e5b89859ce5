import { expect, test } from 'vitest';
import { leaveOf, newsOf } from '../../../src/debug/adapterMessages';

const event = (name: string, body?: object): object => ({ seq: 1, type: 'event', event: name, ...(body && { body }) });
const request = (command: string, asked?: object): object => ({
  ...{ seq: 1, type: 'request', command },
  ...(asked && { arguments: asked }),
});

test('of what a debugger says, output of the program, its exit code and the end count', () => {
  expect(newsOf(event('output', { category: 'stdout', output: 'a\n' }))).toEqual({ kind: 'output', text: 'a\n' });
  expect(newsOf(event('output', { category: 'stderr', output: 'b' }))).toEqual({ kind: 'output', text: 'b' });
  // the debugger's own words, and those without a category
  expect(newsOf(event('output', { category: 'console', output: 'attached' }))).toBeUndefined();
  expect(newsOf(event('output', { output: 'attached' }))).toBeUndefined();
  expect(newsOf(event('exited', { exitCode: 3 }))).toEqual({ kind: 'exited', code: 3 });
  expect(newsOf(event('terminated'))).toEqual({ kind: 'terminated' });
  expect(newsOf(event('stopped', { reason: 'breakpoint' }))).toBeUndefined();
  expect(newsOf('rubbish')).toBeUndefined();
});

test('stop and restart are told apart', () => {
  expect(leaveOf(request('terminate'))).toBe('stop');
  expect(leaveOf(request('disconnect', { restart: false, terminateDebuggee: true }))).toBe('stop');
  expect(leaveOf(request('disconnect', { restart: true }))).toBe('restart');
  expect(leaveOf(request('continue', { threadId: 1 }))).toBeUndefined();
});
