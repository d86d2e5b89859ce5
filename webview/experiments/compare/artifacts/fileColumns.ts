import type { ArtifactContent, ArtifactEntry } from '../../../../engine/protocol/tracking';
import { busy, failure } from '../../../shared/components';
import { h } from '../../../shared/dom';
import { bytes } from '../../../shared/format';
import { t } from '../../../shared/l10n';
import { runColourVariable } from '../../../shared/runColours';
import type { Compared } from '../section';
import { runLabel } from '../section';
import { fileView } from './fileView';

/** What is known of the chosen file in one run. */
export interface RunFile {
  readonly one: Compared;
  /** Undefined: the run has no such file. */
  readonly entry: ArtifactEntry | undefined;
  /** Undefined while it is read. */
  readonly content: ArtifactContent | undefined;
  readonly error: unknown;
}

export interface FileActions {
  readonly open: (file: RunFile) => void;
  readonly openDifference: (base: RunFile, file: RunFile) => void;
}

/** The file of each run in a column of its colour. The first that has it is what the others are compared with. */
export function fileColumns(files: readonly RunFile[], actions: FileActions): readonly HTMLElement[] {
  const base = files.find(({ content }) => content !== undefined);
  return files.map(file => column(file, file === base ? undefined : base, { ...actions, isBase: file === base }));
}

function column(
  file: RunFile,
  base: RunFile | undefined,
  { open, openDifference, isBase }: FileActions & { readonly isBase: boolean },
): HTMLElement {
  const { one, entry, content } = file;
  const label = runLabel(one.run);
  const isText = content?.text !== undefined && base?.content?.text !== undefined;
  const canCompare = isText && !content.truncated && !base.content.truncated && content.text !== base.content.text;
  return h(
    'section',
    {
      class: 'card file-column',
      style: { '--run': `var(${runColourVariable(one.slot)})` },
      attrs: { 'aria-label': `${label} ${one.run.name}` },
    },
    h(
      'div',
      { class: 'card-head' },
      h('h2', null, `${label} ${one.run.name}`),
      isBase && h('span', { class: 'muted' }, t('the others are compared with it')),
      entry?.size !== undefined && h('span', { class: 'muted' }, bytes(entry.size)),
      content?.text !== undefined && link(t('Open'), t('Open the file of {0} in the editor', label), () => open(file)),
      canCompare &&
        link(t('Difference'), t('Open the difference of {0} and {1}', runLabel(base.one.run), label), () =>
          openDifference(base, file),
        ),
    ),
    body(file, base),
  );
}

function body({ one, entry, content, error }: RunFile, base: RunFile | undefined) {
  if (error !== undefined) return failure(error);
  const label = runLabel(one.run);
  if (!entry) return h('p', { class: 'muted' }, t('{0} has no such file.', label));
  if (!content) return busy();
  return fileView(label, content, base?.content && { label: runLabel(base.one.run), content: base.content });
}

const link = (text: string, title: string, click: () => void): HTMLElement =>
  h('button', { class: 'link', title, attrs: { type: 'button', 'aria-label': title }, on: { click } }, text);
