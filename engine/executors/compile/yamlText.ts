import { yamlDocument } from '../../workflows/yamlDocument';
import type { Plan } from '../plan';

/** A workflow as YAML, with a head that says what it is made from. No anchors: not every reader knows them. */
export function yamlText(plan: Plan, ...documents: readonly object[]): string {
  const texts = documents.map(yamlDocument);
  return `${head(plan, '#')}${texts.join('---\n')}`;
}

/** `mark`: how a comment begins. */
export function head({ pipeline, request, description }: Plan, mark: string): string {
  const lines = [
    `Pipeline ${pipeline} of modelyard.yaml, written by \`modelyard compile ${pipeline} --to ${request.to}\`.`,
    'Change the pipeline there and compile it again.',
    ...(description === undefined ? [] : description.split('\n').map(line => line.trimEnd())),
  ];
  return lines.map(line => `${mark} ${line}\n`).join('');
}
