import { findPlace, requireConfig } from '../commandContext';
import { configText } from '../text/configText';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';

/** `modelyard config check`: modelyard.yaml alone. An error ends with 2, with `strict` a warning with 1. */
export async function configCheckCommand(invocation: Invocation, strict: boolean): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const diagnostics = await withEngine(place, client => client.call('config/diagnose', {}));
  answer(invocation, {
    json: { config: diagnostics },
    text: () => configText(diagnostics, place.configFile, invocation),
  });
  if (diagnostics.some(({ severity }) => severity === 'error')) return exitCodes.usage;
  return strict && diagnostics.some(({ severity }) => severity === 'warning') ? exitCodes.failed : exitCodes.ok;
}
