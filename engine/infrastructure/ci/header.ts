import { createHash } from 'node:crypto';
import type { CiSystem } from '../../protocol/ci';
import { ownOf } from './marks';

export interface Header {
  readonly system: string;
  /** Of Modelyard. */
  readonly version: string;
  /** Of what it was generated from. */
  readonly config: string;
  /** Of the file without header and without what its owner has added. */
  readonly text: string;
}

/** 64 bits: against mistakes, not against people. */
export const shortDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const machineLine = /^(?:#|\/\/) modelyard-ci: system=(\w+) version=(\S+) config=([0-9a-f]{16}) text=([0-9a-f]{16})$/m;

export function headerOf(text: string): Header | undefined {
  const [, system, version, config, digest] = machineLine.exec(text.slice(0, 4096).replaceAll('\r\n', '\n')) ?? [];
  if (system === undefined || version === undefined || config === undefined || digest === undefined) return undefined;
  return { system, version, config, text: digest };
}

/** What a file says apart from its header and its owner's parts. */
export const substance = (text: string): string => ownOf(text).rest.replace(machineLine, '').replace(/^.*\(Modelyard \S+\).*$/m, '').trim(); // prettier-ignore

export interface HeaderOptions {
  readonly system: CiSystem;
  readonly version: string;
  readonly config: string;
  /** How a comment begins. */
  readonly comment: string;
}

/** `body` with a header that says what it is made of. */
export function withHeader(body: string, { system, version, config, comment }: HeaderOptions): string {
  const words = [
    `Written by \`modelyard ci generate\` (Modelyard ${version}) from \`ci:\` of modelyard.yaml: change it there, then generate again.`,
    'Yours is what stands between `>>> own` and `<<< own`: it is kept.',
  ];
  const head = words.map(line => `${comment} ${line}\n`).join('');
  const line = (text: string): string =>
    `${comment} modelyard-ci: system=${system} version=${version} config=${config} text=${text}\n`;
  const digest = shortDigest(substance(`${head}${line('0'.repeat(16))}\n${body}`));
  return `${head}${line(digest)}\n${body}`;
}
