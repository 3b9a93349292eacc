// Drives a headless Chromium over its debugging pipe: no npm package, no open port.
//
// Messages are JSON, each ended by a NUL byte, on the child's file descriptors 3 (in) and 4 (out).
// The browser gets a new, empty profile, and a resolver that knows no host.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const kFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--mute-audio',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--remote-debugging-pipe',
];

/** The path of a Chromium, from $CHROMIUM or the search path; null if there is none. */
export function findChromium() {
  const candidates =
    process.env.CHROMIUM !== undefined
      ? [process.env.CHROMIUM]
      : kNames.flatMap((name) =>
          (process.env.PATH ?? '')
            .split(':')
            .filter((d) => d !== '')
            .map((directory) => join(directory, name)),
        );
  return (
    candidates.find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}

export class Chromium {
  constructor(path) {
    this.profile_ = mkdtempSync(join(tmpdir(), 'lifeboat-chromium-'));
    this.process_ = spawn(path, [...kFlags, `--user-data-dir=${this.profile_}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.waiting_ = new Map();
    this.listeners_ = [];
    this.serial_ = 0;
    this.buffered_ = [];
    this.ended_ = new Promise((resolve) => this.process_.on('exit', resolve));
    this.process_.on('error', (error) => this.fail_(error));
    this.process_.on('exit', () => this.fail_(new Error('Chromium ended')));
    this.process_.stdio[3].on('error', () => {});
    this.process_.stdio[4].on('data', (bytes) => this.read_(bytes));
  }

  fail_(error) {
    this.failure_ = error;
    for (const { reject } of this.waiting_.values()) reject(error);
    this.waiting_.clear();
  }

  read_(bytes) {
    let from = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
      const message = JSON.parse(
        Buffer.concat([...this.buffered_, bytes.subarray(from, end)]).toString('utf8'),
      );
      this.buffered_ = [];
      from = end + 1;
      this.receive_(message);
    }
    this.buffered_.push(bytes.subarray(from));
  }

  receive_(message) {
    if (message.id === undefined) {
      for (const listener of this.listeners_) listener(message);
      return;
    }
    const { resolve, reject } = this.waiting_.get(message.id);
    this.waiting_.delete(message.id);
    if (message.error !== undefined) reject(new Error(message.error.message));
    else resolve(message.result);
  }

  send(method, params = {}, sessionId = undefined) {
    if (this.failure_ !== undefined) return Promise.reject(this.failure_);
    const id = ++this.serial_;
    this.process_.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.waiting_.set(id, { resolve, reject }));
  }

  /** A new empty page: { call(method, params), on(listener), evaluate(expression), close() }. */
  async page() {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const call = (method, params) => this.send(method, params, sessionId);
    return {
      call,
      on: (listener) =>
        this.listeners_.push((message) => {
          if (message.sessionId === sessionId) listener(message.method, message.params);
        }),
      evaluate: async (expression) => {
        const { result, exceptionDetails } = await call('Runtime.evaluate', {
          expression,
          awaitPromise: true,
          returnByValue: true,
        });
        if (exceptionDetails !== undefined)
          throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      },
      close: () => this.send('Target.closeTarget', { targetId }),
    };
  }

  async close() {
    this.send('Browser.close').catch(() => {});
    const late = setTimeout(() => this.process_.kill('SIGKILL'), 5000);
    await this.ended_;
    clearTimeout(late);
    rmSync(this.profile_, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
