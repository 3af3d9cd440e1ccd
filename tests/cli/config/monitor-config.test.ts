/** A monitor's file: what it says holds, and each mistake in it is named with its line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { TARGET_KEYS } from '../../../src/cli/config/monitor/target-keys.ts';
import { readMonitor } from '../../../src/cli/config/read-config.ts';
import { withConfig } from '../../../src/cli/config/with-config.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { planTargets } from '../../../src/options.ts';
import { configFile } from './config-file.ts';

const { folder, file, read, mistakesOf, remove } = configFile('monitor.toml', readMonitor);
const CA = join(folder, 'ca.pem');
writeFileSync(CA, 'PEM');
afterAll(remove);

describe('the configuration of a monitor', () => {
  test('is options as they are typed, and targets with all they say', () => {
    const { options, targets } = read(`
      store = "/var/lib/echolot.sqlite"
      page = "localhost:0"
      insecure-page = false

      [[target]]
      name = "web"
      address = "host.example:443"
      kind = "ping"
      interval = "1s"
      tls = true
      tls-name = "other.example"
      labels = { site = "fra" }

      [[target]]
      address = "[2001:db8::1]:9900"
      size = "1K"
      probes = 5
      bind = "2001:db8::2"
      dscp = "EF"

      [[target]]
      name = "night"
      address = "192.0.2.1:9900"
      kind = "load"
      interval = "12h"
      during = "at night"
      seconds = 3
      streams = 4
    `);
    expect(options).toEqual([
      { name: 'store', args: ['--store', '/var/lib/echolot.sqlite'] },
      { name: 'page', args: ['--page', 'localhost:0'] },
    ]);
    expect(targets).toEqual([
      {
        name: 'web',
        host: 'host.example',
        port: 443,
        kind: 'ping',
        intervalMs: 1_000,
        socket: { tls: { name: 'other.example' } },
        labels: { site: 'fra' },
      },
      {
        host: '2001:db8::1',
        port: 9_900,
        payloadBytes: 1_024,
        probes: 5,
        socket: { bindAddress: '2001:db8::2', trafficClass: 184 },
      },
      {
        name: 'night',
        host: '192.0.2.1',
        port: 9_900,
        kind: 'load',
        intervalMs: 43_200_000,
        during: { fromMinute: 60, toMinute: 300, text: 'at night' },
        load: {
          phases: [{ name: 'idle' }, { name: 'down', durationMs: 3_000 }, { name: 'up', durationMs: 3_000 }],
          streams: 4,
        },
      },
    ]);
  });

  const BEFORE = '[[target]]\naddress = "a:1"\n\n[[target]]\n';
  const wrong: readonly (readonly [string, string])[] = [
    ['shop = 1', '1: there is no option shop'],
    ['page = "nowhere"', '1: page: Expected a port'],
    ['target = "a:1"', '1: targets are tables of a list: [[target]]'],
    ['[target]\naddress = "a:1"', '1: targets are tables of a list'],
    [`${BEFORE}kind = "ping"`, '4: a target has an address'],
    [`${BEFORE}address = "a"`, '5: a: the port is missing'],
    [`${BEFORE}address = "a:0"`, '5: "0" is no port'],
    [`${BEFORE}address = "http://a:1"`, '5: '],
    [`${BEFORE}address = "b:1"\ncolour = "red"`, '6: a target has no colour; there are name, address'],
    [`${BEFORE}address = "b:1"\ninterval = 10`, ''],
    [`${BEFORE}address = "b:1"\ninterval = "10"`, ''],
    [`${BEFORE}address = "b:1"\ninterval = "10 parsecs"`, '6: Expected a time with its unit'],
    [`${BEFORE}address = "b:1"\ninterval = "1ms"`, '6: Expected a time from 1s'],
    [`${BEFORE}address = "b:1"\nprobes = 0`, '6: Expected'],
    [`${BEFORE}address = "b:1"\nprobes = true`, '6: it is a text or a number'],
    [
      `${BEFORE}address = "b:1"\nkind = "guess"`,
      '6: there is no guess; write one of "measure", "ping", "load"',
    ],
    [`${BEFORE}address = "b:1"\ntls = "yes"`, '6: it is true or false'],
    [`${BEFORE}address = "b:1"\nname = 7`, '6: a name is a text'],
    [`${BEFORE}address = "b:1"\nname = ""`, '4: a target needs a name'],
    [`${BEFORE}address = "b:1"\nlabels = { target = "x" }`, '4: a label cannot be called target'],
    [`${BEFORE}address = "b:1"\nlabels = "x"`, '6: labels are { site = "fra" }'],
    [`${BEFORE}address = "b:1"\n[target.labels]\n"a-b" = "x"`, '4: a label cannot be called a-b'],
    [
      `${BEFORE}address = "b:1"\nkind = "load"\nduring = "noon"`,
      "7: noon is no part of a day; write it as in '1:00..5:00'",
    ],
    [`${BEFORE}address = "b:1"\ntls-ca = "${folder}/nothing"`, '6: '],
    [`${BEFORE}address = "b:1"\ntoken = "${folder}/nothing"`, '6: '],
    [`${BEFORE}address = "b:1"\nduring = "at night"`, '6: during is not of a target of the kind measure'],
    [`${BEFORE}address = "b:1"\nkind = "ping"\nsize = 100`, '7: size is not of a target of the kind ping'],
    [`${BEFORE}address = "b:1"\nname = "b "`, '4: a target needs a name that can be seen'],
    [`${BEFORE}address = "b:1"\nname = "\\u202eb"`, '4: a target needs a name that can be seen'],
    [`${BEFORE}address = "b:1"\nsize = "1G"`, '6: Expected a size'],
    [`${BEFORE}address = "b:1"\ninterval = "8d"`, '6: Expected a time from 1s to 7d'],
    [`${BEFORE}address = "b:1"\ninterval = "0h"`, '6: Expected a time from 1s to 7d'],
    ['quiet = "yes"', '1: quiet is true or false'],
    ['quiet = [true]', '1: quiet is true or false'],
    ['interval = "1s"\n[[target]]\naddress = "a:1"', '1: interval is of a target: write it below [[target]]'],
    ['[[target]]\naddress = "a:1"\n[[alert]]\nwhen = "down"\ntargets = ["b*"]', '5: no target is called b*'],
    [
      '[[target]]\naddress = "a:1"\n[[silence]]\ntarget = "b"\nfrom = 2026-01-01T00:00:00Z\nto = 2026-01-02T00:00:00Z',
      '4: no target is called b',
    ],
    ['[[alert]]\nwhen = "rtt.p99 > 2 parsecs"', '1: "rtt.p99 > 2 parsecs" ends with'],
    ['[[alert]]\nwhen = "down"\ncommand = "rm -rf"', '1: there is no shell that takes "rm -rf" apart'],
    ['[[alert]]\nwhen = "down"\nwebhook = "ftp://a"', '1: ftp://a is no address of a webhook'],
    ['[[alert]]\nwhen = "down"\n[[alert]]\nwhen = "down"', '3: two alerts are called down; give each a name'],
    ['[[alert]]\nwhen = "down"\nif = 1', '3: alert has no if; there are name, when'],
    [
      '[[silence]]\nfrom = 2026-01-02T00:00:00Z\nto = 2026-01-01T00:00:00Z',
      '1: a silence ends after it begins',
    ],
    ['[[silence]]\nfrom = "soon"\nto = 2026-01-01T00:00:00Z', '1: from is no moment'],
    [`${BEFORE}address = "a:1"`, '4: two targets are called a:1; give each a name'],
    [`${BEFORE}name = "a:1"\naddress = "b:1"`, '5: two targets are called a:1; give each a name'],
  ];

  test.each(wrong)('with a mistake, %j, is refused with its line', (text, mistake) => {
    const [first, ...others] = mistakesOf(text);
    if (mistake === '') expect(first).toBeUndefined();
    else expect(first?.slice(0, mistake.length)).toBe(mistake);
    expect(others).toEqual([]);
  });

  test('each mistake of many is told', () => {
    const mistakes = mistakesOf(`shop = 1\n[[target]]\naddress = "a"\nprobes = 0\n[[target]]\nkind = "x"`);
    expect(mistakes.map((each) => each.split(':')[0])).toEqual(['1', '3', '4', '5', '6']);
  });

  test('whatever is written, there are targets that can be, or a mistake with a line', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constantFrom('1s', '10s', '1K', 'ping', 'load', 'EF', 'at night', '4', 'a:1', CA),
    );
    const table = fc.dictionary(
      fc.constantFrom('name', 'address', 'labels', ...Object.keys(TARGET_KEYS)),
      value,
    );
    fc.assert(
      fc.property(fc.array(table, { maxLength: 3 }), (tables) => {
        const text = tables
          .map((one) =>
            ['[[target]]', ...Object.entries(one).map(([key, each]) => `${key} = ${tomlOf(each)}`)].join(
              '\n',
            ),
          )
          .join('\n');
        try {
          const { targets } = read(text);
          if (targets.length > 0) expect(planTargets(targets)).toHaveLength(tables.length);
        } catch (error) {
          expect(error).toBeInstanceOf(EcholotError);
          expect((error as EcholotError).code).toBe('usage');
        }
      }),
      { numRuns: 200 },
    );
  });

  test('stands before what is typed, which wins', async () => {
    writeFileSync(file, 'store = "a"\npage = "1"\n[[target]]\naddress = "a:1"\n');
    expect(await withConfig(['monitor', '--config', file, '--page', '2'])).toEqual([
      'monitor',
      '--store',
      'a',
      '--config',
      file,
      '--page',
      '2',
    ]);
  });
});

function tomlOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed()).replaceAll('\u007f', '\\u007f');
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(6) : String(value);
}
