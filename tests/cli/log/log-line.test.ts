/** Lines of the log as programs and people know them: whoever reads those of pino reads these. */
import { expect, test } from 'vitest';
import { type LogLine, lineFormat } from '../../../src/cli/log/log-line.ts';

const LINE: LogLine = {
  level: 'warn',
  timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  fields: { session: 1, detail: 'two\nlines' },
  message: 'end',
};

test('json: level and time are in front and the message is behind, where filters look for them', () => {
  expect(lineFormat('json', false)(LINE)).toBe(
    '{"level":40,"time":"2026-01-02T03:04:05.006Z","session":1,"detail":"two\\nlines","msg":"end"}\n',
  );
});

test('pretty: what there is nothing of takes no room', () => {
  const line = lineFormat('pretty', false)({ ...LINE, fields: {} });
  expect(line).toMatch(/^\[\d\d:\d\d:05\.006\] WARN: end\n$/);
});

test('pretty: on a terminal levels are told apart by colour, wherever the output goes', () => {
  const [warning, error] = (['warn', 'error'] as const).map((level) =>
    lineFormat('pretty', true)({ ...LINE, level }),
  );
  expect(warning).toContain('\u001b[33mWARN\u001b[39m: \u001b[36mend\u001b[39m \u001b[90m{"session":1,');
  expect(error).toContain('\u001b[31mERROR\u001b[39m');
});
