import { referenceOf, factsOf } from '../grammar/facts';
import { stepNotes } from '../grammar/pipelines';
import type { Reference } from '../grammar/terms';
import { scopeOf } from '../check/references';
import type { Column } from '../columns';
import type { Names } from '../named';
import { child, textOf } from '../yaml/tree';
import { documentation, shown, summary } from './describe';
import { scheduleText } from './scheduleText';
import type { Found } from './siteAt';

export interface HoverContext {
  readonly names: Names;
  readonly found: Found;
  /** Of the dataset that is meant here. */
  readonly columns: () => Promise<readonly Column[]>;
}

/** Markdown about a key or value, or undefined when there is nothing to say. */
export async function hoverText({ names, found, columns }: HoverContext): Promise<string | undefined> {
  const { site, part } = found;
  const name = part === 'key' ? site.entry?.key : textOf(site.node);
  const reference = part === 'key' ? site.keySchema && referenceOf(site.keySchema) : referenceOf(site.schema);
  if (name !== undefined && reference === 'column') return columnText(name, await columns());
  if (name !== undefined && reference) {
    const text = referenceText(reference, name, { names, site });
    if (text !== undefined) return text;
  }
  if (part === 'key' && site.keySchema) return declaredText(names, found) ?? keyText(found);
  if (part === 'value' && site.path.at(-1) === 'uses' && name !== undefined) {
    return new Map<string, string>(Object.entries(stepNotes)).get(name);
  }
  const times = scheduleText(names, site.path);
  const about = keyText(found);
  return times === undefined ? about : [about, times].filter(text => text !== undefined).join('\n\n');
}

function keyText({ site }: Found): string | undefined {
  const last = site.path.findLast(step => typeof step === 'string');
  const facts = factsOf(typeof site.path.at(-1) === 'number' && site.parent ? site.parent.declared : site.declared);
  const about = documentation(facts);
  return last === undefined || about === '' ? undefined : `**${last}** · ${summary(facts)}\n\n${about}`;
}

function columnText(name: string, columns: readonly Column[]): string {
  const column = columns.find(one => one.name === name);
  return column ? `column **${name}** · ${column.type}` : `column **${name}**`;
}

interface Place {
  readonly names: Names;
  readonly site: Found['site'];
}

function referenceText(reference: Reference, name: string, { names, site }: Place): string | undefined {
  switch (reference) {
    case 'dataset':
      return datasetText(name, names);
    case 'model':
      return modelText(name, names);
    case 'step': {
      const step = scopeOf(names, site.path).pipeline?.steps.get(name);
      return step && `step **${name}** · ${step.uses}\n\n${stepNote(step.uses)}`;
    }
    case 'holder':
    case 'stage': {
      const model = scopeOf(names, site.path).model;
      if (!model?.stages.has(name)) return undefined;
      const gates = model.gates.find(entry => entry.key === name)?.value;
      const rules = gates?.kind === 'list' ? gates.items.length : 0;
      return `stage **${name}** of model **${model.name}** · ${rules === 1 ? '1 gate' : `${rules} gates`}`;
    }
    default:
      return undefined;
  }
}

const stepNote = (uses: string): string =>
  new Map<string, string>(Object.entries(stepNotes)).get(uses) ?? 'Runs a command in the workspace folder.';

function datasetText(name: string, names: Names): string | undefined {
  const dataset = names.datasets.get(name);
  if (!dataset) return undefined;
  const path = textOf(child(dataset.node, 'path'));
  const description = textOf(child(dataset.node, 'description'));
  return `dataset **${name}**${path === undefined ? '' : ` · \`${path}\``}${description === undefined ? '' : `\n\n${description}`}`;
}

function modelText(name: string, names: Names): string | undefined {
  const model = names.models.get(name);
  if (!model) return undefined;
  const description = textOf(child(model.node, 'description'));
  const stages = [...model.stages.keys()].map(shown).join(' → ');
  return `model **${name}** · ${stages}${description === undefined ? '' : `\n\n${description}`}`;
}

/** The key that declares a dataset, step or model. */
function declaredText(names: Names, found: Found): string | undefined {
  const [section, name = '', , step] = found.site.path.map(String);
  if (found.site.path.length === 2 && section === 'datasets') return datasetText(name, names);
  if (found.site.path.length === 2 && section === 'models') return modelText(name, names);
  if (section === 'pipelines' && step !== undefined && found.site.path.length === 4) {
    return referenceText('step', step, { names, site: found.site });
  }
  return undefined;
}
