import { isDigest } from '../../ids';
import type { PlanChange } from '../../protocol/pipelines';
import type { Parts } from './parts';

/** What differs between what a step was made of and what it would be made of now, the telling things first. */
export function changesOf(was: Parts, now: Parts): readonly PlanChange[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(now)])].filter(name => was[name] !== now[name]);
  return names
    .map((name): PlanChange => {
      const [old, fresh] = [was[name], now[name]];
      return { name, ...(old !== undefined && { was: old }), ...(fresh !== undefined && { now: fresh }) };
    })
    .sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

const order = [
  'with',
  'run',
  'env',
  'environment',
  'executor',
  'outs',
  'data',
  'datasets',
  'file',
  'input',
  'uses',
  'platform',
];
const rank = (name: string): number => order.indexOf(/^[a-z]+/.exec(name)?.[0] ?? '');

/** `\`with.C\` 0.1 → 0.05, data/credit.csv has changed and 2 more` */
export function changesText(
  changes: readonly PlanChange[],
  named: { readonly path: (dataset: string) => string },
): string {
  const said = [...new Set(changes.map(change => sentence(change, named)))];
  const shown = said.slice(0, mostSaid).join(', ');
  return said.length > mostSaid ? `${shown} and ${said.length - mostSaid} more` : shown;
}

const mostSaid = 3;

function sentence({ name, was, now }: PlanChange, named: { readonly path: (dataset: string) => string }): string {
  const [, kind = '', rest = ''] = /^(data|file|input|environment) (.*)$/.exec(name) ?? [];
  if (kind === 'data') return now === 'missing' ? `${named.path(rest)} is missing` : `${named.path(rest)} has changed`;
  if (kind === 'file')
    return was === undefined ? `${rest} is new` : now === undefined ? `${rest} is gone` : `${rest} has changed`;
  if (kind === 'environment') return `environment: ${environmentText(rest, was, now)}`;
  if (kind === 'input') return `another ${rest.replace('-', ' ')} comes in`;
  if (name === 'uses')
    return was?.split(' ')[0] === now?.split(' ')[0] ? 'Modelyard computes it in another way' : 'it is another step';
  if (name === 'run') return 'the command has changed';
  if (name === 'platform') return `another machine (${was ?? ''} → ${now ?? ''})`;
  if (was === undefined) return `\`${name}\` is new: ${short(now)}`;
  if (now === undefined) return `\`${name}\` is gone`;
  return `\`${name}\` ${short(was)} → ${short(now)}`;
}

/** `numpy 2.1 → 2.2`; of a file, of which there is a digest, only that it has changed. */
function environmentText(name: string, was: string | undefined, now: string | undefined): string {
  if (was === undefined) return `${name} is new`;
  if (now === undefined) return `${name} is gone`;
  if (now === 'missing') return `${name} is missing`;
  return isDigest(now) ? `${name} has changed` : `${name} ${short(was)} → ${short(now)}`;
}

const short = (value = ''): string => (value.length > 40 ? `${value.slice(0, 38)}…` : value);
