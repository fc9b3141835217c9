// Generated from schemas/states.schema.json by scripts/generate.mjs. Do not edit.
import type { JsonObject } from '../../../protocol/json.ts';

export const statesSchema: JsonObject = {
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "https://dagbook.dev/schemas/states.schema.json",
  "title": "StatesDocument",
  "description": "A workflow written as states: Amazon States Language with camelCase field names.",
  "type": "object",
  "additionalProperties": false,
  "patternProperties": {
    "^x-": {}
  },
  "required": [
    "apiVersion",
    "kind",
    "metadata",
    "spec"
  ],
  "properties": {
    "apiVersion": {
      "description": "The version of the family.",
      "enum": [
        "agentrc.workflow/v0.1"
      ],
      "examples": [
        "agentrc.workflow/v0.1"
      ]
    },
    "kind": {
      "description": "What the document is.",
      "enum": [
        "AgentWorkflow"
      ],
      "examples": [
        "AgentWorkflow"
      ]
    },
    "metadata": {
      "title": "StatesMetadata",
      "description": "What the workflow is called, and what else is to be known about it.",
      "type": "object",
      "required": [
        "name"
      ],
      "additionalProperties": true,
      "properties": {
        "name": {
          "description": "The name runs are started by. Unique in the workspace.",
          "type": "string",
          "pattern": "^[^\\s/\\\\@][^/\\\\@\\r\\n]*$",
          "x-dagbook-pattern-hint": "a name without `/`, `\\` and `@`, so that it cannot be mistaken for a path or a digest",
          "examples": [
            "claims-review-flow"
          ]
        },
        "labels": {
          "description": "Words to find the workflow by: name to text.",
          "type": "object",
          "default": {},
          "additionalProperties": {
            "description": "A label.",
            "type": "string",
            "examples": [
              "risk"
            ]
          },
          "examples": [
            {
              "team": "risk"
            }
          ]
        },
        "description": {
          "description": "What the workflow is for, in the author's words.",
          "type": "string",
          "default": "",
          "examples": [
            "Reviews claims, and asks a person about the risky ones."
          ]
        }
      },
      "examples": [
        {
          "name": "claims-review-flow"
        }
      ]
    },
    "spec": {
      "$ref": "#/definitions/spec"
    }
  },
  "definitions": {
    "spec": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "StatesSpec",
      "description": "The states, and where to begin.",
      "required": [
        "startAt",
        "states"
      ],
      "properties": {
        "comment": {
          "$ref": "#/definitions/comment"
        },
        "startAt": {
          "$ref": "#/definitions/stateName"
        },
        "states": {
          "$ref": "#/definitions/states"
        },
        "version": {
          "description": "The version of Amazon States Language.",
          "type": "string",
          "enum": [
            "1.0"
          ],
          "default": "1.0",
          "examples": [
            "1.0"
          ]
        },
        "timeoutSeconds": {
          "description": "Seconds after which the run fails with `States.Timeout`.",
          "type": "integer",
          "minimum": 1,
          "maximum": 99999999,
          "examples": [
            3600
          ]
        },
        "queryLanguage": {
          "description": "The language of paths and expressions: `JSONPath` (`$.a`, intrinsic functions) or `JSONata` (`{% $states.input.a %}`). A state takes it from what it stands in; where that is JSONata, it stays JSONata.",
          "enum": [
            "JSONPath",
            "JSONata"
          ],
          "default": "JSONPath",
          "examples": [
            "JSONata"
          ]
        },
        "costCaps": {
          "$ref": "#/definitions/costCaps"
        }
      },
      "examples": [
        {
          "startAt": "Triage",
          "states": {
            "Triage": {
              "type": "Succeed"
            }
          }
        }
      ]
    },
    "stateName": {
      "title": "StateName",
      "description": "The name of a state, as written.",
      "type": "string",
      "minLength": 1,
      "x-dagbook-reference": "state",
      "examples": [
        "Triage"
      ]
    },
    "comment": {
      "title": "Comment",
      "description": "A note for those who read the document. Does nothing.",
      "type": "string",
      "default": "",
      "examples": [
        "Sorts the claims by risk."
      ]
    },
    "queryLanguage": {
      "title": "QueryLanguage",
      "description": "The language of paths and expressions: `JSONPath` (`$.a`, intrinsic functions) or `JSONata` (`{% $states.input.a %}`). A state takes it from what it stands in; where that is JSONata, it stays JSONata.",
      "enum": [
        "JSONPath",
        "JSONata"
      ],
      "examples": [
        "JSONata"
      ]
    },
    "end": {
      "title": "End",
      "description": "`true`: the work of this scope is done when this state is. A state has `next` or `end`, not both.",
      "type": "boolean",
      "default": false,
      "examples": [
        true
      ]
    },
    "inputPath": {
      "title": "InputPath",
      "description": "What of the input the state sees; `null` gives it an empty object.",
      "type": [
        "string",
        "null"
      ],
      "minLength": 1,
      "default": "$",
      "x-dagbook-query-language": "JSONPath",
      "x-dagbook-path": "path",
      "x-dagbook-expected": "a path such as $.claim, or null",
      "examples": [
        "$.claim"
      ]
    },
    "outputPath": {
      "title": "OutputPath",
      "description": "What of the result goes on to the next state; `null` gives it an empty object.",
      "type": [
        "string",
        "null"
      ],
      "minLength": 1,
      "default": "$",
      "x-dagbook-query-language": "JSONPath",
      "x-dagbook-path": "path",
      "x-dagbook-expected": "a path such as $.claim, or null",
      "examples": [
        "$.triage"
      ]
    },
    "resultPath": {
      "title": "ResultPath",
      "description": "Where in its input the state puts its result. `$` replaces the input; `null` throws the result away.",
      "type": [
        "string",
        "null"
      ],
      "minLength": 1,
      "default": "$",
      "x-dagbook-query-language": "JSONPath",
      "x-dagbook-path": "reference",
      "x-dagbook-expected": "a path such as $.triage, or null",
      "examples": [
        "$.triage"
      ]
    },
    "parameters": {
      "title": "Parameters",
      "description": "What the state is given in place of its input. A field whose name ends in `.$` holds a path or an intrinsic function.",
      "type": "object",
      "additionalProperties": true,
      "x-dagbook-query-language": "JSONPath",
      "x-dagbook-template": "json-path",
      "examples": [
        {
          "claim.$": "$.claim",
          "limit": 5
        }
      ]
    },
    "resultSelector": {
      "title": "ResultSelector",
      "description": "What is kept of the raw result, before `resultPath` puts it somewhere. `$` is the raw result.",
      "type": "object",
      "additionalProperties": true,
      "x-dagbook-query-language": "JSONPath",
      "x-dagbook-template": "json-path",
      "examples": [
        {
          "risk.$": "$.risk"
        }
      ]
    },
    "assign": {
      "title": "Assign",
      "description": "Variables that are set when the state is done: name to value. In a JSONPath state a name that ends in `.$` holds a path or an intrinsic function, in a JSONata state strings in `{% %}` are expressions.",
      "type": "object",
      "additionalProperties": true,
      "default": {},
      "x-dagbook-template": "either",
      "examples": [
        {
          "risk.$": "$.risk"
        }
      ]
    },
    "output": {
      "title": "Output",
      "description": "JSONata: what goes on to the next state, in place of the result.",
      "x-dagbook-query-language": "JSONata",
      "x-dagbook-template": "jsonata",
      "examples": [
        "{% $states.input.risk %}",
        {
          "risk": "{% $states.input.risk %}"
        }
      ]
    },
    "arguments": {
      "title": "Arguments",
      "description": "JSONata: what the state is given in place of its input.",
      "x-dagbook-query-language": "JSONata",
      "x-dagbook-template": "jsonata",
      "examples": [
        {
          "claim": "{% $states.input.claim %}"
        }
      ]
    },
    "retry": {
      "title": "Retry",
      "description": "What is tried again, and how often. The first entry that names the error decides.",
      "type": "array",
      "default": [],
      "items": {
        "$ref": "#/definitions/retrier"
      },
      "examples": [
        [
          {
            "errorEquals": [
              "Tool.TemporaryFailure"
            ],
            "maxAttempts": 2
          }
        ]
      ]
    },
    "catch": {
      "title": "Catch",
      "description": "Where to go when the state fails and is not tried again. The first entry that names the error decides.",
      "type": "array",
      "default": [],
      "items": {
        "$ref": "#/definitions/catcher"
      },
      "examples": [
        [
          {
            "errorEquals": [
              "States.ALL"
            ],
            "next": "HumanReview"
          }
        ]
      ]
    },
    "errorEquals": {
      "title": "ErrorEquals",
      "description": "The names of the errors this entry is for. `States.ALL` stands for every one; it stands alone, in the last entry.",
      "type": "array",
      "minItems": 1,
      "items": {
        "description": "The name of an error.",
        "type": "string",
        "minLength": 1,
        "x-dagbook-error-name": true,
        "examples": [
          "States.Timeout"
        ]
      },
      "examples": [
        [
          "States.Timeout",
          "Tool.TemporaryFailure"
        ]
      ]
    },
    "retrier": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "Retrier",
      "description": "Errors that are worth another attempt.",
      "required": [
        "errorEquals"
      ],
      "properties": {
        "errorEquals": {
          "$ref": "#/definitions/errorEquals"
        },
        "comment": {
          "$ref": "#/definitions/comment"
        },
        "intervalSeconds": {
          "description": "Seconds before the first retry.",
          "type": "integer",
          "minimum": 1,
          "default": 1,
          "examples": [
            2
          ]
        },
        "maxAttempts": {
          "description": "Most retries; 0 = never try again.",
          "type": "integer",
          "minimum": 0,
          "maximum": 99999999,
          "default": 3,
          "examples": [
            2
          ]
        },
        "backoffRate": {
          "description": "What the wait is multiplied by after each retry.",
          "type": "number",
          "minimum": 1,
          "default": 2,
          "examples": [
            1.5
          ]
        },
        "maxDelaySeconds": {
          "description": "Longest wait between two attempts, in seconds.",
          "type": "integer",
          "minimum": 1,
          "maximum": 31622400,
          "examples": [
            60
          ]
        },
        "jitterStrategy": {
          "description": "`FULL` waits a random part of the interval, so that many runs do not retry at once.",
          "enum": [
            "NONE",
            "FULL"
          ],
          "default": "NONE",
          "examples": [
            "FULL"
          ]
        }
      },
      "examples": [
        {
          "errorEquals": [
            "Tool.TemporaryFailure"
          ],
          "maxAttempts": 2
        }
      ]
    },
    "catcher": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "Catcher",
      "description": "Errors that lead to another state.",
      "required": [
        "errorEquals",
        "next"
      ],
      "properties": {
        "errorEquals": {
          "$ref": "#/definitions/errorEquals"
        },
        "comment": {
          "$ref": "#/definitions/comment"
        },
        "next": {
          "$ref": "#/definitions/stateName"
        },
        "resultPath": {
          "$ref": "#/definitions/resultPath"
        },
        "assign": {
          "$ref": "#/definitions/assign"
        },
        "output": {
          "$ref": "#/definitions/output"
        }
      },
      "examples": [
        {
          "errorEquals": [
            "States.ALL"
          ],
          "resultPath": "$.error",
          "next": "HumanReview"
        }
      ]
    },
    "branch": {
      "x-dagbook-pattern-hint": "the `startAt` and the `states` of the branch",
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "Branch",
      "description": "States of their own: transitions stay inside.",
      "required": [
        "startAt",
        "states"
      ],
      "properties": {
        "comment": {
          "$ref": "#/definitions/comment"
        },
        "startAt": {
          "$ref": "#/definitions/stateName"
        },
        "states": {
          "$ref": "#/definitions/states"
        }
      },
      "examples": [
        {
          "startAt": "Look",
          "states": {
            "Look": {
              "type": "Pass",
              "end": true
            }
          }
        }
      ]
    },
    "processor": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "ItemProcessor",
      "description": "The states that each item goes through.",
      "required": [
        "startAt",
        "states"
      ],
      "properties": {
        "comment": {
          "$ref": "#/definitions/comment"
        },
        "processorConfig": {
          "$ref": "#/definitions/processorConfig"
        },
        "startAt": {
          "$ref": "#/definitions/stateName"
        },
        "states": {
          "$ref": "#/definitions/states"
        }
      },
      "examples": [
        {
          "startAt": "Look",
          "states": {
            "Look": {
              "type": "Pass",
              "end": true
            }
          }
        }
      ]
    },
    "processorConfig": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "ProcessorConfig",
      "description": "How the items are worked on.",
      "default": {},
      "properties": {
        "mode": {
          "description": "`INLINE` and `DISTRIBUTED` do the same here: items are worked on inside the run.",
          "enum": [
            "INLINE",
            "DISTRIBUTED"
          ],
          "default": "INLINE",
          "examples": [
            "DISTRIBUTED"
          ]
        },
        "executionType": {
          "description": "Step Functions' kind of child execution; kept, and without effect here.",
          "enum": [
            "STANDARD",
            "EXPRESS"
          ],
          "default": "STANDARD",
          "examples": [
            "EXPRESS"
          ]
        }
      },
      "examples": [
        {
          "mode": "INLINE"
        }
      ]
    },
    "human": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "HumanTask",
      "description": "Asks a person. The run waits, as long as it takes, for an answer that fits the form.",
      "properties": {
        "form": {
          "description": "A JSON Schema: what the answer must look like.",
          "type": "object",
          "additionalProperties": true,
          "default": {},
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
          "description": "Who may answer; empty = anyone.",
          "type": "array",
          "x-dagbook-set": true,
          "default": [],
          "items": {
            "description": "A person or a group.",
            "type": "string",
            "minLength": 1,
            "examples": [
              "risk-desk"
            ]
          },
          "examples": [
            [
              "risk-desk"
            ]
          ]
        },
        "timeoutSeconds": {
          "description": "Seconds after which the task fails with `States.Timeout`.",
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
    "costCaps": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "StatesCostCaps",
      "description": "What a run may use at most. Nothing is spent beyond a cap.",
      "default": {},
      "properties": {
        "perNodeMaxTokens": {
          "description": "Tokens, prompt and output, that one state may use over all its attempts.",
          "type": "integer",
          "minimum": 1,
          "examples": [
            4000
          ]
        },
        "perRunMaxTokens": {
          "description": "Tokens, prompt and output, that one run may use.",
          "type": "integer",
          "minimum": 1,
          "examples": [
            40000
          ]
        },
        "perRunMaxUsd": {
          "description": "US dollars that one run may cost.",
          "type": "number",
          "exclusiveMinimum": 0,
          "examples": [
            0.5
          ]
        }
      },
      "examples": [
        {
          "perRunMaxTokens": 40000,
          "perRunMaxUsd": 0.5
        }
      ]
    },
    "states": {
      "title": "States",
      "description": "The states by name. Names are unique in the whole document, branches included.",
      "type": "object",
      "additionalProperties": {
        "$ref": "#/definitions/state"
      },
      "examples": [
        {
          "Triage": {
            "type": "Task",
            "agent": "configs/agents/triage.yaml",
            "end": true
          }
        }
      ]
    },
    "nestedRule": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "NestedRule",
      "description": "A comparison, or several joined with `and`, `or` and `not`.",
      "x-dagbook-query-language": "JSONPath",
      "x-dagbook-refused": {
        "next": "It stands once, beside the and, or or not that joins the rules."
      },
      "properties": {
        "comment": {
          "$ref": "#/definitions/comment"
        },
        "variable": {
          "description": "What is looked at.",
          "type": "string",
          "minLength": 1,
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-path": "path",
          "examples": [
            "$.triage.risk"
          ]
        },
        "stringEquals": {
          "description": "True where the value is a text and equals this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringEqualsPath": {
          "description": "True where the value is a text and equals the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringLessThan": {
          "description": "True where the value is a text and is less than this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringLessThanPath": {
          "description": "True where the value is a text and is less than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringGreaterThan": {
          "description": "True where the value is a text and is greater than this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringGreaterThanPath": {
          "description": "True where the value is a text and is greater than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringLessThanEquals": {
          "description": "True where the value is a text and is at most this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringLessThanEqualsPath": {
          "description": "True where the value is a text and is at most the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringGreaterThanEquals": {
          "description": "True where the value is a text and is at least this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringGreaterThanEqualsPath": {
          "description": "True where the value is a text and is at least the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringMatches": {
          "description": "True where the value is a text of this form; `*` stands for any characters, `\\\\*` for a star.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "log-*.txt"
          ]
        },
        "numericEquals": {
          "description": "True where the value is a number and equals this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericEqualsPath": {
          "description": "True where the value is a number and equals the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "numericLessThan": {
          "description": "True where the value is a number and is less than this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericLessThanPath": {
          "description": "True where the value is a number and is less than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "numericGreaterThan": {
          "description": "True where the value is a number and is greater than this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericGreaterThanPath": {
          "description": "True where the value is a number and is greater than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "numericLessThanEquals": {
          "description": "True where the value is a number and is at most this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericLessThanEqualsPath": {
          "description": "True where the value is a number and is at most the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "numericGreaterThanEquals": {
          "description": "True where the value is a number and is at least this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericGreaterThanEqualsPath": {
          "description": "True where the value is a number and is at least the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "booleanEquals": {
          "description": "True where the value is true or false and equals this one.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "booleanEqualsPath": {
          "description": "True where the value is true or false and equals the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampEquals": {
          "description": "True where the value is a time and equals this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampEqualsPath": {
          "description": "True where the value is a time and equals the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampLessThan": {
          "description": "True where the value is a time and is less than this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampLessThanPath": {
          "description": "True where the value is a time and is less than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampGreaterThan": {
          "description": "True where the value is a time and is greater than this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampGreaterThanPath": {
          "description": "True where the value is a time and is greater than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampLessThanEquals": {
          "description": "True where the value is a time and is at most this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampLessThanEqualsPath": {
          "description": "True where the value is a time and is at most the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampGreaterThanEquals": {
          "description": "True where the value is a time and is at least this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampGreaterThanEqualsPath": {
          "description": "True where the value is a time and is at least the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "isNull": {
          "description": "Whether the value is null.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isPresent": {
          "description": "Whether the path leads to anything.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isNumeric": {
          "description": "Whether the value is a number.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isString": {
          "description": "Whether the value is a text.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isBoolean": {
          "description": "Whether the value is true or false.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isTimestamp": {
          "description": "Whether the value is a text that is a time.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "and": {
          "description": "True where every one of these is.",
          "type": "array",
          "minItems": 1,
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "items": {
            "$ref": "#/definitions/nestedRule"
          },
          "examples": [
            [
              {
                "variable": "$.risk",
                "isPresent": true
              },
              {
                "variable": "$.risk",
                "stringEquals": "high"
              }
            ]
          ]
        },
        "or": {
          "description": "True where any of these is.",
          "type": "array",
          "minItems": 1,
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "items": {
            "$ref": "#/definitions/nestedRule"
          },
          "examples": [
            [
              {
                "variable": "$.risk",
                "isPresent": true
              },
              {
                "variable": "$.risk",
                "stringEquals": "high"
              }
            ]
          ]
        },
        "not": {
          "$ref": "#/definitions/nestedRule"
        }
      },
      "examples": [
        {
          "variable": "$.risk",
          "stringEquals": "high"
        }
      ]
    },
    "choiceRule": {
      "type": "object",
      "additionalProperties": false,
      "patternProperties": {
        "^x-": {}
      },
      "title": "ChoiceRule",
      "description": "A test, and where to go when it holds: a `variable` with one comparison, `and`, `or` or `not` in a JSONPath state, a `condition` in a JSONata state.",
      "required": [
        "next"
      ],
      "properties": {
        "comment": {
          "$ref": "#/definitions/comment"
        },
        "variable": {
          "description": "What is looked at.",
          "type": "string",
          "minLength": 1,
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-path": "path",
          "examples": [
            "$.triage.risk"
          ]
        },
        "stringEquals": {
          "description": "True where the value is a text and equals this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringEqualsPath": {
          "description": "True where the value is a text and equals the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringLessThan": {
          "description": "True where the value is a text and is less than this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringLessThanPath": {
          "description": "True where the value is a text and is less than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringGreaterThan": {
          "description": "True where the value is a text and is greater than this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringGreaterThanPath": {
          "description": "True where the value is a text and is greater than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringLessThanEquals": {
          "description": "True where the value is a text and is at most this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringLessThanEqualsPath": {
          "description": "True where the value is a text and is at most the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringGreaterThanEquals": {
          "description": "True where the value is a text and is at least this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "high"
          ]
        },
        "stringGreaterThanEqualsPath": {
          "description": "True where the value is a text and is at least the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "stringMatches": {
          "description": "True where the value is a text of this form; `*` stands for any characters, `\\\\*` for a star.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            "log-*.txt"
          ]
        },
        "numericEquals": {
          "description": "True where the value is a number and equals this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericEqualsPath": {
          "description": "True where the value is a number and equals the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "numericLessThan": {
          "description": "True where the value is a number and is less than this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericLessThanPath": {
          "description": "True where the value is a number and is less than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "numericGreaterThan": {
          "description": "True where the value is a number and is greater than this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericGreaterThanPath": {
          "description": "True where the value is a number and is greater than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "numericLessThanEquals": {
          "description": "True where the value is a number and is at most this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericLessThanEqualsPath": {
          "description": "True where the value is a number and is at most the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "numericGreaterThanEquals": {
          "description": "True where the value is a number and is at least this one.",
          "type": "number",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            5
          ]
        },
        "numericGreaterThanEqualsPath": {
          "description": "True where the value is a number and is at least the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "booleanEquals": {
          "description": "True where the value is true or false and equals this one.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "booleanEqualsPath": {
          "description": "True where the value is true or false and equals the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampEquals": {
          "description": "True where the value is a time and equals this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampEqualsPath": {
          "description": "True where the value is a time and equals the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampLessThan": {
          "description": "True where the value is a time and is less than this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampLessThanPath": {
          "description": "True where the value is a time and is less than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampGreaterThan": {
          "description": "True where the value is a time and is greater than this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampGreaterThanPath": {
          "description": "True where the value is a time and is greater than the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampLessThanEquals": {
          "description": "True where the value is a time and is at most this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampLessThanEqualsPath": {
          "description": "True where the value is a time and is at most the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "timestampGreaterThanEquals": {
          "description": "True where the value is a time and is at least this one.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$",
          "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
          "examples": [
            "2026-08-18T17:33:00Z"
          ]
        },
        "timestampGreaterThanEqualsPath": {
          "description": "True where the value is a time and is at least the one at this path.",
          "type": "string",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "minLength": 1,
          "x-dagbook-path": "path",
          "examples": [
            "$.limit"
          ]
        },
        "isNull": {
          "description": "Whether the value is null.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isPresent": {
          "description": "Whether the path leads to anything.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isNumeric": {
          "description": "Whether the value is a number.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isString": {
          "description": "Whether the value is a text.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isBoolean": {
          "description": "Whether the value is true or false.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "isTimestamp": {
          "description": "Whether the value is a text that is a time.",
          "type": "boolean",
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "examples": [
            true
          ]
        },
        "and": {
          "description": "True where every one of these is.",
          "type": "array",
          "minItems": 1,
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "items": {
            "$ref": "#/definitions/nestedRule"
          },
          "examples": [
            [
              {
                "variable": "$.risk",
                "isPresent": true
              },
              {
                "variable": "$.risk",
                "stringEquals": "high"
              }
            ]
          ]
        },
        "or": {
          "description": "True where any of these is.",
          "type": "array",
          "minItems": 1,
          "x-dagbook-query-language": "JSONPath",
          "x-dagbook-operator": true,
          "items": {
            "$ref": "#/definitions/nestedRule"
          },
          "examples": [
            [
              {
                "variable": "$.risk",
                "isPresent": true
              },
              {
                "variable": "$.risk",
                "stringEquals": "high"
              }
            ]
          ]
        },
        "not": {
          "$ref": "#/definitions/nestedRule"
        },
        "condition": {
          "description": "JSONata: goes to `next` where this is true.",
          "type": [
            "string",
            "boolean"
          ],
          "x-dagbook-query-language": "JSONata",
          "pattern": "^\\{%[\\s\\S]*%\\}$",
          "x-dagbook-pattern-hint": "an expression in {% %}",
          "x-dagbook-expected": "an expression in {% %}",
          "x-dagbook-template": "jsonata",
          "examples": [
            "{% $states.input.risk = \"high\" %}"
          ]
        },
        "next": {
          "$ref": "#/definitions/stateName"
        },
        "assign": {
          "$ref": "#/definitions/assign"
        },
        "output": {
          "$ref": "#/definitions/output"
        }
      },
      "examples": [
        {
          "variable": "$.triage.risk",
          "stringEquals": "high",
          "next": "HumanReview"
        }
      ]
    },
    "state": {
      "title": "State",
      "description": "One state: its `type` says what it does.",
      "x-dagbook-alternatives-by": "type",
      "x-dagbook-expected": "a mapping with a type, such as {type: Succeed}",
      "oneOf": [
        {
          "type": "object",
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "title": "TaskState",
          "description": "Asks an agent or a person.",
          "required": [
            "type"
          ],
          "x-dagbook-exclusive": [
            [
              "agent",
              "human"
            ],
            [
              "timeoutSeconds",
              "timeoutSecondsPath"
            ],
            [
              "heartbeatSeconds",
              "heartbeatSecondsPath"
            ]
          ],
          "x-dagbook-needs": [
            [
              "agent",
              "human"
            ]
          ],
          "x-dagbook-refused": {
            "credentials": "An agent names the secrets it needs itself; a state gives it none."
          },
          "properties": {
            "type": {
              "description": "Asks an agent or a person.",
              "const": "Task",
              "examples": [
                "Task"
              ]
            },
            "comment": {
              "$ref": "#/definitions/comment"
            },
            "queryLanguage": {
              "$ref": "#/definitions/queryLanguage"
            },
            "agent": {
              "description": "The agent that answers: a path, a name, or a package by digest.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-reference": "agent",
              "x-dagbook-expected": "the path, name or digest of an agent",
              "examples": [
                "configs/agents/triage.yaml"
              ]
            },
            "human": {
              "$ref": "#/definitions/human"
            },
            "inputPath": {
              "$ref": "#/definitions/inputPath"
            },
            "outputPath": {
              "$ref": "#/definitions/outputPath"
            },
            "parameters": {
              "$ref": "#/definitions/parameters"
            },
            "arguments": {
              "$ref": "#/definitions/arguments"
            },
            "resultSelector": {
              "$ref": "#/definitions/resultSelector"
            },
            "resultPath": {
              "$ref": "#/definitions/resultPath"
            },
            "output": {
              "$ref": "#/definitions/output"
            },
            "assign": {
              "$ref": "#/definitions/assign"
            },
            "timeoutSeconds": {
              "description": "Seconds after which the task fails with `States.Timeout`.",
              "type": [
                "integer",
                "string"
              ],
              "pattern": "^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a whole number, or in a JSONata state an expression in {% %}",
              "x-dagbook-expected": "a whole number",
              "x-dagbook-template": "jsonata",
              "minimum": 1,
              "maximum": 99999999,
              "examples": [
                120
              ]
            },
            "timeoutSecondsPath": {
              "description": "Where in the input the timeout stands, in seconds.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "path",
              "examples": [
                "$.timeout"
              ]
            },
            "heartbeatSeconds": {
              "description": "Longest silence in seconds between two signs of life. Less than the timeout.",
              "type": [
                "integer",
                "string"
              ],
              "pattern": "^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a whole number, or in a JSONata state an expression in {% %}",
              "x-dagbook-expected": "a whole number",
              "x-dagbook-template": "jsonata",
              "minimum": 1,
              "maximum": 99999999,
              "examples": [
                30
              ]
            },
            "heartbeatSecondsPath": {
              "description": "Where in the input the heartbeat stands, in seconds.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "path",
              "examples": [
                "$.heartbeat"
              ]
            },
            "retry": {
              "$ref": "#/definitions/retry"
            },
            "catch": {
              "$ref": "#/definitions/catch"
            },
            "next": {
              "$ref": "#/definitions/stateName"
            },
            "end": {
              "$ref": "#/definitions/end"
            }
          },
          "examples": [
            {
              "type": "Task",
              "agent": "configs/agents/triage.yaml",
              "end": true
            }
          ]
        },
        {
          "type": "object",
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "title": "ChoiceState",
          "description": "Goes on by the first rule that holds.",
          "required": [
            "type",
            "choices"
          ],
          "x-dagbook-refused": {
            "next": "A Choice goes on by the rules of its choices, and by default where none holds.",
            "end": "A Choice goes on by the rules of its choices, and by default where none holds. Let one of them lead to a Succeed.",
            "agent": "Only a Task does work. Make it a Task, or give the work to one."
          },
          "properties": {
            "type": {
              "description": "Goes on by the first rule that holds.",
              "const": "Choice",
              "examples": [
                "Choice"
              ]
            },
            "comment": {
              "$ref": "#/definitions/comment"
            },
            "queryLanguage": {
              "$ref": "#/definitions/queryLanguage"
            },
            "inputPath": {
              "$ref": "#/definitions/inputPath"
            },
            "outputPath": {
              "$ref": "#/definitions/outputPath"
            },
            "choices": {
              "description": "The rules, in the order they are tried.",
              "type": "array",
              "minItems": 1,
              "items": {
                "$ref": "#/definitions/choiceRule"
              },
              "examples": [
                [
                  {
                    "variable": "$.triage.risk",
                    "stringEquals": "high",
                    "next": "HumanReview"
                  }
                ]
              ]
            },
            "default": {
              "description": "Where to go when no rule holds. Without it the run then fails with `States.NoChoiceMatched`.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-reference": "state",
              "examples": [
                "Pay"
              ]
            },
            "assign": {
              "$ref": "#/definitions/assign"
            },
            "output": {
              "$ref": "#/definitions/output"
            }
          },
          "examples": [
            {
              "type": "Choice",
              "choices": [
                {
                  "variable": "$.risk",
                  "stringEquals": "high",
                  "next": "HumanReview"
                }
              ],
              "default": "Pay"
            }
          ]
        },
        {
          "type": "object",
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "title": "ParallelState",
          "description": "Runs branches side by side; the result is the list of theirs.",
          "required": [
            "type",
            "branches"
          ],
          "x-dagbook-refused": {
            "agent": "Only a Task does work. Make it a Task, or give the work to one. A Parallel has branches.",
            "timeoutSeconds": "A Parallel has no time limit of its own. Give one to its tasks, or to the whole workflow."
          },
          "properties": {
            "type": {
              "description": "Runs branches side by side; the result is the list of theirs.",
              "const": "Parallel",
              "examples": [
                "Parallel"
              ]
            },
            "comment": {
              "$ref": "#/definitions/comment"
            },
            "queryLanguage": {
              "$ref": "#/definitions/queryLanguage"
            },
            "inputPath": {
              "$ref": "#/definitions/inputPath"
            },
            "outputPath": {
              "$ref": "#/definitions/outputPath"
            },
            "parameters": {
              "$ref": "#/definitions/parameters"
            },
            "arguments": {
              "$ref": "#/definitions/arguments"
            },
            "branches": {
              "description": "The branches, each with states of its own.",
              "type": "array",
              "minItems": 1,
              "items": {
                "$ref": "#/definitions/branch"
              },
              "examples": [
                [
                  {
                    "startAt": "Look",
                    "states": {
                      "Look": {
                        "type": "Pass",
                        "end": true
                      }
                    }
                  }
                ]
              ]
            },
            "resultSelector": {
              "$ref": "#/definitions/resultSelector"
            },
            "resultPath": {
              "$ref": "#/definitions/resultPath"
            },
            "output": {
              "$ref": "#/definitions/output"
            },
            "assign": {
              "$ref": "#/definitions/assign"
            },
            "retry": {
              "$ref": "#/definitions/retry"
            },
            "catch": {
              "$ref": "#/definitions/catch"
            },
            "next": {
              "$ref": "#/definitions/stateName"
            },
            "end": {
              "$ref": "#/definitions/end"
            }
          },
          "examples": [
            {
              "type": "Parallel",
              "branches": [
                {
                  "startAt": "Look",
                  "states": {
                    "Look": {
                      "type": "Pass",
                      "end": true
                    }
                  }
                }
              ],
              "end": true
            }
          ]
        },
        {
          "type": "object",
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "title": "MapState",
          "description": "Does the same for each item of a list; the result is the list of results.",
          "required": [
            "type"
          ],
          "x-dagbook-exclusive": [
            [
              "itemProcessor",
              "iterator"
            ],
            [
              "itemSelector",
              "parameters"
            ],
            [
              "itemsPath",
              "items"
            ],
            [
              "maxConcurrency",
              "maxConcurrencyPath"
            ],
            [
              "toleratedFailureCount",
              "toleratedFailureCountPath"
            ],
            [
              "toleratedFailurePercentage",
              "toleratedFailurePercentagePath"
            ]
          ],
          "x-dagbook-needs": [
            [
              "itemProcessor",
              "iterator"
            ]
          ],
          "x-dagbook-refused": {
            "itemReader": "It reads the items from cloud storage, which is not part of this family. Have an earlier state give the list, and name it with itemsPath.",
            "resultWriter": "It writes the results to cloud storage, which is not part of this family. The results are the state's output.",
            "itemBatcher": "Batches of items are not part of this family. Have an earlier state group the list."
          },
          "properties": {
            "type": {
              "description": "Does the same for each item of a list; the result is the list of results.",
              "const": "Map",
              "examples": [
                "Map"
              ]
            },
            "comment": {
              "$ref": "#/definitions/comment"
            },
            "queryLanguage": {
              "$ref": "#/definitions/queryLanguage"
            },
            "inputPath": {
              "$ref": "#/definitions/inputPath"
            },
            "outputPath": {
              "$ref": "#/definitions/outputPath"
            },
            "itemsPath": {
              "description": "Where in the input the list stands.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "path",
              "default": "$",
              "examples": [
                "$.claims"
              ]
            },
            "items": {
              "description": "JSONata: the list.",
              "type": [
                "array",
                "object",
                "string"
              ],
              "x-dagbook-query-language": "JSONata",
              "x-dagbook-template": "jsonata",
              "pattern": "^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a list, or an expression in {% %}",
              "x-dagbook-expected": "a list, or an expression in {% %}",
              "examples": [
                "{% $states.input.claims %}"
              ]
            },
            "itemSelector": {
              "description": "What each item's states are given in place of the item. A field whose name ends in `.$` holds a path or an intrinsic function; `$$.Map.Item.Value` is the item.",
              "type": [
                "object",
                "string"
              ],
              "pattern": "^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a mapping, or in a JSONata state an expression in {% %}",
              "x-dagbook-expected": "a mapping",
              "additionalProperties": true,
              "x-dagbook-template": "either",
              "examples": [
                {
                  "claim.$": "$$.Map.Item.Value"
                }
              ]
            },
            "parameters": {
              "$ref": "#/definitions/parameters"
            },
            "itemProcessor": {
              "$ref": "#/definitions/processor"
            },
            "iterator": {
              "title": "Iterator",
              "description": "The older name of `itemProcessor`.",
              "type": "object",
              "additionalProperties": false,
              "patternProperties": {
                "^x-": {}
              },
              "required": [
                "startAt",
                "states"
              ],
              "properties": {
                "comment": {
                  "$ref": "#/definitions/comment"
                },
                "processorConfig": {
                  "$ref": "#/definitions/processorConfig"
                },
                "startAt": {
                  "$ref": "#/definitions/stateName"
                },
                "states": {
                  "$ref": "#/definitions/states"
                }
              },
              "examples": [
                {
                  "startAt": "Look",
                  "states": {
                    "Look": {
                      "type": "Pass",
                      "end": true
                    }
                  }
                }
              ]
            },
            "maxConcurrency": {
              "description": "Most items at the same time; 0 = as many as the run allows.",
              "type": [
                "integer",
                "string"
              ],
              "pattern": "^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a whole number, or in a JSONata state an expression in {% %}",
              "x-dagbook-expected": "a whole number",
              "x-dagbook-template": "jsonata",
              "minimum": 0,
              "default": 0,
              "examples": [
                4
              ]
            },
            "maxConcurrencyPath": {
              "description": "Where in the input that number stands.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "path",
              "examples": [
                "$.concurrency"
              ]
            },
            "toleratedFailureCount": {
              "description": "How many items may fail before the state does.",
              "type": [
                "integer",
                "string"
              ],
              "pattern": "^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a whole number, or in a JSONata state an expression in {% %}",
              "x-dagbook-expected": "a whole number",
              "x-dagbook-template": "jsonata",
              "minimum": 0,
              "default": 0,
              "examples": [
                2
              ]
            },
            "toleratedFailureCountPath": {
              "description": "Where in the input that number stands.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "path",
              "examples": [
                "$.tolerated"
              ]
            },
            "toleratedFailurePercentage": {
              "description": "How many percent of the items may fail before the state does.",
              "type": [
                "number",
                "string"
              ],
              "pattern": "^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a number, or in a JSONata state an expression in {% %}",
              "x-dagbook-expected": "a number",
              "x-dagbook-template": "jsonata",
              "minimum": 0,
              "maximum": 100,
              "default": 0,
              "examples": [
                10
              ]
            },
            "toleratedFailurePercentagePath": {
              "description": "Where in the input that number stands.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "path",
              "examples": [
                "$.tolerated"
              ]
            },
            "label": {
              "description": "Step Functions' name for a distributed map; kept, and without effect here.",
              "type": "string",
              "minLength": 1,
              "examples": [
                "claims"
              ]
            },
            "resultSelector": {
              "$ref": "#/definitions/resultSelector"
            },
            "resultPath": {
              "$ref": "#/definitions/resultPath"
            },
            "output": {
              "$ref": "#/definitions/output"
            },
            "assign": {
              "$ref": "#/definitions/assign"
            },
            "retry": {
              "$ref": "#/definitions/retry"
            },
            "catch": {
              "$ref": "#/definitions/catch"
            },
            "next": {
              "$ref": "#/definitions/stateName"
            },
            "end": {
              "$ref": "#/definitions/end"
            }
          },
          "examples": [
            {
              "type": "Map",
              "itemProcessor": {
                "startAt": "Look",
                "states": {
                  "Look": {
                    "type": "Pass",
                    "end": true
                  }
                }
              },
              "end": true
            }
          ]
        },
        {
          "type": "object",
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "title": "WaitState",
          "description": "Waits for some seconds, or until a time.",
          "required": [
            "type"
          ],
          "x-dagbook-refused": {
            "agent": "Only a Task does work. Make it a Task, or give the work to one."
          },
          "x-dagbook-exclusive": [
            [
              "seconds",
              "timestamp",
              "secondsPath",
              "timestampPath"
            ]
          ],
          "x-dagbook-needs": [
            [
              "seconds",
              "timestamp",
              "secondsPath",
              "timestampPath"
            ]
          ],
          "properties": {
            "type": {
              "description": "Waits for some seconds, or until a time.",
              "const": "Wait",
              "examples": [
                "Wait"
              ]
            },
            "comment": {
              "$ref": "#/definitions/comment"
            },
            "queryLanguage": {
              "$ref": "#/definitions/queryLanguage"
            },
            "inputPath": {
              "$ref": "#/definitions/inputPath"
            },
            "outputPath": {
              "$ref": "#/definitions/outputPath"
            },
            "seconds": {
              "description": "How many seconds.",
              "type": [
                "integer",
                "string"
              ],
              "pattern": "^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a whole number, or in a JSONata state an expression in {% %}",
              "x-dagbook-expected": "a whole number",
              "x-dagbook-template": "jsonata",
              "minimum": 0,
              "maximum": 99999999,
              "examples": [
                10
              ]
            },
            "timestamp": {
              "description": "Until when: a time such as `2026-08-18T17:33:00Z`, or in a JSONata state an expression.",
              "type": "string",
              "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$|^\\{%[\\s\\S]*%\\}$",
              "x-dagbook-pattern-hint": "a time such as 2026-08-18T17:33:00Z (RFC 3339, with an upper-case T and a zone)",
              "x-dagbook-template": "jsonata",
              "examples": [
                "2026-08-18T17:33:00Z"
              ]
            },
            "secondsPath": {
              "description": "Where in the input the number of seconds stands.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "path",
              "examples": [
                "$.wait"
              ]
            },
            "timestampPath": {
              "description": "Where in the input the time stands.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "path",
              "examples": [
                "$.until"
              ]
            },
            "output": {
              "$ref": "#/definitions/output"
            },
            "assign": {
              "$ref": "#/definitions/assign"
            },
            "next": {
              "$ref": "#/definitions/stateName"
            },
            "end": {
              "$ref": "#/definitions/end"
            }
          },
          "examples": [
            {
              "type": "Wait",
              "seconds": 10,
              "next": "Look"
            }
          ]
        },
        {
          "type": "object",
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "title": "PassState",
          "description": "Passes its input on, or gives a fixed result.",
          "required": [
            "type"
          ],
          "x-dagbook-refused": {
            "agent": "Only a Task does work. Make it a Task, or give the work to one.",
            "retry": "A Pass does no work that could fail.",
            "catch": "A Pass does no work that could fail."
          },
          "properties": {
            "type": {
              "description": "Passes its input on, or gives a fixed result.",
              "const": "Pass",
              "examples": [
                "Pass"
              ]
            },
            "comment": {
              "$ref": "#/definitions/comment"
            },
            "queryLanguage": {
              "$ref": "#/definitions/queryLanguage"
            },
            "inputPath": {
              "$ref": "#/definitions/inputPath"
            },
            "outputPath": {
              "$ref": "#/definitions/outputPath"
            },
            "parameters": {
              "$ref": "#/definitions/parameters"
            },
            "result": {
              "description": "The result, as written: nothing in it is a path or an expression.",
              "x-dagbook-query-language": "JSONPath",
              "examples": [
                {
                  "risk": "low"
                }
              ]
            },
            "resultPath": {
              "$ref": "#/definitions/resultPath"
            },
            "output": {
              "$ref": "#/definitions/output"
            },
            "assign": {
              "$ref": "#/definitions/assign"
            },
            "next": {
              "$ref": "#/definitions/stateName"
            },
            "end": {
              "$ref": "#/definitions/end"
            }
          },
          "examples": [
            {
              "type": "Pass",
              "result": {
                "risk": "low"
              },
              "end": true
            }
          ]
        },
        {
          "type": "object",
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "title": "SucceedState",
          "description": "Ends the scope it stands in well.",
          "required": [
            "type"
          ],
          "x-dagbook-refused": {
            "next": "It ends here. Make it a Pass if it is to go on.",
            "end": "A Succeed ends here anyway.",
            "agent": "Only a Task does work. Make it a Task, or give the work to one."
          },
          "properties": {
            "type": {
              "description": "Ends the scope it stands in well.",
              "const": "Succeed",
              "examples": [
                "Succeed"
              ]
            },
            "comment": {
              "$ref": "#/definitions/comment"
            },
            "queryLanguage": {
              "$ref": "#/definitions/queryLanguage"
            },
            "inputPath": {
              "$ref": "#/definitions/inputPath"
            },
            "outputPath": {
              "$ref": "#/definitions/outputPath"
            },
            "output": {
              "$ref": "#/definitions/output"
            }
          },
          "examples": [
            {
              "type": "Succeed"
            }
          ]
        },
        {
          "type": "object",
          "additionalProperties": false,
          "patternProperties": {
            "^x-": {}
          },
          "title": "FailState",
          "description": "Ends the scope it stands in with an error.",
          "required": [
            "type"
          ],
          "x-dagbook-refused": {
            "next": "It ends here. Make it a Pass if it is to go on.",
            "end": "A Fail ends here anyway.",
            "agent": "Only a Task does work. Make it a Task, or give the work to one."
          },
          "x-dagbook-exclusive": [
            [
              "error",
              "errorPath"
            ],
            [
              "cause",
              "causePath"
            ]
          ],
          "properties": {
            "type": {
              "description": "Ends the scope it stands in with an error.",
              "const": "Fail",
              "examples": [
                "Fail"
              ]
            },
            "comment": {
              "$ref": "#/definitions/comment"
            },
            "queryLanguage": {
              "$ref": "#/definitions/queryLanguage"
            },
            "error": {
              "description": "The name of the error, or in a JSONata state an expression.",
              "type": "string",
              "x-dagbook-template": "jsonata",
              "examples": [
                "Claim.Refused"
              ]
            },
            "cause": {
              "description": "What happened, for people; in a JSONata state it may be an expression.",
              "type": "string",
              "x-dagbook-template": "jsonata",
              "examples": [
                "The claim is older than a year."
              ]
            },
            "errorPath": {
              "description": "Where in the input the name of the error stands, or an intrinsic function that gives it.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "value",
              "examples": [
                "$.error"
              ]
            },
            "causePath": {
              "description": "Where in the input the cause stands, or an intrinsic function that gives it.",
              "type": "string",
              "minLength": 1,
              "x-dagbook-query-language": "JSONPath",
              "x-dagbook-path": "value",
              "examples": [
                "$.cause"
              ]
            }
          },
          "examples": [
            {
              "type": "Fail",
              "error": "Claim.Refused"
            }
          ]
        }
      ],
      "examples": [
        {
          "type": "Pass",
          "end": true
        }
      ]
    }
  }
};
