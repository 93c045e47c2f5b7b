// The keyboard: from a key to what it does.

class Keyboard {
  constructor(desk) {
    this.desk = desk;
    this.leaving = false; // Esc was pressed twice: Tab leaves the desk
  }

  press(event) {
    if (event.isComposing || !this.desk.view) return;
    event.stopPropagation();
    const typing =
      /^(TEXTAREA|SELECT)$/.test(event.target.tagName) ||
      (event.target.tagName === "INPUT" && event.target.type !== "radio");
    const name = keyName(event);
    if (name === "Ctrl+s") {
      event.preventDefault();
      this.desk.say(this.desk.status.saved.textContent);
      return;
    }
    if (typing || this.desk.dialog) return;
    const radio = event.target.type === "radio";
    if (radio && /^(Arrow|Tab| )/.test(event.key)) return;
    if (event.target.tagName === "BUTTON" && (event.key === "Enter" || event.key === " ")) return;
    if (
      /^(Shift\+)?Tab$/.test(name) &&
      (!this.desk.pane.contains(event.target) || this.desk.compare.on || this.leaving)
    )
      return;
    const found = this.desk.keys.find((one) => one.on.includes(name) && (one.when?.() ?? true));
    if (found) {
      this.desk.room.show();
      if (found.text !== "key_escape") this.leaving = false;
      if (found.run(event) !== "pass") event.preventDefault();
    }
  }

  // Esc lets go; a second one leaves the desk, so that Tab is no trap.
  escape() {
    if (this.desk.cursor.release()) return;
    if (!this.desk.pane.contains(document.activeElement) && !this.desk.compare.on) {
      this.desk.focus();
      return;
    }
    if (this.desk.compare.on) {
      this.desk.compare.leave();
      return;
    }
    this.leaving = true;
    this.desk.say(this.desk.t("leaving"));
  }
}

// Letters are told by what they mean, so that every keyboard layout works.
function keyName(event) {
  const control = event.ctrlKey || event.metaKey;
  const letter = event.key.length === 1;
  const shift = event.shiftKey && !letter ? "Shift+" : "";
  const name = control && letter ? event.key.toLowerCase() : event.key;
  const held = [
    control ? "Ctrl+" : "",
    event.altKey && !letter ? "Alt+" : "",
    control && letter && event.shiftKey ? "Shift+" : "",
  ];
  return `${held.join("")}${shift}${name}`;
}
