import { rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, dagbook, makeWorkspace, metered } from './kit.ts';

const AGENT = 'name: lite\nrole: researcher\nsystem_prompt: You find things out.\n';
const GOOD = `name: Good
adapter_kind: graph
nodes:
  - id: research
    agent_spec: configs/agents/lite.yaml
  - id: trader
    agent_spec: configs/agents/lite.yaml
    depends_on: [research]
`;
const BAD = GOOD.replace('[research]', '[reserch]').replace('name: Good', 'name: Bad');

const CLEAN = { 'configs/workflows/good.yaml': GOOD, 'configs/agents/lite.yaml': AGENT };
const BROKEN = { ...CLEAN, 'configs/workflows/bad.yaml': BAD };

interface FindingJson {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

async function findings(files: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<readonly FindingJson[]> {
  const { stdout } = await dagbook(['check', '--json', ...args], makeWorkspace(files));
  return JSON.parse(stdout) as FindingJson[];
}

/** How long a Node computes here and now that does nothing: milliseconds. About 35 where nobody else is at work. */
async function bareStart(folder: string): Promise<number> {
  return (await metered(['--eval', '0'], folder)).processorMs;
}

describe('dagbook check', () => {
  it('knows an agent that only the ledger holds', async () => {
    const folder = makeWorkspace(CLEAN);
    const { stdout } = await dagbook(['snapshot', 'configs/agents/lite.yaml', '--json'], folder);
    const { spec_hash } = JSON.parse(stdout) as { readonly spec_hash: string };
    rmSync(path.join(folder, 'configs/agents/lite.yaml'));
    const digests = (last: string): string => GOOD.replace('configs/agents/lite.yaml', `acme/lite@sha256:${spec_hash}`).replace('configs/agents/lite.yaml', `acme/lite@sha256:${last}`);
    writeFileSync(path.join(folder, 'configs/workflows/good.yaml'), digests(spec_hash));
    expect(await dagbook(['check'], folder)).toMatchObject({ code: 0, stdout: '1 document checked, nothing to say\n' });
    writeFileSync(path.join(folder, 'configs/workflows/good.yaml'), digests('0'.repeat(64)));
    const found = JSON.parse((await dagbook(['check', '--json'], folder)).stdout) as readonly FindingJson[];
    expect(found.map(({ code, line }) => [code, line])).toEqual([['agent-not-available', 7]]);
  });


  it('exits 0 and says so when nothing is wrong', async () => {
    const { code, stdout, stderr } = await dagbook(['check'], makeWorkspace(CLEAN));
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '2 documents checked, nothing to say\n', stderr: '' });
  });

  it('exits 1 and shows the line with carets below what is wrong', async () => {
    const { code, stdout, stderr } = await dagbook(['check'], makeWorkspace(BROKEN));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(`configs/workflows/bad.yaml:8:18: error[unknown-node] `);
    expect(stdout).toContain('  7 |     agent_spec: configs/agents/lite.yaml\n  8 |     depends_on: [reserch]\n    |                  ^^^^^^^\n');
    expect(stdout).toContain('Did you mean "research"?');
    expect(stdout).toMatch(/1 error in 3 documents\n$/);
  });

  it('prints JSON of exactly the documented shape, with paths from the workspace', async () => {
    expect(await findings(BROKEN)).toEqual([
      { file: 'configs/workflows/bad.yaml', line: 8, column: 18, endLine: 8, endColumn: 25, code: 'unknown-node', severity: 'error', message: expect.stringContaining('reserch') as string },
    ]);
    expect(await findings(CLEAN)).toEqual([]);
  });

  it('counts what it finds as the settings say, and ignores what a comment silences whatever it counts as', async () => {
    const settings = (severity: unknown): Record<string, string> => ({ '.vscode/settings.json': JSON.stringify({ 'dagbook.diagnostics.severity': severity }) });
    const warned = await dagbook(['check', '--json'], makeWorkspace({ ...BROKEN, ...settings({ 'unknown-node': 'warning' }) }));
    expect([warned.code, (JSON.parse(warned.stdout) as FindingJson[]).map(({ severity }) => severity)]).toEqual([0, ['warning']]);
    const hint = GOOD.replace('name: Good', 'name: Good\ninputs: { x: { type: string } }').replace('    depends_on: [research]', '    inputs: { y: "{% inputs.y %}" }');
    const failed = await dagbook(['check'], makeWorkspace({ ...CLEAN, 'configs/workflows/good.yaml': hint, ...settings({ 'undeclared-input': 'error' }) }));
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining('error[undeclared-input]')]);
    const ignored = hint.replace('"{% inputs.y %}" }', '"{% inputs.y %}" } # dagbook-ignore undeclared-input: it is given by hand');
    expect((await dagbook(['check'], makeWorkspace({ ...CLEAN, 'configs/workflows/good.yaml': ignored, ...settings({ 'undeclared-input': 'error' }) }))).code).toBe(0);
    expect((await dagbook(['check'], makeWorkspace({ ...CLEAN, 'configs/workflows/good.yaml': ignored, ...settings({ 'undeclared-input': 'off' }) }))).stdout).toContain('nothing to say');
  });

  it('shows nothing that is off, and says so of a code that is none; what may run does not change', async () => {
    const folder = makeWorkspace({ ...BROKEN, '.vscode/settings.json': '{ "dagbook.diagnostics.severity": { "unknown-node": "off", "unknown-nodes": "off" } }' });
    expect(await dagbook(['check'], folder)).toMatchObject({ code: 0, stdout: '3 documents checked, nothing to say\n', stderr: 'note: the setting "dagbook.diagnostics.severity" names "unknown-nodes", which is no code. Did you mean "unknown-node"?\n' });
    expect(await dagbook(['run', 'configs/workflows/bad.yaml'], folder)).toMatchObject({ code: 1, stderr: expect.stringContaining('unknown-node') as string });
  });

  it('looks only at what was named, be it a file, a folder, or the same twice', async () => {
    const other = { ...BROKEN, 'pipelines/worse.workflow.yaml': BAD };
    expect(await findings(other, ['configs/workflows/good.yaml'])).toEqual([]);
    expect((await findings(other, ['pipelines'])).map(({ file }) => file)).toEqual(['pipelines/worse.workflow.yaml']);
    expect(await findings(other, ['pipelines', 'pipelines/worse.workflow.yaml', './pipelines/'])).toHaveLength(1);
    expect(await findings(other)).toHaveLength(2);
  });

  it('writes paths as the calling shell sees them, but JSON from the workspace', async () => {
    const folder = makeWorkspace(Object.fromEntries(Object.entries(BROKEN).map(([file, text]) => [`project/${file}`, text])));
    const outer = await dagbook(['check', '-C', 'project', '--format', 'github'], folder);
    expect(outer.stdout).toMatch(/^::error file=project\/configs\/workflows\/bad\.yaml,line=8,/);
    const inner = await dagbook(['check', 'bad.yaml'], path.join(folder, 'project/configs/workflows'));
    expect(inner.stdout).toMatch(/^bad\.yaml:8:18: error/);
    const json = await dagbook(['check', 'project/configs/workflows/bad.yaml', '--json'], folder);
    expect(JSON.parse(json.stdout)).toMatchObject([{ file: 'configs/workflows/bad.yaml' }]);
  });

  it('takes a project inside or outside this one as itself when it is named', async () => {
    const project = makeWorkspace({ ...CLEAN, ...Object.fromEntries(Object.entries(CLEAN).map(([file, text]) => [`examples/inner/${file}`, text])) });
    const elsewhere = makeWorkspace({ 'configs/.keep': '' });
    for (const [cwd, named] of [[elsewhere, path.join(project, 'configs/workflows')], [project, 'examples/inner'], [project, 'examples/inner/configs/workflows/good.yaml']] as const) {
      const { code, stdout } = await dagbook(['check', named], cwd);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^[12] documents? checked, nothing to say\n$/) as string });
    }
  });

  it('works in a folder that nothing marks as a workspace', async () => {
    const folder = makeWorkspace({ 'flows/good.workflow.yaml': GOOD.replaceAll('configs/agents/', 'agents/'), 'agents/lite.agent.yaml': AGENT });
    const { stdout } = await dagbook(['check', 'flows/good.workflow.yaml', '--json'], folder);
    expect((JSON.parse(stdout) as FindingJson[]).map(({ file }) => file)).toContain('flows/good.workflow.yaml');
  });

  it('says nothing about YAML that is not ours, but says so when it was named', async () => {
    const folder = makeWorkspace({ ...CLEAN, 'docker-compose.yaml': 'services: { web: { image: x } }\n' });
    expect((await dagbook(['check'], folder)).stderr).toBe('');
    const named = await dagbook(['check', 'docker-compose.yaml'], folder);
    expect(named.code).toBe(0);
    expect(named.stderr).toBe("note: docker-compose.yaml is no document of Dagbook's, so nothing in it was checked.\n");
  });

  it('writes GitHub annotations that no message can break out of', async () => {
    const evil = GOOD.replace('trader\n', 'trader\n    "a%0A::error,x: y\\n": 1\n');
    const { stdout } = await dagbook(['check', '--format', 'github'], makeWorkspace({ ...CLEAN, 'configs/workflows/a,b.yaml': evil }));
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) file=configs\/workflows\/a%2Cb\.yaml,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,title=[a-z-]+::\S.*$/);
    expect(stdout).toContain('%250A');
  });

  it('writes SARIF 2.1.0 whose results name their rules and places', async () => {
    const { code, stdout } = await dagbook(['check', '--format', 'sarif'], makeWorkspace(BROKEN));
    expect(code).toBe(1);
    const log = JSON.parse(stdout) as { version: string; runs: { tool: { driver: { name: string; rules: { id: string; help: { markdown: string } }[] } }; results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[] }[] };
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    const [result] = run!.results;
    expect(run!.tool.driver.rules[result!.ruleIndex]!.id).toBe(result!.ruleId);
    expect(run!.tool.driver.rules[0]!.help.markdown).toContain('#');
    expect(result).toMatchObject({
      ruleId: 'unknown-node',
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'configs/workflows/bad.yaml' }, region: { startLine: 8, startColumn: 18, endLine: 8, endColumn: 25 } } }],
    });
  });

  it('gives related places their lines too', async () => {
    const twice = GOOD.replace('id: trader', 'id: research').replace('    depends_on: [research]\n', '');
    const { stdout } = await dagbook(['check'], makeWorkspace({ ...CLEAN, 'configs/workflows/twice.yaml': twice }));
    expect(stdout).toMatch(/twice\.yaml:6:9: error\[duplicate-id\][^\n]*\n(.*\n)+ {6}configs\/workflows\/twice\.yaml:4:9: /);
  });
});

