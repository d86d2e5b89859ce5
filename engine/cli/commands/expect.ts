import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { ProposedExpectations } from '../../protocol/datasets';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { plural } from '../../plural';
import { unifiedText } from '../text/unifiedText';

/** `modelyard expect DATASET`: proposes rules from the data; `--write` writes them into modelyard.yaml. */
export async function expectCommand(
  invocation: Invocation,
  { name, write }: { readonly name: string; readonly write: boolean },
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const found = await interruptible(signal =>
    withEngine(place, client => client.call('datasets/propose', { name }, { signal }), { signal }),
  );
  const { proposals, before, after } = found;
  const file = path.resolve(place.workspace, place.configFile);
  if (write && proposals.length > 0) {
    if (before === undefined || after === undefined) throw unwritable(name);
    if ((await readFile(file, 'utf8')) !== before)
      throw new ModelyardError('conflict', `${place.configFile} has changed meanwhile.`, { fix: 'Run it again.' });
    await writeFile(file, after);
  }
  answer(invocation, {
    json: { ...found, written: write && proposals.length > 0 },
    text: () => proposedText(found, { file: place.configFile, write }, invocation),
  });
  return exitCodes.ok;
}

const unwritable = (name: string): ModelyardError =>
  new ModelyardError('config.invalid', `The rules cannot be put into \`datasets.${name}\` as it is written.`, {
    fix: 'Give the dataset a list `expect:` in block style, or copy the rules by hand.',
  });

function proposedText(
  { dataset, proposals, before, after }: ProposedExpectations,
  { file, write }: { readonly file: string; readonly write: boolean },
  { colors: { out } }: Invocation,
): string {
  if (proposals.length === 0)
    return `${out.green('✓')} ${dataset}: its \`expect:\` says all that the data suggests already.\n`;
  const lines = proposals.map(({ text, reasons }) => `${out.bold(text)}\n    ${reasons.join('; ')}\n`);
  const diff =
    before === undefined || after === undefined
      ? ''
      : `\n${unifiedText({ path: file, before, after }, { before: 'a', after: 'b' }, out)}`;
  const rules = plural(proposals.length, 'rule');
  const end = write ? `${rules} written into ${file}.\n` : `${rules} proposed. Write them with --write.\n`;
  return `${lines.join('')}${diff}\n${end}`;
}
