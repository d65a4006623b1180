// Puts a reading right: one digit by a click on the pad, or the whole number as text.
// Knows nothing about how the reading is shown.

import { make } from "./answer.js";
import { correct } from "./service.js";

export class Correction {
  #form; #pad; #truth; #kept; #reading = null; #file = null; #selected = null; #isTyped = false; #told; #turn = 0;

  constructor(form, kept) {
    this.#form = form;
    this.#told = kept;
    this.#pad = form.querySelector("#pad");
    this.#truth = form.querySelector("#truth");
    this.#kept = form.querySelector("#kept");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(this.#truth.value);
    });
    this.#truth.addEventListener("input", () => { this.#isTyped = true; });
    this.#truth.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
  }

  hide() {
    this.#form.hidden = true;
    this.renew();
  }

  /** Drops what was written: another picture is being read. A late answer to the same one leaves it. */
  renew() {
    this.#isTyped = false;
    this.#turn += 1;
    this.#say("");
  }

  /** Offers to correct a reading of a file; `selected` is the digit that the pad stands for. */
  offer(reading, file, selected) {
    if (reading.text !== this.#reading?.text || this.#form.hidden) this.#say("");
    this.#reading = reading;
    this.#file = file;
    this.#selected = selected ?? (reading.text.length === 1 ? { line: 0, place: 0 } : null);
    this.#form.hidden = false;
    this.#truth.rows = Math.min(6, Math.max(1, reading.lines.length));
    if (!this.#isTyped) this.#truth.value = reading.text;
    this.#form.querySelector("#truth-label").textContent = this.#asked(reading);
    this.#showPad();
  }

  #asked({ lines, text }) {
    if (!lines.length) return "What it says, in digits";
    if (text.length === 1 || this.#selected) return "Or write the whole number";
    const whole = lines.length > 1 ? "all of it, a number a line" : "the whole number";
    return `Wrong? Click a digit above, or write ${whole}`;
  }

  #showPad() {
    this.#pad.hidden = !this.#selected;
    if (!this.#selected) return;
    const { line, place } = this.#selected;
    const digit = this.#reading.lines[line].digits[place];
    const count = this.#reading.lines[line].digits.length;
    const asked = count > 1 ? `Digit ${place + 1} is really a` : "Wrong? It is really a";
    this.#pad.setAttribute("aria-label", asked);
    const keys = make("div", "keys");
    keys.append(...Array.from({ length: 10 }, (_, label) => this.#key(label, digit.label)));
    this.#pad.replaceChildren(make("p", "asked", asked), keys);
  }

  #key(label, read) {
    const key = make("button", "key", String(label));
    key.type = "button";
    key.dataset.truth = label;
    if (label === read) {
      key.setAttribute("aria-current", "true");
      key.setAttribute("aria-label", `${label}, as it was read`);
    }
    key.addEventListener("click", () => this.#send(this.#withDigit(label)));
    return key;
  }

  #withDigit(label) {
    const { line, place } = this.#selected;
    const texts = this.#reading.lines.map((one) => [...one.text]);
    texts[line][place] = String(label);
    return texts.map((signs) => signs.join("")).join("\n");
  }

  async #send(text) {
    if (!/\d/.test(text)) {
      this.#say("Write the number in digits first.", "bad");
      this.#truth.focus();
      return;
    }
    this.#isTyped = true;
    this.#say("Keeping it …");
    const turn = this.#turn;
    try {
      const kept = await correct(this.#file, text);
      if (turn !== this.#turn) return; // beside another picture it would say what that one is not
      this.#truth.value = kept.text;
      this.#told(kept.text);
      const shown = kept.text.replaceAll("\n", ", ");
      this.#say(kept.is_new ? `Kept as ${shown}. Thank you.` : `${shown} was kept already.`, "good");
    } catch (error) {
      if (turn !== this.#turn) {
        this.#say(`The correction before, ${text}, was not kept. ${error.message}`, "bad");
        return;
      }
      this.#truth.value = text;
      this.#say(`Not kept. ${error.message}`, "bad");
    }
  }

  #say(text, kind = "") {
    this.#kept.hidden = !text;
    this.#kept.className = `note ${kind}`;
    this.#kept.textContent = text;
  }
}
