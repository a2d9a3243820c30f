// What pages do beyond reading; everything works without it.
"use strict";

// Leaving the search box with Escape puts its suggestions away.
document.addEventListener("keydown", (event) => {
  const box = event.target.closest(".search");
  if (event.key === "Escape" && box) box.querySelector("#suggestions").replaceChildren();
});

// An open menu of a facet closes with Escape, and gives the focus back to its summary.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
