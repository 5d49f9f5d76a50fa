/** A gate in a process of its own, for loads: says where it is and, when asked, how much memory it holds. */
import { startGate } from 'sigv4kit/gate';
import { world } from './gate-world.mjs';

const gate = await startGate(world);
process.on('unhandledRejection', (error) => {
  throw error;
});
process.on('message', () => {
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  process.send({ heapUsed, rss, logged: gate.log.length });
});
process.on('disconnect', () => gate.close());
process.send({ url: gate.url });
