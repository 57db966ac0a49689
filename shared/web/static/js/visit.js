// A call: the room is a frame of another origin inside our page, and nothing here ever touches the
// frame itself. What the room tells goes out with the next beat (a form that htmx sends every ten
// seconds); what the server answers replaces #call-status, which stands beside the frame.
"use strict";
function startCall(call) {
  const frame = call.querySelector("iframe");
  const beat = call.querySelector("form");
  const part = (name) => call.querySelector(`[data-call-${name}]`);
  const inside = { joined: false, everJoined: false, pictured: false, knocks: 0, lost: false };
  let heard = [], sent = 0, asking;

  function say(kind, reason = "") {
    heard.push([kind, Math.round(performance.now()), reason].join(".").replace(/\.$/, ""));
    speak();
  }

  // One beat at once instead of in ten seconds.
  function speak() {
    beat.elements.heard.value = heard.join(" ");
    beat.elements.place.value = inside.joined ? "call" : "waiting";
    beat.elements.knocks.value = inside.knocks;
    beat.dispatchEvent(new Event("beat"));
  }

  function command(name) {
    frame.contentWindow?.postMessage({ command: name, args: [] }, call.dataset.origin);
  }

  // The door is locked: ask until the room says that it heard, so that nobody has to press twice.
  function ask() {
    if (!("knocks" in call.dataset)) return;
    clearInterval(asking);
    asking = setInterval(() => command("knock"), 2500);
    command("knock");
  }

  function met() {
    if (inside.joined && !inside.pictured) say("first_picture");
    inside.pictured ||= inside.joined;
  }

  const told = {
    ready: ask,
    knock() {
      clearInterval(asking);
      inside.knocks += 1;
      speak();
    },
    join() {
      clearInterval(asking);
      inside.joined = true;
      part("left").hidden = true;
      say(inside.everJoined ? "reconnected" : "joined");
      inside.everJoined = true;
    },
    leave() {
      inside.joined = false;
      part("left").hidden = false;
      speak();
    },
    meeting_end: speak,
    participant_join: met,
    participantupdate: (payload) => payload.count > 1 && met(),
    connection_status_change(payload) {
      const lost = ["disconnected", "failed"].includes(payload.status);
      if (lost && !inside.lost) say("dropped", "line");
      if (!lost && inside.lost) say("reconnected");
      inside.lost = lost;
    },
    deny_device_permission: () => say("dropped", "devices_denied"),
  };

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== call.dataset.origin) return;
    const { type, payload } = event.data ?? {};
    if (Object.hasOwn(told, type)) told[type](payload ?? {});
  });

  beat.addEventListener("htmx:before:request", () => {
    beat.elements.heard.value = heard.join(" ");
    sent = heard.length;
  });
  beat.addEventListener("htmx:after:request", (event) => {
    if ((event.detail?.ctx?.response?.status ?? 500) >= 400) return;
    heard = heard.slice(sent);
    beat.elements.heard.value = heard.join(" ");
    part("offline").hidden = true;
  });
  // The page says itself that the line is away; a toast every ten seconds would only be in the way.
  beat.addEventListener("htmx:error", (event) => {
    event.stopPropagation();
    part("offline").hidden = false;
  });
  setTimeout(() => inside.knocks || ask(), 2500); // the room may be ready before this listens
  for (const name of ["online", "pageshow"]) window.addEventListener(name, speak);
}

document.querySelectorAll("[data-call]").forEach(startCall);
