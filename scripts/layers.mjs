const pagesApart = 'A page knows webview/shared and no other page; webview/shared knows no page.';
const pages = ['run', 'experiments', 'dataset', 'study', 'pipeline', 'lineage', 'model', 'features'];

/**
 * The import rules of the house, stated once: the linter reports them while editing, and the bundler refuses to build
 * what breaks them. `from` may not import anything below one of `forbid` (paths from the repository root, or a
 * package name), except for what `allow` lists.
 */
export const layers = [
  {
    from: 'engine',
    forbid: ['src', 'webview', 'vscode'],
    why: 'The engine runs without an editor: it must not know src/, webview/ or vscode.',
  },
  {
    from: 'webview',
    forbid: ['src', 'engine', 'vscode'],
    allow: ['engine/protocol', 'engine/charts'],
    why: 'A webview is browser code: of the engine it may import the types in engine/protocol and the charts, nothing else.',
  },
  ...pages.map(page => ({
    from: `webview/${page}`,
    forbid: pages.filter(other => other !== page).map(other => `webview/${other}`),
    why: pagesApart,
  })),
  { from: 'webview/shared', forbid: pages.map(page => `webview/${page}`), why: pagesApart },
  {
    from: 'src',
    forbid: ['engine', 'webview'],
    allow: [
      'engine/protocol',
      'engine/client',
      'engine/errors',
      'webview/shared/protocol',
      'webview/shared/metricDirection',
      'webview/shared/runColours',
      'webview/shared/searchSpace',
    ],
    why: 'The extension host reaches the engine through src/engineClient and the types in engine/protocol.',
  },
  ...['manifest', 'commands', 'views', 'panels', 'editor', 'testing'].map(folder => ({
    from: `src/${folder}`,
    forbid: ['engine/client', 'engine/errors'],
    why: 'Only src/engineClient starts the engine, connects to it and knows its errors.',
  })),
  {
    from: 'engine/client',
    forbid: ['engine'],
    allow: ['engine/client', 'engine/protocol', 'engine/schemas', 'engine/errors', 'engine/ids'],
    why: 'The client half must stay small enough for the extension host: it knows the protocol, nothing of the engine.',
  },
  {
    from: 'engine/protocol',
    forbid: ['engine'],
    allow: ['engine/protocol'],
    why: 'The protocol is plain types that everybody may import; it imports only itself.',
  },
];

layers.push({
  from: 'engine/charts',
  forbid: ['engine'],
  allow: ['engine/charts', 'engine/protocol'],
  why: 'What charts show and how they are drawn is pure: pages, reports and the command line share it.',
});

layers.push({
  from: 'engine/statistics',
  forbid: ['engine'],
  allow: ['engine/statistics'],
  why: 'Distributions and tests are arithmetic that every room may use; they know nothing of it.',
});

layers.push({
  from: 'engine/sarif',
  forbid: ['engine'],
  allow: ['engine/sarif'],
  why: 'Writing SARIF is shared by all that report findings; it knows none of them.',
});

layers.push({
  from: 'engine/schedule',
  forbid: ['engine'],
  allow: ['engine/schedule'],
  why: 'Times of schedules and patterns of files are shared by the config and the triggers; they know neither.',
});

layers.push({
  from: 'engine/shell',
  forbid: ['engine'],
  allow: ['engine/shell', 'engine/protocol'],
  why: 'What a command is made of is shared by the config and the pipelines; it knows neither.',
});

layers.push({
  from: 'engine/expressions',
  forbid: ['engine'],
  allow: ['engine/expressions', 'engine/protocol', 'engine/errors', 'engine/nearest'],
  why: 'Expressions over columns are shared by the config and the features; they know neither.',
});

layers.push({
  from: 'engine/waivers',
  forbid: ['engine'],
  allow: ['engine/waivers', 'engine/protocol'],
  why: 'Waivers are the same for every kind of rule: the config and all who judge share them; they know none of them.',
});

layers.push({
  from: 'engine/workflows',
  forbid: ['engine'],
  allow: ['engine/workflows'],
  why: 'How files of orchestrators and CI systems are written is shared by the rooms that write some; it knows neither.',
});

layers.push({
  from: 'engine/schemas',
  forbid: ['engine'],
  allow: ['engine/protocol', 'engine/ids'],
  why: 'Schemas check what crosses a wire or is kept as JSON; they know the protocol only.',
});

/** The rooms of the engine, each with a `service.ts`; a room sees others only through interfaces it is handed. */
export const rooms = [
  ...[
    'config',
    'data',
    'features',
    'tracking',
    'training',
    'tuning',
    'pipelines',
    'executors',
    'triggers',
    'gates',
    'verdicts',
    'registry',
    'lineage',
    'security',
    'webhooks',
    'mlflow',
    'transfer',
    'replay',
    'infrastructure',
    'serving',
    'features',
  ],
];
for (const room of rooms) {
  layers.push({
    from: `engine/${room}`,
    forbid: [...rooms.filter(other => other !== room).map(other => `engine/${other}`), 'engine/process', 'engine/cli'],
    why: 'A room knows store/, protocol/ and errors; other rooms are handed to its constructor as interfaces.',
  });
}
layers.push(
  {
    from: 'engine/search',
    forbid: [...rooms.map(room => `engine/${room}`), 'engine/process', 'engine/cli'],
    why: 'The grammar of searches is shared by the rooms that have some: it knows none of them.',
  },
  {
    from: 'engine/store',
    forbid: [...rooms.map(room => `engine/${room}`), 'engine/process', 'engine/cli'],
    why: 'The store is below every room.',
  },
  {
    from: 'engine/cli',
    forbid: [...rooms.map(room => `engine/${room}`), 'engine/store'],
    why: 'The command line is one more client of the engine process: it knows no room and no store.',
  },
  { from: 'engine/process', forbid: ['engine/cli'], why: 'The command line sits on top of the process, not below it.' },
);

const below = (path, folder) => path === folder || path.startsWith(`${folder}/`);

/** The sentence of the first rule that `importer -> imported` breaks, or undefined. Paths from the root, no `./`. */
export function brokenRule(importer, importedFile) {
  const imported = importedFile.replace(/\.ts$/, '');
  for (const rule of layers) {
    if (!below(importer, rule.from) || below(imported, rule.from)) continue;
    if (!rule.forbid.some(folder => below(imported, folder))) continue;
    if (rule.allow?.some(folder => below(imported, folder))) continue;
    return `${importer} may not import ${imported}. ${rule.why}`;
  }
  return undefined;
}
