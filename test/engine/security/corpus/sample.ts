import type { ScanKind } from '../../../../engine/protocol/security';

/** A file made to do harm when it is loaded, and what a scan has to say of it. Published ones say where. */
export interface Sample {
  readonly file: string;
  readonly bytes: Buffer;
  readonly verdict: 'block' | 'review';
  readonly kind: ScanKind;
  readonly global?: string;
}

export const sample = (
  file: string,
  bytes: Buffer,
  kind: ScanKind,
  more: { readonly global?: string; readonly verdict?: 'review' } = {},
): Sample => ({
  ...{ file, bytes, kind },
  verdict: more.verdict ?? 'block',
  ...(more.global !== undefined && { global: more.global }),
});

export const denied = (file: string, bytes: Buffer, name: string): Sample =>
  sample(file, bytes, 'denied-global', { global: name });
