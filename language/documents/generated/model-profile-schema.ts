// Generated from schemas/model-profile.schema.json by scripts/generate.mjs. Do not edit.
import type { JsonObject } from '../../../protocol/json.ts';

export const modelProfileSchema: JsonObject = {
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "https://dagbook.dev/schemas/model-profile.schema.json",
  "title": "ModelProfileDocument",
  "description": "A model profile: how to reach a model, and how to start its server.",
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
      "description": "The profile's name.",
      "type": "string",
      "pattern": "^[^\\s/\\\\@][^/\\\\@\\r\\n]*$",
      "x-dagbook-pattern-hint": "a name without `/`, `\\` and `@`, so that it cannot be mistaken for a path or a digest",
      "examples": [
        "local-vllm"
      ]
    },
    "provider": {
      "description": "The provider whose API it speaks.",
      "type": "string",
      "minLength": 1,
      "examples": [
        "openai"
      ]
    },
    "base_url": {
      "description": "Where the API is.",
      "type": "string",
      "pattern": "^https?://",
      "x-dagbook-pattern-hint": "an address that begins with http:// or https://",
      "examples": [
        "http://127.0.0.1:8000/v1"
      ]
    },
    "command": {
      "description": "The program that starts the server.",
      "type": "string",
      "minLength": 1,
      "examples": [
        "vllm"
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
          "serve",
          "qwen2.5-7b"
        ]
      ]
    },
    "env": {
      "description": "Environment of the program, beside ours without what looks like a credential: a text, or `secret: NAME` for a value that must not stand in a file. What a program that is given a secret prints is not kept.",
      "type": "object",
      "default": {},
      "additionalProperties": {
        "x-dagbook-expected": "a text, or {secret: NAME}",
        "oneOf": [
          {
            "type": "string",
            "description": "A text.",
            "examples": [
              "0"
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
                  "HF_TOKEN"
                ]
              }
            },
            "examples": [
              {
                "secret": "HF_TOKEN"
              }
            ]
          }
        ]
      },
      "examples": [
        {
          "HF_TOKEN": {
            "secret": "HF_TOKEN"
          },
          "CUDA_VISIBLE_DEVICES": "0"
        }
      ]
    },
    "served_models": {
      "description": "The models the server answers for.",
      "type": "array",
      "x-dagbook-set": true,
      "default": [],
      "items": {
        "type": "string",
        "minLength": 1
      },
      "examples": [
        [
          "qwen2.5-7b"
        ]
      ]
    },
    "enabled": {
      "description": "Whether calls may go there. Switched off, the profile can be looked at but not started.",
      "type": "boolean",
      "default": true,
      "examples": [
        false
      ]
    }
  }
};
