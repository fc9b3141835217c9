import { compile } from 'json-schema-to-typescript';
import { strip } from './strip.mjs';

/** TypeScript types of the documents. */
export async function generateTypes(schemas) {
  const files = new Map();
  for (const [name, schema] of Object.entries(schemas)) {
    const text = await compile(strip(schema, loosens), schema.title, {
      additionalProperties: false,
      bannerComment: `// Generated from schemas/${name}.schema.json by scripts/generate.mjs. Do not edit.`,
      format: true,
      style: { singleQuote: true, printWidth: 140 },
      unknownAny: true,
      unreachableDefinitions: true,
    });
    files.set(`language/documents/generated/${name}-document.ts`, text);
  }
  return files;
}

/** `minItems` would become tuples, and `^x-` an index signature that hides typos; examples only lengthen the comments. */
function loosens(keyword) {
  return keyword === 'minItems' || keyword === 'patternProperties' || keyword === 'examples' || keyword.startsWith('x-dagbook');
}
