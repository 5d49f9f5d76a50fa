// Ceph's S3 gateway on loopback, as one monitor, one object store in memory and one gateway, all in a folder of their own:
//
//   node scripts/radosgw.mjs start          prints what there is as JSON, and leaves it running
//   node scripts/radosgw.mjs stop <folder>  ends its processes and removes the folder
//   node scripts/radosgw.mjs hold           starts, prints, and stops when its standard input ends
//
// `--debug` after `start` makes the gateway log each canonical request to <folder>/gateway.log. It installs nothing
// (scripts/install-radosgw.sh does) and needs no root. Where it cannot start it says why and exits with 1.
import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'monmaptool'];
const PREFIX = 'radosgw-';
/** Of one command, and of the wait until the gateway answers, in milliseconds. */
const COMMAND = 30_000;
const ANSWER = 90_000;

/** Example keys of the AWS documentation. A tenant is what this version of Ceph has for an account. */
const ACCOUNT = '111122223333';
const buddy = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const stranger = { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' };

const policy = (statement) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const trust = (user) => policy({ Principal: { AWS: [user] }, Action: ['sts:AssumeRole'] });
const BUDDY = `arn:aws:iam::${ACCOUNT}:user/buddy`;

/** Role by role: its tenant, who may assume it, and what it may do. */
const ROLES = {
  uploader: { tenant: ACCOUNT, trust: trust(BUDDY), actions: ['s3:*'] },
  reader: { tenant: ACCOUNT, trust: trust(BUDDY), actions: ['s3:GetObject'] },
  closed: { tenant: ACCOUNT, trust: trust(`arn:aws:iam::${ACCOUNT}:user/nobody`), actions: ['s3:*'] },
  // Without a tenant the account of an ARN is empty.
  plain: { trust: trust('arn:aws:iam:::user/stranger'), actions: ['s3:*'] },
};

class CannotStart extends Error {}

async function hold() {
  let ends;
  const over = new Promise((resolve) => {
    ends = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, ends);
  process.stdin.once('end', ends).once('close', ends).resume();
  // What ends while it starts, ends when it has started.
  const running = await start(false);
  process.stdout.on('error', ends);
  process.stdout.write(`${JSON.stringify(running)}\n`);
  await over;
  await stop(running.folder);
  process.exit(0);
}

async function start(debug) {
  const missing = PROGRAMS.filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    throw new CannotStart(`Not on this machine: ${missing.join(', ')}; scripts/install-radosgw.sh installs them.`);
  }
  // Another process may take a port between its choice and its use.
  for (let attempt = 1; ; attempt++) {
    const folder = mkdtempSync(join(tmpdir(), PREFIX));
    try {
      return await startIn(folder, debug);
    } catch (error) {
      await stop(folder);
      if (attempt === 2 || !(error instanceof CannotStart)) throw error;
    }
  }
}

async function startIn(folder, debug) {
  const [v2, v1, port] = await freePorts(3);
  const cluster = randomUUID();
  const osd = randomUUID();
  const monitor = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
  const configuration = join(folder, 'ceph.conf');
  writeFileSync(configuration, ceph({ folder, cluster, monitor, port, debug }));
  writeFileSync(join(folder, 'keyring'), '');
  for (const name of ['mon', 'osd']) mkdirSync(join(folder, name));
  const ask = (program, ...args) => run(program, '-c', configuration, ...args);
  const daemons = [];
  const launch = (name, program, ...args) => {
    daemons.push(spawnDaemon(folder, name, program, '-c', configuration, '-f', ...args));
    writeFileSync(join(folder, 'pids'), daemons.map(({ pid }) => pid).join('\n'));
  };

  const map = join(folder, 'monmap');
  await run(
    'monmaptool',
    '--create',
    '--fsid',
    cluster,
    '--set-min-mon-release',
    'pacific',
    '--addv',
    'a',
    monitor,
    map,
  );
  await ask('ceph-mon', '-i', 'a', '--mkfs', '--monmap', map);
  launch('mon', 'ceph-mon', '-i', 'a');
  await ask('ceph', '--connect-timeout', '20', 'osd', 'new', osd);
  await ask('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
  launch('osd', 'ceph-osd', '-i', '0');
  launch('gateway', 'radosgw', '-n', 'client.gateway');

  const endpoint = `http://127.0.0.1:${port}`;
  await answers(endpoint, daemons);
  const administer = (...args) => ask('radosgw-admin', ...args);
  const user = (name, { accessKeyId, secretAccessKey }, ...tenant) =>
    administer(
      'user',
      'create',
      '--uid',
      name,
      '--display-name',
      name,
      ...tenant,
      '--access-key',
      accessKeyId,
      '--secret-key',
      secretAccessKey,
    );
  await user('buddy', buddy, '--tenant', ACCOUNT);
  await user('stranger', stranger);
  const roles = {};
  for (const [name, { tenant, trust, actions }] of Object.entries(ROLES)) {
    const whose = ['--role-name', name, ...(tenant ? ['--tenant', tenant] : [])];
    const made = await administer('role', 'create', ...whose, '--assume-role-policy-doc', trust);
    roles[name] = JSON.parse(made).Arn;
    const document = policy({ Action: actions, Resource: '*' });
    await administer('role-policy', 'put', ...whose, '--policy-name', 'objects', '--policy-doc', document);
  }
  return { endpoint, region: 'us-east-1', folder, buddy, stranger, roles };
}

const ceph = ({ folder, cluster, monitor, port, debug }) => `[global]
fsid = ${cluster}
mon_host = ${monitor}
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
ms_mon_cluster_mode = crc
ms_mon_service_mode = crc
keyring = ${folder}/keyring
run_dir = ${folder}
admin_socket =
log_file = /dev/null
mon_data = ${folder}/mon
mon_data_avail_crit = 1
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
paxos_propose_interval = 0.05
osd_data = ${folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off

[mon]
log_to_stderr = true

[osd]
log_to_stderr = true

[client.gateway]
log_to_stderr = true
debug_rgw = ${debug ? 20 : 1}
rgw_frontends = beast endpoint=127.0.0.1:${port}
rgw_enable_apis = s3, sts, iam, admin
rgw_s3_auth_use_sts = true
rgw_sts_key = ${randomBytes(8).toString('hex')}
`;

/** Ends every process of a folder by its id, and removes it. */
async function stop(given) {
  const folder = resolve(given);
  if (!basename(folder).startsWith(PREFIX)) throw new CannotStart(`${folder} is no folder of this script.`);
  const list = join(folder, 'pids');
  const pids = existsSync(list) ? readFileSync(list, 'utf8').split('\n').map(Number) : [];
  const running = () => pids.filter((pid) => isOf(folder, pid));
  // At once: all that they would save is removed.
  for (const pid of running()) process.kill(pid, 'SIGKILL');
  for (let i = 0; i < 100 && running().length > 0; i++) await sleep(50);
  if (running().length > 0) throw new CannotStart(`These processes did not end: ${running().join(', ')}`);
  rmSync(folder, { recursive: true, force: true });
}

/** An id may have gone to another process since. */
function isOf(folder, pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(folder, 'ceph.conf'));
  } catch {
    return false;
  }
}

