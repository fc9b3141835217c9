import type { JsonObject } from '../../../protocol/json.ts';
import type { Role } from '../../graph/workflow.ts';
import { dropDefaults } from '../defaults.ts';
import { workflowSchema } from '../generated/workflow-schema.ts';
import { cursor } from '../schema-walk.ts';
import { schemaOf } from '../validate.ts';

/**
 * The agent behind an inline task. It depends on the workflow's name, the node, its role and the task alone, so the
 * same task is always the same version.
 */
export function agentForTask(workflowName: string, nodeId: string, role: Role, task: JsonObject): JsonObject {
  return asWritten({
    name: `${workflowName}.${nodeId}`,
    role,
    description: `Does the inline task of node "${nodeId}" in workflow "${workflowName}".`,
    system_prompt: prompts[role],
    annotations: { synthesized: { workflow: workflowName, node: nodeId, task: dropDefaults(cursor(workflowSchema, 'task'), task) } },
  });
}

/** Stands in for a package that is not here, in a run on the simulated model. */
export function standInAgent(reference: string): JsonObject {
  const name = reference.slice(0, reference.lastIndexOf('@sha256:'));
  const last = name.slice(name.lastIndexOf('/') + 1);
  return asWritten({
    name: last === '' ? 'stand-in' : last,
    role: 'custom',
    description: `Stands in for ${reference}, which is not available here.`,
    system_prompt: prompts.custom,
    annotations: { synthesized: { reference } },
  });
}

const prompts: Readonly<Record<Role, string>> = {
  explore: 'You explore. Find what bears on the task, say where it comes from, and change nothing.',
  plan: 'You plan. Turn what you are given into clear steps, in order, with what each needs.',
  implement: 'You implement. Do the task completely, and say what you did.',
  verify: 'You verify. Check what you are given against the task and its criteria, and give a verdict with reasons.',
  custom: 'Do the task you are given, completely and briefly.',
};

function asWritten(agent: JsonObject): JsonObject {
  return dropDefaults(schemaOf('agent'), agent) as JsonObject;
}
