import * as vscode from 'vscode';
import type { Cell, ColumnType } from '../../engine/protocol/data';
import type { EntityKey, FeatureList } from '../../engine/protocol/features';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { FeatureChoice } from './featurePicks';
import { choiceName } from './featurePicks';
import { askText } from './pick';

interface Asked {
  readonly name: string;
  readonly type: ColumnType;
  /** Of a request, rather than the key of an entity. */
  readonly isRequest: boolean;
}

/** A value of each key, and of what on-demand views are asked with. */
export async function askOnlineEntities(
  engine: WorkspaceEngine,
  list: FeatureList,
  choice: FeatureChoice,
): Promise<Readonly<Record<string, readonly Cell[]>>> {
  const answers: Record<string, readonly Cell[]> = {};
  for (const { name, type, isRequest } of await askedOf(engine, list, choice)) {
    const text = await askText({
      title: vscode.l10n.t('Values of {0} that Are Served Now', choiceName(choice)),
      prompt: isRequest ? vscode.l10n.t('{0} of the request', name) : vscode.l10n.t('{0} of the entity', name),
      placeHolder: type,
      validateInput: typed => problemOf(typed, type),
    });
    answers[name] = [cellOf(text.trim(), type)];
  }
  return answers;
}

/** The keys of all entities that take part, then all of requests; those of views that others use as well. */
async function askedOf(engine: WorkspaceEngine, list: FeatureList, choice: FeatureChoice): Promise<readonly Asked[]> {
  const wanted = references(list, choice).map(viewOf);
  const keys = new Map<string, Asked>();
  const requests = new Map<string, Asked>();
  for (const view of new Set(wanted)) {
    const { entities, history } = await engine.call('features/get', { view });
    const definition = history[0]?.definition;
    const uses = definition?.kind === 'on-demand' ? definition.uses.map(viewOf) : [];
    const used = uses.flatMap(name => list.views.find(one => one.name === name)?.entities ?? []);
    for (const key of [...entities, ...used].flatMap(name => keyOf(list, name)))
      keys.set(key.key, { name: key.key, type: key.type, isRequest: false });
    for (const [name, type] of definition?.kind === 'on-demand' ? Object.entries(definition.request) : [])
      requests.set(name, { name, type, isRequest: true });
  }
  return [...keys.values(), ...requests.values()];
}

const references = ({ services }: FeatureList, { service, features = [] }: FeatureChoice): readonly string[] =>
  service === undefined ? features : (services.find(({ name }) => name === service)?.features ?? []);

/** `loans@v2:income` is of the view loans. */
const viewOf = (reference: string): string => reference.replace(/[@:].*$/, '');

const keyOf = ({ entities }: FeatureList, name: string): readonly EntityKey[] =>
  entities.filter(({ entity }) => entity === name);

/** Why what is typed is no value of the type. */
function problemOf(text: string, type: ColumnType): string | undefined {
  const typed = text.trim();
  if (type === 'integer' && !/^[+-]?\d+$/.test(typed)) return vscode.l10n.t('A whole number');
  if (type === 'number' && (typed === '' || !Number.isFinite(Number(typed)))) return vscode.l10n.t('A number');
  if (type === 'boolean' && typed !== 'true' && typed !== 'false') return vscode.l10n.t('true or false');
  return typed === '' ? vscode.l10n.t('It must not be empty.') : undefined;
}

function cellOf(text: string, type: ColumnType): Cell {
  if (type === 'boolean') return text === 'true';
  const number = Number(text);
  // what a number cannot hold exactly is handed on as it was typed
  if (type === 'integer') return Number.isSafeInteger(number) ? number : text;
  return type === 'number' ? number : text;
}
