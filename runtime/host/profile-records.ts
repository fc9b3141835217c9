import type { Workspace } from '../../language/index.ts';
import type { ProfileRecord } from '../../protocol/model-profile.ts';
import type { ModelProfile } from '../models/model-profiles.ts';
import { modelProfiles } from '../models/model-profiles.ts';
import type { ActiveProfile } from '../models/profile-servers.ts';
import { activeProfiles, isRunning } from '../models/profile-servers.ts';

/** `root`: of the workspace on the disk. */
export function profileRecords(workspace: Workspace, root: string): readonly ProfileRecord[] {
  const active = new Map(activeProfiles(root).map((profile) => [profile.name, profile]));
  return modelProfiles(workspace).map((profile) => profileRecord(profile, active.get(profile.name) ?? null)).sort((a, b) => a.name.localeCompare(b.name));
}

function profileRecord({ name, path, provider, baseUrl, command, args, servedModels, enabled }: ModelProfile, active: ActiveProfile | null): ProfileRecord {
  const runs = active !== null && isRunning(active);
  return {
    name, path, provider, base_url: active?.baseUrl ?? baseUrl, command: command === null ? null : [command, ...args].join(' '), served_models: servedModels,
    state: runs ? 'in-use' : !enabled ? 'off' : active === null ? 'idle' : 'stopped', pid: runs ? (active.process?.pid ?? null) : null,
  };
}
