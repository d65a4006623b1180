// Shows a reading: the number, how sure it is, each digit as the model saw it, and boxes over the picture.
// Knows nothing about where readings come from.

import { percent, short, verdict } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

export class Answer {
  #lines; #boxes; #picked; #boxed = null;

  constructor(lines, boxes, picked) {
    this.#lines = lines;
    this.#boxes = boxes;
    this.#picked = picked;
  }

  /** Shows no answer, but why there is none. */
  wait(why) {
    this.#lines.replaceChildren(make("p", "still", why));
    this.#unbox();
  }

  /** Shows what a person said the lines are. */
  put(text) {
    this.#lines.classList.remove("several");
    const right = make("article", "line sure");
    const shown = make("p", "text", text);
    shown.style.setProperty("--digits", Math.max(...text.split("\n").map((line) => line.length), 3));
    const verdict = make("p", "verdict");
    verdict.append(make("strong", "", "Corrected by you"));
    right.append(shown, verdict);
    this.#lines.replaceChildren(right);
    const labels = this.#boxes.querySelectorAll("text");
    const digits = [...text.replaceAll("\n", "")];
    if (digits.length !== labels.length) this.#unbox();
    else labels.forEach((label, at) => { label.textContent = digits[at]; });
    this.#boxed = null;
  }

  /** Fits the boxes to a sheet that has another size now. */
  fit() {
    if (this.#boxed) this.#box(...this.#boxed);
  }

  show(reading, selected) {
    const focused = document.activeElement?.dataset?.digit;
    this.#lines.classList.toggle("several", reading.lines.length > 1);
    if (reading.lines.length) {
      this.#lines.replaceChildren(...reading.lines.map((line, at) => this.#line(line, at, selected)));
    } else {
      this.#lines.replaceChildren(make("p", "nothing", "Nothing to read"), make("p", "still", "No digit was found in it."));
    }
    this.#box(reading, selected);
    if (focused) this.#lines.querySelector(`[data-digit="${focused}"]`)?.focus();
  }

  #line(line, at, selected) {
    const { word, level } = verdict(line);
    const shown = make("article", `line ${level}`);
    const text = make("p", "text", line.text);
    text.style.setProperty("--digits", Math.max(line.text.length, 3));
    const sure = make("p", "verdict");
    sure.append(make("strong", "", word), make("span", "", percent(line.confidence)));
    const digits = make("ul", "digits");
    digits.append(...line.digits.map((digit, place) => this.#digit(digit, line, at, place, selected)));
    shown.append(text, sure, bar(line.confidence), digits);
    return shown;
  }

  #digit(digit, line, at, place, selected) {
    const item = document.createElement("li");
    const button = make("button", "digit");
    const isSelected = selected?.line === at && selected?.place === place;
    button.type = "button";
    button.dataset.digit = `${at}-${place}`;
    button.setAttribute("aria-pressed", String(isSelected));
    button.setAttribute("aria-label", `Digit ${place + 1} of ${line.digits.length}, read as ${digit.label}, ${percent(digit.confidence)}. Correct it`);
    button.title = "Wrong? Click to correct";
    button.addEventListener("click", () => this.#picked(isSelected ? null : { line: at, place }));
    button.append(seen(digit), make("span", "label", String(digit.label)), bar(digit.confidence), make("span", "part", short(digit.confidence)));
    item.append(button);
    return item;
  }

  #box(reading, selected) {
    this.#boxed = [reading, selected];
    const boxes = this.#boxes;
    boxes.setAttribute("viewBox", `0 0 ${reading.width} ${reading.height}`);
    const { clientWidth, clientHeight } = boxes.parentElement;
    if (!clientWidth) return; // nothing of the page is shown: `fit` comes again
    const unit = Math.max(reading.width / clientWidth, reading.height / clientHeight); // a pixel of the screen
    boxes.replaceChildren(...reading.lines.flatMap((line, at) => line.digits.map((digit, place) => {
      const [x0, y0, x1, y1] = digit.box;
      const level = verdict(line).level;
      const isSelected = selected?.line === at && selected?.place === place;
      const group = draw("g", { class: `box ${level}${isSelected ? " selected" : ""}` });
      const around = 4 * unit;
      group.append(draw("rect", { x: x0 - around, y: y0 - around, width: x1 - x0 + 2 * around, height: y1 - y0 + 2 * around, rx: 5 * unit }));
      const above = y0 - around - 7 * unit;
      const label = draw("text", { x: (x0 + x1) / 2, y: above > 16 * unit ? above : y1 + around + 20 * unit, "font-size": 17 * unit });
      label.textContent = digit.label;
      group.append(label);
      return group;
    })));
  }

  #unbox() {
    this.#boxed = null;
    this.#boxes.replaceChildren();
  }
}

function seen(digit) {
  const canvas = make("canvas", "seen");
  canvas.width = canvas.height = 28;
  canvas.title = "The 28 by 28 pixels that the model saw";
  if (digit.image) {
    const bytes = Uint8Array.from(atob(digit.image), (sign) => sign.charCodeAt(0));
    createImageBitmap(new Blob([bytes], { type: "image/png" })).then((bitmap) => {
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      bitmap.close();
    });
  }
  return canvas;
}

function bar(part) {
  const shown = make("span", "bar");
  const filled = document.createElement("i");
  filled.style.width = `${Math.round(part * 100)}%`;
  shown.append(filled);
  return shown;
}

export function make(name, classes, text = "") {
  const element = document.createElement(name);
  if (classes) element.className = classes;
  element.textContent = text;
  return element;
}

function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
