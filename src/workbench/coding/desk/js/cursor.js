// Where the coder is: the paragraph, the marked words, the chosen coding, the edge that moves.

class Cursor {
  constructor(desk) {
    this.desk = desk;
    this.block = 0;
    this.start = 0;
    this.end = 0;
    this.act = null;
    this.edge = null; // "start" or "end" while an edge is being moved
    this.held = null; // [start, end]: what is marked reaches from here to where the coder goes
    this.moved = null; // [start, end] of a chosen coding whose edge was moved, not yet saved
  }

  get script() {
    return this.desk.transcript;
  }

  get marked() {
    return this.start < this.end;
  }

  get quote() {
    return this.script.index.slice(this.start, this.end);
  }

  reset() {
    const first = this.script.blocks.findIndex((block) => block.respondent);
    this.act = this.edge = this.moved = this.held = null;
    this.toBlock(Math.max(first, 0), false);
  }

  toBlock(place, spoken = true) {
    this.block = Math.min(Math.max(place, 0), this.script.blocks.length - 1);
    if (this.held) {
      const { block } = this;
      this.mark(this.script.blocks[block].start, this.script.blocks[block].end);
      this.block = block;
      return;
    }
    this.start = this.end = this.script.blocks[this.block].start;
    this.act = null;
    this.show(spoken ? "turn" : null);
  }

  turn(step) {
    this.toBlock(this.block + step);
  }

  question(step) {
    const { blocks } = this.script;
    const own = (place) => blocks[place].question;
    let place = this.block + step;
    if (step < 0) {
      while (place > 0 && own(place) === own(this.block)) place -= 1;
      while (place > 0 && own(place - 1) === own(place)) place -= 1;
    } else {
      while (place < blocks.length - 1 && (own(place) === own(this.block) || !own(place)))
        place += 1;
    }
    this.toBlock(place);
  }

  // Words of a block in code points.
  words(place) {
    const { index, blocks } = this.script;
    const base = index.unit(blocks[place].start);
    return this.script
      .wordsOf(place)
      .map(([from, to]) => [index.point(base + from), index.point(base + to)]);
  }

  // The first word that begins at or after a place, over block borders; null at the end.
  wordAfter(point) {
    for (
      let place = this.script.search((block) => block.end <= point);
      place < this.script.blocks.length;
      place += 1
    ) {
      const found = this.words(place).find(([from]) => from >= point);
      if (found) return found;
    }
    return null;
  }

  wordBefore(point) {
    for (
      let place = this.script.search((block) => block.start < point) - 1;
      place >= 0;
      place -= 1
    ) {
      const found = this.words(place)
        .filter(([, to]) => to <= point)
        .pop();
      if (found) return found;
    }
    return null;
  }

  mark(start, end, spoken = "marked") {
    this.start = this.held ? Math.min(this.held[0], start) : start;
    this.end = this.held ? Math.max(this.held[1], end) : end;
    this.act = null;
    this.follow();
    this.show(spoken);
  }

  follow() {
    const place = this.script.search((block) => block.end <= this.start);
    this.block = Math.min(place, this.script.blocks.length - 1);
  }

  word(step) {
    const found =
      step > 0 ? this.wordAfter(this.marked ? this.end : this.start) : this.wordBefore(this.start);
    if (found) this.mark(...found);
  }

  sentence(step) {
    if (step < 0) return this.shrink("sentence");
    const place = this.script.search((block) => block.end <= (this.marked ? this.end : this.start));
    if (place >= this.script.blocks.length) return undefined;
    const at = Math.max(this.marked ? this.end : this.start, this.script.blocks[place].start);
    const [from, to] = this.sentenceAt(place, at);
    return this.mark(this.marked ? Math.min(this.start, from) : from, to);
  }

  // To the next or previous sentence, over block borders: it alone is marked.
  toSentence(step) {
    const { blocks } = this.script;
    if (step > 0) {
      const at = this.marked ? this.end : this.start;
      let place = this.script.search((block) => block.end <= at);
      if (
        this.marked &&
        place < blocks.length &&
        !this.script.index.slice(Math.max(at, blocks[place].start), blocks[place].end).trim()
      )
        place += 1;
      if (place >= blocks.length) return;
      const from = Math.max(at, blocks[place].start);
      const gap = this.script.index.slice(from, blocks[place].end);
      this.mark(...this.sentenceAt(place, from + gap.length - gap.trimStart().length));
      return;
    }
    const before = this.script.search((block) => block.start < this.start) - 1;
    if (before < 0) return;
    const block = blocks[before];
    const starts = block.sentences.filter((start) => start < this.start);
    this.mark(...this.sentenceAt(before, starts[starts.length - 1]));
  }

  // The sentence around a place, without white space at its ends.
  sentenceAt(place, point) {
    const block = this.script.blocks[place];
    const starts = [...block.sentences, block.end];
    let number = starts.findIndex((start) => start > point) - 1;
    if (number < 0) number = starts.length - 2;
    return this.trimmed(starts[number], starts[number + 1]);
  }

