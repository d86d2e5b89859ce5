import type { EngineClient } from '../../client/engineClient';
import { ModelyardError } from '../../errors';

/** The number of a model's newest version. @throws ModelyardError `not-found` */
export async function latestVersion(client: EngineClient, name: string): Promise<number> {
  const { versions } = await client.call('models/get', { name });
  if (versions.length > 0) return Math.max(...versions.map(({ version }) => version));
  throw new ModelyardError('not-found', `Model ${name} has no version.`, {
    fix: 'Run the pipeline that registers one.',
  });
}
