import type { Json } from '../../protocol/json.ts';
import type { Agent } from '../documents/agent/agent.ts';
import { lowerAgent } from '../documents/agent/lower-agent.ts';
import { field, isObject, withoutFields } from '../documents/json-access.ts';
import { lowerStates } from '../documents/states/lower-states.ts';
import { lowerWorkflow } from '../documents/workflow/lower-workflow.ts';
import type { Workflow } from '../graph/workflow.ts';
import { schemaVersion } from '../canonical/canonical-content.ts';

/** The workflow of a locked version. Throws when the content is not what `lockWorkflow` writes: a bug, or tampering. */
export function openWorkflow(content: string): Workflow {
  const document = parse(content);
  return field(document, 'apiVersion') === undefined ? lowerWorkflow(document) : lowerStates(document);
}

/** The agent of a locked version; throws as `openWorkflow` does. */
export function openAgent(content: string): Agent {
  return lowerAgent(parse(content));
}

function parse(content: string): { readonly [key: string]: Json } {
  const value = JSON.parse(content) as Json;
  if (!isObject(value) || field(value, 'schema_version') !== schemaVersion) throw new Error('This is not the canonical content of a spec version that this release can read.');
  return withoutFields(value, 'schema_version');
}
