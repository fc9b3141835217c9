// Generated from schemas/workflow.schema.json by scripts/generate.mjs. Do not edit.
import type { JsonObject } from '../../../protocol/json.ts';

export const workflowSchema: JsonObject = {
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "https://dagbook.dev/schemas/workflow.schema.json",
  "title": "WorkflowDocument",
  "description": "A workflow: agents and people wired into a graph, with caps on tokens and money.",
  "oneOf": [
    {
      "$ref": "#/definitions/nodesForm"
    },
    {
      "$ref": "#/definitions/adapterForm"
    }
  ],
  "definitions": {
    "nodesForm": {
      "title": "NodesForm",
      "description": "A workflow written as nodes and edges.",
      "type": "object",
      "required": [
        "name",
        "adapter_kind"
      ],
      "if": {
        "properties": {
          "adapter_kind": {
            "const": "schedule"
          }
        },
        "required": [
          "adapter_kind"
        ]
      },
      "else": {
        "required": [
          "nodes"
        ]
      },
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "name": {
          "description": "The name runs are started by. Unique in the workspace.",
          "type": "string",
          "pattern": "^[^\\s/\\\\@][^/\\\\@\\r\\n]*$",
          "x-dagbook-pattern-hint": "a name without `/`, `\\` and `@`, so that it cannot be mistaken for a path or a digest",
          "examples": [
            "MyFirstResearchLoop"
          ]
        },
        "adapter_kind": {
          "description": "How the workflow is walked. `graph` starts every node as soon as its dependencies are met.",
          "enum": [
            "graph",
            "crew",
            "debate",
            "fusion",
            "execution",
            "schedule",
            "studio"
          ],
          "x-dagbook-not-yet-values": {
            "crew": "The crew adapter is not built yet; only graph runs.",
            "debate": "The debate adapter is not built yet; only graph runs.",
            "fusion": "The fusion adapter is not built yet; only graph runs.",
            "execution": "The execution adapter is not built yet; only graph runs.",
            "schedule": "The schedule adapter is not built yet; only graph runs.",
            "studio": "The studio adapter is not built yet; only graph runs."
          },
          "examples": [
            "graph"
          ]
        },
        "description": {
          "description": "What the workflow is for, in the author's words. Shown in lists and on the run.",
          "type": "string",
          "default": "",
          "examples": [
            "Reads the market, picks one symbol and trades it on paper."
          ]
        },
        "inputs": {
          "description": "The inputs a run takes: name to JSON Schema. `required: true` may stand beside the schema; a `default` is used when the run gives no value.",
          "type": "object",
          "default": {},
          "additionalProperties": {
            "$ref": "#/definitions/inputDeclaration"
          },
          "examples": [
            {
              "lookback_days": {
                "type": "integer",
                "default": 30,
                "description": "Days of history"
              }
            }
          ]
        },
        "nodes": {
          "description": "The nodes of the graph, at least one.",
          "type": "array",
          "minItems": 1,
          "items": {
            "$ref": "#/definitions/node"
          },
          "examples": [
            [
              {
                "id": "research",
                "agent_spec": "configs/agents/research_lite.yaml"
              }
            ]
          ]
        },
        "edges": {
          "description": "Dependencies written as pairs. The graph is the union of these and every `depends_on`.",
          "type": "array",
          "x-dagbook-set": [
            "from",
            "to"
          ],
          "default": [],
          "items": {
            "$ref": "#/definitions/edge"
          },
          "examples": [
            [
              {
                "from": "research",
                "to": "selection"
              }
            ]
          ]
        },
        "outputs": {
          "description": "What the run answers: name to a value whose strings may hold expressions. Without it, the outputs of the sinks, by id.",
          "type": "object",
          "additionalProperties": true,
          "x-dagbook-expression": "workflow",
          "examples": [
            {
              "pick": "{% nodes.selection.output.symbol %}"
            }
          ]
        },
        "cost_caps": {
          "$ref": "#/definitions/costCaps"
        },
        "max_concurrency": {
          "description": "Most nodes that run at the same time.",
          "type": "integer",
          "minimum": 1,
          "default": 16,
          "examples": [
            4
          ]
        },
        "halt_check_seconds": {
          "description": "Longest time in seconds between two looks at the halt switch inside one long step. The switch itself is pushed, so a halt does not wait for this.",
          "type": "number",
          "exclusiveMinimum": 0,
          "default": 1,
          "examples": [
            5
          ]
        },
        "manager": {
          "description": "crew: the node that plans, hands tasks to the other nodes and sums up.",
          "type": "string",
          "x-dagbook-adapters": [
            "crew"
          ],
          "x-dagbook-reference": "node",
          "examples": [
            "lead"
          ]
        },
        "process": {
          "description": "crew: `sequential` hands out the tasks one after the other; `hierarchical` has the manager review each.",
          "enum": [
            "sequential",
            "hierarchical"
          ],
          "default": "sequential",
          "x-dagbook-adapters": [
            "crew"
          ],
          "examples": [
            "hierarchical"
          ]
        },
        "participants": {
          "description": "debate: the nodes that speak in turn, at least two.",
          "type": "array",
          "x-dagbook-set": true,
          "minItems": 2,
          "items": {
            "type": "string"
          },
          "x-dagbook-adapters": [
            "debate"
          ],
          "x-dagbook-reference": "node",
          "examples": [
            [
              "bull",
              "bear"
            ]
          ]
        },
        "judge": {
          "description": "debate: the node that decides when the debate is over and who won.",
          "type": "string",
          "x-dagbook-adapters": [
            "debate"
          ],
          "x-dagbook-reference": "node",
          "examples": [
            "judge"
          ]
        },
        "max_rounds": {
          "description": "debate: most rounds in which every participant speaks once.",
          "type": "integer",
          "minimum": 1,
          "default": 1,
          "x-dagbook-adapters": [
            "debate"
          ],
          "examples": [
            3
          ]
        },
        "join": {
          "description": "fusion: the node that joins what the others found.",
          "type": "string",
          "x-dagbook-adapters": [
            "fusion"
          ],
          "x-dagbook-reference": "node",
          "examples": [
            "join"
          ]
        },
        "weights_prior": {
          "description": "fusion: prior weight of each signal node, by id. They are normalised; without any, every signal weighs the same.",
          "type": "object",
          "additionalProperties": {
            "type": "number"
          },
          "x-dagbook-adapters": [
            "fusion"
          ],
          "examples": [
            {
              "momentum": 0.6,
              "value": 0.4
            }
          ]
        },
        "risk_overlay": {
          "$ref": "#/definitions/riskOverlay"
        },
        "schedule": {
          "$ref": "#/definitions/schedule"
        },
        "target": {
          "description": "schedule: the workflow whose runs are enqueued, by path or name.",
          "type": "string",
          "minLength": 1,
          "x-dagbook-adapters": [
            "schedule"
          ],
          "x-dagbook-reference": "workflow",
          "examples": [
            "MyFirstResearchLoop"
          ]
        }
      }
    },
    "inputDeclaration": {
      "title": "InputDeclaration",
      "description": "A JSON Schema for one run input. `required: true` may stand beside it.",
      "type": "object",
      "additionalProperties": true,
      "x-dagbook-json-schema": true,
      "properties": {
        "required": {
          "description": "Whether a run without this input is refused. An input with a default is never missing. A list is JSON Schema's own: the fields a mapping must have.",
          "type": [
            "boolean",
            "array"
          ],
          "items": {
            "type": "string"
          },
          "default": false,
          "examples": [
            true
          ]
        },
        "description": {
          "description": "What the input means; shown where it is asked for.",
          "type": "string",
          "examples": [
            "Days of history"
          ]
        }
      },
      "examples": [
        {
          "type": "integer",
          "default": 30,
          "description": "Days of history"
        }
      ]
    },
    "costCaps": {
      "title": "CostCaps",
      "description": "The most a run may use. The tightest cap wins; it is reserved before each model call, so it is never overrun.",
      "type": "object",
      "default": {},
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "per_node_max_tokens": {
          "description": "Most tokens, prompt and output together, that one node may use over all its attempts, turns and iterations.",
          "type": "integer",
          "minimum": 1,
          "examples": [
            4000
          ]
        },
        "per_run_max_tokens": {
          "description": "Most tokens, prompt and output together, that the whole run may use.",
          "type": "integer",
          "minimum": 1,
          "examples": [
            40000
          ]
        },
        "per_run_max_usd": {
          "description": "Most US dollars the whole run may cost. A model whose price nobody knows is then refused.",
          "type": "number",
          "exclusiveMinimum": 0,
          "examples": [
            0.5
          ]
        }
      },
      "examples": [
        {
          "per_node_max_tokens": 4000,
          "per_run_max_usd": 0.5
        }
      ]
    },
    "edge": {
      "title": "EdgeDocument",
      "description": "`to` depends on `from`.",
      "type": "object",
      "required": [
        "from",
        "to"
      ],
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "from": {
          "description": "The node that must be met first.",
          "type": "string",
          "x-dagbook-reference": "node",
          "examples": [
            "research"
          ]
        },
        "to": {
          "description": "The node that waits for it.",
          "type": "string",
          "x-dagbook-reference": "node",
          "examples": [
            "selection"
          ]
        }
      },
      "examples": [
        {
          "from": "research",
          "to": "selection"
        }
      ]
    },
    "node": {
      "title": "NodeDocument",
      "x-dagbook-refused": {
        "tools": "Tools are the agent's; name them in its document.",
        "mcp_servers": "Tool servers are the agent's; declare them in its document.",
        "system_prompt": "It is the agent's, in its document; what this node asks stands in task.goal.",
        "temperature": "It is the agent's, under model in its document.",
        "max_tokens": "It is the agent's, under model in its document; token_budget caps this node.",
        "retry": "A node is not tried again by itself; states have retry and catch.",
        "retries": "A node is not tried again by itself; states have retry and catch.",
        "timeout": "Only a human node waits so long and no longer, by human.timeoutSeconds; a tool server has timeout_seconds."
      },
      "description": "One node of the graph. Its work is an agent, an inline task, a person, a template or another workflow.",
      "type": "object",
      "required": [
        "id"
      ],
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "id": {
          "description": "The node's name in dependencies, expressions and the ledger. Unique in the workflow.",
          "type": "string",
          "pattern": "^[A-Za-z][A-Za-z0-9_-]*$",
          "x-dagbook-pattern-hint": "a letter, then letters, digits, `_` or `-`",
          "examples": [
            "research"
          ]
        },
        "agent_spec": {
          "description": "The agent that does the work: a path (`./` from this file, else from the workspace root), the name of an agent in the workspace, or a package by digest.",
          "type": "string",
          "minLength": 1,
          "x-dagbook-reference": "agent",
          "examples": [
            "configs/agents/research_lite.yaml"
          ]
        },
        "task": {
          "$ref": "#/definitions/task"
        },
        "human": {
          "$ref": "#/definitions/human"
        },
        "template": {
          "description": "A template that is expanded into nodes in place of this one.",
          "enum": [
            "fanout_synthesize",
            "generate_and_filter",
            "verify_rules",
            "gen_eval",
            "classify_and_act",
            "loop_until_done",
            "tournament"
          ],
          "x-dagbook-not-yet": "Templates are not expanded yet; write the nodes out.",
          "examples": [
            "gen_eval"
          ]
        },
        "params": {
          "description": "Settings of the node's template.",
          "type": "object",
          "default": {},
          "additionalProperties": true,
          "examples": [
            {
              "max_iters": 3
            }
          ]
        },
        "workflow": {
          "description": "Another workflow, run as a child of this run, by path or name. The node's inputs are its run inputs.",
          "type": "string",
          "minLength": 1,
          "x-dagbook-reference": "workflow",
          "examples": [
            "configs/workflows/risk_review.yaml"
          ]
        },
        "runtime": {
          "description": "execution: the runtime that does this node's work.",
          "enum": [
            "agent",
            "analysis",
            "bot",
            "rl"
          ],
          "x-dagbook-adapters": [
            "execution"
          ],
          "examples": [
            "bot"
          ]
        },
        "spec": {
          "description": "execution: the spec that runtime is given, as a path.",
          "type": "string",
          "minLength": 1,
          "x-dagbook-adapters": [
            "execution"
          ],
          "examples": [
            "configs/bots/paper.yaml"
          ]
        },
        "inputs": {
          "description": "What the node is given: name to any value. Strings may hold expressions.",
          "type": "object",
          "default": {},
          "additionalProperties": true,
          "x-dagbook-expression": "node",
          "examples": [
            {
              "universe": [
                "SPY",
                "QQQ"
              ],
              "lookback_days": "{% inputs.lookback_days %}"
            }
          ]
        },
        "depends_on": {
          "description": "The nodes that must be met before this one starts, by id.",
          "type": "array",
          "x-dagbook-set": true,
          "default": [],
          "items": {
            "type": "string"
          },
          "x-dagbook-reference": "node",
          "examples": [
            [
              "research"
            ]
          ]
        },
        "dep_policy": {
          "description": "When the dependencies count as met: `all_success` = all completed; `accept_partial` = all ended and at least one completed; `all_terminal` = all ended; `optional` = it does not wait.",
          "enum": [
            "all_success",
            "accept_partial",
            "all_terminal",
            "optional"
          ],
          "default": "all_success",
          "examples": [
            "all_terminal"
          ]
        },
        "when": {
          "description": "An expression; anything but `true` skips the node.",
          "type": [
            "string",
            "boolean"
          ],
          "x-dagbook-expression": "when",
          "examples": [
            "{% nodes.research.output.confidence > 0.6 %}"
          ]
        },
        "kind": {
          "$ref": "#/definitions/kind"
        },
        "role": {
          "description": "What the node is for. It sets the defaults of `isolation` and `context_inheritance`.",
          "enum": [
            "explore",
            "plan",
            "implement",
            "verify",
            "custom"
          ],
          "default": "custom",
          "examples": [
            "explore"
          ]
        },
        "isolation": {
          "description": "Where the node works: with the others (`shared`), without writing (`read_only`), on a copy of its own (`worktree`) or elsewhere (`remote`).",
          "enum": [
            "shared",
            "read_only",
            "worktree",
            "remote"
          ],
          "x-dagbook-default-by": {
            "field": "role",
            "values": {
              "explore": "read_only",
              "plan": "shared",
              "implement": "worktree",
              "verify": "read_only",
              "custom": "shared"
            }
          },
          "x-dagbook-not-yet-values": {
            "worktree": "A worktree of its own is not built yet; use `shared`, or `read_only` for a node whose tools must not write.",
            "remote": "Remote isolation is not built yet; use `shared` or `read_only`."
          },
          "examples": [
            "read_only"
          ]
        },
        "context_inheritance": {
          "description": "What the node sees of the conversation of the nodes it depends on: nothing, the system prompts, or all.",
          "enum": [
            "none",
            "system_only",
            "full"
          ],
          "x-dagbook-default-by": {
            "field": "role",
            "values": {
              "explore": "system_only",
              "plan": "full",
              "implement": "full",
              "verify": "none",
              "custom": "none"
            }
          },
          "examples": [
            "full"
          ]
        },
        "model_hint": {
          "description": "A model this node prefers over its agent's, as `provider:model` or a model's name.",
          "type": "string",
          "minLength": 1,
          "examples": [
            "openai:gpt-5-mini"
          ]
        },
        "trust": {
          "description": "`quarantined` marks what the node answers as untrusted. Such a node is `read_only` and its agent has no tools.",
          "enum": [
            "trusted",
            "quarantined"
          ],
          "default": "trusted",
          "examples": [
            "quarantined"
          ]
        },
        "output_schema": {
          "$ref": "#/definitions/schemaOrPath"
        },
        "token_budget": {
          "description": "Most tokens, prompt and output together, that this node may use over all its attempts, turns and iterations.",
          "type": "integer",
          "minimum": 1,
          "examples": [
            2000
          ]
        }
      },
      "examples": [
        {
          "id": "research",
          "agent_spec": "configs/agents/research_lite.yaml"
        }
      ]
    },
    "task": {
      "title": "TaskDocument",
      "description": "What is asked. Beside an `agent_spec` it says what this node asks of that agent; alone it makes an agent of its own.",
      "type": "object",
      "required": [
        "goal"
      ],
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "goal": {
          "description": "What is to be reached. May hold expressions.",
          "type": "string",
          "minLength": 1,
          "x-dagbook-expression": "node",
          "examples": [
            "Summarise the findings on {% inputs.topic %}."
          ]
        },
        "criteria": {
          "description": "What a good answer fulfils. Each may hold expressions.",
          "type": "array",
          "x-dagbook-set": true,
          "default": [],
          "items": {
            "type": "string"
          },
          "x-dagbook-expression": "node",
          "examples": [
            [
              "Names its sources",
              "At most 200 words"
            ]
          ]
        },
        "metadata": {
          "description": "Anything else the author wants kept with the task.",
          "default": null,
          "examples": [
            {
              "ticket": "RES-12"
            }
          ]
        }
      },
      "examples": [
        {
          "goal": "Summarise the findings.",
          "criteria": [
            "At most 200 words"
          ]
        }
      ]
    },
    "human": {
      "title": "HumanDocument",
      "description": "A person answers. The run waits, costs nothing meanwhile and survives a restart.",
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "form": {
          "description": "A JSON Schema for the answer; the form that is shown is made from it.",
          "type": "object",
          "default": {},
          "additionalProperties": true,
          "x-dagbook-json-schema": true,
          "examples": [
            {
              "type": "object",
              "properties": {
                "approved": {
                  "type": "boolean"
                }
              },
              "required": [
                "approved"
              ]
            }
          ]
        },
        "assignees": {
          "description": "Who is asked, as they are called where you work.",
          "type": "array",
          "x-dagbook-set": true,
          "default": [],
          "items": {
            "type": "string"
          },
          "examples": [
            [
              "risk-desk"
            ]
          ]
        },
        "timeoutSeconds": {
          "description": "After this many seconds without an answer the node fails with States.Timeout. Without it the run waits for ever.",
          "type": "number",
          "exclusiveMinimum": 0,
          "examples": [
            86400
          ]
        }
      },
      "examples": [
        {
          "form": {
            "type": "object",
            "properties": {
              "approved": {
                "type": "boolean"
              }
            }
          }
        }
      ]
    },
    "kind": {
      "title": "KindDocument",
      "description": "How the node is executed. `spawn` does its work once.",
      "default": "spawn",
      "x-dagbook-expected": "spawn, {loop: {max_iters: n}}, {classify: {branches: […]}}, {tournament: {entrants: […]}} or {reduce: {reducer: …}}",
      "oneOf": [
        {
          "const": "spawn",
          "description": "Do the work once.",
          "examples": [
            "spawn"
          ]
        },
        {
          "type": "object",
          "description": "Do the work again and again, until `max_iters` or an answer with `loop_continue: false`.",
          "required": [
            "loop"
          ],
          "additionalProperties": false,
          "x-dagbook-not-yet": "Loop nodes are not built yet; only spawn runs.",
          "properties": {
            "loop": {
              "description": "The loop's limits.",
              "type": "object",
              "required": [
                "max_iters"
              ],
              "additionalProperties": false,
              "properties": {
                "max_iters": {
                  "$ref": "#/definitions/maxIters"
                }
              },
              "examples": [
                {
                  "max_iters": 3
                }
              ]
            }
          },
          "examples": [
            {
              "loop": {
                "max_iters": 3
              }
            }
          ]
        },
        {
          "type": "object",
          "description": "The answer names a branch; the nodes of the other branches are skipped.",
          "required": [
            "classify"
          ],
          "additionalProperties": false,
          "x-dagbook-not-yet": "Classify nodes are not built yet; only spawn runs.",
          "properties": {
            "classify": {
              "description": "The branches to choose from.",
              "type": "object",
              "required": [
                "branches"
              ],
              "additionalProperties": false,
              "properties": {
                "branches": {
                  "$ref": "#/definitions/branches"
                }
              },
              "examples": [
                {
                  "branches": [
                    {
                      "label": "urgent",
                      "nodes": [
                        "page"
                      ]
                    }
                  ]
                }
              ]
            }
          },
          "examples": [
            {
              "classify": {
                "branches": [
                  {
                    "label": "urgent",
                    "nodes": [
                      "page"
                    ]
                  }
                ]
              }
            }
          ]
        },
        {
          "type": "object",
          "description": "Entrants do their tasks in parallel; judges compare them in pairs until one is left.",
          "required": [
            "tournament"
          ],
          "additionalProperties": false,
          "x-dagbook-not-yet": "Tournament nodes are not built yet; only spawn runs.",
          "properties": {
            "tournament": {
              "description": "The entrants.",
              "type": "object",
              "required": [
                "entrants"
              ],
              "additionalProperties": false,
              "properties": {
                "entrants": {
                  "$ref": "#/definitions/entrants"
                }
              },
              "examples": [
                {
                  "entrants": [
                    {
                      "goal": "Be bold."
                    },
                    {
                      "goal": "Be careful."
                    }
                  ]
                }
              ]
            }
          },
          "examples": [
            {
              "tournament": {
                "entrants": [
                  {
                    "goal": "Be bold."
                  },
                  {
                    "goal": "Be careful."
                  }
                ]
              }
            }
          ]
        },
        {
          "type": "object",
          "description": "No agent at all: the outputs of the dependencies are put together by a pure function.",
          "required": [
            "reduce"
          ],
          "additionalProperties": false,
          "x-dagbook-not-yet": "Reduce nodes are not built yet; only spawn runs.",
          "properties": {
            "reduce": {
              "description": "The function.",
              "type": "object",
              "required": [
                "reducer"
              ],
              "additionalProperties": false,
              "properties": {
                "reducer": {
                  "$ref": "#/definitions/reducer"
                }
              },
              "examples": [
                {
                  "reducer": "concat"
                }
              ]
            }
          },
          "examples": [
            {
              "reduce": {
                "reducer": "concat"
              }
            }
          ]
        },
        {
          "type": "object",
          "description": "The kernel's spelling of `spawn`.",
          "required": [
            "type"
          ],
          "additionalProperties": false,
          "properties": {
            "type": {
              "const": "spawn",
              "description": "Which kind of node.",
              "examples": [
                "spawn"
              ]
            }
          },
          "examples": [
            {
              "type": "spawn"
            }
          ]
        },
        {
          "type": "object",
          "description": "The kernel's spelling of a loop.",
          "required": [
            "type",
            "max_iters"
          ],
          "additionalProperties": false,
          "x-dagbook-not-yet": "Loop nodes are not built yet; only spawn runs.",
          "properties": {
            "type": {
              "const": "loop",
              "description": "Which kind of node.",
              "examples": [
                "loop"
              ]
            },
            "max_iters": {
              "$ref": "#/definitions/maxIters"
            }
          },
          "examples": [
            {
              "type": "loop",
              "max_iters": 3
            }
          ]
        },
        {
          "type": "object",
          "description": "The kernel's spelling of a classifier.",
          "required": [
            "type",
            "branches"
          ],
          "additionalProperties": false,
          "x-dagbook-not-yet": "Classify nodes are not built yet; only spawn runs.",
          "properties": {
            "type": {
              "const": "classify",
              "description": "Which kind of node.",
              "examples": [
                "classify"
              ]
            },
            "branches": {
              "$ref": "#/definitions/branches"
            }
          },
          "examples": [
            {
              "type": "classify",
              "branches": [
                {
                  "label": "urgent",
                  "nodes": [
                    "page"
                  ]
                }
              ]
            }
          ]
        },
        {
          "type": "object",
          "description": "The kernel's spelling of a tournament.",
          "required": [
            "type",
            "entrants"
          ],
          "additionalProperties": false,
          "x-dagbook-not-yet": "Tournament nodes are not built yet; only spawn runs.",
          "properties": {
            "type": {
              "const": "tournament",
              "description": "Which kind of node.",
              "examples": [
                "tournament"
              ]
            },
            "entrants": {
              "$ref": "#/definitions/entrants"
            }
          },
          "examples": [
            {
              "type": "tournament",
              "entrants": [
                {
                  "goal": "Be bold."
                },
                {
                  "goal": "Be careful."
                }
              ]
            }
          ]
        },
        {
          "type": "object",
          "description": "The kernel's spelling of a reducer.",
          "required": [
            "type",
            "reducer"
          ],
          "additionalProperties": false,
          "x-dagbook-not-yet": "Reduce nodes are not built yet; only spawn runs.",
          "properties": {
            "type": {
              "const": "reduce",
              "description": "Which kind of node.",
              "examples": [
                "reduce"
              ]
            },
            "reducer": {
              "$ref": "#/definitions/reducer"
            }
          },
          "examples": [
            {
              "type": "reduce",
              "reducer": "concat"
            }
          ]
        }
      ],
      "examples": [
        "spawn",
        {
          "loop": {
            "max_iters": 3
          }
        }
      ]
    },
    "maxIters": {
      "description": "Most times the work is done.",
      "type": "integer",
      "minimum": 1,
      "examples": [
        3
      ]
    },
    "branches": {
      "description": "The branches, one per label. Each of their nodes must depend on this one.",
      "type": "array",
      "minItems": 1,
      "items": {
        "type": "object",
        "description": "One branch.",
        "required": [
          "label",
          "nodes"
        ],
        "additionalProperties": false,
        "properties": {
          "label": {
            "description": "What the classifier answers to choose this branch.",
            "type": "string",
            "minLength": 1,
            "examples": [
              "urgent"
            ]
          },
          "nodes": {
            "description": "The nodes that run when this branch is chosen, and are skipped otherwise.",
            "type": "array",
            "x-dagbook-set": true,
            "items": {
              "type": "string"
            },
            "x-dagbook-reference": "node",
            "examples": [
              [
                "page"
              ]
            ]
          }
        },
        "examples": [
          {
            "label": "urgent",
            "nodes": [
              "page"
            ]
          }
        ]
      },
      "examples": [
        [
          {
            "label": "urgent",
            "nodes": [
              "page"
            ]
          }
        ]
      ]
    },
    "entrants": {
      "description": "The tasks that compete, at least two.",
      "type": "array",
      "minItems": 2,
      "items": {
        "$ref": "#/definitions/task"
      },
      "examples": [
        [
          {
            "goal": "Be bold."
          },
          {
            "goal": "Be careful."
          }
        ]
      ]
    },
    "reducer": {
      "description": "The function: join texts, drop double lines, join JSON arrays, or count.",
      "enum": [
        "concat",
        "dedupe_lines",
        "merge_json_arrays",
        "count"
      ],
      "examples": [
        "concat"
      ]
    },
    "schemaOrPath": {
      "title": "SchemaOrPath",
      "description": "A JSON Schema the answer must satisfy, or a path to one. The model is asked for it, its answer is checked, and it gets one chance to mend it.",
      "x-dagbook-expected": "a JSON Schema, or a path to one",
      "oneOf": [
        {
          "type": "object",
          "description": "A JSON Schema.",
          "additionalProperties": true,
          "x-dagbook-json-schema": true,
          "examples": [
            {
              "type": "object",
              "properties": {
                "symbol": {
                  "type": "string"
                }
              },
              "required": [
                "symbol"
              ]
            }
          ]
        },
        {
          "type": "string",
          "description": "A path to a JSON Schema, in JSON or YAML.",
          "minLength": 1,
          "x-dagbook-reference": "schema",
          "examples": [
            "schemas/selection.json"
          ]
        }
      ],
      "examples": [
        {
          "type": "object",
          "properties": {
            "symbol": {
              "type": "string"
            }
          }
        },
        "schemas/selection.json"
      ]
    },
    "riskOverlay": {
      "title": "RiskOverlay",
      "description": "fusion: limits on the positions that come out.",
      "type": "object",
      "x-dagbook-adapters": [
        "fusion"
      ],
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "max_position_pct": {
          "description": "Most weight of one position, as a fraction from 0 to 1.",
          "type": "number",
          "exclusiveMinimum": 0,
          "maximum": 1,
          "examples": [
            0.25
          ]
        },
        "max_gross_exposure": {
          "description": "Most weight of all positions together, signs ignored.",
          "type": "number",
          "exclusiveMinimum": 0,
          "examples": [
            1
          ]
        }
      },
      "examples": [
        {
          "max_position_pct": 0.25,
          "max_gross_exposure": 1
        }
      ]
    },
    "schedule": {
      "title": "ScheduleDocument",
      "x-dagbook-shorthand": "cron",
      "description": "When runs of the target are enqueued. An interval beats a cron line.",
      "type": "object",
      "x-dagbook-adapters": [
        "schedule"
      ],
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "cron": {
          "description": "Five fields: minute, hour, day of month, month, day of week.",
          "type": "string",
          "pattern": "^\\s*\\S+(\\s+\\S+){4}\\s*$",
          "x-dagbook-pattern-hint": "five fields: minute, hour, day of month, month, day of week",
          "examples": [
            "0 9 * * 1-5"
          ]
        },
        "interval_seconds": {
          "description": "Seconds between two runs; 0 = use the cron line.",
          "type": "number",
          "minimum": 0,
          "default": 0,
          "examples": [
            3600
          ]
        },
        "timezone": {
          "description": "The IANA time zone in which the cron line is read.",
          "type": "string",
          "minLength": 1,
          "default": "UTC",
          "examples": [
            "Europe/Berlin"
          ]
        },
        "enabled": {
          "description": "Whether the schedule is live. Off until you say so.",
          "type": "boolean",
          "default": false,
          "examples": [
            true
          ]
        }
      },
      "examples": [
        {
          "cron": "0 9 * * 1-5",
          "timezone": "Europe/Berlin",
          "enabled": true
        }
      ]
    },
    "adapterForm": {
      "title": "AdapterForm",
      "description": "A workflow without nodes: an adapter by its name, and its settings.",
      "type": "object",
      "required": [
        "name",
        "adapter"
      ],
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "name": {
          "description": "The name runs are started by. Unique in the workspace.",
          "type": "string",
          "pattern": "^[^\\s/\\\\@][^/\\\\@\\r\\n]*$",
          "x-dagbook-pattern-hint": "a name without `/`, `\\` and `@`, so that it cannot be mistaken for a path or a digest",
          "examples": [
            "NightlyDebate"
          ]
        },
        "adapter": {
          "description": "The adapter that walks the workflow.",
          "enum": [
            "LangGraphAdapter",
            "CrewProcessAdapter",
            "DialecticalDebateAdapter",
            "EvolutionaryDebateAdapter",
            "SignalFusionAdapter",
            "WeightCentricExecutionAdapter",
            "AutomationScheduleAdapter"
          ],
          "x-dagbook-not-yet": "The adapter form does not run yet; write the workflow as nodes with `adapter_kind: graph`.",
          "examples": [
            "DialecticalDebateAdapter"
          ]
        },
        "description": {
          "description": "What the workflow is for, in the author's words.",
          "type": "string",
          "default": "",
          "examples": [
            "Bull and bear argue every night."
          ]
        },
        "params": {
          "description": "The adapter's own settings.",
          "type": "object",
          "default": {},
          "additionalProperties": true,
          "examples": [
            {
              "universe": [
                "SPY"
              ]
            }
          ]
        },
        "max_rounds": {
          "description": "Most rounds of a debate.",
          "type": "integer",
          "minimum": 1,
          "default": 1,
          "examples": [
            3
          ]
        },
        "schedule": {
          "$ref": "#/definitions/schedule"
        },
        "guardrails": {
          "title": "AdapterGuardrails",
          "description": "Limits on the whole run.",
          "type": "object",
          "default": {},
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "properties": {
            "cost_budget_usd": {
              "description": "Most US dollars the run may cost.",
              "type": "number",
              "exclusiveMinimum": 0,
              "default": 5,
              "examples": [
                2.5
              ]
            },
            "max_calls": {
              "description": "Most model calls in the run.",
              "type": "integer",
              "minimum": 1,
              "default": 100,
              "examples": [
                40
              ]
            },
            "max_duration_seconds": {
              "description": "Most seconds the run may take.",
              "type": "number",
              "exclusiveMinimum": 0,
              "default": 1800,
              "examples": [
                600
              ]
            },
            "forbidden_terms": {
              "description": "An answer that holds one of these is rejected. Case does not matter.",
              "type": "array",
              "x-dagbook-set": true,
              "default": [],
              "items": {
                "type": "string",
                "minLength": 1
              },
              "examples": [
                [
                  "guaranteed return"
                ]
              ]
            },
            "require_rationale": {
              "description": "Whether an answer without a rationale is rejected.",
              "type": "boolean",
              "default": false,
              "examples": [
                true
              ]
            }
          },
          "examples": [
            {
              "cost_budget_usd": 2.5
            }
          ]
        },
        "annotations": {
          "description": "Notes for people and tools; nothing reads them at run time.",
          "type": "array",
          "default": [],
          "items": {},
          "examples": [
            [
              "desk:macro"
            ]
          ]
        },
        "template_target": {
          "description": "The workflow this one was made from.",
          "type": "string",
          "minLength": 1,
          "examples": [
            "gen_eval"
          ]
        },
        "extras": {
          "description": "Anything the adapter understands that has no field of its own.",
          "type": "object",
          "default": {},
          "additionalProperties": true,
          "examples": [
            {
              "seed": 7
            }
          ]
        }
      }
    }
  }
};
