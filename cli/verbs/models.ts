import type { DiskWorkspace } from '../../disk/open-workspace.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Json } from '../../protocol/json.ts';
import { activeProfiles, createCatalogs, createProviders, endpointsFrom, formatUsd, ModelError, modelProfile, modelProfiles, profileEndpoints, startProfile, stopProfile, tryModel } from '../../runtime/index.ts';
import type { ModelCatalog, ProviderOptions } from '../../runtime/index.ts';
import { usage } from '../command-line.ts';
import { asLine } from '../display-text.ts';
import type { ExitCode } from '../exit.ts';
import { EXIT } from '../exit.ts';
import { withInterrupts } from '../interrupts.ts';
import { modelRows } from '../model-rows.ts';
import { pullPrinter } from '../pull-progress.ts';
import { commandLine } from '../run-words.ts';
import { formatBytes, formatCount, formatDuration, printTable } from '../table.ts';
import { defineVerb } from '../verb.ts';
import type { VerbContext } from '../verb.ts';

const OPTIONS = {} as const;
type Context = VerbContext<typeof OPTIONS>;

/** A server may have to load a model first. */
const PATIENCE_MS = 120_000;

export const verb = defineVerb({
  name: 'models',
  usage: 'list [PROVIDER] | test MODEL | pull MODEL | rm MODEL | start PROFILE | stop PROFILE',
  description: [
    'list says which models can be used, and what is missing where one cannot. test makes one small call, which may cost a fraction of a cent.',
    'pull and rm fetch and delete models of Ollama.',
    'start and stop act on profiles (configs/llm/*.yaml): the server they declare is started, and calls to its provider go there until it is stopped.',
  ].join('\n'),
  examples: [
    { command: 'dagbook models list', does: 'what there is' },
    { command: 'dagbook models test openai:gpt-5-mini', does: 'does it answer?' },
    { command: 'dagbook models pull ollama:llama3.2', does: 'onto this machine' },
    { command: 'dagbook models start local-vllm', does: 'a server of your own' },
  ],
  options: OPTIONS,
  operations: ['list', 'test', 'pull', 'rm', 'start', 'stop'],
  arguments: { min: 1, max: 2 },
  run: async (context) => {
    const [operation = '', name] = context.args;
    if (operation === 'list') return await abortable(context, async (signal) => await list(context, name ?? null, signal));
    if (name === undefined) throw usage(`dagbook models ${operation} needs to know which: dagbook models ${operation} ${operation === 'start' || operation === 'stop' ? 'PROFILE' : 'PROVIDER:MODEL'}`);
    return await abortable(context, async (signal) => {
      switch (operation) {
        case 'test':
          return await test(context, name, signal);
        case 'pull':
          return await pull(context, name, signal);
        case 'rm':
          return await remove(context, name, signal);
        case 'start':
          return await start(context, name, signal);
        default:
          return stop(context, name);
      }
    });
  },
});

/** Ctrl-C gives the call up; what a provider refuses is told like everything a person can act on. */
async function abortable(context: Context, work: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const controller = new AbortController();
  try {
    return await withInterrupts(() => { context.err.line('Giving up. Press Ctrl-C again to leave at once.'); controller.abort(); }, async () => await work(controller.signal));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new DagbookError('model-not-available', `${error.message} (${error.name})`);
  }
}

function providerOptions({ secrets }: Context, workspace: DiskWorkspace): ProviderOptions {
  return { secret: secrets.value, redactor: secrets.redactor, endpoints: endpointsFrom(process.env), profileEndpoints: () => profileEndpoints(workspace.root) };
}

/** `only`: of this provider; the others are not asked. */
async function list(context: Context, only: string | null, signal: AbortSignal): Promise<ExitCode> {
  const { out, err, global } = context;
  const workspace = context.workspace();
  const catalogs = createCatalogs(providerOptions(context, workspace));
  const meant = ({ provider }: { readonly provider: string }): boolean => only === null || provider === only;
  if (!catalogs.some(meant)) throw usage(`There is no provider "${only ?? ''}". There are: ${catalogs.map(({ provider }) => provider).join(', ')}.`);
  const rows = await modelRows(catalogs.filter(meant), modelProfiles(workspace).filter(meant), activeProfiles(workspace.root), (...words) => commandLine(context, words), signal);
  if (global.json) {
    out.json(rows.map(({ provider, model, state, bytes, address, profile, hint }) => ({ provider, model, state, bytes, address, profile, hint })));
    return EXIT.ok;
  }
  printTable(out, [
    { title: 'model', cell: ({ provider, model }) => (model === '' ? provider : `${provider}:${model}`), max: 56 },
    { title: 'state', cell: ({ state }) => state, style: ({ state }) => (state === 'ready' || state === 'running' || state === 'in use' ? 'green' : 'dim') },
    { title: 'size', cell: ({ bytes }) => (bytes === null ? '' : formatBytes(bytes)), align: 'right' },
    { title: 'profile', cell: ({ profile }) => profile ?? '' },
    { title: 'where', cell: ({ address }) => address, max: 48 },
    { title: '', cell: ({ hint }) => hint, style: () => 'dim' },
  ], rows);
  const { defaultModel } = workspace.allSettings();
  err.line(`Agents that name no model run on ${asLine(defaultModel)} (dagbook.defaultModel).`);
  return EXIT.ok;
}

