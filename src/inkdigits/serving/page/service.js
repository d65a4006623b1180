// Speaks with the service: reads whatever is newest, one request at a time, and hands in corrections.
// Knows nothing about how answers are shown.

const PATIENCE = [1, 2, 4, 8]; // seconds until an unreachable service is asked again
const LATER = 5; // seconds until one is that says "later", but not when

export class Trouble extends Error {
  constructor(message, { status = 0, wait = null } = {}) {
    super(message);
    this.status = status;
    this.wait = wait; // seconds until asking again may help
  }
}

export class Reader {
  #file = null; #wanted = false; #busy = false; #timer = 0; #failed = 0; #sheet = 0; #asked = null;

  constructor(answered, troubled) {
    this.answered = answered;
    this.troubled = troubled;
  }

  /** Has a file read: `file` is asked for it when its turn comes, and is then the newest there is. */
  read(file) {
    this.#file = file;
    this.#want();
  }

  /** Forgets what was to be read; an answer that is under way is not told. */
  forget() {
    this.#wanted = false;
    this.#sheet += 1;
    this.#asked?.abort();
    this.#failed = 0;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  again() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#want();
  }

  #want() {
    this.#wanted = true;
    if (!this.#busy && !this.#timer) this.#go();
  }

  async #go() {
    this.#busy = true;
    while (this.#wanted && !this.#timer) {
      this.#wanted = false;
      await this.#once();
    }
    this.#busy = false;
  }

  async #once() {
    const sheet = this.#sheet;
    this.#asked = new AbortController();
    const since = performance.now();
    try {
      const file = await this.#file();
      const answer = await post("v1/read?images=true", file, this.#asked.signal);
      this.#failed = 0;
      if (sheet === this.#sheet) this.answered(answer, performance.now() - since, file);
    } catch (error) {
      if (sheet === this.#sheet) this.#trouble(error);
    }
  }

  #trouble(error) {
    let { wait = null } = error;
    if (error.status === 0) wait = PATIENCE[Math.min(this.#failed++, PATIENCE.length - 1)];
    if (wait !== null) {
      this.#wanted = true;
      this.#timer = setTimeout(() => this.again(), wait * 1000);
    }
    this.troubled(error, wait);
  }
}

export async function correct(file, text) {
  const form = new FormData();
  form.append("file", file, "picture");
  form.append("text", text);
  return post("v1/corrections", form);
}

/** Gives the model's card, if the service lets us in. */
export async function knock() {
  return ask("v1/model");
}

export function useKey(key) {
  try { sessionStorage.setItem("key", key); } catch { /* asked for again next time */ }
  given = key;
}

let given = null;

function key() {
  try { given ??= sessionStorage.getItem("key"); } catch { /* as above */ }
  return given;
}

function post(path, body, signal) {
  return ask(path, { method: "POST", body, signal });
}

async function ask(path, request = {}) {
  const headers = key() ? { Authorization: `Bearer ${key()}` } : {};
  let response;
  try {
    response = await fetch(path, { ...request, headers });
  } catch {
    throw new Trouble("The service does not answer.");
  }
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  const after = response.headers.get("Retry-After"); // seconds; a server between may send a date
  throw new Trouble(sentence(problem.detail ?? response.statusText), {
    status: response.status,
    wait: after === null ? null : Math.max(1, Number(after) || LATER),
  });
}

function sentence(text) {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? "" : ".");
}
