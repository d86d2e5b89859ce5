import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SigningKey } from '../engineClient/signing';
import { makeKey, readKey } from '../engineClient/signing';
import type { Answer, StepPlace } from './quickSteps';
import { askStep, pickStep } from './quickSteps';
import type { KeptKey, SigningKeys } from './signingKeys';

type Source = 'ed25519' | 'ecdsa-p256' | 'file';

/** Longer is no key. */
const mostBytes = 64 * 1024;

/**
 * Where the key comes from → what it is called; then it is kept.
 * @throws vscode.CancellationError, ModelyardError `params.invalid`
 */
export async function signingKeySteps(keys: SigningKeys): Promise<KeptKey> {
  const draft = new Draft((await keys.all()).map(({ name }) => name));
  const asked = [(place: StepPlace) => draft.askSource(place), (place: StepPlace) => draft.askName(place)];
  for (let index = 0; index < asked.length;) {
    const answer = await asked[index]?.({ step: index + 1, totalSteps: asked.length });
    index += answer === 'back' ? -1 : 1;
  }
  return keys.keep(draft.key(), draft.name);
}

/** What has been answered so far. */
class Draft {
  name = '';
  private source: Source = 'ed25519';
  private read: SigningKey | undefined;
  private readonly title = vscode.l10n.t('Make a Signing Key');

  constructor(private readonly taken: readonly string[]) {}

  async askSource(place: StepPlace): Promise<Answer> {
    const items: readonly (vscode.QuickPickItem & { readonly value: Source })[] = [
      { label: 'Ed25519', description: vscode.l10n.t('a new key; the usual kind'), value: 'ed25519' },
      {
        label: 'ECDSA P-256',
        description: vscode.l10n.t('a new key whose signatures the model_signing program of Python reads too'),
        value: 'ecdsa-p256',
      },
      {
        label: vscode.l10n.t('From a file…'),
        description: vscode.l10n.t('a private key that there is, as PEM'),
        value: 'file',
      },
    ];
    const placeholder = vscode.l10n.t('Which key? Its private half is kept in the secret storage of the editor alone.');
    const picked = await pickStep(items, { title: this.title, placeholder }, place);
    if (picked === 'back') return 'back';
    this.source = picked.value;
    this.read = undefined;
    if (picked.value !== 'file') return 'next';
    const [file] = (await vscode.window.showOpenDialog({ title: this.title, canSelectMany: false })) ?? [];
    if (file === undefined) return this.askSource(place);
    this.read = readKey(await textOf(file.fsPath), path.basename(file.fsPath));
    this.name ||= path.parse(file.fsPath).name;
    return 'next';
  }

  async askName(place: StepPlace): Promise<Answer> {
    const prompt = vscode.l10n.t('What is it called? The public half is written to a file of this name.');
    for (let why = ''; ; why = this.problem()) {
      const texts = {
        title: this.title,
        prompt: why === '' ? prompt : `${why} ${prompt}`,
        value: this.name || 'release',
      };
      const answer = await askStep(texts, place);
      if (answer === 'back') return 'back';
      this.name = answer.text.trim();
      if (this.problem() === '') return 'next';
    }
  }

  key(): SigningKey {
    return this.read ?? makeKey(this.source === 'ecdsa-p256' ? 'ecdsa-p256' : 'ed25519');
  }

  private problem(): string {
    if (!/^[\p{L}\p{N}_][\p{L}\p{N}._-]{0,63}$/u.test(this.name))
      return vscode.l10n.t('Letters, digits, ., _ and - only.');
    return this.taken.includes(this.name) ? vscode.l10n.t('There is a key {0} already.', this.name) : '';
  }
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  return bytes.length > mostBytes ? '' : bytes.toString('utf8');
}
