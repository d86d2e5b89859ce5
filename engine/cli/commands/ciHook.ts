import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConfigDiagnostic } from '../../protocol/config';
import { earlier, hookPlace, isOwnHook, ownHook, withLines, withoutLines } from '../ci/hook/hookFile';
import type { Staged } from '../ci/hook/staged';
import { stagedFiles, stagedText } from '../ci/hook/staged';
import type { Place } from '../commandContext';
import { stagedSecrets } from '../ci/hook/stagedSecrets';
import { findPlace } from '../commandContext';
import { configText } from '../text/configText';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { secretsConfig } from '../../process/wiring/secretsConfig';

const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

/** `modelyard ci hook install`: a hook that is there stays, and runs first. */
export async function installHookCommand(invocation: Invocation, maxSize: number): Promise<number> {
  const { workspace } = findPlace(invocation.options, invocation.io.cwd);
  const { file, kind, part } = await hookPlace(workspace);
  const before = await textOf(file);
  await mkdir(path.dirname(file), { recursive: true });
  const isKept = kind === 'own' && existsSync(file) && !isOwnHook(before);
  if (isKept) await rename(file, earlier(file));
  const program = [process.execPath, path.join(__dirname, 'cli.js')];
  await writeFile(file, kind === 'own' ? ownHook({ maxSize, part }, program) : withLines(before, { maxSize, part }));
  await chmod(file, 0o755);
  const kept = isKept ? ` The hook that was there runs first: ${earlier(file)}.` : '';
  answer(invocation, { json: { file, kind, kept: isKept }, text: () => `${file} is written.${kept}\n` });
  return exitCodes.ok;
}

/** `modelyard ci hook remove`: leaves what others have written. */
export async function removeHookCommand(invocation: Invocation): Promise<number> {
  const { workspace } = findPlace(invocation.options, invocation.io.cwd);
  const { file, kind } = await hookPlace(workspace);
  const before = await textOf(file);
  const isThere = kind === 'own' ? isOwnHook(before) : withoutLines(before) !== before;
  if (isThere && kind === 'shared') await writeFile(file, withoutLines(before));
  if (isThere && kind === 'own') {
    await rm(file);
    if (existsSync(earlier(file))) await rename(earlier(file), file);
  }
  answer(invocation, { json: { file, removed: isThere }, text: () => isThere ? `${file}: Modelyard is out of it.\n` : `${file} has nothing of Modelyard.\n` }); // prettier-ignore
  return exitCodes.ok;
}

interface Finding {
  readonly file: string;
  readonly code: 'large-file' | 'own-folder' | 'secret';
  readonly message: string;
  readonly line?: number;
  readonly fix?: string;
}

/** `modelyard ci hook run`: what is staged. An engine is asked only when modelyard.yaml is among it. */
export async function runHookCommand(invocation: Invocation, maxSize: number): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  const staged = await stagedFiles(place.workspace);
  const secrets = await interruptible(signal =>
    configNow(place, staged).then(text => secretsOf(place, { staged, text }, signal)),
  );
  const findings = [...findingsOf(staged, maxSize), ...secrets];
  const config = await stagedConfig(place, staged);
  const lines = findings.map(
    ({ file, line, message, fix }) =>
      `${colors.out.red('error:')} ${message}\n  at ${colors.out.cyan(line === undefined ? file : `${file}:${line}`)}\n${
        fix === undefined ? '' : `  ${colors.out.green('fix:')} ${fix}\n`
      }`,
  );
  answer(invocation, {
    json: { files: staged.files.length, findings, config },
    text: () => lines.join('') + (config.length > 0 ? configText(config, place.configFile, invocation) : ''),
  });
  const isWrong = findings.length > 0 || config.some(({ severity }) => severity === 'error');
  return isWrong ? exitCodes.failed : exitCodes.ok;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 });

function findingsOf({ files, prefix }: Staged, maxSize: number): readonly Finding[] {
  return files.flatMap(({ file, bytes }): readonly Finding[] => {
    if (file.startsWith(`${prefix}.modelyard/`))
      return [{ file, code: 'own-folder', message: `${file} is Modelyard's own: nothing in .modelyard needs to be in git. Take it out with \`git rm --cached\`.` }]; // prettier-ignore
    if (bytes <= maxSize * 1e6) return [];
    const message = `${file} has ${megabytes(bytes)} MB, more than ${maxSize}: what git has once had it never forgets. Keep large data in Git LFS or DVC, or say --max-size.`;
    return [{ file, code: 'large-file', message }];
  });
}

/** modelyard.yaml as it would be committed, or as it is; empty: there is none. */
const configNow = ({ workspace, configFile }: Place, { files, prefix }: Staged): Promise<string> => {
  const name = `${prefix}${configFile}`;
  return files.some(({ file }) => file === name)
    ? stagedText(workspace, name)
    : textOf(path.join(workspace, configFile));
};

/** Secrets in what is staged, by what `security: secrets` leaves out. */
async function secretsOf(
  { workspace, configFile }: Place,
  { staged, text }: { readonly staged: Staged; readonly text: string },
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const secrets = secretsConfig(text, configFile);
  const found = await stagedSecrets({ workspace, staged, secrets }, signal);
  return found.map(({ file, line, sentence, fix, fingerprint }) => ({
    ...{ file, code: 'secret', message: sentence, ...(line !== undefined && { line }) },
    fix: `${fix ?? 'Take it out.'} Is it none, write modelyard:allow in a comment on its line, or ${fingerprint} under security.secrets.allow.`,
  }));
}

/** What is wrong with modelyard.yaml as it would be committed, and with what is generated from it. */
async function stagedConfig(place: Place, { files, prefix }: Staged): Promise<readonly ConfigDiagnostic[]> {
  const name = `${prefix}${place.configFile}`;
  if (!files.some(({ file }) => file === name)) return [];
  const text = await stagedText(place.workspace, name);
  // an engine that is started here stays for a while: it must not believe that there is always this commit
  delete process.env['GIT_DIR'];
  delete process.env['GIT_WORK_TREE'];
  delete process.env['GIT_INDEX_FILE'];
  delete process.env['GIT_PREFIX'];
  return withEngine(place, client => client.call('config/diagnose', { text }));
}
