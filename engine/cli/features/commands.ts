import { ModelyardError } from '../../errors';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { featureDiffText } from './diffText';
import { appliedText, listText } from './listText';
import type { ComparedFeatures } from '../program/features';
import { versionNumber } from '../versionNumber';
import { viewText } from './viewText';

/** `modelyard features list`: 1 when a definition cannot be resolved. */
export async function listCommand(invocation: Invocation): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const list = await interruptible(signal =>
    withEngine(place, client => client.call('features/list', {}, { signal }), { signal }),
  );
  answer(invocation, { json: list, text: () => listText(list, invocation.colors.out) });
  return list.views.some(({ problem }) => problem !== undefined) ? exitCodes.failed : exitCodes.ok;
}

/** `modelyard features show VIEW` */
export async function showCommand(invocation: Invocation, view: string): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const detail = await interruptible(signal =>
    withEngine(place, client => client.call('features/get', { view }, { signal }), { signal }),
  );
  answer(invocation, { json: detail, text: () => viewText(detail, invocation.colors.out) });
  return detail.problem === undefined ? exitCodes.ok : exitCodes.failed;
}

/** `modelyard features apply`: 1 when a definition cannot be resolved; the others are recorded. */
export async function applyCommand(invocation: Invocation, views: readonly string[]): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const asked = views.length === 0 ? {} : { views };
  const applied = await interruptible(signal =>
    withEngine(place, client => client.call('features/apply', asked, { signal }), { signal }),
  );
  answer(invocation, { json: applied, text: () => appliedText(applied, invocation.colors.out) });
  return applied.views.some(({ problem }) => problem !== undefined) ? exitCodes.failed : exitCodes.ok;
}

/** `modelyard features diff VIEW`: 0, or 1 with `--exit-code` when something differs. */
export async function diffCommand(
  invocation: Invocation,
  {
    view,
    before,
    after,
    exitCode,
    values,
  }: ComparedFeatures & { readonly exitCode: boolean; readonly values: boolean },
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const [from, to] = [before, after].map(text => (text === undefined ? undefined : versionNumber(text)));
  const diff = await interruptible(signal =>
    withEngine(
      place,
      async client => {
        const newest = async (): Promise<number> => {
          const [last] = (await client.call('features/get', { view }, { signal })).history;
          if (last) return last.version;
          throw new ModelyardError('not-found', `Feature view ${view} has no version yet.`, {
            fix: 'Record the definitions with `modelyard features apply`.',
          });
        };
        const later = to ?? (await newest());
        const earlier = from ?? Math.max(1, later - 1);
        return client.call('features/diff', { view, before: earlier, after: later, values }, { signal });
      },
      { signal },
    ),
  );
  answer(invocation, { json: diff, text: () => featureDiffText(diff, invocation.colors.out) });
  const differs = diff.definition.length > 0 || diff.values?.some(({ differing }) => differing > 0) === true;
  return exitCode && differs ? exitCodes.failed : exitCodes.ok;
}
