/** Compliance: whichever dialect a server speaks, a client that was told of it gets through all three phases. */
import { describe, expect, test } from 'vitest';
import {
  DIALECT_NAMES,
  DIALECTS,
  type DialectName,
  RECOGNISED_DIALECTS,
} from '../../../src/core/wire/dialects.ts';
import type { TerminationOutcome } from '../../../src/facts/connection.ts';
import type { EngineSession } from '../../../src/net/engine.ts';
import type { ServerEvent } from '../../../src/server/events.ts';
import { goodAnswer, listenScripted } from '../scripted-server.ts';
import { makePlan, makeSamples, NO_BUDGET_NS, open, type Served, serve, type World } from '../world.ts';

/** One dialect of the field takes no fewer. */
const PROBES = 20;

interface Course {
  readonly session: EngineSession;
  readonly count: number;
  readonly outcome: TerminationOutcome;
  readonly events: readonly ServerEvent[];
}

async function runCourse(
  world: World,
  { server, port, events }: Served,
  name: DialectName,
  measurement: 'rtt' | 'throughput' = 'rtt',
): Promise<Course> {
  const session = await open(world, port, makePlan(name, { measurement, probes: PROBES, payloadBytes: 64 }));
  const samples = makeSamples(PROBES);
  await world.drive(session.runBatch({ probes: PROBES, budgetNs: NO_BUDGET_NS }, samples));
  const outcome = await world.drive(session.close());
  await world.drive(server.close());
  return { session, count: samples.count, outcome, events };
}

function ends(events: readonly ServerEvent[]): { reason: string; echoed: number }[] {
  return events.flatMap((event) =>
    event.kind === 'end' ? [{ reason: event.reason, echoed: event.echoed }] : [],
  );
}

export function dialects(world: () => World): void {
  test('a server that counts for itself is measured, and the number of its first echo is known', async () => {
    let count = 0;
    const { port } = await listenScripted(world().network, (message) =>
      message.startsWith('m ') ? message.replace(/\d+\n$/, `${count++}\n`) : goodAnswer(message),
    );
    const session = await open(world(), port, makePlan('size-first'));
    const samples = makeSamples();
    await world().drive(session.runBatch({ probes: 3, budgetNs: NO_BUDGET_NS }, samples));
    await world().drive(session.close());
    expect(samples.count).toBe(3);
    expect(session.echoForm).toBe('renumbered');
    expect(session.firstEchoNumber).toBe(0);
  });

  test('a delay is written in the unit that was asked for', async () => {
    const { port, heard } = await listenScripted(world().network, goodAnswer);
    const plan = makePlan('size-first', { delay: { delayNs: 2_000_000, unit: 'seconds' } });
    const session = await open(world(), port, { ...plan, delayUnit: 'milliseconds' });
    await world().drive(session.close());
    expect(heard[0]).toBe('s RTT 10 20 2\n');
  });

  describe('dialects', () => {
    for (const name of DIALECT_NAMES) {
      const { echo, status, bye } = DIALECTS[name];

      test(`a server told to speak ${name} can be measured from setup to termination`, async () => {
        const course = await runCourse(world(), await serve(world(), { dialect: name }), name);
        expect(course.count).toBe(PROBES);
        expect(course.session.echoForm).toBe(echo);
        expect(course.session.readyText).toBe(status.ready.trimEnd());
        expect(course.outcome).toBe('answered');
        expect(ends(course.events)).toEqual(
          bye.connection === 'same'
            ? [{ reason: 'terminated', echoed: PROBES }]
            : [
                { reason: 'closed-by-peer', echoed: PROBES },
                { reason: 'terminated', echoed: 0 },
              ],
        );
      });
    }

    for (const { name } of RECOGNISED_DIALECTS) {
      test(`a server that was told nothing recognises ${name}, and logs it`, async () => {
        const course = await runCourse(world(), await serve(world()), name, 'throughput');
        expect(course.count).toBe(PROBES);
        expect(course.outcome).toBe('answered');
        const settled = course.events.flatMap((event) => {
          if (event.kind === 'setup') return event.readings.length === 1 ? event.readings : [];
          return event.kind === 'dialect' ? [event.reading] : [];
        });
        expect(settled.map(({ dialect }) => dialect.name)).toEqual([name]);
        expect(settled[0]?.setup).toMatchObject({
          measurement: 'throughput',
          payloadBytes: 64,
          probes: PROBES,
        });
      });
    }

    test('a client that asks in the wrong dialect hears so at setup, not after a time-out', async () => {
      const { port } = await serve(world(), { dialect: 'hello' });
      await expect(open(world(), port, makePlan('size-first'))).rejects.toMatchObject({
        code: 'peer',
        phase: 'setup',
        received: expect.stringContaining('404 ERROR - Invalid Hello message'),
      });
    });
  });
}
