// What the desk does beyond forms; everything works without it.
"use strict";

// Leaving with unsaved changes asks; sending a form does not.
const guarded = [...document.querySelectorAll("form[data-guard]")];
let changed = guarded.some((form) => form.hasAttribute("data-changed"));
for (const form of guarded) {
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
}
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

// A file that is dropped on a text field goes into the form's file field, and is read at once.
for (const field of document.querySelectorAll("textarea[data-drop]")) {
  const file = document.getElementById(field.dataset.drop);
  field.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    field.classList.add("dropping");
  });
  field.addEventListener("dragleave", () => field.classList.remove("dropping"));
  field.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    field.classList.remove("dropping");
    file.files = event.dataTransfer.files;
    field.form.requestSubmit(field.form.querySelector("button[value=read]"));
  });
}

// Words selected in a document become the quote: characters are counted as the server counts them.
const text = document.getElementById("source-text");
if (text) {
  const put = (name, value) => { document.getElementById(name).value = value; };
  const length = (words) => [...words].length;
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const words = range.toString();
    const exact = words.trim();
    if (!exact) return;
    put("exact", exact);
    put("start", length(before.toString()) + length(words) - length(words.trimStart()));
    changed = true;
  });
  document.getElementById("exact").addEventListener("input", () => put("start", ""));
}

// Ticks of all rows, or of none, need no new page.
for (const button of document.querySelectorAll("button[data-tick]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    for (const each of document.querySelectorAll(`input[name="${button.dataset.tick}"]`)) {
      each.checked = button.value === "tick";
    }
  });
}
