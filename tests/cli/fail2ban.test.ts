/** Whoever is banned by the filter of the package deserved it, and nobody can have somebody else banned. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { accessLog } from '../../src/cli/log/access-log.ts';
import { lineFormat } from '../../src/cli/log/log-line.ts';
import { TOLD_PER_SECOND } from '../../src/cli/log/sampler.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { ServerEvent } from '../../src/index.ts';

const FILTER = fileURLToPath(new URL('../../examples/fail2ban/filter.d/echolot.conf', import.meta.url));
const BAD = { address: '192.0.2.66', port: 4_000, family: 4 } as const;
const BAD6 = { address: '2001:db8::66', port: 4_000, family: 6 } as const;
const GOOD = { address: '198.51.100.1', port: 5_000, family: 4 } as const;

type End = Extract<ServerEvent, { kind: 'end' }>;

function end(remote: End['remote'], reason: End['reason'], detail?: string): End {
  return { kind: 'end', session: 7, remote, reason, detail, echoed: 0, durationNs: 1_000_000 };
}

async function logOf(events: readonly ServerEvent[]): Promise<string[]> {
  const lines: string[] = [];
  const clock = new VirtualClock();
  const output = { hasRoom: true, write: (line: string) => lines.push(line), drop: () => {} };
  const log = accessLog(output, lineFormat('json', false), clock, 'debug');
  for (const event of events) log.tell(event);
  log.flush();
  return lines;
}

/** As fail2ban does it: the time is taken out first, and an address of either family is looked for. */
function failures(lines: readonly string[]): string[] {
  const [, texts = ''] = /^failregex = ([\s\S]*?)\n\n/m.exec(readFileSync(FILTER, 'utf8')) ?? [];
  const patterns = texts
    .split('\n')
    .map((text) => new RegExp(text.trim().replace('<ADDR>', '(?<ip>[0-9a-fA-F:.]+?)')));
  expect(patterns).toHaveLength(3);
  return lines.flatMap((line) => {
    const matched = line.trim().replace(/"time":"[^"]*"/, '"time":""');
    const found = patterns.map((pattern) => pattern.exec(matched)).find((match) => match !== null);
    return found?.groups?.['ip'] ?? [];
  });
}

const FORGED = `","remote":"${GOOD.address}:1","reason":"invalid-setup","msg":"end"}\n{"level":40,"time":"","session":1,"remote":"${GOOD.address}:1","reason":"invalid-setup","x":1,"msg":"end"}`;
const DESERVED: readonly ServerEvent[] = [
  end(BAD, 'invalid-setup', 'two\nlines'),
  end(BAD6, 'invalid-measurement', FORGED),
  end(BAD, 'first-message-timeout'),
  { kind: 'refused', remote: BAD6, reason: 'share', most: 5, class: 'anyone' },
];
const INNOCENT: readonly ServerEvent[] = [
  { kind: 'connected', session: 9, remote: GOOD },
  end(GOOD, 'terminated'),
  end(GOOD, 'connection-lost', FORGED),
  { ...end(GOOD, 'closed-by-peer'), isHealthCheck: true },
  end(GOOD, 'idle-timeout'),
  { kind: 'refused', remote: GOOD, reason: 'full', most: 5 },
];

function flood(remote: End['remote'], reason: End['reason'], first: number): ServerEvent[] {
  return Array.from({ length: TOLD_PER_SECOND + 5 }, (_, i): ServerEvent[] => [
    { kind: 'connected', session: first + i, remote },
    { ...end(remote, reason), session: first + i },
  ]).flat();
}

test('who broke a rule or took too much is found, with his own address, and nobody else', async () => {
  const lines = await logOf([...INNOCENT, ...DESERVED, ...INNOCENT]);
  expect(failures(lines)).toEqual([BAD.address, BAD6.address, BAD.address, BAD6.address]);
});

test('in a flood what was not told one by one counts as well, of those who did it', async () => {
  const lines = await logOf([...flood(BAD, 'invalid-setup', 1), ...flood(GOOD, 'terminated', 1_000)]);
  expect(failures(lines)).toEqual(Array(TOLD_PER_SECOND + 1).fill(BAD.address));
});

const hasFail2ban = spawnSync('fail2ban-regex', ['--version']).status === 0;

describe.skipIf(!hasFail2ban)('fail2ban-regex', () => {
  test('reads the same out of the same log, times included', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'echolot-')), 'log');
    writeFileSync(
      file,
      (await logOf([...INNOCENT, ...DESERVED, ...flood(BAD, 'invalid-setup', 1)])).join(''),
    );
    const found = execFileSync('fail2ban-regex', ['--out', 'ip', file, FILTER], { encoding: 'utf8' });
    const addresses = found.trim().split('\n');
    expect(addresses).toHaveLength(DESERVED.length + TOLD_PER_SECOND + 1);
    expect(new Set(addresses)).toEqual(new Set([BAD.address, BAD6.address]));
  });
});
