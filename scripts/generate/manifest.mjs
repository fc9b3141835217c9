import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'];

/**
 * The one setting of the manifest that follows from the checks: which codes `dagbook.diagnostics.severity` knows.
 * @param {string} root
 * @param {readonly { readonly code: string; readonly severity: string; readonly title: string }[]} pages
 */
export async function generateManifest(root, pages) {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const documents = manifest.contributes.configuration.find((group) => group.title === 'Documents');
  if (documents === undefined) throw new Error('package.json: there is no group of settings called "Documents".');
  documents.properties['dagbook.diagnostics.severity'] = {
    type: 'object',
    default: {},
    scope: 'resource',
    order: 2,
    additionalProperties: false,
    // A bug is always shown as what it is.
    properties: Object.fromEntries(pages.filter(({ code }) => code !== 'internal-error').map(propertyOf)),
    markdownDescription: 'How grave a problem counts, by its code: `{"cap-too-small": "error", "undeclared-input": "off"}`. `off` = not shown. Codes that are not named keep their own severity.',
  };
  return new Map([['package.json', `${JSON.stringify(manifest, null, 2)}\n`]]);
}

function propertyOf({ code, severity, title }) {
  return [code, { type: 'string', enum: SEVERITIES, description: `${title} (${severity}).` }];
}