  trimmed(start, end) {
    const words = this.script.index.slice(start, end);
    const head = words.length - words.trimStart().length;
    const tail = words.length - words.trimEnd().length;
    return head + tail < words.length ? [start + head, end - tail] : [start, end];
  }

  extend() {
    const found = this.wordAfter(this.marked ? this.end : this.start);
    if (found) this.mark(this.marked ? this.start : found[0], found[1]);
  }

  shrink(by = "word") {
    if (!this.marked) return;
    const last = by === "word" ? this.wordBefore(this.end - 1) : this.sentenceBefore();
    const end = last ? last[1] : this.start;
    if (end > this.start) this.mark(this.start, end);
    else this.mark(this.start, this.start, "released");
  }

  sentenceBefore() {
    const place = this.script.search((block) => block.start < this.end) - 1;
    const starts = this.script.blocks[place].sentences.filter((start) => start < this.end);
    const last = starts[starts.length - 1];
    return last > this.start ? this.trimmed(starts[starts.length - 2] ?? last, last) : null;
  }

  // Move the active edge of the marked words or the chosen coding by a word or a letter.
  nudge(step, by) {
    const [start, end] = this.moved ?? [this.start, this.end];
    const at = this.edge === "start" ? start : end;
    let to = by === "letter" ? this.letter(at, step) : this.wordEdge(at, step);
    to = Math.min(Math.max(to, 0), this.script.index.length);
    const next = this.edge === "start" ? [to, end] : [start, to];
    if (next[0] >= next[1]) return;
    if (this.act) this.moved = next;
    [this.start, this.end] = next;
    this.show("edge");
  }

  letter(at, step) {
    const { index } = this.script;
    const unit = index.unit(at);
    const { language } = this.desk;
    return index.point(
      step > 0 ? letterAfter(index.text, unit, language) : letterBefore(index.text, unit, language),
    );
  }

  wordEdge(at, step) {
    const isStart = this.edge === "start";
    if (step > 0) {
      const found = this.wordAfter(isStart ? at + 1 : at);
      return found ? found[isStart ? 0 : 1] : at;
    }
    const found = this.wordBefore(isStart ? at : at - 1);
    return found ? found[isStart ? 0 : 1] : at;
  }

  chooseEdge() {
    if (!this.marked) return;
    this.edge = this.edge === "end" ? "start" : "end";
    this.show("edge");
  }

  // Hold what is marked: from now on the mark reaches from there to where the coder goes.
  hold() {
    this.held = this.held ? null : [this.start, this.end];
    this.act = null;
    this.show(this.held ? "held" : "marked");
  }

  // Choose a coding: its words are marked, the inspector shows it.
  choose(act, spoken = "coding") {
    const coding = this.script.codings.get(act);
    if (!coding || coding.start === null) return;
    this.edge = this.moved = this.held = null;
    [this.start, this.end] = [coding.start, coding.end];
    this.follow();
    this.act = act;
    if (this.desk.tree.current !== coding.code) this.desk.tree.choose(coding.code);
    this.show(spoken);
  }

  coding(step) {
    const order = [...this.script.codings.values()]
      .filter((one) => one.start !== null && one.status !== "dropped")
      .sort(
        (one, other) =>
          one.start - other.start || other.end - one.end || (one.act < other.act ? -1 : 1),
      );
    if (!order.length) return;
    const here = order.findIndex((one) => one.act === this.act);
    let next = here + step;
    if (here < 0) {
      next = order.findIndex((one) => one.start >= this.start);
      if (next < 0) next = order.length;
      if (step < 0) next -= 1;
    }
    if (order[next]) this.choose(order[next].act);
  }

  release() {
    const was = this.marked || this.act || this.edge || this.held;
    this.edge = this.moved = this.act = this.held = null;
    this.end = this.start;
    this.show(was ? "released" : null);
    return Boolean(was);
  }

  // Draw the marks over the words without touching them, and bring them into view.
  show(spoken) {
    const desk = this.desk;
    for (const old of desk.root.querySelectorAll(".wbd-turn.here")) old.classList.remove("here");
    const row = this.script.rows[this.block];
    this.script.fill(this.block);
    row.row.classList.add("here");
    for (const item of desk.root.querySelectorAll(".wbd-mar li.on")) item.classList.remove("on");
    if (this.act)
      for (const item of desk.root.querySelectorAll(`.wbd-mar li[data-act="${this.act}"]`))
        item.classList.add("on");
    this.paint();
    desk.scrollTo(row.row, this.marked ? this.script.rangeOf(this.start, this.end) : null);
    desk.status.moved(spoken);
  }

  paint() {
    const marks = CSS.highlights;
    if (!marks) return;
    if (!this.marked) {
      marks.delete(`wbd-marked`);
      marks.delete("wbd-edge");
      return;
    }
    marks.set("wbd-marked", new Highlight(this.script.rangeOf(this.start, this.end)));
    if (!this.edge) {
      marks.delete("wbd-edge");
      return;
    }
    const at = this.edge === "start" ? this.start : this.letter(this.end, -1);
    const to = this.edge === "start" ? this.letter(this.start, 1) : this.end;
    marks.set("wbd-edge", new Highlight(this.script.rangeOf(at, to)));
  }
}
