/** A pattern of nodes that a person starts from. `${n:word}` are the places they fill in, as in editor snippets. */
export interface WorkflowTemplate {
  /** As `template:` calls it. */
  readonly name: string;
  readonly about: string;
  /** Items of `nodes`, without indentation. */
  readonly nodes: string;
}

export const workflowTemplates: readonly WorkflowTemplate[] = [
  {
    name: 'fanout_synthesize',
    about: 'Several explorers look in parallel; one plan sums up what they found.',
    nodes: `- id: \${1:explore_a}
  role: explore
  task: { goal: "\${2:Look at one side.}" }
- id: \${3:explore_b}
  role: explore
  task: { goal: "\${4:Look at the other side.}" }
- id: \${5:synthesize}
  role: plan
  depends_on: [\${1:explore_a}, \${3:explore_b}]
  task: { goal: "\${6:Put the findings together.}" }`,
  },
  {
    name: 'generate_and_filter',
    about: 'Several implementers make proposals; a verifier keeps the good ones.',
    nodes: `- id: \${1:propose_a}
  role: implement
  isolation: shared
  task: { goal: "\${2:Make a proposal.}" }
- id: \${3:propose_b}
  role: implement
  isolation: shared
  task: { goal: "\${4:Make another proposal.}" }
- id: \${5:filter}
  role: verify
  depends_on: [\${1:propose_a}, \${3:propose_b}]
  dep_policy: accept_partial
  task: { goal: "\${6:Keep the proposals that hold.}" }`,
  },
  {
    name: 'verify_rules',
    about: 'One verifier per rule, then a skeptic who looks at every flag again.',
    nodes: `- id: \${1:rule_a}
  role: verify
  task: { goal: "\${2:Check the first rule.}" }
- id: \${3:rule_b}
  role: verify
  task: { goal: "\${4:Check the second rule.}" }
- id: \${5:skeptic}
  role: verify
  depends_on: [\${1:rule_a}, \${3:rule_b}]
  dep_policy: all_terminal
  task: { goal: "\${6:Check every flag again.}" }`,
  },
  {
    name: 'gen_eval',
    about: 'An implementer works in rounds; a verifier gives a verdict.',
    nodes: `- id: \${1:generate}
  role: implement
  isolation: shared
  kind: { loop: { max_iters: \${2:3} } }
  task: { goal: "\${3:Do the work.}" }
- id: \${4:evaluate}
  role: verify
  depends_on: [\${1:generate}]
  task: { goal: "\${5:Judge the work.}" }`,
  },
  {
    name: 'classify_and_act',
    about: 'A classifier chooses one branch; the others are skipped.',
    nodes: `- id: \${1:route}
  role: plan
  kind: { classify: { branches: [{ label: \${2:urgent}, nodes: [\${3:act_now}] }, { label: \${4:later}, nodes: [\${5:act_later}] }] } }
  task: { goal: "\${6:Say which branch fits.}" }
- id: \${3:act_now}
  depends_on: [\${1:route}]
  task: { goal: "\${7:Act at once.}" }
- id: \${5:act_later}
  depends_on: [\${1:route}]
  task: { goal: "\${8:Note it down.}" }`,
  },
  {
    name: 'loop_until_done',
    about: 'One node repeats its work until it says that it is done.',
    nodes: `- id: \${1:work}
  kind: { loop: { max_iters: \${2:5} } }
  task: { goal: "\${3:Do the next step. Answer loop_continue: false when nothing is left.}" }`,
  },
  {
    name: 'tournament',
    about: 'Entrants do the same task; judges compare them in pairs until one is left.',
    nodes: `- id: \${1:tournament}
  kind: { tournament: { entrants: [{ goal: "\${2:Be bold.}" }, { goal: "\${3:Be careful.}" }] } }`,
  },
];
