import { userInfo } from 'node:os';

/** Who this engine works for, as the system knows them. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? 'unknown'; // an id without an account, as in containers
  }
}
