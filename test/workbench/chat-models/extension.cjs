'use strict';
// A provider of chat models, as extensions of others are one. Its model says what it was asked, a word at a time; `slow` never ends, and says so when it is let go of.
const vscode = require('vscode');

const MODELS = ['echo', 'slow'].map((id) => ({ id: `test-${id}`, name: `Test ${id}`, family: `family-${id}`, version: '1', maxInputTokens: 8000, maxOutputTokens: 1000, capabilities: { toolCalling: true, imageInput: false } }));

const textOf = (/** @type {any} */ { content }) => content.map((/** @type {any} */ part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');

exports.activate = (/** @type {vscode.ExtensionContext} */ context) => {
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider('dagbook-test', {
    provideLanguageModelChatInformation: () => MODELS,
    provideTokenCount: async (/** @type {any} */ _model, /** @type {any} */ text) => Math.ceil((typeof text === 'string' ? text : textOf(text)).length / 4),
    async provideLanguageModelChatResponse(/** @type {any} */ model, /** @type {any} */ messages, /** @type {any} */ options, /** @type {any} */ progress, /** @type {any} */ token) {
      const goal = /^Task: (.*)$/m.exec(messages.map(textOf).join('\n'))?.[1] ?? 'nothing';
      for (const word of ['You', 'asked:', goal]) progress.report(new vscode.LanguageModelTextPart(`${word} `));
      if (model.id !== 'test-slow') return;
      await new Promise((resolve) => token.onCancellationRequested(() => resolve(undefined)));
      vscode.window.setStatusBarMessage('Chat Models: let go');
    },
  }));
};
