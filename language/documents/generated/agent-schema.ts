// Generated from schemas/agent.schema.json by scripts/generate.mjs. Do not edit.
import type { JsonObject } from '../../../protocol/json.ts';

export const agentSchema: JsonObject = {
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "https://dagbook.dev/schemas/agent.schema.json",
  "title": "AgentDocument",
  "description": "An agent: a role, a model, a system prompt and the limits it works within.",
  "type": "object",
  "required": [
    "name",
    "role"
  ],
  "additionalProperties": false,
  "patternProperties": {
    "^x-": {}
  },
  "properties": {
    "name": {
      "description": "The name workflows refer to it by. Unique in the workspace.",
      "type": "string",
      "pattern": "^[^\\s/\\\\@][^/\\\\@\\r\\n]*$",
      "x-dagbook-pattern-hint": "a name without `/`, `\\` and `@`, so that it cannot be mistaken for a path or a digest",
      "examples": [
        "research_lite"
      ]
    },
    "role": {
      "description": "What the agent is, in a word or two.",
      "type": "string",
      "minLength": 1,
      "examples": [
        "researcher"
      ]
    },
    "description": {
      "description": "What the agent is for, in the author's words.",
      "type": "string",
      "default": "",
      "examples": [
        "Reads the market and says what it sees."
      ]
    },
    "system_prompt": {
      "description": "What the model is told before anything else.",
      "type": "string",
      "default": "",
      "examples": [
        "You are a careful market researcher. Answer in JSON."
      ]
    },
    "model": {
      "title": "ModelDocument",
      "x-dagbook-shorthand": "model",
      "description": "The model that answers. Without it, the setting `dagbook.defaultModel` decides; that is `simulated` until you choose another.",
      "type": "object",
      "default": {},
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "provider": {
          "description": "Who answers: `simulated` (offline, free, deterministic), `openai` and whatever speaks its API, `anthropic`, `ollama`, or `vscode`.",
          "type": "string",
          "minLength": 1,
          "examples": [
            "simulated"
          ]
        },
        "model": {
          "description": "The provider's name for the model. `name` means the same.",
          "type": "string",
          "minLength": 1,
          "examples": [
            "gpt-5-mini"
          ]
        },
        "name": {
          "description": "Another spelling of `model`.",
          "type": "string",
          "minLength": 1,
          "examples": [
            "gpt-5-mini"
          ]
        },
        "tier": {
          "description": "Instead of a model's name: the setting `dagbook.tiers` says which model that is.",
          "enum": [
            "deep",
            "quick"
          ],
          "examples": [
            "quick"
          ]
        },
        "temperature": {
          "description": "How much chance there is in the answer.",
          "type": "number",
          "minimum": 0,
          "default": 0.2,
          "examples": [
            0
          ]
        },
        "max_tokens": {
          "description": "Most tokens of one answer. Caps may lower it further.",
          "type": "integer",
          "minimum": 1,
          "examples": [
            1024
          ]
        },
        "base_url": {
          "description": "Where the provider's API is, for gateways and local servers. A loopback address is free unless priced.",
          "type": "string",
          "pattern": "^https?://",
          "x-dagbook-pattern-hint": "an address that begins with http:// or https://",
          "examples": [
            "http://127.0.0.1:8000/v1"
          ]
        },
        "price": {
          "description": "US dollars per million tokens, where the built-in price table does not know the model; or `free`.",
          "x-dagbook-expected": "free, or {input: dollars, output: dollars} per million tokens",
          "oneOf": [
            {
              "const": "free",
              "description": "The model costs nothing.",
              "examples": [
                "free"
              ]
            },
            {
              "type": "object",
              "description": "US dollars per million tokens.",
              "required": [
                "input",
                "output"
              ],
              "additionalProperties": false,
              "properties": {
                "input": {
                  "description": "US dollars per million prompt tokens.",
                  "type": "number",
                  "minimum": 0,
                  "examples": [
                    0.25
                  ]
                },
                "output": {
                  "description": "US dollars per million output tokens.",
                  "type": "number",
                  "minimum": 0,
                  "examples": [
                    2
                  ]
                },
                "cached_input": {
                  "description": "US dollars per million prompt tokens that the provider read from its cache; at most `input`.",
                  "type": "number",
                  "minimum": 0,
                  "examples": [
                    0.025
                  ]
                },
                "cache_write": {
                  "description": "US dollars per million prompt tokens that the provider wrote to its cache; like `input` where it is not said.",
                  "type": "number",
                  "minimum": 0,
                  "examples": [
                    0.3125
                  ]
                },
                "image_input": {
                  "description": "US dollars per million prompt tokens that are images, where the provider counts them apart; like `input` where it is not said.",
                  "type": "number",
                  "minimum": 0,
                  "examples": [
                    0.5
                  ]
                },
                "reasoning": {
                  "description": "US dollars per million output tokens that were thought, where the provider counts them apart; like `output` where it is not said.",
                  "type": "number",
                  "minimum": 0,
                  "examples": [
                    3
                  ]
                }
              },
              "examples": [
                {
                  "input": 0.25,
                  "output": 2
                }
              ]
            }
          ],
          "examples": [
            "free",
            {
              "input": 0.25,
              "output": 2
            }
          ]
        },
        "extras": {
          "description": "Settings the provider understands. `simulated` reads latency_ms, tokens_per_second, reply, tool_calls, fail, stall, ignore_abort, overrun_tokens, usage and price.",
          "x-dagbook-vocabulary": "simulated",
          "type": "object",
          "default": {},
          "additionalProperties": true,
          "examples": [
            {
              "reply": {
                "symbol": "SPY"
              }
            }
          ]
        }
      },
      "examples": [
        {
          "provider": "simulated"
        }
      ]
    },
    "tools": {
      "description": "The tools the model may call: a name, or a name with its server and fixed arguments. Without any, all tools of its own `mcp_servers`.",
      "type": "array",
      "x-dagbook-set": [
        "name",
        "server"
      ],
      "default": [],
      "items": {
        "x-dagbook-expected": "the name of a tool, or {name, server, kwargs}",
        "oneOf": [
          {
            "type": "string",
            "description": "The tool's name.",
            "minLength": 1,
            "examples": [
              "search"
            ]
          },
          {
            "type": "object",
            "description": "A tool of a certain server, with fixed arguments.",
            "required": [
              "name"
            ],
            "additionalProperties": false,
            "patternProperties": {
              "^x-": {}
            },
            "properties": {
              "name": {
                "description": "The tool's name.",
                "type": "string",
                "minLength": 1,
                "examples": [
                  "search"
                ]
              },
              "server": {
                "description": "The MCP server that has it, by its name below.",
                "type": "string",
                "minLength": 1,
                "examples": [
                  "web"
                ]
              },
              "kwargs": {
                "description": "Arguments that are always given.",
                "type": "object",
                "default": {},
                "additionalProperties": true,
                "examples": [
                  {
                    "limit": 5
                  }
                ]
              }
            },
            "examples": [
              {
                "name": "search",
                "server": "web"
              }
            ]
          }
        ]
      },
      "examples": [
        [
          "search"
        ]
      ]
    },
    "mcp_servers": {
      "description": "The MCP servers the tools come from, beside those of the setting `dagbook.mcpServers`.",
      "type": "array",
      "default": [],
      "items": {
        "title": "McpServerDocument",
        "description": "One MCP server: a command that is started, or an address.",
        "type": "object",
        "required": [
          "name"
        ],
        "additionalProperties": false,
        "patternProperties": {
          "^x-": {}
        },
        "properties": {
          "name": {
            "description": "The name tools refer to it by.",
            "type": "string",
            "minLength": 1,
            "examples": [
              "web"
            ]
          },
          "command": {
            "description": "The program that is started.",
            "type": "string",
            "minLength": 1,
            "examples": [
              "npx"
            ]
          },
          "args": {
            "description": "The program's arguments.",
            "type": "array",
            "default": [],
            "items": {
              "type": "string"
            },
            "examples": [
              [
                "-y",
                "web-search-mcp"
              ]
            ]
          },
          "url": {
            "description": "The address of a server that already runs.",
            "type": "string",
            "pattern": "^https?://",
            "x-dagbook-pattern-hint": "an address that begins with http:// or https://",
            "examples": [
              "http://127.0.0.1:4000/mcp"
            ]
          },
          "env": {
            "description": "Environment of the program: a text, or `secret: NAME` for a value that must not stand in a file.",
            "type": "object",
            "default": {},
            "additionalProperties": {
              "x-dagbook-expected": "a text, or {secret: NAME}",
              "oneOf": [
                {
                  "type": "string",
                  "description": "A text.",
                  "examples": [
                    "info"
                  ]
                },
                {
                  "type": "object",
                  "description": "A secret, by its name.",
                  "required": [
                    "secret"
                  ],
                  "additionalProperties": false,
                  "properties": {
                    "secret": {
                      "description": "The secret's name.",
                      "type": "string",
                      "minLength": 1,
                      "examples": [
                        "SEARCH_KEY"
                      ]
                    }
                  },
                  "examples": [
                    {
                      "secret": "SEARCH_KEY"
                    }
                  ]
                }
              ]
            },
            "examples": [
              {
                "SEARCH_KEY": {
                  "secret": "SEARCH_KEY"
                }
              }
            ]
          },
          "headers": {
            "description": "Headers that go with every request to the address: a text, or `secret: NAME`, with what stands before the secret.",
            "type": "object",
            "default": {},
            "additionalProperties": {
              "x-dagbook-expected": "a text, or {secret: NAME, prefix: TEXT}",
              "oneOf": [
                {
                  "type": "string",
                  "description": "A text.",
                  "examples": [
                    "2026-01"
                  ]
                },
                {
                  "type": "object",
                  "description": "A secret, by its name.",
                  "required": [
                    "secret"
                  ],
                  "additionalProperties": false,
                  "properties": {
                    "secret": {
                      "description": "The secret's name.",
                      "type": "string",
                      "minLength": 1,
                      "examples": [
                        "SEARCH_TOKEN"
                      ]
                    },
                    "prefix": {
                      "description": "What stands before it.",
                      "type": "string",
                      "default": "",
                      "examples": [
                        "Bearer "
                      ]
                    }
                  },
                  "examples": [
                    {
                      "secret": "SEARCH_TOKEN",
                      "prefix": "Bearer "
                    }
                  ]
                }
              ]
            },
            "examples": [
              {
                "Authorization": {
                  "secret": "SEARCH_TOKEN",
                  "prefix": "Bearer "
                }
              }
            ]
          },
          "timeout_seconds": {
            "description": "How long one call may take. A server that reports progress gets up to ten times as long.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 86400,
            "default": 60,
            "examples": [
              300
            ]
          }
        },
        "examples": [
          {
            "name": "web",
            "url": "http://127.0.0.1:4000/mcp"
          }
        ]
      },
      "examples": [
        [
          {
            "name": "web",
            "url": "http://127.0.0.1:4000/mcp"
          }
        ]
      ]
    },
    "memory": {
      "title": "MemoryDocument",
      "x-dagbook-shorthand": "kind",
      "description": "What the agent remembers from one run to the next.",
      "type": "object",
      "default": {},
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "kind": {
          "description": "`bm25` recalls the earlier answers whose words fit best.",
          "enum": [
            "none",
            "bm25"
          ],
          "default": "none",
          "examples": [
            "bm25"
          ]
        },
        "role": {
          "description": "Whose memories are read; its own where nothing is said.",
          "type": "string",
          "minLength": 1,
          "examples": [
            "researcher"
          ]
        },
        "retrieval_top_k": {
          "description": "How many memories are recalled.",
          "type": "integer",
          "minimum": 1,
          "default": 5,
          "examples": [
            3
          ]
        },
        "working_max": {
          "description": "How many of the latest answers are searched.",
          "type": "integer",
          "minimum": 1,
          "default": 64,
          "examples": [
            32
          ]
        }
      },
      "examples": [
        {
          "kind": "none"
        }
      ]
    },
    "rag": {
      "description": "Documents the prompt is enriched from.",
      "type": "array",
      "default": [],
      "items": {
        "title": "RagDocument",
        "description": "One retrieval.",
        "type": "object",
        "required": [
          "corpora"
        ],
        "additionalProperties": false,
        "patternProperties": {
          "^x-": {}
        },
        "properties": {
          "corpora": {
            "description": "The files that are searched, as globs from the workspace root.",
            "type": "array",
            "x-dagbook-set": true,
            "minItems": 1,
            "items": {
              "type": "string",
              "minLength": 1
            },
            "examples": [
              [
                "docs/**/*.md"
              ]
            ]
          },
          "final_k": {
            "description": "How many passages are given to the model.",
            "type": "integer",
            "minimum": 1,
            "default": 8,
            "examples": [
              4
            ]
          },
          "inject_as": {
            "description": "Where they are put: beside the inputs, or into the system prompt.",
            "enum": [
              "context",
              "system"
            ],
            "default": "context",
            "examples": [
              "system"
            ]
          }
        },
        "examples": [
          {
            "corpora": [
              "docs/**/*.md"
            ]
          }
        ]
      },
      "examples": [
        [
          {
            "corpora": [
              "docs/**/*.md"
            ]
          }
        ]
      ]
    },
    "guardrails": {
      "title": "GuardrailsDocument",
      "description": "Checks on every answer, in this order: cost, calls, forbidden terms, rationale, confidence, personal data.",
      "type": "object",
      "default": {},
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "output_schema": {
          "$ref": "#/definitions/schemaOrPath"
        },
        "cost_budget_usd": {
          "description": "Most US dollars one agent run may cost.",
          "type": "number",
          "exclusiveMinimum": 0,
          "default": 1,
          "examples": [
            0.1
          ]
        },
        "rate_limit_per_minute": {
          "description": "Most model calls in a minute, of all nodes that use the agent. The default does not hold the simulated model up.",
          "type": "integer",
          "minimum": 1,
          "default": 60,
          "examples": [
            30
          ]
        },
        "pii_redact": {
          "description": "Whether personal data (mail addresses, telephone, card and account numbers and the like) is blacked out before it reaches the model, and in the answer.",
          "type": "boolean",
          "default": false,
          "examples": [
            true
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
          "description": "Whether an answer without a `rationale` is rejected.",
          "type": "boolean",
          "default": false,
          "examples": [
            true
          ]
        },
        "min_confidence": {
          "description": "An answer whose `confidence` is lower than this is rejected.",
          "type": "number",
          "minimum": 0,
          "maximum": 1,
          "examples": [
            0.6
          ]
        }
      },
      "examples": [
        {
          "forbidden_terms": [
            "guaranteed return"
          ],
          "min_confidence": 0.6
        }
      ]
    },
    "output_schema": {
      "$ref": "#/definitions/schemaOrPath"
    },
    "cost_caps": {
      "title": "AgentCostCaps",
      "description": "The most one agent run may use.",
      "type": "object",
      "default": {},
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "properties": {
        "per_run_max_tokens": {
          "description": "Most tokens, prompt and output together, of one agent run.",
          "type": "integer",
          "minimum": 1,
          "examples": [
            4000
          ]
        },
        "per_run_max_usd": {
          "description": "Most US dollars of one agent run.",
          "type": "number",
          "exclusiveMinimum": 0,
          "examples": [
            0.05
          ]
        }
      },
      "examples": [
        {
          "per_run_max_tokens": 4000
        }
      ]
    },
    "max_cost_usd": {
      "description": "Most US dollars of one agent run; the tightest of all caps wins.",
      "type": "number",
      "exclusiveMinimum": 0,
      "default": 1,
      "examples": [
        0.2
      ]
    },
    "max_calls": {
      "description": "Most model calls of one agent run, those for its tools included.",
      "type": "integer",
      "minimum": 1,
      "default": 20,
      "examples": [
        5
      ]
    },
    "annotations": {
      "description": "Notes for people and tools; nothing reads them at run time.",
      "type": [
        "object",
        "array"
      ],
      "default": {},
      "additionalProperties": true,
      "items": {},
      "examples": [
        {
          "desk": "macro"
        }
      ]
    },
    "extras": {
      "description": "Anything that has no field of its own.",
      "type": "object",
      "default": {},
      "additionalProperties": true,
      "examples": [
        {
          "seed": 7
        }
      ]
    }
  },
  "definitions": {
    "schemaOrPath": {
      "title": "AgentSchemaOrPath",
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
    }
  }
};
