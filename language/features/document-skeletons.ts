import type { DocumentKind } from '../documents/document-kind.ts';
import { escapeSnippet, type Proposal } from './completion-item.ts';
import { workflowTemplates } from './workflow-templates.ts';

/** Whole documents, for a file in which nothing stands yet. */
export function documentSkeletons(kind: DocumentKind, path: string): readonly Proposal[] {
  const name = escapeSnippet(nameFromPath(path));
  const skeleton = (label: string, detail: string, insertText: string): Proposal => ({ label, kind: 'snippet', detail, insertText, snippet: true, rank: 0 });
  switch (kind) {
    case 'workflow':
      return [
        skeleton('new workflow', 'One node with a task of its own.', `name: \${1:${name}}\nadapter_kind: graph\nnodes:\n  - id: \${2:research}\n    task: { goal: "\${3:Say what is to be done.}" }\n$0`),
        ...workflowTemplates.map((template) =>
          skeleton(`workflow ${template.name}`, template.about, `name: \${20:${name}}\nadapter_kind: graph\nnodes:\n${indent(template.nodes)}\n$0`),
        ),
      ];
    case 'agent':
      return [skeleton('new agent', 'An agent on the simulated model.', `name: \${1:${name}}\nrole: \${2:researcher}\nmodel: { provider: \${3:simulated} }\nsystem_prompt: |\n  \${4:Say who the agent is, and how it answers.}\n$0`)];
    case 'model-profile':
      return [skeleton('new model profile', 'A server that speaks a known API.', `name: \${1:${name}}\nprovider: \${2:openai}\nbase_url: \${3:http://127.0.0.1:8000/v1}\nserved_models: [\${4:model}]\n$0`)];
    case 'states':
      return [];
  }
}

/** What a document in this file is called when nobody has said otherwise. */
export function nameFromPath(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '').replace(/\.(?:workflow|agent)$/, '');
  const name = base.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^[^A-Za-z]+/, '');
  return name === '' ? 'unnamed' : name;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
