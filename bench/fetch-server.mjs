/** A server in a thread of its own that reads each request to its end and answers a few bytes: what it costs is not what is measured. */
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';

const server = createServer((message, response) => {
  message.on('end', () => response.end('{"ok":true}')).resume();
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(`http://127.0.0.1:${server.address().port}`));
