import type { GlobalRule } from '../pickle/values';
import { allowedRule } from './allowed';
import { deniedRule } from './denied';

/** Names of Python 2, which Python 3 translates while it loads protocols below 3. */
const python2: Readonly<Record<string, string>> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  cPickle: 'pickle',
  commands: 'subprocess',
  exceptions: 'builtins',
  httplib: 'http.client',
  urllib2: 'urllib.request',
  SocketServer: 'socketserver',
  xmlrpclib: 'xmlrpc.client',
  thread: '_thread',
  ConfigParser: 'configparser',
};

/**
 * The lists' word on `module:name`: denied first, then allowed, then what the workspace allows besides; all else is to
 * be reviewed.
 * @param also `module:name` as they stand in modelyard.yaml under `security: allow`
 */
export function globalRule(module: string, name: string, also: ReadonlySet<string>): GlobalRule {
  const today = python2[module] ?? module;
  const denied = deniedRule(module, name) ?? deniedRule(today, name);
  if (denied !== undefined) return denied;
  return (
    allowedRule(today, name) ??
    (also.has(`${module}:${name}`) ? { verdict: 'pass', call: true } : { verdict: 'review' })
  );
}
