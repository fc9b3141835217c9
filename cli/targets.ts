import type { Stats } from 'node:fs';
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { VerbContext } from './verb.ts';

/** One file to look at. */
export interface Target {
  readonly workspace: DiskWorkspace;
  /** Workspace-relative POSIX path. */
  readonly file: string;
  /** The person named this very file (and not a folder that holds it). */
  readonly named: boolean;
}

type Paths = Pick<VerbContext, 'args' | 'workspace' | 'workspaceOf' | 'resolve'>;

export interface Targets {
  readonly targets: readonly Target[];
  /** Those looked in, also where nothing was found in them. */
  readonly workspaces: readonly DiskWorkspace[];
}

/**
 * What the paths on a command line stand for: files as they are, folders with every YAML file below. Wrong settings are
 * said here, before anything is looked at.
 */
export function targetsOf(context: Paths): Targets {
  const found = findTargets(context);
  for (const workspace of found.workspaces) workspace.allSettings();
  return found;
}

function findTargets(context: Paths): Targets {
  if (context.args.length === 0) {
    const workspace = context.workspace();
    return { targets: workspace.list().map((file) => ({ workspace, file, named: false })), workspaces: [workspace] };
  }
  const found = context.args.map((argument) => targetsOfArgument(argument, context));
  const targets = new Map<string, Target>();
  for (const target of found.flatMap((one) => one.targets)) {
    const key = path.join(target.workspace.root, target.file);
    if (target.named || !targets.has(key)) targets.set(key, target);
  }
  return { targets: [...targets.values()], workspaces: [...new Set(found.flatMap((one) => one.workspaces))] };
}

function targetsOfArgument(argument: string, context: Paths): Targets {
  const absolute = context.resolve(argument);
  const isFolder = statOf(absolute, argument).isDirectory();
  const workspace = context.workspaceOf(absolute);
  const relative = workspace.relative(absolute) ?? workspace.relative(realpathSync(absolute));
  if (relative === null) throw new DagbookError('usage', `${argument} lies outside the workspace ${workspace.root}.`);
  if (!isFolder) return { targets: [{ workspace, file: relative, named: true }], workspaces: [workspace] };
  const prefix = relative === '' ? '' : `${relative}/`;
  return { targets: workspace.list().filter((file) => file.startsWith(prefix)).map((file) => ({ workspace, file, named: false })), workspaces: [workspace] };
}

function statOf(absolute: string, argument: string): Stats {
  try {
    return statSync(absolute);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'There is no file or folder' : code === 'ELOOP' ? 'The symbolic links lead in a circle at' : `Cannot look at (${code})`;
    throw new DagbookError('file-not-found', `${reason} ${argument}.`);
  }
}

/** The path as the calling shell would write it: relative while that reads well, absolute elsewhere. */
export function shownPath(workspace: DiskWorkspace, file: string, cwd: string): string {
  const absolute = path.join(workspace.root, file);
  const relative = path.relative(cwd, absolute);
  const apart = relative.startsWith('..') && path.relative(workspace.root, cwd).startsWith('..');
  return (apart ? absolute : relative).split(path.sep).join('/');
}
