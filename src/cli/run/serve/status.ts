/** `echolot serve status`: asks servers that run on this machine what they do. */
import { get } from 'node:http';
import { EcholotError } from '../../../core/errors.ts';
import type { ServeStatusArguments } from '../../commands/serve-status.ts';
import { EXIT } from '../../exit-codes.ts';
import { ownSockets, thisOwner } from '../../folders/status-sockets.ts';
import { print } from '../../streams.ts';

/** A server answers in milliseconds, unless it is stopped or is none. */
const TIMEOUT_MS = 3_000;
/** A state has some thousand bytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

export async function serveStatusCommand({ socket, json }: ServeStatusArguments): Promise<number> {
  const asked = json ? '/json' : '/';
  if (socket !== undefined) {
    await print(await ask(socket, asked));
    return EXIT.done;
  }
  const answers: string[] = [];
  for (const path of ownSockets(thisOwner())) {
    const answer = await ask(path, asked).catch((error: unknown) => {
      // A server that was killed leaves its socket behind.
      if (error instanceof EcholotError && error.code === 'network') return undefined;
      throw error;
    });
    if (answer !== undefined) answers.push(answer);
  }
  if (answers.length === 0) {
    throw new EcholotError('network', 'no server of this user answers', {
      advice: 'name its socket with --socket, as it was given with serve --status-socket',
    });
  }
  await print(answers.join(json ? '' : '\n'));
  return EXIT.done;
}

/** @throws EcholotError `network` when nobody listens there, `timeout`, `peer` when it is no answer of a server */
function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (code: 'network' | 'peer' | 'timeout', what: string, cause?: unknown): void => {
      request.destroy();
      reject(new EcholotError(code, `${socketPath}: ${what}`, { cause }));
    };
    const request = get({ socketPath, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER_BYTES) fail('peer', 'the answer has no end');
      });
      response.once('error', (error) => fail('peer', 'the answer is cut', error));
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text);
        else fail('peer', text.trim());
      });
    });
    const timer = setTimeout(() => fail('timeout', 'no answer in 3 s'), TIMEOUT_MS);
    request.once('close', () => clearTimeout(timer));
    request.once('error', (error: NodeJS.ErrnoException) => {
      const isNobody = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
      fail('network', isNobody ? 'no server listens there' : error.message, error);
    });
  });
}
