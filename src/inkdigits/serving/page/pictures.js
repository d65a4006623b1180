// Pictures that a person drops, pastes, chooses or photographs.
// Knows nothing about what becomes of them.

/** Gives `taken` every picture, as a file, and `refused` a sentence about what is none. */
export function takePictures({ sheet, open, camera, file, photo, taken, refused }) {
  open.addEventListener("click", () => file.click());
  camera.addEventListener("click", () => photo.click());
  camera.hidden = !matchMedia("(pointer: coarse)").matches;
  for (const input of [file, photo]) {
    input.addEventListener("change", () => {
      if (input.files[0]) taken(input.files[0]);
      input.value = ""; // the same picture may be chosen again
    });
  }
  takeDrops(sheet, taken, refused);
  addEventListener("paste", (event) => {
    if (event.target.closest?.("input, textarea")) return;
    const pasted = event.clipboardData.files[0];
    if (pasted) taken(pasted);
    else refused("There is no picture on the clipboard.");
  });
}

function takeDrops(sheet, taken, refused) {
  let depth = 0;
  const over = (change) => {
    depth = Math.max(0, depth + change);
    sheet.classList.toggle("is-over", depth > 0);
  };
  addEventListener("dragenter", () => over(1));
  addEventListener("dragleave", () => over(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    const dropped = event.dataTransfer.files[0];
    if (dropped) taken(dropped);
    else refused("That was no file. Save the picture first, then drop it.");
  });
}
