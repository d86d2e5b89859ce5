import path from 'node:path';
import type { ImportedModel, ModelImport } from '../../protocol/modelImport';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveLine } from '../text/liveLine';
import { counted } from '../../plural';

/** `modelyard models import`: a model of another library becomes a version of a registered model. */
export async function importModelCommand(invocation: Invocation, options: ModelImport): Promise<number> {
  const { io } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireWorkspace(place);
  const { file, name, label, classes, columns, description } = options;
  const request: ModelImport = {
    file: path.resolve(io.cwd, file),
    name,
    ...(label !== undefined && { label }),
    ...(classes && { classes }),
    ...(columns && { columns }),
    ...(description !== undefined && { description }),
  };
  const live = new LiveLine(io);
  const imported = await interruptible(signal =>
    withEngine(place, client =>
      client.call('models/import', request, { signal, onProgress: progress => live.update(progress) }),
    ),
  ).finally(() => live.end());
  answer(invocation, { json: imported, text: () => importedText(imported, invocation) });
  return exitCodes.ok;
}

function importedText(
  { version, format, task, features, trees, notes }: ImportedModel,
  { colors: { out } }: Invocation,
): string {
  const head = `${out.green('✓')} ${version.model} version ${version.version} begins in ${version.stage}.`;
  const what = `  ${format}, ${task}: ${counted(features, 'feature')}${trees > 0 ? `, ${counted(trees, 'tree')}` : ''}`;
  return `${[head, what, ...notes.map(note => `  ${note}`)].join('\n')}\n`;
}
