/**
 * The address of a workbench. `development` and `tests` (absolute paths) need a server started with `tests: true`.
 * @param {{ base: string; port: number }} server
 * @param {{ folder: string; development?: readonly string[]; tests?: string }} what
 */
export function workbenchUrl(server, { folder, development = [], tests }) {
  const remote = file => `vscode-remote://127.0.0.1:${server.port}${encodeURI(file)}`;
  const payload = development.map(file => ['extensionDevelopmentPath', remote(file)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  const query = payload.length > 0 ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : '';
  return `${server.base}/?folder=${encodeURIComponent(folder)}${query}`;
}