describe('bad input', () => {
  const cases: readonly (readonly [string, (folder: string) => void, string])[] = [
    ['no YAML', (folder) => writeFileSync(path.join(folder, 'configs/workflows/x.yaml'), 'name: [a\n'), 'yaml-syntax'],
    ['an image', (folder) => writeFileSync(path.join(folder, 'configs/workflows/x.yaml'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0])), 'unreadable-file'],
    ['100 MB', (folder) => {
      writeFileSync(path.join(folder, 'configs/workflows/x.yaml'), 'name: x\n');
      truncateSync(path.join(folder, 'configs/workflows/x.yaml'), 100_000_000);
    }, 'file-too-large'],
    ['a link out of the workspace', (folder) => symlinkSync('/etc/hostname', path.join(folder, 'configs/workflows/x.yaml')), 'outside-workspace'],
    ['an alias bomb', (folder) => {
      const levels = Array.from({ length: 30 }, (_, at) => `l${at}: &l${at} [${at === 0 ? 'x' : Array(9).fill(`*l${at - 1}`).join(', ')}]`);
      writeFileSync(path.join(folder, 'configs/workflows/x.yaml'), levels.join('\n'));
    }, 'alias-bomb'],
  ];

  it.each(cases)('%s is a finding with a place, before long, and no stack', async (_, make, expected) => {
    const folder = makeWorkspace(CLEAN);
    make(folder);
    const bare = await bareStart(folder);
    const { code, stdout, stderr, processorMs } = await metered([BIN, 'check', 'configs/workflows/x.yaml'], folder);
    expect(processorMs).toBeLessThan(900 + 3 * bare);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^configs/workflows/x\\.yaml:\\d+:\\d+: error\\[${expected}\\] \\S`, 'm'));
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    expect(stderr).toBe('');
  });

  it('never steers the terminal', async () => {
    const { stdout } = await dagbook(['check'], makeWorkspace({ ...CLEAN, 'configs/workflows/x.yaml': `${GOOD}\u001b]0;owned\u0007: 1\n"\\u001b[2J": 2\n` }));
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('error[');
  });
});

describe('dagbook check of the built command', () => {
  it('answers for a small workspace with little more work than a Node that does nothing', async () => {
    const folder = makeWorkspace(CLEAN);
    const [bare, times]: [number[], number[]] = [[], []];
    for (let round = 0; round < 5; round++) {
      bare.push(await bareStart(folder));
      times.push((await metered([BIN, 'check'], folder)).processorMs);
    }
    expect(Math.min(...times)).toBeLessThan(150 + 3 * Math.min(...bare));
  });
});

describe('dagbook explain', () => {
  it('prints the page of a code, also when it is pasted with its severity', async () => {
    for (const word of ['unknown-node', 'error[unknown-node]']) {
      const { code, stdout } = await dagbook(['explain', word], makeWorkspace(CLEAN));
      expect(code).toBe(0);
      expect(stdout).toMatch(/^unknown-node: \S.*\n\n[^#]/);
      expect(stdout).toContain('**Fix**');
    }
  });
  it('lists every code', async () => {
    const { stdout } = await dagbook(['explain'], makeWorkspace(CLEAN));
    expect(stdout.trimEnd().split('\n').length).toBeGreaterThan(40);
    expect(stdout).toMatch(/^cycle +\S/m);
  });
  it('prints JSON', async () => {
    const { stdout } = await dagbook(['explain', 'cycle', '--json'], makeWorkspace(CLEAN));
    expect(JSON.parse(stdout)).toMatchObject({ code: 'cycle', title: expect.any(String) as string, markdown: expect.any(String) as string });
  });
  it('knows what was meant by a mistyped code', async () => {
    const { code, stderr } = await dagbook(['explain', 'unknown-nod'], makeWorkspace(CLEAN));
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'usage: There is no diagnostic code "unknown-nod". Did you mean "unknown-node"?\n' });
  });
});

describe('dagbook graph', () => {
  it('draws the graph in the terminal', async () => {
    const { code, stdout, stderr } = await dagbook(['graph', 'configs/workflows/good.yaml'], makeWorkspace(CLEAN));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('Good  graph · 2 nodes · 1 edge\n\n0  ●  research  agent lite\n1  ●  trader    agent lite  ← research\n');
  });
  it.each([['json', /^\{\n {2}"name": "Good"/], ['mermaid', /^---\ntitle: "Good"/], ['svg', /^<svg xmlns=/]])('writes %s', async (format, begins) => {
    const { code, stdout } = await dagbook(['graph', 'configs/workflows/good.yaml', '--format', format], makeWorkspace(CLEAN));
    expect(code).toBe(0);
    expect(stdout).toMatch(begins);
  });
  it('draws what it can of a document with mistakes, and says that there are some', async () => {
    const { code, stdout, stderr } = await dagbook(['graph', 'configs/workflows/bad.yaml'], makeWorkspace(BROKEN));
    expect(code).toBe(0);
    expect(stdout).toContain('●  trader');
    expect(stderr).toBe('note: 1 error in this document; which: dagbook check configs/workflows/bad.yaml\n');
  });
  it.each([
    ['configs/agents/lite.yaml', 1, 'document-invalid: configs/agents/lite.yaml holds no workflow.\n'],
    ['configs', 2, 'usage: configs is a folder; dagbook graph draws one file.\n'],
    ['nowhere.yaml', 2, 'file-not-found: There is no file or folder nowhere.yaml.\n'],
  ])('says of %s what it is not', async (file, code, stderr) => {
    expect(await dagbook(['graph', file], makeWorkspace(CLEAN))).toMatchObject({ code, stdout: '', stderr });
  });
});
