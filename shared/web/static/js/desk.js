// The desk's keyboard: the palette, keys that lead somewhere, and moving from line to line.
(() => {
  "use strict";
  const palette = document.getElementById("palette");
  if (!palette) return;
  const field = document.getElementById("palette-text");
  const results = document.getElementById("palette-results");
  const said = document.getElementById("palette-said");
  const lines = () => [...results.querySelectorAll("[role=option]")];
  let chosen = 0;

  const choose = (next) => {
    const all = lines();
    // While the first lines are on their way, steps are counted all the same.
    chosen = all.length ? (next + all.length) % all.length : next;
    all.forEach((line, place) => line.setAttribute("aria-selected", String(place === chosen)));
    field.setAttribute("aria-activedescendant", all[chosen]?.id ?? "");
    all[chosen]?.scrollIntoView({ block: "nearest" });
  };

  const openPalette = () => {
    if (!palette.open) palette.showModal();
    field.select();
    choose(0);
    if (!lines().length) field.dispatchEvent(new Event("opened"));
  };

  let first = true;
  palette.addEventListener("htmx:after:swap", () => {
    said.textContent = results.querySelector("[data-said]")?.dataset.said ?? "";
    choose(first ? chosen : 0);
    first = false;
  });
  field.addEventListener("focus", () => choose(chosen));
  field.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) choose(chosen + steps[event.key]);
    else if (event.key === "Enter" && lines().length) lines()[chosen].click();
    else return;
    event.preventDefault();
  });

  // Keys pressed alone: never while somebody types, in a dialog, or when they are turned off.
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]");
  let before = "", pressedAt = 0;

  const move = (step) => {
    const links = [...document.querySelectorAll("main tbody tr, main [data-line]")].map((row) => row.querySelector("a, button")).filter(Boolean);
    const here = links.findIndex((link) => link.closest("tr, [data-line]").contains(document.activeElement));
    links[here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step]?.focus();
  };

  document.addEventListener("keydown", (event) => {
    const { key } = event;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "k") {
      event.preventDefault();
      return openPalette();
    }
    if (palette.dataset.singleKeys !== "on" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
    const keys = before && event.timeStamp - pressedAt < 1500 ? `${before} ${key}` : key;
    [before, pressedAt] = [key === "g" ? "g" : "", event.timeStamp];
    const target = document.querySelector(`[data-key="${CSS.escape(keys)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input")) target.select();
    else target.click();
  });
})();
