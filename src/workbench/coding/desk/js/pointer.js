// The mouse: selected words become the marked ones; a click chooses.

class Pointer {
  constructor(desk) {
    this.desk = desk;
  }

  // Mouse: what is selected in the transcript becomes the marked words.
  select() {
    const selection = window.getSelection();
    if (
      !selection.rangeCount ||
      selection.isCollapsed ||
      !this.desk.pane.contains(selection.anchorNode)
    )
      return;
    const points = this.desk.transcript.pointsOf(selection.getRangeAt(0));
    if (!points) return;
    this.desk.cursor.mark(...this.desk.cursor.trimmed(...points));
    this.desk.focus();
  }

  click(event) {
    if (!window.getSelection().isCollapsed) return;
    const item = event.target.closest("[data-act]");
    const row = event.target.closest(".wbd-turn");
    if (item && this.desk.transcript.codings.has(item.dataset.act))
      this.desk.cursor.choose(item.dataset.act);
    else if (row) this.desk.cursor.toBlock(Number(row.dataset.i));
    this.desk.focus();
  }
}
