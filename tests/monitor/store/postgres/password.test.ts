import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passwordIn } from '../../../../src/monitor/store/postgres/password.ts';

const DATABASE = { host: 'db', port: 5432, database: 'all', user: 'me' };

test('takes the first line that fits, and stars fit everything', () => {
  const lines = ['# db:5432:all:me:comment', 'db:1:all:me:port', 'db:5432:*:me:right', '*:*:*:*:late'];
  expect(passwordIn(lines.join('\n'), DATABASE)).toBe('right');
  expect(passwordIn(lines.join('\r\n'), DATABASE)).toBe('right');
  expect(passwordIn(lines.join('\n'), { ...DATABASE, user: 'you' })).toBe('late');
  expect(passwordIn(lines.slice(0, 3).join('\n'), { ...DATABASE, user: 'you' })).toBe(undefined);
});

test('takes a server in a folder for one of this machine', () => {
  expect(passwordIn('localhost:5432:all:me:right', { ...DATABASE, host: '/run/postgresql' })).toBe('right');
});

test('has any password and name back, however they are written in a line', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((part) => !/[\r\n]/.test(part));
  const escaped = (part: string): string => part.replace(/[:\\]/g, '\\$&');
  fc.assert(
    fc.property(text, text, (database, password) => {
      const line = `db:5432:${escaped(database)}:me:${escaped(password)}`;
      // A name that is a star fits itself, too.
      expect(passwordIn(line, { ...DATABASE, database })).toBe(password);
    }),
  );
});

test('passes over lines that are none', () => {
  const line = fc.string().filter((part) => !part.includes('*'));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      expect(passwordIn([...lines, 'db:5432:all:me:right'].join('\n'), DATABASE)).toBe('right');
    }),
  );
});
