// Confidence in words and in percent.

export function verdict(line) {
  if (line.accepted) return { word: "Sure", level: "sure" };
  if (line.confidence >= 0.9) return { word: "Nearly sure", level: "unsure" };
  if (line.confidence >= 0.5) return { word: "Not sure", level: "unsure" };
  return { word: "A guess", level: "guess" };
}

/** Never says 100 %: nothing is that certain. */
export function percent(part) {
  if (part > 0.999) return "over 99.9 %";
  return `${(Math.floor(part * 1000) / 10).toFixed(1)} %`;
}

/** The same for a small place: no decimals. */
export function short(part) {
  return part > 0.99 ? ">99 %" : `${Math.floor(part * 100)} %`;
}

export function spoken(answer) {
  if (!answer.lines.length) return "Nothing to read.";
  return answer.lines.map((line) => `${[...line.text].join(" ")}, ${verdict(line).word.toLowerCase()}`).join("; ");
}
