/** A program that leaves while a renewal that never ends is under way in the background. */
import { cachedCredentials } from 'sigv4kit';

let clock = Date.now();
let calls = 0;
const cached = cachedCredentials(
  async () => {
    calls++;
    if (calls > 1) await new Promise(() => {});
    return { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY', expiration: new Date(clock + 3_600_000) };
  },
  { now: () => clock },
);
await cached();
clock += 3_500_000;
await cached();
console.log(`left after ${calls} calls`);
