// How much room there is: the desk fits what can be seen at once, its lower line included.

const LEAST_ROOM = 280;
const AROUND = 14;

class Room {
  constructor(desk) {
    this.desk = desk;
    this.watch = new ResizeObserver(() => this.fit());
  }

  // Begin when the desk stands on the page.
  open() {
    this.scroller = outermostScroller(this.desk.root);
    this.watch.disconnect();
    for (const element of [this.scroller, this.desk.status.title, this.desk.bar]) {
      this.watch.observe(element);
    }
    this.fit();
  }

  get height() {
    const page = this.scroller === document.documentElement;
    return page ? window.innerHeight : this.scroller.clientHeight;
  }

  fit() {
    const { root, bar, status } = this.desk;
    const taken = status.title.offsetHeight + bar.offsetHeight + AROUND;
    root.style.setProperty("--room", `${Math.max(LEAST_ROOM, this.height - taken)}px`);
  }

  // Bring the desk into view when a key is pressed and part of it is hidden.
  show() {
    const { root, bar, pane } = this.desk;
    const top =
      this.scroller === document.documentElement ? 0 : this.scroller.getBoundingClientRect().top;
    const from = root.getBoundingClientRect().top - top;
    const to =
      Math.max(bar.getBoundingClientRect().bottom, pane.getBoundingClientRect().bottom) - top;
    if (from < 0 || to > this.height) this.scroller.scrollTop += from - 2;
  }

  close() {
    this.watch.disconnect();
  }
}

function outermostScroller(element) {
  let found = document.documentElement;
  for (let above = element.parentElement; above; above = above.parentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(above).overflowY);
    if (scrolls && above !== document.body && above !== document.documentElement) found = above;
  }
  return found;
}
