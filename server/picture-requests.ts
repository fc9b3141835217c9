import type { Connection } from 'vscode-languageserver/node';
import { pictures } from '../language/index.ts';
import { PICTURE_REQUEST, type PictureAnswer, type PictureParams } from '../protocol/language-requests.ts';
import { always, type FeatureHost } from './feature-request.ts';
import { LastAnswers } from './last-answers.ts';

export function registerPictures(connection: Connection, host: FeatureHost): void {
  const drawn = new LastAnswers<PictureAnswer>(host.documents);
  connection.onRequest(
    PICTURE_REQUEST,
    always<PictureParams, PictureAnswer>(host, 'the picture', [], ({ uri, context, settings }) => {
      const answer = pictures(context, settings.severity, drawn.get(uri));
      drawn.set(uri, answer);
      return answer;
    }),
  );
}