function spawnDaemon(folder, name, program, ...args) {
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(program, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] });
  const daemon = { name, pid: child.pid, ended: false, log: join(folder, `${name}.log`) };
  const end = () => {
    daemon.ended = true;
  };
  child.once('exit', end).once('error', end);
  child.unref();
  return daemon;
}

async function answers(endpoint, daemons) {
  const until = Date.now() + ANSWER;
  let last;
  while (Date.now() < until) {
    const ended = daemons.find((daemon) => daemon.ended);
    if (ended) throw new CannotStart(`${ended.name} ended: ${tail(ended.log)}`);
    try {
      const response = await fetch(endpoint, { signal: AbortSignal.timeout(5_000) });
      await response.arrayBuffer();
      if (response.status < 500) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error.cause?.code ?? error.name;
    }
    await sleep(100);
  }
  throw new CannotStart(`The gateway did not answer in ${ANSWER / 1000} s (${last}): ${tail(daemons.at(-1).log)}`);
}

const tail = (file) => readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ').slice(-600);

async function run(program, ...args) {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: COMMAND, killSignal: 'SIGKILL' });
    return stdout;
  } catch ({ killed, code, stderr = '' }) {
    const fault = killed ? `took more than ${COMMAND / 1000} s` : `ended with ${code}`;
    throw new CannotStart(`${program} ${fault}: ${stderr.trim().slice(-600)}`);
  }
}

function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Ports that nobody listens on, all different. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const [command, argument] = process.argv.slice(2);
try {
  if (command === 'start') process.stdout.write(`${JSON.stringify(await start(argument === '--debug'))}\n`);
  else if (command === 'stop' && argument) await stop(argument);
  else if (command === 'hold') await hold();
  else throw new CannotStart('usage: radosgw.mjs start [--debug] | stop <folder> | hold');
} catch (error) {
  process.stderr.write(`${error instanceof CannotStart ? error.message : error.stack}\n`);
  process.exit(1);
}
