/**
 * Under which name a page may be asked for. A page of this machine alone answers to no other name than this machine's: a
 * site elsewhere could otherwise let its own name mean 127.0.0.1, and read the page as if it were its own (DNS rebinding).
 */

const OF_THIS_MACHINE: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|\[::1\])$/i;

/** Whether nobody but this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * @param host the header; undefined where there is none
 * @param own the host that is listened on, and names that it has otherwise
 */
export function isNamed(host: string | undefined, own: readonly string[]): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return [...OF_THIS_MACHINE, ...own.map(inBrackets)].includes(name);
}

function inBrackets(host: string): string {
  const name = host.toLowerCase();
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
}
