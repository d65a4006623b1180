// The page put together: what is on the sheet is read, shown, and can be corrected.

import { Answer } from "./answer.js";
import { Correction } from "./correction.js";
import { takePictures } from "./pictures.js";
import { Reader, knock, useKey } from "./service.js";
import { Sheet } from "./sheet.js";
import { spoken } from "./words.js";

const at = (id) => document.getElementById(id);
const MOST_BYTES = 10_000_000 - 10_000; // what the service takes, less the form around a picture

let reading = null; // what is shown, with the file it was read from
let selected = null; // the digit that is being corrected
let telling = 0;
let taking = 0; // pictures and strokes so far: of two pictures the one that was given last is shown

const answer = new Answer(at("lines"), at("boxes"), (digit) => { selected = digit; show(); });
const correction = new Correction(at("correction"), (text) => answer.put(text));
const reader = new Reader(answered, troubled);
const sheet = new Sheet(at("ink"), changed);

function changed() {
  taking += 1;
  selected = null;
  correction.renew();
  at("sheet").classList.toggle("is-empty", sheet.isEmpty);
  at("sheet").classList.toggle("is-picture", sheet.isPicture);
  at("undo").disabled = !sheet.strokes;
  at("clear").disabled = sheet.isEmpty;
  const strokes = `${sheet.strokes} ${sheet.strokes === 1 ? "stroke" : "strokes"}`;
  at("ink").setAttribute("aria-label", sheet.isPicture ? "Your picture" : `Drawing area, ${sheet.isEmpty ? "empty" : strokes}`);
  if (sheet.isEmpty) reset();
  else reader.read(() => sheet.file());
}

function reset() {
  clearTimeout(telling);
  reader.forget();
  reading = null;
  answer.wait("The answer appears here as you write.");
  correction.hide();
  trouble("");
  at("unseen").hidden = true;
  at("told").textContent = "";
  at("answer").dataset.state = "waiting";
  at("facts").textContent = "";
}

function answered(read, milliseconds, file) {
  reading = { read, file };
  trouble("");
  at("answer").dataset.state = read.lines.length ? "answered" : "empty";
  at("facts").textContent = `${Math.round(milliseconds)} ms · ${read.model}`;
  show();
  clearTimeout(telling); // told once the pen rests, not for every stroke
  telling = setTimeout(() => { at("told").textContent = spoken(read); }, 700);
}

function show() {
  if (!reading) return;
  if (selected && !reading.read.lines[selected.line]?.digits[selected.place]) selected = null;
  answer.show(reading.read, selected);
  correction.offer(reading.read, reading.file, selected);
}

function troubled(error, wait) {
  if (error.status === 401) at("key-wanted").showModal();
  else if (wait === null) trouble(error.message);
  else trouble(`${error.status === 429 ? "The service is busy." : error.message} Trying again\u00a0…`, false);
  if (wait !== null && !reading) answer.wait("Waiting for the service.");
  if (wait === null) {
    reading = null;
    answer.wait("No answer.");
    correction.hide();
    clearTimeout(telling);
    at("answer").dataset.state = "failed";
    at("facts").textContent = "";
  }
}

function trouble(text, final = true) {
  at("trouble").hidden = !text;
  at("trouble").textContent = text;
  at("trouble").className = `note ${final ? "bad" : "later"}`;
}

async function taken(file) {
  reset();
  if (file.size > MOST_BYTES) {
    trouble("The picture is larger than 10 MB. Save it smaller, then try again.");
    return;
  }
  // What the browser can't show, the service may still read (TIFF), or tell what is wrong with it.
  const turn = ++taking;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (turn !== taking) {
    bitmap?.close();
    return;
  }
  sheet.show(bitmap, file);
  at("unseen").hidden = Boolean(bitmap);
  at("unseen").textContent = `${file.name || "This file"}: no preview`;
}

for (const pen of document.querySelectorAll("input[name=pen]")) {
  pen.addEventListener("change", () => { sheet.pen = Number(pen.value); });
  if (pen.checked) sheet.pen = Number(pen.value);
}
at("undo").addEventListener("click", () => sheet.undo());
at("clear").addEventListener("click", () => { sheet.clear(); at("ink").focus(); });
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=radio]), textarea");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing && sheet.strokes) {
    event.preventDefault();
    sheet.undo();
  }
});
at("key-wanted").addEventListener("close", () => {
  if (!at("key").value) return trouble("This service wants its key, and reads nothing without it.");
  if (!/^[!-~]([ -~]*[!-~])?$/.test(at("key").value)) return trouble("No key looks like this one; copy it once more.");
  useKey(at("key").value);
  return sheet.isEmpty ? enter() : reader.again();
});

/** Asks for the key, if one is wanted, before anything is written. */
function enter() {
  trouble("");
  knock().catch((error) => troubled(error, null));
}

addEventListener("resize", () => answer.fit());
takePictures({
  sheet: at("sheet"), open: at("open"), camera: at("camera"), file: at("file"), photo: at("photo"),
  taken, refused: (text) => trouble(text),
});
changed();
enter();
