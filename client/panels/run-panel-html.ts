/** What the page of a run panel is made of. The uris are those of `webview.asWebviewUri`. */
export interface RunPanelPage {
  /** `webview.cspSource` */
  readonly cspSource: string;
  /** New for each page; letters, digits, `-` and `_`. */
  readonly nonce: string;
  /** `dist/webview/run.js` */
  readonly script: string;
  /** `dist/webview/run.css` */
  readonly style: string;
  /** `vscode.env.language` */
  readonly language: string;
}

/** One script and one style sheet of ours, no inline script or style, nothing from elsewhere. */
export function runPanelHtml({ cspSource, nonce, script, style, language }: RunPanelPage): string {
  const policy = [`default-src 'none'`, `script-src 'nonce-${nonce}'`, `style-src ${cspSource}`, `font-src ${cspSource}`, `img-src ${cspSource} data:`].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>Run</title>
</head>
<body>
<div id="root"></div>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
