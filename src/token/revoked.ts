/** A list of revoked tokens, as the text of a file: one id a line; other lines, such as comments, say nothing. */
import { TOKEN_ID } from './claims.ts';

export function readRevoked(text: string): Set<string> {
  return new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => TOKEN_ID.test(line)),
  );
}

/** What is to be appended to a list so that it has the id; empty where it has it. */
export function revocationFor(text: string, id: string): string {
  if (readRevoked(text).has(id)) return '';
  // Whoever wrote a line by hand may have left out its end.
  const start = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${start}${id}\n`;
}
