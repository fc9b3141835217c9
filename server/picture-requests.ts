import type { Connection } from 'vscode-languageserver/node';
import { pictures } from '../language/index.ts';
import { PICTURE_REQUEST, type PictureAnswer, type PictureParams } from '../protocol/language-requests.ts';
import { always, type FeatureHost } from './feature-request.ts';

export function registerPictures(connection: Connection, host: FeatureHost): void {
  /** What was drawn last of documents that are open. */
  const drawn = new Map<string, PictureAnswer>();
  const forgetClosed = (): void => {
    for (const uri of drawn.keys()) if (host.documents.get(uri) === undefined) drawn.delete(uri);
  };
  connection.onRequest(
    PICTURE_REQUEST,
    always<PictureParams, PictureAnswer>(host, 'the picture', [], ({ uri, context, settings }) => {
      forgetClosed();
      const answer = pictures(context, settings.severity, drawn.get(uri));
      if (host.documents.get(uri) !== undefined) drawn.set(uri, answer);
      return answer;
    }),
  );
}
