import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { testSettings } from '../../host/settings.mjs';

type Settings = Readonly<Record<string, unknown>>;

/** The file in which the probe of the open workbench finds what is wished for. */
let wishes = '';

/** The settings a workbench that is about to be opened starts with: those of every test, and some more. */
export async function resetSettings(folder: string, more: Settings): Promise<void> {
  wishes = path.join(inject('ui').wishes, path.basename(path.dirname(folder)));
  const settings = { ...testSettings, 'security.workspace.trust.startupPrompt': 'never', ...more };
  await writeFile(inject('ui').settingsFile, JSON.stringify(settings, null, 2));
}

/**
 * Changes the user's settings in an open workbench, as the settings editor would; `null` takes one out. The probe, an
 * extension, does it: VS Code does not notice every change that another program makes to the file.
 */
export async function changeSettings(changes: Settings): Promise<void> {
  const done = `${wishes}.done`;
  await rm(done, { force: true });
  const end = Date.now() + 90_000;
  for (let wishAgain = 0; Date.now() < end; await sleep(50)) {
    // After a reload the extension host of the window before may still be there and take a wish with it.
    if (Date.now() >= wishAgain) {
      await writeFile(`${wishes}.new`, JSON.stringify(changes));
      await rename(`${wishes}.new`, wishes);
      wishAgain = Date.now() + 5000;
    }
    const answer = await readFile(done, 'utf8').catch(() => undefined);
    if (answer === undefined) continue;
    if (answer !== 'ok') throw new Error(`VS Code refused the settings ${Object.keys(changes).join(', ')}: ${answer}`);
    await rm(wishes, { force: true }); // asked once more while the first was being answered
    return;
  }
  throw new Error('nobody changed the settings: is the probe extension active?');
}
