/* The room's page: asks for camera and microphone, knocks, and calls everybody inside.
   It polls the sandbox for who is here; pictures and sound go from browser to browser. */
(() => {
  "use strict";
  const main = document.getElementById("main");
  const base = main.dataset.room;
  const asked = new URLSearchParams(location.search);
  const part = (id) => document.getElementById(id);
  const calls = new Map(); // client id -> {connection, figure, early: candidates before the answer}
  let own = null, client = "", state = "", since = 0, over = false, missed = 0;

  const around = document.referrer ? new URL(document.referrer).origin : "*";
  const tell = (type, payload = {}) => {
    if (window.parent !== window) window.parent.postMessage({ type, payload }, around);
  };
  const say = (words) => { part("door-words").textContent = words; };

  async function post(path, body) {
    const answer = await fetch(`${base}/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ client, ...body }),
    });
    if (!answer.ok) throw Object.assign(new Error(answer.statusText), { status: answer.status });
    return answer.json();
  }

  // The address may ask for less: no camera at first, no sound at first, a smaller picture.
  const wanted = { audio: asked.get("audio") !== "off", video: asked.get("video") !== "off" };
  const size = asked.get("lowData") === "on"
    ? { width: { max: 320 }, height: { max: 180 }, frameRate: { max: 15 } } : { width: 640, height: 360 };
  const from = (deviceId) => (deviceId ? { deviceId: { exact: deviceId } } : {});

  async function openDevices() {
    try {
      own = await navigator.mediaDevices.getUserMedia({ audio: true, video: wanted.video && size });
      own.getAudioTracks().forEach((track) => { track.enabled = wanted.audio; });
      tell("grant_device_permission", { granted: true });
    } catch (error) {
      own = new MediaStream();
      tell("deny_device_permission", { denied: true, reason: error.name });
    }
    part("microphone").setAttribute("aria-pressed", String(wanted.audio && own.getAudioTracks().length > 0));
    part("camera").setAttribute("aria-pressed", String(own.getVideoTracks().length > 0));
    await fillChoices();
  }

  // Another camera or microphone, or the first one, also in the middle of a call.
  async function take(kind, deviceId = "") {
    const asks = kind === "video" ? { video: { ...size, ...from(deviceId) } } : { audio: from(deviceId) };
    const [track] = (await navigator.mediaDevices.getUserMedia(asks)).getTracks();
    own.getTracks().filter((one) => one.kind === kind).forEach((one) => { one.stop(); own.removeTrack(one); });
    own.addTrack(track);
    for (const [id, { connection }] of calls) {
      const line = connection.getTransceivers().find((one) => one.receiver.track.kind === kind);
      if (!line) connection.addTrack(track, own);
      else {
        line.direction = "sendrecv";
        await line.sender.replaceTrack(track);
      }
      await offer(id, connection);
    }
    await fillChoices();
  }

  async function fillChoices() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    for (const [id, kind] of [["choose-camera", "videoinput"], ["choose-microphone", "audioinput"]]) {
      const used = own.getTracks().find((one) => kind.startsWith(one.kind))?.getSettings().deviceId;
      part(id).replaceChildren(...devices.filter((one) => one.kind === kind && one.label).map(
        (one) => new Option(one.label, one.deviceId, false, one.deviceId === used)));
    }
  }

  function seat(id, stream, name, isOwn) {
    const figure = document.createElement("figure");
    figure.className = isOwn ? "seat seat-own" : "seat";
    figure.dataset.testid = isOwn ? "room-own" : "room-other";
    const video = document.createElement("video");
    video.autoplay = true;
    video.playsInline = true;
    video.muted = isOwn;
    video.srcObject = stream;
    const caption = document.createElement("figcaption");
    caption.textContent = isOwn ? "You" : name || "Guest";
    figure.append(video, caption);
    part("seats").append(figure);
    return figure;
  }

  function connect(other, offers) {
    const connection = new RTCPeerConnection({ iceServers: [] });
    const stream = new MediaStream();
    const call = { connection, figure: seat(other.id, stream, other.displayName, false), early: [] };
    calls.set(other.id, call);
    own.getTracks().forEach((track) => connection.addTrack(track, own));
    if (!own.getVideoTracks().length && offers) connection.addTransceiver("video", { direction: "recvonly" });
    if (!own.getAudioTracks().length && offers) connection.addTransceiver("audio", { direction: "recvonly" });
    connection.ontrack = (event) => stream.addTrack(event.track);
    connection.onicecandidate = (event) => {
      if (event.candidate) signal(other.id, { candidate: event.candidate.toJSON() });
    };
    connection.onconnectionstatechange = () =>
      tell("connection_status_change", { status: connection.connectionState });
    tell("participant_join", { participant: { metadata: other.metadata, externalId: other.externalId } });
    if (offers) offer(other.id, connection);
    return call;
  }

  const signal = (to, body) => post("signals", { to, body }).catch(() => {});

  async function offer(to, connection) {
    await connection.setLocalDescription(await connection.createOffer());
    signal(to, { description: connection.localDescription.toJSON() });
  }

  async function hear(from, body, others) {
    const other = others.find((one) => one.id === from);
    const call = calls.get(from) || (other && connect(other, false));
    if (!call) return;
    if (body.description) {
      await call.connection.setRemoteDescription(body.description);
      for (const candidate of call.early.splice(0)) await call.connection.addIceCandidate(candidate);
      if (body.description.type === "offer") {
        await call.connection.setLocalDescription(await call.connection.createAnswer());
        signal(from, { description: call.connection.localDescription.toJSON() });
      }
    } else if (call.connection.remoteDescription) {
      await call.connection.addIceCandidate(body.candidate);
    } else {
      call.early.push(body.candidate);
    }
  }

  function hangUp(id) {
    const call = calls.get(id);
    if (!call) return;
    call.connection.close();
    call.figure.remove();
    calls.delete(id);
    tell("participant_leave", { participant: {} });
  }

  function enter() {
    part("door").hidden = true;
    part("seats").hidden = part("controls").hidden = false;
    seat(client, own, "", true);
    tell("join");
  }

  function showKnocks(knocking) {
    const shown = new Map([...part("knocks").children].map((line) => [line.dataset.id, line]));
    knocking.forEach((one) => {
      if (shown.delete(one.id)) return;
      const line = document.createElement("div");
      line.className = "knock";
      line.dataset.id = one.id;
      const name = document.createElement("span");
      name.textContent = `${one.displayName || "Somebody"} is waiting`;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Let in";
      button.dataset.testid = "room-admit";
      button.addEventListener("click", () => post("admissions", { who: one.id }).catch(() => {}));
      line.append(name, button);
      part("knocks").append(line);
    });
    shown.forEach((line) => line.remove());
  }

  function end(words, removed) {
    if (over) return;
    over = true;
    [...calls.keys()].forEach(hangUp);
    if (own) own.getTracks().forEach((track) => track.stop());
    part("seats").replaceChildren();
    part("knocks").replaceChildren();
    part("seats").hidden = part("controls").hidden = true;
    part("door").hidden = false;
    part("knock").hidden = true;
    say(words);
    tell("leave", { removed });
    if (removed) tell("meeting_end");
  }

  async function poll() {
    if (over) return;
    try {
      const now = await post("poll", { since });
      missed = 0;
      if (now.state === "in" && state !== "in") enter();
      state = now.state;
      const ids = new Set(now.others.map((one) => one.id));
      [...calls.keys()].filter((id) => !ids.has(id)).forEach(hangUp);
      now.others.filter((one) => !calls.has(one.id) && client < one.id).forEach((one) => connect(one, true));
      for (const one of now.signals) {
        since = Math.max(since, one.id);
        await hear(one.sender, one.body, now.others);
      }
      showKnocks(now.knocking);
      tell("participantupdate", { count: now.others.length + (state === "in" ? 1 : 0) });
    } catch (error) {
      if (error.status === 404) end("This room was closed.", true);
      else if ((missed += 1) === 4) {
        [...calls.keys()].forEach(hangUp);
        tell("connection_status_change", { status: "disconnected" });
      }
    }
    if (!over) setTimeout(poll, 400);
  }

  function flip(button, kind, type) {
    const tracks = () => own.getTracks().filter((one) => one.kind === kind);
    button.addEventListener("click", async () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      try {
        if (on && !tracks().length) await take(kind);
      } catch (error) {
        tell("deny_device_permission", { denied: true, reason: error.name });
        return;
      }
      button.setAttribute("aria-pressed", String(on));
      tracks().forEach((track) => { track.enabled = on; });
      tell(type, { enabled: on });
    });
  }

  async function start() {
    tell("ready");
    await openDevices();
    const who = Object.fromEntries(["displayName", "externalId", "metadata", "roomKey"].map(
      (name) => [name, asked.get(name) || ""]));
    let made;
    try {
      made = await post("clients", who);
    } catch (error) {
      end(error.status === 409 ? "This room is full." : "This room was closed.", error.status !== 409);
      return;
    }
    client = made.client;
    if (made.state !== "in") {
      say("The door is locked. Ask to join, and somebody lets you in.");
      part("knock").hidden = false;
    }
    poll();
  }

  part("knock").addEventListener("click", () => {
    part("knock").hidden = true;
    say("You asked to join. Somebody will let you in.");
    tell("knock");
    post("knocks").catch(() => {});
  });
  flip(part("microphone"), "audio", "microphone_toggle");
  flip(part("camera"), "video", "camera_toggle");
  for (const [id, kind, button] of [["choose-camera", "video", "camera"], ["choose-microphone", "audio", "microphone"]]) {
    part(id).addEventListener("change", async (event) => {
      await take(kind, event.target.value).catch(() => fillChoices());
      const on = part(button).getAttribute("aria-pressed") === "true";
      own.getTracks().filter((one) => one.kind === kind).forEach((track) => { track.enabled = on; });
    });
  }
  const depart = () => client && navigator.sendBeacon(`${base}/departures`, JSON.stringify({ client }));
  part("leave").addEventListener("click", () => { depart(); end("You left the room.", false); });
  addEventListener("pagehide", depart);
  addEventListener("message", (event) => {
    if (event.source !== window.parent || around === "*" || event.origin !== around) return;
    if (event.data?.command === "leave_room") { depart(); end("You left the room.", false); }
    if (event.data?.command === "knock" && !part("knock").hidden) part("knock").click();
  });
  start();
})();
