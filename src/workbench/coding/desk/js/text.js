// Places are Unicode code points, half-open, as in Python. JavaScript counts UTF-16 units, so every
// place crosses over here and nowhere else.

class TextIndex {
  constructor(text) {
    this.text = text;
    this.pairs = []; // UTF-16 place of every letter that takes two units
    const pattern = /[\ud800-\udbff][\udc00-\udfff]/g;
    for (let match = pattern.exec(text); match; match = pattern.exec(text))
      this.pairs.push(match.index);
    this.length = text.length - this.pairs.length;
  }

  // Number of two-unit letters for which `before(place, number)` holds; they come first.
  count(before) {
    let low = 0;
    let high = this.pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(this.pairs[middle], middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  unit(point) {
    return point + this.count((place, number) => place - number < point);
  }

  // A place inside a two-unit letter counts as before it, or after it with `up`.
  point(unit, up = false) {
    const before = this.count((place) => place < unit);
    const inside = before > 0 && this.pairs[before - 1] === unit - 1;
    return unit - before + (inside && up ? 1 : 0);
  }

  slice(start, end) {
    return this.text.slice(this.unit(start), this.unit(end));
  }
}

const segmenters = new Map();

function segments(text, language, granularity) {
  const key = language + granularity;
  if (!segmenters.has(key)) segmenters.set(key, new Intl.Segmenter(language, { granularity }));
  return segmenters.get(key).segment(text);
}

// Words of a text as [start, end] in UTF-16 units; marks and white space belong to none.
function wordsOf(text, language) {
  const found = [];
  for (const part of segments(text, language, "word")) {
    if (part.isWordLike) found.push([part.index, part.index + part.segment.length]);
  }
  return found;
}

// The next place where a letter, as a reader sees it, begins or ends.
function letterAfter(text, unit, language) {
  const part = segments(text, language, "grapheme").containing(unit);
  return part ? part.index + part.segment.length : text.length;
}

function letterBefore(text, unit, language) {
  const part = segments(text, language, "grapheme").containing(unit - 1);
  return part ? part.index : 0;
}

// How well a typed text fits a name: 0 for not at all. Letters must come in order; those at the
// beginning of words, and next to each other, count more. Returns [score, places that fit].
function fuzzy(typed, name) {
  const wanted = typed.toLowerCase().replace(/\s+/g, " ").trim();
  const given = name.toLowerCase();
  const direct = given.indexOf(wanted);
  if (direct >= 0) {
    const bonus = direct === 0 || given[direct - 1] === " " ? 50 : 0;
    return [100 + bonus - given.length / 100, [...wanted].map((_, step) => direct + step)];
  }
  const places = [];
  let score = 1;
  let from = 0;
  for (const letter of wanted.replace(/ /g, "")) {
    const starts = given.indexOf(` ${letter}`, from);
    let place = given.indexOf(letter, from);
    if (place < 0) return [0, []];
    if (place !== from && starts >= 0 && starts + 1 - place < 12) place = starts + 1;
    if (place === 0 || given[place - 1] === " ") score += 8;
    if (places.length && places[places.length - 1] === place - 1) score += 4;
    places.push(place);
    from = place + 1;
  }
  return [score - given.length / 100, places];
}
