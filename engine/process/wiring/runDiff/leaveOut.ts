import { parseConfig } from '../../../config/parse';
import { parseCondition } from '../../../data/condition';
import { lockName } from '../../../pipelines/outputs/lockFile';
import { noCode } from '../../../pipelines/run/surroundings';

/** What is no code by a modelyard.yaml: the same that a run does not keep as code. */
export function leaveOutOf(file: string, text: string | undefined): readonly string[] {
  const config = text === undefined ? undefined : parseConfig(text, file, { readCondition: parseCondition }).config;
  return config ? noCode({ config, file }) : [file, lockName];
}
