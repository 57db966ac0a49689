// Small behaviours shared by every page. Each page works without them.
"use strict";

const live = document.getElementById("live");

// ---- Say: one polite live region. Toasts are seen and heard, announcements only heard.

function say(text, className) {
  const line = document.createElement("p");
  line.className = className;
  line.textContent = text;
  live.append(line);
  return line;
}

function announce(text) {
  if (!text) return;
  const line = say(text, "visually-hidden");
  setTimeout(() => line.remove(), 4000);
}

function toast(text, tone = "good") {
  const line = say(text, `toast toast--${tone}`);
  setTimeout(() => line.remove(), tone === "bad" ? 12000 : 6000);
}

// ---- Focus: after an error on load, and after every swap.

function focusIn(root) {
  const wanted = root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]");
  if (!wanted) return;
  if (!wanted.hasAttribute("tabindex") && !wanted.matches("a, button, input, select, textarea")) wanted.tabIndex = -1;
  wanted.focus();
}

function announceIn(root) {
  const told = root.matches?.("[data-announce]") ? root : root.querySelector("[data-announce]");
  if (told) announce(told.dataset.announce);
}

focusIn(document);

document.addEventListener("click", (event) => {
  // A link of the error summary puts the cursor into its field.
  const link = event.target.closest(".error-summary a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus();
  (field.closest(".field") || field).scrollIntoView({ block: "center" });
});

// htmx tells that something was swapped, not what: watch for what arrives.
const arrivals = new MutationObserver((records) => records.forEach(remember));
let arrived = [];

function remember(record) {
  arrived.push(...[...record.addedNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE));
}

arrivals.observe(document.getElementById("main"), { childList: true, subtree: true });

// How to find what had the focus again, when a swap has replaced it by its like.
function describe(element) {
  if (!element || element === document.body) return null;
  for (const name of ["id", "href", "name"]) {
    const value = element.getAttribute(name);
    if (value) return `${element.localName}[${name}="${CSS.escape(value)}"]`;
  }
  return null;
}

let hadFocus = null;

function keepFocus(changed) {
  if (document.activeElement && document.activeElement !== document.body) return;
  const find = (selector) => changed.map((node) => (node.matches(selector) ? node : node.querySelector(selector))).find(Boolean);
  const next = (hadFocus && find(hadFocus)) || find("h1, h2, h3");
  if (!next) return;
  if (next.matches("h1, h2, h3")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}

document.addEventListener("htmx:before:swap", () => {
  arrivals.takeRecords();
  arrived = [];
  hadFocus = describe(document.activeElement);
});

document.addEventListener("htmx:after:swap", () => {
  arrivals.takeRecords().forEach(remember);
  const changed = arrived.filter((node) => node.isConnected);
  arrived = [];
  fillZones(document.getElementById("main"));
  changed.forEach(announceIn);
  changed.forEach(focusIn);
  if (hadFocus) keepFocus(changed);
});

// ---- Errors of htmx requests: nothing is swapped for 5xx, so it is said here.

document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail?.ctx?.response?.status ?? 0;
  if (status >= 500) toast(live.dataset.failed, "bad");
});
document.addEventListener("htmx:error", () => toast(live.dataset.offline, "bad"));

// ---- A double click never acts twice (the server would refuse the repeat anyway).

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sending]")) delete form.dataset.sending;
});

// ---- Dialogs: a button names the dialog it opens; [data-closes] shuts the one around it.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  event.target.closest("[data-closes]")?.closest("dialog")?.close();
});

// ---- A select that is its own form's only field sends it.

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// ---- Time zone: fill hidden fields and untouched selects with the browser's own.

function fillZones(root) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of root.querySelectorAll("[data-zone]")) {
    if (!zone || field.dataset.zone === "chosen") continue;
    const known = field.tagName !== "SELECT" || [...field.options].some((option) => option.value === zone);
    if (!known || field.value === zone) continue;
    field.value = zone;
    field.dataset.zone = "chosen";
    if (field.hasAttribute("data-zone-submits")) field.form.requestSubmit();
  }
}

fillZones(document);

// ---- Idle: warn two minutes before the session ends; only the person keeps it alive.

const WARNING_SECONDS = 120;
const idleSeconds = Number(document.body.dataset.idleSeconds || 0);
const idleDialog = document.getElementById("idle-dialog");

function startIdleWatch() {
  const left = idleDialog.querySelector("[data-idle-left]");
  const words = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "second", unitDisplay: "long" });
  const minutes = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute", unitDisplay: "long" });
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("bedside-session") : null;
  let endsAt = 0;

  const renew = () => {
    endsAt = Date.now() + idleSeconds * 1000;
    if (idleDialog.open) idleDialog.close();
  };
  const renewEverywhere = () => {
    renew();
    channel?.postMessage("renewed");
  };
  const tick = () => {
    const seconds = Math.round((endsAt - Date.now()) / 1000);
    if (seconds <= 0) return location.assign(document.body.dataset.signInUrl);
    if (seconds > WARNING_SECONDS) return;
    if (!idleDialog.open) idleDialog.showModal();
    const text = seconds > 60 ? minutes.format(Math.ceil(seconds / 60)) : words.format(Math.ceil(seconds / 10) * 10);
    if (left.textContent !== text) left.textContent = text;
  };

  renewEverywhere();
  channel?.addEventListener("message", renew);
  setInterval(tick, 1000);
  document.addEventListener("htmx:after:request", (event) => {
    // Polling asks on its own; it is no sign of a person.
    const source = event.detail?.ctx?.sourceElement;
    if (!source?.getAttribute?.("hx-trigger")?.includes("every")) renewEverywhere();
  });
  idleDialog.querySelector("[data-idle-stay]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true", Accept: "text/html" } });
      if (answer.ok) return renewEverywhere();
      location.assign(document.body.dataset.signInUrl);
    } catch {
      toast(live.dataset.offline, "bad");
    }
  });
}

if (idleSeconds && idleDialog) startIdleWatch();

// ---- A moment that comes nearer: minutes and seconds left, and the page anew once it is there.

for (const left of document.querySelectorAll("[data-until]")) {
  const endsAt = Date.now() + Number(left.dataset.seconds) * 1000;
  const clock = setInterval(() => {
    const seconds = Math.max(0, Math.round((endsAt - Date.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds === 0) clearInterval(clock), location.reload();
  }, 1000);
}
