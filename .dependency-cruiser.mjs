// Who may import whom (ARCHITECTURE.md). One row per room: what it may reach besides itself. Whatever is not in a row
// is refused, so a new room or a new package starts locked.

/** Rooms, the finest first: a module belongs to the first one that its path begins with. */
const ROOMS = {
  protocol: { may: ['language/graph (types)'] },
  'language/syntax': { may: ['protocol (types)'] },
  'language/expressions': { may: ['protocol (types)'] },
  'language/graph': { may: ['protocol (types)', 'language/syntax'] },
  'language/documents': { may: ['protocol (types)', 'language base', 'language/syntax', 'language/expressions', 'language/graph'] },
  'language/canonical': { may: ['protocol (types)', 'language base', 'language/syntax', 'language/expressions', 'language/graph', 'language/documents'] },
  'language/checks': { may: ['protocol (types)', 'language base', 'language/syntax', 'language/expressions', 'language/graph', 'language/documents', 'language/canonical'] },
  'language/features': { may: ['protocol (types)', 'language base', 'language/syntax', 'language/expressions', 'language/graph', 'language/documents', 'language/canonical', 'language/checks'] },
  language: { may: ['protocol (types)', 'language'] },
  disk: { may: ['protocol', 'language index'] },
  runtime: { may: ['protocol', 'language index', 'disk', 'runtime'] },
  server: { may: ['protocol', 'language index', 'disk'] },
  client: { may: ['protocol'] },
  webview: { may: ['protocol'] },
  cli: { may: ['protocol', 'language', 'disk', 'runtime', 'server'] },
};

/**
 * What the words in `may` stand for.
 * @type {Readonly<Record<string, string>>}
 */
const REACH = {
  protocol: '^protocol/',
  'protocol (types)': '^protocol/',
  'language/graph (types)': '^language/graph/',
  language: '^language/',
  'language base': '^language/(diagnostic|workspace)\\.ts$',
  'language index': '^language/index\\.ts$',
  disk: '^disk/',
  runtime: '^runtime/',
  server: '^server/',
};

/** npm packages that belong to one room. The rest of `dependencies` may be used by any room that runs. */
const OWNERS = {
  yaml: '^language/syntax/',
  jsonata: '^language/expressions/',
  'json-p3': '^language/expressions/',
  'jsonpath-rfc9535': '^language/expressions/',
  croner: '^language/expressions/',
  ajv: '^language/documents/|^runtime/agents/',
  'ajv-formats': '^language/documents/|^runtime/agents/',
  canonicalize: '^language/canonical/',
  'better-sqlite3': '^runtime/ledger/',
  '@modelcontextprotocol/sdk': '^runtime/tools/',
  'image-size': '^runtime/tools/',
  '@pydantic/genai-prices': '^runtime/models/',
  uuid: '^runtime/',
  'vscode-languageserver': '^server/',
  'vscode-languageserver-protocol': '^server/',
  'vscode-languageserver-textdocument': '^server/',
  vscode: '^client/',
  'vscode-languageclient': '^client/',
  elkjs: '^webview/',
  marked: '^webview/',
  'jsonc-parser': '^(cli|disk)/',
};

const CODE = '^(protocol|language|disk|runtime|server|client|webview|cli)/';
const names = Object.keys(ROOMS);

/** @param {string} text */
const quote = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** @param {string} room */
function pathOf(room) {
  const finer = names.filter((other) => other.startsWith(`${room}/`));
  const but = finer.map((other) => `(?!${other.slice(room.length + 1)}/)`).join('');
  return `^${room}/${but}`;
}

const roomRules = Object.entries(ROOMS).map(([room, { may }]) => ({
  name: `room-${room.replace('/', '-')}`,
  comment: `${room} may import ${may.length === 0 ? 'nothing' : may.join(', ')}, and itself.`,
  severity: 'error',
  from: { path: pathOf(room) },
  to: { path: CODE, pathNot: [`^${room}/`, ...may.map((word) => REACH[word] ?? `^${word}/`)] },
}));

const typeRules = Object.entries(ROOMS).flatMap(([room, { may }]) =>
  may.filter((word) => word.endsWith('(types)')).map((word) => ({
    name: `types-only-${room.replace('/', '-')}`,
    comment: `${room} may take types from ${word.replace(' (types)', '')}, no values.`,
    severity: 'error',
    from: { path: pathOf(room) },
    to: { path: REACH[word], pathNot: `^${room}/`, dependencyTypesNot: ['type-only'] },
  })),
);

const ownerRules = Object.entries(OWNERS).map(([name, owner]) => ({
  name: `owner-${name.replace(/^@/, '').replace('/', '-')}`,
  comment: `Only ${owner} talks to ${name}.`,
  severity: 'error',
  from: { path: CODE, pathNot: owner },
  to: { path: [`(^|/)node_modules/${quote(name)}/`, `^${quote(name)}(/|$)`] },
}));

const configuration = {
  forbidden: [
    ...roomRules,
    ...typeRules,
    ...ownerRules,
    {
      name: 'below-the-adapters',
      comment: 'The ledger and the durable context know nothing of what runs on them.',
      severity: 'error',
      from: { path: '^runtime/(ledger|durable)/' },
      to: { path: '^runtime/(adapters|agents)/' },
    },
    {
      name: 'files-by-the-host',
      comment: 'The runtime is handed a workspace; only its host process opens one.',
      severity: 'error',
      from: { path: '^runtime/', pathNot: '^runtime/host' },
      to: { path: '^disk/' },
    },
    {
      name: 'pure',
      comment: 'The language, the protocol, the adapters and the agents have no I/O: no Node built-ins.',
      severity: 'error',
      from: { path: '^(language|protocol|runtime/adapters|runtime/agents)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'browser',
      comment: 'The webview runs in a browser.',
      severity: 'error',
      from: { path: '^webview/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nothing-from-outside',
      comment: 'Code that ships takes nothing from tests, scripts, benchmarks or examples.',
      severity: 'error',
      from: { path: CODE },
      to: { path: '^(test|scripts|bench|examples|docs|dist)/' },
    },
    {
      name: 'ships-with-us',
      comment: 'Code that ships uses `dependencies` only.',
      severity: 'error',
      from: { path: CODE },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'], pathNot: ['^vscode$'] },
    },
    {
      name: 'resolves',
      comment: 'Every import leads somewhere (or is `vscode`, which the editor provides).',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^vscode$'] },
    },
    {
      name: 'no-circle',
      comment: 'Two modules that need one another are one module, or three.',
      severity: 'error',
      from: { path: CODE },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/'] },
    exclude: { path: ['^dist/', '^\\.cache/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};

// The published type knows fewer combinations of restrictions than the tool does.
export default /** @type {import('dependency-cruiser').IConfiguration} */ (/** @type {unknown} */ (configuration));
