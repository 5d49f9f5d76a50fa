/** A gate of one test, closed after it however it ends. */
import { type Gate, type GateOptions, startGate, type World } from 'sigv4kit/gate';
import { onTestFinished } from 'vitest';

export async function startOwnGate(world: World, options?: GateOptions): Promise<Gate> {
  const gate = await startGate(world, options);
  onTestFinished(() => gate.close());
  return gate;
}
