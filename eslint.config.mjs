import tseslint from 'typescript-eslint';

/** What an adapter or an agent must ask its context for instead (invariant 6: a replay must see the same). */
const NOT_REPLAYABLE = [
  ['performance', 'ctx.now(path)'],
  ['setTimeout', 'ctx.sleep(path, until)'],
  ['setInterval', 'ctx.sleep(path, until)'],
  ['setImmediate', 'nothing: await a call of ctx'],
  ['queueMicrotask', 'nothing: await a call of ctx'],
  ['fetch', 'ctx.model or ctx.tool'],
  ['crypto', 'ctx.random(path)'],
  ['process', 'an input'],
  ['globalThis', 'an input'],
  ['console', 'a frame'],
];

const PLAIN_SYNTAX = [
  { selector: 'ExportDefaultDeclaration', message: 'Name it: no default exports.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that holds it.' },
  { selector: 'Program > VariableDeclaration[kind="let"]', message: 'No state in a module: pass it.' },
  { selector: 'TSEnumDeclaration', message: 'A union of strings.' },
];

/** `new Date(value)` is a pure function of its value; every other use of `Date` reads the clock, or could. */
const NO_CLOCK = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Not replayable. Instead: ctx.now(path).' },
  { selector: "Identifier[name='Date']:not(NewExpression > Identifier):not(TSTypeReference > Identifier)", message: 'Not replayable. Instead: ctx.now(path).' },
];

export default tseslint.config(
  { ignores: ['dist/', '.cache/', 'node_modules/', '**/generated/', 'coverage/', '**/*.d.ts', 'examples/', 'bench/', 'docs/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      // A number or a boolean in a message reads as it should; an object does not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // A function may be async because its type is, whatever it does.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      // JSON objects have computed keys; deleting one from a copy made here is fine.
      '@typescript-eslint/no-dynamic-delete': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...PLAIN_SYNTAX],
    },
  },
  {
    // The two doors of a room may gather what they offer.
    files: ['language/index.ts', 'runtime/index.ts'],
    rules: { 'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Name it: no default exports.' }] },
  },
  {
    files: ['runtime/adapters/**/*.ts', 'runtime/agents/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...PLAIN_SYNTAX, ...NO_CLOCK],
      'no-restricted-globals': ['error', ...NOT_REPLAYABLE.map(([name, instead]) => ({ name, message: `Not replayable. Instead: ${instead}.` }))],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Not replayable. Instead: ctx.random(path).' }],
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*', 'fs', 'crypto', 'timers', 'timers/*', 'http', 'https', 'net', 'child_process'], message: 'An adapter has only its context.' }] }],
    },
  },
  {
    // One door, so that no text of a document or a model is read for icons or links.
    files: ['client/**/*.ts'],
    ignores: ['client/workbench/plain-window.ts'],
    rules: { 'no-restricted-syntax': ['error', ...PLAIN_SYNTAX, { selector: String.raw`MemberExpression[object.property.name='window'][property.name=/^(show(Information|Warning|Error)Message|showQuickPick|showInputBox|withProgress|setStatusBarMessage)$/]`, message: 'Text of documents must stay text: by the functions of client/workbench/plain-window.ts.' }] },
  },
  {
    files: ['**/*.config.ts', 'vitest.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A test tells a story; its length is not a smell, and describe() is a function too.
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // The compiler narrows a variable that a callback changes meanwhile.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  {
    files: ['test/**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['it', 'test', 'describe'].flatMap((object) => ['only', 'skip', 'todo'].map((property) => ({ object, property, message: "No skipped tests: assert today's wrong behaviour and say FIXME." }))),
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.recommended],
  },
);
