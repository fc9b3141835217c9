import type { Workspace } from '../../language/index.ts';
import { analyzeFile, findDocuments } from '../../language/index.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { sha256 } from '../ledger/event.ts';
import { arrayOf, objectOf, textOf } from './json-parts.ts';

/** A model profile of the workspace: where a model's server is, and how it is started. */
export interface ModelProfile {
  readonly name: string;
  /** Workspace-relative. */
  readonly path: string;
  /** Whose API it speaks. */
  readonly provider: string;
  readonly baseUrl: string | null;
  /** Null = somebody else starts the server. */
  readonly command: string | null;
  readonly args: readonly string[];
  /** What the program gets beside our environment: texts, and secrets by their names. */
  readonly env: Readonly<Record<string, string | { readonly secret: string }>>;
  readonly servedModels: readonly string[];
  /** False = nobody may go there until the document says otherwise. */
  readonly enabled: boolean;
}

/** The profiles without a mistake, by name; of two with one name the first. */
export function modelProfiles(workspace: Workspace): readonly ModelProfile[] {
  const found = findDocuments(workspace, 'model-profile').map(({ path }) => path);
  const profiles = [...new Set(found)].flatMap((path) => {
    const { documents, diagnostics } = analyzeFile(path, workspace, { sha256 });
    if (diagnostics.some(({ severity }) => severity === 'error')) return [];
    return documents.flatMap(({ kind, name, document }): readonly ModelProfile[] => {
      if (kind !== 'model-profile' || name === null) return [];
      const json = objectOf(document.json);
      const textOrNull = (key: string): string | null => (textOf(json[key]) === '' ? null : textOf(json[key]));
      return [{
        name, path, provider: textOrNull('provider') ?? 'openai', baseUrl: textOrNull('base_url'), command: textOrNull('command'),
        args: arrayOf(json['args']).map(textOf), env: environmentOf(objectOf(json['env'])), servedModels: arrayOf(json['served_models']).map(textOf), enabled: json['enabled'] !== false,
      }];
    });
  });
  return [...new Map(profiles.toReversed().map((profile) => [profile.name, profile])).values()].toReversed();
}

function environmentOf(env: JsonObject): ModelProfile['env'] {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, typeof value === 'string' ? value : { secret: textOf(objectOf(value)['secret']) }]));
}

export function modelProfile(workspace: Workspace, name: string): ModelProfile {
  const profiles = modelProfiles(workspace);
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const known = profiles.length === 0 ? 'There are none in configs/llm.' : `There are: ${profiles.map((profile) => profile.name).join(', ')}.`;
  throw new DagbookError('usage', (command) => `There is no model profile "${name}", or it has a mistake. ${known} What is wrong with documents: ${command('check')}`);
}
