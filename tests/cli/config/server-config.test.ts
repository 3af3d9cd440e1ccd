/** An operator's file: what it says holds, and each mistake in it is named with its line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/cli/config/read-config.ts';
import { TERM_KEYS } from '../../../src/cli/config/term-keys.ts';
import { withConfig } from '../../../src/cli/config/with-config.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { configFile } from './config-file.ts';

const { folder, file, read, mistakesOf, remove } = configFile('server.toml', readConfig);
afterAll(remove);

describe('a configuration', () => {
  test('is options as they are typed, and classes with their terms', () => {
    const { options, policy } = read(`
      port = 9977
      quiet = true
      echo = false
      max-payload = "2M"
      deny = ["203.0.113.0/24"]
      client-bits = { ipv6 = 56 }

      [classes.lab]
      from = ["10.0.0.0/8", "2001:db8::/32"]
      session-time = "10m"
      delay = "500ms"
      bytes-per-day = "20G"
      load-rate = "1G"
      probes = 7
    `);
    expect(options.flatMap(({ args }) => args)).toEqual(['--port', '9977', '--quiet', '--max-payload', '2M']);
    expect(policy).toEqual({
      deny: ['203.0.113.0/24'],
      clientBits: { ipv6: 56 },
      classes: {
        lab: {
          from: ['10.0.0.0/8', '2001:db8::/32'],
          maxSessionNs: 600e9,
          maxDelayNs: 0.5e9,
          bytesPerDay: 20 * 1024 ** 3,
          maxLoadBitsPerSecond: 1e9,
          maxProbes: 7,
        },
      },
    });
  });

  test.each([
    ['port = 99999', '1: port: Expected a whole number from 0 to 65535'],
    ['\nlg = "json"', '2: there is no option lg'],
    ['config = "other.toml"', '1: there is no option config'],
    ['host = ["a"]', '1: host is a text'],
    ['max-payload = 1.5', '1: max-payload: Expected a number of bytes'],
    ['[classes.a]\nprobs = 7', '2: a class has no probs'],
    ['[classes.a]\nconstructor = 3', '2: a class has no constructor'],
    ['[classes.a]\n__proto__ = 3', '2: a class has no __proto__'],
    ['\nrequire-token = "sometimes"', '2: a token cannot be required sometimes'],
    ['\n[classes.anyone]\nfrom = "10.0.0.0/8"', '2: the class anyone has no networks'],
    ['\n[[classes]]\nx = 1', '2: classes are tables'],
    ['\ndeny = [\n  "10.0.0.0/8",\n  "bad",\n]\n# "bad"', '4: deny: bad is no network'],
    [
      '# was 10.1.1.1/8\n[classes.a]\nfrom = "10.0.0.0/8"\n[classes.b]\nfrom = ["10.1.1.1/8"] # 10.0.0.0/8',
      '5: ',
    ],
    ['[classes.a]\n\nsession-time = 5', '3: session-time: Expected a time with its unit'],
    ['[classes.a]\nbytes-per-day = "20Q"', '2: bytes-per-day: Expected a number of bytes'],
    ['[classes.a]\nfrom = "10.0.0.0/40"', '2: class a: 10.0.0.0/40 is no network'],
    ['[classes.a]\nfrom = [5]', '2: from is a list of networks'],
    ['classes = 5', '1: classes are tables'],
    ['[classes]\na = 5', '2: a class is a table'],
    ['client-bits = 5', '1: client-bits are'],
    ['client-bits = { ipv4 = 33 }', 'by 33 bits'],
    [
      '[classes.a]\nfrom = "10.0.0.0/8"\n[classes.b]\nfrom = "10.1.1.1/8"',
      '4: 10.0.0.0/8 and 10.1.1.1/8 are one',
    ],
    ['port = 1\nport = 2', '2: '],
    ['port = "unclosed', '1: '],
  ])('with a mistake, %j, is refused with its line', (text, told) => {
    const mistakes = mistakesOf(text);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(told);
  });

  test('gives an option that may be repeated as a list', () => {
    const { options } = read('token-key = ["one.pub", "two.pub"]');
    expect(options.flatMap(({ args }) => args)).toEqual(['--token-key', 'one.pub', '--token-key', 'two.pub']);
  });

  test('with mistakes in several lists names each', () => {
    const lines = mistakesOf(
      'deny = ["bad"]\nallow = ["worse"]\nrequire-token = "x"\n[classes.a]\nfrom = ["third"]\n',
    );
    expect(lines.map((told) => told.split(':')[0])).toEqual(['1', '2', '3', '5']);
  });

  test('with many mistakes names all of them, in their order', () => {
    const lines = mistakesOf('lg = 1\nport = -1\n[classes.a]\nprobs = 1\ndelay = 5\n').map(
      (told) => told.split(':')[0],
    );
    expect(lines).toEqual(['1', '2', '4', '5']);
  });

  test('that is not there, or no file, is an error of usage', () => {
    expect(() => readConfig(join(folder, 'none.toml'))).toThrow('no such file');
    expect(() => readConfig(folder)).toThrow(EcholotError);
    expect(() => readConfig('/dev/zero')).toThrow(EcholotError);
  });

  test('is refused in good order whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom(
              'port',
              'log',
              'classes',
              'allow',
              'client-bits',
              '[classes.x]',
              ...Object.keys(TERM_KEYS),
            ),
            fc.constantFrom(
              '= 5',
              '= "x"',
              '= []',
              '= {}',
              '= true',
              '= nan',
              '= 1979-05-27',
              '',
              '= "\\u0000"',
            ),
          ),
        ),
        (lines) => {
          try {
            read(lines.map((pair) => pair.join(' ')).join('\n'));
          } catch (error) {
            expect(error).toBeInstanceOf(EcholotError);
          }
        },
      ),
    );
  });
});

describe('the command line', () => {
  test('wins over the file, and what only the file says holds', async () => {
    writeFileSync(file, 'port = 1234\nlog = "json"\nthreads = 2\n');
    expect(await withConfig(['serve', '--config', file, '-p', '99', '--threads=1'])).toEqual([
      'serve',
      '--log',
      'json',
      '--config',
      file,
      '-p',
      '99',
      '--threads=1',
    ]);
    const other = ['measure', 'host', '9900'];
    expect(await withConfig(other)).toEqual(other);
  });
});
