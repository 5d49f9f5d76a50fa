/**
 * `sigv4kit/gate/join`: a Node program meets a gate as it is, without a line of its own for that. Every HTTP client of its process
 * is led to the gate at `SIGV4KIT_GATE`, from where `SIGV4KIT_GATE_FROM` says (`sourceIp=203.0.113.7; vpc=none`);
 * `SIGV4KIT_GATE_HOSTS` are custom domain names that lead there too, with commas between them.
 *
 * @example
 * SIGV4KIT_GATE=http://127.0.0.1:4180 node --import sigv4kit/gate/join app.js
 */
import { joinFromEnvironment } from './gate/reach/join-gate';

joinFromEnvironment(process.env).intercept();
