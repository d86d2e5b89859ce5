import { Gunzip, Inflate, Unzlib } from 'fflate';
import { Unpacked } from '../bytes/unpacked';
import type { ByteSource } from '../bytes/source';
import type { Scan, Target } from '../scan/scan';

const chunkBytes = 1 << 16;
/** Deflate packs 1032 to 1 at best; models do not come near that over so much. */
const bombRatio = 200;
const bombBytes = 256 * 1024 * 1024;

/** Nothing more is to be unpacked. */
class Enough extends Error {}

/**
 * Unpacks content and scans what comes out, up to where it breaks or becomes a bomb.
 * @param as its target but for the source
 * @returns bytes that came out; undefined: nothing did, and nothing says that it is packed but its first bytes
 */
export function scanPacked(
  scan: Scan,
  packed: ByteSource,
  how: {
    readonly method: 'deflate' | 'zlib' | 'gzip';
    readonly as: Omit<Target, 'source'>;
    readonly around: Target;
    readonly isGuess?: boolean;
  },
): number | undefined {
  const unpacked = new Unpacked();
  try {
    const failure = unpack(scan, packed, { method: how.method, into: unpacked });
    if (failure !== undefined && unpacked.size === 0 && how.isGuess === true) return undefined;
    if (failure !== undefined) scan.report(how.around, failure);
    scan.content({ ...how.as, source: unpacked.source() });
    return unpacked.size;
  } finally {
    unpacked.dispose();
  }
}

type Failure = Parameters<Scan['report']>[1];

function unpack(
  scan: Scan,
  packed: ByteSource,
  { method, into }: { readonly method: 'deflate' | 'zlib' | 'gzip'; readonly into: Unpacked },
): Failure | undefined {
  let read = 0;
  const take = (chunk: Uint8Array): void => {
    scan.unpacked(chunk.length);
    into.push(chunk);
    if (into.size > bombBytes && into.size > bombRatio * read) throw new Enough();
  };
  const stream = method === 'deflate' ? new Inflate(take) : method === 'zlib' ? new Unzlib(take) : new Gunzip(take);
  try {
    while (read < packed.size) {
      const chunk = packed.read(read, chunkBytes);
      if (chunk.length === 0) break;
      read += chunk.length;
      stream.push(new Uint8Array(chunk), read >= packed.size);
      scan.tick();
    }
    return undefined;
  } catch (error) {
    if (error instanceof Enough) {
      const sentence = `It unpacks to more than ${bombRatio} times its size, ${into.size} bytes so far: unpacking it would use up memory or disk.`;
      return { kind: 'archive-bomb', verdict: 'block', severity: 'high', sentence };
    }
    // fflate's errors have a number for a code; all others are not about the content.
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') throw error;
    const sentence = `It cannot be unpacked after ${into.size} bytes (${error.message}).`;
    return { kind: 'malformed', verdict: 'block', severity: 'high', sentence };
  }
}