async function test(context: Context, name: string, signal: AbortSignal): Promise<ExitCode> {
  const { out, global } = context;
  const trial = await tryModel(name, createProviders(providerOptions(context, context.workspace())), signal);
  if (global.json) out.json(trial as unknown as Json);
  else {
    out.line(`${out.style('green', '✓')} ${out.style('bold', asLine(trial.model))} answered in ${formatDuration(trial.milliseconds)}${trial.firstWord === null ? '' : `, first word after ${formatDuration(trial.firstWord)}`}`);
    out.line(`  ${asLine(trial.answer)}`);
    out.line(out.style('dim', `  ${formatCount(trial.tokens)} tokens, ${trial.micros === null ? 'price not known' : formatUsd(trial.micros)}`));
  }
  return EXIT.ok;
}

async function pull(context: Context, name: string, signal: AbortSignal): Promise<ExitCode> {
  const { catalog, model } = managed(context, name, 'pull');
  const printer = pullPrinter(context, `${catalog.provider}:${model}`);
  try {
    await catalog.pull?.(model, (progress) => printer.print(progress), signal);
  } finally {
    printer.end();
  }
  if (!context.global.json) context.out.line(`${context.out.style('green', '✓')} ${asLine(name)} is there`);
  return EXIT.ok;
}

async function remove(context: Context, name: string, signal: AbortSignal): Promise<ExitCode> {
  const { catalog, model } = managed(context, name, 'remove');
  await catalog.remove?.(model, signal);
  if (context.global.json) context.out.json({ removed: name });
  else context.out.line(`${context.out.style('green', '✓')} ${asLine(name)} is gone`);
  return EXIT.ok;
}

function managed(context: Context, name: string, what: 'pull' | 'remove'): { readonly catalog: ModelCatalog; readonly model: string } {
  const colon = name.indexOf(':');
  const provider = colon < 0 ? name : name.slice(0, colon);
  const model = colon < 0 ? '' : name.slice(colon + 1);
  const catalogs = createCatalogs(providerOptions(context, context.workspace()));
  const able = catalogs.filter((catalog) => catalog[what] !== undefined).map((catalog) => catalog.provider);
  const catalog = catalogs.find((each) => each.provider === provider);
  if (catalog?.[what] === undefined) throw usage(`Models of "${provider}" cannot be ${what === 'pull' ? 'pulled' : 'removed'} from here. That goes with: ${able.join(', ')}.`);
  if (model === '') throw usage(`Name the model: ${provider}:MODEL`);
  return { catalog, model };
}

async function start(context: Context, name: string, signal: AbortSignal): Promise<ExitCode> {
  const { out, err, global } = context;
  const workspace = context.workspace();
  const profile = modelProfile(workspace, name);
  if (profile.command !== null) err.line(`Starting ${asLine([profile.command, ...profile.args].join(' '))}`);
  const active = await startProfile(profile, { workspaceRoot: workspace.root, patienceMs: PATIENCE_MS, signal, secret: context.secrets.value });
  if (global.json) out.json({ profile: active.name, provider: active.provider, base_url: active.baseUrl, pid: active.process?.pid ?? null });
  else {
    const [model = 'MODEL'] = profile.servedModels;
    out.line(`${out.style('green', '✓')} ${asLine(name)} answers; calls to ${active.provider} go to ${asLine(active.baseUrl)} until: ${asLine(commandLine(context, ['models', 'stop', name]))}`);
    err.line(`Try it: ${asLine(commandLine(context, ['models', 'test', `${active.provider}:${model}`]))}`);
  }
  return EXIT.ok;
}

function stop(context: Context, name: string): ExitCode {
  const { out, global } = context;
  const stopped = stopProfile(context.workspace().root, name);
  if (!stopped) throw usage(`The profile ${name} is not in use.`);
  if (global.json) out.json({ profile: name, stopped });
  else out.line(`${out.style('green', '✓')} ${asLine(name)} is not in use any more`);
  return EXIT.ok;
}
