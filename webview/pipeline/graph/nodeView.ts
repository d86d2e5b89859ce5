import type { FlowOutput } from '../../../engine/protocol/pipelines';
import type { GraphStep } from '../graphSteps';
import { groupText, looks, outputWord, spoken, stateText } from '../words';
import { stateOf } from '../groups';
import { withoutMarks } from '../codeText';
import type { Child } from '../../shared/dom';
import { applyProps, fill, h, setAttribute } from '../../shared/dom';
import { bytes, short } from '../../shared/format';
import type { IconName } from '../../shared/icons';
import { icon } from '../../shared/icons';
import { t } from '../../shared/l10n';
import type { GraphNode } from './graphModel';

/** Pixels of the graph. */
export const nodeSizes = {
  step: { width: 160, height: 82 },
  group: { width: 160, height: 82 },
  data: { width: 174, height: 44 },
  output: { width: 174, height: 44 },
  rest: { width: 174, height: 44 },
  version: { width: 174, height: 44 },
} as const satisfies Record<GraphNode['kind'], { readonly width: number; readonly height: number }>;

/** A longer name gets two lines. */
const longName = 14;

export interface NodeMarks {
  readonly isSelected: boolean;
  readonly isCritical: boolean;
  /** A search has found others, not this. */
  readonly isFaded: boolean;
  readonly now: number;
}

/** A node as a button. What is shown in it is changed only where it differs: a graph of 1,000 steps stays quick. */
export class NodeView {
  readonly element: HTMLButtonElement;
  private drawn = '';

  constructor(readonly id: string) {
    this.element = h('button', { class: 'node', attrs: { type: 'button', tabindex: -1 } });
    this.element.dataset['id'] = id;
  }

  show(node: GraphNode, marks: NodeMarks): void {
    const { isSelected, isCritical, isFaded, now } = marks;
    const look = lookOf(node, now);
    const key = JSON.stringify([look, isSelected, isCritical, isFaded]);
    if (key === this.drawn) return;
    this.drawn = key;
    const { element } = this;
    const classes = ['node', `node-${node.kind}`, `tone-${look.tone}`, isFaded && 'faded', isCritical && 'critical'];
    element.className = [...classes, look.isRunning && 'is-running', look.name.length > longName && 'long']
      .filter(Boolean)
      .join(' ');
    const { width, height } = nodeSizes[node.kind];
    applyProps(element, { style: { width: `${width}px`, height: `${height}px` } });
    setAttribute(element, 'aria-label', isCritical ? `${look.spoken}, ${t('on the critical path')}` : look.spoken);
    setAttribute(element, 'aria-current', isSelected ? 'true' : undefined);
    element.title = look.title;
    const part = (name: string, text: string): readonly Child[] =>
      text === '' ? [] : [' ', h('span', { class: name }, text)]; // blanks, so that the words are words to be heard
    fill(
      element,
      h('span', { class: 'node-icon' }, icon(look.icon)),
      part('node-name', look.name),
      part('node-state', look.state),
      part('node-text', look.text),
      look.progress !== undefined &&
        h('span', { class: 'node-progress', style: { width: `${Math.round(look.progress * 100)}%` } }),
    );
  }
}

interface Look {
  readonly icon: IconName;
  readonly tone: string;
  readonly name: string;
  readonly state: string;
  readonly text: string;
  readonly spoken: string;
  readonly title: string;
  readonly isRunning?: boolean;
  readonly progress?: number | undefined;
}

const data = { tone: 'data', text: '' } as const;

const nameOf = ({ artifactPath, kind }: FlowOutput): string => artifactPath ?? outputWord(kind);

function lookOf(node: GraphNode, now: number): Look {
  switch (node.kind) {
    case 'step':
      return stepLook(node.step, now);
    case 'group': {
      const { group } = node;
      const [name, tone] = looks[stateOf(group)];
      const [text, state] = [groupText(group), `×${group.steps.length}`];
      const said = [group.name, state, text].join(', ');
      return { icon: name, tone, name: group.name, state, text, spoken: said, title: t('Opens the instances') };
    }
    case 'data': {
      const { dataset, digest } = node;
      const state = digest === undefined ? t('no such file') : short(digest);
      const said = t('dataset {0}, {1}', dataset, state);
      return { ...data, icon: 'data', name: dataset, state, spoken: said, title: said };
    }
    case 'output': {
      const { output, step } = node;
      const name = nameOf(output);
      const state = `${short(output.digest)} · ${bytes(output.size)}`;
      const said = `${name}, ${state}, ${t('of {0}', step.name)}`;
      return { ...data, icon: output.kind === 'model' ? 'model' : 'file', name, state, spoken: said, title: said };
    }
    case 'rest': {
      const { outputs, step } = node;
      const name = t('{0} more files', outputs.length);
      const state = bytes(outputs.reduce((sum, { size }) => sum + size, 0));
      const said = `${name}, ${state}, ${t('of {0}', step.name)}`;
      return { ...data, icon: 'layers', name, state, spoken: said, title: outputs.map(nameOf).join('\n') };
    }
    case 'version': {
      const { model, version, stage } = node.version;
      const name = `${model} v${version}`;
      const said = t('model version {0}, {1}', name, stage);
      return { ...data, icon: 'model', name, state: stage, spoken: said, title: said };
    }
  }
}

function stepLook(step: GraphStep, now: number): Look {
  const [name, tone] = looks[step.state];
  const state = stateText(step, now);
  return {
    icon: name,
    tone,
    name: step.name,
    state,
    text: withoutMarks(step.text ?? ''),
    spoken: spoken(step, now),
    title: [step.name, state, withoutMarks(step.text ?? '')].filter(part => part !== '').join('\n'),
    isRunning: step.state === 'running',
    progress: step.state === 'running' ? step.progress : undefined,
  };
}
