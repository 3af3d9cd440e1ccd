/** A server's first line: programs find the port at its end, people whether others can come. */
import { expect, test } from 'vitest';
import { greeting } from '../../src/cli/log/greeting.ts';

const at = (address: string) => ({ address, port: 9_900, family: address.includes(':') ? 6 : 4 }) as const;
const options = { echo: false, host: 'localhost', quiet: false };

test.each([[['127.0.0.1', '::1']], [['127.0.0.53']], [['::1']]])(
  'a server on %j alone says that no other machine can reach it, and what to do',
  (addresses) => {
    const line = greeting(options, addresses.map(at));
    expect(line).toMatch(/^echolot listening, for this machine only \(--host .*:9900\n$/);
  },
);

test.each([[['0.0.0.0']], [['::']], [['192.0.2.1']], [['fe80::1%eth0']], [['127.0.0.1', '192.0.2.1']]])(
  'a server on %j does not',
  (addresses) => {
    const line = greeting(options, addresses.map(at));
    expect(line).toMatch(/^echolot listening on [^,]*:9900\n$/);
  },
);

test("a plain echo server says it after the assignment's line, where nobody chose its address", () => {
  const echo = { ...options, echo: true };
  const waiting = 'Waiting to receive message from client\n';
  expect(greeting(echo, [at('127.0.0.1')])).toBe(
    `Starting up server on localhost port 9900\n(for this machine only; --host ADDRESS lets others in)\n${waiting}`,
  );
  expect(greeting({ ...echo, host: '127.0.0.1' }, [at('127.0.0.1')])).toBe(
    `Starting up server on 127.0.0.1 port 9900\n${waiting}`,
  );
  expect(greeting({ ...echo, quiet: true }, [at('127.0.0.1')])).toBe(
    'Starting up server on localhost port 9900\n',
  );
});
