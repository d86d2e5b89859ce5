import { createHash } from 'node:crypto';
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

/** In a comment, or where there are none (JSON) the value of the key `//`. */
const machineLine =
  /^(?:(?:#|\/\/) |\s*"\/\/": ")modelyard-(?:ci|infra): system=([\w-]+) version=(\S+) config=([0-9a-f]{16}) text=([0-9a-f]{16})(?:",)?$/m;

export function headerOf(text: string): Header | undefined {
  const [, system, version, config, digest] = machineLine.exec(text.slice(0, 4096).replaceAll('\r\n', '\n')) ?? [];
  if (system === undefined || version === undefined || config === undefined || digest === undefined) return undefined;
  return { system, version, config, text: digest };
}

/** What a file says apart from its header and its owner's parts. */
export const substance = (text: string): string => ownOf(text).rest.replace(machineLine, '').replace(/^.*\(Modelyard \S+\).*$/m, '').trim(); // prettier-ignore

export interface HeaderOptions {
  readonly system: string;
  readonly version: string;
  readonly config: string;
  /** How a comment begins. */
  readonly comment: string;
  /** Where it comes from; absent: `ci`. */
  readonly from?: GeneratedFrom;
}

/** A part of modelyard.yaml, and the command that makes files of it: `modelyard ci generate`. */
export type GeneratedFrom = 'ci' | 'infra';
export const keyOf = (from: GeneratedFrom): string => (from === 'ci' ? 'ci' : 'infrastructure');

/** `body` with a header that says what it is made of. */
export function withHeader(body: string, { system, version, config, comment, from = 'ci' }: HeaderOptions): string {
  const words = [writtenBy(version, from), 'Yours is what stands between `>>> own` and `<<< own`: it is kept.'];
  const head = words.map(line => `${comment} ${line}\n`).join('');
  const line = (text: string): string =>
    `${comment} modelyard-${from}: system=${system} version=${version} config=${config} text=${text}\n`;
  const digest = shortDigest(substance(`${head}${line('0'.repeat(16))}\n${body}`));
  return `${head}${line(digest)}\n${body}`;
}

/** The sentence by which people know what a file is. */
export const writtenBy = (version: string, from: GeneratedFrom): string =>
  `Written by \`modelyard ${from} generate\` (Modelyard ${version}) from \`${keyOf(from)}:\` of modelyard.yaml: change it there, then generate again.`;

/** JSON has no comments: Terraform leaves out what stands at the key `//`. `body`: without it. */
export function withJsonHeader(
  body: Readonly<Record<string, unknown>>,
  { system, version, config }: Omit<HeaderOptions, 'comment' | 'from'>,
): string {
  const whole = (text: string): string =>
    `${JSON.stringify({ '//': `modelyard-infra: system=${system} version=${version} config=${config} text=${text}`, ...body }, null, 2)}\n`;
  return whole(shortDigest(substance(whole('0'.repeat(16)))));
}
