import type { ServingTest } from '../../protocol/serving';
import type { Invocation } from '../invocation';
import { numberText } from './numbers';
import { counted } from '../../plural';

type Colors = Invocation['colors']['out'];

/** Whether everything was as it should be: no request failed, every look was fine. */
export const passed = ({ smoke, load, rollback }: ServingTest): boolean =>
  smoke.every(look => look.passed) &&
  load.failed === 0 &&
  rollback.failed === 0 &&
  Number.isFinite(rollback.firstAnswer);

/** What a version did when it was served. */
export function servingText(test: ServingTest, out: Colors): string {
  const { model, version, smoke, startup, load, rollback } = test;
  const mark = (good: boolean): string => (good ? out.green('✓') : out.red('✗'));
  const ms = (value: number): string => `${numberText(value)} ms`;
  const looks = smoke.map(look => `  ${mark(look.passed)} ${look.sentence}`);
  const how = rollback.to === version ? 'loaded anew' : `replaced by version ${rollback.to} and put back`;
  return [
    `${out.bold(`${model} version ${version}`)}, ready to answer after ${ms(startup)}`,
    ...looks,
    `  ${mark(load.failed === 0)} ${counted(load.connections, 'client')}, ${numberText(load.seconds)} s: ${counted(load.requests, 'request')}, ${numberText(load.requestsPerSecond)} a second; p50 ${ms(load.p50)}, p99 ${ms(load.p99)}, worst ${ms(load.worst)}; ${load.failed} failed${load.failure === undefined ? '' : ` (${load.failure})`}`,
    `  ${mark(rollback.failed === 0 && Number.isFinite(rollback.firstAnswer))} under load ${how}: first answer after ${ms(rollback.firstAnswer)}, last of the old one after ${ms(rollback.lastAnswer)}, back after ${ms(rollback.back)}; ${rollback.failed} of ${rollback.requests} requests failed`,
    '',
  ].join('\n');
}
