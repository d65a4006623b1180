// The sheet: strokes by mouse, pen and finger, or a picture; shown on a canvas, given away as a file.
// Knows nothing about reading.

const SENT_WIDTH = 640; // pixels of a drawing as it is sent

export class Sheet {
  #canvas; #strokes = []; #stroke = null; #pointer = null; #picture = null; #changed;
  pen = 0.018; // width of a stroke, in parts of the sheet's width

  constructor(canvas, changed) {
    this.#canvas = canvas;
    this.#changed = changed;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, (event) => this.#up(event));
    }
    // Some phones scroll for touches even where touch-action forbids it.
    canvas.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false });
    new ResizeObserver(() => this.paint()).observe(canvas);
    document.documentElement.addEventListener("themechange", () => this.paint());
  }

  get isEmpty() { return !this.#picture && !this.#strokes.length; }
  get isPicture() { return Boolean(this.#picture); }
  get strokes() { return this.#strokes.length; }

  show(bitmap, file) {
    this.clear(false);
    this.#picture = { bitmap, file };
    this.paint();
    this.#changed();
  }

  undo() {
    this.#strokes.pop();
    this.paint();
    this.#changed();
  }

  clear(tell = true) {
    this.#picture?.bitmap?.close();
    this.#picture = null;
    this.#strokes = [];
    this.#stroke = this.#pointer = null;
    this.paint();
    if (tell) this.#changed();
  }

  /** Gives what is on the sheet as a file: a picture as it came, a drawing as a PNG, black on white. */
  async file() {
    if (this.#picture) return this.#picture.file;
    const sent = document.createElement("canvas");
    sent.width = SENT_WIDTH;
    sent.height = Math.round((SENT_WIDTH * this.#canvas.clientHeight) / this.#canvas.clientWidth);
    const pen = sent.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, sent.width, sent.height);
    for (const stroke of this.#strokes) draw(pen, stroke, sent.width, "#000");
    return new Promise((resolve) => sent.toBlob(resolve, "image/png"));
  }

  paint() {
    const canvas = this.#canvas;
    const sharp = devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * sharp);
    canvas.height = Math.round(canvas.clientHeight * sharp);
    const pen = canvas.getContext("2d");
    if (this.#picture?.bitmap) fit(pen, this.#picture.bitmap);
    const ink = getComputedStyle(canvas).color;
    for (const stroke of this.#strokes) draw(pen, stroke, canvas.width, ink);
  }

  #down(event) {
    if (this.#pointer !== null || event.button !== 0 || this.#picture) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#stroke = { pen: this.pen, points: [this.#at(event)] };
    this.#strokes.push(this.#stroke);
    this.paint();
    this.#changed();
  }

  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) this.#stroke.points.push(this.#at(one));
    this.paint();
    this.#changed();
  }

  #up(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#stroke = this.#pointer = null;
    this.#changed();
  }

  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.width];
  }
}

/** Draws a stroke through the middles between its points, so that it has no corners. */
function draw(pen, { points, pen: width }, scale, ink) {
  const [[x, y], ...rest] = points.map(([px, py]) => [px * scale, py * scale]);
  pen.strokeStyle = ink;
  pen.lineWidth = width * scale;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(x, y);
  let [lastX, lastY] = [x, y];
  for (const [nextX, nextY] of rest) {
    pen.quadraticCurveTo(lastX, lastY, (lastX + nextX) / 2, (lastY + nextY) / 2);
    [lastX, lastY] = [nextX, nextY];
  }
  pen.lineTo(lastX, lastY);
  pen.stroke();
}

function fit(pen, bitmap) {
  const { width, height } = pen.canvas;
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
}
