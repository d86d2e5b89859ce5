import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const newSecret = (): string => randomBytes(24).toString('hex');

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes the same time wherever the texts differ. */
export const sameSecret = (given: string, wanted: string): boolean => timingSafeEqual(sha256(given), sha256(wanted));
