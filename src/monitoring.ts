/**
 * The face for monitors, `echolot/monitor`: what measures many targets again and again, and what is made of it.
 */
import { monotonic } from './clock/monotonic.ts';
import { load } from './index.ts';
import type { NativeOrLack } from './measure/choose-engine.ts';
import { createInstrument, type Instrument } from './measure/standing/instrument.ts';
import { nativeLack } from './net/native/available.ts';
import { createConcurrentHandshaker } from './net/native/handshakes/handshaker.ts';
import { createNativePacedEngine } from './net/native/paced/engine.ts';
import { createNodeHandshaker } from './net/node/handshaker.ts';
import { nodePacedEngine } from './net/node/paced-engine.ts';

/** Engines that stay, for whoever makes many short runs with many targets; close it. */
export function openInstrument(): Instrument {
  return createInstrument({
    clock: monotonic,
    paced: { node: () => nodePacedEngine, native: nativeOr(createNativePacedEngine) },
    handshaker: { node: createNodeHandshaker, native: nativeOr(createConcurrentHandshaker) },
    load: async (options) => await load(options).result,
  });
}

function nativeOr<E>(create: () => E): () => NativeOrLack<E> {
  return () => nativeLack() ?? { engine: create() };
}
